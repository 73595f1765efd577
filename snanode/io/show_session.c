/* LUs, partners, modes, sessions and conversations as JSON rows.  Field names are part of snactl(1). */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/rows.h"
#include "snanode/io/show.h"
#include "snanode/local/stats.h"
#include "snanode/lu62/verb.h"

#define COUNT(r, field, v)   rows_count(r, field, (uint64_t)(v))
#define TEXT(r, field, v)    rows_text(r, field, v)
#define BOOLEAN(r, field, v) rows_bool(r, field, v)

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

static void put_use(struct rows *r, struct use u)
{
    COUNT(r, "sessions", u.sessions);
    COUNT(r, "conversations", u.conversations);
    COUNT(r, "waiting", u.waiting);
}

void show_lu(struct server *s, struct rows *r)
{
    const struct node_config *cfg = &s->loaded->cfg;
    char fq[NAME_FQ_ROOM];
    for (size_t i = 0; i < cfg->n_lus; i++) {
        const struct cfg_lu *lu = &cfg->lus[i];
        rows_begin(r);
        lu_fq(lu->netname, lu->luname, fq);
        TEXT(r, "alias", lu->alias);
        TEXT(r, "name", fq);
        TEXT(r, "kind", "local");
        BOOLEAN(r, "default_pool", lu->default_pool);
        COUNT(r, "tp_timeout_s", lu->tp_timeout_s);
        put_use(r, use_of(s->node, fq, NULL));
        TEXT(r, "comment", lu->comment);
        rows_end(r);
    }
}

static void partner_row(struct server *s, struct rows *r, const char *alias, const char *fq, const char *kind,
                        const char *connection, bool parallel)
{
    rows_begin(r);
    TEXT(r, "alias", alias);
    TEXT(r, "name", fq);
    TEXT(r, "kind", kind);
    TEXT(r, "connection", connection);
    BOOLEAN(r, "parallel", parallel);
    put_use(r, use_of(s->node, fq, NULL));
    rows_end(r);
}

static bool configured(const struct node_config *cfg, const char *fq)
{
    struct lu_partner p;
    return lu_partner_find(cfg, NULL, fq, &p) == 0;
}

/* Every LU may be a partner: LUs of this node, remote LUs, and LUs that are not configured but have
 * connected. */
void show_plu(struct server *s, struct rows *r)
{
    const struct node_config *cfg = &s->loaded->cfg;
    char fq[NAME_FQ_ROOM];
    for (size_t i = 0; i < cfg->n_lus; i++) {
        lu_fq(cfg->lus[i].netname, cfg->lus[i].luname, fq);
        partner_row(s, r, cfg->lus[i].alias, fq, "local", "", true);
    }
    for (size_t i = 0; i < cfg->n_rlus; i++) {
        lu_fq(cfg->rlus[i].netname, cfg->rlus[i].luname, fq);
        partner_row(s, r, cfg->rlus[i].alias, fq, "remote", cfg->rlus[i].connection, cfg->rlus[i].parallel);
    }
    LIST_FOREACH(l, &s->node->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if (!p->lu[1][0] && p->pair_link.prev == &p->pair->pools && !configured(cfg, p->fq[1]))
            partner_row(s, r, "", p->fq[1], "dynamic", "", p->pair->parallel);
    }
}

void show_mode(struct server *s, struct rows *r)
{
    for (size_t i = 0; i < s->loaded->cfg.n_modes; i++) {
        const struct cfg_mode *m = &s->loaded->cfg.modes[i];
        rows_begin(r);
        TEXT(r, "name", shown(m->name));
        COUNT(r, "session_limit", m->session_limit);
        COUNT(r, "min_winners", m->min_winners);
        COUNT(r, "min_losers", m->min_losers);
        COUNT(r, "auto_activate", m->auto_activate);
        BOOLEAN(r, "high_priority", m->high_priority);
        COUNT(r, "max_send_ru", m->max_send_ru);
        COUNT(r, "max_recv_ru", m->max_recv_ru);
        COUNT(r, "pacing_send", m->pace_send);
        COUNT(r, "pacing_recv", m->pace_recv);
        BOOLEAN(r, "predefined", m->predefined);
        put_use(r, use_of(s->node, NULL, m->name));
        rows_end(r);
    }
}

/* ---- limits in use, by LU, partner and mode ---- */

