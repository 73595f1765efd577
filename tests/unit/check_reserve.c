/* check_reserve.c - libevent's memory while the system has none: its objects are made and ended whole, blocks
 * keep what is in them, and each comes back. */
#include <check.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <stdint.h>
#include <string.h>

#include "snanode/io/reserve.h"
#include "tests/unit/failalloc.h"
#include "tests/unit/octets.h"

static void setup(void)
{
    event_set_mem_functions(reserve_take, reserve_resize, reserve_give_back);
}

static void memory_ends(void)
{
    failalloc.on = true;
    failalloc.every = 1;
}

static void memory_is_back(void)
{
    failalloc.on = false;
}

/* As many blocks as are left, all of which are given back. */
static size_t left(void)
{
    void *blocks[RESERVE_BLOCKS + 1];
    size_t n = 0;
    memory_ends();
    while (n <= RESERVE_BLOCKS && (blocks[n] = reserve_take(1)))
        n++;
    memory_is_back();
    for (size_t i = 0; i < n; i++)
        reserve_give_back(blocks[i]);
    return n;
}

/* A request with headers, on a connection of its own, and a bufferevent that has something to write. */
static void make_and_end(struct event_base *base)
{
    struct bufferevent *b = bufferevent_socket_new(base, -1, BEV_OPT_DEFER_CALLBACKS);
    struct evhttp_request *request = evhttp_request_new(NULL, NULL);
    struct evhttp_connection *c = evhttp_connection_base_new(base, NULL, "127.0.0.1", 1);
    ck_assert(b && request && c);
    ck_assert_int_eq(evbuffer_add(bufferevent_get_output(b), "octets", 6), 0);
    ck_assert_int_eq(evhttp_add_header(evhttp_request_get_output_headers(request), "Host", "here"), 0);
    evhttp_connection_free(c);
    evhttp_request_free(request);
    bufferevent_free(b);
    event_base_loop(base, EVLOOP_NONBLOCK);
}

/* Every allocation of it fails alone, and each from the n-th on. */
START_TEST(objects_are_made_whole)
{
    struct event_base *base = event_base_new();
    ck_assert_ptr_nonnull(base);
    make_and_end(base);
    failalloc = (typeof(failalloc)){.on = true};
    make_and_end(base);
    unsigned made = failalloc.made;
    ck_assert_uint_gt(made, 10);
    for (unsigned n = 1; n <= made; n++) {
        failalloc = (typeof(failalloc)){.on = true, .at = n};
        make_and_end(base);
        ck_assert_uint_ge(failalloc.made, n);
    }
    memory_ends();
    for (int i = 0; i < 10000; i++)
        make_and_end(base);
    memory_is_back();
    event_base_free(base);
    ck_assert_uint_eq(left(), RESERVE_BLOCKS);
}
END_TEST

START_TEST(half_of_it_suffices)
{
    void *blocks[RESERVE_BLOCKS];
    memory_ends();
    for (size_t i = 0; i < RESERVE_BLOCKS; i++) {
        ck_assert_int_eq(reserve_suffices(), i <= RESERVE_BLOCKS / 2);
        ck_assert_ptr_nonnull(blocks[i] = reserve_take(RESERVE_BLOCK));
        memset(blocks[i], (int)i, RESERVE_BLOCK);
    }
    ck_assert_ptr_null(reserve_take(1));
    memory_is_back();
    void *p = reserve_take(1); /* the system's comes first */
    ck_assert_ptr_nonnull(p);
    reserve_give_back(p);
    for (size_t i = RESERVE_BLOCKS; i-- > 0;) {
        unsigned char *octets = blocks[i];
        ck_assert(octets[0] == (unsigned char)i && octets[RESERVE_BLOCK - 1] == (unsigned char)i);
        reserve_give_back(blocks[i]);
        ck_assert_int_eq(reserve_suffices(), i <= RESERVE_BLOCKS / 2);
    }
    ck_assert_uint_eq(left(), RESERVE_BLOCKS);
}
END_TEST

START_TEST(what_is_larger_has_no_reserve)
{
    memory_ends();
    ck_assert_ptr_null(reserve_take(RESERVE_BLOCK + 1));
    char *p = reserve_take(5);
    strcpy(p, "kept");
    ck_assert_ptr_null(reserve_resize(p, RESERVE_BLOCK + 1));
    ck_assert_ptr_eq(reserve_resize(p, RESERVE_BLOCK), p);
    ck_assert_str_eq(p, "kept");
    memory_is_back();
    p = reserve_resize(p, RESERVE_BLOCK + 1);
    ck_assert_ptr_nonnull(p);
    ck_assert_str_eq(p, "kept");
    memory_ends();
    ck_assert_ptr_null(reserve_resize(p, 2 * RESERVE_BLOCK)); /* of the system, and stays as it is */
    ck_assert_str_eq(p, "kept");
    char *q = reserve_resize(NULL, 5);
    ck_assert_ptr_nonnull(q);
    memory_is_back();
    reserve_give_back(q);
    reserve_give_back(p);
    reserve_give_back(NULL);
    ck_assert_uint_eq(left(), RESERVE_BLOCKS);
}
END_TEST

/* Blocks that come and go in any order, the system having memory now and then, do not overlap. */
START_TEST(in_any_order)
{
    struct {
        unsigned char *p;
        size_t n;
        unsigned char mark;
    } held[64] = {0};
    srandom(1);
    for (int turn = 0; turn < 100000; turn++) {
        size_t i = (size_t)random() % 64, n = (size_t)random() % (2 * RESERVE_BLOCK) + 1;
        failalloc.on = true;
        failalloc.every = random() % 2 ? 1 : 3;
        if (held[i].p)
            ck_assert(held[i].p[0] == held[i].mark && held[i].p[held[i].n - 1] == held[i].mark);
        unsigned char *p = random() % 2 && held[i].p ? reserve_resize(held[i].p, n) : NULL;
        if (p) {
            ck_assert_int_eq(p[0], held[i].mark);
        } else {
            reserve_give_back(held[i].p);
            p = reserve_take(n);
        }
        held[i].p = p;
        held[i].n = n;
        held[i].mark = (unsigned char)turn;
        if (p) {
            ck_assert_uint_eq((uintptr_t)p % 16, 0);
            memset(p, held[i].mark, n);
        }
    }
    memory_is_back();
    for (size_t i = 0; i < 64; i++)
        reserve_give_back(held[i].p);
    ck_assert_uint_eq(left(), RESERVE_BLOCKS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("reserve");
    TCase *c = tcase_create("reserve");
    tcase_add_checked_fixture(c, setup, NULL);
    tcase_add_test(c, objects_are_made_whole);
    tcase_add_test(c, half_of_it_suffices);
    tcase_add_test(c, what_is_larger_has_no_reserve);
    tcase_add_test(c, in_any_order);
    suite_add_tcase(s, c);
    return octets_run(s);
}
