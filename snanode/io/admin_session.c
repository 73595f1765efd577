/* snactl's commands that change sessions: activate, deactivate, cnos, cut. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/base/plural.h"
#include "snanode/io/admin.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/show.h"
#include "snanode/node/cnos.h"
#include "snanode/wire/sense.h"

int admin_refuse(struct lp_answer *out, int status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(out->text, sizeof out->text, fmt, ap);
    va_end(ap);
    out->exit = (uint8_t)status;
    return -1;
}

int admin_number(const char *text, unsigned least, unsigned most, unsigned *out)
{
    char *end;
    unsigned long v = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end || v < least || v > most)
        return -1;
    *out = (unsigned)v;
    return 0;
}

/* LU PARTNER MODE in any case, as in the product's verbs; what does not exist gives the product's return
 * codes. */
struct target {
    struct session_pool *pool;
    uint8_t side;
};

static int find_target(struct server *s, char **w, struct target *t, struct lp_answer *out)
{
    const struct node_config *cfg = s->node->cfg;
    for (int i = 0; i < 3; i++)
        name_fold(w[i]);
    const struct cfg_lu *lu = config_lu(cfg, w[0]);
    const struct cfg_mode *mode = config_mode(cfg, strcmp(w[2], "BLANK") == 0 ? "" : w[2]);
    struct lu_partner partner;
    if (!lu)
        return admin_refuse(out, 1, "0001/00000003: %.17s is not a local LU", w[0]);
    if (lu_partner_find(cfg, lu, w[1], &partner) < 0)
        return admin_refuse(out, 1, "0001/0000015B: partner LU %.17s is not defined", w[1]);
    if (!mode)
        return admin_refuse(out, 1, "0001/00000018: mode %.8s is not defined", w[2]);
    if (mode->reserved && !lu_partnered(lu, &partner, mode))
        return admin_refuse(out, 1, "0001/00000519: mode %.8s is between control points, not LUs", w[2]);
    if (!lu_partnered(lu, &partner, mode))
        return admin_refuse(out, 1, "0001/0000015B: %.8s and %.17s are not partners in mode %.8s", w[0], w[1],
                            w[2]);
    t->pool = pool_find(s->node, lu, &partner, mode, mode->name, &t->side);
    return t->pool ? 0 : admin_refuse(out, 1, "out of memory");
}

/* ---- answers that come later ---- */

struct ask {
    struct list link;
    uint32_t tag, client;
    struct target t;
    bool all; /* all modes */
};

uint32_t admin_tag(struct server *s)
{
    return ++s->next_ask ? s->next_ask : ++s->next_ask;
}

/* A tag for a request about T; 0: out of memory. */
static uint32_t ask_new(struct server *s, const struct target *t, bool all, struct lp_answer *out)
{
    struct ask *a = calloc(1, sizeof *a);
    if (!a) {
        admin_refuse(out, 1, "out of memory");
        return 0;
    }
    a->tag = admin_tag(s);
    a->t = *t;
    a->all = all;
    list_append(&s->asks, &a->link);
    out->exit = ADMIN_LATER;
    return a->tag;
}

void admin_asks(struct server *s, uint32_t client)
{
    if (!list_empty(&s->asks))
        LIST_OWNER(s->asks.prev, struct ask, link)->client = client;
}

static void say_cnos(struct lp_answer *out, enum cnos_code rc)
{
    admin_refuse(out, 1, "%04X/%08X: %s", cnos_primary(rc), cnos_secondary(rc), cnos_text(rc));
}

static void say_activated(struct lp_answer *out, const struct node_effect *e)
{
    if (e->rc == ORDER_DONE)
        snprintf(out->text, sizeof out->text, "session %u is active", e->sense);
    else if (e->rc == ORDER_CNOS)
        say_cnos(out, (enum cnos_code)e->sense);
    else
        admin_refuse(out, 1, "session not activated: %08X %s", e->sense, sense_name(e->sense));
}

static void say_limits(struct lp_answer *out, enum cnos_code rc, const struct ask *a)
{
    const struct mode_limits *m = &a->t.pool->at[a->t.side];
    if (rc != CNOS_RC_ACCEPTED && rc != CNOS_RC_NEGOTIATED)
        say_cnos(out, rc);
    else if (a->all)
        snprintf(out->text, sizeof out->text, "all modes are reset");
    else
        snprintf(out->text, sizeof out->text, "%s: limit %u, winners %u, losers %u", cnos_text(rc), m->limit,
                 m->min_winners, m->min_losers);
}

void admin_told(struct server *s, const struct node_effect *e)
{
    LIST_FOREACH_SAFE(l, &s->asks) {
        struct ask *a = LIST_OWNER(l, struct ask, link);
        struct client *c = client_get(s, a->client);
        struct lp_answer out = {.exit = 0};
        if (a->tag != e->conv)
            continue;
        if (e->kind == NODE_FX_CNOS)
            say_limits(&out, (enum cnos_code)e->rc, a);
        else
            say_activated(&out, e);
        if (c)
            client_answer_tool(c, &out, -1);
        list_remove(&a->link);
        free(a);
    }
}

void admin_forget_all(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->asks)
        free(LIST_OWNER(l, struct ask, link));
    list_init(&s->asks);
}

/* ---- commands ---- */

