/* What other files may know of a connection, and the answers that go out on it.  connection.c has its life.
 */
#include "snanode/io/client.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/local/passfd.h"
#include "snanode/local/stats.h"

struct client *client_get(const struct server *s, uint32_t id)
{
    return idtab_get(&s->clients, id);
}

void client_forget_wanted(struct client *c)
{
    if (c->wanted)
        explicit_bzero(c->wanted, sizeof *c->wanted);
    free(c->wanted);
    c->wanted = NULL;
}

void client_withdraw(struct client *c)
{
    struct server *s = c->server;
    if (c->pending == PENDING_ALLOCATE && c->borrow)
        c->withdraw(c);
    else if (c->pending == PENDING_ALLOCATE)
        node_allocate_cancel(s->node, c->conv, now_ms(), &s->nfx);
    else if (c->pending == PENDING_ACCEPT)
        am_accept_gone(s->am, c->id, now_ms(), &s->afx);
    c->pending = PENDING_NONE;
}

/* ---- answers ---- */

int client_send_all(struct client *c, const uint8_t *msg, size_t n, const int fds[PASSFD_MAX])
{
    union passfd room;
    log_trace("process %d is answered: %s, %zu octets%s", c->pid, lp_name(lp_type(msg, n)), n,
              fds[0] >= 0 ? ", a descriptor" : "");
    struct iovec iov = {(void *)(uintptr_t)msg, n};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    passfd_put(&m, &room, fds);
    if (sendmsg(c->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)n)
        return 0;
    if (errno != EPIPE && errno != ECONNRESET) {
        log_warn("process %d does not read its answers: dropped", c->pid);
        c->server->dropped_clients++;
    }
    shutdown(c->fd, SHUT_RDWR); /* the read side of the loop sees the end and closes it */
    return -1;
}

int client_send(struct client *c, const uint8_t *msg, size_t n, int fd)
{
    return client_send_all(c, msg, n, (const int[PASSFD_MAX]){fd, -1, -1, -1});
}

void client_answer_allocate(struct server *s, uint32_t port, struct lp_allocated *m, int fd)
{
    struct client *c = client_get(s, port);
    if (!c || c->pending != PENDING_ALLOCATE)
        return;
    c->pending = PENDING_NONE;
    client_forget_wanted(c);
    if (s->loaded->tps.sw.allocate_failure_20)
        m->rc = retcode_without_failure(m->rc);
    ANSWER(c, allocated, m, fd);
}

int client_answer_accept(struct server *s, uint32_t port, const struct lp_accepted *m, int fd)
{
    struct client *c = client_get(s, port);
    uint8_t out[LP_MAX];
    if (!c || c->pending != PENDING_ACCEPT)
        return -1;
    c->pending = PENDING_NONE;
    size_t n = lp_accepted_encode(m, out, sizeof out);
    int sent = client_send(c, out, n, fd);
    explicit_bzero(out, n);
    if (sent < 0)
        return -1;
    if (fd >= 0) {
        c->pending = PENDING_TAKE;
        c->conv = m->conv;
    }
    return 0;
}

uint32_t client_process(const struct server *s, uint32_t port)
{
    struct client *c = client_get(s, port);
    return c ? c->process : 0;
}

uint32_t client_slot(const struct server *s, uint32_t port)
{
    struct client *c = client_get(s, port);
    return c ? c->slot : STATS_SLOT_NONE;
}

void client_join(struct client *c, uint32_t process)
{
    c->process = process;
    hash_add(&c->server->clients_by_process, &c->by_process, hash_u64(process));
}

void client_leave(struct client *c)
{
    if (c->process)
        hash_remove(&c->server->clients_by_process, &c->by_process);
    c->process = 0;
}

struct client *client_of(const struct server *s, uint32_t process)
{
    struct hash_node *h = hash_first(&s->clients_by_process, hash_u64(process)); /* a bijection */
    return h ? LIST_OWNER(h, struct client, by_process) : NULL;
}

struct client *client_next(const struct client *c)
{
    struct hash_node *h = hash_next(&c->by_process);
    return h ? LIST_OWNER(h, struct client, by_process) : NULL;
}

/* The first connection of PROCESS. */
static const struct client *own(const struct server *s, uint32_t process)
{
    for (struct client *c = client_of(s, process); c; c = client_next(c))
        if (c->kind == LP_KIND_PROCESS)
            return c;
    return NULL;
}

int client_stats(const struct server *s, uint32_t process)
{
    const struct client *c = own(s, process);
    return c ? c->stats : -1;
}

/* Of a socket that the node has made the kernel would name the node. */
int client_peer(const struct client *c)
{
    c = c->given ? own(c->server, c->process) : c;
    return c ? c->fd : -1;
}

void client_answer_tool(struct client *c, const struct lp_answer *out, int rows)
{
    ANSWER(c, answer, out, rows);
    if (rows >= 0)
        close(rows);
}
