/* Two machines of a domain, and a NATS server: the LU and the invoker at one, the TP at the other. */
#include "tests/bench/domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/server.h"

#define MACHINES 20u /* of the directory by itself, and the TPs of each */
#define TPS      500u
#define FEW      10u
#define TOGETHER 1000u  /* conversations open at once */
#define PER_S    1000.0 /* conversations a second that two machines have to carry, as two with a link do */

static const char config[] =
    "server %s /add /netname:\"BENCHNET\" /cpname:\"%s\"\n"
    "mode WIDE /add /sessionlim:1100 /conwin:500 /conlose:500 /maxsendru:65527 /maxrecvru:65527\n"
    "appcllu NEAR /add /server:%s /defaultpool:yes\n"
    "appcllu FAR /add /server:%s /tptimeout:10\n"
    "cpic RUNNING /add /appltpname:\"RUNNING\" /lualias:\"FAR\" /modename:\"#INTER\" /seckeytype:none\n"
    "cpic WIDE /add /appltpname:\"RUNNING\" /lualias:\"FAR\" /modename:\"WIDE\" /seckeytype:none\n";

static const char registry[] =
    "\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SnaBase\\Parameters\\Domain]\n"
    "\"Name\"=\"BENCH\"\n\"Servers\"=\"nats://127.0.0.1:%d\"\n\"ListenAddress\"=\"127.0.0.1:0\"\n"
    "\"Certificate\"=\"%s/%s.pem\"\n\"Key\"=\"%s/%s.key\"\n\"CA\"=\"%s/ca.pem\"\n";

/* ---- the NATS server ---- */

static bool nats_start(struct server *s, const struct bench *b)
{
    char number[16], store[PATH_MAX];
    server_at_port(s);
    snprintf(number, sizeof number, "%d", server_port(s));
    snprintf(store, sizeof store, "%s/nats", b->dir);
    const char *argv[] = {"nats-server", "-a", "127.0.0.1", "-p", number, "--jetstream", "-sd", store, NULL};
    return server_start(s, b, "nats", argv);
}

/* ---- the machines ---- */

struct machines {
    struct testnode near, far;
};

static int machine_start(struct testnode *t, const struct bench *b, const char *name, const char *ca,
                         int port, unsigned n_tps)
{
    static char cfg[2048], reg[4096];
    snprintf(cfg, sizeof cfg, config, name, name, name, name);
    snprintf(reg, sizeof reg, registry, port, ca, name, ca, name, ca);
    t->registry = reg;
    return testnode_start(t, b->dir, name, cfg, b->bin, b->tp, n_tps);
}

static void late(struct bench *b, const struct machines *m)
{
    static const char what[] = "Accept here to an Attach that waited there";
    struct ours_late o = {{m->near.socket, "RUNNING", BENCH_RECORD}, m->far.socket};
    double v[ROUNDS];
    if (!row_alone(b, what, ours_late, &o, 20, v))
        return;
    printf("  (from the first Accept of a name on one machine to the answer on the other, where its Attach "
           "waited: %.1f ms)\n",
           median(v, ROUNDS) * 1e3);
    json_array_append_new(b->rows,
                          json_pack("{s:s, s:f, s:o}", "what",
                                    "across machines: Accept to answer (no figure to reach)", "ours_s",
                                    median(v, ROUNDS), "ours_rounds_s", row_numbers(v, ROUNDS)));
}

static void across(struct bench *b, const struct machines *m, const char *ca)
{
    static const struct row trip = {
        "across machines: round trip of 100 octets, to TLS", UNIT_US, 2.0, 2000, 2000, 0};
    static const struct row stream = {
        "across machines: one way, to TLS", UNIT_MB, 0.8, 1000, 500, BENCH_LARGE};
    struct ours running = {m->near.socket, "RUNNING", BENCH_RECORD},
                wide = {m->near.socket, "WIDE", BENCH_LARGE};
    row_one_core(true, &m->near);
    row_one_core(true, &m->far);
    row_compare(b, &trip, floor_tls_pair, ca, ours_pair, &running);
    row_one_core(false, &m->near);
    row_one_core(false, &m->far);
    row_compare(b, &stream, floor_tls_stream, ca, ours_stream, &wide);
    row_rate(b, "across machines: conversations, queued TP", &running, 200, PER_S);
    late(b, m);
    row_among(b, "across machines: 1,000 conversations, round trip", &wide, TOGETHER, &m->near, &m->far);
}

static void two_machines(struct bench *b)
{
    static const char what[] = "across machines";
    char ca[PATH_MAX], command[PATH_MAX + 64];
    struct machines m = {.near = {.pid = 0}};
    struct server n = {.pid = 0};
    const char *why = nats_start(&n, b) ? NULL : n.why;
    if (why) {
        printf("%-46s left out: %s\n", what, why);
        return;
    }
    snprintf(ca, sizeof ca, "%.200s/domain-ca", b->dir);
    snprintf(command, sizeof command, "scripts/make-test-ca '%s' NEARM FARM far", ca);
    if (system(command) != 0 || machine_start(&m.far, b, "FARM", ca, server_port(&n), 2) < 0 ||
        machine_start(&m.near, b, "NEARM", ca, server_port(&n), 0) < 0)
        row_cannot(b, what, "the machines did not start");
    else
        across(b, &m, ca);
    testnode_stop(&m.near);
    testnode_stop(&m.far);
    server_stop(&n);
}

/* ---- the directory ---- */

static void directory_alone(struct bench *b)
{
    struct known few = {0}, all = {0};
    double f[ROUNDS], a[ROUNDS], change[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        if (!known_measure(&few, 1, FEW) || !known_measure(&all, MACHINES, TPS)) {
            row_cannot(b, "the directory", "out of memory");
            return;
        }
        f[i] = few.search_s;
        a[i] = all.search_s;
        change[i] = all.learn_s;
    }
    double few_s = median(f, ROUNDS), all_s = median(a, ROUNDS), change_s = median(change, ROUNDS);
    printf(
        "  (the directory alone: a search takes %.0f ns among 10 TPs, %.0f ns among 10,000 of 20 machines;\n"
        "   %.0f octets for each of them; %.2f us for a change that the engine tells)\n",
        few_s * 1e9, all_s * 1e9, all.octets, change_s * 1e6);
    json_array_append_new(b->rows,
                          json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:o, s:o, s:o}", "what",
                                    "the directory alone (no figure to reach)", "floor_s", few_s, "ours_s",
                                    all_s, "ratio", all_s / few_s, "octets", all.octets, "change_s", change_s,
                                    "floor_rounds_s", row_numbers(f, ROUNDS), "ours_rounds_s",
                                    row_numbers(a, ROUNDS), "change_rounds_s", row_numbers(change, ROUNDS)));
}

void in_domain(struct bench *b)
{
    two_machines(b);
    directory_alone(b);
}
