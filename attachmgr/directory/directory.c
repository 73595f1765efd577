/* The directory as a whole: what comes from the engine, and the clock. */
#include "attachmgr/directory/directory.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/dirstate.h"
#include "snanode/base/log.h"

/* ---- life ---- */

struct directory *directory_new(const struct directory_self *self, uint64_t seed)
{
    struct directory *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->self = *self;
    d->lost = true;
    d->random = seed;
    d->renew.kind = DIR_TIMER_RENEW;
    list_init(&d->all_machines);
    list_init(&d->all_owns);
    list_init(&d->pool);
    if (hash_init(&d->machines) < 0 || hash_init(&d->machine_names) < 0 || hash_init(&d->items) < 0 ||
        hash_init(&d->names) < 0 || hash_init(&d->lus) < 0 || hash_init(&d->owns) < 0 ||
        timers_promise(&d->timers) < 0) {
        directory_free(d);
        return NULL;
    }
    return d;
}

void directory_free(struct directory *d)
{
    if (!d)
        return;
    LIST_FOREACH_SAFE(e, &d->all_machines)
        machine_free(d, LIST_OWNER(e, struct machine, in_all));
    own_free_all(d);
    hash_fini(&d->machines);
    hash_fini(&d->machine_names);
    hash_fini(&d->items);
    hash_fini(&d->names);
    hash_fini(&d->lus);
    hash_fini(&d->owns);
    timers_fini(&d->timers);
    free(d);
}

/* ---- the engine ---- */

void directory_back(struct directory *d, uint64_t now_ms, struct directory_effects *fx)
{
    d->lost = false;
    d->synced = false;
    d->epoch++;
    machine_grace(d, now_ms);
    own_all_anew(d);
    own_renew(d, now_ms, fx);
}

void directory_synced(struct directory *d)
{
    d->synced = true;
    machine_sweep(d);
}

void directory_lost(struct directory *d)
{
    d->lost = true;
    d->synced = false;
    timer_stop(&d->timers, &d->renew);
}

static void refuse_key(struct directory *d, const char *key, struct directory_effects *fx)
{
    char clean[120];
    if (!d->garbage)
        directory_fx_event(fx, EVENT(ENTRY_REFUSED), log_clean(clean, sizeof clean, key, strlen(key)),
                           "a key that no node writes");
    d->garbage = true;
}

void directory_learn(struct directory *d, const char *key, const char *text, size_t n, uint64_t now_ms,
                     struct directory_effects *fx)
{
    struct entry_key k;
    struct entry e;
    if (!entry_key_read(key, &k)) {
        refuse_key(d, key, fx);
        return;
    }
    if (k.instance == d->self.instance) { /* our own */
        if (k.type == ENTRY_MACHINE && !entry_read(text, n, k.type, &e))
            machine_judge(d, e.version, now_ms, fx);
        return;
    }
    struct machine *m = machine_get(d, &k, now_ms, fx);
    if (!m)
        return;
    const char *wrong = entry_read(text, n, k.type, &e);
    if (!wrong && k.type == ENTRY_MACHINE)
        machine_renewed(d, m, &e, now_ms, fx);
    else if (!wrong)
        wrong = item_put(d, m, k.number, &e);
    if (wrong)
        machine_refuse(m, key, wrong, fx);
}

void directory_forget(struct directory *d, const char *key, struct directory_effects *fx)
{
    struct entry_key k;
    if (!entry_key_read(key, &k))
        return;
    struct machine *m = machine_find(d, k.instance);
    if (!m || strcmp(m->name, k.machine) != 0)
        return;
    if (k.type == ENTRY_MACHINE) {
        machine_left(d, m, fx);
        return;
    }
    struct item *i = item_find(d, m, k.type, k.number);
    if (i)
        item_free(d, i);
}

/* ---- time ---- */

uint64_t directory_deadline(const struct directory *d)
{
    const struct timer *t = timers_first(&d->timers);
    return t ? t->at : UINT64_MAX;
}

void directory_tick(struct directory *d, uint64_t now_ms, struct directory_effects *fx)
{
    struct timer *t;
    while ((t = timers_first(&d->timers)) && t->at <= now_ms) {
        timer_stop(&d->timers, t);
        if (t->kind == DIR_TIMER_RENEW)
            own_renew(d, now_ms, fx);
        else
            machine_expired(d, LIST_OWNER(t, struct machine, timer), now_ms, fx);
    }
}
