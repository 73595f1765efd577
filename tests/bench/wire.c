/* Floors of links: the same octets between two processes over TCP of this machine, bare and with TLS 1.3. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/bench.h"

/* One end of a connection; SSL when it has TLS. */
struct end {
    int s;
    SSL *ssl;
};

static bool put_all(const struct end *e, const char *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t k =
            e->ssl ? SSL_write(e->ssl, p + at, (int)(n - at)) : send(e->s, p + at, n - at, MSG_NOSIGNAL);
        if (k <= 0)
            return false;
        at += (size_t)k;
    }
    return true;
}

static bool get_all(const struct end *e, char *p, size_t n)
{
    for (size_t at = 0; at < n;) {
        ssize_t k =
            e->ssl ? SSL_read(e->ssl, p + at, (int)(n - at)) : recv(e->s, p + at, n - at, MSG_WAITALL);
        if (k <= 0)
            return false;
        at += (size_t)k;
    }
    return true;
}

/* ---- the other process ---- */

/* What comes goes back. */
static void echo(const struct end *e)
{
    char buf[BENCH_RECORD];
    while (get_all(e, buf, sizeof buf) && put_all(e, buf, sizeof buf)) {
    }
}

/* Reads large records; answers the one that begins with L, the last of a round. */
static void sink(const struct end *e)
{
    static char buf[BENCH_LARGE];
    while (get_all(e, buf, sizeof buf))
        if (buf[0] == 'L' && !put_all(e, buf, 1))
            return;
}

static int listener(struct sockaddr_in *sa)
{
    socklen_t len = sizeof *sa;
    *sa = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int l = socket(AF_INET, SOCK_STREAM, 0);
    if (l < 0 || bind(l, (struct sockaddr *)sa, sizeof *sa) < 0 || listen(l, 1) < 0 ||
        getsockname(l, (struct sockaddr *)sa, &len) < 0)
        return -1;
    return l;
}

static void at_once(int s)
{
    int on = 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/* TLS on E as one of both sides; the listening one has the certificate.  CA NULL: without TLS. */
static bool secure(struct end *e, const char *ca, bool listens)
{
    char pem[PATH_MAX], key[PATH_MAX];
    if (!ca)
        return true;
    SSL_CTX *c = SSL_CTX_new(listens ? TLS_server_method() : TLS_client_method());
    snprintf(pem, sizeof pem, "%s/far.pem", ca);
    snprintf(key, sizeof key, "%s/far.key", ca);
    if (!c || SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) != 1 ||
        (listens && (SSL_CTX_use_certificate_chain_file(c, pem) != 1 ||
                     SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) != 1)) ||
        !(e->ssl = SSL_new(c)) || SSL_set_fd(e->ssl, e->s) != 1)
        return false;
    return (listens ? SSL_accept(e->ssl) : SSL_connect(e->ssl)) == 1;
}

static void serve(int l, const char *ca, void (*f)(const struct end *e))
{
    struct end e = {.s = accept(l, NULL, NULL)};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    at_once(e.s);
    if (e.s >= 0 && secure(&e, ca, true))
        f(&e);
}

/* A connection to a process that runs F. */
static bool connect_to(struct end *e, const char *ca, void (*f)(const struct end *e))
{
    struct sockaddr_in sa;
    int l = listener(&sa);
    pid_t pid = l < 0 ? -1 : fork();
    if (pid == 0) {
        serve(l, ca, f);
        _exit(0);
    }
    close(l);
    e->s = pid < 0 ? -1 : socket(AF_INET, SOCK_STREAM, 0);
    if (e->s < 0 || connect(e->s, (struct sockaddr *)&sa, sizeof sa) < 0)
        return false;
    at_once(e->s);
    return secure(e, ca, false);
}

int free_port(void)
{
    struct sockaddr_in sa;
    int l = listener(&sa);
    if (l >= 0)
        close(l);
    return l < 0 ? 0 : ntohs(sa.sin_port);
}

/* ---- rounds ---- */

static void pair(int fd, const char *ca)
{
    char buf[BENCH_RECORD] = {'E'};
    struct end e = {.s = -1};
    uint32_t n;
    bool open = connect_to(&e, ca, echo);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            if (!open || !put_all(&e, buf, sizeof buf) || !get_all(&e, buf, sizeof buf))
                sample_fail(&out, "%s: %s", ca ? "TLS" : "TCP", strerror(errno));
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

void floor_tcp_pair(int fd, const void *arg)
{
    (void)arg;
    pair(fd, NULL);
}

void floor_tls_pair(int fd, const void *arg)
{
    pair(fd, arg);
}

static void stream(int fd, const char *ca)
{
    static char buf[BENCH_LARGE];
    struct end e = {.s = -1};
    uint32_t n;
    bool open = connect_to(&e, ca, sink);
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++) {
            buf[0] = i + 1 == n ? 'L' : 0;
            if (!open || !put_all(&e, buf, sizeof buf))
                sample_fail(&out, "%s: %s", ca ? "TLS" : "TCP", strerror(errno));
        }
        if (!out.failed && !get_all(&e, buf, 1))
            sample_fail(&out, "%s: no answer", ca ? "TLS" : "TCP");
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}

void floor_tcp_stream(int fd, const void *arg)
{
    (void)arg;
    stream(fd, NULL);
}

void floor_tls_stream(int fd, const void *arg)
{
    stream(fd, arg);
}
