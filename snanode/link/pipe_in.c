/* From the session to a program's socket, or to the node. */
#include <stdlib.h>

#include "snanode/base/buf.h"
#include "snanode/link/pipe_internal.h"
#include "snanode/local/frame.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/sense.h"

enum { UNPACED_MAX = 64 }; /* requests that wait for a program on a session without pacing [L62] */

int pipe_deliver(struct pipe *p, uint32_t conv, bool expedited, const struct rh *rh, const uint8_t *ru,
                 size_t n, struct sna_err *e)
{
    struct biu *u = biu_new(rh, ru, n, NULL, 0);
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for an RU");
    u->conv = conv;
    u->expedited = expedited;
    u->rh.pi = u->rh.rlwi = false;
    list_append(&p->in, &u->link);
    if (!rh->rri && !expedited)
        p->n_in++;
    return PIPE_TAKEN;
}

/* ---- pacing ---- */

static int take_pacing(struct pipe *p, bool expedited, const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct ipm m;
    if (!expedited)
        return pacing_send_response(&p->pace_out, e);
    if (ipm_decode(ru, n, &m, e) < 0)
        return -1;
    if (m.type == IPM_RESET_ACK)
        return pacing_recv_ack(&p->pace_in, &m, e);
    if (m.type == IPM_UNSOLICITED && p->ack_due)
        return sna_err_set(e, SENSE_PACING, 0, "a window reset before the last one is acknowledged");
    int r = pacing_send_ipm(&p->pace_out, &m, &p->ack, e);
    p->ack_due = p->ack_due || r == 1;
    return r < 0 ? -1 : PIPE_TAKEN;
}

/* ---- responses ---- */

/* Whether SNF is of the last chain that we sent. */
static bool of_chain(const struct pipe *p, uint16_t snf)
{
    return (uint16_t)(snf - p->chain_first) <= (uint16_t)(p->snf_out - p->chain_first);
}

/* The refusal of a chain that ended its bracket while the refusal was under way: nobody waits for it. */
static bool is_late(const struct pipe *p, uint16_t snf)
{
    return (p->chain_over || !of_chain(p, snf)) && (uint16_t)(p->snf_out - snf) < p->unanswered;
}

/* A definite response that is not the program's business, or its end. */
static int take_definite(struct pipe *p, bool expedited, const struct rh *rh, const uint8_t *ru, size_t n,
                         struct sna_err *e)
{
    uint32_t conv = p->conv;
    bool silent = p->rqd_silent;
    p->rqd = false;
    p->unanswered = 0;
    if (p->chain_node)
        return PIPE_FOR_NODE;
    int r = silent || !conv ? PIPE_TAKEN : pipe_deliver(p, conv, expedited, rh, ru, n, e);
    if (p->rqd_ends)
        pipe_end(p);
    return r;
}

/* What the partner has refused had more behind it: that needs the turn again.  So does the last word of a
 * program that is gone. */
static int say_again(struct pipe *p, struct sna_err *e)
{
    bool more = false;
    LIST_FOREACH(i, &p->requests)
        more = more || !LIST_OWNER(i, struct biu, link)->of_node;
    if (more)
        return pipe_refuse_now(p, SENSE_ERP_MESSAGE_FORTHCOMING, e);
    return p->orphan ? pipe_last_word(p, e) : 0;
}

static int take_negative(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct rd r = rd_make(ru, n);
    rd_u32(&r);
    if (!rh->sdi || r.bad)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "negative response without sense data");
    p->chain_refused = true;
    bool silent = p->rqd && p->rqd_silent && p->rqd_ends;
    p->rqd = false;
    if (p->chain_node)
        return PIPE_FOR_NODE;
    if (p->chain_out && pipe_cut_chain(p, e) < 0)
        return -1;
    if (silent) /* our last word was refused: there is nobody to be told */
        pipe_end(p);
    if (!p->conv)
        return PIPE_TAKEN;
    if (!p->chain_out) {
        p->turn = false;
        if (say_again(p, e) < 0)
            return -1;
    }
    return p->orphan ? PIPE_TAKEN : pipe_deliver(p, p->conv, false, rh, ru, n, e);
}

