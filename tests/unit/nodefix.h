/* nodefix.h - for tests of the node: a configuration, a node over it, a clock, and programs that allocate.
 * After every step of a test, step() lets the checker walk all objects. */
#ifndef SNA_TESTS_NODEFIX_H
#define SNA_TESTS_NODEFIX_H

#include <stdio.h>

#include "snanode/node/cnos.h"
#include "snanode/node/inject.h"
#include "snanode/node/internal.h"
#include "snanode/node/node.h"
#include "snanode/wire/sense.h"
#include "tests/unit/cfgfix.h"

static struct node_config cfg;
static struct node *node;
static struct node_effects fx;
static uint64_t now;

/* What was sent on other carriers than 0: the test is the partner there. */
#define SENT_MAX 64
static struct sent {
    struct piu piu;
    uint8_t ru[256];
} sent[SENT_MAX];
static unsigned n_sent;

/* As turn.c does it: what goes from one LU of the node to another is back at once, in order, before anything
 * else comes.  Other effects stay in the list. */
static inline void settle(void)
{
    for (size_t i = 0; i < fx.n; i++) {
        struct sent out;
        if (fx.v[i].kind != NODE_FX_SEND)
            continue;
        effects_piu(&fx, &fx.v[i], &out.piu);
        ck_assert_uint_le(out.piu.n, sizeof out.ru);
        memcpy(out.ru, out.piu.ru, out.piu.n);
        if (out.piu.path.carrier == CARRIER_LOCAL) {
            out.piu.ru = out.ru;
            ck_assert(node_receive(node, &out.piu, now, &fx));
            const char *bad = node_check(node); /* with the rest still on its way */
            ck_assert_msg(!bad, "checker: %s", bad);
        } else if (n_sent < SENT_MAX) {
            sent[n_sent] = out;
            sent[n_sent].piu.ru = sent[n_sent].ru;
            n_sent++;
        }
    }
    size_t kept = 0;
    for (size_t i = 0; i < fx.n; i++)
        if (fx.v[i].kind != NODE_FX_SEND)
            fx.v[kept++] = fx.v[i];
    fx.n = kept;
}

/* After a call of one of the node's own parts, which does not do it itself. */
static inline void work(void)
{
    node_work(node, now, &fx);
}

static inline void step(void)
{
    settle();
    const char *bad = node_check(node);
    ck_assert_msg(!bad, "checker: %s", bad);
}

static inline void fix_start(const char *commands)
{
    cfgfix_read(&cfg, commands);
    now = 1000;
    node = node_new(&cfg);
    ck_assert_ptr_nonnull(node);
}

static inline void fix_end(void)
{
    step();
    node_free(node);
    node = NULL;
    node_effects_free(&fx);
    n_sent = 0;
    config_fini(&cfg);
}

static const char fix_commands[] =
    "server N /add /netname:NET /cpname:N\n"
    "mode SMALL /add /sessionlim:4 /conwin:2 /conlose:1\n"
    "mode ONE /add /sessionlim:1 /conwin:1 /conlose:0\n"
    "mode THEIRS /add /sessionlim:3 /conwin:0 /conlose:3\n"
    "mode WIDE /add /sessionlim:8 /conwin:0 /conlose:0 /maxsendru:4096 /maxrecvru:2048\n"
    "appcllu CLI /add /server:N /defaultpool:yes\n"
    "appcllu HOST /add /server:N\n";

static inline void fix_default(void)
{
    fix_start(fix_commands);
}

static inline struct process *program(void)
{
    return node_process_add(node, 100, 1, "test", 0, 7, now);
}

static inline struct lp_allocate request(const char *lu, const char *partner, const char *mode)
{
    struct lp_allocate m = {.type = 1, .tpn_n = 2, .tpn = "TP"};
    strcpy(m.lu, lu);
    strcpy(m.partner, partner);
    strcpy(m.mode, mode);
    return m;
}

static uint16_t rc;

static inline uint16_t refused_with(uint32_t id)
{
    for (size_t i = 0; i < fx.n; i++)
        if (fx.v[i].kind == NODE_FX_REFUSED && fx.v[i].conv == id)
            return fx.v[i].rc;
    return 0xFFFF;
}

/* What the program is told of its Allocate M: its conversation, or 0 with RC. */
static inline uint32_t allocate_as(struct process *p, const struct lp_allocate *m)
{
    fx.n = 0;
    uint32_t id = node_allocate(node, p, NULL, m, now, &fx, &rc);
    step();
    if (id && refused_with(id) != 0xFFFF) {
        rc = refused_with(id);
        return 0;
    }
    return id;
}

