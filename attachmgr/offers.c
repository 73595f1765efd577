/* What other machines of a domain may send Attaches for. */
#include "attachmgr/state.h"

struct teller {
    void (*cb)(void *arg, const struct am_offer *);
    void *arg;
    struct am_tp *tp;
};

static unsigned length(const struct list *l)
{
    unsigned n = 0;
    LIST_FOREACH(e, l)
        n++;
    return n;
}

static const struct am_reg *reg_of(const struct am_tp *tp, const struct match_name *name)
{
    LIST_FOREACH(e, &tp->regs) {
        const struct am_reg *r = LIST_OWNER(e, struct am_reg, in_tp);
        if (match_name_equal(&r->name->name, name))
            return r;
    }
    return NULL;
}

static void tell(const struct teller *t, const struct match_name *name, bool alias)
{
    const struct am_reg *r = reg_of(t->tp, name);
    unsigned copies = length(&t->tp->copies), members = r ? length(&r->members) : 0;
    t->cb(t->arg, &(struct am_offer){.name = *name,
                                     .lu = t->tp->cand.lu,
                                     .kind = t->tp->kind,
                                     .alias = alias,
                                     .running = copies > members ? copies : members,
                                     .waiting = r ? length(&r->slots) : 0});
}

/* The AcceptNames of a row that the registry has, NULL-terminated. */
static char *const *aliases(const struct am_tp *tp)
{
    static char *const none[] = {NULL};
    return tp->configured && tp->entry->accept_names ? tp->entry->accept_names : none;
}

static bool is_alias(const struct am_tp *tp, const struct match_name *name)
{
    struct match_name alias;
    for (char *const *a = aliases(tp); *a; a++) {
        match_name_from_ascii(&alias, *a);
        if (match_name_equal(&alias, name))
            return true;
    }
    return false;
}

static void tell_tp(const struct teller *t)
{
    const struct am_tp *tp = t->tp;
    struct match_name alias;
    tell(t, &tp->cand.name, false);
    for (char *const *a = aliases(tp); *a; a++) {
        match_name_from_ascii(&alias, *a);
        tell(t, &alias, true);
    }
    LIST_FOREACH(e, &tp->regs) {
        const struct match_name *name = &LIST_OWNER(e, struct am_reg, in_tp)->name->name;
        if (!match_name_equal(name, &tp->cand.name) && !is_alias(tp, name))
            tell(t, name, false);
    }
}

void am_each_offer(const struct attachmgr *am, void (*cb)(void *, const struct am_offer *), void *arg)
{
    LIST_FOREACH(e, &am->tps) {
        struct teller t = {cb, arg, LIST_OWNER(e, struct am_tp, in_all)};
        if (t.tp->cand.usable)
            tell_tp(&t);
    }
}

uint64_t am_offers_version(const struct attachmgr *am)
{
    return am->offers;
}