static int take_response(struct pipe *p, bool expedited, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                         size_t n, struct sna_err *e)
{
    if (expedited) {
        if (!p->sig || snf != p->sig_id)
            return PIPE_FOR_NODE; /* the node knows its own */
        p->sig = false;
        return pipe_signal(p, e) < 0 ? -1 : PIPE_TAKEN;
    }
    if (p->ctl && snf == p->ctl_snf) {
        p->ctl = p->rqd = false;
        p->chain_refused = p->chain_refused || rh->eri;
        return PIPE_FOR_NODE;
    }
    if (rh->eri && of_chain(p, snf) && !p->chain_over && !p->chain_refused)
        return take_negative(p, rh, ru, n, e);
    if (!rh->eri && p->rqd && snf == p->rqd_snf)
        return take_definite(p, expedited, rh, ru, n, e);
    if (rh->eri && is_late(p, snf))
        return PIPE_TAKEN;
    return sna_err_set(e, SENSE_RESPONSE_UNEXPECTED, 0, "a response to nothing");
}

/* ---- requests ---- */

/* What any request of the normal flow has to be. */
static int check_request(struct pipe *p, uint16_t snf, const struct rh *rh, struct sna_err *e)
{
    if (snf != (uint16_t)(p->snf_in + 1))
        return sna_err_set(e, SENSE_SEQUENCE_NUMBER, 0, "a request is missing, or came twice");
    p->snf_in = snf;
    if (pacing_recv_request(&p->pace_in, rh->pi, rh->rlwi, e) < 0)
        return -1;
    uint32_t sense =
        rh->category == RH_FMD || rh->category == RH_DFC ? rh_check_request(rh) : SENSE_REQUEST_CODE;
    if (sense == SENSE_RH_EC && rh->fi && snf == 1)
        sense = 0; /* an FMH-12 in a chain of its own [S38] */
    if (sense)
        return sna_err_set(e, sense, 0, "the bits of a request header do not go together");
    if (rh->bci == p->chain_in)
        return sna_err_set(e, SENSE_CHAINING, 0, "the chain has a wrong order");
    if (p->pace_in.kind == PACING_NONE && p->n_in >= UNPACED_MAX)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0,
                           "a program reads too slowly for a session without pacing");
    p->chain_in = !rh->eci;
    return 0;
}

static void note(struct pipe *p, uint16_t snf, const struct rh *rh, uint8_t code)
{
    bool answered = p->owed.answered && !rh->bci; /* the chain has had its response */
    p->owed = (struct pipe_owed){.snf = snf,
                                 .rh = *rh,
                                 .code = code,
                                 .answered = answered,
                                 .long_lock = rh->eci && rh->dr2i && rh->eri};
}

/* The request ends the bracket, whatever we say. */
static bool ends_bracket(const struct rh *rh)
{
    return rh->eci && rh->cebi && (rh->eri || pipe_is_rqd1(rh));
}

static int to_program(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct rh shown = *rh;
    if (p->owed.long_lock) { /* a program answers this as it answers RQD2; the answer stays here */
        shown.eri = shown.dr1i = false;
    }
    bool error = p->error.n > 0 || (rh->fi && rh->category == RH_FMD);
    if (!p->orphan && (error ? pipe_take_error(p, &shown, ru, n, e)
                             : pipe_deliver(p, p->conv, false, &shown, ru, n, e)) < 0)
        return -1;
    if (ends_bracket(rh)) {
        int r = pipe_is_rqd1(rh) && !p->owed.answered ? pipe_answer(p, 0, e) : 0;
        pipe_end(p);
        return r < 0 ? -1 : PIPE_TAKEN;
    }
    if (rh->eci && (rh->cdi || p->hold))
        p->turn = true;
    if (!p->refuse_next || !rh->bci) {
        p->hold = p->hold && !rh->eci;
        return PIPE_TAKEN;
    }
    p->refuse_next = false; /* the program has sent an error when nothing was there to be refused: this is */
    p->hold = !rh->eci;
    p->turn = rh->eci;
    return pipe_answer(p, SENSE_ERP_MESSAGE_FORTHCOMING, e) < 0 ? -1 : PIPE_TAKEN;
}

/* Whose request of data flow control: of the bracket, or of the session. */
static int take_control(struct pipe *p, uint16_t snf, const struct rh *rh, const uint8_t *ru, size_t n,
                        struct sna_err *e)
{
    uint8_t code;
    if (dfc_decode(ru, n, &code, e) < 0)
        return -1;
    if (code == DFC_SIG)
        return sna_err_set(e, SENSE_REQUEST_CODE, 0, "SIG on the normal flow");
    if (code != DFC_LUSTAT || rh->bbi || !p->conv)
        return PIPE_FOR_NODE;
    struct rh as_data = *rh; /* it stands for an empty chain, and has to end like one */
    as_data.category = RH_FMD;
    as_data.fi = false;
    uint32_t sense = rh_check_request(&as_data);
    if (sense)
        return sna_err_set(e, sense, 0, "an LUSTAT that ends as no chain may");
    note(p, snf, rh, code);
    return to_program(p, rh, ru, n, e);
}

