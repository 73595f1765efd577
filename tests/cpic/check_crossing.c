/* check_crossing.c - an Accept that is cancelled when its Attach has already come: the conversation ends as
 * if its TP had died, and nobody else gets it, because the program may have kept a duplicate of its end.
 * Also the node's side of it, with a TP that speaks the local protocol by hand and keeps such a duplicate. */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "snanode/local/passfd.h"
#include "tests/cpic/harness.h"

static struct side a, b;
static const char text[] = "what the invoker sent";
#define N ((CM_INT32)sizeof text - 1)

static void local_name(const char *name)
{
    CM_INT32 n = (CM_INT32)strlen(name), rc = -1;
    cmsltp((unsigned char *)(uintptr_t)name, &n, &rc);
    ck_assert_rc(rc, CM_OK);
}

/* A with TEXT sent to the TP called TPN. */
static void call_it(const char *tpn)
{
    side_begin(&a, MAPPED, tpn);
    ck_assert_rc(s_alloc(&a), CM_OK);
    ck_assert_rc(s_send(&a, text, N), CM_OK);
    ck_assert_rc(s_flush(&a), CM_OK);
}

/* The node's answer to S's incomplete Accept is there, and the library has not looked at it. */
static void answer_has_come(struct side *s)
{
    int fd = -1;
    short events = 0;
    CM_INT32 rc = -1;
    xcfd(s->id, &fd, &events, &rc);
    ck_assert_rc(rc, CM_OK);
    struct pollfd p = {fd, events, 0};
    ck_assert_int_eq(poll(&p, 1, PATIENCE * 1000), 1);
}

/* S has taken the conversation over: nothing of it is lost, and it goes on. */
static void all_is_there(struct side *s)
{
    ck_assert_rc(s_rcv(s, 100), CM_OK);
    ck_assert_got(s, CM_COMPLETE_DATA_RECEIVED, N, CM_NO_STATUS_RECEIVED);
    ck_assert_mem_eq(s->buf, text, N);
    ck_assert_rc(s_ptr(&a), CM_OK);
    ck_assert_rc(s_rcv(s, 100), CM_OK);
    ck_assert_rc(s_send(s, text, N), CM_OK);
    ck_assert_rc(s_deal(s), CM_OK);
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(a.len, N);
}

static void node_is_in_order(void)
{
    ck_assert_int_eq(snactl("check", NULL), 0);
}

/* ---- through the library ---- */

/* Accept_Conversation and Accept_Incoming. */
static void begin_accept(struct side *s, bool incoming)
{
    CM_INT32 rc = -1;
    if (incoming) {
        cminic(s->id, &rc);
        ck_assert_rc(rc, CM_OK);
        SET(cmspm, s, CM_NON_BLOCKING);
        cmacci(s->id, &rc);
        s->call = "cmacci";
    } else {
        rc = s_accept(s);
    }
    ck_assert_rc(rc, OI);
}

/* The invoker is told that its TP has failed; the next Accept waits for the next call, and that one is
 * whole. */
static void next_call_is_whole(const char *tpn, CM_INT32 wait)
{
    ck_assert_rc(wait, OI);
    call_it(tpn);
    ck_assert_rc(s_wait(&b), CM_OK);
    all_is_there(&b);
    node_is_in_order();
}

START_TEST(accept_cancelled)
{
    local_name("PAIR");
    begin_accept(&b, _i);
    call_it("PAIR");
    answer_has_come(&b);
    ck_assert_rc(s_cancel(&b), CM_OK);
    ck_assert_rc(s_cancel(&b), PC);
    nothing_waits();
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND);
    next_call_is_whole("PAIR", s_accept(&b));
}
END_TEST

/* Further Accepts are outstanding already: the one that was cancelled takes none of them along. */
START_TEST(one_of_several)
{
    local_name("PAIR");
    static struct side first;
    begin_accept(&first, false);
    begin_accept(&b, false);
    call_it("PAIR");
    answer_has_come(&first);
    ck_assert_rc(s_cancel(&first), CM_OK);
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND);
    next_call_is_whole("PAIR", OI);
}
END_TEST

/* Cleanup of a whole program: the invoker is told, and another program gets the next call. */
START_TEST(accept_cleaned_up)
{
    int ready[2];
    char c;
    ck_assert_int_eq(pipe(ready), 0);
    local_name("HELD");
    begin_accept(&b, false);
    ck_assert_rc(s_cancel(&b), CM_OK);
    pid_t pid = fork();
    if (pid == 0) {
        begin_accept(&b, false);
        if (write(ready[1], "", 1) != 1)
            _exit(1);
        answer_has_come(&b);
        WinCPICCleanup();
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &c, 1), 1);
    call_it("HELD");
    int status = -1;
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND);
    next_call_is_whole("HELD", s_accept(&b));
}
END_TEST

/* A blocking Accept and a cancel that meet at any moment: what Accept returns is true. */
struct acceptor {
    struct side s;
    CM_INT32 rc;
};

