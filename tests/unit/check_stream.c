/* check_stream.c - streams to other nodes over loopback: TCP and TLS, which peers are admitted, ends and
 * their causes, back-pressure, names, back-off.  Certificates come from scripts/make-test-ca. */
#include <arpa/inet.h>
#include <check.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "snanode/io/context.h"
#include "snanode/io/link/backoff.h"
#include "snanode/io/link/certificate.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/port.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/link/tls.h"
#include "tests/unit/octets.h"
#include "tests/unit/testca.h"

static struct server s;
static unsigned settled;
static char dir[TESTCA_DIR]; /* with the certificates */

/* ---- one end ---- */

struct end {
    struct stream *st;
    struct stream_how how;
    bool up, down, refuses, echoes; /* REFUSES: takes nothing of what comes */
    int peer;
    struct stream_end why;
    size_t got, sent, writable;
    bool wrong; /* what came is not the pattern */
};

static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 7 + (i >> 8) * 13 + (i >> 16));
}

static void on_up(void *arg, int peer)
{
    struct end *e = arg;
    ck_assert(!e->up);
    e->up = true;
    e->peer = peer;
}

static size_t on_received(void *arg, const uint8_t *p, size_t n)
{
    struct end *e = arg;
    ck_assert_uint_gt(n, 0);
    if (e->refuses)
        return 0;
    for (size_t i = 0; i < n; i++)
        e->wrong |= p[i] != pattern(e->got + i);
    e->got += n;
    if (e->echoes)
        stream_write(e->st, p, n);
    return n;
}

static void on_writable(void *arg)
{
    struct end *e = arg;
    e->writable++;
}

static void on_down(void *arg, const struct stream_end *why)
{
    struct end *e = arg;
    ck_assert(!e->down);
    e->down = true;
    e->why = *why;
    e->st = NULL;
}

static const struct stream_user user = {on_up, on_received, on_writable, on_down};

static void begin(struct end *e, int fd)
{
    e->st = stream_new(&s, fd, &e->how, &user, e);
    ck_assert_ptr_nonnull(e->st);
}

/* Write N octets of the pattern, or less when that is too much. */
static void send_pattern(struct end *e, size_t n)
{
    uint8_t buf[4096];
    bool more = true;
    while (n > 0 && more) {
        size_t k = n < sizeof buf ? n : sizeof buf;
        for (size_t i = 0; i < k; i++)
            buf[i] = pattern(e->sent + i);
        more = stream_write(e->st, buf, k);
        e->sent += k;
        n -= k;
    }
}

/* ---- the loop ---- */

static void on_settle(struct server *server)
{
    (void)server;
    settled++;
}

static void on_beat(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    (void)arg;
}

static struct event *beat; /* so that conditions are looked at */

static void setup(void)
{
    static const struct timeval often = {.tv_usec = 5000};
    signal(SIGPIPE, SIG_IGN);
    s = (struct server){.base = event_base_new(), .settle = on_settle};
    ck_assert_ptr_nonnull(s.base);
    list_init(&s.streams);
    beat = event_new(s.base, -1, EV_PERSIST, on_beat, NULL);
    event_add(beat, &often);
    settled = 0;
}

static void teardown(void)
{
    stream_cut_all(&s);
    ck_assert(list_empty(&s.streams));
    dial_names_end(&s);
    event_base_loop(s.base, EVLOOP_NONBLOCK); /* what libevent has put off */
    event_free(beat);
    event_base_free(s.base);
}

#define PATIENCE_S 60

