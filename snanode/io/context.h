/* context.h - the running node: the pure objects, and the descriptors that belong to them.  Layer: io.
 * The ground of this folder: every file may include it, and it includes only what it holds by value. */
#ifndef SNA_IO_CONTEXT_H
#define SNA_IO_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attachmgr/attachmgr.h"
#include "snanode/base/hash.h"
#include "snanode/base/idtab.h"
#include "snanode/io/load.h"
#include "snanode/io/metrics.h"
#include "snanode/io/socketfile.h"
#include "snanode/node/node.h"

struct event_base;
struct access;
struct channel;
struct domain;
struct evdns_base;
struct h2_stream;
struct http;
struct line;
struct line_leg;
struct link_effect;
struct notice;
struct page;
struct reading;
struct trace;
struct watch;

#define PAUSED_LISTS 64

struct server {
    struct event_base *base;
    const char *socket_path;
    const struct file_list *commands, *registry;
    struct loaded *loaded;               /* what is in force */
    struct reading *reading, *read_next; /* files that are being read again, and that have to be after it */
    struct node *node;
    struct attachmgr *am;

    struct socketfile socketfile;
    int listen_fd;
    bool listen_handed;                    /* by a service manager, whose socket it stays */
    bool listen_paused;                    /* there was none for a connection that waits */
    struct watch *listens, *listens_again; /* listener.c */
    int (*connected)(struct server *s, int fd, int pid, unsigned uid); /* ... who gets each connection */
    struct watch *terminate, *interrupt, *child_ends, *hangup;         /* signals */
    struct watch *starts_go_on;                                        /* copies are left to be started */
    struct watch *drain, *grace, *halt;                                /* stop.c */
    struct watch *beat;                                                /* supervisor.c */
    struct watch *line_reaper;                                         /* link/lines.c */
    struct watch *tick;                                                /* turn.c */
    uint64_t tick_at;      /* when the tick fires, UINT64_MAX = not armed */
    struct access *access; /* who may administer and allocate */
    bool admit_group;
    gid_t group;

    struct idtab clients;           /* struct client */
    struct hash clients_by_process; /* ... that are or belong to one */
    struct channel **by_conv;       /* by IDTAB_SLOT of the conversation's id, the latest first */
    uint32_t n_by_conv;
    unsigned n_channels;
    struct list stays;                /* sessions that stay with two programs (stays.c) */
    bool stays_allowed, stays_unseen; /* SNANODE_STAY: at all; also where the log shows each conversation */
    uint32_t stay_grants;
    uint64_t stays_so_far, brackets;
    struct watch *stay_look;
    struct list holders;          /* struct holder: connections of each user */
    struct hash takers;           /* struct taker: descriptors of each process (holders.c) */
    struct list ungreeted;        /* clients that have not said hello, oldest first */
    struct list children, graces; /* child.c */
    struct list outputs;          /* struct tpout */
    struct hash children_by_pid;
    unsigned n_children;
    struct list starts; /* copies that still have to be started */
    struct list events;
    unsigned n_events;

    struct list streams;              /* struct stream: connections to other nodes */
    struct list paused[PAUSED_LISTS]; /* struct bridge whose session has no room, by its path (bridge.c) */
    struct list lines;                /* struct line: connections of the configuration */
    struct list callports;            /* struct callport: where they are called */
    uint32_t next_line;
    struct evdns_base *names; /* dial.c; NULL until a name is looked up */
    bool names_missed;        /* its files could not be read: again before the next name */
    struct watch *expiry;     /* of certificates, once a day */

    struct domain *domain;                                          /* domain.c, NULL = in none */
    void (*machine_begins)(struct server *s, struct h2_stream *st); /* ... who gets what others begin */
    struct list borrows;     /* struct borrow: Allocates that other machines are asked for */
    struct list borrows_new; /* ... that are to be asked at the end of this turn */
    struct notice *notice;   /* what programs may know at any time, NULL = no page */
    int notice_fd;

    struct metrics metrics;
    struct http *http;   /* http.c, NULL = not served */
    struct page *page;   /* page.c, NULL = nobody looks at it */
    struct trace *trace; /* trace.c; NULL until the first one */

    struct list orders; /* what programs have ordered and is still to come (sessionverb.c) */
    struct list asks;   /* commands of administrators whose answer is still to come (admin_session.c) */
    uint32_t next_ask;
    struct { /* who has links, NULL = nobody; together with the node's carriers */
        void (*send)(struct server *s, const struct piu *p);
        void (*activate)(struct server *s, uint32_t carrier);
        /* What a link wants done with sessions and conversations (link/line.h). */
        void (*effect)(struct line *l, const struct link_effect *e);
        void (*failed)(struct line *l, const char *why); /* it could not be made active */
        void (*ending)(struct line *l);                  /* its sessions are to be unbound */
        /* N octets have gone out on a leg of L, or come in, which /record asks to be recorded (tap.c). */
        void (*tap)(struct line *l, struct line_leg *g, bool out, const uint8_t *p, size_t n);
        void (*tap_end)(struct line *l);
    } links;

    struct node_effects nfx, nfx_spare; /* to be carried out; what takes its place meanwhile, as large */
    struct am_effects afx;
    void (*settle)(struct server *s); /* after each event: carry effects out until there are none */
    bool settling;
    unsigned drain_s;        /* how long open conversations may take to end when the node stops */
    bool stopping;           /* no new connections or conversations; those under way may end */
    bool ending;             /* conversations are cut, TPs asked to end */
    bool halting, halt_over; /* links are ended, and were waited for */
    uint64_t started_ms;
    time_t started;
    uint64_t delivered, rejected, launches, launch_failures, dropped_clients;
};

/* Milliseconds of the monotonic clock. */
uint64_t now_ms(void);

#endif
