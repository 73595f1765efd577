/* An Allocate on LUs of other machines [D20].  Machines are asked one behind the other for a session that
 * they have or can begin; when all that there are are in use, one of those that said so is asked to let it
 * wait [HIS: Host Integration Server Load Balancing].
 */
#include "snanode/io/borrowstate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/directory.h"
#include "snanode/base/log.h"
#include "snanode/io/account.h"
#include "snanode/io/channel.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/domain/pairs.h"
#include "snanode/io/failed.h"
#include "snanode/io/farside.h"
#include "snanode/io/relay.h"
#include "snanode/io/trace.h"
#include "snanode/wire/sense.h"

void borrow_free(struct borrow *b)
{
    struct client *c = client_get(b->server, b->port);
    if (c && c->borrow == b)
        c->borrow = NULL;
    list_remove(&b->link);
    h2_stream_free(b->st);
    explicit_bzero(&b->m, sizeof b->m); /* it may hold a password */
    free(b);
}

static struct process *process_of(const struct borrow *b)
{
    return node_process(b->server->node, client_process(b->server, b->port));
}

void borrow_refuse(struct borrow *b)
{
    struct server *s = b->server;
    struct lp_allocated m = {.rc = b->rc, .sense = b->sense};
    const struct process *p = process_of(b);
    uint32_t port = b->port;
    if (p)
        failed_allocate(s, p, &b->m, b->rc);
    borrow_free(b);
    client_answer_allocate(s, port, &m, -1);
}

/* ---- who is asked ---- */

/* The LU is there, but not the partner or the mode. */
bool borrow_lacks_partner(uint16_t rc)
{
    return rc == LP_RC_PARAMETER_ERROR || rc == LP_RC_PARTNER_UNKNOWN || rc == LP_RC_MODE_UNKNOWN;
}

/* A machine that knows the LU, but has no session, says more than one that does not know it. */
static unsigned weight(uint16_t rc)
{
    return rc == LP_RC_LU_NONE || rc == LP_RC_LU_UNKNOWN || rc == LP_RC_VERSION ? 0
           : borrow_lacks_partner(rc)                                           ? 1
           : rc == LP_RC_STOPPING                                               ? 2
           : rc != LP_RC_UNSUCCESSFUL                                           ? 3
                                                                                : 4;
}

static void not_there(struct borrow *b, uint16_t rc, uint32_t sense)
{
    struct h2_stream *st = b->st;
    b->st = NULL;
    h2_stream_free(st);
    if (weight(rc) > weight(b->rc)) {
        b->rc = rc;
        b->sense = sense;
    }
}

static const struct h2_stream_user user;

/* False: that machine cannot be asked now. */
static bool ask(struct borrow *b)
{
    struct server *s = b->server;
    struct pairs *pairs = domain_pairs(s);
    const char *machine, *address, *why;
    struct parcel_allocate a = {.m = b->m};
    uint8_t body[PARCEL_ALLOCATE_MAX];
    memcpy(a.account, b->account, sizeof a.account);
    if (borrow_is_patient(b) && !b->waits)
        a.m.return_control = NODE_RETURN_UNLESS_EXHAUSTED;
    size_t n = parcel_allocate_write(&a, body, sizeof body);
    b->st = n && pairs && directory_address(domain_directory(s), b->instance, &machine, &address)
                ? h2_stream_new(&user, b)
                : NULL;
    if (b->st)
        h2_stream_put(b->st, PARCEL_ALLOCATE, body, n);
    explicit_bzero(body, sizeof body);
    explicit_bzero(&a.m, sizeof a.m);
    struct h2_stream *st = b->st;
    if (st && pairs_begin(pairs, b->instance, machine, address, st, &why))
        return true;
    if (b->st)
        not_there(b, LP_RC_ALLOCATE_FAILURE_RETRY, 0);
    return false;
}