/* Turns of the loop until CONDITION. */
#define UNTIL(condition)                                                                                     \
    do {                                                                                                     \
        time_t until = time(NULL) + PATIENCE_S;                                                              \
        while (!(condition)) {                                                                               \
            ck_assert_msg(time(NULL) < until, "not in time: %s", #condition);                                \
            event_base_loop(s.base, EVLOOP_ONCE);                                                            \
        }                                                                                                    \
    } while (0)

/* ---- two ends ---- */

static struct end ours, theirs; /* who connects, who listens */
static struct port *port;

static void on_called(void *arg, int fd)
{
    begin(arg, fd);
}

static void on_dialled(void *arg, int fd, const struct stream_end *why)
{
    struct end *e = arg;
    if (fd >= 0) {
        begin(e, fd);
        return;
    }
    e->down = true;
    e->why = *why;
}

static void listen_for(struct end *e)
{
    struct stream_end why;
    port = port_open(&s, "localhost:0", on_called, e, &why);
    ck_assert_msg(port != NULL, "%s", why.text);
}

static void call(struct end *e, const char *address)
{
    ck_assert_ptr_nonnull(dial_begin(&s, address, on_dialled, e));
}

static void forget(void)
{
    stream_cut_all(&s);
    port_close(port);
    port = NULL;
}

/* ---- certificates ---- */

static struct tls *tls_of(const char *name, const char *ca)
{
    char certificate[128], key[128], authority[128] = "", why[300];
    snprintf(certificate, sizeof certificate, "%s/%s.pem", dir, name);
    snprintf(key, sizeof key, "%s/%s.key", dir, name);
    if (*ca)
        snprintf(authority, sizeof authority, "%s/%s", dir, ca);
    const struct tls_files files = {certificate, key, authority};
    struct tls *t = tls_new(&files, why, sizeof why);
    ck_assert_msg(t != NULL, "%s", why);
    return t;
}

/* sha256: and the hash of NAME's certificate */
static void hash_of(const char *name, char out[128])
{
    char file[128];
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    snprintf(file, sizeof file, "%s/%s.pem", dir, name);
    FILE *f = fopen(file, "r");
    ck_assert_ptr_nonnull(f);
    X509 *x = PEM_read_X509(f, NULL, NULL, NULL);
    fclose(f);
    ck_assert_int_eq(X509_digest(x, EVP_sha256(), md, &n), 1);
    X509_free(x);
    strcpy(out, "sha256:");
    for (unsigned i = 0; i < n; i++)
        sprintf(out + 7 + 2 * i, "%02X", md[i]);
}

/* Both kinds of stream, for tests of what they share. */
static const char *const beta_only[] = {"beta"}, *const alpha_only[] = {"alpha"};

static void connect_both(bool with_tls)
{
    struct tls *a = NULL, *b = NULL;
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    if (with_tls) {
        a = tls_of("alpha", "ca.pem");
        b = tls_of("beta", "ca.pem");
    }
    ours.how = (struct stream_how){
        .tls = a, .connecting = true, .names = beta_only, .n_names = 1, .keepalive_s = 30};
    theirs.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1, .keepalive_s = 30};
    listen_for(&theirs);
    call(&ours, port_address(port));
    UNTIL(ours.up && theirs.up);
    tls_free(a);
    tls_free(b);
}

/* ---- octets ---- */

START_TEST(octets_there_and_back)
{
    connect_both(_i);
    ck_assert_int_eq(ours.peer, _i ? 0 : -1);
    ck_assert_int_eq(theirs.peer, _i ? 0 : -1);
    theirs.echoes = true;
    send_pattern(&ours, 1000);
    UNTIL(ours.got == 1000);
    ck_assert(!ours.wrong && !theirs.wrong);
    ck_assert_uint_gt(settled, 0); /* effects of what a handler does are carried out */
    ck_assert_ptr_nonnull(strstr(stream_peer(ours.st), "127.0.0.1:"));
    forget();
}
END_TEST

/* All that was written before the end arrives, and then the end, in order. */
START_TEST(close_is_clean)
{
    connect_both(_i & 1);
    theirs.refuses = _i & 2;
    send_pattern(&ours, STREAM_WRITE_HIGH - 1);
    stream_close(ours.st);
    if (theirs.refuses) {
        UNTIL(stream_unread(theirs.st) >= STREAM_READ_HIGH);
        theirs.refuses = false;
        stream_resume(theirs.st);
    }
    UNTIL(theirs.down);
    ck_assert_uint_eq(theirs.got, ours.sent);
    ck_assert(!theirs.wrong);
    ck_assert_msg(theirs.why.cause == CAUSE_CLOSED, "%s", theirs.why.text);
    UNTIL(list_empty(&s.streams));
    ck_assert(!ours.down); /* who has closed is told nothing */
    forget();
}
END_TEST

/* A peer that reads nothing: what waits is bounded, on both sides, and nothing is lost when it goes on. */
START_TEST(slow_reader)
{
    connect_both(_i);
    theirs.refuses = true;
    for (size_t before = SIZE_MAX; ours.sent != before;) { /* until nothing moves any more */
        before = ours.sent;
        while (stream_waiting(ours.st) <= STREAM_WRITE_HIGH)
            send_pattern(&ours, 4096);
        time_t until = time(NULL) + 2;
        while (stream_waiting(ours.st) > STREAM_WRITE_HIGH && time(NULL) < until)
            event_base_loop(s.base, EVLOOP_ONCE);
    }
    ck_assert_uint_gt(stream_waiting(ours.st), STREAM_WRITE_LOW);
    ck_assert_uint_le(stream_waiting(ours.st), STREAM_WRITE_HIGH + 4096);
    ck_assert_uint_le(stream_unread(theirs.st), STREAM_READ_HIGH + STREAM_READ_ONCE);
    ck_assert_uint_eq(theirs.got, 0);
    ours.writable = 0;
    theirs.refuses = false;
    stream_resume(theirs.st);
    UNTIL(theirs.got == ours.sent);
    ck_assert(!theirs.wrong);
    ck_assert_uint_ge(ours.writable, 1);
    forget();
}
END_TEST

/* ---- another process ---- */

static pid_t children[4];
static unsigned n_children;

/* What RUN does with the port, in a process of its own. */
static void in_child(int (*run)(const char *address))
{
    char address[STREAM_ADDRESS_CAP];
    strcpy(address, port_address(port));
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* when the test is ended */
        _exit(run(address));
    }
    children[n_children++] = pid;
}

