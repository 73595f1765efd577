/* The table of conversations (tp/conv/table.c): who is found by an ID or a number, and when a conversation
 * goes. The engine below is the test's. */
#include "tests/unit/octets.h"

#include <pthread.h>

#include "tp/conv/channel.h"
#include "tp/conv/half.h"
#include "tp/conv/table.h"

static atomic_uint gone; /* conversations that have been freed */

void channel_free(struct conv *c)
{
    c->sense = 0xDEAD; /* nobody looks at it any more */
    gone++;
}

void half_free(struct conv *c)
{
    (void)c;
}

static struct conv *make(uint8_t id[CONV_ID_SIZE])
{
    struct conv *c = conv_new(sizeof *c);
    ck_assert_ptr_nonnull(c);
    memcpy(id, c->id, CONV_ID_SIZE);
    return c;
}

static bool is_there(const uint8_t *id)
{
    struct conv *c = conv_get(id);
    if (c)
        conv_put(c);
    return c != NULL;
}

static void none_yet(void)
{
    conv_unload();
    gone = 0;
}

enum { MANY = 3000 }; /* more than the first chunks hold */

START_TEST(many)
{
    static uint8_t ids[MANY][CONV_ID_SIZE];
    static struct conv *c[MANY];
    for (int i = 0; i < MANY; i++)
        c[i] = make(ids[i]);
    for (int i = 0; i < MANY; i++) {
        ck_assert_ptr_eq(conv_get(ids[i]), c[i]);
        ck_assert_ptr_eq(conv_by_number(conv_number(c[i])), c[i]);
        for (int k = 0; k < 3; k++) /* of conv_new, conv_get and conv_by_number */
            conv_put(c[i]);
    }
    for (int i = 0; i < MANY; i += 2)
        conv_void(c[i]);
    ck_assert_uint_eq(gone, MANY / 2);
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(is_there(ids[i]), i % 2);
    for (int i = 0; i < MANY; i += 2) { /* in the same places, with other IDs */
        uint8_t id[CONV_ID_SIZE];
        c[i] = make(id);
        conv_put(c[i]);
        ck_assert(!is_there(ids[i]) && is_there(id));
    }
    conv_unload();
    ck_assert_uint_eq(gone, MANY + MANY / 2);
    ck_assert(!is_there(ids[1]));
}
END_TEST

START_TEST(no_such)
{
    uint8_t id[CONV_ID_SIZE], other[CONV_ID_SIZE];
    struct conv *c = make(id);
    for (int i = 0; i < CONV_ID_SIZE * 8; i++) {
        memcpy(other, id, sizeof id);
        other[i / 8] ^= (uint8_t)(1 << i % 8);
        ck_assert(!is_there(other));
    }
    memset(other, 0, sizeof other);
    ck_assert(!is_there(other));
    memset(other, 0xFF, sizeof other);
    ck_assert(!is_there(other));
    ck_assert_ptr_null(conv_by_number(0));
    ck_assert_ptr_null(conv_by_number(conv_number(c) ^ 1));
    ck_assert_ptr_null(conv_by_number(conv_number(c) ^ 1u << 31));
}
END_TEST

/* Void at once, but there as long as somebody has a reference; and only one void counts. */
START_TEST(held)
{
    uint8_t id[CONV_ID_SIZE];
    struct conv *c = make(id);
    conv_hold(c);
    conv_void(c);
    conv_void(c);
    ck_assert(!is_there(id));
    conv_put(c);
    ck_assert_uint_eq(gone, 0);
    conv_put(c);
    ck_assert_uint_eq(gone, 1);
}
END_TEST

static void count(struct conv *c, void *n)
{
    ck_assert_int_eq(c->sense, 0);
    ++*(int *)n;
    conv_void(c); /* what it is called for may end it */
}

START_TEST(each)
{
    uint8_t id[CONV_ID_SIZE];
    int n = 0;
    for (int i = 0; i < 200; i++) {
        struct conv *c = make(id);
        if (i % 3 == 0)
            conv_void(c);
        conv_put(c);
    }
    conv_each(count, &n);
    ck_assert_int_eq(n, 133);
    ck_assert_uint_eq(gone, 200);
}
END_TEST

/* A child of fork finds none of them; a call that is under way there gives its own back. */
START_TEST(forked)
{
    uint8_t id[CONV_ID_SIZE], more[CONV_ID_SIZE];
    struct conv *c = make(id);
    conv_forked();
    ck_assert(!is_there(id));
    conv_put(c);
    conv_void(c);
    ck_assert_uint_eq(gone, 0);
    for (int i = 0; i < 100; i++) {
        struct conv *d = make(more);
        ck_assert_ptr_ne(d, c);
        ck_assert(is_there(more) && !is_there(id));
        conv_void(d);
        conv_put(d);
    }
    ck_assert_uint_eq(gone, 100);
}
END_TEST

/* ---- threads ---- */

enum { IDS = 8, LOOKERS = 3, TURNS = 200000 };

static _Atomic(uint64_t) shown[IDS];
static atomic_ulong found;
static atomic_bool over;

static void *looks(void *arg)
{
    for (unsigned i = 0; !over; i++) {
        uint64_t id = shown[i % IDS];
        struct conv *c = conv_get((const uint8_t *)&id);
        if (!c)
            continue;
        if (memcmp(c->id, &id, sizeof id) != 0 || c->sense != 0)
            return NULL;
        found++;
        conv_put(c);
    }
    return arg;
}

/* Some look up what one makes and voids all the time: each finds the one that it asked for, and it is still
 * there. */
START_TEST(threads)
{
    static struct conv *c[IDS];
    pthread_t t[LOOKERS];
    unsigned made = 0;
    for (int i = 0; i < LOOKERS; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, looks, t), 0);
    for (int i = 0; i < TURNS || !found; i++) {
        struct conv **at = &c[i % IDS];
        uint64_t id;
        if (*at) {
            conv_void(*at);
            conv_put(*at);
        }
        *at = make((uint8_t *)&id);
        made++;
        shown[i % IDS] = id;
    }
    over = true;
    for (int i = 0; i < LOOKERS; i++) {
        void *ok;
        pthread_join(t[i], &ok);
        ck_assert_ptr_nonnull(ok);
    }
    for (int i = 0; i < IDS; i++) {
        conv_void(c[i]);
        conv_put(c[i]);
    }
    ck_assert_uint_eq(gone, made);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("table of conversations");
    TCase *tc = tcase_create("table");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, none_yet, NULL);
    tcase_add_test(tc, many);
    tcase_add_test(tc, no_such);
    tcase_add_test(tc, held);
    tcase_add_test(tc, each);
    tcase_add_test(tc, forked);
    tcase_add_test(tc, threads);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
