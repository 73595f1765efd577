/* The node's socket: who may connect, and what happens when descriptors run out. */
#include "snanode/io/listener.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/base/plural.h"
#include "snanode/io/access.h"
#include "snanode/io/context.h"
#include "snanode/io/holders.h"
#include "snanode/io/nopassfd.h"
#include "snanode/io/remedy.h"
#include "snanode/io/watch.h"

#define CONNECTIONS_A_TURN 64
#define AGAIN_MS           500 /* after this time a listener that found no descriptor tries again */

static int resolve_group(struct server *s)
{
    const char *name = s->loaded->tps.client_group;
    if (!name)
        return 0;
    errno = 0;
    struct group *g = getgrnam(name);
    if (!g) {
        /* What there may be when nothing has failed, and there is no such group [getgrnam(3), ERRORS]. */
        bool unknown = errno == 0 || errno == ENOENT || errno == ESRCH || errno == EBADF || errno == EPERM;
        fprintf(stderr, "snanode: group %s (SnaBase\\Parameters\\ClientGroup): %s; %s\n", name,
                unknown ? "not known on this machine" : strerror(errno),
                unknown ? "make it (groupadd), or name another one" : remedy(errno));
        return -1;
    }
    s->admit_group = true;
    s->group = g->gr_gid;
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

/* Tell the client on FD why its connection is not kept. */
static void turn_away(const struct server *s, int fd, uint32_t rc)
{
    struct lp_welcome w = {.version = LP_VERSION, .rc = (uint16_t)rc};
    uint8_t msg[LP_MAX];
    /* Closing with the hello unread would give the client an error before the answer. */
    (void)!recv(fd, msg, sizeof msg, MSG_DONTWAIT);
    snprintf(w.server, sizeof w.server, "%.15s", s->loaded->cfg.server);
    (void)!send(fd, msg, lp_welcome_encode(&w, msg, sizeof msg), MSG_DONTWAIT | MSG_NOSIGNAL);
    close(fd);
}

static void take(struct server *s, int fd)
{
    struct ucred u = {.uid = 0};
    if (!admitted(s, fd, &u)) {
        log_warn("refused a connection of user %u (process %d): not the node's user or group", u.uid, u.pid);
        close(fd);
        return;
    }
    uint32_t rc = holders_judge_new(s, u.uid, u.pid, fd);
    if (rc == LP_RC_OK && s->connected(s, fd, u.pid, u.uid) < 0)
        rc = LP_RC_MEMORY;
    if (rc == LP_RC_OK)
        return;
    log_warn("dropped a connection of process %d of user %u, who has %u: %s", u.pid, u.uid,
             holders_connections(s, u.uid), lp_reason(rc));
    turn_away(s, fd, rc);
}

static const struct timeval again = {.tv_usec = AGAIN_MS * 1000};

/* A connection that cannot be accepted stays in the queue, where the loop would find it again and
 * again. */
static void pause_accepting(struct server *s, int why)
{
    watch_stop(s->listens);
    watch_add(s->listens_again, &again);
    if (!s->listen_paused)
        log_warn("no new connections: %s, with %u connection%s and %u conversation%s open; %s", strerror(why),
                 s->clients.n, plural_s(s->clients.n), s->n_channels, plural_s(s->n_channels),
                 why == EMFILE
                     ? "end programs, or raise the limit of open files (ulimit -n, LimitNOFILE) and "
                       "restart the node"
                     : remedy(why));
    s->listen_paused = true;
}

void listener_resume(struct server *s)
{
    if (!s->listen_paused || !s->listens)
        return;
    watch_stop(s->listens_again);
    if (watch_add(s->listens, NULL) < 0)
        watch_add(s->listens_again, &again);
}

static void on_again(void *arg)
{
    listener_resume(arg);
}

static void on_listen(void *arg)
{
    struct server *s = arg;
    for (int i = 0; i < CONNECTIONS_A_TURN; i++) {
        int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            take(s, fd);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (s->listen_paused)
                log_info("connections are accepted again");
            s->listen_paused = false;
            break;
        } else if (errno != ECONNABORTED && errno != EINTR) {
            pause_accepting(s, errno);
            break;
        }
    }
}

/* A socket that a service manager has handed over: who may connect is its business, but the group can be
 * helped. */
static int adopt(struct server *s, int fd)
{
    s->listen_handed = true;
    if (s->admit_group && socketfile_admit(s->socket_path, s->group) < 0)
        log_warn(
            "socket %s: its group cannot be set to that of ClientGroup (%s), so members may not be able to "
            "connect: set SocketGroup= and SocketMode=0660 in the socket unit",
            s->socket_path, strerror(errno));
    return fd;
}

int listener_open(struct server *s, int handed,
                  int (*connected)(struct server *s, int fd, int pid, unsigned uid))
{
    s->connected = connected;
    if (resolve_group(s) < 0 || socketfile_lock(&s->socketfile, s->socket_path) < 0)
        return -1;
    s->listen_fd =
        handed >= 0 ? adopt(s, handed) : socketfile_listen(&s->socketfile, s->admit_group, s->group);
    if (s->listen_fd < 0)
        return -1;
    passfd_refuse(s->listen_fd); /* and so do the connections that it accepts */
    s->listens = watch_new(s, s->listen_fd, EV_READ | EV_PERSIST, on_listen, s);
    s->listens_again = watch_new(s, -1, 0, on_again, s);
    if (s->listens && s->listens_again && watch_add(s->listens, NULL) == 0)
        return 0;
    remedy_say(s->socket_path, errno);
    return -1;
}

void listener_close(struct server *s)
{
    watch_free(s->listens);
    watch_free(s->listens_again);
    s->listens = s->listens_again = NULL;
    if (s->listen_fd >= 0) {
        close(s->listen_fd);
        if (!s->listen_handed)
            socketfile_remove(&s->socketfile);
    }
    s->listen_fd = -1;
}

void listener_release(struct server *s)
{
    socketfile_release(&s->socketfile);
}