static void expect_children(int status)
{
    while (n_children > 0) {
        int got;
        ck_assert_int_gt(waitpid(children[--n_children], &got, 0), 0);
        ck_assert_msg(WIFEXITED(got) && WEXITSTATUS(got) == status, "the other process: %x", (unsigned)got);
    }
}

#define LARGE (8u << 20)

static bool child_tls;

static int send_large(const char *address)
{
    setup(); /* a loop of its own; that of the parent is left alone */
    memset(&ours, 0, sizeof ours);
    ours.how = (struct stream_how){.tls = child_tls ? tls_of("alpha", "ca.pem") : NULL,
                                   .connecting = true,
                                   .names = beta_only,
                                   .n_names = 1};
    call(&ours, address);
    UNTIL(ours.up || ours.down);
    while (ours.st && ours.sent < LARGE) {
        send_pattern(&ours, LARGE - ours.sent);
        UNTIL(!ours.st || stream_waiting(ours.st) < STREAM_WRITE_LOW);
    }
    UNTIL(ours.down || ours.got == LARGE);
    if (ours.st)
        stream_close(ours.st);
    UNTIL(list_empty(&s.streams));
    return ours.got == LARGE && !ours.wrong ? 0 : 1;
}

/* There and back between two processes. */
START_TEST(large_transfer)
{
    struct tls *b = _i ? tls_of("beta", "ca.pem") : NULL;
    memset(&theirs, 0, sizeof theirs);
    theirs.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1};
    theirs.echoes = true;
    child_tls = _i;
    listen_for(&theirs);
    in_child(send_large);
    UNTIL(theirs.down);
    ck_assert_uint_eq(theirs.got, LARGE);
    ck_assert_msg(theirs.why.cause == CAUSE_CLOSED, "%s", theirs.why.text);
    expect_children(0);
    tls_free(b);
    forget();
}
END_TEST

static int fall_dead(const char *address)
{
    setup();
    memset(&ours, 0, sizeof ours);
    ours.how = (struct stream_how){.tls = child_tls ? tls_of("alpha", "ca.pem") : NULL,
                                   .connecting = true,
                                   .names = beta_only,
                                   .n_names = 1};
    call(&ours, address);
    UNTIL(ours.up || ours.down);
    send_pattern(&ours, 10);
    UNTIL(stream_waiting(ours.st) == 0);
    raise(SIGKILL);
    return 0;
}

/* A process that is killed: with TLS, no end in order is taken for one. */
START_TEST(killed_peer)
{
    int status;
    struct tls *b = _i ? tls_of("beta", "ca.pem") : NULL;
    memset(&theirs, 0, sizeof theirs);
    theirs.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1};
    child_tls = _i;
    listen_for(&theirs);
    in_child(fall_dead);
    UNTIL(theirs.down);
    ck_assert_uint_eq(theirs.got, 10);
    ck_assert_msg(theirs.why.cause == (_i ? CAUSE_RESET : CAUSE_CLOSED), "%s", theirs.why.text);
    ck_assert_int_gt(waitpid(children[--n_children], &status, 0), 0);
    tls_free(b);
    forget();
}
END_TEST

/* ---- who is let in ---- */

