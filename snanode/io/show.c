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
    json_object_set_new(o, "tp_starts", show_count(s->launches));
    json_object_set_new(o, "tp_start_failures", show_count(s->launch_failures));
    json_object_set_new(o, "clients_dropped", show_count(s->dropped_clients));
    return o;
}

struct tp_rows {
    struct server *s;
    json_t *rows;
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
    json_t *o = json_object();
    json_object_set_new(o, "name", show_text(st->name));
    json_object_set_new(o, "lu", show_text(st->lu));
    json_object_set_new(o, "kind", show_text(tp_kind_name(st->kind)));
    json_object_set_new(o, "service", json_boolean(st->service));
    json_object_set_new(o, "state", show_text(st->state));
    json_object_set_new(o, "pid", show_count((uint64_t)st->pid));
    json_object_set_new(o, "processes", show_count(st->processes));
    json_object_set_new(o, "queue_length", show_count(st->queue_length));
    json_object_set_new(o, "oldest_ms", show_count(st->oldest_ms));
    json_object_set_new(o, "accepts", show_count(st->accepts));
    json_object_set_new(o, "starts", show_count(st->starts));
    json_object_set_new(o, "accepted", show_count(st->accepted));
    json_object_set_new(o, "rejected", show_count(st->rejected));
    json_object_set_new(o, "configured", json_boolean(st->configured));
    json_object_set_new(o, "program", show_text(what_runs(t, st)));
    json_array_append_new(t->rows, o);
}

json_t *show_tp(struct server *s)
{
    struct tp_rows t = {.s = s, .rows = json_array()};
    am_each_tp(s->am, now_ms(), tp_row, &t);
    return t.rows;
}

json_t *show_tp_named(struct server *s, const char *name)
{
    struct tp_rows t = {.s = s, .rows = json_array()};
    am_each_tp_named(s->am, name, now_ms(), tp_row, &t);
    return t.rows;
}

static void queue_row(void *arg, const struct am_queued_status *st)
{
    json_t *o = json_object();
    json_object_set_new(o, "conversation", show_count(st->conv));
    json_object_set_new(o, "tp", show_text(st->tp));
    json_object_set_new(o, "lu", show_text(st->lu));
    json_object_set_new(o, "waits_for", show_text(st->entry));
    json_object_set_new(o, "near", show_text(st->near));
    json_object_set_new(o, "machine", show_text(st->machine));
    json_object_set_new(o, "waited_ms", show_count(st->waited_ms));
    json_object_set_new(o, "left_ms", show_count(st->left_ms));
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
        const struct cfg_side *e = &t->v[i].side;
        char name[4 * NAME_TP_MAX + 1];
        json_t *o = json_object();
        json_object_set_new(o, "name", show_text(e->name));
        json_object_set_new(o, "partner", show_text(e->partner));
        json_object_set_new(
            o, "tp", show_text(name_show_tp(name, sizeof name, e->tp_name, e->tp_name_n, e->service_tp)));
        json_object_set_new(o, "service_tp", json_boolean(e->service_tp));
        json_object_set_new(o, "mode", show_text(e->mode[0] ? e->mode : "BLANK"));
        json_object_set_new(o, "security", show_text(security[e->security]));
        json_object_set_new(o, "user", show_text(e->user));
        json_object_set_new(o, "set_by", t->v[i].private ? show_count(t->v[i].uid) : json_null());
        json_array_append_new(rows, o);
    }
    return rows;
}

static json_t *stamp(time_t t)
{
    char out[32];
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(out, sizeof out, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return json_string(out);
}

json_t *show_event(struct server *s)
{
    json_t *rows = json_array();
    LIST_FOREACH(l, &s->events) {
        const struct event_row *r = LIST_OWNER(l, struct event_row, link);
        json_t *o = json_object();
        json_object_set_new(o, "event", show_count(r->id));
        json_object_set_new(o, "count", show_count(r->count));
        json_object_set_new(o, "first", stamp(r->first));
        json_object_set_new(o, "last", stamp(r->last));
        json_object_set_new(o, "text", show_text(r->text));
        json_array_append_new(rows, o);
    }
    return rows;
}
