/* List and show: the TPs of a file as the node takes them, as a table or as JSON; never a password. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "attachmgr/tptable/tplaunch.h"
#include "snanode/cli/tpsetup/tpsetup.h"
#include "attachmgr/tptable/tptable.h"
#include "snanode/base/names.h"

/* ---- one TP as JSON ---- */

static json_t *text_or_null(const char *s)
{
    return s && s[0] ? json_string(s) : json_null();
}

static json_t *names_of(const struct tp_entry *e)
{
    json_t *a = json_array();
    for (char **n = e->accept_names; n && *n; n++)
        json_array_append_new(a, json_string(*n));
    return a;
}

static json_t *users_of(const struct tp_entry *e)
{
    json_t *a = json_array();
    for (size_t i = 0; i < e->n_users; i++)
        json_array_append_new(a, json_stringn((const char *)e->users[i].name, e->users[i].name_n));
    return a;
}

static json_t *timeout_of(const struct tp_entry *e)
{
    return e->timeout_ms == TP_TIMEOUT_INFINITE ? json_string("infinite") : json_integer(e->timeout_ms);
}

static json_t *row_of(const struct tp_entry *e)
{
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(e->name));
    json_object_set_new(o, "kind", json_string(tp_kind_name(e->kind)));
    json_object_set_new(o, "service", json_boolean(e->service));
    json_object_set_new(o, "lu", text_or_null(e->lu));
    json_object_set_new(o, "timeout_ms", timeout_of(e));
    json_object_set_new(o, "program", text_or_null(e->path));
    return o;
}

static void add_launch(json_t *o, const struct tp_launch *l)
{
    if (!l)
        return;
    json_object_set_new(o, "working_directory", text_or_null(l->directory));
    json_object_set_new(o, "output_file", text_or_null(l->output));
    json_object_set_new(o, "run_as", text_or_null(l->user));
}

static json_t *whole_of(const struct tp_entry *e)
{
    json_t *o = row_of(e);
    json_object_set_new(o, "program_here", text_or_null(e->program));
    json_object_set_new(o, "parameters", text_or_null(e->parameters));
    json_object_set_new(o, "accept_names", names_of(e));
    json_object_set_new(o, "security", json_boolean(e->security));
    json_object_set_new(o, "already_verified", json_boolean(e->already_verified));
    json_object_set_new(o, "users", users_of(e));
    add_launch(o, e->launch);
    json_object_set_new(o, "file", json_string(e->file));
    json_object_set_new(o, "line", json_integer(e->line));
    return o;
}

/* ---- as text ---- */

static const char *cell(const json_t *v, char *buf, size_t cap)
{
    size_t i, n = 0;
    json_t *item;
    snprintf(buf, cap, "%s", json_is_true(v) ? "yes" : json_is_false(v) ? "no" : "-");
    if (json_is_string(v))
        return json_string_value(v);
    if (json_is_integer(v))
        snprintf(buf, cap, "%lld", (long long)json_integer_value(v));
    json_array_foreach(v, i, item)
        if (n < cap)
            n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? " " : "", json_string_value(item));
    return buf;
}

#define CELL_MAX 4096

static void print_object(json_t *o)
{
    char buf[CELL_MAX];
    const char *k;
    json_t *v;
    json_object_foreach(o, k, v)
        printf("%-18s  %s\n", k, cell(v, buf, sizeof buf));
}

#define COLUMNS 6

static void print_cell(const char *text, size_t width, bool last)
{
    if (last)
        printf("%s\n", text);
    else
        printf("%-*s  ", (int)width, text);
}

static void print_table(const json_t *rows)
{
    static const char *const names[COLUMNS] = {"name", "kind", "service", "lu", "timeout_ms", "program"};
    static const char *const heads[COLUMNS] = {"NAME", "KIND", "SERVICE", "LU", "TIMEOUT_MS", "PROGRAM"};
    size_t width[COLUMNS], i;
    json_t *row;
    char buf[CELL_MAX];
    for (size_t c = 0; c < COLUMNS; c++)
        width[c] = strlen(heads[c]);
    json_array_foreach(rows, i, row)
        for (size_t c = 0; c < COLUMNS; c++) {
            size_t n = strlen(cell(json_object_get(row, names[c]), buf, sizeof buf));
            width[c] = n > width[c] ? n : width[c];
        }
    for (size_t c = 0; c < COLUMNS; c++)
        print_cell(heads[c], width[c], c + 1 == COLUMNS);
    json_array_foreach(rows, i, row)
        for (size_t c = 0; c < COLUMNS; c++)
            print_cell(cell(json_object_get(row, names[c]), buf, sizeof buf), width[c], c + 1 == COLUMNS);
}

static void print(const struct tpsetup *t, json_t *rows)
{
    size_t i;
    json_t *row;
    if (t->json) {
        json_dumpf(rows, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (t->command == TPSETUP_LIST) {
        print_table(rows);
    } else {
        json_array_foreach(rows, i, row) {
            if (i > 0)
                putchar('\n');
            print_object(row);
        }
    }
}

/* ---- the file ---- */

/* The table of T->file; errors are printed.  False when it cannot be used. */
static bool table_of(const struct tpsetup *t, struct tp_table *tps)
{
    struct tpsetup_said said = {.out = {.p = NULL}};
    bool ok = tpsetup_table(t->file, tps, &said);
    fputs(said.err.n ? said.err.p : "", stderr);
    regtext_fini(&said.err);
    regtext_fini(&said.out);
    return ok;
}

/* The rows of the TP NAME, or of all TPs when NAME is NULL. */
static json_t *rows_of(const struct tp_table *tps, const char *name)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < tps->n_entries; i++) {
        const struct tp_entry *e = &tps->entries[i];
        if (!name)
            json_array_append_new(rows, row_of(e));
        else if (name_casecmp(e->name, name) == 0)
            json_array_append_new(rows, whole_of(e));
    }
    return rows;
}

static int look(const struct tpsetup *t, const char *name)
{
    struct tp_table tps;
    tptable_init(&tps);
    int status = table_of(t, &tps) ? TPSETUP_DONE : TPSETUP_REFUSED;
    json_t *rows = rows_of(&tps, name);
    if (status == TPSETUP_DONE && name && json_array_size(rows) == 0) {
        fprintf(stderr, "tpsetup: TP %s: is not set up in this file; `tpsetup list` shows what is\n", name);
        status = TPSETUP_REFUSED;
    } else if (status == TPSETUP_DONE) {
        print(t, rows);
    }
    json_decref(rows);
    tptable_fini(&tps);
    return status;
}

int tpsetup_list(const struct tpsetup *t)
{
    return look(t, NULL);
}

int tpsetup_show(const struct tpsetup *t)
{
    return look(t, t->spec.name);
}
