/* Two nodes back to back in memory: each is the other's remote partner.  PIUs wait in a queue for each
 * direction, in order, for as long as a generator says; conversations begin and end, limits change, sessions
 * are ended and the link goes down and comes back; in half of the runs the pair has a session key.  Whatever
 * happens, both checkers are content, what waits is told, and in the end, when all is quiet, both nodes have
 * the same sessions in states that fit. */
#include <stdio.h>

#include "snanode/config/config_build.h"
#include "snanode/node/exchange.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"
#include "tests/unit/cfgfix.h"

enum { LINK = 1, QUEUE = 4096, PROGRAMS = 4, STEPS = 4000 };

static const char *const commands[2] = {
    "server A /add /netname:NET /cpname:A\n"
    "mode SMALL /add /sessionlim:4 /conwin:2 /conlose:1\nmode ONE /add /sessionlim:1 /conwin:1\n"
    "mode AUTO /add /sessionlim:6 /conwin:2 /conlose:2 /autoact:1\n"
    "appcllu LEFT /add /server:A\nconnection L /add /conntype:IP-DLC\n"
    "appcrlu RIGHT /add /connection:L /netname:NET /luname:RIGHT %s\n",
    "server B /add /netname:NET /cpname:B\n"
    "mode SMALL /add /sessionlim:3 /conwin:1 /conlose:2\nmode ONE /add /sessionlim:1 /conwin:0 /conlose:1\n"
    "mode AUTO /add /sessionlim:5 /conwin:2 /conlose:2\n"
    "appcllu RIGHT /add /server:B\nconnection L /add /conntype:IP-DLC\n"
    "appcrlu LEFT /add /connection:L /netname:NET /luname:LEFT %s\n",
};
static const char *const names[2] = {"LEFT", "RIGHT"};
static const char *const modes[] = {"SMALL", "ONE", "AUTO"};

struct packet {
    struct piu piu;
    uint8_t ru[256];
};

/* A node, its programs, and what is on its way to it. */
static struct end {
    struct node_config cfg;
    struct node *node;
    struct node_effects fx;
    struct process *programs[PROGRAMS];
    struct packet queue[QUEUE];
    unsigned first, n;
    uint64_t next_address;
    unsigned allocated, refused, ordered, told;
} ends[2];

static uint64_t now;
static bool up;
static uint32_t lcg;

static uint32_t draw(uint32_t n)
{
    lcg = lcg * 1664525u + 1013904223u;
    return (lcg >> 10) % n;
}

static enum carrier_state reach(void *arg, const char *alias, const char *fq, uint32_t *carrier)
{
    (void)arg;
    (void)alias;
    (void)fq;
    *carrier = LINK;
    return up ? CARRIER_UP : CARRIER_ON_DEMAND;
}

/* As an LFSID, with ODAI by the side. */
static int address(void *arg, uint32_t carrier, uint64_t *out)
{
    struct end *e = arg;
    (void)carrier;
    *out = e->next_address++ << 1 | (e == &ends[1]);
    return 0;
}

static void push(struct end *to, const struct piu *p)
{
    ck_assert_uint_lt(to->n, QUEUE);
    struct packet *k = &to->queue[(to->first + to->n++) % QUEUE];
    k->piu = *p;
    ck_assert_uint_le(p->n, sizeof k->ru);
    if (p->n > 0)
        memcpy(k->ru, p->ru, p->n);
    k->piu.ru = k->ru;
}

/* What a conversation sends itself: the Attach, with or without BB, or the end of its bracket. */
static void says(struct end *e, const struct path *path, struct rh rh)
{
    static const uint8_t fmh5[] = {2, 5};
    rh.category = RH_FMD;
    rh.bci = rh.eci = rh.dr1i = rh.eri = true;
    rh.fi = !rh.cebi;
    const struct piu p = {.path = *path, .rh = rh, .ru = fmh5, .n = sizeof fmh5};
    push(e == &ends[0] ? &ends[1] : &ends[0], &p);
}

/* Neither accuses the other: the one UNBIND with a sense is an operator's. */
static void no_breach(const struct end *e, const struct piu *p)
{
    if (p->rh.rri || p->n < 6 || p->ru[0] != UNBIND_CODE || p->ru[1] != UNBIND_FAILURE)
        return;
    unsigned side;
    const struct session *s = session_by_path(e->node, &p->path, &side);
    uint32_t sense = (uint32_t)p->ru[2] << 24 | (uint32_t)p->ru[3] << 16 | (uint32_t)p->ru[4] << 8 | p->ru[5];
    ck_assert_msg(sense == SENSE_SESSION_RESET, "%s ends session %u: %08X", names[e == &ends[1]],
                  s ? s->id : 0, sense);
}

