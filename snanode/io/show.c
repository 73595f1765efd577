/* The node's objects as JSON rows; snactl makes tables of them.  Field names are part of snactl(1). */
#include <jansson.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/server.h"
#include "snanode/local/stats.h"
#include "snanode/lu62/verb.h"

static json_t *count(uint64_t v)
{
    return json_integer((json_int_t)v);
}

static json_t *text(const char *s)
{
    json_t *t = json_string(s);
    return t ? t : json_string("?"); /* not UTF-8 */
}

json_t *show_status(struct server *s)
{
    struct am_counts k = am_counts(s->am);
    json_t *o = json_object();
    unsigned processes = 0;
    LIST_FOREACH(l, &s->node->processes)
    processes++;
    json_object_set_new(o, "server", text(s->loaded->cfg.server));
    json_object_set_new(o, "network", text(s->loaded->cfg.netname));
    json_object_set_new(o, "state", text(s->stopping ? "stopping" : "active"));
    json_object_set_new(o, "pid", count((uint64_t)getpid()));
    json_object_set_new(o, "uptime_s", count((now_ms() - s->started_ms) / 1000));
    json_object_set_new(o, "version", text(SNANODE_VERSION));
    json_object_set_new(o, "socket", text(s->socket_path));
    json_object_set_new(o, "processes", count(processes));
    json_object_set_new(o, "conversations", count(s->node->convs.n));
    json_object_set_new(o, "accepts_outstanding", count(k.accepts));
    json_object_set_new(o, "attaches_queued", count(k.attaches));
    json_object_set_new(o, "tp_processes", count(s->n_children));
    json_object_set_new(o, "allocates", count(s->node->allocates));
    json_object_set_new(o, "allocates_refused", count(s->node->refused));
    json_object_set_new(o, "attaches_delivered", count(s->delivered));
    json_object_set_new(o, "attaches_rejected", count(s->rejected));
    json_object_set_new(o, "tp_starts", count(s->launches));
    json_object_set_new(o, "tp_start_failures", count(s->launch_failures));
    json_object_set_new(o, "clients_dropped", count(s->dropped_clients));
    return o;
}

struct lu_use {
    unsigned sessions, conversations, waiting;
};

static struct lu_use use_of(const struct node *n, const char *alias)
{
    struct lu_use u = {0, 0, 0};
    LIST_FOREACH(l, &n->pools)
    {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if (strcmp(p->lu[0], alias) != 0 && strcmp(p->lu[1], alias) != 0)
            continue;
        u.sessions += p->active;
        u.conversations += p->in_use;
        u.waiting += p->waiting;
    }
    return u;
}

json_t *show_lu(struct server *s)
{
    const struct node_config *cfg = &s->loaded->cfg;
    json_t *rows = json_array();
    char fq[18];
    for (size_t i = 0; i < cfg->n_lus; i++) {
        const struct cfg_lu *lu = &cfg->lus[i];
        struct lu_use u = use_of(s->node, lu->alias);
        json_t *o = json_object();
        lu_fq(lu->netname, lu->luname, fq);
        json_object_set_new(o, "alias", text(lu->alias));
        json_object_set_new(o, "name", text(fq));
        json_object_set_new(o, "kind", text("local"));
        json_object_set_new(o, "default_pool", json_boolean(lu->default_pool));
        json_object_set_new(o, "tp_timeout_s", count(lu->tp_timeout_s));
        json_object_set_new(o, "sessions", count(u.sessions));
        json_object_set_new(o, "conversations", count(u.conversations));
        json_object_set_new(o, "waiting", count(u.waiting));
        json_object_set_new(o, "comment", text(lu->comment));
        json_array_append_new(rows, o);
    }
    return rows;
}