static const struct {
    const char *ours, *our_ca, *we_expect, *theirs, *their_ca, *they_expect;
    enum stream_cause our_cause, their_cause; /* CAUSE_NONE: it is let in; CAUSE_N: that is up to chance */
    const char *text;                         /* of the end that refuses */
} meetings[] = {
    {"alpha", "ca.pem", "beta", "beta", "ca.pem", "alpha", CAUSE_NONE, CAUSE_NONE, ""},
    {"alpha", "", "#beta", "beta", "", "#alpha", CAUSE_NONE, CAUSE_NONE, ""},
    {"alpha", "ca.pem", "#beta", "beta", "ca.pem", "#alpha", CAUSE_NONE, CAUSE_NONE, ""},
    {"other/alpha", "ca.pem", "beta", "beta", "", "#other/alpha", CAUSE_NONE, CAUSE_NONE, ""},
    /* another authority */
    {"other/alpha", "ca.pem", "beta", "beta", "ca.pem", "alpha", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=alpha: unable to get local issuer certificate"},
    {"alpha", "ca.pem", "beta", "other/beta", "ca.pem", "alpha", CAUSE_PEER_REFUSED, CAUSE_WE_REFUSED,
     "certificate /CN=beta: unable to get local issuer certificate"},
    /* another name */
    {"alpha", "ca.pem", "beta", "beta", "ca.pem", "gamma", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=alpha has alpha, which no /peername expects"},
    {"alpha", "ca.pem", "gamma", "beta", "ca.pem", "alpha", CAUSE_PEER_REFUSED, CAUSE_WE_REFUSED,
     "certificate /CN=beta has beta, which no /peername expects"},
    {"alpha", "ca.pem", "beta", "beta", "ca.pem", "*", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=alpha has"},
    {"alpha", "ca.pem", "beta", "beta", "ca.pem", "#gamma", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=alpha has alpha, which"},
    {"alpha", "ca.pem", "beta", "beta", "", "alpha", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=alpha: unable"},
    {"other/alpha", "ca.pem", "beta", "beta", "", "#alpha", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=alpha: unable to get local issuer certificate"},
    /* its time is over, also where the hash is the right one */
    {"old", "ca.pem", "beta", "beta", "ca.pem", "old", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=old: certificate has expired: it is good from 20"},
    {"old", "ca.pem", "beta", "beta", "", "#old", CAUSE_N, CAUSE_PEER_REFUSED,
     "certificate /CN=old: certificate has expired: it is good from 20"},
    {"alpha", "ca.pem", "old", "old", "ca.pem", "alpha", CAUSE_PEER_REFUSED, CAUSE_WE_REFUSED,
     "certificate /CN=old: certificate has expired: it is good from 20"},
};

static const char *expected(const char *name, char buf[128])
{
    if (*name != '#')
        return name;
    hash_of(name + 1, buf);
    return buf;
}

START_TEST(meeting)
{
    char a[128], b[128];
    struct tls *our_tls = tls_of(meetings[_i].ours, meetings[_i].our_ca);
    struct tls *their_tls = tls_of(meetings[_i].theirs, meetings[_i].their_ca);
    const char *we_expect[] = {"nobody", expected(meetings[_i].we_expect, a)};
    const char *they_expect[] = {expected(meetings[_i].they_expect, b)};
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    ours.how = (struct stream_how){.tls = our_tls, .connecting = true, .names = we_expect, .n_names = 2};
    theirs.how = (struct stream_how){.tls = their_tls, .names = they_expect, .n_names = 1};
    listen_for(&theirs);
    call(&ours, port_address(port));
    if (meetings[_i].their_cause == CAUSE_NONE) {
        UNTIL(ours.up && theirs.up);
        ck_assert_int_eq(ours.peer, 1);
        ck_assert_int_eq(theirs.peer, 0);
    } else {
        UNTIL(ours.down && theirs.down);
        const struct end *refuses = meetings[_i].their_cause == CAUSE_PEER_REFUSED ? &theirs : &ours;
        ck_assert(!refuses->up);
        ck_assert_uint_eq(ours.got + theirs.got, 0); /* it gets nothing */
        ck_assert_msg(strncmp(refuses->why.text, meetings[_i].text, strlen(meetings[_i].text)) == 0, "%s",
                      refuses->why.text);
        ck_assert_msg(theirs.why.cause == meetings[_i].their_cause, "%s", theirs.why.text);
        ck_assert_msg(meetings[_i].our_cause == CAUSE_N
                          ? ours.why.cause == CAUSE_WE_REFUSED || ours.why.cause == CAUSE_RESET
                          : ours.why.cause == meetings[_i].our_cause,
                      "%s", ours.why.text);
    }
    tls_free(our_tls);
    tls_free(their_tls);
    forget();
}
END_TEST

/* ---- peers that are not ours ---- */

static int connected_socket(const char *address)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)atoi(strrchr(address, ':') + 1))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
        _exit(9);
    return fd;
}

/* Read until the end: how many octets were no alert and no handshake.  For those without TLS. */
static int wait_for_end(int fd)
{
    char buf[4096];
    while (read(fd, buf, sizeof buf) > 0)
        ;
    return 0;
}

static int talk_text(const char *address)
{
    int fd = connected_socket(address);
    return write(fd, "GET / HTTP/1.0\r\n\r\n", 18) == 18 ? wait_for_end(fd) : 8;
}

/* The beginning of a capabilities exchange of DLSw, at the port of TLS. */
static int talk_dlsw(const char *address)
{
    static const char head[72] = {0x31, 0x48, 0x00, 0x20, [14] = 0x20};
    int fd = connected_socket(address);
    return write(fd, head, sizeof head) == sizeof head ? wait_for_end(fd) : 8;
}

static int say_nothing(const char *address)
{
    return wait_for_end(connected_socket(address));
}

static int reset(const char *address)
{
    const struct linger hard = {.l_onoff = 1};
    int fd = connected_socket(address);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(fd);
    return 0;
}

static int end_at_once(const char *address)
{
    close(connected_socket(address));
    return 0;
}

/* OpenSSL as it comes: 0 when it gets no octet of data. */
static int talk_tls(const char *address, int version, bool with_certificate)
{
    char buf[100], file[128];
    SSL_CTX *ctx = SSL_CTX_new(TLS_method());
    SSL_CTX_set_max_proto_version(ctx, version);
    if (with_certificate) {
        snprintf(file, sizeof file, "%s/alpha.pem", dir);
        SSL_CTX_use_certificate_chain_file(ctx, file);
        snprintf(file, sizeof file, "%s/alpha.key", dir);
        SSL_CTX_use_PrivateKey_file(ctx, file, SSL_FILETYPE_PEM);
    }
    SSL *ssl = SSL_new(ctx);
    SSL_set_fd(ssl, connected_socket(address));
    if (SSL_connect(ssl) == 1 && SSL_read(ssl, buf, sizeof buf) > 0)
        return 7;
    int fd = SSL_get_fd(ssl);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    close(fd);
    return 0;
}

static int show_no_certificate(const char *address)
{
    return talk_tls(address, TLS1_3_VERSION, false);
}

static int speak_tls_1_2(const char *address)
{
    return talk_tls(address, TLS1_2_VERSION, true);
}

static const struct {
    int (*run)(const char *address);
    enum stream_cause cause, other; /* one of them */
    const char *text;
} strangers[] = {
    {show_no_certificate, CAUSE_PEER_REFUSED, CAUSE_NONE, "the peer shows no certificate"},
    {speak_tls_1_2, CAUSE_TLS_VERSION, CAUSE_NONE, "the peer does not speak TLS 1.3"},
    {talk_text, CAUSE_NOT_TLS, CAUSE_NONE, "what the peer says is not TLS"},
    {talk_dlsw, CAUSE_NOT_TLS, CAUSE_NONE, "what the peer says is not TLS"},
    {say_nothing, CAUSE_TIMED_OUT, CAUSE_NONE, "the peer has not shown who it is in time"},
    {end_at_once, CAUSE_RESET, CAUSE_NONE, ""},
    {reset, CAUSE_RESET, CAUSE_UNREACHABLE, ""}, /* maybe before it was taken */
};

START_TEST(stranger)
{
    struct tls *b = tls_of("beta", "ca.pem");
    memset(&theirs, 0, sizeof theirs);
    theirs.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1, .handshake_s = 1};
    if (strangers[_i].cause != CAUSE_TIMED_OUT)
        theirs.how.handshake_s = PATIENCE_S;
    listen_for(&theirs);
    in_child(strangers[_i].run);
    UNTIL(theirs.down);
    ck_assert_msg(theirs.why.cause == strangers[_i].cause || theirs.why.cause == strangers[_i].other,
                  "%s: %s", cause_name(theirs.why.cause), theirs.why.text);
    ck_assert_msg(strncmp(theirs.why.text, strangers[_i].text, strlen(strangers[_i].text)) == 0, "%s",
                  theirs.why.text);
    ck_assert(!theirs.up);
    ck_assert_uint_eq(theirs.got, 0);
    expect_children(0);
    tls_free(b);
    forget();
}
END_TEST

/* A connection without TLS that is cut. */
START_TEST(reset_without_tls)
{
    memset(&theirs, 0, sizeof theirs);
    listen_for(&theirs);
    in_child(reset);
    UNTIL(theirs.down);
    ck_assert_msg(theirs.why.cause == CAUSE_RESET, "%s", theirs.why.text);
    expect_children(0);
    forget();
}
END_TEST

/* We speak TLS, and the other end does not. */
START_TEST(tls_at_a_plain_port)
{
    struct tls *a = tls_of("alpha", "ca.pem");
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    ours.how = (struct stream_how){
        .tls = a, .connecting = true, .names = beta_only, .n_names = 1, .handshake_s = PATIENCE_S};
    theirs.refuses = true;
    listen_for(&theirs);
    call(&ours, port_address(port));
    UNTIL(theirs.up);
    stream_write(theirs.st, "\x31\x48 hello, here is DLSw", 22);
    UNTIL(ours.down);
    ck_assert_msg(ours.why.cause == CAUSE_NOT_TLS, "%s", ours.why.text);
    ck_assert(!ours.up);
    tls_free(a);
    forget();
}
END_TEST

/* ---- new certificates ---- */

START_TEST(reload)
{
    static const char *const both[] = {"beta", "gamma"};
    struct tls *a = tls_of("alpha", "ca.pem"), *b = tls_of("beta", "ca.pem");
    struct end again = {.how = {.tls = a, .connecting = true, .names = both, .n_names = 2}},
               there = {.up = false};
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    ours.how = again.how;
    theirs.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1};
    listen_for(&theirs);
    call(&ours, port_address(port));
    UNTIL(ours.up && theirs.up);
    ck_assert_int_eq(ours.peer, 0);
    port_close(port);
    tls_free(b); /* as a reload does: connections that are there go on */
    b = tls_of("gamma", "ca.pem");
    there.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1};
    listen_for(&there);
    call(&again, port_address(port));
    UNTIL(again.up && there.up);
    ck_assert_int_eq(again.peer, 1);
    theirs.echoes = true;
    send_pattern(&ours, 5000);
    UNTIL(ours.got == 5000);
    tls_free(a);
    tls_free(b);
    forget();
}
END_TEST

static const struct {
    const char *certificate, *key, *ca, *command, *why; /* COMMAND is run first, in the directory */
} files[] = {
    {"none.pem", "alpha.key", "ca.pem", "true",
     "certificate none.pem cannot be read: No such file or directory"},
    {"alpha.pem", "none.key", "ca.pem", "true", "key none.key cannot be read: No such file or directory"},
    {"alpha.pem", "alpha.key", "none.pem", "true", "authority none.pem cannot be read: No such file"},
    {"alpha.key", "alpha.key", "ca.pem", "true", "alpha.key has no certificate that can be used: "},
    {"alpha.pem", "beta.key", "ca.pem", "true", "key beta.key is not that of the certificate: "},
    {"alpha.pem", "alpha.pem", "ca.pem", "true", "alpha.pem has no key without a password: "},
    {"alpha.pem", "alpha.key", "alpha.key", "true", "alpha.key has no certificate of an authority: "},
    {"alpha.pem", "open.key", "ca.pem", "cp alpha.key open.key && chmod 640 open.key",
     "key open.key: others than its owner may read it (mode 0640): chmod 600 open.key"},
    {"alpha.pem", "locked.key", "ca.pem",
     "openssl pkey -aes128 -passout pass:x -in alpha.key -out locked.key",
     "locked.key has no key without a password: "},
};

START_TEST(bad_files)
{
    char why[300];
    ck_assert_int_eq(chdir(dir), 0);
    ck_assert_int_eq(system(files[_i].command), 0);
    const struct tls_files f = {files[_i].certificate, files[_i].key, files[_i].ca};
    ck_assert_ptr_null(tls_new(&f, why, sizeof why));
    ck_assert_msg(strncmp(why, files[_i].why, strlen(files[_i].why)) == 0, "%s", why);
    ck_assert_uint_eq(ERR_peek_error(), 0); /* nothing is left for the next one */
}
END_TEST

START_TEST(when_it_expires)
{
    ck_assert_int_eq(certificate_days(86400, 0), 1);
    ck_assert_int_eq(certificate_days(86399, 0), 0);
    ck_assert_int_eq(certificate_days(0, 1), -1);
    ck_assert_int_eq(certificate_days(0, 86401), -2);
    struct tls *a = tls_of("alpha", "ca.pem"), *old = tls_of("old", "ca.pem");
    time_t left = tls_expires(a) - time(NULL);
    ck_assert_int_gt(left, 364 * 86400);
    ck_assert_int_le(left, 365 * 86400);
    ck_assert_int_lt(tls_expires(old), time(NULL));
    tls_free(a);
    tls_free(old);
}
END_TEST

/* ---- addresses and names ---- */

/* A port at which nobody listens: one that was just given back. */
static void closed_port(char address[STREAM_ADDRESS_CAP])
{
    struct stream_end why;
    struct port *p = port_open(&s, "127.0.0.1:0", on_called, NULL, &why);
    ck_assert_ptr_nonnull(p);
    strcpy(address, port_address(p));
    port_close(p);
}

START_TEST(nobody_listens)
{
    char address[STREAM_ADDRESS_CAP];
    closed_port(address);
    memset(&ours, 0, sizeof ours);
    call(&ours, address);
    UNTIL(ours.down);
    ck_assert_int_eq(ours.why.cause, CAUSE_REFUSED);
    ck_assert_ptr_nonnull(strstr(ours.why.text, address));
}
END_TEST

/* A name of a file of hosts, whose first address does not answer. */
START_TEST(name_with_two_addresses)
{
    char file[128], address[64];
    snprintf(file, sizeof file, "%s/hosts", dir);
    FILE *f = fopen(file, "w");
    fprintf(f, "127.0.0.2 peer.test\n127.0.0.1 peer.test\n");
    fclose(f);
    s.names = evdns_base_new(s.base, 0);
    ck_assert_int_eq(evdns_base_load_hosts(s.names, file), 0);
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    listen_for(&theirs);
    snprintf(address, sizeof address, "peer.test%s", strrchr(port_address(port), ':'));
    call(&ours, address);
    UNTIL((ours.up && theirs.up) || ours.down);
    ck_assert_msg(ours.up, "%s", ours.why.text);
    forget();
}
END_TEST

/* A name server that does not answer: one of the test, with little patience. */
static void deaf_name_server(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, n), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    s.names = evdns_base_new(s.base, 0);
    evdns_base_set_option(s.names, "timeout:", "0.2");
    evdns_base_set_option(s.names, "attempts:", "1");
    ck_assert_int_eq(evdns_base_nameserver_sockaddr_add(s.names, (struct sockaddr *)&a, n, 0), 0);
}

