/* One connection to the node's socket: a program, one of its ports, or a tool.  What it sends is checked
 * here; whoever sends garbage, or does not read its answers, loses the connection and nobody else notices. */
#include "snanode/io/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/host/seqpacket.h"
#include "snanode/io/attach.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/holders.h"
#include "snanode/io/listener.h"
#include "snanode/io/nopassfd.h"
#include "snanode/io/request.h"
#include "snanode/io/stays.h"
#include "snanode/io/trace.h"
#include "snanode/io/watch.h"
#include "snanode/local/stats.h"

#define HELLO_MS 5000 /* to say hello in */

/* ---- the end of a connection ---- */

void connection_free(struct client *c)
{
    idtab_remove(&c->server->clients, c->id);
    list_remove(&c->link);
    watch_free(c->watch);
    holders_remove(c->server, c);
    struct process *p = c->kind == LP_KIND_PORT ? node_process(c->server->node, c->process) : NULL;
    if (p)
        p->ports--;
    client_leave(c);
    close(c->fd);
    if (c->stats >= 0)
        close(c->stats);
    listener_resume(c->server);
    client_forget_wanted(c);
    free(c);
}

static void drop_ports(struct server *s, uint32_t process)
{
    for (struct client *c = client_of(s, process), *next; c; c = next) {
        next = client_next(c);
        if (c->borrow)
            c->withdraw(c);
        c->pending = PENDING_NONE; /* its process takes everything along */
        connection_free(c);
    }
}

static void connection_close(struct client *c)
{
    struct server *s = c->server;
    uint32_t process = c->kind == LP_KIND_PROCESS ? c->process : 0;
    client_withdraw(c);
    connection_free(c);
    if (!process)
        return;
    stays_recall_process(s, process);
    trace_process_gone(s, process);
    am_process_gone(s->am, process, now_ms(), &s->afx);
    /* Attaches that were just sent are handled before the end of their sender. */
    struct process *p = node_process(s->node, process);
    if (p)
        LIST_FOREACH_SAFE(l, &p->sides) {
            struct conversation_side *side = LIST_OWNER(l, struct conversation_side, link);
            if (!side->is_b)
                attach_look(s, LIST_OWNER(side, struct conversation, sides[SIDE_A])->id);
        }
    node_process_gone(s->node, process, now_ms(), &s->nfx);
    drop_ports(s, process);
}

void connection_close_all(struct server *s)
{
    uint32_t i = 0;
    struct client *c;
    while ((c = idtab_next(&s->clients, &i)))
        if (c->kind != LP_KIND_PORT || c->process == 0) {
            connection_close(c);
            i = 0;
        }
}

/* ---- what it sends ---- */

/* Receive one message: returns its octets, 0 when there is none, -1 at the end.  Descriptors that come along
 * are none of this program's: a listener refuses them (nopassfd.h), and otherwise the kernel drops them here.
 */
static ssize_t receive(struct client *c, uint8_t *msg)
{
    ssize_t k = seqpacket_recv(c->fd, msg, LP_MAX, MSG_DONTWAIT | MSG_TRUNC);
    if (k < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
    return k == 0 || k > LP_MAX ? -1 : k;
}

/* One message in each turn: most clients have no second one, and a read that finds nothing costs as much
 * as one that does. */
static void on_read(void *arg)
{
    struct client *c = arg;
    uint8_t msg[LP_MAX];
    ssize_t n = receive(c, msg);
    if (n == 0)
        return;
    if (n > 0)
        log_trace("process %d: %s, %zd octets", c->pid, lp_name(lp_type(msg, (size_t)n)), n);
    int handled = n > 0 ? request_handle(c, msg, (size_t)n) : -1;
    bool ok = handled == 0;
    if (n > 0)
        explicit_bzero(msg, (size_t)n);
    if (!ok) {
        if (n > 0 && handled < 0) {
            log_warn("process %d sent what is not the local protocol: dropped", c->pid);
            c->server->dropped_clients++;
        }
        connection_close(c);
    }
}

/* NULL when out of memory. */
static struct client *serve(struct server *s, int fd, int pid, unsigned uid)
{
    struct client *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    *c = (struct client){.server = s,
                         .fd = fd,
                         .pid = pid,
                         .uid = uid,
                         .stats = -1,
                         .slot = STATS_SLOT_NONE,
                         .since_ms = now_ms()};
    list_init(&c->link);
    c->id = idtab_add(&s->clients, c);
    c->watch = c->id ? watch_new(s, fd, EV_READ | EV_PERSIST, on_read, c) : NULL;
    if (!c->watch || watch_add(c->watch, NULL) < 0 || holders_add(s, c) < 0) {
        watch_free(c->watch);
        idtab_remove(&s->clients, c->id);
        free(c);
        return NULL;
    }
    return c;
}

int connection_new(struct server *s, int fd, int pid, unsigned uid)
{
    struct client *c = serve(s, fd, pid, uid);
    if (!c)
        return -1;
    list_append(&s->ungreeted, &c->link);
    return 0;
}

uint32_t connection_port(struct client *c, struct client **port, int *end)
{
    int p[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p) < 0)
        return errno == EMFILE || errno == ENFILE ? LP_RC_DESCRIPTORS : LP_RC_MEMORY;
    passfd_refuse(p[0]);
    *port = serve(c->server, p[0], c->pid, c->uid);
    uint32_t rc = *port ? holders_judge(c->server, *port, NULL) : LP_RC_MEMORY;
    if (rc == LP_RC_OK) {
        (*port)->kind = LP_KIND_PORT;
        (*port)->given = true;
        *end = p[1];
        return LP_RC_OK;
    }
    close(p[1]);
    if (*port)
        connection_free(*port);
    else
        close(p[0]);
    return rc;
}

uint64_t connection_deadline(const struct server *s)
{
    const struct list *l = &s->ungreeted;
    return list_empty(l) ? UINT64_MAX : LIST_OWNER(l->next, struct client, link)->since_ms + HELLO_MS;
}

void connection_tick(struct server *s, uint64_t now)
{
    while (connection_deadline(s) <= now) {
        struct client *c = LIST_OWNER(s->ungreeted.next, struct client, link);
        log_warn("process %d connected and said nothing for %d s: dropped", c->pid, HELLO_MS / 1000);
        s->dropped_clients++;
        connection_close(c);
    }
}
