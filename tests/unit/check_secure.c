/* Session security between two nodes back to back in memory: keys that agree and keys that do not, what flows
 * frame by frame, password substitutes as the attach manager judges them, and replays. */
#include <stdio.h>

#include "attachmgr/security.h"
#include "snanode/base/ebcdic.h"
#include "snanode/config/config_build.h"
#include "snanode/io/des.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"
#include "tests/unit/cfgfix.h"

enum { LINK = 1, RECORD = 64 };

#define KEY  "/security:hex,0123456789ABCDEF"
#define KEY2 "/security:hex,FEDCBA9876543210"

struct packet {
    unsigned to;
    struct piu piu;
    uint8_t ru[256];
};

static struct end {
    struct node_config cfg;
    struct node *node;
    struct node_effects fx;
    struct process *program;
    uint16_t refused; /* return code of the last Allocate that failed */
    uint32_t conv;    /* the last one that was allocated */
} ends[2];

static struct packet record[RECORD]; /* all that has flowed */
static unsigned n_record, n_arrived;
static struct cipher cipher;
static uint64_t now, next_address;
static uint8_t counter;

static int not_random(void *arg, uint8_t *out, size_t n)
{
    (void)arg;
    memset(out, ++counter, n);
    return 0;
}

static enum carrier_state reach(void *arg, const char *alias, const char *fq, uint32_t *carrier)
{
    (void)arg, (void)alias, (void)fq;
    *carrier = LINK;
    return CARRIER_UP;
}

static int address(void *arg, uint32_t carrier, uint64_t *out)
{
    (void)carrier;
    *out = next_address++ << 1 | (arg == &ends[1]);
    return 0;
}

static void push(unsigned to, const struct piu *p)
{
    ck_assert_uint_lt(n_record, RECORD);
    struct packet *k = &record[n_record++];
    ck_assert_uint_le(p->n, sizeof k->ru);
    k->to = to;
    k->piu = *p;
    if (p->n > 0)
        memcpy(k->ru, p->ru, p->n);
    k->piu.ru = k->ru;
}

/* The conversation's first request: its Attach, behind an FMH-12 of the node or not. */
static void begins(unsigned i, uint32_t conv)
{
    const struct conversation *c = node_conversation(ends[i].node, conv);
    const struct rh rh = {.category = RH_FMD,
                          .fi = true,
                          .bci = true,
                          .eci = true,
                          .dr1i = true,
                          .eri = true,
                          .cdi = true,
                          .bbi = c->session->bb_due};
    const struct piu p = {.path = c->session->half[0].path, .rh = rh, .ru = c->attach, .n = c->attach_n};
    ends[i].conv = conv;
    push(!i, &p);
}

static void carry_out(unsigned i)
{
    struct end *e = &ends[i];
    for (size_t k = 0; k < e->fx.n; k++) {
        const struct node_effect x = e->fx.v[k];
        struct piu p;
        if (x.kind == NODE_FX_SEND) {
            effects_piu(&e->fx, &x, &p);
            push(!i, &p);
        } else if (x.kind == NODE_FX_ALLOCATED) {
            begins(i, x.conv);
        } else if (x.kind == NODE_FX_REFUSED) {
            e->refused = x.rc;
        }
    }
    e->fx.n = 0;
    const char *bad = node_check(e->node);
    ck_assert_msg(!bad, "checker of node %u: %s", i, bad);
}

static void receive(struct packet *k)
{
    node_receive(ends[k->to].node, &k->piu, now, &ends[k->to].fx);
    carry_out(k->to);
}

static void quiet(void)
{
    while (n_arrived < n_record) {
        struct packet k = record[n_arrived++];
        k.piu.ru = k.ru;
        receive(&k);
    }
}

