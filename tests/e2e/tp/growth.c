/* growth.c - what single operations cost the node: growth SOCKET PID ROUNDS.  Prints a line "OPERATION
 * NANOSECONDS" for each: processor time of the node, PID, the least of the rounds.  The configuration is that
 * of tests/e2e/growth.sh. */
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"
#include "snanode/local/lp.h"
#include "tests/e2e/tp/nodedial.h"

#define EACH 20 /* operations in a round */

static const char *path;
static clockid_t node_clock;
static int admin_fd, port_fd;
static uint8_t msg[LP_MAX];

static void broken(const char *what)
{
    fprintf(stderr, "growth: %s\n", what);
    exit(1);
}

/* ---- the node's socket ---- */

static int greet(enum lp_kind kind, struct lp_welcome *w)
{
    struct lp_hello h = {.version = LP_VERSION,
                         .kind = (uint8_t)kind,
                         .process = kind == LP_KIND_PORT ? w->process : 0,
                         .cookie = kind == LP_KIND_PORT ? w->cookie : 0,
                         .program = "growth"};
    int fd = nodedial("growth", path);
    ssize_t n = send(fd, msg, lp_hello_encode(&h, msg, sizeof msg), MSG_NOSIGNAL);
    n = n < 0 ? n : recv(fd, msg, sizeof msg, 0);
    if (n < 0 || lp_welcome_decode(msg, (size_t)n, w) < 0 || w->rc != LP_RC_OK)
        broken("not welcome");
    return fd;
}

/* The answer to the K octets in MSG, into MSG, without the rows that come along. */
static size_t ask(int fd, size_t k)
{
    ssize_t n = send(fd, msg, k, MSG_NOSIGNAL);
    n = n < 0 ? n : recv(fd, msg, sizeof msg, 0);
    if (n <= 0)
        broken("no answer");
    return (size_t)n;
}

/* ---- operations ---- */

struct operation {
    const char *name;
    void (*run)(const struct operation *o);
    const char *words; /* of a command of snactl, or a destination */
    uint8_t what;      /* to display; of a conversation: with the full name of the partner LU */
};

static void command(const struct operation *o)
{
    struct lp_admin m = {.words_n = 0};
    struct lp_answer a;
    for (const char *p = o->words; *p && m.words_n + 1u < sizeof m.words; p++)
        m.words[m.words_n++] = *p == ' ' ? '\0' : (uint8_t)*p;
    m.words[m.words_n++] = '\0';
    if (lp_answer_decode(msg, ask(admin_fd, lp_admin_encode(&m, msg, sizeof msg)), &a) < 0 || a.exit == 2)
        broken(o->words);
}

static void display(const struct operation *o)
{
    struct lp_display m = {.what = o->what, .at = 1}; /* place 0 says besides how many there are */
    if (lp_type(msg, ask(port_fd, lp_display_encode(&m, msg, sizeof msg))) !=
        LP_T_NODE_SHOWN + (unsigned)o->what)
        broken(o->name);
}

static void initialize(const struct operation *o)
{
    struct lp_init m = {.lu = ""};
    struct lp_inited a;
    strcpy(m.symdest, o->words);
    if (lp_inited_decode(msg, ask(port_fd, lp_init_encode(&m, msg, sizeof msg)), &a) < 0 || a.rc)
        broken("init");
}

static void lu_status(const struct operation *o)
{
    struct lp_lu_status m = {.lu = "CLIENTLU", .partner = "HOSTLU"};
    struct lp_lu_status_is a;
    (void)o;
    if (lp_lu_status_is_decode(msg, ask(port_fd, lp_lu_status_encode(&m, msg, sizeof msg)), &a) < 0 || a.rc)
        broken("lu_status");
}

static void come_and_go(const struct operation *o)
{
    struct lp_welcome w;
    (void)o;
    close(greet(LP_KIND_PROCESS, &w));
}

static void allocate(unsigned char *id, const char *dest, const char *partner)
{
    unsigned char name[CM_SDN_SIZE];
    CM_INT32 rc, n = (CM_INT32)strlen(partner);
    memset(name, ' ', sizeof name);
    memcpy(name, dest, strlen(dest));
    cminit(id, name, &rc);
    if (rc == CM_OK && n > 0)
        cmspln(id, (unsigned char *)(uintptr_t)partner, &n, &rc);
    if (rc == CM_OK)
        cmallc(id, &rc);
    if (rc != CM_OK)
        broken(xcrcname(rc));
}

