/* LUs, partners, modes, sessions and conversations as JSON rows.  Field names are part of snactl(1). */
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/show.h"
#include "snanode/local/stats.h"
#include "snanode/lu62/verb.h"

#define SET(o, field, value) json_object_set_new(o, field, value)
#define COUNT(o, field, v)   SET(o, field, show_count((uint64_t)(v)))
#define TEXT(o, field, v)    SET(o, field, show_text(v))
#define BOOLEAN(o, field, v) SET(o, field, json_boolean(v))

static const char *shown(const char *mode)
{
    return mode[0] ? mode : "BLANK";
}

/* A partner without an alias is shown by its name. */
static const char *lu_shown(const struct session_pool *p, unsigned i)
{
    return p->lu[i][0] ? p->lu[i] : p->fq[i];
}

/* ---- what is in use, by LU and by mode ---- */

struct use {
    unsigned sessions, conversations, waiting;
};

/* What is in use of the LU called FQ, or of all LUs when NULL; likewise MODE. */
static struct use use_of(const struct node *n, const char *fq, const char *mode)
{
    struct use u = {0, 0, 0};
    LIST_FOREACH(l, &n->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if ((fq && strcmp(p->fq[0], fq) != 0 && strcmp(p->fq[1], fq) != 0) ||
            (mode && strcmp(p->mode, mode) != 0))
            continue;
        u.sessions += p->active;
        u.conversations += p->in_use;
        u.waiting += p->waiting;
    }
    return u;
}

static void put_use(json_t *o, struct use u)
{
    COUNT(o, "sessions", u.sessions);
    COUNT(o, "conversations", u.conversations);
    COUNT(o, "waiting", u.waiting);
}

json_t *show_lu(struct server *s)
{
    const struct node_config *cfg = &s->loaded->cfg;
    json_t *rows = json_array();
    char fq[NAME_FQ_ROOM];
    for (size_t i = 0; i < cfg->n_lus; i++) {
        const struct cfg_lu *lu = &cfg->lus[i];
        json_t *o = json_object();
        lu_fq(lu->netname, lu->luname, fq);
        TEXT(o, "alias", lu->alias);
        TEXT(o, "name", fq);
        TEXT(o, "kind", "local");
        BOOLEAN(o, "default_pool", lu->default_pool);
        COUNT(o, "tp_timeout_s", lu->tp_timeout_s);
        put_use(o, use_of(s->node, fq, NULL));
        TEXT(o, "comment", lu->comment);
        json_array_append_new(rows, o);
    }
    return rows;
}

static void partner_row(struct server *s, json_t *rows, const char *alias, const char *fq, const char *kind,
                        const char *connection, bool parallel)
{
    json_t *o = json_object();
    TEXT(o, "alias", alias);
    TEXT(o, "name", fq);
    TEXT(o, "kind", kind);
    TEXT(o, "connection", connection);
    BOOLEAN(o, "parallel", parallel);
    put_use(o, use_of(s->node, fq, NULL));
    json_array_append_new(rows, o);
}

static bool configured(const struct node_config *cfg, const char *fq)
{
    struct lu_partner p;
    return lu_partner_find(cfg, NULL, fq, &p) == 0;
}

/* Every LU may be a partner: LUs of this node, remote LUs, and LUs that are not configured but have
 * connected. */
json_t *show_plu(struct server *s)
{
    const struct node_config *cfg = &s->loaded->cfg;
    json_t *rows = json_array();
    char fq[NAME_FQ_ROOM];
    for (size_t i = 0; i < cfg->n_lus; i++) {
        lu_fq(cfg->lus[i].netname, cfg->lus[i].luname, fq);
        partner_row(s, rows, cfg->lus[i].alias, fq, "local", "", true);
    }
    for (size_t i = 0; i < cfg->n_rlus; i++) {
        lu_fq(cfg->rlus[i].netname, cfg->rlus[i].luname, fq);
        partner_row(s, rows, cfg->rlus[i].alias, fq, "remote", cfg->rlus[i].connection,
                    cfg->rlus[i].parallel);
    }
    LIST_FOREACH(l, &s->node->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if (!p->lu[1][0] && p->pair_link.prev == &p->pair->pools && !configured(cfg, p->fq[1]))
            partner_row(s, rows, "", p->fq[1], "dynamic", "", p->pair->parallel);
    }
    return rows;
}