/* LEFT and RIGHT, with these options of each one's partner. */
static void start(const char *left, const char *right)
{
    const char *const options[2] = {left, right}, *const names[2] = {"LEFT", "RIGHT"};
    now = 1000;
    next_address = 0x100;
    n_record = n_arrived = 0;
    counter = 0x10;
    cipher = *des_cipher();
    cipher.random = not_random;
    for (unsigned i = 0; i < 2; i++) {
        char text[512];
        struct end *e = &ends[i];
        memset(e, 0, sizeof *e);
        snprintf(text, sizeof text,
                 "server %c /add /netname:NET /cpname:%c\n"
                 "mode ONE /add /sessionlim:1 %s\n"
                 "appcllu %s /add /server:%c\nconnection L /add /conntype:IP-DLC\n"
                 "appcrlu %s /add /connection:L /netname:NET /luname:%s /parallelsess:no %s\n",
                 'A' + (int)i, 'A' + (int)i, i ? "/conwin:0 /conlose:1" : "/conwin:1", names[i], 'A' + (int)i,
                 names[!i], names[!i], options[i]);
        cfgfix_read(&e->cfg, text);
        e->node = node_new(&e->cfg);
        ck_assert_ptr_nonnull(e->node);
        e->node->carriers = (struct node_carriers){.arg = e, .reach = reach, .address = address};
        e->node->cipher = &cipher;
        e->program = node_process_add(e->node, 100, 1, "test", 0, 7, now);
    }
}

static void teardown(void)
{
    for (unsigned i = 0; i < 2; i++) {
        node_free(ends[i].node);
        node_effects_free(&ends[i].fx);
        config_fini(&ends[i].cfg);
        ends[i].node = NULL;
    }
    des_unload();
}

static const char *known_user(uid_t uid)
{
    (void)uid;
    return "BOB";
}

static void allocate_as(uint8_t security, const char *user, const char *password)
{
    struct lp_allocate m = {.type = 1, .tpn_n = 2, .tpn = "TP", .security = security};
    uint16_t rc = 0;
    strcpy(m.lu, "LEFT");
    strcpy(m.partner, "RIGHT");
    strcpy(m.mode, "ONE");
    m.user_n = user ? (uint8_t)strlen(user) : 0;
    m.password_n = user ? (uint8_t)strlen(password) : 0;
    memcpy(m.user, user ? user : "", m.user_n);
    memcpy(m.password, user ? password : "", m.password_n);
    node_allocate(ends[0].node, ends[0].program, NULL, &m, now, &ends[0].fx, &rc);
    carry_out(0);
    quiet();
}

static void allocate(const char *user, const char *password)
{
    allocate_as(user ? 2 : 0, user, password);
}

static void end_conversation(void)
{
    struct piu p = {.path = node_conversation(ends[0].node, ends[0].conv)->session->half[0].path};
    node_end(ends[0].node, ends[0].conv, ends[0].program->id, SIDE_A, now, &ends[0].fx);
    node_far_over(ends[0].node, ends[0].conv, now, &ends[0].fx);
    carry_out(0);
    node_bracket_over(ends[1].node, &p.path, now, &ends[1].fx);
    carry_out(1);
    quiet();
}

/* The Kth packet from the front: a BIND or its answer, decoded. */
static struct bind bind_at(unsigned k)
{
    struct bind b;
    struct sna_err e;
    ck_assert_int_gt(bind_decode(record[k].ru, record[k].piu.n, &b, &e), 0);
    return b;
}

static const struct packet *last_unbind(uint32_t sense)
{
    const struct packet *found = NULL;
    const uint8_t want[] = {
        UNBIND_CODE,           UNBIND_FAILURE, (uint8_t)(sense >> 24), (uint8_t)(sense >> 16),
        (uint8_t)(sense >> 8), (uint8_t)sense};
    for (unsigned i = 0; i < n_record; i++)
        if (!record[i].piu.rh.rri && record[i].piu.n == sizeof want &&
            memcmp(record[i].ru, want, sizeof want) == 0)
            found = &record[i];
    return found;
}

START_TEST(same_keys)
{
    start(KEY, KEY);
    allocate(NULL, NULL);
    ck_assert_uint_eq(n_record, 4);
    struct bind b = bind_at(0), r = bind_at(1);
    ck_assert(b.has_random && !b.has_proof && b.has_nonce);
    ck_assert(r.has_random && r.has_proof && r.has_nonce);
    ck_assert(b.security & r.security & BIND_SEC_PASSWORD_SUBST);
    uint8_t rh[RH_LEN];
    rh_encode(&record[2].piu.rh, rh);
    ck_assert_mem_eq(rh, "\x0A\x90\x00", RH_LEN);
    ck_assert(record[2].piu.n == 10 && record[2].ru[0] == 10 && record[2].ru[1] == 12);
    ck_assert_uint_eq(record[3].ru[1], 5); /* the Attach is next */
    end_conversation();
    ck_assert_uint_eq(ends[1].node->n_sessions, 1);
    ck_assert_ptr_null(last_unbind(SENSE_SECURITY_NOT_VALID));
}
END_TEST

