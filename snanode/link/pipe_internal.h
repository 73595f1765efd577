/* pipe_internal.h - what pipe.c, pipe_out.c and pipe_in.c share.  Layer: link (pure). */
#ifndef SNA_LINK_PIPE_INTERNAL_H
#define SNA_LINK_PIPE_INTERNAL_H

#include "snanode/link/pipe.h"

/* RQE: a response only if something is wrong; RQD: one anyway. */
static inline bool pipe_is_rqd(const struct rh *h)
{
    return (h->dr1i || h->dr2i) && !h->eri;
}

static inline bool pipe_is_rqd1(const struct rh *h)
{
    return h->dr1i && !h->dr2i && !h->eri;
}

/* The bracket has ended. */
void pipe_end(struct pipe *p);

/* A frame for the program of CONV.  PIPE_TAKEN, or -1 with *E set. */
int pipe_deliver(struct pipe *p, uint32_t conv, bool expedited, const struct rh *rh, const uint8_t *ru,
                 size_t n, struct sna_err *e);

/* An RU with an FMH-7, or one behind it, as long as p->error.n is not 0.  0, or -1 with *E set. */
int pipe_take_error(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e);

/* An RU of no conversation: PIPE_TAKEN when it is a part of an FMH-5 of which more has to come, PIPE_FOR_NODE
 * (with pipe_whole_attach() perhaps), or -1 with *E set. */
int pipe_take_attach(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e);
void pipe_drop_attach(struct pipe *p);

/* Queue the response to the last request.  SENSE 0: positive.  0, or -1 with *E set. */
int pipe_answer(struct pipe *p, uint32_t sense, struct sna_err *e);

/* Queue a response BIU; bounded, because what waits here is not paced. */
int pipe_queue_answer(struct pipe *p, struct list *l, struct biu *u, struct sna_err *e);

/* Queue the SIG that the program has asked for, as soon as it may flow.  0, or -1 with *E set. */
int pipe_signal(struct pipe *p, struct sna_err *e);

/* A negative response to our open chain: end it at once in the program's place. */
int pipe_cut_chain(struct pipe *p, struct sna_err *e);

/* The program refuses, with SENSE, what the partner is sending or sends next, and takes the turn. */
int pipe_refuse(struct pipe *p, uint32_t sense, struct sna_err *e);
/* The same, ahead of what waits. */
int pipe_refuse_now(struct pipe *p, uint32_t sense, struct sna_err *e);

/* Whether we may send when all that waits has flowed: the turn is ours then, and nothing waits for our
 * answer.  *OPEN: our chain is open then. */
bool pipe_sends(const struct pipe *p, bool *open);

/* The program is gone: queue the FMH-7 that ends the conversation, behind what it has said, and behind a
 * refusal when it is not our turn. */
int pipe_last_word(struct pipe *p, struct sna_err *e);

#endif