START_TEST(unknown_name)
{
    deaf_name_server();
    memset(&ours, 0, sizeof ours);
    call(&ours, "nobody.test:1");
    UNTIL(ours.down);
    ck_assert_int_eq(ours.why.cause, CAUSE_NO_HOST);
    ck_assert_ptr_nonnull(strstr(ours.why.text, "host nobody.test is not found: "));
}
END_TEST

/* At each stage a dial may be forgotten. */
START_TEST(forgotten_dial)
{
    char address[STREAM_ADDRESS_CAP] = "nobody.test:1";
    if (_i)
        closed_port(address);
    else
        deaf_name_server();
    memset(&ours, 0, sizeof ours);
    struct dial *d = dial_begin(&s, address, on_dialled, &ours);
    dial_cancel(d);
    for (int i = 0; i < 5; i++)
        event_base_loop(s.base, EVLOOP_ONCE);
    ck_assert(!ours.down && !ours.st);
    dial_cancel(NULL);
}
END_TEST

/* No descriptor while the resolver reads its files, at its first name or at a reload: it reads them before
 * the next name.  That one is in the file of hosts, so nobody is asked. */
START_TEST(files_of_the_resolver_later)
{
    char address[STREAM_ADDRESS_CAP], name[32];
    struct rlimit was, none;
    closed_port(address);
    snprintf(name, sizeof name, "localhost%s", strrchr(address, ':'));
    memset(&ours, 0, sizeof ours);
    if (_i) {
        call(&ours, name);
        UNTIL(ours.down);
    }
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &was), 0);
    none = (struct rlimit){0, was.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    if (_i) {
        dial_names_again(&s);
    } else {
        call(&ours, name);
        UNTIL(ours.down);
    }
    ck_assert_int_eq(evdns_base_count_nameservers(s.names), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &was), 0);
    memset(&ours, 0, sizeof ours);
    call(&ours, name);
    UNTIL(ours.down);
    ck_assert_int_gt(evdns_base_count_nameservers(s.names), 0);
}
END_TEST

