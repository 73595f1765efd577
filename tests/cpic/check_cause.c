/* CM_PRODUCT_SPECIFIC_ERROR in words: each cause has its own text, in the thread that gets the code, and
 * on stderr on request. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

static struct pair p;

#define ck_assert_says(text)                                                                                 \
    ck_assert_msg(strstr(xclasterr(), (text)), "xclasterr is \"%s\", without \"%s\"", xclasterr(), (text))

static char made[100]; /* a folder of this test, for a socket */

static const char *place(const char *name)
{
    static char path[108];
    if (!made[0]) {
        strcpy(made, "/tmp/cause-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(made));
    }
    snprintf(path, sizeof path, "%.90s/%s", made, name);
    return path;
}

static void take_away(void)
{
    if (!made[0])
        return;
    unlink(place("socket"));
    rmdir(made);
    made[0] = '\0';
}

static int listener(int type)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", place("socket"));
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    ck_assert_int_eq(listen(fd, 1), 0);
    setenv("SNANODE_SOCKET", sa.sun_path, 1);
    return fd;
}

/* ---- who is to be asked ---- */

START_TEST(nobody_there)
{
    WCPICDATA d;
    ck_assert_str_eq(xclasterr(), "");
    setenv("SNANODE_SOCKET", "/nonexistent/node.sock", 1);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("no node at /nonexistent/node.sock: No such file");
    ck_assert_int_eq(WinCPICStartup(0x0001, &d), WCPICSYSNOTREADY);
    ck_assert_says("no node at /nonexistent/node.sock: No such file");
    close(listener(SOCK_SEQPACKET)); /* its node has died */
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("Connection refused");
    ck_assert_says(made);
}
END_TEST

START_TEST(something_else_there)
{
    close(open(place("socket"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    setenv("SNANODE_SOCKET", place("socket"), 1);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("no node at");
    unlink(place("socket"));
    listener(SOCK_STREAM);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("socket of something else");
}
END_TEST

START_TEST(path_too_long)
{
    char path[300];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    setenv("SNANODE_SOCKET", path, 1);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("longer than a socket's name may be");
}
END_TEST

START_TEST(no_permission)
{
    if (geteuid() != 0)
        return;
    ck_assert_int_eq(seteuid(65534), 0);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("permission denied by");
    ck_assert_says(getenv("SNANODE_SOCKET"));
    ck_assert_says("65534");
    ck_assert_int_eq(seteuid(0), 0);
}
END_TEST

/* The other end hangs up in place of a welcome: a node that does not know this user. */
static void *hang_up(void *arg)
{
    int fd = accept(*(int *)arg, NULL, NULL);
    close(fd);
    return NULL;
}

START_TEST(not_welcome)
{
    pthread_t t;
    int fd = listener(SOCK_SEQPACKET);
    ck_assert_int_eq(pthread_create(&t, NULL, hang_up, &fd), 0);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    pthread_join(t, NULL);
    ck_assert_says(geteuid() ? "does not admit user" : "has closed the connection");
}
END_TEST

/* ---- what the node says ---- */

START_TEST(no_such_lu)
{
    setenv("APPCLLU", "NOSUCHLU", 1);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("no local LU of this alias");
    ck_assert_says("NOSUCHLU");
}
END_TEST

START_TEST(node_dies)
{
    static struct side c;
    unsigned char id[CM_CID_SIZE];
    CM_INT32 op = -1, rc = -1, n = 4;
    node_start();
    cmsltp((unsigned char *)(uintptr_t) "MINE", &n, &rc);
    ck_assert_rc(s_accept(&c), OI);
    node_kill();
    cmwait(id, &op, &rc);
    ck_assert_rc(rc, CM_OK);
    ck_assert_rc(op, PSE);
    ck_assert_says("the node has ended the connection");
    node_stop();
}
END_TEST

/* ---- the program's own ---- */

START_TEST(stopped)
{
    WCPICDATA d;
    ck_assert_int_eq(WinCPICStartup(0x0001, &d), 0);
    ck_assert(WinCPICCleanup());
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    ck_assert_says("WinCPICCleanup");
    ck_assert_rc(s_accept(&p.a), PSE);
    ck_assert_says("WinCPICCleanup");
}
END_TEST

START_TEST(at_the_limit)
{
    setenv("SNANODE_MAX_CONVERSATIONS", "1", 1);
    ck_assert_rc(s_init(&p.a, "PAIR"), CM_OK);
    ck_assert_rc(s_init(&p.b, "PAIR"), PSE);
    ck_assert_says("1 conversation, its limit (SNANODE_MAX_CONVERSATIONS)");
}
END_TEST

START_TEST(too_many_names)
{
    unsigned char name[CM_TPN_SIZE + 1];
    CM_INT32 n = CM_TPN_SIZE, rc = CM_OK;
    for (int i = 0; i < 1000 && rc == CM_OK; i++) {
        snprintf((char *)name, sizeof name, "%064d", i);
        cmsltp(name, &n, &rc);
    }
    ck_assert_rc(rc, PSE);
    ck_assert_says("local TP names");
}
END_TEST

/* No descriptor for the conversation: the call fails, and the node is told that nobody has it. */
START_TEST(no_descriptor)
{
    struct rlimit r;
    int last;
    pair_open(&p, MAPPED); /* ports that are there already */
    pair_close(&p);
    side_begin(&p.a, MAPPED, "HELD");
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &r), 0);
    r.rlim_cur = 64;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &r), 0);
    while ((last = dup(0)) >= 0)
        ;
    ck_assert_rc(s_alloc(&p.a), PSE);
    ck_assert_says("no descriptor left");
    ck_assert_state(&p.a, -1);
    ck_assert_rc(s_init(&p.a, "PAIR"), CM_OK);
    static struct side more;
    setenv("APPCTPN", "HELD", 1);
    ck_assert_rc(s_alloc(&p.a), PSE);
    ck_assert_says("no descriptor left");
    ck_assert_rc(s_init(&more, "PAIR"), CM_OK);
}
END_TEST