static inline uint32_t allocate(struct process *p, const char *lu, const char *partner, const char *mode)
{
    struct lp_allocate m = request(lu, partner, mode);
    return allocate_as(p, &m);
}

static inline uint32_t allocate_unless_exhausted(struct process *p, const char *lu, const char *partner,
                                                 const char *mode)
{
    struct lp_allocate m = request(lu, partner, mode);
    m.return_control = NODE_RETURN_UNLESS_EXHAUSTED;
    return allocate_as(p, &m);
}

static inline uint32_t allocate_now(struct process *p, const char *lu, const char *partner, const char *mode)
{
    struct lp_allocate m = request(lu, partner, mode);
    m.return_control = 1;
    return allocate_as(p, &m);
}

static inline enum conversation_state state_of(uint32_t id)
{
    const struct conversation *c = node_conversation(node, id);
    ck_assert_ptr_nonnull(c);
    return c->state;
}

static inline void end(struct process *p, uint32_t id)
{
    const struct conversation *c = node_conversation(node, id);
    ck_assert_ptr_nonnull(c);
    bool far = c->far_open; /* a link would say when what was sent has ended the bracket: at once here */
    node_end(node, id, p->id, c->sides[SIDE_A].process == p->id ? SIDE_A : SIDE_B, now, &fx);
    if (far)
        node_far_over(node, id, now, &fx);
    step();
}

/* The Attach of ID flows and P takes it. */
static inline void attach(uint32_t id)
{
    struct fmh5 a;
    char lu[9];
    unsigned timeout;
    uint8_t octets[FMH5_MAX];
    bool bb;
    if (node_conversation(node, id)->far_open) {
        ck_assert_uint_gt(node_far_begin(node, id, octets, &bb), 0);
        return;
    }
    ck_assert_int_eq(node_attach(node, id, &a, lu, &timeout), 0);
    step();
}

static inline void accept_by(struct process *p, uint32_t id)
{
    struct fmh5 a = {.tpn_n = 2, .tpn = {0xE3, 0xD7}};
    struct lp_accepted out;
    node_accept(node, id, p, 0, false, &a, &out);
    ck_assert_uint_eq(out.rc, 0);
    ck_assert_uint_eq(out.max_ru, node_conversation(node, id)->max_ru);
    ck_assert_uint_ge(out.max_ru, 256);
    step();
}

static inline struct session_pool *pool_of(const char *lu, const char *partner, const char *mode,
                                           uint8_t *side)
{
    struct lu_partner p;
    uint8_t none;
    const struct cfg_lu *l = config_lu(&cfg, lu);
    ck_assert(l && lu_partner_find(&cfg, l, partner, &p) == 0);
    return pool_find(node, l, &p, config_mode(&cfg, mode), mode, side ? side : &none);
}

static inline enum cnos_code cnos(const char *lu, const char *partner, const char *mode,
                                  const struct cnos_ask *ask)
{
    uint8_t side;
    struct session_pool *p = pool_of(lu, partner, mode, &side);
    const uint32_t tag = 0xC05;
    node_cnos(node, p, side, ask, tag, now, &fx);
    step();
    for (size_t i = 0; i < fx.n; i++)
        if (fx.v[i].kind == NODE_FX_CNOS && fx.v[i].conv == tag) {
            fx.v[i].conv = 0; /* has been told */
            return (enum cnos_code)fx.v[i].rc;
        }
    return CNOS_RC_N;
}

/* The limits of a mode's definition, as the first Allocate of LU number SIDE would set them. */
static inline enum cnos_code first_use(struct session_pool *p, unsigned side)
{
    enum cnos_code c = cnos_first_use(node, p, side, now, &fx);
    work();
    step();
    return p->limits_from == LIMITS_UNSET ? CNOS_RC_NO_SESSION : c;
}

/* A session of P by a BIND from LU number SIDE; NULL: refused. */
static inline struct session *activate(struct session_pool *p, unsigned side)
{
    struct sna_err e;
    struct session *s = session_activate(node, p, side, true, NULL, now, &fx, &e);
    uint32_t id = s ? s->id : 0;
    work();
    step();
    s = session_by_id(node, id);
    return s && s->counted ? s : NULL;
}

/* How many effects of a kind there were since the last call; they are forgotten. */
static inline unsigned effects(enum node_effect_kind k)
{
    unsigned n = 0;
    for (size_t i = 0; i < fx.n; i++)
        n += fx.v[i].kind == k;
    fx.n = 0;
    return n;
}

#endif