START_TEST(port_in_use)
{
    struct stream_end why;
    listen_for(&theirs);
    ck_assert_ptr_null(port_open(&s, port_address(port), on_called, &theirs, &why));
    ck_assert_str_eq(why.text, "Address already in use");
    ck_assert_ptr_null(port_open(&s, "192.0.2.1:1", on_called, &theirs, &why)); /* of documents, nobody's */
    ck_assert_int_eq(why.cause, CAUSE_UNREACHABLE);
    forget();
    port = port_open(&s, "*:0", on_called, &theirs, &why);
    ck_assert_msg(port != NULL, "%s", why.text);
    forget();
}
END_TEST

/* ---- stunnel ---- */

/* Start it as the client in front of the port of THEIRS; where it listens into ADDRESS.  False: there is
 * none. */
static bool start_stunnel(char address[STREAM_ADDRESS_CAP])
{
    char file[128];
    if (system("command -v stunnel >/dev/null") != 0)
        return false;
    closed_port(address);
    snprintf(file, sizeof file, "%s/stunnel.conf", dir);
    FILE *f = fopen(file, "w");
    ck_assert_ptr_nonnull(f);
    fprintf(f,
            "foreground = yes\npid =\n[dlsw]\nclient = yes\naccept = %s\nconnect = %s\ncert = %s/alpha.pem\n"
            "key = %s/alpha.key\nCAfile = %s/ca.pem\nverifyChain = yes\ncheckHost = beta\n"
            "sslVersionMin = TLSv1.3\n",
            address, port_address(port), dir, dir, dir);
    fclose(f);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* when the test is ended */
        if (freopen("/dev/null", "w", stderr))
            execlp("stunnel", "stunnel", file, (char *)NULL);
        _exit(9);
    }
    children[n_children++] = pid;
    return true;
}

