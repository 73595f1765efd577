/* Two nodes with a link between them: the invoker at one, the TP at the other. */
#include "tests/bench/linked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSIONS 1000u
#define PER_S    1000.0 /* conversations a second that one link has to carry */

static const char near_config[] =
    "server NEARNODE /add /netname:\"BENCHNET\" /cpname:\"NEARNODE\"\n"
    "mode WIDE /add /sessionlim:1100 /conwin:1000 /conlose:100 /maxsendru:16384 /maxrecvru:16384 "
    "/pacesendcnt:63 "
    "/pacerecvcnt:63\n"
    "appcllu NEAR /add /server:NEARNODE /defaultpool:yes\n"
    "connection TOFAR /add /conntype:DLSW /peer:\"127.0.0.1:%d\" /calldirection:Outgoing "
    "/activation:onserverstartup /netname:BENCHNET /cpname:FARNODE /retrydelay:1 /maxbtu:16393%s\n"
    "appcrlu FAR /add /connection:TOFAR /netname:BENCHNET /luname:FAR\n"
    "cpic RUNNING /add /appltpname:\"RUNNING\" /lualias:\"FAR\" /modename:\"#INTER\" /seckeytype:none\n"
    "cpic WIDE /add /appltpname:\"RUNNING\" /lualias:\"FAR\" /modename:\"WIDE\" /seckeytype:none\n";

static const char far_config[] =
    "server FARNODE /add /netname:\"BENCHNET\" /cpname:\"FARNODE\"\n"
    "mode WIDE /add /sessionlim:1100 /conwin:100 /conlose:1000 /maxsendru:16384 /maxrecvru:16384 "
    "/pacesendcnt:63 "
    "/pacerecvcnt:63\n"
    "appcllu FAR /add /server:FARNODE /defaultpool:yes /tptimeout:10\n"
    "connection TONEAR /add /conntype:DLSW /listen:\"127.0.0.1:%d\" /calldirection:Incoming "
    "/netname:BENCHNET /cpname:NEARNODE /maxbtu:16393%s\n"
    "appcrlu NEAR /add /connection:TONEAR /netname:BENCHNET /luname:NEAR\n";

struct two {
    struct testnode near, far;
};

/* The options for TLS of the node OWN, whose partner is PEER; CA: directory of the certificates, NULL: none.
 */
static void tls_options(char *out, size_t cap, const char *ca, const char *own, const char *peer)
{
    *out = '\0';
    if (ca)
        snprintf(out, cap,
                 " /tls:yes /certificate:\"%s/%s.pem\" /key:\"%s/%s.key\" /ca:\"%s/ca.pem\" /peername:%s", ca,
                 own, ca, own, ca, peer);
}

static void two_stop(struct two *t)
{
    testnode_stop(&t->near);
    testnode_stop(&t->far);
}

static int two_start(struct two *t, const struct bench *b, const char *name, const char *ca)
{
    static char text[4096], options[1024];
    char near[16], far[16];
    int port = free_port();
    *t = (struct two){.near = {.pid = 0}};
    snprintf(near, sizeof near, "%.8s-a", name);
    snprintf(far, sizeof far, "%.8s-b", name);
    tls_options(options, sizeof options, ca, "far", "near");
    snprintf(text, sizeof text, far_config, port, options);
    if (testnode_start(&t->far, b->dir, far, text, b->bin, b->tp, 2) < 0)
        return -1;
    tls_options(options, sizeof options, ca, "near", "far");
    snprintf(text, sizeof text, near_config, port, options);
    return testnode_start(&t->near, b->dir, near, text, b->bin, b->tp, 0);
}

/* ---- plain and with TLS ---- */

static void plain(struct bench *b)
{
    static const struct row trip = {"over a link: round trip of 100 octets, to TCP",
                                    UNIT_US,
                                    2.0,
                                    2000,
                                    2000,
                                    0},
                            stream = {"over a link: one way, to TCP", UNIT_MB, 0.7, 1000, 500, BENCH_LARGE};
    struct two t;
    row_one_core(true, NULL);
    int failed = two_start(&t, b, "plain", NULL);
    struct ours running = {t.near.socket, "RUNNING", 0}, wide = {t.near.socket, "WIDE", BENCH_LARGE};
    if (failed) {
        row_cannot(b, trip.what, "the nodes did not start");
    } else {
        row_compare(b, &trip, floor_tcp_pair, NULL, ours_pair, &running);
        row_one_core(false, &t.near);
        row_one_core(false, &t.far);
        row_compare(b, &stream, floor_tcp_stream, NULL, ours_stream, &wide);
        row_rate(b, "over a link: conversations, queued TP", &running, 300, PER_S);
        row_among(b, "over a link: 1,000 sessions, round trip", &wide, SESSIONS, NULL, NULL);
    }
    two_stop(&t);
    row_one_core(false, NULL);
}

static void with_tls(struct bench *b)
{
    static const struct row stream = {
        "over a link with TLS: one way, to TLS", UNIT_MB, 0.8, 1000, 500, BENCH_LARGE};
    char ca[PATH_MAX], command[PATH_MAX + 64];
    struct two t = {.near = {.pid = 0}};
    snprintf(ca, sizeof ca, "%.200s/ca", b->dir);
    snprintf(command, sizeof command, "scripts/make-test-ca '%s' near far", ca);
    struct ours wide = {t.near.socket, "WIDE", BENCH_LARGE};
    if (system(command) != 0 || two_start(&t, b, "tls", ca) < 0)
        row_cannot(b, stream.what, "the nodes did not start");
    else
        row_compare(b, &stream, floor_tls_stream, ca, ours_stream, &wide);
    two_stop(&t);
}

void linked(struct bench *b)
{
    plain(b);
    with_tls(b);
}
