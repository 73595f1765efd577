/* The same work through what others have made: messages of 100 octets there and back (ZeroMQ, nng, NATS), and
 * a program that is started for each connection (xinetd, s6-ipcserver).  Worker functions; the other end is a
 * process of its own, as with CPI-C. */
#include "tests/bench/others.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef HAVE_ZMQ
#include <zmq.h>
#endif
#ifdef HAVE_NNG
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/protocol/reqrep0/req.h>
#endif
#ifdef HAVE_NATS
#include <nats/nats.h>
#endif

/* F(AT) in a process of its own, which ends with this one. */
static __attribute__((unused)) pid_t start_peer(void (*f)(const char *at), const char *at)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    f(at);
    _exit(0);
}

/* Rounds of TRIP(ARG), which is one message there and back. */
static void rounds(int fd, bool (*trip)(void *arg), void *arg, const char *whose)
{
    uint32_t n;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            if (!trip(arg))
                sample_fail(&out, "%s: no answer", whose);
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

/* ---- ZeroMQ ---- */

#ifdef HAVE_ZMQ
static void zmq_echo(const char *at)
{
    char buf[BENCH_RECORD];
    void *context = zmq_ctx_new(), *s = zmq_socket(context, ZMQ_REP);
    if (zmq_bind(s, at) < 0)
        return;
    while (zmq_recv(s, buf, sizeof buf, 0) == sizeof buf && zmq_send(s, buf, sizeof buf, 0) == sizeof buf) {
    }
}

static bool zmq_trip(void *s)
{
    char buf[BENCH_RECORD] = {'E'};
    return zmq_send(s, buf, sizeof buf, 0) == sizeof buf && zmq_recv(s, buf, sizeof buf, 0) == sizeof buf;
}

void other_zmq(int fd, const void *arg)
{
    pid_t peer = start_peer(zmq_echo, arg);
    void *context = zmq_ctx_new(), *s = zmq_socket(context, ZMQ_REQ);
    zmq_connect(s, arg); /* it tries until somebody is there */
    rounds(fd, zmq_trip, s, "ZeroMQ");
    kill(peer, SIGKILL);
}
#endif

/* ---- nng ---- */

#ifdef HAVE_NNG
static void nng_echo(const char *at)
{
    nng_socket s;
    char buf[BENCH_RECORD];
    size_t n = sizeof buf;
    if (nng_rep0_open(&s) != 0 || nng_listen(s, at, NULL, 0) != 0)
        return;
    while (nng_recv(s, buf, &n, 0) == 0 && nng_send(s, buf, n, 0) == 0)
        n = sizeof buf;
}

static bool nng_trip(void *arg)
{
    const nng_socket *s = arg;
    char buf[BENCH_RECORD] = {'E'};
    size_t n = sizeof buf;
    return nng_send(*s, buf, sizeof buf, 0) == 0 && nng_recv(*s, buf, &n, 0) == 0 && n == sizeof buf;
}

void other_nng(int fd, const void *arg)
{
    nng_socket s;
    pid_t peer = start_peer(nng_echo, arg);
    if (nng_req0_open(&s) == 0 && nng_dial(s, arg, NULL, NNG_FLAG_NONBLOCK) == 0)
        rounds(fd, nng_trip, &s, "nng");
    kill(peer, SIGKILL);
}
#endif

/* ---- NATS ---- */

#ifdef HAVE_NATS
static void nats_echo(const char *at)
{
    natsConnection *c;
    natsSubscription *sub;
    natsMsg *m;
    if (natsConnection_ConnectTo(&c, at) != NATS_OK ||
        natsConnection_SubscribeSync(&sub, c, "bench") != NATS_OK)
        return;
    while (natsSubscription_NextMsg(&m, sub, 3600000) == NATS_OK) {
        natsConnection_Publish(c, natsMsg_GetReply(m), natsMsg_GetData(m), natsMsg_GetDataLength(m));
        natsConnection_Flush(c);
        natsMsg_Destroy(m);
    }
}

static bool nats_trip(void *c)
{
    char buf[BENCH_RECORD] = {'E'};
    natsMsg *m = NULL;
    if (natsConnection_Request(&m, c, "bench", buf, sizeof buf, 5000) != NATS_OK)
        return false;
    natsMsg_Destroy(m);
    return true;
}

void other_nats(int fd, const void *arg)
{
    natsConnection *c;
    pid_t peer = start_peer(nats_echo, arg);
    if (natsConnection_ConnectTo(&c, arg) != NATS_OK)
        return;
    for (double until = seconds() + 10; seconds() < until && !nats_trip(c);)
        usleep(10000); /* the other end has not subscribed yet */
    rounds(fd, nats_trip, c, "nats-server");
    kill(peer, SIGKILL);
}
#endif

/* ---- a program for each connection ---- */

static bool served(void *arg)
{
    char buf[BENCH_RECORD] = {'E'};
    int s = server_connect(arg);
    bool done = s >= 0 && send(s, buf, sizeof buf, MSG_NOSIGNAL) == sizeof buf &&
                recv(s, buf, sizeof buf, MSG_WAITALL) == sizeof buf;
    if (s >= 0)
        close(s);
    return done;
}

void other_server(int fd, const void *arg)
{
    struct server s = *(const struct server *)arg;
    rounds(fd, served, &s, "the server");
}
