#include "snanode/io/launch/launchfew.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int null = -1, place = -1; /* /dev/null; where the output of the program is while it is started */

bool launchfew_init(void)
{
    if (null < 0)
        null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (place < 0 && null >= 0)
        place = fcntl(null, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return place >= 0;
}

struct start {
    const char *path, *directory;
    char **argv, **env;
    int error;
};

/* Only system calls, because the memory is the node's, which waits.  Until the table of descriptors is its
 * own, nothing is done to it. */
static int become(const struct start *s)
{
    struct sigaction normal = {.sa_handler = SIG_DFL};
    unsigned first = (unsigned)(null > place ? null : place) + 1;
    sigset_t none;
    if (close_range(first, UINT_MAX, CLOSE_RANGE_UNSHARE) < 0)
        return -1;
    for (int i = 1; i < NSIG; i++)
        sigaction(i, &normal, NULL);
    if (dup2(null, STDIN_FILENO) < 0 || dup2(place, STDOUT_FILENO) < 0 || dup2(place, STDERR_FILENO) < 0 ||
        close_range(STDERR_FILENO + 1, UINT_MAX, 0) < 0 || setsid() < 0)
        return -1;
    if (s->directory && chdir(s->directory) < 0)
        return -1;
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child(void *arg)
{
    struct start *s = arg;
    if (become(s) == 0)
        execve(s->path, s->argv, s->env);
    s->error = errno;
    _exit(127);
}

int launchfew_spawn(const char *path, char **argv, char **env, const char *directory, int out, pid_t *pid)
{
    static _Alignas(16) char stack[65536]; /* one start at a time: the node waits until it has been made */
    struct start s = {.path = path, .directory = directory, .argv = argv, .env = env};
    sigset_t all, old;
    if (!launchfew_init())
        return ENOSYS;
    if (dup3(out, place, O_CLOEXEC) < 0)
        return errno;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old); /* no handler of ours runs in the child */
    *pid = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &s);
    int e = *pid < 0 ? errno : s.error;
    sigprocmask(SIG_SETMASK, &old, NULL);
    dup3(null, place, O_CLOEXEC); /* else the node does not see that the program closes its output */
    if (*pid > 0 && e)
        waitpid(*pid, NULL, 0);
    return e == EINVAL && *pid < 0 ? ENOSYS : e;
}
