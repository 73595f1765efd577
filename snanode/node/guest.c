/* Conversations whose invoker, LU and session are on another machine of the domain: here they have a pool
 * that has the names of that session and no sessions, so that all else is as with any conversation.  The
 * invoker's side belongs to the process that stands for the machine.  The pool goes with its last
 * conversation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/local/stats.h"
#include "snanode/node/internal.h"

/* [0] is the LU that the Attach has come for. */
enum { ACCEPTOR = 0, INVOKER = 1 };

static bool is_of(const struct session_pool *p, const struct guest_session *g)
{
    return strcmp(p->lu[ACCEPTOR], g->lu) == 0 && strcmp(p->fq[ACCEPTOR], g->local) == 0 &&
           strcmp(p->lu[INVOKER], g->partner_lu) == 0 && strcmp(p->fq[INVOKER], g->partner) == 0 &&
           strcmp(p->mode, g->mode) == 0;
}

static uint64_t session_hash(const struct guest_session *g)
{
    const char *const names[] = {g->lu, g->local, g->partner_lu, g->partner, g->mode};
    uint64_t h = 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        h = hash_octets(h, names[i], strlen(names[i]));
    return h;
}

static struct session_pool *pool_get(struct node *n, const struct guest_session *g)
{
    struct session_pool *p;
    uint64_t hash = session_hash(g);
    for (struct hash_node *h = hash_first(&n->guests_by_session, hash); h; h = hash_next(h)) {
        p = LIST_OWNER(h, struct session_pool, by_session);
        if (is_of(p, g))
            return p;
    }
    if (!(p = calloc(1, sizeof *p)))
        return NULL;
    p->guest = true;
    list_init(&p->sessions);
    list_init(&p->idle[0]);
    list_init(&p->idle[1]);
    list_init(&p->waiters);
    list_init(&p->touched);
    list_init(&p->pair_link);
    snprintf(p->lu[ACCEPTOR], sizeof p->lu[0], "%s", g->lu);
    snprintf(p->fq[ACCEPTOR], sizeof p->fq[0], "%s", g->local);
    snprintf(p->lu[INVOKER], sizeof p->lu[0], "%s", g->partner_lu);
    snprintf(p->fq[INVOKER], sizeof p->fq[0], "%s", g->partner);
    snprintf(p->mode, sizeof p->mode, "%s", g->mode);
    list_append(&n->guests, &p->link);
    hash_add(&n->guests_by_session, &p->by_session, hash);
    return p;
}

/* A conversation on G, that nobody has joined yet; NULL: out of memory. */
static struct conversation *begin(struct node *n, const struct guest_session *g, struct node_effects *fx)
{
    struct session_pool *pool = node_reserve(n, fx) == 0 ? pool_get(n, g) : NULL;
    struct conversation *c = pool ? conversation_new(n, pool) : NULL;
    if (!c) {
        if (pool)
            conversation_drop_guests(n, pool);
        return NULL;
    }
    c->side_of_pool = INVOKER;
    c->max_ru = g->max_ru;
    return c;
}

uint32_t node_guest_attach(struct node *n, const struct guest_session *g, const struct fmh5 *a,
                           struct process *p, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = begin(n, g, fx);
    if (!c)
        return 0;
    far_describe(c, a, now_ms);
    conversation_join(c, SIDE_A, p, STATS_SLOT_NONE);
    return c->id;
}

uint32_t node_borrow(struct node *n, const struct guest_session *g, const struct lp_allocate *m,
                     struct process *p, struct process *machine, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = begin(n, g, fx);
    if (!c)
        return 0;
    allocate_describe(c, m, now_ms);
    if (allocate_attach(n, c, p, m, now_ms) < 0) {
        conversation_free(n, c);
        return 0;
    }
    conversation_join(c, SIDE_A, p, m->slot);
    conversation_join(c, SIDE_B, machine, STATS_SLOT_NONE);
    c->state = CONV_RUNNING;
    return c->id;
}
