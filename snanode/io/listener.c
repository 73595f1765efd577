/* The node's socket: made so that only one node has it and only its own people reach it. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/access.h"
#include "snanode/io/server.h"

static void lock_path(const struct server *s, char *out, size_t cap)
{
    snprintf(out, cap, "%s.lock", s->socket_path);
}

static void say_owner(const struct server *s)
{
    char owner[32];
    ssize_t n = read(s->lock_fd, owner, sizeof owner - 1);
    owner[n > 0 ? n : 0] = '\0';
    owner[strcspn(owner, "\n")] = '\0';
    fprintf(stderr, "snanode: %s: in use by process %s; stop that node or give another socket with -s\n",
            s->socket_path, owner[0] ? owner : "?");
}

/* A node that ends removes its lock: who had opened it before holds a file that nobody else will see. */
static bool is_still_there(int fd, const char *path)
{
    struct stat mine, there;
    return fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
           mine.st_dev == there.st_dev;
}

/* A lock next to the socket says who has it; it goes with its process, so that a socket file that was left behind
 * can be told from one in use. */
static int take_lock(struct server *s)
{
    char path[256], owner[32];
    lock_path(s, path, sizeof path);
    for (;;) {
        s->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (s->lock_fd < 0) {
            fprintf(stderr, "snanode: %s: %s; give another socket with -s\n", path, strerror(errno));
            return -1;
        }
        bool taken = flock(s->lock_fd, LOCK_EX | LOCK_NB) == 0;
        if (taken && is_still_there(s->lock_fd, path))
            break;
        if (!taken)
            say_owner(s);
        close(s->lock_fd);
        s->lock_fd = -1;
        if (!taken)
            return -1;
    }
    int n = snprintf(owner, sizeof owner, "%d\n", (int)getpid());
    if (ftruncate(s->lock_fd, 0) < 0 || pwrite(s->lock_fd, owner, (size_t)n, 0) != n)
        log_warn("%s: %s", path, strerror(errno));
    return 0;
}

/* The directory of the socket, for a node that makes its own under /run. */
static void make_directory(const char *path)
{
    char dir[256];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash && slash != dir) {
        *slash = '\0';
        if (mkdir(dir, 0755) < 0 && errno != EEXIST)
            log_debug("%s: %s", dir, strerror(errno));
    }
}

static int resolve_group(struct server *s)
{
    const char *name = s->loaded->tps.client_group;
    if (!name)
        return 0;
    struct group *g = getgrnam(name);
    if (!g) {
        fprintf(stderr, "snanode: group %s (SnaBase\\Parameters\\ClientGroup) is not known on this machine\n",
                name);
        return -1;
    }
    s->admit_group = true;
    s->group = g->gr_gid;
    return 0;
}

static int bind_socket(struct server *s)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    if ((size_t)snprintf(sa.sun_path, sizeof sa.sun_path, "%s", s->socket_path) >= sizeof sa.sun_path) {
        fprintf(stderr, "snanode: %s: longer than a socket's name may be (%zu)\n", s->socket_path,
                sizeof sa.sun_path - 1);
        return -1;
    }
    unlink(s->socket_path); /* the lock is ours: nobody listens there */
    mode_t old = umask(0177);
    s->listen_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int bad = s->listen_fd < 0 || bind(s->listen_fd, (struct sockaddr *)&sa, sizeof sa) < 0;
    umask(old);
    if (!bad && s->admit_group)
        bad = chown(s->socket_path, (uid_t)-1, s->group) < 0 || chmod(s->socket_path, 0660) < 0;
    if (bad || listen(s->listen_fd, 1024) < 0) {
        fprintf(stderr, "snanode: %s: %s\n", s->socket_path, strerror(errno));
        return -1;
    }
    return 0;
}

/* The node's own user, root, and the members of the configured group. */
static bool admitted(const struct server *s, int fd, struct ucred *u)
{
    socklen_t n = sizeof *u;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, u, &n) < 0)
        return false;
    return u->uid == geteuid() || u->uid == 0 || (s->admit_group && access_in_group(fd, s->group));
}

static void on_listen(evutil_socket_t lfd, short what, void *arg)
{
    struct server *s = arg;
    (void)what;
    for (int i = 0; i < 64; i++) {
        struct ucred u;
        int fd = accept4((int)lfd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ECONNABORTED && errno != EINTR)
                log_warn("accepting a connection: %s", strerror(errno));
            break;
        }
        if (!admitted(s, fd, &u)) {
            log_warn("refused a connection of user %u (process %d): not the node's user or group", u.uid,
                     u.pid);
            close(fd);
        } else if (client_new(s, fd, u.pid, u.uid) < 0) {
            close(fd);
        }
    }
    server_settle(s);
}

int listener_open(struct server *s)
{
    make_directory(s->socket_path);
    if (resolve_group(s) < 0 || take_lock(s) < 0 || bind_socket(s) < 0)
        return -1;
    s->ev_listen = event_new(s->base, s->listen_fd, EV_READ | EV_PERSIST, on_listen, s);
    return s->ev_listen && event_add(s->ev_listen, NULL) == 0 ? 0 : -1;
}

void listener_close(struct server *s)
{
    if (s->ev_listen)
        event_free(s->ev_listen);
    s->ev_listen = NULL;
    if (s->listen_fd >= 0) {
        close(s->listen_fd);
        unlink(s->socket_path);
    }
    s->listen_fd = -1;
}

void listener_release(struct server *s)
{
    char path[256];
    if (s->lock_fd >= 0) {
        lock_path(s, path, sizeof path);
        unlink(path);
        close(s->lock_fd);
    }
    s->lock_fd = -1;
}
