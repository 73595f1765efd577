/* check_syscalls.c - how many system calls the calls of a conversation make, counted by the kernel: the
 * parent traces a child that has both sides.  One system call more than a bare pair of sockets makes for the
 * same octets, and a test fails. */
#include <errno.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "tests/cpic/harness.h"

#define RECORD  100          /* octets of user data */
#define LL      (RECORD + 4) /* ... with the GDS header of a mapped record */
#define RU      4096         /* of the harness's mode */
#define SENDS   10000
#define TRIPS   1000
#define NUMBERS 512 /* of system calls */

static struct pair p;
static const unsigned char record[RECORD];

/* ---- counting ---- */

struct counts {
    unsigned long all, of[NUMBERS];
};

/* In the child: begin or end to count.  Nothing else makes this call. */
static void count_on(void)
{
    syscall(SYS_personality, 0xFFFFFFFFul);
}

#define count_off count_on

static void step(pid_t pid, int sig)
{
    ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(uintptr_t)sig), 0);
}

/* The thread sanitizer's own: it maps memory when it likes. */
static bool is_of_sanitizer(uint64_t number)
{
#ifdef __SANITIZE_THREAD__
    return number == SYS_mmap;
#else
    (void)number;
    return false;
#endif
}

/* The child has stopped at a system call. */
static void note(pid_t pid, struct counts *n, bool *on)
{
    struct ptrace_syscall_info i;
    long got = ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof i, &i);
    ck_assert_int_gt(got, 0);
    if (i.op != PTRACE_SYSCALL_INFO_ENTRY)
        return;
    if (i.entry.nr == SYS_personality) {
        *on = !*on;
        return;
    }
    if (is_of_sanitizer(i.entry.nr))
        return;
    n->all += *on;
    if (*on && i.entry.nr < NUMBERS)
        n->of[i.entry.nr]++;
}

static void run_child(void (*f)(void))
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
        _exit(errno == EPERM ? 77 : 1);
    unsetenv("CPIC_COVERAGE"); /* which would be written in between */
    raise(SIGSTOP);
    f();
    _exit(0);
}

/* What F does between count_on and count_off, in a process of its own; false: no process may be traced here.
 */
static bool count(void (*f)(void), struct counts *n)
{
    int status;
    bool on = false;
    memset(n, 0, sizeof *n);
    pid_t pid = fork();
    if (pid == 0)
        run_child(f);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        return false;
    ck_assert_int_eq(
        ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)), 0);
    for (step(pid, 0); waitpid(pid, &status, 0) == pid && WIFSTOPPED(status);) {
        bool call = WSTOPSIG(status) == (SIGTRAP | 0x80);
        if (call)
            note(pid, n, &on);
        step(pid, call ? 0 : WSTOPSIG(status));
    }
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child ended with status %#x",
                  (unsigned)status);
    return true;
}

/* F makes LEAST to MOST system calls. */
static void within(void (*f)(void), unsigned long least, unsigned long most)
{
    struct counts n;
    char text[1024] = "";
    if (!count(f, &n)) {
        fprintf(stderr, "check_syscalls: skipped: this system lets no process be traced\n");
        return;
    }
    for (int i = 0, k = 0; i < NUMBERS && k < (int)sizeof text; i++)
        if (n.of[i])
            k += snprintf(text + k, sizeof text - (size_t)k, " %d: %lu", i, n.of[i]);
    ck_assert_msg(n.all >= least && n.all <= most, "%lu system calls, not %lu to %lu; by number:%s", n.all,
                  least, most, text);
}

/* ---- what is counted ---- */

static void take_records(int from, int to)
{
    for (int i = from; i < to; i++) {
        ck_assert_rc(s_rcv(&p.b, 1000), CM_OK);
        ck_assert_int_eq(p.b.len, RECORD);
    }
}

