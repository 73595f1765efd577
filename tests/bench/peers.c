/* Rows that hold ours against what users know: the same work in the same run.  No figure is to be reached. */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/bench/others.h"

#define FEW_TPS 10u

static void left_out(const char *what, const char *why)
{
    printf("  (%s: left out, %s)\n", what, why);
    fflush(stdout);
}

/* ---- round trips ---- */

static void trips(struct bench *b, const struct ours *ours)
{
    static const struct row zmq = {"round trip of 100 octets, against ZeroMQ", UNIT_US, 0, 4000, 4000, 0},
                            nng = {"round trip of 100 octets, against nng", UNIT_US, 0, 4000, 4000, 0},
                            nats = {
                                "round trip of 100 octets, against nats-server", UNIT_US, 0, 2000, 4000, 0};
    char at[PATH_MAX];
    (void)at, (void)b, (void)ours; /* where none of these is installed */
#ifdef HAVE_ZMQ
    snprintf(at, sizeof at, "ipc://%.80s/zmq.sock", b->dir);
    row_compare(b, &zmq, other_zmq, at, ours_pair, ours);
#else
    left_out(zmq.what, "there was no libzmq3-dev when this was built");
#endif
#ifdef HAVE_NNG
    snprintf(at, sizeof at, "ipc://%.80s/nng.sock", b->dir);
    row_compare(b, &nng, other_nng, at, ours_pair, ours);
#else
    left_out(nng.what, "there was no libnng-dev when this was built");
#endif
#ifdef HAVE_NATS
    struct server s = {.pid = 0};
    char number[16];
    server_at_port(&s);
    snprintf(number, sizeof number, "%d", server_port(&s));
    const char *argv[] = {"nats-server", "-a", "127.0.0.1", "-p", number, NULL};
    if (server_start(&s, b, "peernats", argv)) {
        snprintf(at, sizeof at, "nats://127.0.0.1:%s", number);
        row_compare(b, &nats, other_nats, at, ours_pair, ours);
    } else {
        left_out(nats.what, s.why);
    }
    server_stop(&s);
#else
    left_out(nats.what, "there was no libnats-dev when this was built");
#endif
}

/* ---- a new process for each ---- */

/* Without its limits of connections a second, which are there against those who ask too much. */
static bool xinetd_config(const struct bench *b, const struct server *s, const char *path)
{
    FILE *f = fopen(path, "w");
    if (!f)
        return false;
    fprintf(f,
            "defaults\n{\n    instances = UNLIMITED\n    per_source = UNLIMITED\n    cps = 1000000 1\n}\n"
            "service bench\n{\n    type = UNLISTED\n    socket_type = stream\n    protocol = tcp\n    bind = "
            "127.0.0.1\n"
            "    port = %d\n    wait = no\n    user = %u\n    server = %s\n    server_args = echo\n}\n",
            server_port(s), (unsigned)getuid(), b->tp);
    return fclose(f) == 0;
}

static void copies(struct bench *b, const struct ours *ours)
{
    static const struct row by_xinetd = {"a new process for each, against xinetd", UNIT_RATE, 0, 100, 100, 0},
                            by_s6 = {
                                "a new process for each, against s6-ipcserver", UNIT_RATE, 0, 100, 100, 0};
    struct server x = {.pid = 0}, s6 = {.pid = 0};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/xinetd.conf", b->dir);
    server_at_port(&x);
    server_at_path(&s6, b, "s6.sock");
    const char *xinetd[] = {"xinetd", "-dontfork", "-f", path, NULL};
    const char *ipcserver[] = {"s6-ipcserver", "-c", "1000", s6.at.un.sun_path, b->tp, "echo", NULL};
    if (xinetd_config(b, &x, path) && server_start(&x, b, "xinetd", xinetd))
        row_compare(b, &by_xinetd, other_server, &x, ours_conversations, ours);
    else
        left_out(by_xinetd.what, x.why);
    server_stop(&x);
    if (server_start(&s6, b, "s6", ipcserver))
        row_compare(b, &by_s6, other_server, &s6, ours_conversations, ours);
    else
        left_out(by_s6.what, s6.why);
    server_stop(&s6);
}

void peers(struct bench *b)
{
    struct testnode t = {0};
    struct ours running = {t.socket, "RUNNING", BENCH_RECORD}, newcopy = {t.socket, "NEWCOPY", 0};
    if (testnode_start(&t, b->dir, "peers", testnode_alone, b->bin, b->tp, FEW_TPS) == 0) {
        row_one_core(true, &t);
        trips(b, &running);
        row_one_core(false, &t);
        copies(b, &newcopy);
    } else {
        row_cannot(b, "rows against others", "the node did not start");
    }
    testnode_stop(&t);
}
