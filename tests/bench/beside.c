/* Many programs at once at a node that has much else to hold: 1,000 TPs that wait, and as many open
 * conversations as descriptors allow.  The floor is the same at a node that holds nothing else. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/row.h"

#define WAITING 1000u
#define OPEN    10000u
#define KEPT    3600u /* descriptors for the TPs that wait, three each, the invokers, tools and others */

static const char more[] = "appcllu CLIENTLU /add /server:BENCH\n"
                           "appcllu HOSTLU /add /server:BENCH\n";

/* How many conversations the node lets one program have here beside all that. */
static unsigned most_open(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur < 2 * KEPT)
        return 100;
    return (r.rlim_cur - KEPT) / 2 < OPEN ? (unsigned)((r.rlim_cur - KEPT) / 2) : OPEN;
}

static void run_holder(const struct bench *b, const char *socket, const char *kind, unsigned n, int out)
{
    char program[PATH_MAX], number[16];
    snprintf(program, sizeof program, "%.4000s/../tests/tp/holder", b->bin);
    snprintf(number, sizeof number, "%u", n);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(out, STDOUT_FILENO);
    execl(program, program, socket, kind, number, (char *)NULL);
    _exit(127);
}

/* A program that holds N of KIND at the node, when it has them; 0: it could not. */
static pid_t hold(const struct bench *b, const char *socket, const char *kind, unsigned n)
{
    char line[128] = "";
    unsigned held = 0;
    int p[2];
    if (pipe(p) < 0)
        return 0;
    pid_t pid = fork();
    if (pid == 0)
        run_holder(b, socket, kind, n, p[1]);
    close(p[1]);
    ssize_t k = pid > 0 ? read(p[0], line, sizeof line - 1) : -1;
    close(p[0]);
    if (k > 0 && sscanf(line, "held %u, waiting 0, gone 0", &held) == 1 && held >= n)
        return pid;
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return 0;
}

static void let_go(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

void beside(struct bench *b)
{
    static const struct row eight = {"8 invokers beside waiting TPs, open conversations",
                                     UNIT_RATE,
                                     0.9,
                                     1000,
                                     1000,
                                     0},
                            most = {"64 invokers beside them", UNIT_RATE, 0.9, 1280, 1280, 0};
    struct testnode plain = {0}, full = {0};
    char config[4096];
    unsigned open = most_open();
    pid_t waiting = 0, talking = 0;
    snprintf(config, sizeof config, "%s%s", testnode_alone, more);
    if (testnode_start(&plain, b->dir, "plain", config, b->bin, b->tp, 10) == 0 &&
        testnode_start(&full, b->dir, "full", config, b->bin, b->tp, 10) == 0 &&
        (waiting = hold(b, full.socket, "accepts", WAITING)) > 0 &&
        (talking = hold(b, full.socket, "conversations", open)) > 0) {
        struct crowd c8[2] = {{{plain.socket, "RUNNING", BENCH_RECORD}, 8},
                              {{full.socket, "RUNNING", BENCH_RECORD}, 8}};
        struct crowd c64[2] = {{{plain.socket, "RUNNING", BENCH_RECORD}, 64},
                               {{full.socket, "RUNNING", BENCH_RECORD}, 64}};
        row_compare(b, &eight, ours_crowd, &c8[0], ours_crowd, &c8[1]);
        row_compare(b, &most, ours_crowd, &c64[0], ours_crowd, &c64[1]);
        printf("  (%u TPs wait, and %u conversations are open%s)\n", WAITING, open,
               open < OPEN ? ": as many as this system allows descriptors for" : "");
    } else {
        row_cannot(b, eight.what, "the node did not start, or does not hold so much");
    }
    let_go(talking);
    let_go(waiting);
    testnode_stop(&full);
    testnode_stop(&plain);
}