/* 10,000 Send_Data that fill buffers.  Between them, not counted, B takes what has gone out. */
static void small_sends(void)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    ck_assert_rc(s_flush(&p.a), CM_OK);
    take_records(0, 1);
    int taken = 0;
    for (int i = 0; i < SENDS; i++) {
        count_on();
        CM_INT32 rc = s_send(&p.a, record, sizeof record);
        count_off();
        ck_assert_rc(rc, CM_OK);
        if (i % 50 == 49 && i > 150) { /* far behind what is still in the buffer */
            take_records(taken, taken + 50);
            taken += 50;
        }
    }
}

/* One for each RU that is full. */
START_TEST(send_that_fills_a_buffer)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(small_sends, SENDS * LL / RU, SENDS * LL / RU);
}
END_TEST

/* Data with the turn there and back. */
static void round_trip(void)
{
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    ck_assert_rc(s_rcv(&p.b, 1000), CM_OK);
    ck_assert_rc(s_send(&p.b, record, sizeof record), CM_OK);
    ck_assert_rc(s_rcv(&p.a, 1000), CM_OK);
}

static void trips(void)
{
    pair_open(&p, MAPPED);
    SET(cmsst, &p.a, CM_SEND_AND_PREP_TO_RECEIVE);
    SET(cmsst, &p.b, CM_SEND_AND_PREP_TO_RECEIVE);
    round_trip();
    count_on();
    for (int i = 0; i < TRIPS; i++)
        round_trip();
    count_off();
}

/* Each side writes once and reads once. */
START_TEST(round_trip_writes_and_reads)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(trips, 4 * TRIPS, 4 * TRIPS);
}
END_TEST

/* The same, when the partner has asked for the turn: who looks for its request finds it, and no other one. */
static void trips_with_request(void)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_rts(&p.b), CM_OK);
    count_on();
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    count_off();
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_RECEIVED);
    count_on();
    ck_assert_rc(s_send(&p.a, record, sizeof record), CM_OK);
    count_off();
    ck_assert_int_eq(p.a.rts, CM_REQ_TO_SEND_NOT_RECEIVED);
}

/* The request, and that there is nothing behind it. */
START_TEST(request_is_read_once)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(trips_with_request, 2, 2);
}
END_TEST

/* The error of a partner is there at the next Send_Data, though nothing is written. */
static void error_comes(void)
{
    pair_open(&p, MAPPED);
    ck_assert_rc(s_error(&p.b), CM_OK);
    count_on();
    CM_INT32 rc = s_send(&p.a, record, sizeof record);
    count_off();
    ck_assert_rc(rc, CM_PROGRAM_ERROR_PURGING);
}

/* -RSP and FMH-7 are read, and the turn is given. */
START_TEST(error_is_read)
{
    NOT_OVER_LINK("a link has a node in between, and the count is the same");
    within(error_comes, 3, 3);
}
END_TEST

/* What a program asks first, before it has said hello. */
static void first_request(void)
{
    unsigned char id[CM_CID_SIZE], nowhere[CM_SDN_SIZE + 1] = "        ";
    CM_INT32 rc;
    count_on();
    cminit(id, nowhere, &rc);
    count_off();
    ck_assert_rc(rc, CM_OK);
}

/* It needs no connection of its own: a port comes with the welcome. */
START_TEST(first_request_has_a_port)
{
    struct counts n;
    if (!count(first_request, &n)) {
        fprintf(stderr, "check_syscalls: skipped: this system lets no process be traced\n");
        return;
    }
    ck_assert_uint_eq(n.of[SYS_connect], 1);
    ck_assert_uint_eq(n.of[SYS_recvmsg], 2); /* the welcome, and the answer */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("system calls of CPI-C");
    TCase *t = tcase_create("counts");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, send_that_fills_a_buffer);
    tcase_add_test(t, round_trip_writes_and_reads);
    tcase_add_test(t, request_is_read_once);
    tcase_add_test(t, error_is_read);
    tcase_add_test(t, first_request_has_a_port);
    suite_add_tcase(s, t);
    return harness_main(s);
}