/* ---- whose it is ---- */

static void *look(void *arg)
{
    strcpy(arg, xclasterr());
    s_init(&p.b, "PAIR");
    return NULL;
}

START_TEST(of_this_thread)
{
    char other[256] = "?";
    pthread_t t;
    setenv("SNANODE_SOCKET", "/nonexistent/one", 1);
    ck_assert_rc(s_init(&p.a, "PAIR"), PSE);
    setenv("SNANODE_SOCKET", "/nonexistent/two", 1);
    ck_assert_int_eq(pthread_create(&t, NULL, look, other), 0);
    pthread_join(t, NULL);
    ck_assert_str_eq(other, "");
    ck_assert_says("/nonexistent/one");
    ck_assert_rc(s_state(&p.a), -1); /* another code leaves it */
    ck_assert_says("/nonexistent/one");
}
END_TEST

/* SNANODE_DEBUG=1 and nothing else: one line with who asked whom. */
START_TEST(on_stderr)
{
    char said[2000] = "", expected[100];
    int fds[2], keep = dup(2);
    ck_assert_int_eq(pipe(fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_SETFL, O_NONBLOCK), 0);
    setenv("SNANODE_SOCKET", "/nonexistent/node.sock", 1);
    setenv("APPCLLU", "MYLU", 1);
    dup2(fds[1], 2);
    s_init(&p.a, "PAIR");
    setenv("SNANODE_DEBUG", "0", 1);
    s_init(&p.a, "PAIR");
    ssize_t before = read(fds[0], said, sizeof said - 1);
    setenv("SNANODE_DEBUG", "1", 1);
    s_init(&p.a, "PAIR");
    ssize_t n = read(fds[0], said, sizeof said - 1);
    dup2(keep, 2);
    ck_assert_int_eq(before, -1);
    ck_assert_int_gt(n, 0);
    said[n] = '\0';
    snprintf(expected, sizeof expected, "socket /nonexistent/node.sock, user %u, APPCLLU MYLU)\n",
             (unsigned)geteuid());
    ck_assert_ptr_nonnull(strstr(said, "no node at /nonexistent/node.sock"));
    ck_assert_ptr_nonnull(strstr(said, expected));
    ck_assert_ptr_eq(strchr(said, '\n'), said + n - 1);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C product errors");
    TCase *t = tcase_create("causes");
    tcase_add_checked_fixture(t, NULL, take_away);
    tcase_add_test(t, nobody_there);
    tcase_add_test(t, something_else_there);
    tcase_add_test(t, path_too_long);
    tcase_add_test(t, no_permission);
    tcase_add_test(t, not_welcome);
    tcase_add_test(t, no_such_lu);
    tcase_add_test(t, node_dies);
    tcase_add_test(t, stopped);
    tcase_add_test(t, at_the_limit);
    tcase_add_test(t, too_many_names);
    tcase_add_test(t, no_descriptor);
    tcase_add_test(t, of_this_thread);
    tcase_add_test(t, on_stderr);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