static void carry_out(struct end *e)
{
    struct end *other = e == &ends[0] ? &ends[1] : &ends[0];
    for (size_t i = 0; i < e->fx.n; i++) {
        const struct node_effect x = e->fx.v[i];
        struct piu p;
        switch (x.kind) {
        case NODE_FX_SEND:
            effects_piu(&e->fx, &x, &p);
            ck_assert_uint_eq(p.path.carrier, LINK);
            no_breach(e, &p);
            if (up)
                push(other, &p);
            break;
        case NODE_FX_ALLOCATED: {
            const struct session *s = node_conversation(e->node, x.conv)->session;
            says(e, &s->half[0].path, (struct rh){.bbi = s->bb_due});
            e->allocated++;
            break;
        }
        case NODE_FX_REFUSED:
            e->refused++;
            break;
        case NODE_FX_ACTIVATED:
        case NODE_FX_CNOS:
            e->told++;
            break;
        default:
            break;
        }
    }
    e->fx.n = 0;
    const char *bad = node_check(e->node);
    ck_assert_msg(!bad, "checker of %s: %s", e == ends ? "LEFT" : "RIGHT", bad);
}

/* One PIU arrives.  The other end's conversation begins and ends with what it says. */
static void arrive(struct end *e)
{
    struct packet k = e->queue[e->first];
    e->first = (e->first + 1) % QUEUE;
    e->n--;
    k.piu.ru = k.ru;
    if (!node_receive(e->node, &k.piu, now, &e->fx) && k.piu.rh.cebi)
        node_bracket_over(e->node, &k.piu.path, now, &e->fx);
    carry_out(e);
}

static void link_down(void)
{
    up = false;
    for (unsigned i = 0; i < 2; i++) {
        ends[i].n = 0;
        node_path_down(ends[i].node, LINK, "test", now, &ends[i].fx);
        carry_out(&ends[i]);
    }
}

static void link_up(void)
{
    up = true;
    for (unsigned i = 0; i < 2; i++) {
        node_path_up(ends[i].node, LINK, now, &ends[i].fx);
        carry_out(&ends[i]);
    }
}

static struct session_pool *pool(struct end *e, const char *mode)
{
    struct lu_partner p;
    uint8_t side;
    unsigned i = e == &ends[1];
    const struct cfg_lu *lu = config_lu(&e->cfg, names[i]);
    ck_assert(lu_partner_find(&e->cfg, lu, names[!i], &p) == 0);
    return pool_find(e->node, lu, &p, config_mode(&e->cfg, mode), mode, &side);
}

static struct conversation *any(struct end *e)
{
    uint32_t i = e->node->convs.n ? draw(e->node->convs.cap) : 0;
    struct conversation *c = idtab_next(&e->node->convs, &i);
    i = 0;
    return c ? c : idtab_next(&e->node->convs, &i);
}

static void end_one(struct end *e, struct conversation *c)
{
    struct process *p = node_process(e->node, c->sides[SIDE_A].process);
    if (c->state == CONV_WAITING) {
        node_allocate_cancel(e->node, c->id, now, &e->fx);
        return;
    }
    if (c->session)
        says(e, &c->session->half[0].path, (struct rh){.cebi = true});
    uint32_t id = c->id;
    node_end(e->node, id, p->id, SIDE_A, now, &e->fx);
    node_far_over(e->node, id, now, &e->fx);
}

/* Its conversations end with it: the node's last word on each has CEB. */
static void die(struct end *e, uint32_t k)
{
    uint32_t i = 0, over[64], n = 0;
    const struct conversation *c;
    while ((c = idtab_next(&e->node->convs, &i)))
        if (c->sides[SIDE_A].process == e->programs[k]->id && c->session) {
            says(e, &c->session->half[0].path, (struct rh){.cebi = true});
            over[n++] = c->id;
        }
    node_process_gone(e->node, e->programs[k]->id, now, &e->fx);
    while (n > 0)
        node_far_over(e->node, over[--n], now, &e->fx);
    e->programs[k] = node_process_add(e->node, 100, 1, "test", 0, 7, now);
}

static void allocate(struct end *e, struct process *p)
{
    struct lp_allocate m = {.type = 1,
                            .tpn_n = 2,
                            .tpn = "TP",
                            .return_control =
                                draw(5) == 0 ? (draw(2) ? 1 : NODE_RETURN_UNLESS_EXHAUSTED) : 0};
    uint16_t rc;
    strcpy(m.lu, names[e == &ends[1]]);
    strcpy(m.partner, names[e == &ends[0]]);
    strcpy(m.mode, modes[draw(3)]);
    if (e->node->convs.n < 40)
        node_allocate(e->node, p, NULL, &m, now, &e->fx, &rc);
}

static void disturb(struct end *e, unsigned loss)
{
    uint32_t w = draw(100), k = draw(PROGRAMS);
    struct conversation *c = any(e);
    struct session_pool *p = pool(e, modes[draw(3)]);
    const struct cnos_ask ask = {
        .reset = draw(2), .limit = 1 + draw(5), .drain_source = draw(2), .drain_target = draw(2)};
    if (w < 40) {
        allocate(e, e->programs[k]);
    } else if (w < 80 && c) {
        end_one(e, c);
    } else if (w < 84) {
        node_activate(e->node, p, 0, ORDER_EITHER, 7, now, &e->fx);
        e->ordered++;
    } else if (w < 88 && !list_empty(&p->sessions)) {
        node_deactivate(e->node, LIST_OWNER(p->sessions.next, struct session, link), draw(4) == 0, now,
                        &e->fx);
    } else if (w < 91) {
        node_cnos(e->node, p, 0, &ask, 7, now, &e->fx);
        e->ordered++;
    } else if (w < 93) {
        now += draw(15000);
        node_tick(e->node, now, &e->fx);
    } else if (w < 94 && loss) {
        link_down();
    } else if (w < 95) {
        die(e, k);
    }
}

