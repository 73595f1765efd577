/* What this node offers, and when it is put. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/dirstate.h"

enum { RETRY_MS = 1000 };

static uint64_t what_hash(const struct entry *e)
{
    if (e->type == ENTRY_LU)
        return hash_octets(ENTRY_LU, e->u.lu.alias, strlen(e->u.lu.alias));
    return hash_octets(hash_octets(e->u.tp.kind + 256u * e->u.tp.alias, e->u.tp.lu, strlen(e->u.tp.lu)),
                       e->u.tp.name.s, e->u.tp.name.n);
}

/* The same thing, whatever else has changed about it. */
static bool same_what(const struct entry *a, const struct entry *b)
{
    if (a->type != b->type)
        return false;
    if (a->type == ENTRY_LU)
        return strcmp(a->u.lu.alias, b->u.lu.alias) == 0;
    return a->u.tp.kind == b->u.tp.kind && a->u.tp.alias == b->u.tp.alias &&
           strcmp(a->u.tp.lu, b->u.tp.lu) == 0 && match_name_equal(&a->u.tp.name, &b->u.tp.name);
}

static struct own *own_find(const struct directory *d, const struct entry *e)
{
    for (struct hash_node *h = hash_first(&d->owns, what_hash(e)); h; h = hash_next(h)) {
        struct own *o = LIST_OWNER(h, struct own, by_what);
        if (same_what(&o->e, e))
            return o;
    }
    return NULL;
}

static void own_free(struct directory *d, struct own *o)
{
    hash_remove(&d->owns, &o->by_what);
    list_remove(&o->in_all);
    d->n_owns--;
    free(o);
}

void own_free_all(struct directory *d)
{
    LIST_FOREACH_SAFE(e, &d->all_owns)
        own_free(d, LIST_OWNER(e, struct own, in_all));
}

/* ---- effects ---- */

static void key_of(const struct directory *d, const struct own *o, char *out)
{
    struct entry_key k = {.instance = d->self.instance, .type = ENTRY_MACHINE};
    memcpy(k.machine, d->self.machine, sizeof k.machine);
    if (o) {
        k.type = o->e.type;
        k.number = o->number;
    }
    entry_key_write(&k, out);
}

/* False when out of memory. */
static bool put(struct directory *d, const struct own *o, struct entry *e, struct directory_effects *fx)
{
    struct directory_effect *x = directory_fx(fx, DIRECTORY_FX_PUT);
    if (!x)
        return false;
    e->version = ++d->version;
    key_of(d, o, x->key);
    x->n = entry_write(e, x->text);
    return true;
}

/* What has to be put: at a renewal also what can wait for one. */
static void put_changed(struct directory *d, bool renewal, uint64_t now_ms, struct directory_effects *fx)
{
    LIST_FOREACH(l, &d->all_owns) {
        struct own *o = LIST_OWNER(l, struct own, in_all);
        bool due = renewal && (o->recount || now_ms >= o->put_ms + DIRECTORY_REFRESH_S * 1000ull);
        if (!o->changed && !due)
            continue;
        if (!put(d, o, &o->e, fx)) {
            o->changed = true;
            timer_set(&d->timers, &d->renew, now_ms + RETRY_MS);
            return;
        }
        o->changed = o->recount = false;
        o->put_ms = now_ms;
    }
}

/* The items first: when a watcher sees the machine, it has seen what the machine offers. */
void own_renew(struct directory *d, uint64_t now_ms, struct directory_effects *fx)
{
    struct entry e = {.type = ENTRY_MACHINE};
    if (d->lost || d->left)
        return;
    timer_set(&d->timers, &d->renew, now_ms + d->self.entry.lease_s * 1000ull / 3);
    put_changed(d, true, now_ms, fx);
    e.u.machine = d->self.entry;
    if (put(d, NULL, &e, fx))
        d->renewed_ms = now_ms;
}

void own_all_anew(struct directory *d)
{
    d->self.entry.since = d->version;
    LIST_FOREACH(l, &d->all_owns)
        LIST_OWNER(l, struct own, in_all)->changed = true;
}

/* ---- what the node tells ---- */

void directory_offer_begin(struct directory *d)
{
    LIST_FOREACH(l, &d->all_owns) {
        struct own *o = LIST_OWNER(l, struct own, in_all);
        o->wanted = false;
        o->was_running = o->e.u.tp.running; /* of a TP */
        o->was_waiting = o->e.u.tp.waiting;
    }
}

/* O is offered as E. */
static void offer_again(struct own *o, const struct entry *e)
{
    if (e->type == ENTRY_LU) {
        o->changed =
            o->changed || e->u.lu.pool != o->e.u.lu.pool || strcmp(e->u.lu.name, o->e.u.lu.name) != 0;
        o->e = *e;
    } else if (o->wanted) { /* two rows that look alike from afar */
        o->e.u.tp.running += e->u.tp.running;
        o->e.u.tp.waiting += e->u.tp.waiting;
    } else {
        o->e = *e;
    }
    o->wanted = true;
}

bool directory_offer(struct directory *d, const struct entry *e)
{
    struct own *o = own_find(d, e);
    if (o) {
        offer_again(o, e);
        return true;
    }
    o = d->n_owns < DIRECTORY_ENTRIES_MAX ? calloc(1, sizeof *o) : NULL;
    if (!o)
        return false;
    o->e = *e;
    o->number = ++d->numbers;
    o->wanted = o->changed = true;
    hash_add(&d->owns, &o->by_what, what_hash(e));
    list_append(&d->all_owns, &o->in_all);
    d->n_owns++;
    return true;
}

static void withdraw(struct directory *d, struct own *o, struct directory_effects *fx)
{
    struct directory_effect *x = d->lost || d->left ? NULL : directory_fx(fx, DIRECTORY_FX_DELETE);
    if (x)
        key_of(d, o, x->key);
    own_free(d, o);
}

void directory_offer_end(struct directory *d, uint64_t now_ms, struct directory_effects *fx)
{
    LIST_FOREACH_SAFE(l, &d->all_owns) {
        struct own *o = LIST_OWNER(l, struct own, in_all);
        if (!o->wanted)
            withdraw(d, o, fx);
        else if (o->e.type == ENTRY_TP)
            o->recount =
                o->recount || o->e.u.tp.running != o->was_running || o->e.u.tp.waiting != o->was_waiting;
    }
    if (!d->lost && !d->left)
        put_changed(d, false, now_ms, fx);
}

void directory_leave(struct directory *d, struct directory_effects *fx)
{
    struct directory_effect *x;
    LIST_FOREACH(l, &d->all_owns)
        if (!d->lost && (x = directory_fx(fx, DIRECTORY_FX_DELETE)))
            key_of(d, LIST_OWNER(l, struct own, in_all), x->key);
    if (!d->lost && (x = directory_fx(fx, DIRECTORY_FX_DELETE)))
        key_of(d, NULL, x->key);
    d->left = true;
    timer_stop(&d->timers, &d->renew);
}
