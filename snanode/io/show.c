/* The node's objects as JSON rows; snactl makes tables of them.  Field names are part of snactl(1). */
#include "snanode/io/show.h"

#include <jansson.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/names.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"
#include "snanode/io/launch/program.h"
#include "snanode/io/rows.h"

json_t *show_count(uint64_t v)
{
    return json_integer((json_int_t)v);
}

json_t *show_text(const char *s)
{
    json_t *t = json_string(s);
    return t ? t : json_string("?"); /* not UTF-8 */
}

json_t *show_status(struct server *s)
{
    struct am_counts k = am_counts(s->am);
    json_t *o = json_object();
    size_t processes = s->node->processes_by_id.n - s->node->machines.n; /* which stand for machines */
    json_object_set_new(o, "server", show_text(s->loaded->cfg.server));
    json_object_set_new(o, "network", show_text(s->loaded->cfg.netname));
    json_object_set_new(o, "state", show_text(s->stopping ? "stopping" : "active"));
    json_object_set_new(o, "pid", show_count((uint64_t)getpid()));
    json_object_set_new(o, "uptime_s", show_count((now_ms() - s->started_ms) / 1000));
    json_object_set_new(o, "version", show_text(SNANODE_VERSION));
    json_object_set_new(o, "socket", show_text(s->socket_path));
    json_object_set_new(o, "processes", show_count(processes));
    json_object_set_new(o, "conversations", show_count(s->node->convs.n));
    json_object_set_new(o, "accepts_outstanding", show_count(k.accepts));
    json_object_set_new(o, "attaches_queued", show_count(k.attaches));
    json_object_set_new(o, "tp_processes", show_count(s->n_children));
    json_object_set_new(o, "sessions", show_count(s->node->activations - s->node->unbinds));
    json_object_set_new(o, "session_activations", show_count(s->node->activations));
    json_object_set_new(o, "binds_refused", show_count(s->node->refused_binds));
    json_object_set_new(o, "allocates", show_count(s->node->allocates));
    json_object_set_new(o, "allocates_refused", show_count(s->node->refused));
    json_object_set_new(o, "attaches_delivered", show_count(s->delivered));
    json_object_set_new(o, "attaches_rejected", show_count(s->rejected));
    json_object_set_new(o, "sessions_stayed", show_count(s->stays_so_far));
    json_object_set_new(o, "brackets", show_count(s->brackets));
    json_object_set_new(o, "tp_starts", show_count(s->launches));
    json_object_set_new(o, "tp_start_failures", show_count(s->launch_failures));
    json_object_set_new(o, "connections", show_count(s->clients.n));
    json_object_set_new(o, "clients_dropped", show_count(s->dropped_clients));
    return o;
}

struct tp_rows {
    struct server *s;
    struct rows *rows;
    const char *program;  /* of the entry before; NULL: none */
    char found[PATH_MAX]; /* the file that it is */
};

/* The running program: the file found under the configured name (program.h), else the name that the process
 * gave. */
static const char *what_runs(struct tp_rows *t, const struct am_tp_status *st)
{
    const char *program = st->entry ? st->entry->program : NULL;
    if (program) {
        if (!t->program || strcmp(t->program, program) != 0)
            program_find(program, t->found, sizeof t->found);
        t->program = program;
        return t->found;
    }
    const struct process *p = st->process ? node_process(t->s->node, st->process) : NULL;
    return p ? p->program : "";
}

static void tp_row(void *arg, const struct am_tp_status *st)
{
    struct tp_rows *t = arg;
    struct rows *r = t->rows;
    rows_begin(r);
    rows_text(r, "name", st->name);
    rows_text(r, "lu", st->lu);
    rows_text(r, "kind", tp_kind_name(st->kind));
    rows_bool(r, "service", st->service);
    rows_text(r, "state", st->state);
    rows_count(r, "pid", (uint64_t)st->pid);
    rows_count(r, "processes", st->processes);
    rows_count(r, "queue_length", st->queue_length);
    rows_count(r, "oldest_ms", st->oldest_ms);
    rows_count(r, "accepts", st->accepts);
    rows_count(r, "starts", st->starts);
    rows_count(r, "accepted", st->accepted);
    rows_count(r, "rejected", st->rejected);
    rows_bool(r, "configured", st->configured);
    rows_text(r, "program", what_runs(t, st));
    rows_end(r);
}

void show_tp(struct server *s, struct rows *r)
{
    struct tp_rows t = {.s = s, .rows = r};
    am_each_tp(s->am, now_ms(), tp_row, &t);
}

struct named {
    struct server *s;
    const char *name;
};

static void named_rows(void *arg, struct rows *r)
{
    const struct named *n = arg;
    struct tp_rows t = {.s = n->s, .rows = r};
    am_each_tp_named(n->s->am, n->name, now_ms(), tp_row, &t);
}

json_t *show_tp_named(struct server *s, const char *name)
{
    return rows_array_of(named_rows, &(struct named){s, name});
}

static void queue_row(void *arg, const struct am_queued_status *st)
{
    struct rows *r = arg;
    rows_begin(r);
    rows_count(r, "conversation", st->conv);
    rows_text(r, "tp", st->tp);
    rows_text(r, "lu", st->lu);
    rows_text(r, "waits_for", st->entry);
    rows_text(r, "near", st->near);
    rows_text(r, "machine", st->machine);
    rows_count(r, "waited_ms", st->waited_ms);
    rows_count(r, "left_ms", st->left_ms);
    rows_end(r);
}

void show_queue(struct server *s, struct rows *r)
{
    am_each_queued(s->am, now_ms(), queue_row, r);
}

void show_side(struct server *s, struct rows *r)
{
    static const char *const security[] = {"none", "same", "program"};
    const struct side_table *t = &s->node->sides;
    for (size_t i = 0; i < t->n; i++) {
        const struct cfg_side *e = &t->v[i].side;
        char name[4 * NAME_TP_MAX + 1];
        rows_begin(r);
        rows_text(r, "name", e->name);
        rows_text(r, "partner", e->partner);
        rows_text(r, "tp", name_show_tp(name, sizeof name, e->tp_name, e->tp_name_n, e->service_tp));
        rows_bool(r, "service_tp", e->service_tp);
        rows_text(r, "mode", e->mode[0] ? e->mode : "BLANK");
        rows_text(r, "security", security[e->security]);
        rows_text(r, "user", e->user);
        if (t->v[i].private)
            rows_count(r, "set_by", t->v[i].uid);
        else
            rows_null(r, "set_by");
        rows_end(r);
    }
}

static void put_stamp(struct rows *r, const char *field, time_t t)
{
    char out[32];
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &tm);
    rows_text(r, field, out);
}

void show_event(struct server *s, struct rows *r)
{
    LIST_FOREACH(l, &s->events) {
        const struct event_row *e = LIST_OWNER(l, struct event_row, link);
        rows_begin(r);
        rows_count(r, "event", e->id);
        rows_count(r, "count", e->count);
        put_stamp(r, "first", e->first);
        put_stamp(r, "last", e->last);
        rows_text(r, "text", e->text);
        rows_end(r);
    }
}