START_TEST(no_keys)
{
    start("", "");
    allocate(NULL, NULL);
    ck_assert_uint_eq(n_record, 3);
    ck_assert(!bind_at(0).has_random && !bind_at(1).has_random && !bind_at(1).has_proof);
    ck_assert_uint_eq(record[2].ru[1], 5);
}
END_TEST

/* A session that nobody wants any more: the chain of the FMH-12 is ended. */
START_TEST(nobody_wants_it)
{
    start(KEY, KEY);
    struct lu_partner p;
    uint8_t side, rh[RH_LEN];
    const struct cfg_lu *lu = config_lu(&ends[0].cfg, "LEFT");
    ck_assert_int_eq(lu_partner_find(&ends[0].cfg, lu, "RIGHT", &p), 0);
    struct session_pool *pool =
        pool_find(ends[0].node, lu, &p, config_mode(&ends[0].cfg, "ONE"), "ONE", &side);
    node_activate(ends[0].node, pool, side, ORDER_EITHER, 7, now, &ends[0].fx);
    carry_out(0);
    quiet();
    ck_assert_uint_eq(n_record, 4);
    rh_encode(&record[3].piu.rh, rh);
    ck_assert_mem_eq(rh, "\x01\x90\x01", RH_LEN);
    ck_assert_uint_eq(record[3].piu.n, 0);
    allocate(NULL, NULL); /* has it, with a bracket of its own */
    ck_assert_uint_eq(n_record, 5);
    ck_assert(record[4].piu.rh.bbi && record[4].ru[1] == 5);
    ck_assert_uint_eq(ends[1].node->n_sessions, 1);
}
END_TEST

START_TEST(keys_differ)
{
    start(KEY, KEY2);
    allocate(NULL, NULL);
    ck_assert_ptr_nonnull(last_unbind(SENSE_SECURITY_NOT_VALID));
    ck_assert_uint_eq(ends[0].refused, LP_RC_ALLOCATE_FAILURE_NO_RETRY);
    ck_assert_uint_eq(ends[0].node->n_sessions + ends[1].node->n_sessions, 0);
}
END_TEST

/* Where limits have to be agreed on first, it is the session for that which fails. */
START_TEST(keys_differ_at_first_use)
{
    start(KEY "\nappcrlu RIGHT /parallelsess:yes", KEY2 "\nappcrlu LEFT /parallelsess:yes");
    allocate(NULL, NULL);
    ck_assert_ptr_nonnull(last_unbind(SENSE_SECURITY_NOT_VALID));
    ck_assert_uint_eq(ends[0].refused, LP_RC_ALLOCATE_FAILURE_NO_RETRY);
    ck_assert(list_empty(&ends[0].node->exchanges));
}
END_TEST

START_TEST(key_on_one_side)
{
    start(_i ? KEY : "", _i ? "" : KEY);
    allocate(NULL, NULL);
    ck_assert_uint_eq(n_record, 2);
    ck_assert(record[1].piu.rh.eri);
    ck_assert_mem_eq(record[1].ru, "\x08\x0F\x60\x51", 4);
    ck_assert_uint_eq(ends[0].refused, LP_RC_ALLOCATE_FAILURE_NO_RETRY);
}
END_TEST

/* Whoever has no key, and leaves the FMH-12 out or makes one up. */
START_TEST(no_proof)
{
    start(KEY, KEY);
    allocate(NULL, NULL);
    struct packet bind = record[0], attach = record[3], fmh12 = record[2];
    bind.piu.ru = bind.ru;
    attach.piu.ru = attach.ru;
    fmh12.piu.ru = fmh12.ru;
    fmh12.ru[9] ^= 1;
    teardown();
    start(KEY, KEY);
    counter = 0x80;
    receive(&bind);
    receive(_i ? &attach : &fmh12);
    ck_assert_ptr_nonnull(last_unbind(SENSE_SECURITY_NOT_VALID));
}
END_TEST