static uint64_t lender(const struct borrow *b, const struct process *p)
{
    const struct directory_avoid avoid = {b->asked, b->n_asked};
    const struct server *s = b->server;
    uint64_t same = s->loaded->tps.res_loc_flags != RES_LOC_BALANCE ? p->lender : 0;
    return directory_lender(domain_directory(s), b->m.lu, same, &avoid);
}

/* The next machine that offers the LU; false: there is none.  An LU of a pool whose machines are all gone is
 * not kept. */
static bool find(struct borrow *b)
{
    const struct process *p = process_of(b);
    b->instance = 0;
    if (!p || b->n_asked == BORROW_MACHINES_MAX || !domain_pairs(b->server))
        return false;
    b->instance = lender(b, p);
    if (!b->instance && !b->has_lu && strcmp(b->m.lu, b->instead) != 0) {
        memcpy(b->m.lu, b->instead, sizeof b->m.lu);
        b->instance = lender(b, p);
    }
    if (b->instance)
        b->asked[b->n_asked++] = b->instance;
    return b->instance != 0;
}

/* The next one that lets the Allocate wait; false: there is none. */
static bool find_again(struct borrow *b)
{
    if (b->n_waited == b->n_exhausted)
        return false;
    b->waits = true;
    b->rc = LP_RC_ALLOCATE_FAILURE_RETRY;
    b->sense = 0;
    b->instance = b->exhausted[b->n_waited++];
    return true;
}

/* B is gone: the program waits for a session of this node. */
static bool wait_here(struct borrow *b)
{
    struct server *s = b->server;
    struct client *c = client_get(s, b->port);
    struct process *p = process_of(b);
    uint32_t conv = 0;
    if (c && p && c->wanted && node_reserve(s->node, &s->nfx_spare) == 0)
        conv = node_allocate(s->node, p, c, c->wanted, now_ms(), &s->nfx, &b->rc);
    if (!conv)
        return false;
    if (channel_new(s, conv, b->port, p->uid, p->pid) < 0) {
        node_end(s->node, conv, p->id, SIDE_A, now_ms(), &s->nfx);
        b->rc = LP_RC_MEMORY;
        return false;
    }
    client_forget_wanted(c);
    c->conv = conv;
    borrow_free(b);
    return true;
}

bool borrow_next(struct borrow *b)
{
    while ((!b->waits && find(b)) || find_again(b))
        if (b->instance == BORROW_HERE ? wait_here(b) : ask(b))
            return true;
    return false;
}

/* ---- what it answers ---- */

/* B may be gone afterwards: the program is answered when there is nobody left to ask. */
static void goes_on(struct borrow *b, uint16_t rc, uint32_t sense)
{
    if (rc == LP_RC_UNSUCCESSFUL && borrow_is_patient(b) && !b->waits)
        b->exhausted[b->n_exhausted++] = b->instance;
    not_there(b, rc, sense);
    if (!borrow_next(b))
        borrow_refuse(b);
}

/* It has waited there, and that machine has the last word. */
static bool is_last_word(const struct borrow *b, const struct lp_allocated *m)
{
    return b->waits && m->rc == LP_RC_ALLOCATE_FAILURE_RETRY && m->sense == SENSE_SESSION_LIMIT;
}

static void relayed_lost(struct relay *r, const char *why)
{
    log_debug("conversation %u: the machine of its LU: %s", r->ch->conv, why);
    farside_drop(r);
    farside_cut(r);
}

static bool frame_came(void *arg, const struct parcel *p)
{
    struct relay *r = arg;
    if (p->type == PARCEL_FRAME)
        return relay_give(r, p->body, p->n);
    farside_wrong(r, p);
    return true;
}

static const struct h2_stream_user relayed = {frame_came, relay_room, farside_over};

