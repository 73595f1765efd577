/* Conversations whose invoker is on another machine of the domain, as the node knows them. */
#include "tests/unit/guestfix.h"

static const struct fmh5 attach5 = {.resource = FMH5_MAPPED,
                                    .sync = FMH5_SYNC_CONFIRM,
                                    .tpn_n = 1,
                                    .tpn = {0xE7},
                                    .has_user = true,
                                    .user_n = 1,
                                    .user = {0xC2}};

static struct process *machine(void)
{
    return node_process_add(node, 0, 0, "machine HOSTA", 0, 0, now);
}

static uint32_t comes(struct process *m)
{
    uint32_t id = node_guest_attach(node, &session, &attach5, m, now, &fx);
    ck_assert_uint_ne(id, 0);
    step();
    return id;
}

static struct lp_accepted taken(uint32_t id, struct process *p)
{
    struct lp_accepted out;
    node_accept(node, id, p, 0, true, &attach5, &out);
    step();
    return out;
}

START_TEST(accepted)
{
    struct process *m = machine(), *p = program();
    uint32_t id = comes(m);
    ck_assert_int_eq(state_of(id), CONV_ATTACHING);
    struct lp_accepted a = taken(id, p);
    ck_assert_uint_eq(a.rc, 0);
    ck_assert_str_eq(a.lu, "LUA");
    ck_assert_str_eq(a.local, "NETX.LUA");
    ck_assert_str_eq(a.partner, "NETX.LUB");
    ck_assert_str_eq(a.mode, "#INTER");
    ck_assert_uint_eq(a.max_ru, 1024);
    ck_assert_uint_eq(a.type, 1);
    ck_assert_uint_eq(a.sync, 1);
    ck_assert_str_eq(p->user, "B");
    node_end(node, id, p->id, SIDE_B, now, &fx);
    step();
    ck_assert_int_eq(state_of(id), CONV_RUNNING);
    node_end(node, id, m->id, SIDE_A, now, &fx);
    ck_assert_uint_eq(effects(NODE_FX_CLOSE), 1);
    ck_assert_ptr_null(node_conversation(node, id));
    ck_assert(list_empty(&node->guests));
}
END_TEST

/* Two of one session are of one pool, which goes with the last one. */
START_TEST(pool)
{
    struct process *m = machine();
    uint32_t a = comes(m), b = comes(m);
    ck_assert_ptr_eq(node_conversation(node, a)->pool, node_conversation(node, b)->pool);
    node_fail(node, a, m->id, SIDE_A, now, &fx);
    ck_assert_uint_eq(effects(NODE_FX_WITHDRAW), 1);
    step();
    ck_assert(!list_empty(&node->guests));
    node_refuse(node, b, now, &fx);
    step();
    node_end(node, b, m->id, SIDE_A, now, &fx);
    step();
    ck_assert(list_empty(&node->guests));
    ck_assert_uint_eq(m->n_conversations, 0);
}
END_TEST

/* The connection with the machine is lost. */
START_TEST(cut)
{
    struct process *m = machine(), *p = program();
    uint32_t id = comes(m);
    taken(id, p);
    node_cut(node, id, 0x08A00001, now, &fx);
    ck_assert_uint_eq(effects(NODE_FX_CUT), 1);
    node_end(node, id, m->id, SIDE_A, now, &fx);
    step();
    ck_assert_int_eq(state_of(id), CONV_CUT);
    node_process_gone(node, p->id, now, &fx);
    step();
    ck_assert_ptr_null(node_conversation(node, id));
}
END_TEST

/* The program dies: the other machine is told as any invoker. */
START_TEST(program_dies)
{
    struct process *m = machine(), *p = program();
    uint32_t id = comes(m);
    taken(id, p);
    node_process_gone(node, p->id, now, &fx);
    ck_assert_uint_eq(effects(NODE_FX_ABEND), 1);
    step();
    node_end(node, id, m->id, SIDE_A, now, &fx);
    step();
    ck_assert_ptr_null(node_conversation(node, id));
}
END_TEST