/* No DES, but two ends that have the same key agree on it, and each random value is there once. */
static int mixed(void *arg, const uint8_t key[CIPHER_N], const uint8_t in[CIPHER_N], uint8_t out[CIPHER_N])
{
    (void)arg;
    for (int i = 0; i < CIPHER_N; i++)
        out[i] = (uint8_t)(in[(i + 1) % CIPHER_N] ^ key[i]);
    return 0;
}

static int counted(void *arg, uint8_t *out, size_t n)
{
    static uint64_t count;
    (void)arg;
    count++;
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(count >> (8 * (i % CIPHER_N)));
    return 0;
}

static const struct cipher cipher = {.des = mixed, .random = counted};

/* With a session key or without. */
static void start(bool keyed)
{
    now = 1000;
    up = true;
    for (unsigned i = 0; i < 2; i++) {
        struct end *e = &ends[i];
        char text[1024];
        memset(e, 0, sizeof *e);
        snprintf(text, sizeof text, commands[i], keyed ? "/security:char,TOPSECRT" : "");
        cfgfix_read(&e->cfg, text);
        e->node = node_new(&e->cfg);
        ck_assert_ptr_nonnull(e->node);
        e->next_address = 0x100;
        e->node->cipher = &cipher;
        e->node->carriers = (struct node_carriers){.arg = e, .reach = reach, .address = address};
        for (unsigned k = 0; k < PROGRAMS; k++)
            e->programs[k] = node_process_add(e->node, 100, 1, "test", 0, 7, now);
    }
}

static void teardown(void)
{
    for (unsigned i = 0; i < 2; i++) {
        node_free(ends[i].node);
        node_effects_free(&ends[i].fx);
        config_fini(&ends[i].cfg);
    }
}

static void quiet(void)
{
    for (unsigned k = 0; ends[0].n + ends[1].n > 0; k++) {
        ck_assert_uint_lt(k, 100000);
        arrive(ends[0].n > 0 && (ends[1].n == 0 || draw(2)) ? &ends[0] : &ends[1]);
    }
}

/* Each session of one node is one of the other's, and both say the same of it. */
static void same_sessions(void)
{
    for (unsigned i = 0; i < 2; i++)
        LIST_FOREACH(l, &ends[i].node->pools)
            LIST_FOREACH(m, &LIST_OWNER(l, struct session_pool, link)->sessions) {
                const struct session *s = LIST_OWNER(m, struct session, link);
                unsigned side;
                const struct session *t = session_by_path(ends[!i].node, &s->half[0].path, &side);
                ck_assert_msg(t != NULL, "session %u of %s is at one end alone: %s", s->id, names[i],
                              half_state_name(s->half[0].state));
                ck_assert_uint_eq(s->winner, !t->winner);
                ck_assert_uint_eq(s->primary, !t->primary);
                ck_assert_str_eq(s->pool->mode, t->pool->mode);
                ck_assert_msg(half_in_bracket(s->half[0].state) == half_in_bracket(t->half[0].state) &&
                                  half_idle(s->half[0].state) == half_idle(t->half[0].state),
                              "session %u of %s: %s, and %s", s->id, names[i],
                              half_state_name(s->half[0].state), half_state_name(t->half[0].state));
            }
    ck_assert_uint_eq(ends[0].node->n_sessions, ends[1].node->n_sessions);
}

START_TEST(everything)
{
    unsigned delay = 2 + (unsigned)_i % 4 * 2, loss = (unsigned)_i & 1;
    start((unsigned)_i >> 3 & 1);
    lcg = 4711u + (uint32_t)_i;
    for (int i = 0; i < STEPS; i++) {
        struct end *e = &ends[draw(2)];
        if (!up && draw(20) == 0)
            link_up();
        if (draw(delay) == 0) {
            disturb(e, loss);
            carry_out(e);
        } else if (e->n > 0) {
            arrive(e);
        }
        now += draw(3);
    }
    if (!up)
        link_up();
    quiet();
    for (unsigned i = 0; i < 2; i++) {
        struct conversation *c;
        while ((c = any(&ends[i]))) {
            end_one(&ends[i], c);
            carry_out(&ends[i]);
            quiet();
        }
    }
    same_sessions();
    for (unsigned i = 0; i < 2; i++) {
        ck_assert_uint_gt(ends[i].allocated, 20);
        ck_assert_uint_eq(ends[i].told, ends[i].ordered);
        ck_assert(list_empty(&ends[i].node->exchanges));
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("twonodes");
    TCase *t = tcase_create("link");
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, everything, 0, 32);
    suite_add_tcase(s, t);
    return octets_run(s);
}
