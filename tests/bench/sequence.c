/* What a design can reach: the bare system calls that it makes for a conversation, with no work between them.
 * Here a session that stays with both programs (snanode/local/stay.h), without a node. */
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/row.h"
#include "tests/bench/sequence.h"
#include "snanode/local/stay.h"

enum { END = BENCH_FRAME }; /* octets of the end of a bracket */

enum { GRANT = 1 };
static stay_word *word;

static void serve(int s)
{
    char buf[BENCH_RECORD];
    bool wake;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (stay_move(word, GRANT, STAY_ACCEPT, &wake)) {
        if (wake)
            syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
        if (recv(s, buf, sizeof buf, 0) != sizeof buf || send(s, buf, sizeof buf, MSG_NOSIGNAL) < 0 ||
            recv(s, buf, sizeof buf, 0) != END)
            return;
        stay_move(word, GRANT, STAY_TP_END, &wake);
    }
}

/* Allocate: the TP has to wait in Accept.  False when it does not for a second. */
static bool allocate(void)
{
    static const struct timespec limit = {.tv_nsec = 1000000};
    bool wake;
    uint32_t seen;
    for (int i = 0; i < 1000; i++) {
        if (stay_move(word, GRANT, STAY_ALLOCATE, &wake))
            return true;
        if (stay_wait(word, GRANT, &seen))
            syscall(SYS_futex, word, FUTEX_WAIT, seen, &limit, NULL, 0);
    }
    return false;
}

/* NODE stands for the connection to the node, which Initialize looks at. */
static int one_bracket(int s, int node)
{
    char buf[BENCH_RECORD] = {'E'};
    bool wake;
    if (recv(node, buf, 1, MSG_DONTWAIT | MSG_PEEK) == 0 || !allocate() ||
        !stay_move(word, GRANT, STAY_FLOW, &wake) || send(s, buf, sizeof buf, MSG_NOSIGNAL) < 0 ||
        recv(s, buf, sizeof buf, 0) != sizeof buf || send(s, buf, END, MSG_NOSIGNAL) < 0)
        return -1;
    return stay_move(word, GRANT, STAY_INVOKER_END, &wake) ? 0 : -1;
}

/* The TP in a process of its own; our end, -1 when there is none. */
static int start_tp(void)
{
    int p[2];
    word = mmap(NULL, sizeof *word, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (word == MAP_FAILED || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p) < 0)
        return -1;
    *word = (uint64_t)GRANT << 32 | STAY_IDLE;
    pid_t pid = fork();
    if (pid == 0) {
        close(p[0]);
        serve(p[1]);
        _exit(0);
    }
    close(p[1]);
    return pid < 0 ? -1 : p[0];
}

static void stays(int fd, const void *arg)
{
    uint32_t n;
    int node[2], s = start_tp();
    (void)arg;
    if (s < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET, 0, node) < 0)
        return;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            if (one_bracket(s, node[0]) < 0)
                sample_fail(&out, "bracket: %s", strerror(errno));
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

void sequences(struct bench *b)
{
    static const struct row row = {
        "bare calls: a session that stays, conversations", UNIT_RATE, 0, 2000, 2000, 0};
    static const struct {
        struct row row;
        struct turns how;
    } in_turn[] = {
        {{"... 8 invokers in turn, against one", UNIT_RATE, 0, 2000, 2000, 0}, {8, true}},
        {{"... 64 invokers in turn", UNIT_RATE, 0, 2000, 2048, 0}, {64, true}},
        {{"... 8, were an Attach to flow before its turn", UNIT_RATE, 0, 2000, 2000, 0}, {8, false}},
        {{"... 64 of these", UNIT_RATE, 0, 2000, 2048, 0}, {64, false}},
    };
    static const struct row copy = {"... a new copy of the TP for each", UNIT_RATE, 0, 100, 100, 0};
    char path[PATH_MAX], bare[PATH_MAX];
    struct copies copies = {b->tp, bare};
    snprintf(bare, sizeof bare, "%.80s/bare.sock", b->dir);
    snprintf(path, sizeof path, "%.80s/sequence.sock", b->dir);
    row_compare(b, &row, floor_listener, path, stays, NULL);
    row_compare(b, &copy, floor_spawn, b->tp, sequence_copies, &copies);
    for (size_t i = 0; i < sizeof in_turn / sizeof *in_turn; i++)
        row_compare(b, &in_turn[i].row, stays, NULL, sequence_turns, &in_turn[i].how);
}