static void converse(const struct operation *o)
{
    unsigned char id[CM_CID_SIZE], buf[100];
    CM_INT32 n = 10, want = sizeof buf, got, len, status, rts, rc;
    allocate(id, o->words, o->what ? "TESTNET.HOSTLU" : "");
    cmsend(id, buf, &n, &rts, &rc);
    while (rc == CM_OK)
        cmrcv(id, buf, &want, &got, &len, &status, &rts, &rc);
    if (rc != CM_DEALLOCATED_NORMAL)
        broken(xcrcname(rc));
}

/* An Attach that matches nothing, and is taken back while it waits. */
static void in_vain(const struct operation *o)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 type = CM_DEALLOCATE_ABEND, rc;
    allocate(id, o->words, "");
    cmflus(id, &rc);
    cmsdt(id, &type, &rc);
    cmdeal(id, &rc);
}

static const struct operation operations[] = {
    {"a program comes and goes", come_and_go, NULL, 0},
    {"Initialize_Conversation", initialize, "SERVE", 0},
    {"conversation", converse, "SERVE", 0},
    {"conversation, full LU name", converse, "SERVE", 1},
    {"conversation with a new copy", converse, "COPY", 0},
    {"Attach that matches nothing", in_vain, "NOBODY", 0},
    {"DISPLAY, node", display, NULL, LP_DISPLAY_NODE},
    {"DISPLAY, an LU", display, NULL, LP_DISPLAY_LU},
    {"DISPLAY, a partner", display, NULL, LP_DISPLAY_PARTNER},
    {"DISPLAY, a mode", display, NULL, LP_DISPLAY_MODE},
    {"DISPLAY, a session", display, NULL, LP_DISPLAY_SESSION},
    {"GET_LU_STATUS", lu_status, NULL, 0},
    {"snactl status", command, "status", 0},
    {"snactl tp show", command, "tp show SERVE", 0},
    {"snactl tp start", command, "tp start SERVE", 0},
    {"snactl tp purge", command, "tp purge NONE", 0},
    {"snactl tp stop", command, "tp stop NONE", 0},
    {"snactl activate", command, "activate CLIENTLU HOSTLU #INTER", 0},
    {"snactl deactivate", command, "deactivate 999999999", 0},
    {"snactl cut", command, "cut conversation 1", 0},
    {"snactl cnos", command, "cnos CLIENTLU HOSTLU #INTER set 8 4 4", 0},
    {"snactl trace", command, "trace", 0},
    {"snactl event", command, "event", 0},
};

static int64_t node_ns(void)
{
    static const struct operation sync = {NULL, NULL, "inject list", 0};
    struct timespec t;
    command(&sync); /* what has gone before is done then */
    if (clock_gettime(node_clock, &t) < 0)
        broken("the node's clock");
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t cost(const struct operation *o, int rounds)
{
    int64_t least = INT64_MAX;
    for (int i = 0; i < rounds; i++) {
        int64_t start = node_ns();
        for (int k = 0; k < EACH; k++)
            o->run(o);
        int64_t took = (node_ns() - start) / EACH;
        least = took < least ? took : least;
    }
    return least;
}

/* The node and this program take turns on one core: whether a core has to wake up for the node must not
 * count. */
static void on_one_core(pid_t node)
{
    cpu_set_t one;
    int cpu = sched_getcpu();
    CPU_ZERO(&one);
    CPU_SET(cpu < 0 ? 0 : cpu, &one);
    if (sched_setaffinity(node, sizeof one, &one) < 0 || sched_setaffinity(0, sizeof one, &one) < 0)
        broken("one core");
}

int main(int argc, char **argv)
{
    struct lp_welcome w;
    if (argc != 4)
        return 2;
    alarm(170);
    path = argv[1];
    on_one_core((pid_t)atoi(argv[2]));
    if (clock_getcpuclockid((pid_t)atoi(argv[2]), &node_clock) != 0)
        broken("the node's clock");
    admin_fd = greet(LP_KIND_ADMIN, &w);
    greet(LP_KIND_PROCESS, &w);
    port_fd = greet(LP_KIND_PORT, &w);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        printf("%s\t%lld\n", operations[i].name, (long long)cost(&operations[i], atoi(argv[3])));
    return 0;
}