/* One end has no TLS, and stunnel speaks it from the first octet. */
START_TEST(stunnel_in_between)
{
    char address[STREAM_ADDRESS_CAP];
    struct tls *b = tls_of("beta", "ca.pem");
    memset(&theirs, 0, sizeof theirs);
    theirs.how = (struct stream_how){.tls = b, .names = alpha_only, .n_names = 1};
    theirs.echoes = true;
    listen_for(&theirs);
    if (start_stunnel(address)) {
        do { /* until it listens */
            memset(&ours, 0, sizeof ours);
            call(&ours, address);
            UNTIL(ours.up || ours.down);
        } while (!ours.up && waitpid(children[0], NULL, WNOHANG) == 0);
        ck_assert_msg(ours.up, "stunnel has ended");
        send_pattern(&ours, 50000);
        UNTIL(ours.got == 50000 || ours.down);
        ck_assert(!ours.wrong && !ours.down);
        ck_assert_int_eq(theirs.peer, 0);
        kill(children[0], SIGTERM);
        waitpid(children[0], NULL, 0);
        n_children = 0;
    } else {
        puts("skipped: stunnel_in_between: there is no stunnel");
    }
    tls_free(b);
    forget();
}
END_TEST

/* ---- ends of our own ---- */

/* Cut in the middle of what it is told: nothing more is, and nothing is left. */
static void cut_up(void *arg, int peer)
{
    struct end *e = arg;
    (void)peer;
    e->up = true;
    stream_cut(e->st);
}

