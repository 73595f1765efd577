/* The other machines: who is there, by leases that run on this node's clock. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/dirstate.h"

struct machine *machine_find(const struct directory *d, uint64_t instance)
{
    struct hash_node *h = hash_first(&d->machines, hash_u64(instance));
    return h ? LIST_OWNER(h, struct machine, by_instance) : NULL;
}

static uint64_t name_hash(const char *name)
{
    return hash_octets(0, name, strlen(name));
}

/* Those that have NAME, and maybe others. */
static struct machine *first_named(const struct directory *d, const char *name)
{
    struct hash_node *h = hash_first(&d->machine_names, name_hash(name));
    return h ? LIST_OWNER(h, struct machine, by_name) : NULL;
}

static struct machine *next_named(const struct machine *m)
{
    struct hash_node *h = hash_next(&m->by_name);
    return h ? LIST_OWNER(h, struct machine, by_name) : NULL;
}

struct machine *machine_get(struct directory *d, const struct entry_key *k, uint64_t now_ms,
                            struct directory_effects *fx)
{
    struct machine *m = machine_find(d, k->instance);
    if (m)
        return strcmp(m->name, k->machine) == 0 ? m : NULL; /* nobody else has that instance */
    if (d->machines.n == DIRECTORY_MACHINES_MAX) {
        if (!d->full)
            directory_fx_event(fx, EVENT(DOMAIN_FULL), (unsigned)DIRECTORY_MACHINES_MAX);
        d->full = true;
        return NULL;
    }
    m = calloc(1, sizeof *m);
    if (!m || timers_promise(&d->timers) < 0) {
        free(m);
        return NULL;
    }
    memcpy(m->name, k->machine, sizeof m->name);
    m->instance = k->instance;
    m->timer.kind = DIR_TIMER_LEASE;
    list_init(&m->items);
    list_append(&d->all_machines, &m->in_all);
    hash_add(&d->machines, &m->by_instance, hash_u64(m->instance));
    hash_add(&d->machine_names, &m->by_name, name_hash(m->name));
    timer_set(&d->timers, &m->timer, now_ms + DIRECTORY_KEEP_S * 1000ull);
    d->octets += sizeof *m;
    return m;
}

void machine_free(struct directory *d, struct machine *m)
{
    LIST_FOREACH_SAFE(e, &m->items)
        item_free(d, LIST_OWNER(e, struct item, in_machine));
    timers_release(&d->timers, &m->timer);
    hash_remove(&d->machines, &m->by_instance);
    hash_remove(&d->machine_names, &m->by_name);
    list_remove(&m->in_all);
    d->octets -= sizeof *m;
    d->full = false;
    free(m);
}

static uint64_t lease_ms(const struct machine *m)
{
    return m->entry.lease_s * 1000ull;
}

/* The same name at the same address is the same node, started again. */
static bool same_place(const struct machine *a, const char *name, const char *address)
{
    return strcmp(a->name, name) == 0 && strcmp(a->entry.address, address) == 0;
}

static bool is_own_place(const struct directory *d, const struct machine *m)
{
    return same_place(m, d->self.machine, d->self.entry.address);
}

static void say_seen(struct machine *m, struct directory_effects *fx)
{
    directory_fx_event(fx, EVENT(MACHINE_SEEN), m->name, m->entry.address[0] ? m->entry.address : "none");
}

static void say_clash(struct machine *m, const char *address, struct directory_effects *fx)
{
    if (!m->clash)
        directory_fx_event(fx, EVENT(MACHINE_CLASH), m->name, m->entry.address[0] ? m->entry.address : "none",
                           address[0] ? address : "none");
    m->clash = true;
}

/* Whether M, which has shown itself, is a start of the same node as OTHER, and the one that counts: the later
 * one by its number, or the one that lives, when the clock was put back between the two [D5]. */
static bool goes_before(const struct machine *m, const struct machine *other)
{
    return other->instance < m->instance || (m->proven && other->state == MACHINE_GONE);
}

/* M takes the place of earlier starts of its node.  Two that live with one name and two addresses are both
 * used, by their instance, and that is told once. */
