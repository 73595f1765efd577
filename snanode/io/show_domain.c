/* The machines of the domain, and what they offer, as JSON rows. */
#include <jansson.h>
#include <string.h>

#include "attachmgr/directory/directory.h"
#include "attachmgr/tptable/tptable.h"
#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/domain/pairs.h"
#include "snanode/io/show.h"

struct domain_rows {
    struct server *s;
    json_t *rows;
    enum entry_type type;                         /* of offers */
    const struct directory_machine_view *machine; /* ... whose they are */
};

/* This machine is connected or lost, another live or gone. */
static const char *state_of(const struct server *s, const struct directory_machine_view *v)
{
    if (v->self)
        return domain_lost(s) ? "lost" : "connected";
    return v->live ? "live" : "gone";
}

static void add_connection(const struct server *s, json_t *o, const struct directory_machine_view *v)
{
    struct pair_view w = pairs_view(domain_pairs(s), v->instance);
    json_object_set_new(o, "connection", show_text(v->self ? "" : w.state));
    json_object_set_new(o, "round_trip_us", w.round_trip_us ? show_count(w.round_trip_us) : json_null());
    json_object_set_new(o, "streams", show_count(w.streams));
    json_object_set_new(o, "certificate", show_text(v->entry->cert));
    json_object_set_new(o, "not_reached", show_text(w.why));
}

static void machine_row(void *arg, const struct directory_machine_view *v)
{
    struct domain_rows *d = arg;
    json_t *o = json_object();
    char number[20];
    snprintf(number, sizeof number, "%016llx", (unsigned long long)v->instance);
    json_object_set_new(o, "machine", show_text(v->machine));
    json_object_set_new(o, "state", show_text(state_of(d->s, v)));
    json_object_set_new(o, "self", json_boolean(v->self));
    json_object_set_new(o, "address", show_text(v->entry->address));
    json_object_set_new(o, "age_s",
                        v->renewed_ms ? show_count((now_ms() - v->renewed_ms) / 1000) : json_null());
    json_object_set_new(o, "lease_s", show_count(v->entry->lease_s));
    json_object_set_new(o, "tps", show_count(v->tps));
    json_object_set_new(o, "lus", show_count(v->lus));
    json_object_set_new(o, "refused", show_count(v->refused));
    json_object_set_new(o, "instance", show_text(number));
    add_connection(d->s, o, v);
    json_object_set_new(o, "lost", show_text(v->self && domain_lost(d->s) ? domain_lost(d->s) : ""));
    json_array_append_new(d->rows, o);
}

json_t *show_domain(struct server *s)
{
    struct domain_rows d = {.s = s, .rows = json_array()};
    directory_each_machine(domain_directory(s), machine_row, &d);
    return d.rows;
}

static void add_tp(json_t *o, const struct entry_tp *t)
{
    char name[4 * MATCH_NAME_MAX + 1];
    json_object_set_new(o, "name",
                        show_text(t->name.n ? log_clean(name, sizeof name, t->name.s, t->name.n) : "*"));
    json_object_set_new(o, "lu", show_text(t->lu));
    json_object_set_new(o, "kind", show_text(tp_kind_name((enum tp_kind)t->kind)));
    json_object_set_new(o, "alias", json_boolean(t->alias));
    json_object_set_new(o, "running", show_count(t->running));
    json_object_set_new(o, "waiting", show_count(t->waiting));
}

static void offer_row(void *arg, const struct entry *e)
{
    struct domain_rows *d = arg;
    if (e->type != d->type)
        return;
    json_t *o = json_object();
    json_object_set_new(o, "machine", show_text(d->machine->machine));
    json_object_set_new(o, "state", show_text(state_of(d->s, d->machine)));
    if (e->type == ENTRY_TP) {
        add_tp(o, &e->u.tp);
    } else {
        json_object_set_new(o, "lu", show_text(e->u.lu.alias));
        json_object_set_new(o, "name", show_text(e->u.lu.name));
        json_object_set_new(o, "pool", json_boolean(e->u.lu.pool));
    }
    json_array_append_new(d->rows, o);
}

static void offers_of(void *arg, const struct directory_machine_view *v)
{
    struct domain_rows *d = arg;
    d->machine = v;
    directory_each_entry(domain_directory(d->s), v->instance, offer_row, d);
}

json_t *show_domain_offers(struct server *s, const char *what)
{
    struct domain_rows d = {
        .s = s, .rows = json_array(), .type = strcmp(what, "tp") == 0 ? ENTRY_TP : ENTRY_LU};
    directory_each_machine(domain_directory(s), offers_of, &d);
    return d.rows;
}