static void *accept_thread(void *arg)
{
    struct acceptor *t = arg;
    t->rc = s_accept(&t->s);
    return NULL;
}

static void spend(int turns)
{
    for (volatile int i = 0; i < turns; i++)
        ;
}

START_TEST(cancel_meets_attach)
{
    static struct acceptor t;
    static struct side seen; /* what this thread knows of T's side while that accepts */
    setenv("APPCTPN", "HELD", 1);
    begin_accept(&b, true); /* from here on the node knows the name */
    ck_assert_rc(s_cancel(&b), CM_OK);
    int ended = 0;
    for (int i = 0; i < 300; i++) {
        pthread_t thread;
        memset(&t, 0, sizeof t);
        ck_assert_int_eq(pthread_create(&thread, NULL, accept_thread, &t), 0);
        WAIT_FOR(glance(&t.s, &seen));
        call_it("HELD");
        spend(i % 50 * 1000);
        s_cancel(&seen);
        pthread_join(thread, NULL);
        if (t.rc == CM_OK) { /* the Accept was first */
            ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND_SVC);
            continue;
        }
        ck_assert_rc(t.rc, CM_DEALLOCATED_ABEND);
        ck_assert_int_eq(snactl("status", NULL), 0); /* the node has dealt with the cancel */
        if (s_send(&a, text, N) == CM_OK) {          /* that came before the Attach, which waits */
            ck_assert_rc(s_accept(&b), CM_OK);
            SET(cmsdt, &a, CM_DEALLOCATE_ABEND);
            ck_assert_rc(s_deal(&a), CM_OK);
            continue;
        }
        ended++;
    }
    ck_assert_int_gt(ended, 0);
    node_is_in_order();
}
END_TEST

/* ---- by hand ---- */

static uint8_t msg[LP_MAX];

static int dial(enum lp_kind kind, uint32_t process, uint64_t cookie, struct lp_welcome *w)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    struct lp_hello h = {.version = LP_VERSION,
                         .kind = (uint8_t)kind,
                         .process = process,
                         .cookie = cookie,
                         .program = "byhand"};
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", getenv("SNANODE_SOCKET"));
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    size_t n = lp_hello_encode(&h, msg, sizeof msg);
    ck_assert_int_eq(send(fd, msg, n, 0), (ssize_t)n);
    ssize_t k = recv(fd, msg, sizeof msg, 0);
    ck_assert(k > 0 && lp_welcome_decode(msg, (size_t)k, w) == 0 && w->rc == LP_RC_OK);
    return fd;
}

/* A program with one port. */
struct by_hand {
    int process, port;
};

static struct by_hand by_hand(void)
{
    struct lp_welcome w, w2;
    struct by_hand h;
    h.process = dial(LP_KIND_PROCESS, 0, 0, &w);
    h.port = dial(LP_KIND_PORT, w.process, w.cookie, &w2);
    return h;
}

static void by_hand_close(struct by_hand *h)
{
    close(h->port);
    close(h->process);
}

static void ask_accept(struct by_hand *h)
{
    struct lp_accept m = {.names = {4, 'P', 'A', 'I', 'R'}, .names_n = 5};
    size_t n = lp_accept_encode(&m, msg, sizeof msg);
    ck_assert_int_eq(send(h->port, msg, n, 0), (ssize_t)n);
}

/* The answer; end B, when it came. */
static int read_accepted(struct by_hand *h, struct lp_accepted *m)
{
    union passfd room;
    struct iovec iov = {msg, sizeof msg};
    struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};
    struct pollfd p = {h->port, POLLIN, 0};
    passfd_expect(&mh, &room);
    ck_assert_int_eq(poll(&p, 1, PATIENCE * 1000), 1);
    ssize_t n = recvmsg(h->port, &mh, MSG_CMSG_CLOEXEC);
    ck_assert(n > 0 && lp_accepted_decode(msg, (size_t)n, m) == 0);
    int fds[PASSFD_MAX];
    return passfd_get(&mh, fds);
}

static void say_cancel(struct by_hand *h)
{
    struct lp_cancel m = {.reserved = 0};
    size_t n = lp_cancel_encode(&m, msg, sizeof msg);
    ck_assert_int_eq(send(h->port, msg, n, 0), (ssize_t)n);
}

/* Once this is answered, the node has dealt with all that H has said before. */
static void ask_init(struct by_hand *h)
{
    struct lp_init m = {.symdest = "PAIR"};
    size_t n = lp_init_encode(&m, msg, sizeof msg);
    ck_assert_int_eq(send(h->port, msg, n, 0), (ssize_t)n);
    ck_assert(recv(h->port, msg, sizeof msg, 0) > 0);
}

/* A program whose Accept has brought the Attach of a call: M, and its end of the conversation. */
static struct by_hand taken(struct lp_accepted *m, int *end)
{
    struct by_hand h = by_hand();
    ask_accept(&h);
    call_it("PAIR");
    *end = read_accepted(&h, m);
    return h;
}