static void settle_names(struct directory *d, struct machine *m, struct directory_effects *fx)
{
    struct machine *next;
    for (struct machine *other = first_named(d, m->name); other; other = next) {
        next = next_named(other);
        if (other == m || other->state == MACHINE_UNKNOWN || strcmp(other->name, m->name) != 0)
            continue;
        if (!same_place(other, m->name, m->entry.address)) {
            if (other->state == MACHINE_LIVE && other->proven && m->proven)
                say_clash(m, other->entry.address, fx);
        } else if (goes_before(m, other)) {
            m->proven = m->proven || other->proven;
            machine_free(d, other);
        }
    }
}

/* There is another start of M's node that counts.  Then M is of no use, but what it offers is kept: it may be
 * the one that lives, which shows when the lease of the other one is over. */
static bool superseded(const struct directory *d, const struct machine *m)
{
    for (const struct machine *other = first_named(d, m->name); other; other = next_named(other))
        if (other != m && other->state != MACHINE_UNKNOWN && same_place(other, m->name, m->entry.address) &&
            !goes_before(m, other))
            return true;
    return false;
}

/* Take what M has left in the engine away. */
static void clear(const struct machine *m, struct directory_effects *fx)
{
    struct entry_key k = {.instance = m->instance, .type = ENTRY_MACHINE};
    struct directory_effect *x;
    memcpy(k.machine, m->name, sizeof k.machine);
    LIST_FOREACH(e, &m->items) {
        const struct item *i = LIST_OWNER(e, struct item, in_machine);
        struct entry_key of = k;
        of.type = (enum entry_type)i->type;
        of.number = i->number;
        if ((x = directory_fx(fx, DIRECTORY_FX_DELETE)))
            entry_key_write(&of, x->key);
    }
    if ((x = directory_fx(fx, DIRECTORY_FX_DELETE)))
        entry_key_write(&k, x->key);
}

/* M has this node's name.  Returns true when M is gone: it was this node before its last start.  Of one with
 * a greater number that shows only when its lease is over: the clock was put back, or there are two nodes. */
static bool settle_own_name(struct directory *d, struct machine *m, struct directory_effects *fx)
{
    const char *address = d->self.entry.address;
    if (strcmp(m->name, d->self.machine) != 0)
        return false;
    if (is_own_place(d, m) && m->instance < d->self.instance) {
        clear(m, fx);
        machine_free(d, m);
        return true;
    }
    if (m->proven)
        say_clash(m, address, fx);
    return false;
}

/* What M offered before it lost the engine, and has not put again. */
static void drop_void(struct directory *d, struct machine *m)
{
    LIST_FOREACH_SAFE(e, &m->items) {
        struct item *i = LIST_OWNER(e, struct item, in_machine);
        if (i->version <= m->entry.since)
            item_free(d, i);
    }
}

void machine_renewed(struct directory *d, struct machine *m, const struct entry *e, uint64_t now_ms,
                     struct directory_effects *fx)
{
    bool was_live = m->state == MACHINE_LIVE && m->proven;
    m->epoch = d->epoch;
    if (e->version <= m->version)
        return; /* told again: that is no sign of life */
    m->proven = m->proven || d->synced || m->version > 0;
    m->version = e->version;
    bool anew = e->u.machine.since != m->entry.since;
    m->entry = e->u.machine;
    if (anew)
        drop_void(d, m);
    m->state = MACHINE_LIVE;
    m->asked = 0;
    m->renewed_ms = now_ms;
    timer_set(&d->timers, &m->timer, now_ms + lease_ms(m));
    if (superseded(d, m)) {
        m->state = MACHINE_UNKNOWN;
        timer_set(&d->timers, &m->timer, now_ms + DIRECTORY_KEEP_S * 1000ull);
        return;
    }
    if (settle_own_name(d, m, fx))
        return;
    settle_names(d, m, fx);
    if (m->proven && !was_live)
        say_seen(m, fx);
}

