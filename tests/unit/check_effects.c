/* Out of memory: the one Allocate is refused, and whatever is there already ends in order, without one octet
 * more. */
#include "tests/unit/failalloc.h"
#include "tests/unit/nodefix.h"

/* As settle(), without an assertion, which would want memory: the CNOS and the BIND that an Allocate leads
 * to. */
static void hand_back(void)
{
    for (size_t i = 0; i < fx.n; i++) {
        struct piu p;
        uint8_t ru[256];
        if (fx.v[i].kind != NODE_FX_SEND)
            continue;
        effects_piu(&fx, &fx.v[i], &p);
        memcpy(ru, p.ru, p.n);
        p.ru = ru;
        node_receive(node, &p, now, &fx);
        fx.v[i].kind = NODE_FX_WITHDRAW; /* done */
    }
}

/* The first Allocate makes a pool, a session with its CNOS, and the conversation: each of its allocations
 * fails once, and each time the node is as it was, and the next Allocate succeeds. */
START_TEST(each_allocation_fails)
{
    unsigned k;
    for (k = 1; k < 100; k++) {
        fix_default();
        struct process *p = program();
        struct lp_allocate m = request("CLI", "HOST", "SMALL");
        rc = 0;
        failalloc.on = true;
        failalloc.made = 0;
        failalloc.at = k;
        uint32_t id = node_allocate(node, p, NULL, &m, now, &fx, &rc);
        hand_back();
        failalloc.on = false;
        step();
        if (id && refused_with(id) != 0xFFFF) {
            rc = refused_with(id);
            id = 0;
        }
        bool met = failalloc.made >= k;
        if (!id) {
            ck_assert_uint_ne(rc, 0);
            ck_assert_uint_eq(node->convs.n, 0);
            id = allocate(p, "CLI", "HOST", "SMALL");
        }
        ck_assert_uint_ne(id, 0);
        fix_end();
        if (!met)
            break;
    }
    ck_assert_uint_gt(k, 4);
    ck_assert_uint_lt(k, 100);
}
END_TEST

/* 300 conversations in every state, and then no memory at all: the death of both programs leads to all the
 * effects that are due, and to no abort. */
START_TEST(all_end_without_memory)
{
    enum { N = 300 };
    fix_start("server N /add /netname:NET /cpname:N\n"
              "mode BIG /add /sessionlim:200 /conwin:100 /conlose:100\n"
              "appcllu CLI /add /server:N\nappcllu HOST /add /server:N\n");
    struct process *p = program(), *q = program();
    uint32_t id[N];
    for (unsigned i = 0; i < N; i++) {
        id[i] = allocate(p, "CLI", "HOST", "BIG");
        ck_assert_uint_ne(id[i], 0);
    }
    for (unsigned i = 0; i < 150; i++)
        attach(id[i]);
    for (unsigned i = 0; i < 80; i++)
        accept_by(q, id[i]);
    fx.n = 0; /* the caller has carried them out */
    failalloc.every = 1;
    failalloc.on = true;
    for (unsigned i = 0; i < 10; i++)
        node_cut(node, id[i], SENSE_SESSION_RESET, now, &fx);
    for (unsigned i = 60; i < 70; i++)
        node_end(node, id[i], q->id, SIDE_B, now, &fx);
    node_process_gone(node, p->id, now, &fx);
    node_process_gone(node, q->id, now, &fx);
    failalloc.on = false;
    failalloc.every = 0;
    step();
    ck_assert_uint_eq(node->convs.n, 0);
    unsigned closed = 0, cut = 0, abends = 0, withdrawn = 0;
    for (size_t i = 0; i < fx.n; i++) {
        closed += fx.v[i].kind == NODE_FX_CLOSE;
        cut += fx.v[i].kind == NODE_FX_CUT;
        abends += fx.v[i].kind == NODE_FX_ABEND;
        withdrawn += fx.v[i].kind == NODE_FX_WITHDRAW;
    }
    ck_assert_uint_eq(closed, N);
    ck_assert_uint_eq(cut, 10);
    ck_assert_uint_eq(abends, 60);
    ck_assert_uint_eq(withdrawn, 70);
    fix_end();
}
END_TEST

/* Room is taken for what is there and for one more; a list with room is left alone. */
START_TEST(room)
{
    struct node_effects list = {.v = NULL};
    ck_assert_int_eq(node_effects_reserve(&list, 1, 0), 0);
    ck_assert_uint_ge(list.cap, EFFECTS_EACH);
    size_t cap = list.cap;
    list.n = 2;
    while (list.n + EFFECTS_EACH <= cap) {
        ck_assert_int_eq(node_effects_reserve(&list, 1, 0), 0);
        ck_assert_uint_eq(list.cap, cap);
        list.n++;
    }
    failalloc.every = 1;
    failalloc.on = true;
    int got = node_effects_reserve(&list, 1, 0);
    failalloc.on = false;
    failalloc.every = 0;
    ck_assert_int_eq(got, -1);
    ck_assert_uint_eq(list.cap, cap);
    node_effects_free(&list);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("effects");
    TCase *t = tcase_create("memory");
    tcase_add_test(t, each_allocation_fails);
    tcase_add_test(t, all_end_without_memory);
    tcase_add_test(t, room);
    suite_add_tcase(s, t);
    return octets_run(s);
}
