/* Which Allocates go to other machines, and when. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/directory.h"
#include "snanode/io/account.h"
#include "snanode/io/borrow.h"
#include "snanode/io/borrowstate.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"

static void withdraw(struct client *c)
{
    borrow_free(c->borrow);
}

/* What this node refuses because of its own configuration, another one may have; and sessions, too, when it
 * was known before that one has the LU. */
static bool may_be_elsewhere(const struct client *c, uint16_t rc)
{
    return rc == LP_RC_LU_UNKNOWN || rc == LP_RC_LU_NONE || borrow_lacks_partner(rc) ||
           rc == LP_RC_ALLOCATE_FAILURE_NO_RETRY ||
           (c->wanted && (rc == LP_RC_ALLOCATE_FAILURE_RETRY || rc == LP_RC_UNSUCCESSFUL));
}

/* What is asked, and the LU that the program would have if it had none yet. */
static void choose_lu(struct borrow *b, const struct client *c, const struct process *p,
                      const struct lp_allocate *m)
{
    const struct server *s = b->server;
    struct process without = *p;
    without.lu[0] = '\0';
    node_borrow_ask(s->node, p, m, &b->m);
    lu_wanted(s->node, &without, m->lu, b->instead);
    if (b->rc != LP_RC_UNSUCCESSFUL)
        return;
    b->has_lu = true;
    memcpy(b->m.lu, c->wanted_lu, sizeof b->m.lu); /* of this node's pool it may have one by now */
    if (borrow_is_patient(b))
        b->exhausted[b->n_exhausted++] = BORROW_HERE;
}

/* The port C waits for the Allocate M, refused with RC, from now on; NULL: it does not. */
static struct borrow *make(struct client *c, const struct lp_allocate *m, uint16_t rc)
{
    struct server *s = c->server;
    const struct process *p = node_process(s->node, c->process);
    bool may_be = p && domain_pairs(s) && !s->stopping && may_be_elsewhere(c, rc);
    struct borrow *b = may_be ? calloc(1, sizeof *b) : NULL;
    if (!b)
        return NULL;
    b->server = s;
    b->port = c->id;
    b->slot = m->slot;
    b->rc = rc;
    list_init(&b->link);
    snprintf(b->account, sizeof b->account, "%s", account_name(p->uid));
    choose_lu(b, c, p, m);
    c->pending = PENDING_ALLOCATE;
    c->conv = 0;
    c->borrow = b;
    c->withdraw = withdraw;
    return b;
}

bool borrow_begin(struct client *c, const struct lp_allocate *m, uint16_t *rc)
{
    struct borrow *b = make(c, m, *rc);
    if (!b)
        return false;
    list_append(&c->server->borrows, &b->link);
    if (borrow_next(b))
        return true;
    c->pending = PENDING_NONE;
    *rc = b->rc;
    borrow_free(b);
    return false;
}

/* ---- this node's sessions first ---- */

uint8_t borrow_prepare(struct client *c, const struct lp_allocate *m)
{
    struct server *s = c->server;
    const struct process *p = node_process(s->node, c->process);
    client_forget_wanted(c);
    if (!p || !domain_pairs(s))
        return m->return_control;
    lu_wanted(s->node, p, m->lu, c->wanted_lu);
    if (directory_lender(domain_directory(s), c->wanted_lu, 0, NULL))
        c->wanted = malloc(sizeof *m);
    if (!c->wanted)
        return m->return_control;
    *c->wanted = *m;
    return m->return_control == NODE_RETURN_IMMEDIATE ? m->return_control : NODE_RETURN_UNLESS_EXHAUSTED;
}

bool borrow_refused(struct server *s, uint32_t port, const struct lp_allocated *m)
{
    struct client *c = client_get(s, port);
    struct borrow *b = c && c->wanted && c->pending == PENDING_ALLOCATE ? make(c, c->wanted, m->rc) : NULL;
    if (!b)
        return false;
    b->sense = m->sense;
    list_append(&s->borrows_new, &b->link);
    return true;
}

void borrow_settle(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->borrows_new) {
        struct borrow *b = LIST_OWNER(l, struct borrow, link);
        list_remove(&b->link);
        list_append(&s->borrows, &b->link);
        if (!borrow_next(b))
            borrow_refuse(b);
    }
}

bool borrow_offered(void *arg, const char *alias)
{
    const struct server *s = arg;
    return domain_pairs(s) && directory_lender(domain_directory(s), alias, 0, NULL);
}

void borrow_end(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->borrows) {
        struct borrow *b = LIST_OWNER(l, struct borrow, link);
        b->rc = LP_RC_STOPPING;
        borrow_refuse(b);
    }
}
