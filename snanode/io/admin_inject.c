/* snactl inject: orders faults.  snactl check: checks the node's counters. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/base/plural.h"
#include "snanode/io/admin.h"
#include "snanode/io/context.h"
#include "snanode/node/inject.h"
#include "snanode/wire/sense.h"

#define COUNT_MAX 1000000
#define MS_MAX    3600000

/* A sense code by its name, or as 8 hexadecimal digits. */
static int parse_sense(const char *text, uint32_t *out)
{
    char *end;
    unsigned long v = strtoul(text, &end, 16);
    if (strlen(text) == 8 && !*end && v != 0) {
        *out = (uint32_t)v;
        return 0;
    }
    return sense_by_name(text, out);
}

static json_t *list(struct server *s)
{
    json_t *rows = json_array();
    LIST_FOREACH(l, &s->node->injections) {
        const struct injection *i = LIST_OWNER(l, struct injection, link);
        char sense[9] = "";
        json_t *o = json_object();
        if (i->sense)
            snprintf(sense, sizeof sense, "%08X", i->sense);
        json_object_set_new(o, "what", json_string(inject_kind_name(i->kind)));
        json_object_set_new(o, "where", json_string(i->where));
        json_object_set_new(o, "left", i->left == INJECT_FOREVER ? json_null() : json_integer(i->left));
        json_object_set_new(o, "done", json_integer(i->done));
        json_object_set_new(o, "sense", json_string(sense));
        json_object_set_new(o, "name", json_string(i->sense ? sense_name(i->sense) : ""));
        json_object_set_new(o, "delay_ms", json_integer(i->ms));
        json_array_append_new(rows, o);
    }
    return rows;
}

/* attach|allocate WHERE COUNT SENSE */
static int parse_fail(char **w, int n, struct injection *i)
{
    return n == 4 && admin_number(w[2], 1, COUNT_MAX, &i->left) == 0 && parse_sense(w[3], &i->sense) == 0
               ? 0
               : -1;
}

/* delay WHERE MS [COUNT] */
static int parse_delay(char **w, int n, struct injection *i)
{
    return (n == 3 || n == 4) && admin_number(w[2], 0, MS_MAX, &i->ms) == 0 &&
                   (n == 3 || admin_number(w[3], 1, COUNT_MAX, &i->left) == 0)
               ? 0
               : -1;
}

/* Read the order in one command.  0, or -1 when it is not understood. */
static int parse(char **w, int n, struct injection *i)
{
    if (n < 2 || !w[1][0] || strlen(w[1]) >= sizeof i->where)
        return -1;
    strcpy(i->where, w[1]);
    for (int k = 0; k < INJECT_KIND_N; k++)
        if (strcmp(w[0], inject_kind_name((enum inject_kind)k)) == 0)
            i->kind = (enum inject_kind)k;
    switch (i->kind) {
    case INJECT_ATTACH:
    case INJECT_ALLOCATE:
        return parse_fail(w, n, i);
    case INJECT_DELAY:
        return parse_delay(w, n, i);
    case INJECT_REFUSE:
        name_fold(i->where);
        return n == 2 ? 0 : -1;
    default:
        return -1;
    }
}

/* An LU alias counts in any case.  It takes precedence over a TP whose name differs only in case. */
static void take_alias(const struct node_config *cfg, char *where)
{
    char alias[NAME_ROOM8] = "";
    if (strlen(where) >= sizeof alias)
        return;
    strcpy(alias, where);
    name_fold(alias);
    if (config_lu(cfg, alias) || config_rlu(cfg, alias))
        strcpy(where, alias);
}

static bool known_place(struct server *s, const struct injection *i)
{
    if (i->kind == INJECT_REFUSE)
        return config_mode(s->node->cfg, strcmp(i->where, "BLANK") == 0 ? "" : i->where) != NULL;
    return true; /* a TP need not be registered: it may be on another node, or come later */
}

/* Place order I, or take it back when OFF. */
static void order(struct server *s, const struct injection *i, bool off, struct lp_answer *out)
{
    if (off && inject_remove(&s->node->injections, i->kind, i->where) == 0)
        admin_refuse(out, 1, "there is no such order for %.64s; snactl inject list shows the orders",
                     i->where);
    else if (!off && !known_place(s, i))
        admin_refuse(out, 1, "mode %.64s is not defined", i->where);
    else if (!off && inject_add(&s->node->injections, i) < 0)
        admin_refuse(out, 1, "out of memory");
}

json_t *admin_inject(struct server *s, char **w, int n, struct lp_answer *out)
{
    struct injection i = {.kind = INJECT_KIND_N, .left = INJECT_FOREVER};
    if (n == 1 || (n == 2 && strcmp(w[1], "list") == 0))
        return list(s);
    if (n == 2 && strcmp(w[1], "clear") == 0) {
        unsigned k = inject_remove(&s->node->injections, INJECT_ATTACH, NULL);
        snprintf(out->text, sizeof out->text, "%u order%s taken back", k, plural_s(k));
        return NULL;
    }
    bool off = n == 4 && strcmp(w[3], "off") == 0; /* any kind of order for one place */
    bool understood = parse(w + 1, off ? 2 : n - 1, &i) == 0 || (off && i.kind != INJECT_KIND_N);
    take_alias(s->node->cfg, i.where);
    if (understood)
        order(s, &i, off, out);
    else
        admin_refuse(
            out, 2,
            "inject takes attach or allocate LU|TP COUNT SENSE, delay LU|TP MS [COUNT], refuse MODE, "
            "list or clear; KIND WHERE off takes an order back");
    return NULL;
}

json_t *admin_check(struct server *s, char **w, int n, struct lp_answer *out)
{
    (void)w;
    if (n != 1) {
        admin_refuse(out, 2, "check takes no further words");
        return NULL;
    }
    const char *bad = node_check(s->node);
    if (bad)
        admin_refuse(out, 1, "wrong: %.200s", bad);
    return NULL;
}