json_t *show_mode(struct server *s)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < s->loaded->cfg.n_modes; i++) {
        const struct cfg_mode *m = &s->loaded->cfg.modes[i];
        json_t *o = json_object();
        TEXT(o, "name", shown(m->name));
        COUNT(o, "session_limit", m->session_limit);
        COUNT(o, "min_winners", m->min_winners);
        COUNT(o, "min_losers", m->min_losers);
        COUNT(o, "auto_activate", m->auto_activate);
        BOOLEAN(o, "high_priority", m->high_priority);
        COUNT(o, "max_send_ru", m->max_send_ru);
        COUNT(o, "max_recv_ru", m->max_recv_ru);
        COUNT(o, "pacing_send", m->pace_send);
        COUNT(o, "pacing_recv", m->pace_recv);
        BOOLEAN(o, "predefined", m->predefined);
        put_use(o, use_of(s->node, NULL, m->name));
        json_array_append_new(rows, o);
    }
    return rows;
}

/* ---- limits in use, by LU, partner and mode ---- */

json_t *show_cnos(struct server *s)
{
    static const char *const by[] = {"-", "mode", "cnos"};
    static const char *const drain[] = {"no", "lu", "partner", "both"};
    json_t *rows = json_array();
    LIST_FOREACH(l, &s->node->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        const struct mode_limits *m = &p->at[0];
        json_t *o = json_object();
        TEXT(o, "lu", p->lu[0]);
        TEXT(o, "partner", lu_shown(p, 1));
        TEXT(o, "mode", shown(p->mode));
        COUNT(o, "limit", m->limit);
        COUNT(o, "min_winners", m->min_winners);
        COUNT(o, "min_losers", m->min_losers);
        TEXT(o, "set_by", by[p->limits_from]);
        TEXT(o, "drain", drain[m->drain_self + 2 * m->drain_partner]);
        COUNT(o, "sessions", p->active);
        COUNT(o, "winners", p->winners[0]);
        COUNT(o, "losers", p->winners[1]);
        COUNT(o, "in_use", p->in_use);
        COUNT(o, "waiting", p->waiting);
        COUNT(o, "activations", p->activations);
        json_array_append_new(rows, o);
    }
    return rows;
}

/* ---- conversations ---- */

/* What the process itself shows of its side; for display only. */
static void read_slot(struct server *s, const struct conversation *c, unsigned side, struct stats_slot *out)
{
    const struct conversation_side *e = &c->sides[side];
    *out = (struct stats_slot){.conv = 0};
    if (e->over || !e->process || e->slot == STATS_SLOT_NONE)
        return;
    int fd = client_stats(s, e->process);
    if (fd < 0 || pread(fd, out, sizeof *out, (off_t)e->slot * (off_t)sizeof *out) != (ssize_t)sizeof *out ||
        out->conv != c->id)
        *out = (struct stats_slot){.conv = 0};
}

static int pid_of(struct server *s, const struct conversation_side *e)
{
    struct process *p = e->over ? NULL : node_process(s->node, e->process);
    return p ? p->pid : 0;
}

/* The other machine of the domain that has the side E, "" = none. */
static const char *machine_of(const struct server *s, const struct conversation_side *e)
{
    const struct process *p = e->over ? NULL : node_process(s->node, e->process);
    return p && p->machine ? strchr(p->program, ' ') + 1 : "";
}

