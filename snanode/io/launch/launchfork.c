#include "snanode/io/launch/launchfork.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attachmgr/tptable/tplaunch.h"

/* The user and groups of the program, looked up before the fork. */
struct identity {
    uid_t uid;
    gid_t gid, groups[256];
    int n_groups;
};

static int find_identity(const char *name, struct identity *id)
{
    struct passwd *p = getpwnam(name);
    id->n_groups = sizeof id->groups / sizeof *id->groups;
    if (!p)
        return EINVAL;
    id->uid = p->pw_uid;
    id->gid = p->pw_gid;
    if (id->uid != geteuid() && geteuid() != 0)
        return EPERM;
    return getgrouplist(name, p->pw_gid, id->groups, &id->n_groups) < 0 ? E2BIG : 0;
}

static int set_limit(int what, rlim_t v)
{
    struct rlimit r = {.rlim_cur = v, .rlim_max = v};
    return v ? setrlimit(what, &r) : 0;
}

/* The program inherits no descriptor above stderr, not even those that were open when the node started.  They
 * stay open until exec: one of them reports that exec failed. */
static int close_on_exec(void)
{
    struct rlimit r;
    if (close_range(STDERR_FILENO + 1, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0)
        return 0;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0) /* an older system */
        return -1;
    for (rlim_t fd = STDERR_FILENO + 1; fd < r.rlim_cur; fd++)
        fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    return 0;
}

/* The same few steps for every start, all or nothing.  Only functions that are safe between fork and exec. */
static int become(const struct tp_launch *l, const struct identity *id, int out)
{
    sigset_t none;
    sigemptyset(&none);
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 || setsid() < 0 ||
        close_on_exec() < 0)
        return -1;
    if (set_limit(RLIMIT_AS, (rlim_t)l->memory_mb << 20) < 0 || set_limit(RLIMIT_NOFILE, l->files) < 0 ||
        set_limit(RLIMIT_CPU, l->cpu_s) < 0)
        return -1;
    if (l->user && id->uid != geteuid() &&
        (setgroups((size_t)id->n_groups, id->groups) < 0 || setgid(id->gid) < 0 || setuid(id->uid) < 0))
        return -1;
    if (l->directory && chdir(l->directory) < 0)
        return -1;
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

static void child(const char *path, char **argv, char **env, const struct tp_launch *l,
                  const struct identity *id, int out, int report)
{
    if (become(l, id, out) == 0)
        execve(path, argv, env);
    int e = errno;
    if (write(report, &e, sizeof e) != sizeof e)
        _exit(126);
    _exit(127);
}

int launchfork_spawn(const char *path, char **argv, char **env, const struct tp_launch *l, int out,
                     pid_t *pid)
{
    struct identity id;
    int p[2], e = l->user ? find_identity(l->user, &id) : 0;
    sigset_t all, old;
    if (e)
        return e;
    if (pipe2(p, O_CLOEXEC) < 0)
        return errno;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old); /* no handler of ours runs in the child */
    *pid = fork();
    if (*pid == 0)
        child(path, argv, env, l, &id, out, p[1]);
    e = *pid < 0 ? errno : 0;
    sigprocmask(SIG_SETMASK, &old, NULL);
    close(p[1]);
    int why;
    ssize_t n = 0;
    while (!e && (n = read(p[0], &why, sizeof why)) < 0 && errno == EINTR)
        ;
    close(p[0]);
    if (!e && n == sizeof why) { /* exec failed: the child only has to be waited for */
        waitpid(*pid, NULL, 0);
        return why;
    }
    return e;
}
