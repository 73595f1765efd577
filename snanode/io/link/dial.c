#include "snanode/io/link/dial.h"

#include <errno.h>
#include <event2/dns.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/config/config.h"
#include "snanode/io/context.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/watch.h"

#define RESOLV_CONF "/etc/resolv.conf"
#define HOSTS       "/etc/hosts"

struct dial {
    struct server *server;
    dial_fn *done;
    void *arg;
    struct evdns_getaddrinfo_request *asked; /* NULL = nothing is asked */
    struct evutil_addrinfo *addresses;       /* evutil's */
    const struct evutil_addrinfo *next;      /* to be tried */
    struct watch *step, *connects;
    int fd; /* being connected, -1 = none */
    bool cancelled;
    struct stream_end end;
    char host[CFG_ADDRESS_CAP], port[8], at[STREAM_ADDRESS_CAP];
};

static void dial_free(struct dial *d)
{
    watch_free(d->step);
    watch_free(d->connects);
    if (d->fd >= 0)
        close(d->fd);
    if (d->addresses)
        evutil_freeaddrinfo(d->addresses);
    free(d);
}

static void finish(struct dial *d, int fd)
{
    dial_fn *done = d->done;
    void *arg = d->arg;
    struct stream_end end = d->end;
    d->fd = -1;
    dial_free(d);
    done(arg, fd, &end);
}

/* ---- names ---- */

static void say(int is_warning, const char *text)
{
    log_line(is_warning ? LOG_LV_INFO : LOG_LV_DEBUG, "resolver: %s", text);
}

/* READ has failed with a file that is there: no descriptor or memory at that time. */
static bool missed(bool read, const char *file)
{
    return !read && access(file, F_OK) == 0;
}

/* libevent says nothing of hosts that it could not read, and leaves out a name server for which it got no
 * socket. */
static void read_files(struct server *s)
{
    enum { RESOLV_CONF_OK = 0, RESOLV_CONF_NAMES_NONE = 6 };
    int how = evdns_base_resolv_conf_parse(s->names, DNS_OPTIONS_ALL & ~DNS_OPTION_HOSTSFILE, RESOLV_CONF);
    bool hosts = evdns_base_load_hosts(s->names, HOSTS) == 0;
    s->names_missed = missed(how == RESOLV_CONF_OK || how == RESOLV_CONF_NAMES_NONE, RESOLV_CONF) ||
                      missed(hosts, HOSTS) || evdns_base_count_nameservers(s->names) == 0;
}

void dial_names_again(struct server *s)
{
    if (!s->names)
        return;
    evdns_base_clear_nameservers_and_suspend(s->names);
    evdns_base_clear_host_addresses(s->names);
    read_files(s);
    evdns_base_resume(s->names);
}

/* The option: the resolver does not keep the loop busy, nor the node from ending. */
static bool names_ready(struct server *s)
{
    evdns_set_log_fn(say);
    if (s->names) {
        if (s->names_missed)
            dial_names_again(s);
        return true;
    }
    s->names = evdns_base_new(s->base, EVDNS_BASE_DISABLE_WHEN_INACTIVE);
    if (s->names)
        read_files(s);
    return s->names != NULL;
}

void dial_names_end(struct server *s)
{
    if (s->names)
        evdns_base_free(s->names, 0);
    s->names = NULL;
}

/* In the middle of anything, also of the call that asks. */
static void on_answer(int error, struct evutil_addrinfo *found, void *arg)
{
    struct dial *d = arg;
    d->asked = NULL;
    if (d->cancelled) {
        if (found)
            evutil_freeaddrinfo(found);
        dial_free(d);
        return;
    }
    if (error)
        cause_set(&d->end, CAUSE_NO_HOST, "host %s is not found: %s", d->host, evutil_gai_strerror(error));
    d->addresses = found;
    d->next = found;
    watch_fire(d->step);
}

static void ask(struct dial *d)
{
    static const struct timeval limit = {.tv_sec = DIAL_NAME_S};
    struct evutil_addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
    struct evutil_addrinfo *found = NULL;
    hints.ai_flags = EVUTIL_AI_NUMERICHOST;
    int error = evutil_getaddrinfo(d->host, d->port, &hints, &found);
    if (error == 0 || error == EVUTIL_EAI_MEMORY) { /* else it is a name */
        on_answer(error, found, d);
        return;
    }
    hints.ai_flags = EVUTIL_AI_ADDRCONFIG;
    if (!names_ready(d->server)) {
        on_answer(EVUTIL_EAI_MEMORY, NULL, d);
        return;
    }
    watch_add(d->step, &limit);
    d->asked = evdns_getaddrinfo(d->server->names, d->host, d->port, &hints, on_answer, d);
    /* NULL when on_answer has been called already */
}

/* ---- addresses ---- */

static void try_next(struct dial *d);

static void failed(struct dial *d, int error)
{
    cause_set(&d->end, cause_of_errno(error), "%s: %s", d->at, strerror(error));
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
    try_next(d);
}

/* It is connected, or has failed, or its time is over. */
static void on_connect(void *arg)
{
    struct dial *d = arg;
    int error = 0, fd = d->fd;
    socklen_t n = sizeof error;
    struct sockaddr_storage ss;
    socklen_t m = sizeof ss;
    watch_free(d->connects);
    d->connects = NULL;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0)
        error = errno;
    if (!error && getpeername(fd, (struct sockaddr *)&ss, &m) < 0)
        error = ETIMEDOUT;
    if (error)
        failed(d, error);
    else
        finish(d, fd);
}

static void try_next(struct dial *d)
{
    static const struct timeval limit = {.tv_sec = DIAL_ADDRESS_S};
    const struct evutil_addrinfo *a = d->next;
    if (!a) {
        finish(d, -1);
        return;
    }
    d->next = a->ai_next;
    stream_show_address(a->ai_addr, d->at);
    d->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (d->fd < 0 || (connect(d->fd, a->ai_addr, a->ai_addrlen) < 0 && errno != EINPROGRESS)) {
        failed(d, errno);
        return;
    }
    d->connects = watch_new(d->server, d->fd, EV_WRITE, on_connect, d);
    if (d->connects && watch_add(d->connects, &limit) == 0)
        return;
    watch_free(d->connects);
    d->connects = NULL;
    failed(d, ENOMEM);
}

/* The addresses are there, or do not come. */
static void on_step(void *arg)
{
    struct dial *d = arg;
    if (d->asked)
        evdns_getaddrinfo_cancel(d->asked); /* on_answer comes later */
    else
        try_next(d);
}

/* ---- for users ---- */

struct dial *dial_begin(struct server *s, const char *address, dial_fn *done, void *arg)
{
    unsigned port;
    struct dial *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    *d = (struct dial){.server = s, .done = done, .arg = arg, .fd = -1};
    cause_set(&d->end, CAUSE_NO_HOST, "host %.100s has no address", address);
    d->step = watch_new(s, -1, 0, on_step, d);
    if (!d->step) {
        dial_free(d);
        return NULL;
    }
    if (config_split_address(address, d->host, &port)) {
        snprintf(d->port, sizeof d->port, "%u", port % 65536);
        ask(d);
    } else {
        watch_fire(d->step);
    }
    return d;
}

void dial_cancel(struct dial *d)
{
    if (!d)
        return;
    d->cancelled = true;
    if (d->asked)
        evdns_getaddrinfo_cancel(d->asked); /* on_answer comes later, and frees it */
    else
        dial_free(d);
}