void show_cnos(struct server *s, struct rows *r)
{
    static const char *const by[] = {"-", "mode", "cnos"};
    static const char *const drain[] = {"no", "lu", "partner", "both"};
    LIST_FOREACH(l, &s->node->pools) {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        const struct mode_limits *m = &p->at[0];
        rows_begin(r);
        TEXT(r, "lu", p->lu[0]);
        TEXT(r, "partner", lu_shown(p, 1));
        TEXT(r, "mode", shown(p->mode));
        COUNT(r, "limit", m->limit);
        COUNT(r, "min_winners", m->min_winners);
        COUNT(r, "min_losers", m->min_losers);
        TEXT(r, "set_by", by[p->limits_from]);
        TEXT(r, "drain", drain[m->drain_self + 2 * m->drain_partner]);
        COUNT(r, "sessions", p->active);
        COUNT(r, "winners", p->winners[0]);
        COUNT(r, "losers", p->winners[1]);
        COUNT(r, "in_use", p->in_use);
        COUNT(r, "waiting", p->waiting);
        COUNT(r, "activations", p->activations);
        rows_end(r);
    }
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
static void put_ends(struct server *s, struct rows *r, const struct conversation *c, uint64_t now)
{
    struct stats_slot a, b;
    read_slot(s, c, SIDE_A, &a);
    read_slot(s, c, SIDE_B, &b);
    uint64_t last = a.last_ms > b.last_ms ? a.last_ms : b.last_ms;
    COUNT(r, "invoker_pid", pid_of(s, &c->sides[SIDE_A]));
    TEXT(r, "invoker_state", a.conv && a.state < CS_N ? conv_state_name(a.state) : "");
    TEXT(r, "invoker_machine", machine_of(s, &c->sides[SIDE_A]));
    COUNT(r, "tp_pid", pid_of(s, &c->sides[SIDE_B]));
    TEXT(r, "tp_state", b.conv && b.state < CS_N ? conv_state_name(b.state) : "");
    TEXT(r, "tp_machine", machine_of(s, &c->sides[SIDE_B]));
    COUNT(r, "octets_sent", a.conv ? a.sent : b.received);
    COUNT(r, "octets_received", a.conv ? a.received : b.sent);
    COUNT(r, "records_sent", a.conv ? a.sent_records : b.received_records);
    COUNT(r, "records_received", a.conv ? a.received_records : b.sent_records);
    COUNT(r, "age_s", (now - c->since_ms) / 1000);
    COUNT(r, "idle_s", last && now > last ? (now - last) / 1000 : 0);
}

static void conversation_row(struct server *s, struct rows *r, const struct conversation *c, uint64_t now)
{
    rows_begin(r);
    const struct session_pool *p = c->pool;
    COUNT(r, "id", c->id);
    TEXT(r, "state", conversation_state_name(c->state));
    TEXT(r, "tp", c->tp);
    TEXT(r, "lu", lu_shown(p, c->side_of_pool));
    TEXT(r, "partner", lu_shown(p, !c->side_of_pool));
    TEXT(r, "mode", shown(p->mode));
    TEXT(r, "type", c->type ? "mapped" : "basic");
    TEXT(r, "sync", c->sync ? "confirm" : "none");
    COUNT(r, "session", c->session ? c->session->id : 0);
    put_ends(s, r, c, now);
    rows_end(r);
}

void show_conversation(struct server *s, struct rows *r)
{
    uint64_t now = now_ms();
    uint32_t i = 0;
    const struct conversation *c;
    while ((c = idtab_next(&s->node->convs, &i)))
        conversation_row(s, r, c, now);
}

/* ---- sessions ---- */

static void session_row(struct server *s, struct rows *r, const struct session *e, uint64_t now)
{
    const struct session_pool *p = e->pool;
    const struct conversation *c = e->conv ? node_conversation(s->node, e->conv) : NULL;
    rows_begin(r);
    char sid[17];
    for (int i = 0; i < 8; i++)
        snprintf(sid + 2 * i, 3, "%02X", e->sid[i]);
    COUNT(r, "id", e->id);
    TEXT(r, "lu", p->lu[0]);
    TEXT(r, "partner", lu_shown(p, 1));
    TEXT(r, "mode", shown(p->mode));
    TEXT(r, "state", session_state_name(session_state(e)));
    TEXT(r, "winner", lu_shown(p, e->winner));
    TEXT(r, "primary", lu_shown(p, e->primary));
    COUNT(r, "max_ru", session_max_ru(e));
    COUNT(r, "window", e->agreed.window[0]);
    BOOLEAN(r, "kept", e->kept);
    COUNT(r, "conversation", c ? e->conv : 0);
    COUNT(r, "conversations", e->conversations);
    COUNT(r, "bids", e->bids);
    COUNT(r, "age_s", (now - e->since_ms) / 1000);
    COUNT(r, "idle_s", e->conv ? 0 : (now - e->idle_since_ms) / 1000);
    TEXT(r, "tp", c ? c->tp : "");
    COUNT(r, "invoker_pid", c ? pid_of(s, &c->sides[SIDE_A]) : 0);
    COUNT(r, "tp_pid", c ? pid_of(s, &c->sides[SIDE_B]) : 0);
    TEXT(r, "sid", sid);
    rows_end(r);
}

void show_session(struct server *s, struct rows *r)
{
    uint64_t now = now_ms();
    LIST_FOREACH(l, &s->node->pools) {
        LIST_FOREACH(m, &LIST_OWNER(l, struct session_pool, link)->sessions)
            session_row(s, r, LIST_OWNER(m, struct session, link), now);
    }
}
