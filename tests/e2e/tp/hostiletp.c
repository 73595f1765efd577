/* hostiletp.c - a TP that says anything to the node, in any order, for some seconds.
 *
 *   hostiletp SOCKET SEED SECONDS [modest]     exit status 0 done, 2 usage, 3 no node
 *
 * A modest one leaves out what a program may do to others (SECURITY.md): be the attach manager of their LU,
 * accept for any TP, end sessions and change their limits.
 *
 * It has up to 48 connections, of every kind.  Each step opens or closes one, or says a message on one: of
 * every type, with fields of numbers, names and ids that exist, did exist or are another program's, sometimes
 * cut, longer, damaged or one octet alone.  Of the answers some are read, and some of the ends of
 * conversations that come get frames of any octets.  What it does depends on SEED alone, but for what the
 * node answers.  The last line has the numbers. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/idtab.h"
#include "snanode/local/lp.h"
#include "snanode/local/passfd.h"
#include "tests/e2e/tp/nodedial.h"

enum { MOST = 48, ENDS = 16, IDS = 64 };

static const char *path;
static bool modest;
static struct connection {
    int fd;
    enum lp_kind kind; /* as it said; 0: nothing yet */
    uint32_t process;  /* what the node calls it, a PROCESS */
    uint64_t cookie;
} conns[MOST];
static unsigned n_conns;
static int ends[ENDS];
static unsigned n_ends;
static uint32_t ids[IDS]; /* numbers that the node has said: of processes and of conversations */
static unsigned n_ids;
static uint64_t cookies[IDS];
static unsigned n_cookies;
static unsigned long said, answered, closed_by_node, opened, frames;

static unsigned any(unsigned n)
{
    return (unsigned)rand() % n;
}

static void fill(uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)rand();
}

/* ---- fields ---- */

static uint64_t any_number(void)
{
    static const uint64_t edges[] = {0, 1, 2, 3, 255, 65535, 0x7FFFFFFF, UINT32_MAX, UINT64_MAX, LP_VERSION};
    switch (any(4)) {
    case 0:
        return edges[any(sizeof edges / sizeof *edges)];
    case 1: /* of this node: an object of this program, of the good ones, or one that was */
        return n_ids ? ids[any(n_ids)] : 1;
    case 2:
        return (uint64_t)(1 + any(4)) << IDTAB_SLOT_BITS | any(64);
    default:
        return any(2) ? any(8) : (uint64_t)rand() << 32 | (unsigned)rand();
    }
}

static void any_text(char *out, size_t most)
{
    static const char *const names[] = {"",        "HOSTLU",   "CLIENTLU", "#INTER",         "SNASVCMG",
                                        "MANY",    "ONLYME",   "NOBODY",   "TESTNET.HOSTLU", "conversation",
                                        "CPSVCMG", "\x06\x01", "\xFF\xFE", "        ",       "status"};
    if (any(8) == 0) {
        size_t n = any((unsigned)most + 1);
        fill((uint8_t *)out, n);
        out[n] = '\0';
        for (size_t i = 0; i < n; i++) /* a text has no NUL */
            out[i] = out[i] ? out[i] : 'x';
    } else {
        snprintf(out, most + 1, "%s", names[any(sizeof names / sizeof *names)]);
    }
}

/* Octets; often a list of names, each with its length, as an Accept has them. */
static uint16_t any_octets(uint8_t *out, size_t most)
{
    char text[LP_TEXT_MAX + 1];
    size_t at = 0;
    if (any(4) == 0) {
        at = any(4) ? any(40) % (most + 1) : most;
        fill(out, at);
        return (uint16_t)at;
    }
    for (unsigned k = any(4); k > 0; k--) {
        any_text(text, NAME_TP_MAX);
        size_t n = strlen(text);
        if (at + 1 + n > most)
            break;
        if (any(4))
            out[at++] = (uint8_t)n;
        memcpy(out + at, text, n);
        at += n;
    }
    return (uint16_t)at;
}

