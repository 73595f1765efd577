/* A process of its own holds a conversation with itself over the link, so that the test's own calls, names and
 * conversations stay as they are.  Frames that are in sockets when a Confirm is sent have been read by the node
 * when its answer is there, and a link keeps the order of what it carries. */
#include "tests/cpic/barrier.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "wincpic.h"

/* Read by the node; there, and the link's own answer back; what waited for that answer there. */
enum { ROUNDS = 4 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int to_helper = -1;
static pid_t helper;

/* ---- the helper ---- */

static unsigned char id[CM_CID_SIZE];
static bool is_open;

static void *answer(void *arg)
{
    unsigned char name[] = "BARRIER", me[CM_CID_SIZE], done[CM_CID_SIZE], buf[8];
    CM_INT32 n = 7, rc = CM_OK, op, want = sizeof buf, data, got, status, rts;
    cmsltp(name, &n, &rc);
    while (rc == CM_OK) {
        cmaccp(me, &rc); /* does not wait, as the name was given by a call */
        if (rc == CM_OPERATION_INCOMPLETE)
            cmwait(done, &op, &rc);
        while (rc == CM_OK && op == CM_OK) {
            cmrcv(me, buf, &want, &data, &got, &status, &rts, &op);
            if (op == CM_OK && status == CM_CONFIRM_RECEIVED)
                cmcfmd(me, &op);
        }
    }
    return arg;
}

static void text(void (*set)(unsigned char *, unsigned char *, CM_INT32 *, CM_INT32 *), const char *value)
{
    CM_INT32 n = (CM_INT32)strlen(value), rc;
    set(id, (unsigned char *)(uintptr_t)value, &n, &rc);
}

static void begin(void)
{
    unsigned char blank[] = "        ";
    CM_INT32 none = CM_SECURITY_NONE, confirm = CM_CONFIRM, rc;
    cminit(id, blank, &rc);
    text(cmsmn, "BARRIER");
    text(cmspln, "LUREMOTE");
    text(cmstpn, "BARRIER");
    cmscst(id, &none, &rc);
    cmssl(id, &confirm, &rc);
    cmallc(id, &rc);
    is_open = rc == CM_OK;
}

static void cross(void)
{
    CM_INT32 rts, rc = CM_OK;
    if (!is_open)
        begin();
    for (int i = 0; i < ROUNDS && is_open; i++) {
        cmcfm(id, &rts, &rc);
        if (rc != CM_OK)
            is_open = false;
    }
}

static void help(int fd)
{
    pthread_t thread;
    char c;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (pthread_create(&thread, NULL, answer, NULL) != 0)
        _exit(1);
    while (read(fd, &c, 1) == 1) {
        for (int i = 0; i < 3 && (i == 0 || !is_open); i++)
            cross(); /* its session may have been ended by a test, or nobody accepted just now */
        if (write(fd, &c, 1) != 1)
            break;
    }
    _exit(0);
}

/* ---- the test ---- */

bool over_link(void)
{
    const char *link = getenv("CPIC_LINK");
    return link && *link;
}

void barrier_start(void)
{
    int fd[2];
    if (!over_link())
        return;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) < 0 || (helper = fork()) < 0)
        abort();
    if (helper == 0) {
        close(fd[0]);
        help(fd[1]);
    }
    close(fd[1]);
    to_helper = fd[0];
}

void barrier_stop(void)
{
    if (to_helper < 0)
        return;
    close(to_helper);
    to_helper = -1;
    kill(helper, SIGKILL);
    waitpid(helper, NULL, 0);
}

void barrier(void)
{
    char c = 'x';
    if (to_helper < 0)
        return;
    pthread_mutex_lock(&lock);
    if (write(to_helper, &c, 1) != 1 || read(to_helper, &c, 1) != 1) {
        close(to_helper);
        to_helper = -1;
    }
    pthread_mutex_unlock(&lock);
}