/* The conversation of B on this machine; NULL: out of memory, with *RC. */
static struct channel *make_channel(struct borrow *b, const struct parcel_allocated *a, uint16_t *rc)
{
    struct server *s = b->server;
    struct process *p = process_of(b), *machine = farside_process(s, h2_stream_machine(b->st));
    const struct guest_session g = {.lu = a->partner_lu,
                                    .local = a->m.partner,
                                    .partner_lu = a->lu,
                                    .partner = a->m.local,
                                    .mode = a->m.mode,
                                    .max_ru = a->m.max_ru};
    struct lp_allocate m = b->m;
    explicit_bzero(m.password, sizeof m.password);
    m.password_n = 0;
    m.slot = b->slot;
    *rc = LP_RC_MEMORY;
    bool room_for = p && machine && node_reserve(s->node, &s->nfx_spare) == 0;
    uint32_t conv = room_for ? node_borrow(s->node, &g, &m, p, machine, now_ms(), &s->nfx) : 0;
    if (!conv)
        return NULL;
    struct channel *ch = channel_new(s, conv, 0, p->uid, p->pid) == 0 ? channel_of(s, conv) : NULL;
    struct relay *r = NULL;
    if (ch && (*rc = (uint16_t)channel_open_pair(s, ch)) == LP_RC_OK && (r = relay_new(s, ch, SIDE_B))) {
        r->process = machine->id;
        r->borrowed = true;
        return ch;
    }
    node_end(s->node, conv, p->id, SIDE_A, now_ms(), &s->nfx);
    node_end(s->node, conv, machine->id, SIDE_B, now_ms(), &s->nfx);
    return NULL;
}

static void has_it(struct borrow *b, const struct parcel_allocated *a)
{
    struct server *s = b->server;
    uint16_t rc;
    struct channel *ch = make_channel(b, a, &rc);
    struct process *p = process_of(b);
    uint32_t port = b->port;
    if (!ch) {
        b->rc = rc;
        borrow_refuse(b);
        return;
    }
    struct relay *r = ch->relay[SIDE_B];
    struct lp_allocated m = a->m;
    r->st = b->st;
    r->lost = relayed_lost;
    b->st = NULL;
    h2_stream_use(r->st, &relayed, r);
    log_debug("conversation %u: on LU %s of machine %s, where it is conversation %u", ch->conv, a->lu,
              h2_stream_machine(r->st), a->m.conv);
    p->lender = b->instance;
    if (!s->node->new_lu_each_time)
        snprintf(p->lu, sizeof p->lu, "%s", a->lu);
    borrow_free(b);
    trace_begin(s, ch, NULL);
    m.conv = ch->conv;
    if (relay_begin(r) < 0)
        relayed_lost(r, "out of memory");
    client_answer_allocate(s, port, &m, ch->fd[SIDE_A]);
}

static void has_none(struct borrow *b, const struct lp_allocated *m)
{
    b->has_lu |= m->rc != LP_RC_STOPPING && weight(m->rc) > 0;
    if (is_last_word(b, m)) {
        b->rc = m->rc;
        b->sense = m->sense;
        borrow_refuse(b);
    } else {
        goes_on(b, m->rc, m->sense);
    }
}

static bool came(void *arg, const struct parcel *p)
{
    struct borrow *b = arg;
    struct parcel_allocated a;
    if (p->type != PARCEL_ALLOCATED || !parcel_allocated_read(p->body, p->n, &a))
        goes_on(b, LP_RC_VERSION, 0);
    else if (a.m.rc != LP_RC_OK)
        has_none(b, &a.m);
    else
        has_it(b, &a);
    return true;
}

static void over(void *arg, bool whole, const char *why)
{
    struct borrow *b = arg;
    log_debug("an Allocate for another machine's LU: %s", whole ? "it has ended the stream" : why);
    goes_on(b, LP_RC_ALLOCATE_FAILURE_RETRY, 0);
}

/* One parcel is sent, so that no room is waited for. */
static const struct h2_stream_user user = {came, NULL, over};
