/* What the operator sees of a directory. */
#include "attachmgr/directory/dirstate.h"

static void count(const struct machine *m, struct directory_machine_view *v)
{
    LIST_FOREACH(e, &m->items) {
        if (LIST_OWNER(e, struct item, in_machine)->type == ENTRY_TP)
            v->tps++;
        else
            v->lus++;
    }
}

static struct directory_machine_view view_self(const struct directory *d)
{
    struct directory_machine_view v = {.machine = d->self.machine,
                                       .instance = d->self.instance,
                                       .entry = &d->self.entry,
                                       .self = true,
                                       .live = !d->lost && !d->left,
                                       .renewed_ms = d->renewed_ms};
    LIST_FOREACH(e, &d->all_owns) {
        if (LIST_OWNER(e, struct own, in_all)->e.type == ENTRY_TP)
            v.tps++;
        else
            v.lus++;
    }
    return v;
}

void directory_each_machine(const struct directory *d,
                            void (*cb)(void *arg, const struct directory_machine_view *v), void *arg)
{
    struct directory_machine_view v = view_self(d);
    cb(arg, &v);
    LIST_FOREACH(e, &d->all_machines) {
        const struct machine *m = LIST_OWNER(e, struct machine, in_all);
        if (m->state == MACHINE_UNKNOWN)
            continue;
        v = (struct directory_machine_view){.machine = m->name,
                                            .instance = m->instance,
                                            .entry = &m->entry,
                                            .live = m->state == MACHINE_LIVE,
                                            .renewed_ms = m->renewed_ms,
                                            .refused = m->refused};
        count(m, &v);
        cb(arg, &v);
    }
}

void directory_each_entry(const struct directory *d, uint64_t instance,
                          void (*cb)(void *arg, const struct entry *e), void *arg)
{
    const struct machine *m = machine_find(d, instance);
    struct entry e;
    if (instance == d->self.instance)
        LIST_FOREACH(l, &d->all_owns)
            cb(arg, &LIST_OWNER(l, struct own, in_all)->e);
    if (m)
        LIST_FOREACH(l, &m->items) {
            item_entry(LIST_OWNER(l, struct item, in_machine), &e);
            cb(arg, &e);
        }
}

struct directory_counts directory_counts(const struct directory *d)
{
    return (struct directory_counts){.machines = d->machines.n, .entries = d->items.n, .octets = d->octets};
}

bool directory_address(const struct directory *d, uint64_t instance, const char **machine,
                       const char **address)
{
    const struct machine *m = machine_find(d, instance);
    if (!m || m->state == MACHINE_UNKNOWN || !m->entry.address[0] || !m->entry.cert[0])
        return false;
    *machine = m->name;
    *address = m->entry.address;
    return true;
}