/* The partner begins a bracket while ours is there: it is refused, and its chain purged [LU62PP]. */
static int refuse_bracket(struct pipe *p, uint16_t snf, const struct rh *rh, struct sna_err *e)
{
    struct pipe_owed ours = p->owed;
    p->owed = (struct pipe_owed){.snf = snf, .rh = *rh};
    int r = pipe_answer(p, SENSE_BID_REFUSED, e);
    p->owed = ours;
    p->bid_in = !rh->eci;
    return r < 0 ? -1 : PIPE_TAKEN;
}

/* A chain of the conversation may begin when the turn is the partner's and it owes us nothing [Formats: RH].
 */
static int check_direction(const struct pipe *p, const struct rh *rh, struct sna_err *e)
{
    if (!rh->bci || !p->conv || rh->bbi)
        return 0;
    if (p->rqd && !p->chain_node)
        return sna_err_set(e, SENSE_RESPONSE_OWED, 0, "a request before the response that is owed");
    if (p->turn)
        return sna_err_set(e, SENSE_DIRECTION, 0, "a request of a partner that has not the turn");
    return 0;
}

static int take_request(struct pipe *p, uint16_t snf, const struct rh *rh, const uint8_t *ru, size_t n,
                        struct sna_err *e)
{
    if (check_request(p, snf, rh, e) < 0 || check_direction(p, rh, e) < 0)
        return -1;
    if (rh->category == RH_DFC)
        return take_control(p, snf, rh, ru, n, e);
    if (p->bid_in) {
        p->bid_in = !rh->eci;
        return PIPE_TAKEN;
    }
    if (p->conv && rh->bbi)
        return refuse_bracket(p, snf, rh, e);
    note(p, snf, rh, 0);
    if (!p->conv)
        return pipe_take_attach(p, rh, ru, n, e);
    return to_program(p, rh, ru, n, e);
}

/* SIG is answered here.  It is of the conversation that has the bracket; one that comes late is of none. */
static int take_signal(struct pipe *p, uint16_t snf, const struct rh *rh, const uint8_t *ru, size_t n,
                       struct sna_err *e)
{
    static const struct rh response = {
        .rri = true, .category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    static const uint8_t code = DFC_SIG;
    uint8_t is;
    uint32_t sense = rh->category == RH_DFC ? rh_check_request(rh) : SENSE_REQUEST_CODE;
    if (sense)
        return sna_err_set(e, sense, 0, "an expedited request that is no SIG");
    if (dfc_decode(ru, n, &is, e) < 0)
        return -1;
    if (is != DFC_SIG)
        return sna_err_set(e, SENSE_REQUEST_CODE, 0, "an expedited request that is no SIG");
    struct biu *u = biu_new(&response, &code, 1, NULL, 0);
    if (u)
        u->snf = snf;
    if (u)
        u->expedited = true;
    if (pipe_queue_answer(p, &p->expedited, u, e) < 0)
        return -1;
    if (!p->conv || p->orphan || p->sig_in)
        return PIPE_TAKEN; /* one is kept, as the partner's program keeps one */
    p->sig_in = true;
    return pipe_deliver(p, p->conv, true, rh, ru, n, e);
}

static bool is_pacing(const struct rh *rh)
{
    return rh->rri && rh->category == RH_FMD && rh->pi && !rh->dr1i && !rh->dr2i;
}

int pipe_receive(struct pipe *p, bool expedited, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                 size_t n, struct sna_err *e)
{
    if (is_pacing(rh))
        return take_pacing(p, expedited, ru, n, e);
    if (rh->rri) {
        if (rh->pi && !expedited && p->pace_out.kind == PACING_FIXED &&
            pacing_send_response(&p->pace_out, e) < 0)
            return -1;
        return take_response(p, expedited, snf, rh, ru, n, e);
    }
    if (expedited)
        return take_signal(p, snf, rh, ru, n, e);
    return take_request(p, snf, rh, ru, n, e);
}

int pipe_accept(struct pipe *p, uint32_t conv, const struct rh *rh, const uint8_t *data, size_t n,
                struct sna_err *e)
{
    struct rh first = *rh;
    p->conv = conv;
    p->swallow = p->orphan = p->said_end = p->sig_wanted = false;
    p->begun = true;
    p->fmh5_n = 0;
    p->turn = false;
    first.fi = false;
    first.bci = first.bbi = true; /* for a program the conversation begins here */
    struct rh session = first;
    session.bbi = false;
    int r = to_program(p, &session, data, n, e);
    if (r >= 0 && !list_empty(&p->in))
        LIST_OWNER(p->in.prev, struct biu, link)->rh.bbi = true;
    return r < 0 ? -1 : 0;
}
