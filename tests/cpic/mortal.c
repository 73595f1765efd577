#include "tests/cpic/mortal.h"

#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "snanode/local/passfd.h"

static char dir[] = "/tmp/mortal.XXXXXX";
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static struct mortal life;
static pthread_t thread;
static bool runs;     /* THREAD */
static unsigned sent; /* by the program */
static int listener = -1, of_process = -1, port = -1, of_program = -1, conversation = -1;

static void say(int fd, const uint8_t *msg, size_t n, int along)
{
    union passfd room;
    struct iovec v = {(void *)(uintptr_t)msg, n};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
    passfd_put(&m, &room, (const int[PASSFD_MAX]){along, -1, -1, -1});
    ck_assert_int_eq(sendmsg(fd, &m, MSG_NOSIGNAL), n);
}

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void pair(int *ours, int *theirs)
{
    int p[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p), 0);
    *ours = p[0];
    *theirs = p[1];
}

/* ---- its life ---- */

/* False: it ends in here. */
static bool welcome(void)
{
    struct lp_welcome w = {.version = LP_VERSION, .rc = LP_RC_OK, .process = 1, .cookie = 1};
    uint8_t msg[LP_MAX];
    of_process = accept(listener, NULL, NULL);
    if (life.at == MORTAL_CONNECTED)
        return false;
    ck_assert_int_gt(recv(of_process, msg, sizeof msg, 0), 0);
    if (life.at == MORTAL_HELLO)
        return false;
    size_t n = lp_welcome_encode(&w, msg, sizeof msg);
    if (life.at == MORTAL_HALF) {
        say(of_process, msg, n / 2, -1);
        return false;
    }
    pair(&port, &of_program);
    say(of_process, msg, n, of_program);
    close_one(&of_program);
    return true;
}

/* The type of the question: the first one may have come on the connection of the process.  What else comes
 * there is not read.  0: the program has gone. */
static unsigned question(bool first)
{
    uint8_t msg[LP_MAX];
    struct pollfd p[2] = {{port, POLLIN, 0}, {of_process, POLLIN, 0}};
    poll(p, first ? 2 : 1, -1);
    ssize_t n = recv(p[0].revents ? port : of_process, msg, sizeof msg, 0);
    return n < 2 ? 0 : lp_type(msg, (size_t)n);
}

static void answer(unsigned type)
{
    struct lp_inited inited = {.rc = LP_RC_OK, .lu = "LULOCAL", .partner = "LUREMOTE", .mode = "RU4096"};
    struct lp_allocated allocated = {.rc = LP_RC_OK, .conv = 1, .max_ru = 4096, .mode = "RU4096"};
    uint8_t msg[LP_MAX];
    int theirs = -1;
    if (type == LP_T_INIT) {
        say(port, msg, lp_inited_encode(&inited, msg, sizeof msg), -1);
    } else if (type == LP_T_ALLOCATE) {
        pair(&conversation, &theirs);
        say(port, msg, lp_allocated_encode(&allocated, msg, sizeof msg), theirs);
        close_one(&theirs);
    }
}

static void last_word(void)
{
    struct lp_allocated m = {.rc = LP_RC_STOPPING};
    uint8_t msg[LP_MAX];
    size_t n = lp_allocated_encode(&m, msg, sizeof msg);
    if (life.at == MORTAL_ANSWER)
        say(port, msg, n / 2, -1);
    else if (life.at == MORTAL_STOPPING)
        say(port, msg, n, -1);
}

/* The port is closed first: what a program knows of the connection of the process then is old. */
static void *live(void *arg)
{
    if (welcome()) {
        unsigned type = 1;
        for (unsigned i = 0; i < life.answered && type; i++)
            if ((type = question(i == 0)))
                answer(type);
        if (type && life.at > MORTAL_WELCOME)
            type = question(life.answered == 0);
        if (type)
            last_word();
    }
    close_one(&listener);
    close_one(&port);
    close_one(&conversation);
    if (!life.late || life.at < MORTAL_WELCOME)
        close_one(&of_process);
    return arg;
}

/* ---- for tests ---- */

/* The send of the libraries: what a program says second, behind the hello, may be too late. */
__attribute__((visibility("default"))) ssize_t send(int fd, const void *msg, size_t n, int flags)
{
    if (life.unsent && ++sent == 2)
        mortal_wait();
    return sendto(fd, msg, n, flags, NULL, 0);
}

void mortal_start(struct mortal how)
{
    life = how;
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", dir);
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    setenv("SNANODE_SOCKET", address.sun_path, 1);
    sent = 0;
    runs = true;
    ck_assert_int_eq(pthread_create(&thread, NULL, live, NULL), 0);
}

void mortal_wait(void)
{
    if (runs)
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    runs = false;
}

void mortal_over(void)
{
    close_one(&of_process);
    unlink(address.sun_path);
    rmdir(dir);
}

int mortal_main(Suite *suite)
{
    SRunner *r = srunner_create(suite);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed ? 1 : 0;
}