json_t *show_mode(struct server *s)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < s->loaded->cfg.n_modes; i++) {
        const struct cfg_mode *m = &s->loaded->cfg.modes[i];
        json_t *o = json_object();
        json_object_set_new(o, "name", text(m->name[0] ? m->name : "BLANK"));
        json_object_set_new(o, "session_limit", count(m->session_limit));
        json_object_set_new(o, "min_winners", count(m->min_winners));
        json_object_set_new(o, "min_losers", count(m->min_losers));
        json_object_set_new(o, "max_send_ru", count(m->max_send_ru));
        json_object_set_new(o, "max_recv_ru", count(m->max_recv_ru));
        json_object_set_new(o, "pacing_send", count(m->pace_send));
        json_object_set_new(o, "pacing_recv", count(m->pace_recv));
        json_object_set_new(o, "predefined", json_boolean(m->predefined));
        json_array_append_new(rows, o);
    }
    return rows;
}

json_t *show_session(struct server *s)
{
    json_t *rows = json_array();
    uint64_t now = now_ms();
    LIST_FOREACH(l, &s->node->pools)
    {
        const struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        LIST_FOREACH(m, &p->sessions)
        {
            const struct session *e = LIST_OWNER(m, struct session, link);
            json_t *o = json_object();
            json_object_set_new(o, "id", count(e->id));
            json_object_set_new(o, "lu", text(p->lu[0]));
            json_object_set_new(o, "partner", text(p->lu[1]));
            json_object_set_new(o, "mode", text(p->mode[0] ? p->mode : "BLANK"));
            json_object_set_new(o, "state", text(e->conv ? "in use" : "idle"));
            json_object_set_new(o, "winner", text(p->lu[e->winner]));
            json_object_set_new(o, "max_ru", count(session_max_ru(e)));
            json_object_set_new(o, "conversation", count(e->conv));
            json_object_set_new(o, "conversations", count(e->conversations));
            json_object_set_new(o, "age_s", count((now - e->since_ms) / 1000));
            json_array_append_new(rows, o);
        }
    }
    return rows;
}

/* What the process itself shows of its side; display only. */
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