/* The partner asks what this node has just asked it. */
START_TEST(reflection)
{
    start(KEY, KEY);
    struct lp_allocate m = {
        .type = 1, .tpn_n = 2, .tpn = "TP", .lu = "LEFT", .partner = "RIGHT", .mode = "ONE"};
    uint16_t rc;
    node_allocate(ends[0].node, ends[0].program, NULL, &m, now, &ends[0].fx, &rc);
    carry_out(0);
    struct bind b = bind_at(0);
    struct packet back = record[0];
    struct bind_name plu = b.fq_plu;
    b.plu = b.fq_plu = b.slu;
    b.slu = plu;
    back.to = 0;
    back.piu.ru = back.ru;
    back.piu.path.address = 0x999;
    back.piu.n = (size_t)bind_encode(&b, back.ru, sizeof back.ru);
    receive(&back);
    ck_assert(record[1].piu.rh.eri);
    ck_assert_mem_eq(record[1].ru, "\x08\x0F\x60\x51", 4);
}
END_TEST

/* ---- passwords ---- */

static uint32_t judged(const struct packet *k)
{
    static struct tp_user users[] = {{3, "BOB", 8, "pa55Word"}, {5, "ALICE", 8, "Secret01"}};
    const struct tp_entry e = {.security = true, .users = users, .n_users = 2};
    struct fmh5 a;
    struct sna_err err;
    ck_assert_int_gt(fmh5_decode(k->ru, k->piu.n, &a, &err), 0);
    ck_assert(a.password_substituted && a.seq_n == 8);
    ck_assert_uint_eq(security_check(&e, &a, &cipher), SENSE_SECURITY_NOT_VALID); /* without the nonces */
    node_attach_nonces(ends[1].node, &k->piu.path, &a);
    ck_assert_uint_eq(security_check(&e, &a, NULL), SENSE_SECURITY_NOT_VALID);
    return security_check(&e, &a, &cipher);
}

START_TEST(substitutes)
{
    start("", "");
    allocate("ALICE", "Secret01");
    ck_assert_uint_eq(n_record, 3);
    ck_assert_uint_eq(judged(&record[2]), 0);
    uint8_t plain[8] = "Secret01";
    ebcdic_encode(plain, sizeof plain);
    ck_assert_ptr_null(memmem(record[2].ru, record[2].piu.n, plain, sizeof plain));
    end_conversation();
    allocate("ALICE", "Secret02"); /* the same session */
    ck_assert_uint_eq(n_record, 4);
    ck_assert_uint_eq(judged(&record[3]), SENSE_SECURITY_NOT_VALID);
    end_conversation();
    allocate("EVE", "Secret01");
    ck_assert_uint_eq(judged(&record[4]), SENSE_SECURITY_NOT_VALID);
    ck_assert_uint_eq(record[4].ru[record[4].piu.n - 1], 3); /* number of the Attach */
}
END_TEST

START_TEST(replay)
{
    start("", "");
    allocate("ALICE", "Secret01");
    end_conversation();
    struct packet again = record[2];
    again.piu.ru = again.ru;
    again.piu.rh.bbi = true;
    receive(&again);
    ck_assert_ptr_nonnull(last_unbind(SENSE_SECURITY_NOT_VALID));
}
END_TEST

/* An Attach without a password has a number all the same. */
START_TEST(all_attaches_are_numbered)
{
    start("", "");
    for (uint8_t i = 1; i <= 20; i++) {
        struct fmh5 a;
        struct sna_err e;
        allocate(NULL, NULL);
        const struct packet *k = &record[n_record - 1];
        ck_assert_int_gt(fmh5_decode(k->ru, k->piu.n, &a, &e), 0);
        ck_assert(a.seq_n == 8 && a.seq[7] == i && !a.password_substituted);
        end_conversation();
    }
    ck_assert_uint_eq(ends[1].node->n_sessions, 1);
}
END_TEST

