/* check_pairs.c - connections between machines of a domain over loopback: streams both ways, back-pressure,
 * who is admitted, calls that cross, ends.  Two machines, HOSTA and HOSTB, share this process and its loop.
 */
#include <event2/event.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "snanode/io/context.h"
#include "snanode/io/domain/pairs.h"
#include "snanode/io/event.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/stream.h"
#include "tests/unit/octets.h"
#include "tests/unit/testca.h"

enum { A, B, ROOM = 64 };

static struct server s;
static char dir[TESTCA_DIR]; /* with the certificates */
static struct event *beat;

/* ---- one end of a stream ---- */

struct end {
    struct h2_stream *st;
    unsigned frames, size; /* that came, and of the last one */
    uint8_t first;         /* octet of its body */
    bool refuses, whole, cut, room, wrong;
    bool echoes; /* sends back what it gets, and ends when the other end does */
    char why[200];
};

static bool came(void *arg, const struct parcel *p)
{
    struct end *e = arg;
    if (e->refuses)
        return false;
    e->wrong |= p->type == PARCEL_FRAME && p->n >= 8 && p->body[4] != (uint8_t)e->frames;
    e->frames++;
    e->size = (unsigned)p->n;
    if (e->echoes)
        h2_stream_put(e->st, p->type, p->body, p->n);
    return true;
}

static void room(void *arg)
{
    ((struct end *)arg)->room = true;
}

static void over(void *arg, bool whole, const char *why)
{
    struct end *e = arg;
    ck_assert(!e->cut);
    if (whole) {
        ck_assert(!e->whole);
        e->whole = true;
        if (e->echoes)
            h2_stream_end(e->st);
        return;
    }
    e->cut = true;
    snprintf(e->why, sizeof e->why, "%s", why);
    h2_stream_free(e->st);
    e->st = NULL;
}

static const struct h2_stream_user user = {came, room, over};

/* ---- two machines ---- */

static struct pairs *hosts[2];
static struct end begun[2][ROOM]; /* streams that the other one has begun */
static unsigned n_begun[2];
static bool echoes;

static void on_begun(int i, struct h2_stream *st)
{
    ck_assert_uint_lt(n_begun[i], ROOM);
    struct end *e = &begun[i][n_begun[i]++];
    *e = (struct end){.st = st, .echoes = echoes, .refuses = !echoes};
    h2_stream_use(st, &user, e);
}

static void begun_a(struct server *server, struct h2_stream *st)
{
    (void)server;
    on_begun(A, st);
}

static void begun_b(struct server *server, struct h2_stream *st)
{
    (void)server;
    on_begun(B, st);
}

static void on_settle(struct server *server)
{
    (void)server;
}

