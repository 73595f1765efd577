#include "snanode/io/load.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/program.h"
#include "attachmgr/regfile.h"
#include "snanode/base/names.h"

/* Whole file; NULL with errno.  *N octets, and a NUL behind them. */
static char *read_file(const char *name, size_t *n)
{
    FILE *f = fopen(name, "rb");
    char *text = NULL;
    size_t cap = 0;
    *n = 0;
    if (!f)
        return NULL;
    do {
        if (*n + 1 >= cap) {
            cap = cap ? cap * 2 : 65536;
            char *t = realloc(text, cap);
            if (!t) {
                free(text);
                fclose(f);
                return NULL;
            }
            text = t;
        }
        *n += fread(text + *n, 1, cap - *n - 1, f);
    } while (!feof(f) && !ferror(f));
    if (ferror(f)) { /* a directory, for one */
        free(text);
        text = NULL;
    } else {
        text[*n] = '\0';
    }
    int e = errno;
    fclose(f);
    errno = e;
    return text;
}

static void read_commands(struct node_config *cfg, const char *name, struct diag *d)
{
    size_t n;
    char *text = read_file(name, &n);
    if (!text) {
        diag_error(d, name, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    snacfg_read(cfg, name, text, n, d);
    explicit_bzero(text, n);
    free(text);
}

static void read_registry(struct regfile *reg, const char *name, struct diag *d)
{
    size_t n;
    char *text = read_file(name, &n);
    if (!text) {
        diag_error(d, name, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    regfile_read(reg, name, text, n, d);
    explicit_bzero(text, n);
    free(text);
}

/* A TP may be installed later, so a program that is not there is only worth a word. */
static void check_programs(const struct tp_table *t, struct diag *d)
{
    char path[PATH_MAX];
    for (size_t i = 0; i < t->n_entries; i++) {
        const struct tp_entry *e = &t->entries[i];
        if (e->kind == TP_OPERATOR || !e->program)
            continue;
        int why = program_find(e->program, path, sizeof path);
        if (why)
            diag_warn(d, e->file, e->line, "TP %s: %s: %s; Attaches for it will be refused until it is there",
                      e->name, e->program, strerror(why));
    }
}

/* LocalLU of a TP or of a program that names no LU: the entry is never matched (attach sheet 2.2). */
static void check_aliases(struct loaded *l)
{
    for (size_t i = 0; i < l->tps.n_entries; i++) {
        const struct tp_entry *e = &l->tps.entries[i];
        if (e->lu[0] && !config_lu(&l->cfg, e->lu))
            diag_warn(&l->diag, e->file, e->line,
                      "TP %s: LocalLU %s is not a local LU of this node; no Attach will reach it", e->name,
                      e->lu);
    }
}

void load_print(const struct loaded *l)
{
    for (const struct diag_line *m = l->diag.head; m; m = m->next)
        fprintf(stderr, "%s\n", m->text);
}

struct loaded *load_files(const struct file_list *commands, const struct file_list *registry)
{
    struct loaded *l = malloc(sizeof *l);
    struct regfile reg;
    if (!l)
        return NULL;
    diag_init(&l->diag);
    regfile_init(&reg);
    config_init(&l->cfg);
    if (commands->server)
        snprintf(l->cfg.wanted, sizeof l->cfg.wanted, "%s", commands->server);
    name_fold(l->cfg.wanted);
    tptable_init(&l->tps);
    for (size_t i = 0; i < commands->n; i++)
        read_commands(&l->cfg, commands->v[i], &l->diag);
    if (commands->n > 0)
        config_validate(&l->cfg, &l->diag);
    for (size_t i = 0; i < registry->n; i++)
        read_registry(&reg, registry->v[i], &l->diag);
    tptable_build(&l->tps, &reg, &l->diag);
    if (l->diag.errors == 0) {
        check_programs(&l->tps, &l->diag);
        if (commands->n > 0)
            check_aliases(l);
    }
    regfile_fini(&reg);
    return l;
}

void loaded_free(struct loaded *l)
{
    if (!l)
        return;
    config_fini(&l->cfg);
    tptable_fini(&l->tps);
    diag_fini(&l->diag);
    free(l);
}
