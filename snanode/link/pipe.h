/* pipe.h - the bridge of one half-session: frames of conversations on one side, BIUs of the session on the
 * other.  Layer: link (pure).  [docs/local-protocol.md; Formats: RH; HIS: FM Profile 19; LU62PP; L59 to L67]
 *
 *      program's socket                         session on the link
 *      pipe_put()    -> queue, FMH-5, RU sizes -> pipe_next()     numbers, pacing
 *      pipe_front()  <- queue, credit by reading <- pipe_receive()  order, chains, who is meant
 *
 * One bracket at a time is a program's conversation (pipe_converse, pipe_accept) or the node's own affair.
 * What does not belong to a program's conversation goes to the node: Attaches, bids, RTR, BIS, and their
 * responses. A socket that is not read uses up the windows that were granted, and then the partner waits: the
 * memory that waits here is bounded by two windows.  Nothing is dropped but what the protocol says is purged.
 */
#ifndef SNA_LINK_PIPE_H
#define SNA_LINK_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/err.h"
#include "snanode/base/list.h"
#include "snanode/link/biu.h"
#include "snanode/link/pacing.h"
#include "snanode/wire/fmh5.h"
#include "snanode/wire/fmh7.h"

struct pipe_params {
    uint32_t send_ru;                 /* octets of the largest RU to send; 0 = no limit */
    uint8_t send_window, recv_window; /* as the BIND has them; 0 = not paced */
    bool adaptive;
};

/* What a response to the last request that came would say. */
struct pipe_owed {
    uint16_t snf;
    struct rh rh;
    uint8_t code;   /* of a DFC request */
    bool answered;  /* the chain has had its response, or wants none */
    bool long_lock; /* RQE2 or RQE3: the next request is the positive answer */
};

/* The partner's FMH-7 of which RUs have yet to come. */
struct pipe_error {
    uint8_t octets[FMH7_MAX];
    size_t n;    /* that have come, of the header and its log; 0: none is under way */
    bool begins; /* its chain began with it */
};

/* The partner's FMH-5 that came in several RUs. */
struct pipe_attach {
    uint8_t *octets; /* of these RUs; malloc'd */
    size_t n;
    struct rh whole;
    bool done; /* the node has it */
};

struct pipe {
    uint32_t send_ru;
    struct pacing_send pace_out;
    struct pacing_recv pace_in;
    struct ipm ack; /* to be sent when ACK_DUE */
    bool ack_due;
    bool starved; /* requests have waited for credit since the last pacing request */

    uint32_t conv; /* the conversation that has the bracket; 0 = none, or the node's */
    uint8_t fmh5[FMH5_MAX];
    size_t fmh5_n; /* an Attach that goes with the first frame */
    bool bb;       /* ... with the begin bracket indicator */
    uint32_t over; /* the conversation whose bracket has ended: pipe_over() */

    /* sending */
    struct list requests, responses, expedited; /* of struct biu */
    size_t waiting;                             /* octets of RUs in REQUESTS */
    unsigned n_answers;                         /* BIUs in RESPONSES and EXPEDITED */
    bool want_room;                             /* the program was told to stop */
    uint16_t snf_out;                           /* last number */
    unsigned unanswered;                        /* requests since the last definite response */
    bool chain_out;                             /* a chain of ours is open on the session */
    bool chain_node;                            /* ... it is the node's */
    bool led;        /* the node has begun a chain (FMH-12), which a conversation's first RU goes on with */
    bool chain_over; /* the bracket of the last chain has ended, or there was none */
    bool chain_refused;   /* it has had a negative response */
    uint16_t chain_first; /* number of its first RU */
    bool rqd;             /* a definite response to RQD_SNF is outstanding */
    bool rqd_silent;      /* ... of which the program is told nothing */
    bool rqd_ends;        /* ... with which the bracket ends */
    uint16_t rqd_snf;
    bool ctl; /* a DFC request of the node waits for its response */
    uint16_t ctl_snf;
    bool begun;      /* something of the conversation has flowed */
    bool sig_wanted; /* ... before which its SIG must not, which waits for the answer to the last SIG, too */
    bool sig;        /* a SIG waits for its response */
    uint16_t sig_id;
    bool turn;        /* the right to send is ours, as far as it matters here */
    bool hold;        /* after -RSP: no request before the partner's chain has ended */
    bool refuse_next; /* the program has refused a chain of the partner's that has yet to come [L130] */
    bool swallow;     /* the program's chain was ended in its place: up to its own end nothing is sent */
    bool said_end;    /* the last of its requests, flowed or waiting, ends the conversation */
    bool orphan;      /* the program is gone */
    uint32_t orphan_sense;

