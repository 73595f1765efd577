/* counting.h - how many system calls a test makes, counted by the kernel: the parent traces a child. */
#ifndef TESTS_CPIC_COUNTING_H
#define TESTS_CPIC_COUNTING_H

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#define NUMBERS 512 /* of system calls */

struct counts {
    unsigned long all, of[NUMBERS];
};

/* In the child: begin or end to count.  Nothing else makes this call. */
static inline void count_on(void)
{
    syscall(SYS_personality, 0xFFFFFFFFul);
}

#define count_off count_on

static inline void step(pid_t pid, int sig)
{
    ck_assert_int_eq(ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(uintptr_t)sig), 0);
}

/* The thread sanitizer's own: it maps memory when it likes. */
static inline bool is_of_sanitizer(uint64_t number)
{
#ifdef __SANITIZE_THREAD__
    return number == SYS_mmap;
#else
    (void)number;
    return false;
#endif
}

/* The child has stopped at a system call. */
static inline void note(pid_t pid, struct counts *n, bool *on)
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

static inline void run_child(void (*f)(void))
{
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
        _exit(errno == EPERM ? 77 : 1);
    unsetenv("CPIC_COVERAGE"); /* which would be written in between */
    unsetenv("APPC_COVERAGE");
    raise(SIGSTOP);
    f();
    _exit(0);
}

/* What F does between count_on and count_off, in a process of its own; false: no process may be traced here.
 */
static inline bool count(void (*f)(void), struct counts *n)
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
static inline void within(void (*f)(void), unsigned long least, unsigned long most)
{
    struct counts n;
    char text[1024] = "";
    if (!count(f, &n)) {
        fprintf(stderr, "system calls are not counted: this system lets no process be traced\n");
        return;
    }
    for (int i = 0, k = 0; i < NUMBERS && k < (int)sizeof text; i++)
        if (n.of[i])
            k += snprintf(text + k, sizeof text - (size_t)k, " %d: %lu", i, n.of[i]);
    ck_assert_msg(n.all >= least && n.all <= most, "%lu system calls, not %lu to %lu; by number:%s", n.all,
                  least, most, text);
}

#endif
