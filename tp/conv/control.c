#include "tp/conv/control.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/host/seqpacket.h"
#include "snanode/local/passfd.h"
#include "snanode/host/socketpath.h"
#include "tp/conv/cause.h"
#include "tp/conv/page.h"
#include "tp/conv/stats.h"

#define PORTS_IDLE 64 /* ports kept for the next request */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int main_fd = -1; /* the connection that stands for the process */
static uint32_t process; /* number and proof of it, from the node's welcome */
static uint64_t cookie;
static uint32_t hellos; /* how many this process has said */
static char configured_tpn[NAME_TP_ROOM];
static int idle[PORTS_IDLE];
static unsigned n_idle;
static atomic_uint asking;  /* threads that wait for an answer */
static atomic_bool stopped; /* after WinCPICCleanup, until control_start */

bool library_started(void)
{
    return !atomic_load(&stopped);
}

void library_set_stopped(bool s)
{
    atomic_store(&stopped, s);
}

enum outcome control_no_answer(void)
{
    return cause_no_node("the node has ended the connection while it was asked");
}

static int dial(void)
{
    char why[256];
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    bool found = socket_default_path(sa.sun_path, sizeof sa.sun_path) == 0;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (fd >= 0 && found && connect(fd, (struct sockaddr *)&sa, sizeof sa) == 0)
        return fd;
    socket_why(why, sizeof why, sa.sun_path, found ? errno : ENAMETOOLONG);
    if (fd < 0) {
        cause_set("%s", why);
    } else {
        cause_no_node("%s", why);
        close(fd);
    }
    return -1;
}

/* The one-time token if the attach manager has started this copy, else 0.  16 hexadecimal digits. */
static uint64_t own_token(void)
{
    const char *t = getenv("SNANODE_TOKEN");
    uint64_t token = 0;
    for (; t && *t; t++) {
        unsigned digit = *t >= '0' && *t <= '9' ? (unsigned)(*t - '0') : (unsigned)(*t - 'a') + 10;
        if (digit > 15)
            return 0;
        token = token << 4 | digit;
    }
    return token;
}

int control_send(int port, const uint8_t *msg, size_t n)
{
    ssize_t k;
    do {
        k = send(port, msg, n, MSG_NOSIGNAL);
    } while (k < 0 && errno == EINTR);
    return k == (ssize_t)n ? 0 : -1;
}