    /* receiving */
    struct list in; /* of struct biu, for programs */
    unsigned n_in;  /* requests in it */
    bool sig_in;    /* a SIG is in it */
    uint16_t snf_in;
    bool chain_in;
    bool bid_in; /* that chain begins a bracket which was refused: it is purged */
    struct pipe_owed owed;
    struct pipe_error error;
    struct pipe_attach attach;
};

void pipe_init(struct pipe *p, const struct pipe_params *params);
void pipe_fini(struct pipe *p);

/* ---- conversations ---- */

/* The session's bracket is that of CONV (not 0), which sends first; FMH5 (N octets) goes with its first
 * frame. BB: as the bracket is begun here, neither the implied first one nor one that was granted to a bid.
 */
void pipe_converse(struct pipe *p, uint32_t conv, const uint8_t *fmh5, size_t n, bool bb);
/* The Attach that pipe_receive() gave to the node is for a program: CONV.  RH is that of the Attach, DATA
 * (N octets) what is behind it in the RU.  0, or -1 with *E set (no memory). */
int pipe_accept(struct pipe *p, uint32_t conv, const struct rh *rh, const uint8_t *data, size_t n,
                struct sna_err *e) __attribute__((warn_unused_result));
/* The program is gone without a last word: the partner gets an FMH-7 with SENSE as soon as it may. */
void pipe_abandon(struct pipe *p, uint32_t sense);
/* The conversation whose bracket has ended since the last call; 0 = none.  Frames for it may still wait. */
uint32_t pipe_over(struct pipe *p);

/* ---- from and to programs ---- */

enum pipe_put { PIPE_PUT, PIPE_UNBIND };

/* A frame of CONV's socket (N octets).  PIPE_PUT; PIPE_UNBIND: the program ends the session with the sense in
 * *E [L64]; -1 with *E set: not a frame, or no memory, and the session has to go. */
int pipe_put(struct pipe *p, uint32_t conv, const uint8_t *frame, size_t n, struct sna_err *e)
    __attribute__((warn_unused_result));
/* Whether another frame is to be read from the socket.  When not, pipe_roomy() says once that it is again. */
bool pipe_room(struct pipe *p);
bool pipe_roomy(struct pipe *p);

/* The first frame for a program, complete in OUT (FRAME_HDR + FRAME_RU_MAX octets): returns its length, 0 =
 * none. It stays until pipe_pop(). */
size_t pipe_front(const struct pipe *p, uint32_t *conv, uint8_t *out);
void pipe_pop(struct pipe *p);

/* ---- from and to the session ---- */

/* An RU of the node on this session.  SNF is for responses and for the expedited flow.  0, or -1 with *E
 * set. */
int pipe_node_send(struct pipe *p, bool expedited, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                   size_t n, struct sna_err *e) __attribute__((warn_unused_result));

enum pipe_receive { PIPE_TAKEN, PIPE_FOR_NODE };

/* A BIU of the session, but for BIND, UNBIND and their responses.  PIPE_TAKEN; PIPE_FOR_NODE: the node has to
 * see it; -1 with *E set: the session is broken, and the sense is for the UNBIND. */
int pipe_receive(struct pipe *p, bool expedited, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                 size_t n, struct sna_err *e) __attribute__((warn_unused_result));

/* What pipe_receive() has given to the node is an Attach in several RUs: *RH is the header of all of them,
 * and *RU (*N octets), which stays until the next request, their octets.  False: it is as it came. */
bool pipe_whole_attach(const struct pipe *p, struct rh *rh, const uint8_t **ru, size_t *n);

/* The next BIU for the session with its number and pacing indicators, or NULL: nothing, or no credit.  The
 * caller frees it when it is sent. */
struct biu *pipe_next(struct pipe *p);
/* Whether pipe_next() would give one. */
bool pipe_ready(const struct pipe *p);

#endif