static size_t cut_received(void *arg, const uint8_t *p, size_t n)
{
    struct end *e = arg;
    (void)p;
    e->got += n;
    if (e->writable)
        stream_close(e->st);
    else
        stream_cut(e->st);
    return n;
}

static void begin_cutting(void *arg, int fd)
{
    static const struct stream_user at_up = {cut_up, on_received, on_writable, on_down};
    static const struct stream_user at_data = {on_up, cut_received, on_writable, on_down};
    struct end *e = arg;
    e->st = stream_new(&s, fd, &e->how, e->refuses ? &at_up : &at_data, e);
}

START_TEST(cut_in_a_callback)
{
    struct stream_end why;
    memset(&ours, 0, sizeof ours);
    memset(&theirs, 0, sizeof theirs);
    theirs.refuses = _i == 0;
    theirs.writable = _i == 1;
    port = port_open(&s, "localhost:0", begin_cutting, &theirs, &why);
    call(&ours, port_address(port));
    UNTIL(ours.up || ours.down);
    if (ours.st)
        send_pattern(&ours, 100);
    UNTIL(ours.down);
    UNTIL(list_empty(&s.streams));
    ck_assert(!theirs.down);
    forget();
}
END_TEST

/* ---- back-off ---- */

START_TEST(backoff_grows_to_its_longest)
{
    static const uint32_t most[] = {1000, 2000, 4000, 8000, 10000, 10000, 10000};
    struct backoff a, b, c;
    unsigned differ = 0;
    backoff_init(&a, 10, 0, 42);
    backoff_init(&b, 10, 0, 42);
    backoff_init(&c, 10, 0, 43);
    for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
        uint32_t x = 0, y = 0, z = 0;
        ck_assert(backoff_next(&a, &x) && backoff_next(&b, &y) && backoff_next(&c, &z));
        ck_assert_uint_eq(x, y); /* one seed, one sequence */
        ck_assert_uint_le(x, most[i]);
        ck_assert_uint_ge(x, most[i] / 2);
        differ += x != z;
    }
    ck_assert_uint_gt(differ, 0);
    uint32_t x;
    backoff_reset(&a);
    ck_assert(backoff_next(&a, &x));
    ck_assert_uint_le(x, 1000);
}
END_TEST

START_TEST(backoff_gives_up)
{
    struct backoff b;
    uint32_t ms = 0;
    backoff_init(&b, 0, 3, 1);
    ck_assert(backoff_next(&b, &ms) && backoff_next(&b, &ms));
    ck_assert_uint_le(ms, 1000);
    ck_assert_uint_ge(ms, 500);
    ck_assert(!backoff_next(&b, &ms)); /* the third try was the last */
    backoff_reset(&b);
    ck_assert(backoff_next(&b, &ms));
}
END_TEST

START_TEST(every_cause_has_a_word)
{
    for (int i = 0; i < CAUSE_N; i++)
        ck_assert_ptr_nonnull(cause_name((enum stream_cause)i));
}
END_TEST

static TCase *case_of(Suite *suite, const char *name)
{
    TCase *t = tcase_create(name);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 2 * PATIENCE_S);
    suite_add_tcase(suite, t);
    return t;
}

int main(void)
{
    Suite *suite = suite_create("stream");
    TCase *t = case_of(suite, "octets");
    tcase_add_loop_test(t, octets_there_and_back, 0, 2);
    tcase_add_loop_test(t, close_is_clean, 0, 4);
    tcase_add_loop_test(t, slow_reader, 0, 2);
    tcase_add_loop_test(t, large_transfer, 0, 2);
    tcase_add_loop_test(t, killed_peer, 0, 2);
    tcase_add_loop_test(t, cut_in_a_callback, 0, 3);
    tcase_add_test(t, reset_without_tls);
    t = case_of(suite, "certificates");
    tcase_add_loop_test(t, meeting, 0, OCTETS_ROWS(meetings));
    tcase_add_loop_test(t, stranger, 0, OCTETS_ROWS(strangers));
    tcase_add_test(t, tls_at_a_plain_port);
    tcase_add_test(t, reload);
    tcase_add_test(t, stunnel_in_between);
    tcase_add_loop_test(t, bad_files, 0, OCTETS_ROWS(files));
    tcase_add_test(t, when_it_expires);
    t = case_of(suite, "addresses");
    tcase_add_test(t, nobody_listens);
    tcase_add_test(t, name_with_two_addresses);
    tcase_add_test(t, unknown_name);
    tcase_add_loop_test(t, forgotten_dial, 0, 2);
    tcase_add_loop_test(t, files_of_the_resolver_later, 0, 2);
    tcase_add_test(t, port_in_use);
    t = case_of(suite, "back-off");
    tcase_add_test(t, backoff_grows_to_its_longest);
    tcase_add_test(t, backoff_gives_up);
    tcase_add_test(t, every_cause_has_a_word);
    testca_make(dir, "alpha beta gamma old:-1");
    testca_certify(dir, "other", "alpha beta");
    int status = octets_run(suite);
    testca_remove(dir);
    return status;
}