/* Both ends of C: the processes, and how much they say has gone each way. */
static void put_ends(struct server *s, json_t *o, const struct conversation *c, uint64_t now)
{
    struct stats_slot a, b;
    read_slot(s, c, SIDE_A, &a);
    read_slot(s, c, SIDE_B, &b);
    uint64_t last = a.last_ms > b.last_ms ? a.last_ms : b.last_ms;
    COUNT(o, "invoker_pid", pid_of(s, &c->sides[SIDE_A]));
    TEXT(o, "invoker_state", a.conv && a.state < CS_N ? conv_state_name(a.state) : "");
    TEXT(o, "invoker_machine", machine_of(s, &c->sides[SIDE_A]));
    COUNT(o, "tp_pid", pid_of(s, &c->sides[SIDE_B]));
    TEXT(o, "tp_state", b.conv && b.state < CS_N ? conv_state_name(b.state) : "");
    TEXT(o, "tp_machine", machine_of(s, &c->sides[SIDE_B]));
    COUNT(o, "octets_sent", a.conv ? a.sent : b.received);
    COUNT(o, "octets_received", a.conv ? a.received : b.sent);
    COUNT(o, "records_sent", a.conv ? a.sent_records : b.received_records);
    COUNT(o, "records_received", a.conv ? a.received_records : b.sent_records);
    COUNT(o, "age_s", (now - c->since_ms) / 1000);
    COUNT(o, "idle_s", last && now > last ? (now - last) / 1000 : 0);
}

static json_t *conversation_row(struct server *s, const struct conversation *c, uint64_t now)
{
    json_t *o = json_object();
    const struct session_pool *p = c->pool;
    COUNT(o, "id", c->id);
    TEXT(o, "state", conversation_state_name(c->state));
    TEXT(o, "tp", c->tp);
    TEXT(o, "lu", lu_shown(p, c->side_of_pool));
    TEXT(o, "partner", lu_shown(p, !c->side_of_pool));
    TEXT(o, "mode", shown(p->mode));
    TEXT(o, "type", c->type ? "mapped" : "basic");
    TEXT(o, "sync", c->sync ? "confirm" : "none");
    COUNT(o, "session", c->session ? c->session->id : 0);
    put_ends(s, o, c, now);
    return o;
}

json_t *show_conversation(struct server *s)
{
    json_t *rows = json_array();
    uint64_t now = now_ms();
    uint32_t i = 0;
    const struct conversation *c;
    while ((c = idtab_next(&s->node->convs, &i)))
        json_array_append_new(rows, conversation_row(s, c, now));
    return rows;
}

/* ---- sessions ---- */

static json_t *session_row(struct server *s, const struct session *e, uint64_t now)
{
    const struct session_pool *p = e->pool;
    const struct conversation *c = e->conv ? node_conversation(s->node, e->conv) : NULL;
    json_t *o = json_object();
    char sid[17];
    for (int i = 0; i < 8; i++)
        snprintf(sid + 2 * i, 3, "%02X", e->sid[i]);
    COUNT(o, "id", e->id);
    TEXT(o, "lu", p->lu[0]);
    TEXT(o, "partner", lu_shown(p, 1));
    TEXT(o, "mode", shown(p->mode));
    TEXT(o, "state", session_state_name(session_state(e)));
    TEXT(o, "winner", lu_shown(p, e->winner));
    TEXT(o, "primary", lu_shown(p, e->primary));
    COUNT(o, "max_ru", session_max_ru(e));
    COUNT(o, "window", e->agreed.window[0]);
    BOOLEAN(o, "kept", e->kept);
    COUNT(o, "conversation", c ? e->conv : 0);
    COUNT(o, "conversations", e->conversations);
    COUNT(o, "bids", e->bids);
    COUNT(o, "age_s", (now - e->since_ms) / 1000);
    COUNT(o, "idle_s", e->conv ? 0 : (now - e->idle_since_ms) / 1000);
    TEXT(o, "tp", c ? c->tp : "");
    COUNT(o, "invoker_pid", c ? pid_of(s, &c->sides[SIDE_A]) : 0);
    COUNT(o, "tp_pid", c ? pid_of(s, &c->sides[SIDE_B]) : 0);
    TEXT(o, "sid", sid);
    return o;
}

json_t *show_session(struct server *s)
{
    json_t *rows = json_array();
    uint64_t now = now_ms();
    LIST_FOREACH(l, &s->node->pools) {
        LIST_FOREACH(m, &LIST_OWNER(l, struct session_pool, link)->sessions)
            json_array_append_new(rows, session_row(s, LIST_OWNER(m, struct session, link), now));
    }
    return rows;
}
