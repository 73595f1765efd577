/* The end of the library's use while threads wait: Cleanup wakes each of them with the result of its
 * operation, and leaves nothing behind. */
#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

#ifdef SYS_poll /* what poll() does */
#define POLL SYS_poll
#else
#define POLL SYS_ppoll
#endif

#define PAIRS   3
#define WAITERS 8

static struct pair pairs[PAIRS];

struct waiting {
    pthread_t thread;
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op, rc;
};

static void *wait_thread(void *arg)
{
    struct waiting *w = arg;
    cmwait(w->id, &w->op, &w->rc);
    return NULL;
}

static void nonblocking(struct side *s)
{
    SET(cmspm, s, CM_NON_BLOCKING);
}

/* Entries of a folder of /proc/self: descriptors or threads. */
static int count(const char *what)
{
    char path[40];
    int n = 0;
    snprintf(path, sizeof path, "/proc/self/%s", what);
    DIR *d = opendir(path);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* Threads of this process in poll(): all of them wait for a completion. */
static int polling(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/task");
    ck_assert_ptr_nonnull(d);
    for (struct dirent *e; (e = readdir(d));) {
        char path[300], line[64] = "";
        snprintf(path, sizeof path, "/proc/self/task/%s/syscall", e->d_name);
        FILE *f = fopen(path, "r");
        if (!f)
            continue;
        if (fgets(line, sizeof line, f) && strtol(line, NULL, 10) == POLL)
            n++;
        fclose(f);
    }
    closedir(d);
    return n;
}

static bool one_of_ours(const unsigned char *id)
{
    for (int i = 0; i < PAIRS; i++)
        if (memcmp(pairs[i].b.id, id, CM_CID_SIZE) == 0)
            return true;
    return false;
}

/* As many threads as operations, or more: none is sent away without an answer. */
START_TEST(cleanup_answers_every_waiter)
{
    struct waiting w[WAITERS];
    WCPICDATA d;
    int n = _i ? WAITERS : PAIRS;
    for (int turn = 0; turn < 20; turn++) {
        for (int i = 0; i < PAIRS; i++) {
            pair_open(&pairs[i], MAPPED);
            nonblocking(&pairs[i].b);
            ck_assert_rc(s_rcv(&pairs[i].b, 20), OI);
        }
        for (int i = 0; i < n; i++) {
            w[i] = (struct waiting){.op = -1, .rc = -1};
            ck_assert_int_eq(pthread_create(&w[i].thread, NULL, wait_thread, &w[i]), 0);
        }
        WAIT_FOR(polling() == n);
        ck_assert(WinCPICCleanup());
        bool seen[PAIRS] = {false};
        for (int i = 0; i < n; i++) {
            pthread_join(w[i].thread, NULL);
            ck_assert_rc(w[i].rc, CM_OK);
            ck_assert_rc(w[i].op, CM_DEALLOCATED_ABEND);
            ck_assert(one_of_ours(w[i].id));
            for (int k = 0; k < PAIRS; k++)
                seen[k] |= memcmp(pairs[k].b.id, w[i].id, CM_CID_SIZE) == 0;
        }
        for (int k = 0; k < PAIRS; k++)
            ck_assert(seen[k]);
        ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
        nothing_waits();
    }
}
END_TEST

/* A pending Accept too, which has no conversation yet. */
START_TEST(cleanup_answers_an_accept)
{
    struct waiting w = {.op = -1, .rc = -1};
    CM_INT32 n = 4, rc = -1;
    cmsltp((unsigned char *)(uintptr_t) "PAIR", &n, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(s_accept(&pairs[0].b), OI);
    ck_assert_int_eq(pthread_create(&w.thread, NULL, wait_thread, &w), 0);
    WAIT_FOR(polling() == 1);
    ck_assert(WinCPICCleanup());
    pthread_join(w.thread, NULL);
    ck_assert_rc(w.rc, CM_OK);
    ck_assert_rc(w.op, CM_DEALLOCATED_ABEND);
    ck_assert_mem_eq(w.id, pairs[0].b.id, CM_CID_SIZE);
}
END_TEST

/* An operation with an event is over by then, and a later cmwait does not find it. */
START_TEST(cleanup_signals_an_event)
{
    WCPICDATA d;
    CM_INT32 rc = -1;
    eventfd_t v;
    int e = eventfd(0, EFD_NONBLOCK);
    HANDLE h = WCPIC_HANDLE(e);
    struct pair *p = &pairs[0];
    for (int turn = 0; turn < 20; turn++) {
        pair_open(p, MAPPED);
        WinCPICSetEvent(p->b.id, &h, &rc);
        ck_assert_rc(rc, CM_OK);
        nonblocking(&p->b);
        ck_assert_rc(s_rcv(&p->b, 20), OI);
        ck_assert(WinCPICCleanup());
        ck_assert_int_eq(eventfd_read(e, &v), 0);
        ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
        nothing_waits();
    }
}
END_TEST

/* The thread sanitizer has threads of its own, which begin when the program starts its first one. */
#if defined(__SANITIZE_THREAD__)
#define OTHER_THREADS true
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define OTHER_THREADS true
#endif
#endif
#ifndef OTHER_THREADS
#define OTHER_THREADS false
#endif

/* No descriptor and no thread stays behind, however much was open. */
START_TEST(cleanup_leaves_nothing)
{
    WCPICDATA d;
    CM_INT32 rc = -1;
    int e = eventfd(0, EFD_NONBLOCK);
    HANDLE h = WCPIC_HANDLE(e);
    int fds = count("fd"), threads = 1;
    for (int turn = 0; turn < 20; turn++) {
        ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
        for (int i = 0; i < PAIRS; i++)
            pair_open(&pairs[i], MAPPED);
        WinCPICSetEvent(pairs[0].b.id, &h, &rc);
        ck_assert_rc(rc, CM_OK);
        nonblocking(&pairs[0].b);
        ck_assert_rc(s_rcv(&pairs[0].b, 20), OI);
        nonblocking(&pairs[1].b);
        ck_assert_rc(s_rcv(&pairs[1].b, 20), OI);
        ck_assert(WinCPICCleanup());
        ck_assert_int_eq(count("fd"), fds);
        if (OTHER_THREADS && turn == 0)
            threads = count("task");
        WAIT_FOR(count("task") == threads); /* one that has been joined may be seen a moment longer */
    }
}
END_TEST

/* ---- a hook that gives up ---- */

static int hooked;

static int give_up(void)
{
    return ++hooked < 3;
}

static void give_up_next(void)
{
    hooked = 0;
    WinCPICSetBlockingHook(give_up);
}

/* A call whose hook returns FALSE comes back; its conversation is cancelled. */
START_TEST(hook_ends_receive)
{
    struct pair *p = &pairs[0];
    pair_open(p, MAPPED);
    give_up_next();
    ck_assert_rc(s_rcv(&p->b, 20), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(hooked, 3);
    ck_assert(!WinCPICIsBlocking());
    ck_assert_state(&p->b, -1);
    WinCPICUnhookBlockingHook();
    ck_assert_rc(s_rcv(&p->a, 20), CM_DEALLOCATED_ABEND_SVC);
}
END_TEST

START_TEST(hook_ends_send)
{
    struct pair *p = &pairs[0];
    static unsigned char big[32767];
    CM_INT32 rc;
    pair_open(p, MAPPED);
    SET(cmsst, &p->a, CM_SEND_AND_FLUSH);
    give_up_next();
    while ((rc = s_send(&p->a, big, sizeof big)) == CM_OK)
        ;
    ck_assert_rc(rc, CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(hooked, 3);
    ck_assert_state(&p->a, -1);
}
END_TEST

START_TEST(hook_ends_confirm)
{
    struct pair *p = &pairs[0];
    pair_open(p, MAPPED_CONFIRM);
    give_up_next();
    ck_assert_rc(s_confirm(&p->a), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(hooked, 3);
}
END_TEST

/* The Attach that comes then finds nobody here, and goes to the next one who accepts. */
START_TEST(hook_ends_accept)
{
    struct pair *p = &pairs[0];
    setenv("APPCTPN", "HELD", 1);
    give_up_next();
    ck_assert_rc(s_accept(&p->b), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(hooked, 3);
    ck_assert_state(&p->b, -1);
    WinCPICUnhookBlockingHook();
    side_begin(&p->a, MAPPED, "HELD");
    ck_assert_rc(s_alloc(&p->a), CM_OK);
    ck_assert_rc(s_flush(&p->a), CM_OK);
    ck_assert_rc(s_accept(&p->b), CM_OK);
    pair_close(p);
}
END_TEST

START_TEST(hook_ends_allocate)
{
    static struct side holds, waits;
    side_begin(&holds, MAPPED, "HELD");
    SET_TEXT(cmsmn, &holds, "ONE");
    ck_assert_rc(s_alloc(&holds), CM_OK);
    side_begin(&waits, MAPPED, "HELD");
    SET_TEXT(cmsmn, &waits, "ONE");
    give_up_next();
    ck_assert_rc(s_alloc(&waits), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(hooked, 3);
    ck_assert_state(&waits, -1);
    s_cancel(&holds);
}
END_TEST

/* Wait_For_Conversation belongs to no conversation: what it waited for goes on. */
START_TEST(hook_ends_wait)
{
    struct pair *p = &pairs[0];
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1;
    pair_open(p, MAPPED);
    nonblocking(&p->b);
    ck_assert_rc(s_rcv(&p->b, 20), OI);
    give_up_next();
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, CM_SYSTEM_EVENT);
    ck_assert_int_eq(hooked, 3);
    WinCPICUnhookBlockingHook();
    ck_assert_rc(s_deal(&p->a), CM_OK);
    ck_assert_rc(s_wait(&p->b), CM_DEALLOCATED_NORMAL);
}
END_TEST

/* A hook that removes itself does not end the wait. */
static int take_away(void)
{
    ck_assert_int_eq(hooked++, 0);
    WinCPICUnhookBlockingHook();
    ck_assert_rc(s_deal(&pairs[0].a), ONA);
    SET(cmspm, &pairs[0].a, CM_NON_BLOCKING);
    ck_assert_rc(s_deal(&pairs[0].a), CM_OK);
    return TRUE;
}

START_TEST(hook_taken_away)
{
    struct pair *p = &pairs[0];
    pair_open(p, MAPPED);
    hooked = 0;
    WinCPICSetBlockingHook(take_away);
    ck_assert_rc(s_rcv(&p->b, 20), CM_DEALLOCATED_NORMAL);
    ck_assert_int_eq(hooked, 1);
}
END_TEST

/* A hook of a program that was compiled with Wine's headers has the calling convention of Windows: its caller
 * leaves 32 octets above the return address to it. */
#ifdef __x86_64__
#define MS_ABI __attribute__((ms_abi))
typedef int (*MS_ABI ms_hook)(void);
CPIC_API ms_hook WinCPICSetBlockingHookMs(ms_hook f);

static MS_ABI __attribute__((noinline)) int give_up_ms(void)
{
    memset((unsigned char *)__builtin_frame_address(0) + 16, 0xEE, 32);
    return give_up();
}

START_TEST(hook_of_wine)
{
    struct pair *p = &pairs[0];
    pair_open(p, MAPPED);
    WinCPICSetBlockingHook(take_away);
    ck_assert_ptr_eq(WinCPICSetBlockingHookMs(give_up_ms), (void *)take_away);
    ck_assert_ptr_eq(WinCPICSetBlockingHookMs(give_up_ms), (void *)give_up_ms);
    hooked = 0;
    ck_assert_rc(s_rcv(&p->b, 20), CM_DEALLOCATED_ABEND);
    ck_assert_int_eq(hooked, 3);
    ck_assert_ptr_eq((void *)WinCPICSetBlockingHook(NULL), (void *)give_up_ms);
    ck_assert_ptr_eq((void *)WinCPICSetBlockingHookMs(NULL), NULL);
}
END_TEST
#endif

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C ends of waiting");
    TCase *t = tcase_create("cleanup");
    tcase_add_loop_test(t, cleanup_answers_every_waiter, 0, 2);
    tcase_add_test(t, cleanup_answers_an_accept);
    tcase_add_test(t, cleanup_signals_an_event);
    tcase_add_test(t, cleanup_leaves_nothing);
    suite_add_tcase(s, t);
    t = tcase_create("hook");
    tcase_add_test(t, hook_ends_receive);
    tcase_add_test(t, hook_ends_send);
    tcase_add_test(t, hook_ends_confirm);
    tcase_add_test(t, hook_ends_accept);
    tcase_add_test(t, hook_ends_allocate);
    tcase_add_test(t, hook_ends_wait);
    tcase_add_test(t, hook_taken_away);
#ifdef __x86_64__
    tcase_add_test(t, hook_of_wine);
#endif
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