/* A further Accept of H gets nothing, and nothing is left behind. */
static void nobody_gets_it(struct by_hand *h, int end)
{
    struct pollfd p = {h->port, POLLIN, 0};
    ask_accept(h);
    ck_assert_int_eq(snactl("status", NULL), 0); /* what the node has for it has come by then */
    ck_assert_int_eq(poll(&p, 1, 0), 0);
    close(end);
    by_hand_close(h);
    node_is_in_order();
}

/* The cancel as the library sends it; also when the library has read something, and there is more to read. */
START_TEST(cancelled)
{
    struct lp_accepted m;
    int end;
    struct by_hand h = taken(&m, &end);
    ck_assert_int_eq(m.rc, 0);
    if (_i > 0)
        ck_assert(recv(end, msg, sizeof msg, 0) > 0);
    if (_i > 1) {
        ck_assert_rc(s_send(&a, text, N), CM_OK);
        ck_assert_rc(s_flush(&a), CM_OK);
    }
    say_cancel(&h);
    ask_init(&h);
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND);
    nobody_gets_it(&h, end);
}
END_TEST

/* A hostile program keeps its end, and another TP takes the next call: neither side of that sees what is
 * written into the end, the end brings nothing of it, and nothing of it is lost. */
START_TEST(kept_end)
{
    struct lp_accepted m;
    uint8_t frame[600] = {0, 0x03, 0x91, 0x20};
    int end;
    struct by_hand h = taken(&m, &end);
    say_cancel(&h);
    ask_init(&h);
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND);
    while (recv(end, msg, sizeof msg, MSG_DONTWAIT) > 0)
        ; /* what was sent to it */
    local_name("PAIR");
    ck_assert_rc(s_accept(&b), OI);
    call_it("PAIR");
    ck_assert_rc(s_wait(&b), CM_OK);
    for (size_t n = 4; n < sizeof frame; n += 37) {
        send(end, frame, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        ck_assert_int_le(recv(end, msg, sizeof msg, MSG_DONTWAIT), 0);
    }
    all_is_there(&b);
    ck_assert_int_le(recv(end, msg, sizeof msg, MSG_DONTWAIT), 0);
    close(end);
    by_hand_close(&h);
    node_is_in_order();
}
END_TEST

/* The next request says that the Attach was taken; a cancel after it has no effect. */
START_TEST(too_late)
{
    struct lp_accepted m;
    int end;
    struct by_hand h = taken(&m, &end);
    ask_init(&h);
    say_cancel(&h);
    say_cancel(&h);
    ask_init(&h);
    ck_assert_rc(s_send(&a, text, N), CM_OK);
    ck_assert_rc(s_flush(&a), CM_OK);
    ck_assert(recv(end, msg, sizeof msg, 0) > 0);
    ck_assert(recv(end, msg, sizeof msg, 0) > 0);
    close(end);
    by_hand_close(&h);
    ck_assert_rc(s_rcv(&a, 100), CM_DEALLOCATED_ABEND);
    node_is_in_order();
}
END_TEST

/* A program that has ended its side of the conversation has nothing left to cancel. */
START_TEST(ended_before)
{
    struct lp_accepted m;
    int end;
    struct by_hand h = taken(&m, &end);
    struct lp_end e = {.conv = m.conv, .side = 1};
    size_t n = lp_end_encode(&e, msg, sizeof msg);
    ck_assert_int_eq(send(h.process, msg, n, 0), (ssize_t)n);
    /* Over a link the node says that a program has ended without a word. */
    ck_assert_rc(s_rcv(&a, 100), over_link() ? CM_DEALLOCATED_ABEND : CM_RESOURCE_FAILURE_NO_RETRY);
    say_cancel(&h);
    ask_init(&h);
    close(end);
    by_hand_close(&h);
    node_is_in_order();
}
END_TEST

/* The session is lost in that moment: nobody gets it, and nothing stays behind. */
START_TEST(cut_meanwhile)
{
    struct lp_accepted m;
    char id[16];
    int end;
    struct by_hand h = taken(&m, &end);
    snprintf(id, sizeof id, "%u", m.conv);
    ck_assert_int_eq(snactl("cut", "conversation", id, NULL), 0);
    say_cancel(&h);
    ask_init(&h);
    ck_assert_rc(s_rcv(&a, 100), CM_RESOURCE_FAILURE_RETRY);
    nobody_gets_it(&h, end);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C Accepts cancelled as their Attach comes");
    TCase *t = tcase_create("library");
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, accept_cancelled, 0, 2);
    tcase_add_test(t, one_of_several);
    tcase_add_test(t, accept_cleaned_up);
    tcase_add_test(t, cancel_meets_attach);
    suite_add_tcase(s, t);
    t = tcase_create("by hand");
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, cancelled, 0, 3);
    tcase_add_test(t, kept_end);
    tcase_add_test(t, too_late);
    tcase_add_test(t, ended_before);
    tcase_add_test(t, cut_meanwhile);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
