/* line.h - one connection of the configuration, from TCP up to a link that carries sessions.  Layer: io.
 *
 *      stream(s)  <->  struct peer: DLSw partner, one circuit  <->  struct link  <->  server.links: node,
 * programs
 *
 * What flows between the two pure machines is passed on here; what the link wants done with sessions and
 * conversations goes to server.links.effect, in order. */
#ifndef SNA_IO_LINK_LINE_H
#define SNA_IO_LINK_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "snanode/base/list.h"
#include "snanode/config/config.h"
#include "snanode/dlsw/peer.h"
#include "snanode/io/link/backoff.h"
#include "snanode/io/link/stream.h"
#include "snanode/link/link.h"
#include "snanode/wire/capframe.h"

struct server;
struct dial;
struct line;
struct recording;
struct tls;
struct watch;

enum line_state {
    LINE_INACTIVE, /* nobody wants it */
    LINE_WAITING,  /* for the next try, or to be called */
    LINE_CALLING,  /* TCP, TLS */
    LINE_EXCHANGE, /* DLSw partners exchange capabilities */
    LINE_CIRCUIT,  /* circuit and XIDs */
    LINE_ACTIVE,   /* sessions */
    LINE_ENDING,   /* sessions are being unbound, and then the circuit is taken down */
    LINE_STATE_N
};

/* One TCP connection of a line; an accepted one with TLS has no line until the peer has shown who it is. */
struct line_leg {
    struct list pending; /* on its port's list until it has a line, and then alone */
    struct server *server;
    struct line *line;
    enum peer_conn conn;
    int order; /* of the IP addresses, as peer_connected() wants it */
    struct stream *stream;
    bool up, choked, paused;
    char address[STREAM_ADDRESS_CAP];
    uint64_t since_ms; /* when it was made */
    struct capframe_stream capture;
    bool captured;   /* its opening is in the recording */
    uint32_t *whose; /* ids of the lines that it may be for, by position of the name */
    size_t n_whose;
};

struct line {
    struct list link; /* on the server's lines */
    uint32_t id;      /* carrier: path.h */
    struct server *server;
    struct cfg_conn conf; /* as configured when it was made */
    struct cfg_tls tls;
    char listen[CFG_ADDRESS_CAP];
    bool has_mac, has_remote;
    uint8_t mac[CFG_MAC_N];
    struct ssp_address remote;
    uint8_t sap;
    struct station_config station;

    uint8_t state; /* enum line_state */
    bool wanted;   /* to be up: it is tried again */
    bool barred;   /* an administrator has ended it: calls are refused */
    bool asked;    /* somebody waits for it: an Allocate, an administrator */
    bool demanded; /* an Allocate has begun it, and it ends when it is not used any more [L142] */
    bool unused;   /* that is why it ends: LINE_ENDING */
    bool halted;   /* HALT_DL has been sent: LINE_ENDING */
    bool in_order; /* the partner has ended it when there were no sessions */
    bool retired;  /* the configuration has it no more, or otherwise: it goes when it has ended */
    struct dial *dial;
    struct backoff backoff;
    unsigned tries;
    uint64_t retry_at; /* ms, UINT64_MAX = not; so are the next two */
    uint64_t end_at;   /* when HALT_DL goes, whatever sessions there are */
    uint64_t idle_at;  /* when it has been unused for long enough */
    struct line_leg *legs[PEER_CONNS];
    struct peer *peer;
    uint32_t circuit; /* 0 = none */
    struct link station_link;
    bool has_link;
    bool running, again; /* line_run() */
    bool lost;           /* it has to end, for WHY */
    char why[300];
    struct watch *clock;
    struct recording *recording; /* tap.c; NULL = none */
    bool deaf;                   /* it cannot be recorded, and the log has said so */
    uint64_t octets_in, octets_out;
    time_t since;
};

/* For snactl. */
const char *line_state_name(enum line_state st);

/* A line of CONN, which is copied, on the server's list.  NULL: out of memory. */
struct line *line_new(struct server *s, const struct cfg_conn *conn);
void line_free(struct line *l);
/* Whether CONN is what L was made of. */
bool line_is(const struct line *l, const struct node_config *c, const struct cfg_conn *conn);

struct line *line_by_id(const struct server *s, uint32_t id);
struct line *line_by_name(const struct server *s, const char *name);

/* Whether this side can make the TCP connection. */
bool line_can_call(const struct line *l);
bool line_is_up(const struct line *l);

/* Make it active, and keep it so: call the peer, or wait to be called. */
void line_start(struct line *l);
/* ... for an Allocate: if it is configured so, only for as long as there are sessions. */
void line_demand(struct line *l);
/* End it, for WHY: its sessions are unbound, the circuit is taken down, and then all ends.  It is not tried
 * again. */
void line_stop(struct line *l, const char *why);
/* End it at once. */
void line_cut(struct line *l, const char *why);

/* A connection FD has come for one of the N lines in V, by preference; with TLS it shows for which.  Until
 * then it is on PENDING, the list of its port. */
void line_called(struct server *s, int fd, struct line *const *v, size_t n, struct tls *tls,
                 struct list *pending);

/* Let go of who has called L, for WHY: all of L ends. */
void line_let_go(struct line *l, const char *why);

/* The link of L has something to send, or has more room. */
void line_run(struct line *l);
/* Carry out what a call of the link asks for. */
void line_effects(struct line *l, const struct link_effects *fx);

#endif
