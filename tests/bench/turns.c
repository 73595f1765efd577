/* What several invokers of one TP can reach when each comes in its turn: the bare system calls, with no work
 * between them.  Each has a pair with the TP for good, and draws a number before its conversation; the TP
 * takes one number after the other.  Either an Attach flows when its number is called, so that it always has
 * its Accept, or at once, and lies in the pair until then. */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/row.h"
#include "tests/bench/sequence.h"

enum {
    END = BENCH_FRAME, /* octets of the end of a bracket */
    INVOKERS = 64,     /* at most */
    PLACES = 128,      /* more than numbers that are out */
    SLEEPS = 1,        /* of a word: somebody sleeps until it changes */
    SHIFT = 1          /* above that is an invoker or a number, counted from 1 */
};

/* Who has drawn the number N stands in DRAWN[N % PLACES], until the TP takes it out; it is called in
 * CALLED[N % PLACES]. */
struct line {
    atomic_uint begun, numbers, drawn[PLACES], called[PLACES];
    double ended;
};

static void sleep_on(atomic_uint *word, unsigned seen)
{
    if (!(seen & SLEEPS) && !atomic_compare_exchange_strong(word, &seen, seen | SLEEPS))
        return; /* it is not what was seen any more */
    syscall(SYS_futex, word, FUTEX_WAIT, seen | SLEEPS, NULL, NULL, 0);
}

static void put(atomic_uint *word, unsigned value)
{
    if (atomic_exchange(word, value << SHIFT) & SLEEPS)
        syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Allocate. */
static void draw(struct line *l, unsigned self, bool until_called)
{
    unsigned number = atomic_fetch_add(&l->numbers, 1), seen;
    atomic_uint *called = &l->called[number % PLACES];
    put(&l->drawn[number % PLACES], self + 1);
    while (until_called && (seen = atomic_load(called)) >> SHIFT != number + 1)
        sleep_on(called, seen);
}

static void invoke(struct line *l, const struct turns *how, unsigned self, int s, int node, unsigned n)
{
    char buf[BENCH_RECORD] = {'E'};
    while (!atomic_load(&l->begun))
        syscall(SYS_futex, &l->begun, FUTEX_WAIT, 0, NULL, NULL, 0);
    for (unsigned i = 0; i < n; i++) {
        recv(node, buf, 1, MSG_DONTWAIT | MSG_PEEK); /* Initialize looks whether the node is there */
        draw(l, self, how->called);
        if (send(s, buf, sizeof buf, MSG_NOSIGNAL) < 0 || recv(s, buf, sizeof buf, 0) != sizeof buf ||
            send(s, buf, END, MSG_NOSIGNAL) < 0)
            return;
    }
}

static void accept_all(struct line *l, const struct turns *how, int ends[INVOKERS][2], unsigned n)
{
    char buf[BENCH_RECORD];
    for (unsigned number = 0; number < n; number++) {
        atomic_uint *drawn = &l->drawn[number % PLACES];
        unsigned seen;
        if (how->called)
            put(&l->called[number % PLACES], number + 1);
        while ((seen = atomic_load(drawn)) >> SHIFT == 0)
            sleep_on(drawn, seen);
        atomic_store(drawn, 0);
        int s = ends[(seen >> SHIFT) - 1][1];
        if (recv(s, buf, sizeof buf, 0) != sizeof buf || send(s, buf, sizeof buf, MSG_NOSIGNAL) < 0 ||
            recv(s, buf, sizeof buf, 0) != END)
            return;
    }
    l->ended = seconds();
}

/* A process of the round: an invoker, or the TP behind the last of them. */
static pid_t start(struct line *l, const struct turns *how, unsigned i, int ends[INVOKERS][2], unsigned each,
                   int node)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (i < how->invokers)
        invoke(l, how, i, ends[i][0], node, each);
    else
        accept_all(l, how, ends, how->invokers * each);
    _exit(0);
}

/* A round: all processes are there before it begins, and it ends when the TP has served the last one.  0 or
 * less: it could not be measured. */
static double round_of(struct line *l, const struct turns *how, unsigned each, int node)
{
    int ends[INVOKERS][2];
    pid_t pids[INVOKERS + 1];
    unsigned pairs = 0, n = 0;
    memset(l, 0, sizeof *l);
    while (pairs < how->invokers && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends[pairs]) == 0)
        pairs++;
    while (pairs == how->invokers && n <= pairs && (pids[n] = start(l, how, n, ends, each, node)) > 0)
        n++;
    double began = seconds();
    if (n == how->invokers + 1) {
        atomic_store(&l->begun, 1);
        syscall(SYS_futex, &l->begun, FUTEX_WAKE, INVOKERS, NULL, NULL, 0);
        waitpid(pids[--n], NULL, 0);
    }
    for (unsigned i = 0; i < n; i++) {
        kill(pids[i], SIGKILL);
        waitpid(pids[i], NULL, 0);
    }
    for (unsigned i = 0; i < pairs; i++) {
        close(ends[i][0]);
        close(ends[i][1]);
    }
    return l->ended - began;
}

void sequence_turns(int fd, const void *arg)
{
    const struct turns *how = arg;
    uint32_t n;
    int node[2];
    struct line *l = mmap(NULL, sizeof *l, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (l == MAP_FAILED || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, node) < 0)
        return;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        unsigned each = n / how->invokers;
        double took = round_of(l, how, each, node[0]);
        if (took <= 0)
            sample_fail(&out, "a round in turns: %s", strerror(errno));
        out.value = took / (each * how->invokers);
        worker_tell(fd, &out);
    }
}
