/* nodefix.h - for tests of the node: a configuration, a node over it, a clock, and programs that allocate.
 * After every step of a test step() has the checker walk all objects. */
#ifndef SNA_TESTS_NODEFIX_H
#define SNA_TESTS_NODEFIX_H

#include <stdio.h>

#include "snanode/node/cnos.h"
#include "snanode/node/inject.h"
#include "snanode/node/node.h"
#include "snanode/wire/sense.h"
#include "tests/unit/cfgfix.h"

static struct node_config cfg;
static struct node *node;
static struct node_effects fx;
static uint64_t now;

static inline void step(void)
{
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
    free(fx.v);
    fx = (struct node_effects){.v = NULL};
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

static inline uint32_t allocate(struct process *p, const char *lu, const char *partner, const char *mode)
{
    struct lp_allocate m = request(lu, partner, mode);
    uint32_t id = node_allocate(node, p, NULL, &m, now, &fx, &rc);
    step();
    return id;
}

static inline uint32_t allocate_now(struct process *p, const char *lu, const char *partner, const char *mode)
{
    struct lp_allocate m = request(lu, partner, mode);
    m.return_control = 1;
    uint32_t id = node_allocate(node, p, NULL, &m, now, &fx, &rc);
    step();
    return id;
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
    node_end(node, id, p, c->sides[SIDE_A].process == p->id ? SIDE_A : SIDE_B, now, &fx);
    step();
}

/* The Attach of ID flows and P takes it. */
static inline void attach(uint32_t id)
{
    struct fmh5 a;
    char lu[9];
    unsigned timeout;
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
    enum cnos_code c = node_cnos(node, p, side, ask, now, &fx);
    step();
    return c;
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

static inline uint16_t refused_with(uint32_t id)
{
    for (size_t i = 0; i < fx.n; i++)
        if (fx.v[i].kind == NODE_FX_REFUSED && fx.v[i].conv == id)
            return fx.v[i].rc;
    return 0xFFFF;
}

#endif