#define ANY_U8(f)       m.f = (uint8_t)any_number();
#define ANY_U16(f)      m.f = (uint16_t)any_number();
#define ANY_U32(f)      m.f = (uint32_t)any_number();
#define ANY_U64(f)      m.f = n_cookies && any(2) ? cookies[any(n_cookies)] : any_number();
#define ANY_STR(f, max) any_text(m.f, max);
#define ANY_BIN(f, max) m.f##_n = any_octets(m.f, max);
#define X(name, UPPER, number)                                                                               \
    static size_t make_##name(uint8_t *out)                                                                  \
    {                                                                                                        \
        struct lp_##name m;                                                                                  \
        memset(&m, 0, sizeof m);                                                                             \
        LP_##UPPER(ANY_U8, ANY_U16, ANY_U32, ANY_U64, ANY_STR, ANY_BIN) return lp_##name##_encode(&m, out,   \
                                                                                                  LP_MAX);   \
    }
LP_MESSAGES(X)
#undef X

static size_t (*const makers[])(uint8_t *) = {
#define X(name, UPPER, number) make_##name,
    LP_MESSAGES(X)
#undef X
};

/* ---- connections ---- */

static void drop(unsigned i)
{
    close(conns[i].fd);
    conns[i] = conns[--n_conns];
}

