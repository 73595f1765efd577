#include "snanode/io/link/port.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/config/config.h"
#include "snanode/io/context.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/watch.h"

#define BACKLOG  64
#define AT_ONCE  16 /* connections taken in one turn of the loop */
#define PAUSE_MS 100

struct port {
    struct server *server;
    port_fn *called;
    void *arg;
    int fd;
    struct watch *listens, *again;
    bool paused;
    char address[STREAM_ADDRESS_CAP];
};

/* ---- connections ---- */

static const struct timeval soon = {.tv_usec = PAUSE_MS * 1000};

static void go_on(void *arg)
{
    struct port *p = arg;
    if (watch_add(p->listens, NULL) < 0)
        watch_add(p->again, &soon);
    else
        p->paused = false;
}

/* The connections wait, for a descriptor for example, and so does the node, for a moment. */
static void pause_a_while(struct port *p)
{
    if (!p->paused)
        log_warn("a connection waits at %s: %s", p->address, strerror(errno));
    p->paused = true;
    watch_stop(p->listens);
    watch_add(p->again, &soon);
}

static void on_call(void *arg)
{
    struct port *p = arg;
    for (int i = 0; i < AT_ONCE; i++) {
        int fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            p->called(p->arg, fd);
        } else if (errno != ECONNABORTED && errno != EINTR) {
            if (errno != EAGAIN && errno != EWOULDBLOCK)
                pause_a_while(p);
            return;
        }
    }
}

/* ---- listening ---- */

/* The first address of HOST, none of which is asked of a name server. */
static struct addrinfo *address_of(const char *address)
{
    char host[CFG_ADDRESS_CAP], service[8];
    unsigned port = 0;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found = NULL;
    if (!config_split_address(address, host, &port))
        return NULL;
    snprintf(service, sizeof service, "%u", port % 65536);
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    const char *numeric = strcasecmp(host, "localhost") == 0 ? "127.0.0.1" : host;
    if (strcmp(host, "*") != 0)
        return getaddrinfo(numeric, service, &hints, &found) == 0 ? found : NULL;
    if (getaddrinfo("::", service, &hints, &found) == 0) {
        int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0) {
            close(fd);
            return found; /* IPv4 comes there too */
        }
        freeaddrinfo(found);
    }
    return getaddrinfo("0.0.0.0", service, &hints, &found) == 0 ? found : NULL;
}

/* A descriptor that listens, -1 with errno. */
static int listen_at(const struct addrinfo *a)
{
    int on = 1, off = 0, error;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* the node may have just ended */
    if (a->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    error = errno;
    close(fd);
    errno = error;
    return -1;
}

static void show_address(struct port *p)
{
    struct sockaddr_storage ss = {.ss_family = AF_UNSPEC};
    socklen_t n = sizeof ss;
    getsockname(p->fd, (struct sockaddr *)&ss, &n);
    stream_show_address((struct sockaddr *)&ss, p->address);
}

struct port *port_open(struct server *s, const char *address, port_fn *called, void *arg,
                       struct stream_end *why)
{
    struct addrinfo *a = address_of(address);
    struct port *p = calloc(1, sizeof *p);
    int fd = a ? listen_at(a) : -1;
    if (!a)
        cause_set(why, CAUSE_NO_HOST, "%.100s is no address of this machine", address);
    else if (fd < 0)
        cause_set(why, cause_of_errno(errno), "%s", strerror(errno));
    else
        cause_set(why, CAUSE_LOCAL, "out of memory");
    if (a)
        freeaddrinfo(a);
    if (fd < 0 || !p) {
        if (fd >= 0)
            close(fd);
        free(p);
        return NULL;
    }
    *p = (struct port){.server = s, .called = called, .arg = arg, .fd = fd};
    show_address(p);
    p->listens = watch_new(s, fd, EV_READ | EV_PERSIST, on_call, p);
    p->again = watch_new(s, -1, 0, go_on, p);
    if (p->listens && p->again && watch_add(p->listens, NULL) == 0)
        return p;
    port_close(p);
    return NULL;
}

const char *port_address(const struct port *p)
{
    return p->address;
}

void port_close(struct port *p)
{
    if (!p)
        return;
    watch_free(p->listens);
    watch_free(p->again);
    close(p->fd);
    free(p);
}
