#include "tests/csv/fakenode.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "snanode/local/passfd.h"
#include "tests/cpic/harness.h"

#define CONNECTIONS 160

static char dir[] = "/tmp/fakenode.XXXXXX";
static char path[64];
static enum fake behaviour;
static atomic_uint notes;
static atomic_bool released;
static struct pollfd at[CONNECTIONS];
static unsigned first[CONNECTIONS]; /* the port that came with the welcome, until something has been asked */
static bool held[CONNECTIONS];
static unsigned n_at;

static void say(int fd, const uint8_t *msg, size_t n)
{
    ck_assert_int_eq(send(fd, msg, n, MSG_NOSIGNAL), n);
}

/* To a process with a port (LP_HELLO). */
static void say_welcome(unsigned k, bool process)
{
    struct lp_welcome w = {.version = LP_VERSION, .rc = LP_RC_OK, .process = 1, .cookie = 1};
    uint8_t msg[LP_MAX];
    union passfd room;
    int fds[PASSFD_MAX] = {-1, -1, -1, -1}, p[2];
    if (process && n_at < CONNECTIONS) {
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p), 0);
        first[k] = n_at;
        at[n_at++] = (struct pollfd){p[0], POLLIN, 0};
        fds[0] = p[1];
    }
    struct iovec v = {msg, lp_welcome_encode(&w, msg, sizeof msg)};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    passfd_put(&m, &room, fds);
    ck_assert_int_eq(sendmsg(at[k].fd, &m, MSG_NOSIGNAL), v.iov_len);
    if (fds[0] >= 0)
        close(fds[0]);
}

static void say_noted(unsigned k, unsigned rc)
{
    struct lp_noted a = {.rc = (uint16_t)rc};
    uint8_t msg[16];
    held[k] = false;
    say(at[k].fd, msg, lp_noted_encode(&a, msg, sizeof msg));
}

static void end(unsigned k)
{
    close(at[k].fd);
    at[k].fd = -1; /* poll passes it over */
    held[k] = false;
}

static void take(unsigned k)
{
    uint8_t msg[LP_MAX];
    ssize_t n = recv(at[k].fd, msg, sizeof msg, 0);
    unsigned type = n < 2 ? 0 : (unsigned)msg[0] << 8 | msg[1];
    struct lp_hello h;
    if (type == LP_T_NOTE && first[k]) {
        unsigned port = first[k];
        first[k] = 0;
        k = port;
    }
    if (n <= 0) {
        end(k);
    } else if (type == LP_T_HELLO) {
        ck_assert_int_eq(lp_hello_decode(msg, (size_t)n, &h), 0);
        say_welcome(k, h.kind == LP_KIND_PROCESS);
    } else if (type == LP_T_NOTE) {
        held[k] = behaviour == FAKE_HOLDS;
        if (behaviour == FAKE_LOSES)
            end(k);
        else if (behaviour == FAKE_REFUSES)
            say_noted(k, LP_RC_REFUSED);
        atomic_fetch_add(&notes, 1);
    } else if (type == LP_T_CANCEL && held[k]) {
        say_noted(k, LP_RC_OK);
    }
}

static void *serve(void *arg)
{
    for (;;) {
        poll(at, n_at, 20);
        if (at[0].revents && n_at < CONNECTIONS)
            at[n_at++] = (struct pollfd){accept(at[0].fd, NULL, NULL), POLLIN, 0};
        for (unsigned k = 1; k < n_at; k++) {
            if (at[k].fd >= 0 && at[k].revents)
                take(k);
            if (held[k] && atomic_load(&released))
                say_noted(k, LP_RC_OK);
        }
    }
    return arg;
}

void fake_start(enum fake how)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    pthread_t t;
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/socket", dir);
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", path);
    at[0] = (struct pollfd){socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), POLLIN, 0};
    n_at = 1;
    behaviour = how;
    ck_assert_int_eq(bind(at[0].fd, (struct sockaddr *)&sa, sizeof sa), 0);
    ck_assert_int_eq(listen(at[0].fd, CONNECTIONS), 0);
    setenv("SNANODE_SOCKET", path, 1);
    ck_assert_int_eq(pthread_create(&t, NULL, serve, NULL), 0);
    pthread_detach(t);
}

void fake_await(unsigned n)
{
    WAIT_FOR(atomic_load(&notes) >= n);
}

void fake_release(void)
{
    atomic_store(&released, true);
}

void fake_end(void)
{
    unlink(path);
    rmdir(dir);
}