/* A partner without substitutes gets passwords as they are, without a number. */
START_TEST(partner_without_substitutes)
{
    struct fmh5 a;
    struct sna_err e;
    start("", "");
    if (_i < 2) /* NOPWDSUB, on either side */
        ends[_i].node->rules.no_substitutes = true;
    else
        ends[1].node->cipher = NULL;
    allocate("ALICE", "Secret01");
    ck_assert(!bind_at(1).has_nonce && !(bind_at(1).security & BIND_SEC_PASSWORD_SUBST));
    ck_assert_int_gt(fmh5_decode(record[2].ru, record[2].piu.n, &a, &e), 0);
    ck_assert(!a.password_substituted && a.seq_n == 0 && a.password_n == 8);
}
END_TEST

/* Byte 23 of a partner that takes no user IDs, or none as already verified: nothing of the kind flows,
 * whatever was asked for.  What this node takes, it says in its own byte. */
static const struct {
    uint8_t takes;
    bool verified, flows;
} withheld[] = {{0x00, false, false}, {0x00, true, false}, {0x10, false, true},
                {0x10, true, false},  {0x12, true, true},  {0x12, false, true}};

START_TEST(partner_takes)
{
    struct lu_partner q;
    struct fmh5 a;
    struct sna_err e;
    uint8_t side;
    start("", "");
    ends[0].node->account_name = withheld[_i].verified ? known_user : NULL;
    const struct cfg_lu *lu = config_lu(&ends[1].cfg, "RIGHT");
    ck_assert_int_eq(lu_partner_find(&ends[1].cfg, lu, "LEFT", &q), 0);
    struct session_pool *p = pool_find(ends[1].node, lu, &q, config_mode(&ends[1].cfg, "ONE"), "ONE", &side);
    p->offer[side].security = withheld[_i].takes;
    allocate_as(withheld[_i].verified ? 1 : 2, withheld[_i].verified ? "" : "ALICE", "Secret01");
    ck_assert_uint_eq(bind_at(1).security, withheld[_i].takes);
    ck_assert_int_gt(fmh5_decode(record[2].ru, record[2].piu.n, &a, &e), 0);
    ck_assert_int_eq(a.has_user, withheld[_i].flows);
    ck_assert_int_eq(a.has_password, withheld[_i].flows && !withheld[_i].verified);
    ck_assert_int_eq(a.already_verified, withheld[_i].flows && withheld[_i].verified);
    ck_assert_uint_eq(record[2].piu.n, record[2].ru[0]); /* all of it well-formed */
}
END_TEST

/* A substitute on a session that has none, and one without its number. */
START_TEST(substitute_uncalled_for)
{
    struct fmh5 a;
    struct sna_err e;
    start("", "");
    if (_i == 0)
        ends[1].node->cipher = NULL;
    allocate(NULL, NULL);
    end_conversation();
    struct packet k = record[2];
    ck_assert_int_gt(fmh5_decode(k.ru, k.piu.n, &a, &e), 0);
    a.has_user = a.has_password = a.password_substituted = true;
    a.password_n = 8;
    a.seq_n = 0;
    k.piu.n = (size_t)fmh5_encode(&a, k.ru, sizeof k.ru);
    k.piu.ru = k.ru;
    k.piu.rh.bbi = true;
    receive(&k);
    ck_assert_ptr_nonnull(last_unbind(SENSE_SECURITY_NOT_VALID));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("secure");
    TCase *t = tcase_create("sessions");
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_test(t, same_keys);
    tcase_add_test(t, no_keys);
    tcase_add_test(t, nobody_wants_it);
    tcase_add_test(t, keys_differ);
    tcase_add_test(t, keys_differ_at_first_use);
    tcase_add_loop_test(t, key_on_one_side, 0, 2);
    tcase_add_loop_test(t, no_proof, 0, 2);
    tcase_add_test(t, reflection);
    suite_add_tcase(s, t);
    t = tcase_create("passwords");
    tcase_add_checked_fixture(t, NULL, teardown);
    tcase_add_test(t, substitutes);
    tcase_add_test(t, replay);
    tcase_add_test(t, all_attaches_are_numbered);
    tcase_add_loop_test(t, partner_without_substitutes, 0, 3);
    tcase_add_loop_test(t, partner_takes, 0, OCTETS_ROWS(withheld));
    tcase_add_loop_test(t, substitute_uncalled_for, 0, 2);
    suite_add_tcase(s, t);
    return octets_run(s);
}