/* What another machine is asked in the name of a program: nothing that only this node knows. */
START_TEST(what_is_asked)
{
    struct process *p = program();
    struct lp_allocate m = {.partner = "  ", .security = 1, .context = 9, .slot = 3, .secret = 0}, out;
    snprintf(p->lu, sizeof p->lu, "THEIRS");
    snprintf(p->default_lu, sizeof p->default_lu, "MINE");
    snprintf(p->default_remote, sizeof p->default_remote, "FAR");
    node_borrow_ask(node, p, &m, &out);
    ck_assert_str_eq(out.lu, "THEIRS"); /* it keeps what it has */
    ck_assert_str_eq(out.partner, "FAR");
    ck_assert_uint_eq(out.security, 1);
    ck_assert_uint_eq(out.context + out.secret, 0);
    node->new_lu_each_time = true;
    snprintf(p->user, sizeof p->user, "BOB");
    p->context = 9;
    node_borrow_ask(node, p, &m, &out);
    ck_assert_str_eq(out.lu, "MINE");
    ck_assert_uint_eq(out.security, NODE_SECURITY_VERIFIED);
    ck_assert_uint_eq(out.user_n, 3);
    ck_assert_mem_eq(out.user, "BOB", 3);
    m = (struct lp_allocate){.security = 0, .user_n = 1, .password_n = 1};
    node_borrow_ask(node, p, &m, &out);
    ck_assert_uint_eq(out.user_n + out.password_n, 0);
}
END_TEST

/* A program of this node uses another machine's LU, and dies. */
START_TEST(borrowed)
{
    struct process *m = machine(), *p = program();
    const struct lp_allocate ask = {.tpn_n = 1, .tpn = "X", .type = 1, .sync = 1};
    uint32_t id = node_borrow(node, &session, &ask, p, m, now, &fx);
    ck_assert_int_eq(state_of(id), CONV_RUNNING);
    step();
    ck_assert_str_eq(node_conversation(node, id)->tp, "X");
    node_process_gone(node, p->id, now, &fx);
    ck_assert_uint_eq(effects(NODE_FX_ABEND), 1);
    step();
    node_end(node, id, m->id, SIDE_B, now, &fx);
    step();
    ck_assert_ptr_null(node_conversation(node, id));
    ck_assert(list_empty(&node->guests));
}
END_TEST

/* A program may not say that its user is verified; a machine may. */
START_TEST(vouched)
{
    struct process *m = machine(), *p = program();
    struct lp_allocate ask = {.lu = "CLI",
                              .partner = "HOST",
                              .mode = "#INTER",
                              .tpn_n = 1,
                              .tpn = "X",
                              .type = 1,
                              .security = NODE_SECURITY_VERIFIED,
                              .user_n = 1,
                              .user = "B"};
    struct fmh5 a;
    struct sna_err e;
    uint16_t why;
    ck_assert_uint_eq(node_allocate(node, p, NULL, &ask, now, &fx, &why), 0);
    ck_assert_uint_eq(why, LP_RC_PARAMETER_ERROR);
    m->machine = true;
    uint32_t id = node_allocate(node, m, NULL, &ask, now, &fx, &why);
    ck_assert_uint_ne(id, 0);
    const struct conversation *c = node_conversation(node, id);
    ck_assert_int_gt(fmh5_decode(c->attach, c->attach_n, &a, &e), 0);
    ck_assert(a.has_user && a.already_verified && !a.has_password);
    ck_assert_uint_eq(c->security, 1);
    ck_assert_str_eq(m->lu, ""); /* the machine keeps no LU: its programs do */
    node_end(node, id, m->id, SIDE_A, now, &fx);
    m->machine = false; /* it was never entered as one */
    step();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("guest");
    TCase *t = tcase_create("guest");
    tcase_add_checked_fixture(t, fix_default, fix_end);
    tcase_add_test(t, accepted);
    tcase_add_test(t, pool);
    tcase_add_test(t, cut);
    tcase_add_test(t, program_dies);
    tcase_add_test(t, what_is_asked);
    tcase_add_test(t, borrowed);
    tcase_add_test(t, vouched);
    suite_add_tcase(s, t);
    return octets_run(s);
}