static json_t *conversation_row(struct server *s, const struct conversation *c, uint64_t now)
{
    struct stats_slot a, b;
    json_t *o = json_object();
    const struct session_pool *p = c->pool;
    read_slot(s, c, SIDE_A, &a);
    read_slot(s, c, SIDE_B, &b);
    uint64_t last = a.last_ms > b.last_ms ? a.last_ms : b.last_ms;
    json_object_set_new(o, "id", count(c->id));
    json_object_set_new(o, "state", text(conversation_state_name(c->state)));
    json_object_set_new(o, "tp", text(c->tp));
    json_object_set_new(o, "lu", text(p->lu[c->side_of_pool]));
    json_object_set_new(o, "partner", text(p->lu[!c->side_of_pool]));
    json_object_set_new(o, "mode", text(p->mode[0] ? p->mode : "BLANK"));
    json_object_set_new(o, "type", text(c->type ? "mapped" : "basic"));
    json_object_set_new(o, "sync", text(c->sync ? "confirm" : "none"));
    json_object_set_new(o, "session", count(c->session ? c->session->id : 0));
    json_object_set_new(o, "invoker_pid", count((uint64_t)pid_of(s, &c->sides[SIDE_A])));
    json_object_set_new(o, "invoker_state", text(a.conv && a.state < CS_N ? conv_state_name(a.state) : ""));
    json_object_set_new(o, "tp_pid", count((uint64_t)pid_of(s, &c->sides[SIDE_B])));
    json_object_set_new(o, "tp_state", text(b.conv && b.state < CS_N ? conv_state_name(b.state) : ""));
    json_object_set_new(o, "octets_sent", count(a.conv ? a.sent : b.received));
    json_object_set_new(o, "octets_received", count(a.conv ? a.received : b.sent));
    json_object_set_new(o, "records_sent", count(a.conv ? a.sent_records : b.received_records));
    json_object_set_new(o, "records_received", count(a.conv ? a.received_records : b.sent_records));
    json_object_set_new(o, "age_s", count((now - c->since_ms) / 1000));
    json_object_set_new(o, "idle_s", count(last && now > last ? (now - last) / 1000 : 0));
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

static void tp_row(void *arg, const struct am_tp_view *v)
{
    json_t *o = json_object();
    json_object_set_new(o, "name", text(v->name));
    json_object_set_new(o, "lu", text(v->lu));
    json_object_set_new(o, "kind", text(tp_kind_name(v->kind)));
    json_object_set_new(o, "service", json_boolean(v->service));
    json_object_set_new(o, "state", text(v->state));
    json_object_set_new(o, "pid", count((uint64_t)v->pid));
    json_object_set_new(o, "processes", count(v->processes));
    json_object_set_new(o, "queue_length", count(v->queue_length));
    json_object_set_new(o, "oldest_ms", count(v->oldest_ms));
    json_object_set_new(o, "accepts", count(v->accepts));
    json_object_set_new(o, "starts", count(v->starts));
    json_object_set_new(o, "accepted", count(v->accepted));
    json_object_set_new(o, "rejected", count(v->rejected));
    json_object_set_new(o, "configured", json_boolean(v->configured));
    json_object_set_new(o, "program", text(v->entry && v->entry->program ? v->entry->program : ""));
    json_array_append_new(arg, o);
}

json_t *show_tp(struct server *s)
{
    json_t *rows = json_array();
    am_each_tp(s->am, now_ms(), tp_row, rows);
    return rows;
}

static void queue_row(void *arg, const struct am_queue_view *v)
{
    json_t *o = json_object();
    json_object_set_new(o, "conversation", count(v->conv));
    json_object_set_new(o, "tp", text(v->tp));
    json_object_set_new(o, "lu", text(v->lu));
    json_object_set_new(o, "waits_for", text(v->entry));
    json_object_set_new(o, "waited_ms", count(v->waited_ms));
    json_object_set_new(o, "left_ms", count(v->left_ms));
    json_array_append_new(arg, o);
}

json_t *show_queue(struct server *s)
{
    json_t *rows = json_array();
    am_each_queued(s->am, now_ms(), queue_row, rows);
    return rows;
}

json_t *show_side(struct server *s)
{
    static const char *const security[] = {"none", "same", "program"};
    json_t *rows = json_array();
    const struct side_table *t = &s->node->sides;
    for (size_t i = 0; i < t->n; i++) {
        const struct cfg_side *e = &t->v[i];
        char name[4 * 64 + 1];
        json_t *o = json_object();
        json_object_set_new(o, "name", text(e->name));
        json_object_set_new(o, "partner", text(e->partner));
        json_object_set_new(o, "tp", text(log_clean(name, sizeof name, e->tp_name, e->tp_name_n)));
        json_object_set_new(o, "service_tp", json_boolean(e->service_tp));
        json_object_set_new(o, "mode", text(e->mode[0] ? e->mode : "BLANK"));
        json_object_set_new(o, "security", text(security[e->security]));
        json_object_set_new(o, "user", text(e->user));
        json_array_append_new(rows, o);
    }
    return rows;
}

static json_t *stamp(time_t t)
{
    char out[32];
    struct tm tm;
    localtime_r(&t, &tm);
    strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%S%z", &tm);
    return json_string(out);
}

json_t *show_event(struct server *s)
{
    json_t *rows = json_array();
    LIST_FOREACH(l, &s->events)
    {
        const struct event_row *r = LIST_OWNER(l, struct event_row, link);
        json_t *o = json_object();
        json_object_set_new(o, "event", count(r->id));
        json_object_set_new(o, "count", count(r->count));
        json_object_set_new(o, "first", stamp(r->first));
        json_object_set_new(o, "last", stamp(r->last));
        json_object_set_new(o, "text", text(r->text));
        json_array_append_new(rows, o);
    }
    return rows;
}