void machine_left(struct directory *d, struct machine *m, struct directory_effects *fx)
{
    if (m->state == MACHINE_LIVE && m->proven)
        directory_fx_event(fx, EVENT(MACHINE_LEFT), m->name);
    machine_free(d, m);
}

/* How long after one entry of its own a node puts another one for the sake of asking: machines that end
 * together are asked for together. */
static uint64_t ask_every_ms(const struct directory *d)
{
    uint64_t ms = d->self.entry.lease_s * 1000ull / 15;
    return ms < 1000 ? ms : 1000;
}

/* M's lease is over, as far as this node has heard.  It may be late, or hear nothing at all.  What it puts
 * now comes back to it behind everything that was put before, and then it judges [D2]. */
static void ask(struct directory *d, struct machine *m, uint64_t now_ms, struct directory_effects *fx)
{
    if (now_ms != d->renewed_ms) {
        uint64_t soonest = d->renewed_ms + ask_every_ms(d);
        if (now_ms < soonest) {
            timer_set(&d->timers, &m->timer, soonest);
            return;
        }
        own_renew(d, now_ms, fx);
    }
    m->asked = now_ms == d->renewed_ms ? d->version : 0; /* 0: no memory to put it */
    timer_set(&d->timers, &m->timer, now_ms + lease_ms(m));
}

static void gone(struct directory *d, struct machine *m, uint64_t now_ms, struct directory_effects *fx)
{
    if (is_own_place(d, m)) {
        clear(m, fx);
        machine_free(d, m);
        return;
    }
    m->asked = 0;
    m->state = MACHINE_GONE;
    m->clash = false;
    timer_set(&d->timers, &m->timer, now_ms + DIRECTORY_KEEP_S * 1000ull);
    if (m->proven)
        directory_fx_event(fx, EVENT(MACHINE_GONE), m->name, (unsigned)m->entry.lease_s);
}

void machine_judge(struct directory *d, uint64_t version, uint64_t now_ms, struct directory_effects *fx)
{
    LIST_FOREACH_SAFE(e, &d->all_machines) {
        struct machine *m = LIST_OWNER(e, struct machine, in_all);
        if (m->asked && m->asked <= version)
            gone(d, m, now_ms, fx);
    }
}

void machine_expired(struct directory *d, struct machine *m, uint64_t now_ms, struct directory_effects *fx)
{
    if (m->state == MACHINE_LIVE && !d->lost)
        ask(d, m, now_ms, fx);
    else if (m->state == MACHINE_LIVE)
        timer_set(&d->timers, &m->timer, now_ms + lease_ms(m));
    else if (d->lost)
        timer_set(&d->timers, &m->timer, now_ms + DIRECTORY_KEEP_S * 1000ull);
    else
        machine_free(d, m);
}

/* A machine puts its own entry behind its items, so when that is there they are.  An engine that has lost
 * everything has no entry of the machine either, and nothing goes until the machine puts it all anew. */
void machine_sweep(struct directory *d)
{
    LIST_FOREACH(e, &d->all_machines) {
        struct machine *m = LIST_OWNER(e, struct machine, in_all);
        if (m->epoch != d->epoch)
            continue;
        LIST_FOREACH_SAFE(f, &m->items) {
            struct item *i = LIST_OWNER(f, struct item, in_machine);
            if (i->epoch != d->epoch)
                item_free(d, i);
        }
    }
}

void machine_grace(struct directory *d, uint64_t now_ms)
{
    LIST_FOREACH(e, &d->all_machines) {
        struct machine *m = LIST_OWNER(e, struct machine, in_all);
        m->asked = 0;
        uint64_t ms = m->state == MACHINE_LIVE ? lease_ms(m) : DIRECTORY_KEEP_S * 1000ull;
        timer_set(&d->timers, &m->timer, now_ms + ms);
    }
}

void machine_refuse(struct machine *m, const char *key, const char *why, struct directory_effects *fx)
{
    m->refused++;
    if (!m->garbage)
        directory_fx_event(fx, EVENT(ENTRY_REFUSED), key, why);
    m->garbage = true;
}