static long receive(int port, uint8_t *msg, size_t cap, bool wait, int fds[PASSFD_MAX])
{
    union passfd room;
    struct iovec iov = {msg, cap};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    passfd_expect(&m, &room);
    ssize_t n;
    do {
        n = seqpacket_recvmsg(port, &m, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    } while (n < 0 && errno == EINTR);
    for (unsigned i = 0; i < PASSFD_MAX; i++)
        fds[i] = -1;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return 0;
    if (n <= 0)
        return -1;
    passfd_get(&m, fds);
    return n;
}

long control_recv(int port, uint8_t *msg, bool wait, int *fd)
{
    int fds[PASSFD_MAX];
    long n = receive(port, msg, LP_MAX, wait, fds);
    *fd = fds[0];
    return n;
}

static void not_welcome(void)
{
    char why[256], path[sizeof((struct sockaddr_un *)0)->sun_path];
    if (socket_default_path(path, sizeof path) < 0)
        path[0] = '\0';
    socket_why_closed(why, sizeof why, path);
    cause_no_node("%s", why);
}

/* Room for a hello or a welcome: a message of the greatest length is two pages of the stack, each of which
 * costs a program that has just begun as much as a system call. */
#define GREETING_MAX 256

_Static_assert(sizeof(struct lp_hello) < GREETING_MAX && sizeof(struct lp_welcome) < GREETING_MAX,
               "they fit");

static size_t hello(enum lp_kind kind, uint8_t *msg, size_t cap)
{
    struct lp_hello h = {.version = LP_VERSION, .kind = (uint8_t)kind};
    if (kind == LP_KIND_PORT) {
        h.process = process;
        h.cookie = cookie;
    } else {
        h.token = own_token();
        memcpy(h.program, program_invocation_short_name,
               strnlen(program_invocation_short_name, NAME_PROGRAM_MAX));
    }
    return lp_hello_encode(&h, msg, cap);
}

/* What comes with the welcome of a process, -1 = nothing (LP_WELCOME). */
enum { CAME_PORT, CAME_NOTICE, CAME_STATS, CAME_HINTS };

/* A node that does not know a process that it has welcomed is another one. */
static void refused(enum lp_kind kind, uint32_t rc)
{
    if (kind == LP_KIND_PROCESS || rc == LP_RC_UNKNOWN || rc == LP_RC_STOPPING)
        cause_no_node("%s", lp_reason(rc));
    else
        cause_set("%s", lp_reason(rc));
}

/* The node's answer to a hello, and the descriptors that came along.  Returns 0 or -1. */
static int welcomed(int fd, enum lp_kind kind, struct lp_welcome *w, int came[PASSFD_MAX])
{
    uint8_t msg[GREETING_MAX];
    long got = receive(fd, msg, sizeof msg, true, came);
    if (got <= 0 || lp_welcome_decode(msg, (size_t)got, w) < 0) {
        not_welcome();
        return -1;
    }
    if (w->rc != LP_RC_OK) {
        refused(kind, w->rc);
        return -1;
    }
    return 0;
}

/* True when the node can still have said something on a connection on which a send has failed. */
static bool node_closed(void)
{
    return errno == EPIPE || errno == ECONNRESET;
}

/* Say hello, and send request MSG behind it, unless N is 0: the node answers both in order, and does not wait
 * for a program that has just begun. */
static int greet(int fd, enum lp_kind kind, const uint8_t *msg, size_t n, struct lp_welcome *w,
                 int came[PASSFD_MAX])
{
    uint8_t first[GREETING_MAX];
    int bad = control_send(fd, first, hello(kind, first, sizeof first));
    if (!bad && n > 0)
        bad = control_send(fd, msg, n);
    if (bad && !node_closed()) {
        not_welcome();
        return -1;
    }
    /* A request that was too late has no answer: who waits for that learns that the node has gone. */
    return welcomed(fd, kind, w, came);
}

/* ---- connection and ports ---- */

/* Under LOCK.  The node sends nothing on this connection; it only closes it.  One that has died without
 * reading what it was told last is an error first, and the end behind it. */
static bool is_alive(void)
{
    char c;
    ssize_t n = main_fd >= 0 ? recv(main_fd, &c, 1, MSG_DONTWAIT | MSG_PEEK) : 0;
    return n > 0 || (n < 0 && errno != ECONNRESET);
}

/* Close all connections; under LOCK, or in a new process, which has no other thread. */
static void forget(void)
{
    if (main_fd >= 0)
        close(main_fd);
    main_fd = -1;
    while (n_idle > 0)
        close(idle[--n_idle]);
    stats_unread();
    page_forget();
}

uint32_t control_hello(void)
{
    pthread_mutex_lock(&lock);
    uint32_t no = main_fd >= 0 ? hellos : 0;
    pthread_mutex_unlock(&lock);
    return no;
}

bool control_alive(void)
{
    pthread_mutex_lock(&lock);
    bool yes = is_alive();
    pthread_mutex_unlock(&lock);
    return yes;
}

/* Say hello on FD as a process, and ask MSG.  Returns the first port, or -1. */
static int introduce(int fd, const uint8_t *msg, size_t n, struct lp_welcome *w)
{
    int came[PASSFD_MAX] = {-1, -1, -1, -1};
    int bad = greet(fd, LP_KIND_PROCESS, msg, n, w, came);
    page_take(came[CAME_NOTICE], came[CAME_HINTS]);
    stats_open(came[CAME_STATS]);
    int port = came[CAME_PORT];
    if (!bad && port < 0)
        cause_set("the program has no descriptor left for a connection to the node");
    if (!bad || port < 0)
        return port;
    close(port);
    return -1;
}

/* Under LOCK.  A node that was started again is a new node: say hello again, and ask MSG, unless N is 0.
 * *PORT is the port on which this has been asked, -1 = it has not. */
static int connect_main(const uint8_t *msg, size_t n, int *port)
{
    *port = -1;
    if (main_fd >= 0) {
        if (is_alive())
            return 0;
        forget();
    }
    int fd = dial();
    if (fd < 0)
        return -1;
    struct lp_welcome w;
    int first = introduce(fd, msg, n, &w);
    if (first < 0) {
        close(fd);
        stats_unread();
        return -1;
    }
    strcpy(configured_tpn, w.tpn);
    process = w.process;
    cookie = w.cookie;
    hellos++;
    main_fd = fd;
    if (n > 0)
        *port = first;
    else
        idle[n_idle++] = first; /* there are none: they went with the connection before */
    return 0;
}

/* Under LOCK. */
static int connect_only(void)
{
    int none;
    return connect_main(NULL, 0, &none);
}

void control_configured_tpn(char out[NAME_TP_ROOM])
{
    pthread_mutex_lock(&lock);
    strcpy(out, connect_only() == 0 ? configured_tpn : "");
    pthread_mutex_unlock(&lock);
}

int control_start(void)
{
    pthread_mutex_lock(&lock);
    int bad = connect_only();
    pthread_mutex_unlock(&lock);
    return bad;
}

/* *ASKED: the hello of the node that the port leads to. */
static int idle_port(uint32_t *asked)
{
    pthread_mutex_lock(&lock);
    int fd = n_idle > 0 ? idle[--n_idle] : -1;
    *asked = hellos;
    pthread_mutex_unlock(&lock);
    return fd;
}

/* Close all connections to the node of hello ASKED.  Another thread may have said hello to the next one. */
static void forget_node(uint32_t asked)
{
    pthread_mutex_lock(&lock);
    if (hellos == asked)
        forget();
    pthread_mutex_unlock(&lock);
}

/* Under LOCK: a further port, on which request MSG has been sent. */
static int dial_port(const uint8_t *msg, size_t n)
{
    struct lp_welcome w;
    int none[PASSFD_MAX]; /* it gets none */
    int fd = dial();
    if (fd < 0 || greet(fd, LP_KIND_PORT, msg, n, &w, none) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A new port, on which request MSG has been sent. */
static int new_port(const uint8_t *msg, size_t n)
{
    int fd;
    pthread_mutex_lock(&lock);
    if (connect_main(msg, n, &fd) == 0 && fd < 0)
        fd = dial_port(msg, n);
    pthread_mutex_unlock(&lock);
    return fd;
}

int control_request(const uint8_t *msg, size_t n)
{
    uint32_t asked;
    int fd = idle_port(&asked);
    if (fd >= 0 && control_send(fd, msg, n) < 0) { /* the node has ended since, and another may be there */
        close(fd);
        fd = -1;
        forget_node(asked);
    }
    return fd >= 0 ? fd : new_port(msg, n);
}

void control_port_done(int port, bool broken)
{
    pthread_mutex_lock(&lock);
    if (!broken && n_idle < PORTS_IDLE && main_fd >= 0)
        idle[n_idle++] = port;
    else
        close(port);
    pthread_mutex_unlock(&lock);
}

long control_ask(const uint8_t *msg, size_t n, uint8_t *answer, int *fd)
{
    int port = control_request(msg, n);
    *fd = -1;
    if (port < 0)
        return -1;
    atomic_fetch_add(&asking, 1);
    long got = control_recv(port, answer, true, fd);
    atomic_fetch_sub(&asking, 1);
    control_port_done(port, got <= 0);
    if (got <= 0)
        control_no_answer();
    return got > 0 ? got : -1;
}

/* Send a message that has no answer. */
static void tell(const uint8_t *msg, size_t n)
{
    pthread_mutex_lock(&lock);
    if (main_fd >= 0 && control_send(main_fd, msg, n) < 0)
        forget();
    pthread_mutex_unlock(&lock);
}

void control_end(uint32_t node_id, bool accepted)
{
    struct lp_end m = {.conv = node_id, .side = accepted};
    uint8_t msg[16];
    tell(msg, lp_end_encode(&m, msg, sizeof msg));
}

void control_log(uint32_t node_id, bool accepted, uint32_t sense, const uint8_t *text, unsigned n)
{
    struct lp_log m = {.conv = node_id, .side = accepted, .sense = sense, .text_n = (uint16_t)n};
    uint8_t msg[sizeof m + 16];
    memcpy(m.text, text, n);
    tell(msg, lp_log_encode(&m, msg, sizeof msg));
}

bool control_is_used(void)
{
    if (asking > 0 || pthread_mutex_trylock(&lock) != 0)
        return true;
    pthread_mutex_unlock(&lock);
    return false;
}

void control_stop(void)
{
    pthread_mutex_lock(&lock);
    forget();
    pthread_mutex_unlock(&lock);
}

void control_forked(void)
{
    pthread_mutex_init(&lock, NULL);
    asking = 0;
    forget();
}