json_t *admin_activate(struct server *s, char **w, int n, struct lp_answer *out)
{
    struct target t;
    uint32_t tag;
    if (n == 3 && strcmp(w[1], "connection") == 0)
        return admin_activate_link(s, w[2], out);
    if (n != 4)
        admin_refuse(out, 2, "activate takes LU PARTNER MODE, or connection NAME");
    else if (find_target(s, w + 1, &t, out) == 0 && (tag = ask_new(s, &t, false, out)))
        node_activate(s->node, t.pool, t.side, ORDER_EITHER, tag, now_ms(), &s->nfx);
    return NULL;
}

/* Ending one may give a waiting Allocate a new session; new ones stay. */
unsigned admin_deactivate_all(struct server *s, struct session_pool *p, bool cleanup)
{
    uint32_t last = s->node->next_session;
    unsigned k = 0;
    for (uint32_t *ids = malloc((s->node->n_sessions + 1) * sizeof *ids), i = 0, count = 0; ids;
         free(ids), ids = NULL) {
        LIST_FOREACH(l, &p->sessions)
            if (LIST_OWNER(l, struct session, link)->held)
                ids[count++] = LIST_OWNER(l, struct session, link)->id;
        for (i = 0; i < count; i++) {
            struct session *e = ids[i] < last ? session_by_id(s->node, ids[i]) : NULL;
            if (e) {
                node_deactivate(s->node, e, cleanup, now_ms(), &s->nfx);
                k++;
            }
        }
    }
    return k;
}

json_t *admin_deactivate(struct server *s, char **w, int n, struct lp_answer *out)
{
    bool cleanup = strcmp(w[n - 1], "cleanup") == 0;
    struct target t;
    unsigned id;
    if (n == 3 && strcmp(w[1], "connection") == 0)
        return admin_deactivate_link(s, w[2], out);
    if (cleanup || strcmp(w[n - 1], "normal") == 0)
        n--;
    if (n == 2 && admin_number(w[1], 1, UINT32_MAX, &id) == 0) {
        struct session *e = session_by_id(s->node, id);
        if (!e) {
            admin_refuse(out, 1, "no session %u", id);
            return NULL;
        }
        bool busy = e->conv != 0;
        node_deactivate(s->node, e, cleanup, now_ms(), &s->nfx);
        snprintf(out->text, sizeof out->text, "session %u %s", id,
                 busy && !cleanup ? "ends with its conversation" : "is unbound");
    } else if (n == 4) {
        if (find_target(s, w + 1, &t, out) == 0) {
            unsigned k = admin_deactivate_all(s, t.pool, cleanup);
            snprintf(out->text, sizeof out->text, "%u session%s deactivated", k, plural_s(k));
        }
    } else {
        admin_refuse(
            out, 2,
            "deactivate takes SESSION, or LU PARTNER MODE, and then normal or cleanup; or connection NAME");
    }
    return NULL;
}

/* set LIMIT WINNERS LOSERS [ACTIVATE] | reset [drain | drain-source | drain-target] */
static int parse_cnos(char **w, int n, struct cnos_ask *a)
{
    unsigned most = CNOS_COUNT_MAX;
    if (n >= 4 && n <= 5 && strcmp(w[0], "set") == 0)
        return admin_number(w[1], 0, most, &a->limit) < 0 || admin_number(w[2], 0, most, &a->winners) < 0 ||
                       admin_number(w[3], 0, most, &a->losers) < 0 ||
                       (n == 5 && admin_number(w[4], 0, most, &a->auto_activate) < 0)
                   ? -1
                   : 0;
    if (n < 1 || n > 2 || strcmp(w[0], "reset") != 0)
        return -1;
    a->reset = true;
    if (n == 1)
        return 0;
    a->drain_source = strcmp(w[1], "drain") == 0 || strcmp(w[1], "drain-source") == 0;
    a->drain_target = strcmp(w[1], "drain") == 0 || strcmp(w[1], "drain-target") == 0;
    return a->drain_source || a->drain_target ? 0 : -1;
}

json_t *admin_cnos(struct server *s, char **w, int n, struct lp_answer *out)
{
    struct cnos_ask ask = {.reset = false};
    struct target t;
    if (n < 5 || parse_cnos(w + 4, n - 4, &ask) < 0) {
        admin_refuse(
            out, 2, "cnos takes LU PARTNER MODE, then set LIMIT WINNERS LOSERS [ACTIVATE], or reset [drain]");
        return NULL;
    }
    char all[] = "SNASVCMG";
    ask.all_modes = name_casecmp(w[3], "ALL") == 0;
    if (ask.all_modes)
        w[3] = all;
    if (find_target(s, w + 1, &t, out) < 0)
        return NULL;
    uint32_t tag = ask_new(s, &t, ask.all_modes, out);
    if (tag)
        node_cnos(s->node, t.pool, t.side, &ask, tag, now_ms(), &s->nfx);
    return NULL;
}

json_t *admin_cut(struct server *s, char **w, int n, struct lp_answer *out)
{
    unsigned id;
    bool session = n == 3 && strcmp(w[1], "session") == 0;
    if (n != 3 || (!session && strcmp(w[1], "conversation") != 0) ||
        admin_number(w[2], 1, UINT32_MAX, &id) < 0) {
        admin_refuse(out, 2, "cut takes conversation or session, and an ID");
        return NULL;
    }
    struct session *e = session ? session_by_id(s->node, id) : NULL;
    if (session ? !e : !node_conversation(s->node, id))
        admin_refuse(out, 1, "no %s %u", w[1], id);
    else if (!session)
        node_cut(s->node, id, SENSE_SESSION_RESET, now_ms(), &s->nfx);
    else
        node_deactivate(s->node, e, true, now_ms(), &s->nfx);
    return NULL;
}