static void say(unsigned i, const uint8_t *msg, size_t n)
{
    said++;
    if (send(conns[i].fd, msg, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != EMSGSIZE) {
        closed_by_node++;
        drop(i);
    }
}

static void keep_id(uint32_t id)
{
    if (id)
        ids[n_ids < IDS ? n_ids++ : any(IDS)] = id;
}

static void keep_end(int fd)
{
    if (n_ends == ENDS)
        close(ends[--n_ends]);
    ends[n_ends++] = fd;
}

/* What an answer says that may be said again. */
static void look_at(struct connection *c, const uint8_t *msg, size_t n)
{
    struct lp_welcome w;
    struct lp_allocated a;
    struct lp_accepted b;
    if (lp_welcome_decode(msg, n, &w) == 0) {
        keep_id(w.process);
        c->process = w.process;
        c->cookie = w.cookie;
        if (w.cookie)
            cookies[n_cookies < IDS ? n_cookies++ : any(IDS)] = w.cookie;
    } else if (lp_allocated_decode(msg, n, &a) == 0) {
        keep_id(a.conv);
    } else if (lp_accepted_decode(msg, n, &b) == 0) {
        keep_id(b.conv);
    }
}

static void hear(unsigned i)
{
    uint8_t msg[LP_MAX];
    union passfd room;
    struct iovec iov = {msg, sizeof msg};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    int fds[PASSFD_MAX];
    passfd_expect(&m, &room);
    ssize_t n = recvmsg(conns[i].fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        closed_by_node++;
        drop(i);
        return;
    }
    answered++;
    passfd_get(&m, fds);
    bool is_end = lp_type(msg, (size_t)n) == LP_T_ALLOCATED || lp_type(msg, (size_t)n) == LP_T_ACCEPTED;
    for (unsigned k = 0; k < PASSFD_MAX; k++)
        if (fds[k] >= 0 && is_end)
            keep_end(fds[k]);
        else if (fds[k] >= 0)
            close(fds[k]);
    look_at(&conns[i], msg, (size_t)n);
}

/* A process of this program that lives, or NULL. */
static const struct connection *some_process(void)
{
    for (unsigned k = 0, from = any(MOST); k < n_conns; k++) {
        const struct connection *c = &conns[(from + k) % n_conns];
        if (c->kind == LP_KIND_PROCESS && c->cookie)
            return c;
    }
    return NULL;
}

/* A connection that says hello as it should, or not at all. */
static void open_one(void)
{
    if (n_conns == MOST)
        drop(any(MOST));
    const struct connection *owner = some_process();
    struct lp_hello h = {.version = LP_VERSION, .program = "hostiletp"};
    h.kind = (uint8_t)(any(8) == 0 ? 1 + any(3) : owner && any(4) ? LP_KIND_PORT : LP_KIND_PROCESS);
    if (h.kind == LP_KIND_PORT) {
        h.process = owner && any(8) ? owner->process : (uint32_t)any_number();
        h.cookie = owner && any(8) ? owner->cookie : any_number();
    }
    unsigned i = n_conns++;
    conns[i] = (struct connection){.fd = nodedial("hostiletp", path)};
    opened++;
    if (any(8) == 0)
        return;
    uint8_t msg[LP_MAX];
    conns[i].kind = (enum lp_kind)h.kind;
    struct pollfd p = {conns[i].fd, POLLIN, 0};
    say(i, msg, lp_hello_encode(&h, msg, sizeof msg));
    if (i < n_conns && any(8) && poll(&p, 1, 1000) == 1)
        hear(i);
}

/* What brings a conversation: one to itself, or to a good TP. */
static size_t make_good(uint8_t *out)
{
    struct lp_allocate a = {
        .lu = "CLIENTLU", .partner = "HOSTLU", .mode = "#INTER", .type = 1, .sync = (uint8_t)any(2)};
    struct lp_accept b = {.names = {6, 'O', 'N', 'L', 'Y', 'M', 'E'}, .names_n = 7, .lu = "HOSTLU"};
    if (any(3) == 0)
        return lp_accept_encode(&b, out, LP_MAX);
    const char *tpn = any(3) ? "ONLYME" : "MANY";
    a.tpn_n = (uint16_t)strlen(tpn);
    memcpy(a.tpn, tpn, a.tpn_n);
    return lp_allocate_encode(&a, out, LP_MAX);
}

/* What a program may say, and others with the same local LU notice. */
static bool immodest(const uint8_t *msg, size_t n)
{
    struct lp_accept a;
    switch (lp_type(msg, n)) {
    case LP_T_MANAGE:
    case LP_T_DEACTIVATE:
    case LP_T_CNOS:
        return true;
    case LP_T_ACCEPT:
        return lp_accept_decode(msg, n, &a) == 0 &&
               !(a.names_n == 7 && memcmp(a.names, "\x06ONLYME", 7) == 0);
    default:
        return false;
    }
}

static void talk(unsigned i)
{
    uint8_t msg[LP_MAX + 64];
    if (conns[i].kind == LP_KIND_PROCESS && any(16)) /* a wrong word ends it, and its ports with it */
        return;
    size_t n = makers[any(sizeof makers / sizeof *makers)](msg);
    if (conns[i].kind == LP_KIND_PORT && any(2)) { /* what a port may ask, so that it lives for a while */
        static size_t (*const asks[])(uint8_t *) = {
            make_init,     make_allocate, make_accept, make_cancel,    make_side_set, make_side_get,
            make_activate, make_watch,    make_cnos,   make_lu_status, make_partners, make_manage};
        n = any(2) ? make_good(msg) : asks[any(sizeof asks / sizeof *asks)](msg);
    }
    switch (any(24)) {
    case 0:
        n = any((unsigned)n + 1);
        break;
    case 1:
        fill(msg + n, 64);
        n += 1 + any(63);
        break;
    case 2:
        for (unsigned k = any(4); n > 0 && k > 0; k--)
            msg[any((unsigned)n)] = (uint8_t)rand();
        break;
    case 3: /* one octet at a time */
        for (size_t k = 0; k < n && k < 20 && i < n_conns; k++)
            say(i, msg + k, 1);
        return;
    default:
        break;
    }
    if (!modest || !immodest(msg, n))
        say(i, msg, n);
}

/* Frames of any octets, and the ends of others' patience. */
static void misuse_end(unsigned i)
{
    uint8_t frame[600];
    if (any(6) == 0) {
        close(ends[i]);
        ends[i] = ends[--n_ends];
        return;
    }
    fill(frame, sizeof frame);
    frame[0] &= 1;
    if (any(2)) /* a request in the middle, at the beginning or at the end of a bracket */
        memcpy(frame + 1, any(2) ? "\x03\x80\x00" : "\x03\x90\x80", 3);
    frames++;
    if (any(3) == 0)
        (void)!recv(ends[i], frame, sizeof frame, MSG_DONTWAIT);
    else
        (void)!send(ends[i], frame, any(8) ? 4 + any(500) : any(5), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    modest = argc > 4 && strcmp(argv[4], "modest") == 0;
    path = argv[1];
    srand((unsigned)atoi(argv[2]));
    for (double end = now() + atof(argv[3]); now() < end;) {
        switch (any(8)) {
        case 0:
            open_one();
            break;
        case 1:
            if (n_conns > 0 && any(4) == 0)
                drop(any(n_conns));
            break;
        case 2:
            if (n_ends > 0)
                misuse_end(any(n_ends));
            break;
        case 3:
        case 4:
            if (n_conns > 0)
                hear(any(n_conns));
            break;
        default:
            if (n_conns > 0)
                talk(any(n_conns));
        }
    }
    printf("%lu connections, %lu messages, %lu answers, %lu frames, closed by the node %lu\n", opened, said,
           answered, frames, closed_by_node);
    return 0;
}