static void on_beat(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

static struct pairs *host(int i, const char *machine, uint64_t instance, const char *certificate,
                          const char *domain, char why[300])
{
    static char files[3][200];
    struct pairs_how how = {.self.instance = instance,
                            .listen = "127.0.0.1:0",
                            .silence_s = 30,
                            .certificate = files[0],
                            .key = files[1],
                            .ca = files[2]};
    snprintf(how.self.machine, sizeof how.self.machine, "%s", machine);
    snprintf(how.self.domain, sizeof how.self.domain, "%s", domain);
    snprintf(files[0], sizeof files[0], "%s/%s.pem", dir, certificate);
    snprintf(files[1], sizeof files[1], "%s/%s.key", dir, certificate);
    snprintf(files[2], sizeof files[2], "%s/ca.pem", dir);
    return pairs_new(&s, &how, i == A ? begun_a : begun_b, why, 300);
}

static void begin_hosts(const char *domain_of_b)
{
    char why[300];
    hosts[A] = host(A, "HOSTA", 100 + A, "HOSTA", "D", why);
    ck_assert_msg(hosts[A] != NULL, "%s", why);
    hosts[B] = host(B, "HOSTB", 100 + B, "HOSTB", domain_of_b, why);
    ck_assert_msg(hosts[B] != NULL, "%s", why);
}

static void setup(void)
{
    static const struct timeval often = {.tv_usec = 5000};
    signal(SIGPIPE, SIG_IGN);
    s = (struct server){.base = event_base_new(), .settle = on_settle};
    ck_assert_ptr_nonnull(s.base);
    list_init(&s.streams);
    list_init(&s.events);
    beat = event_new(s.base, -1, EV_PERSIST, on_beat, NULL);
    event_add(beat, &often);
    memset(begun, 0, sizeof begun);
    n_begun[A] = n_begun[B] = 0;
    echoes = true;
}

static void teardown(void)
{
    for (int i = 0; i < 2; i++) {
        pairs_free(hosts[i]);
        hosts[i] = NULL;
        for (unsigned k = 0; k < n_begun[i]; k++)
            h2_stream_free(begun[i][k].st);
    }
    stream_cut_all(&s);
    ck_assert(list_empty(&s.streams));
    dial_names_end(&s);
    event_base_loop(s.base, EVLOOP_NONBLOCK);
    LIST_FOREACH_SAFE(l, &s.events)
        free(LIST_OWNER(l, struct event_row, link));
    event_free(beat);
    event_base_free(s.base);
}

#define PATIENCE_S 60

/* Turns of the loop until CONDITION. */
#define UNTIL(condition)                                                                                     \
    do {                                                                                                     \
        time_t until = time(NULL) + PATIENCE_S;                                                              \
        while (!(condition)) {                                                                               \
            ck_assert_msg(time(NULL) < until, "not in time: %s", #condition);                                \
            event_base_loop(s.base, EVLOOP_ONCE);                                                            \
        }                                                                                                    \
    } while (0)

/* A stream from machine I to the other one, which says that it is INSTANCE. */
static void begin_with(int i, struct end *e, uint64_t instance)
{
    const char *why;
    char address[40];
    snprintf(address, sizeof address, "127.0.0.1:%u", pairs_port(hosts[!i]));
    memset(e, 0, sizeof *e);
    e->st = h2_stream_new(&user, e);
    ck_assert_ptr_nonnull(e->st);
    ck_assert_msg(pairs_begin(hosts[i], instance, i == A ? "HOSTB" : "HOSTA", address, e->st, &why), "%s",
                  why);
}

static void begin(int i, struct end *e)
{
    begin_with(i, e, 100u + !i);
}

/* The Nth frame, of N octets behind its header. */
static void put(struct end *e, unsigned number, size_t n)
{
    static uint8_t body[PARCEL_BODY_MAX];
    memset(body, (int)number, FRAME_HDR + n);
    h2_stream_put(e->st, PARCEL_FRAME, body, FRAME_HDR + n);
}

static void finish(struct end *e)
{
    h2_stream_end(e->st);
    UNTIL(e->whole);
    h2_stream_free(e->st);
    e->st = NULL;
}

static unsigned connections(void)
{
    unsigned n = 0;
    LIST_FOREACH(l, &s.streams)
        n++;
    return n / 2; /* both ends are here */
}

/* ---- streams ---- */

START_TEST(both_ways)
{
    static struct end there, back;
    begin_hosts("D");
    begin(A, &there);
    put(&there, 0, 100);
    put(&there, 1, FRAME_RU_MAX);
    UNTIL(there.frames == 2);
    ck_assert_uint_eq(there.size, PARCEL_BODY_MAX);
    begin(B, &back); /* on the connection that A has made */
    put(&back, 0, 10);
    UNTIL(back.frames == 1);
    ck_assert_uint_eq(n_begun[A], 1);
    ck_assert_uint_eq(n_begun[B], 1);
    finish(&there);
    finish(&back);
    ck_assert(!there.wrong && !back.wrong && begun[B][0].whole && begun[A][0].whole);
    ck_assert_uint_eq(connections(), 1);
    ck_assert_str_eq(pairs_view(hosts[A], 101).state, "up");
    ck_assert_str_eq(pairs_view(hosts[B], 100).state, "up");
    ck_assert_str_eq(pairs_view(hosts[A], 5).state, "-");
    UNTIL(pairs_view(hosts[A], 101).streams == 0 && pairs_view(hosts[B], 100).streams == 0);
}
END_TEST

/* More than there are spares. */
START_TEST(many)
{
    static struct end e[ROOM];
    begin_hosts("D");
    begin(A, &e[0]);
    put(&e[0], 0, 10);
    UNTIL(e[0].frames == 1);
    for (int i = 1; i < ROOM; i++) {
        begin(B, &e[i]);
        put(&e[i], 0, (size_t)i);
    }
    for (int i = 1; i < ROOM; i++)
        UNTIL(e[i].frames == 1 && e[i].size == FRAME_HDR + (unsigned)i);
    for (int i = 0; i < ROOM; i++)
        finish(&e[i]);
    ck_assert_uint_eq(connections(), 1);
}
END_TEST

/* One that nobody reads stops its sender within bounds, and no other one. */
START_TEST(back_pressure)
{
    static struct end slow, quick;
    unsigned sent = 0, turns = 0;
    begin_hosts("D");
    echoes = false;
    begin(A, &slow);
    for (; turns < 200; turns++) {
        while (h2_stream_room(slow.st))
            put(&slow, sent++, 8000);
        event_base_loop(s.base, EVLOOP_ONCE);
    }
    ck_assert_uint_eq(begun[B][0].frames, 0);
    ck_assert_uint_le(sent * 8008u, H2_WINDOW + 2 * H2_OUT_HIGH + 16384);
    echoes = true;
    begin(A, &quick);
    for (unsigned i = 0; i < 100; i++)
        put(&quick, i, 30000);
    UNTIL(quick.frames == 100);
    finish(&quick);
    ck_assert_uint_eq(begun[B][0].frames, 0);
    begun[B][0].refuses = false;
    h2_stream_resume(begun[B][0].st);
    UNTIL(begun[B][0].frames == sent && slow.room);
    put(&slow, sent++, 8000);
    UNTIL(begun[B][0].frames == sent);
    ck_assert(!begun[B][0].wrong);
    h2_stream_free(slow.st);
    UNTIL(begun[B][0].cut);
}
END_TEST

/* What has come is read before the end of the connection is. */
START_TEST(cut_behind_what_came)
{
    static struct end e;
    begin_hosts("D");
    echoes = false;
    begin(A, &e);
    for (unsigned i = 0; i < 5; i++)
        put(&e, i, 1000);
    UNTIL(n_begun[B] == 1);
    for (int i = 0; i < 50; i++)
        event_base_loop(s.base, EVLOOP_ONCE);
    pairs_free(hosts[A]);
    hosts[A] = NULL;
    ck_assert(e.cut);
    for (int i = 0; i < 50; i++)
        event_base_loop(s.base, EVLOOP_ONCE);
    ck_assert(!begun[B][0].cut && begun[B][0].frames == 0);
    begun[B][0].refuses = false;
    h2_stream_resume(begun[B][0].st);
    ck_assert(begun[B][0].cut && begun[B][0].frames == 5 && !begun[B][0].whole);
}
END_TEST

/* A stream on which nonsense comes is cut, and no other one. */
START_TEST(nonsense)
{
    static struct end good, bad;
    begin_hosts("D");
    begin(A, &good);
    put(&good, 0, 10);
    UNTIL(good.frames == 1);
    begin(A, &bad);
    h2_stream_put(bad.st, PARCEL_END_, "x", 1);
    UNTIL(bad.cut && begun[B][1].cut);
    ck_assert_ptr_nonnull(strstr(begun[B][1].why, "makes no sense"));
    begin(A, &bad);
    h2_stream_put(bad.st, PARCEL_FRAME, "abcdefgh", 8);
    h2_stream_put(bad.st, PARCEL_FRAME, "ab", 2); /* shorter than a frame can be */
    UNTIL(bad.cut && begun[B][2].cut);
    put(&good, 1, 10);
    UNTIL(good.frames == 2);
    finish(&good);
}
END_TEST

/* ---- connections ---- */

START_TEST(calls_that_cross)
{
    static struct end there, back, again;
    begin_hosts("D");
    begin(A, &there);
    begin(B, &back);
    put(&there, 0, 10);
    put(&back, 0, 10);
    UNTIL(there.frames == 1 && back.frames == 1);
    put(&there, 1, 10);
    put(&back, 1, 10);
    UNTIL(there.frames == 2 && back.frames == 2);
    finish(&there);
    finish(&back);
    UNTIL(connections() == 1);
    begin(B, &again);
    put(&again, 0, 10);
    UNTIL(again.frames == 1);
    finish(&again);
    ck_assert_uint_eq(connections(), 1);
}
END_TEST

START_TEST(goes_in_order)
{
    static struct end running, late;
    const char *why;
    begin_hosts("D");
    begin(A, &running);
    put(&running, 0, 10);
    UNTIL(running.frames == 1);
    pairs_leave(hosts[B]);
    late.st = h2_stream_new(&user, &late);
    ck_assert(!pairs_begin(hosts[B], 100, "HOSTA", "127.0.0.1:1", late.st, &why));
    ck_assert_str_eq(why, "this node ends");
    h2_stream_free(late.st);
    for (int i = 0; i < 50; i++)
        event_base_loop(s.base, EVLOOP_ONCE);
    put(&running, 1, 10); /* what runs goes on */
    UNTIL(running.frames == 2);
    finish(&running);
    UNTIL(connections() == 0);
}
END_TEST

static void refused(int i, uint64_t instance, const char *words)
{
    static struct end e;
    const char *why = "";
    begin_with(i, &e, instance);
    UNTIL(e.cut);
    ck_assert_msg(strstr(e.why, words) != NULL, "%s", e.why);
    ck_assert_uint_eq(n_begun[!i], 0);
    ck_assert_str_eq(pairs_view(hosts[i], instance).state, "failed");
    e.st = h2_stream_new(&user, &e); /* not at once again */
    ck_assert(!pairs_begin(hosts[i], instance, "HOSTB", "127.0.0.1:1", e.st, &why));
    ck_assert_str_eq(why, pairs_view(hosts[i], instance).why);
    h2_stream_free(e.st);
    UNTIL(connections() == 0);
}

START_TEST(another_domain)
{
    begin_hosts("E");
    refused(A, 100 + B, "it refuses this machine: it is a machine of the domain D, not E");
}
END_TEST

START_TEST(another_start)
{
    begin_hosts("D");
    refused(A, 200, "another start of it is there now");
}
END_TEST

START_TEST(nobody_there)
{
    static struct end e;
    const char *why;
    begin_hosts("D");
    e.st = h2_stream_new(&user, &e);
    ck_assert(pairs_begin(hosts[A], 7, "HOSTX", "127.0.0.1:1", e.st, &why));
    UNTIL(e.cut);
    ck_assert_ptr_nonnull(strstr(e.why, "refused"));
}
END_TEST

/* HOSTB says that it is HOSTA's twin; its certificate says otherwise. */
START_TEST(name_of_another)
{
    char why[300];
    ck_assert_ptr_null(host(B, "HOSTB", 101, "HOSTA", "D", why));
    ck_assert_ptr_nonnull(strstr(why, "HOSTA.pem does not have the name of this machine, HOSTB"));
    ck_assert_ptr_null(host(B, "HOSTB", 101, "HOSTX", "D", why));
    ck_assert_ptr_nonnull(strstr(why, "cannot be read"));
}
END_TEST

int main(void)
{
    testca_make(dir, "HOSTA HOSTB");
    Suite *su = suite_create("pairs");
    TCase *t = tcase_create("streams");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, both_ways);
    tcase_add_test(t, many);
    tcase_add_test(t, back_pressure);
    tcase_add_test(t, cut_behind_what_came);
    tcase_add_test(t, nonsense);
    suite_add_tcase(su, t);
    t = tcase_create("connections");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 120);
    tcase_add_test(t, calls_that_cross);
    tcase_add_test(t, goes_in_order);
    tcase_add_test(t, another_domain);
    tcase_add_test(t, another_start);
    tcase_add_test(t, nobody_there);
    tcase_add_test(t, name_of_another);
    suite_add_tcase(su, t);
    int status = octets_run(su);
    testca_remove(dir);
    return status;
}
