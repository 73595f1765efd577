#include "snanode/io/launch/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/close_range.h>

#include "attachmgr/tptable/tplaunch.h"

/* The user and groups of the program, looked up before. */
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

/* ---- in the child, up to its exec ---- */

/* Descriptors that the child keeps: /dev/null, and the program's output.  Otherwise both are /dev/null. */
static struct {
    int null, out;
} low = {-1, -1};

struct order {
    const char *path;
    char **argv, **env;
    const struct tp_launch *l;   /* NULL: nothing special */
    const struct identity *user; /* NULL: the node's */
    bool session;                /* of its own */
    int failed;                  /* errno of the child, which has the node's memory */
};

/* The child has the memory of a node whose threads go on, so it makes bare system calls: functions of the C
 * library may tell these threads (setuid), or a sanitizer. */
#define BARE __attribute__((no_sanitize_address, no_sanitize_thread))

BARE static int reset_signals(void)
{
    static const uint64_t none[8]; /* a kernel's struct sigaction, and a set */
    for (int s = 1; s < NSIG; s++)
        syscall(SYS_rt_sigaction, s, none, NULL, sizeof(uint64_t)); /* not for SIGKILL and SIGSTOP */
    return (int)syscall(SYS_rt_sigprocmask, SIG_SETMASK, none, NULL, sizeof(uint64_t));
}

/* A table of its own, of the descriptors up to those that it needs, none of which outlives exec. */
BARE static int own_descriptors(void)
{
    unsigned top = (unsigned)(low.null > low.out ? low.null : low.out) + 1;
    struct rlimit r;
    if (syscall(SYS_close_range, top, UINT_MAX, CLOSE_RANGE_UNSHARE) < 0) { /* an older system */
        if (syscall(SYS_unshare, CLONE_FILES) < 0 || syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &r) < 0)
            return -1;
        for (rlim_t fd = top; fd < r.rlim_cur; fd++)
            syscall(SYS_close, fd);
    }
    for (unsigned fd = STDERR_FILENO + 1; fd < top; fd++)
        syscall(SYS_fcntl, fd, F_SETFD, FD_CLOEXEC);
    return syscall(SYS_dup3, low.null, STDIN_FILENO, 0) < 0 ||
                   syscall(SYS_dup3, low.out, STDOUT_FILENO, 0) < 0 ||
                   syscall(SYS_dup3, low.out, STDERR_FILENO, 0) < 0
               ? -1
               : 0;
}

BARE static int set_limit(int what, rlim_t v)
{
    struct rlimit r = {.rlim_cur = v, .rlim_max = v};
    return v ? (int)syscall(SYS_prlimit64, 0, what, &r, NULL) : 0;
}

BARE static int set_limits(const struct tp_launch *l)
{
    return set_limit(RLIMIT_AS, (rlim_t)l->memory_mb << 20) < 0 || set_limit(RLIMIT_NOFILE, l->files) < 0 ||
                   set_limit(RLIMIT_CPU, l->cpu_s) < 0
               ? -1
               : 0;
}

BARE static int become(const struct identity *u)
{
    return syscall(SYS_setgroups, (size_t)u->n_groups, u->groups) < 0 || syscall(SYS_setgid, u->gid) < 0 ||
                   syscall(SYS_setuid, u->uid) < 0
               ? -1
               : 0;
}

/* Signals go to the copy by its process group, which a session has too. */
BARE static long leave_group(bool session)
{
    return session ? syscall(SYS_setsid) : syscall(SYS_setpgid, 0, 0);
}

/* The same few steps for every start, all or nothing. */
BARE static int child(void *arg)
{
    struct order *o = arg;
    const struct tp_launch *l = o->l;
    if (own_descriptors() == 0 && leave_group(o->session) >= 0 && (!l || set_limits(l) == 0) &&
        (!o->user || become(o->user) == 0) &&
        (!l || !l->directory || syscall(SYS_chdir, l->directory) == 0) && reset_signals() == 0)
        syscall(SYS_execve, o->path, o->argv, o->env);
    o->failed = errno;
    syscall(SYS_exit_group, 127);
    __builtin_unreachable();
}

/* ---- in the node ---- */

static bool has_terminal;

/* A node that has no terminal gets none later: whatever it opens, it opens with O_NOCTTY.  Of a system
 * without this device the worst is assumed. */
static bool find_terminal(void)
{
    int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno != ENXIO;
    close(fd);
    return true;
}

int starter_open(void)
{
    if (low.null >= 0)
        return 0;
    has_terminal = find_terminal();
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int null = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1),
        out = null < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, null + 1);
    int e = out < 0 ? errno : 0;
    close(fd);
    if (e) {
        if (null >= 0)
            close(null);
        return e;
    }
    low.null = null;
    low.out = out;
    return 0;
}

/* The child runs on a stack of its own; the node waits for its exec or its end. */
static pid_t clone_child(struct order *o)
{
    static _Alignas(16) unsigned char stack[16384];
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old); /* no handler of ours runs in the child */
    pid_t pid = clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, o);
    int e = errno;
    sigprocmask(SIG_SETMASK, &old, NULL);
    errno = e;
    return pid;
}

int starter_run(const char *path, char **argv, char **env, const struct tp_launch *l, int out, pid_t *pid)
{
    struct identity id;
    struct order o = {.path = path, .argv = argv, .env = env, .l = l};
    int e = l && l->user ? find_identity(l->user, &id) : 0;
    if (!e)
        e = starter_open();
    if (e)
        return e;
    if (l && l->user && id.uid != geteuid())
        o.user = &id;
    o.session = has_terminal || o.user; /* [A61] */
    if (dup3(out, low.out, O_CLOEXEC) < 0)
        return errno;
    *pid = clone_child(&o);
    e = *pid < 0 ? errno : o.failed;
    dup3(low.null, low.out, O_CLOEXEC); /* the end of the output is the program's alone */
    if (*pid > 0 && e)
        while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR)
            ;
    return e;
}
