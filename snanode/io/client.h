/* client.h - a connection to the node's socket, as seen by the files that share it.  Layer: io.
 * client.c has its answers, connection.c its life; request.c carries out its messages. */
#ifndef SNA_IO_CLIENT_H
#define SNA_IO_CLIENT_H

#include "snanode/io/context.h"
#include "snanode/local/passfd.h"

enum pending {
    PENDING_NONE,
    PENDING_ALLOCATE,
    PENDING_ACCEPT,
    PENDING_ORDER, /* what a verb for sessions has ordered (sessionverb.c) */
    PENDING_TAKE,  /* the Attach is on its way; a cancel ends the conversation, until the port asks for
                      something else */
};

struct client {
    uint32_t id;
    struct server *server;
    int fd;
    struct watch *watch;
    int pid;
    unsigned uid;
    enum lp_kind kind; /* 0 until the hello */
    bool given;        /* a port that came with the welcome: the node has made its socket */
    uint32_t first;    /* the port on which a request right behind the hello counts as sent, 0 = none */
    uint32_t process;  /* it is, or belongs to; 0 = none */
    struct hash_node by_process;
    int stats;            /* statistics page of a process, -1 = none */
    enum pending pending; /* what a port waits for */
    uint32_t conv;        /* ... the conversation of an Allocate, or of the Attach to be taken */
    void *borrow;         /* ... an Allocate on another machine's LU (borrow.c), which WITHDRAW gives up */
    void (*withdraw)(struct client *c);
    struct lp_allocate *wanted; /* ... an Allocate that goes elsewhere when this node has no session to spare,
                                   NULL = none; owned */
    char wanted_lu[NAME_ROOM8]; /* ... with the LU that it is for, "" = one of a pool */
    uint32_t slot;              /* ... the statistics slot of an Accept */
    struct list link;           /* on server->ungreeted */
    uint64_t since_ms;          /* ... since when */
};

struct client *client_get(const struct server *s, uint32_t id);

/* C is, or belongs to, PROCESS from now on, until it leaves. */
void client_join(struct client *c, uint32_t process);
void client_leave(struct client *c);
/* A connection of PROCESS: itself and its ports, in no order; next after C.  NULL: no more. */
struct client *client_of(const struct server *s, uint32_t process);
struct client *client_next(const struct client *c);

/* The connection whose peer is the program of C, as the kernel names it; -1 = none. */
int client_peer(const struct client *c);

/* Send one answer, with descriptor FD unless that is -1.  Returns -1 when the client does not read its
 * answers, or is gone. */
int client_send(struct client *c, const uint8_t *msg, size_t n, int fd);
/* ... with the descriptors FDS before the first -1. */
int client_send_all(struct client *c, const uint8_t *msg, size_t n, const int fds[PASSFD_MAX]);

#define ANSWER(c, type, m, fd)                                                                               \
    do {                                                                                                     \
        uint8_t out_[LP_MAX];                                                                                \
        size_t n_ = lp_##type##_encode((m), out_, sizeof out_);                                              \
        client_send((c), out_, n_, (fd));                                                                    \
        explicit_bzero(out_, n_);                                                                            \
    } while (0)

/* WANTED goes: it may hold a password. */
void client_forget_wanted(struct client *c);

/* Withdraw the request that the port waits for. */
void client_withdraw(struct client *c);

void client_answer_allocate(struct server *s, uint32_t port, struct lp_allocated *m, int fd);
/* Returns -1 when the program is gone and cannot get the answer. */
int client_answer_accept(struct server *s, uint32_t port, const struct lp_accepted *m, int fd);
/* Send the answer to a tool's command: OUT, and the descriptor ROWS unless that is -1.  Closes ROWS. */
void client_answer_tool(struct client *c, const struct lp_answer *out, int rows);

uint32_t client_process(const struct server *s, uint32_t port);
uint32_t client_slot(const struct server *s, uint32_t port);
int client_stats(const struct server *s, uint32_t process); /* descriptor of the statistics page, -1 = none */

#endif
