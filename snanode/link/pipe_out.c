/* From a program's socket to the session. */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/link/pipe_internal.h"
#include "snanode/local/frame.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

enum {
    DEFINITE_AFTER = 16384, /* requests: then the bracket ends with a definite response [LU62PP] */
    ROOM = 65536,           /* octets that wait for the session before the program has to */
};

/* ---- what the program sends ---- */

static int put_request(struct pipe *p, const struct rh *rh, const uint8_t *a, size_t a_n, const uint8_t *b,
                       size_t b_n, struct sna_err *e)
{
    struct biu *u = biu_new(rh, a, a_n, b, b_n);
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for an RU");
    list_append(&p->requests, &u->link);
    p->waiting += u->n;
    return 0;
}

/* The frame's RU, behind the Attach if that has not gone, in RUs that the session takes.  What the first says
 * of the begin, and the last of the end, the ones between do not. */
static int put_rus(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    const uint8_t *head = p->fmh5;
    size_t head_n = p->fmh5_n;
    struct rh first = *rh;
    if (head_n > 0) {
        first.fi = true;
        first.bbi = p->bb;
        first.bci = first.bci && !p->led;
        p->led = false;
    }
    p->fmh5_n = 0;
    while (head_n + n > p->send_ru) {
        struct rh part = first;
        size_t of_head = head_n < p->send_ru ? head_n : p->send_ru, of_ru = p->send_ru - of_head;
        part.eci = part.dr2i = part.cdi = part.cebi = false;
        part.dr1i = part.eri = true;
        if (put_request(p, &part, head, of_head, ru, of_ru, e) < 0)
            return -1;
        head += of_head;
        head_n -= of_head;
        ru += of_ru;
        n -= of_ru;
        first.bci = first.bbi = first.fi = false;
    }
    return put_request(p, &first, head, head_n, ru, n, e);
}

/* The program's chain was ended in its place.  What it ends with itself may be the end of the conversation:
 * then the partner, which reports an error, has nobody to report it to, and is told so. */
static int swallowed(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct rh end = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true, .eri = true};
    uint8_t lustat[DFC_MAX];
    bool open, abend = rh->fi && rh->category == RH_FMD;
    if (!rh->eci)
        return PIPE_PUT;
    p->swallow = false;
    if (!rh->cebi || (rh->dr2i && !rh->eri))
        return PIPE_PUT;
    if (!pipe_sends(p, &open) && pipe_refuse(p, SENSE_ERP_MESSAGE_FORTHCOMING, e) < 0)
        return -1;
    p->said_end = end.cebi = true;
    if (abend)
        end = *rh;
    end.bci = true;
    ssize_t k = dfc_encode(DFC_LUSTAT, lustat, sizeof lustat);
    return put_rus(p, &end, abend ? ru : lustat, abend ? n : (size_t)k, e);
}

/* A refusal keeps its place among the program's requests: what the program has sent before flows before. This
 * one is ahead of NEXT in the list. */
static int refuse_later(struct pipe *p, struct list *next, uint32_t sense, struct sna_err *e)
{
    struct rh rh = {.category = RH_FMD};
    uint8_t ru[4];
    struct wr w = wr_make(ru, sizeof ru);
    wr_u32(&w, sense);
    struct biu *u = biu_new(&rh, ru, sizeof ru, NULL, 0);
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for a refusal");
    u->refusal = true;
    list_append(next, &u->link);
    p->waiting += u->n;
    return 0;
}

int pipe_refuse_now(struct pipe *p, uint32_t sense, struct sna_err *e)
{
    if (p->owed.answered && !p->chain_in && !p->turn)
        p->refuse_next = p->hold = true;
    if (p->owed.answered)
        return 0;
    if (p->chain_in)
        p->hold = true;
    else
        p->turn = true;
    return pipe_answer(p, sense, e);
}

int pipe_refuse(struct pipe *p, uint32_t sense, struct sna_err *e)
{
    LIST_FOREACH(i, &p->requests)
        if (!LIST_OWNER(i, struct biu, link)->of_node)
            return refuse_later(p, &p->requests, sense, e);
    return pipe_refuse_now(p, sense, e);
}

static int put_response(struct pipe *p, const struct rh *rh, const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct rd r = rd_make(ru, n);
    uint32_t sense = rh->eri ? rd_u32(&r) : 0;
    if (rh->eri && (r.bad || sense == 0))
        return sna_err_set(e, SENSE_RH_INCOMPLETE, 0, "negative response without sense data");
    if (rh->eri)
        return pipe_refuse(p, sense, e) < 0 ? -1 : PIPE_PUT;
    if (p->owed.answered || (!pipe_is_rqd(&p->owed.rh) && !p->owed.long_lock))
        return PIPE_PUT; /* nothing is outstanding any more */
    if (p->owed.long_lock) {
        p->owed.answered = true; /* the next request says it */
        return PIPE_PUT;
    }
    bool ends = p->owed.rh.cebi;
    if (pipe_answer(p, 0, e) < 0)
        return -1;
    if (ends)
        pipe_end(p);
    return PIPE_PUT;
}

static int queue_signal(struct pipe *p, struct sna_err *e)
{
    static const struct rh rh = {.category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    uint8_t ru[DFC_MAX];
    ssize_t n = dfc_encode(DFC_SIG, ru, sizeof ru);
    struct biu *u = n > 0 ? biu_new(&rh, ru, (size_t)n, NULL, 0) : NULL;
    if (u)
        u->snf = ++p->sig_id;
    if (u)
        u->expedited = true;
    p->sig = true;
    p->sig_wanted = false;
    return pipe_queue_answer(p, &p->expedited, u, e);
}

/* One is outstanding at the most, and none overtakes the Attach.  The one that waits stands for all that the
 * program has asked for meanwhile: the partner's program may have read the one before already. */
int pipe_signal(struct pipe *p, struct sna_err *e)
{
    bool due = p->sig_wanted && !p->sig && p->begun && p->conv && !p->orphan;
    return due ? queue_signal(p, e) : 0;
}

static int put_signal(struct pipe *p, struct sna_err *e)
{
    p->sig_wanted = true;
    return pipe_signal(p, e) < 0 ? -1 : PIPE_PUT;
}

static int put_unbind(const uint8_t *ru, size_t n, struct sna_err *e)
{
    struct unbind u;
    if (unbind_decode(ru, n, &u, e) < 0)
        return -1;
    e->sense = u.sense ? u.sense : SENSE_ABEND_SVC;
    e->text = "the program ended the session";
    return PIPE_UNBIND;
}

int pipe_put(struct pipe *p, uint32_t conv, const uint8_t *frame, size_t n, struct sna_err *e)
{
    struct rh rh;
    if (n < FRAME_HDR || n > FRAME_HDR + FRAME_RU_MAX)
        return sna_err_set(e, SENSE_RH_INCOMPLETE, n, "not a frame");
    if (rh_decode(frame + 1, RH_LEN, &rh, e) < 0)
        return -1;
    if (conv == 0 || conv != p->conv || p->orphan)
        return PIPE_PUT; /* its bracket has ended */
    const uint8_t *ru = frame + FRAME_HDR;
    n -= FRAME_HDR;
    if (rh.rri)
        return put_response(p, &rh, ru, n, e);
    if (rh.category == RH_SC)
        return put_unbind(ru, n, e);
    if (frame[0] & FRAME_EXPEDITED)
        return put_signal(p, e);
    if (p->swallow)
        return swallowed(p, &rh, ru, n, e);
    /* The program abends while it waits for an answer, or before it knows that the turn is not its own. */
    bool open;
    if (rh.bci && !pipe_sends(p, &open) && pipe_refuse(p, SENSE_ERP_MESSAGE_FORTHCOMING, e) < 0)
        return -1;
    rh.bbi = false; /* the bracket is ours to begin */
    p->said_end = rh.cebi;
    return put_rus(p, &rh, ru, n, e);
}

bool pipe_room(struct pipe *p)
{
    p->want_room = p->waiting >= ROOM;
    return !p->want_room;
}

bool pipe_roomy(struct pipe *p)
{
    if (!p->want_room || p->waiting >= ROOM / 2)
        return false;
    p->want_room = false;
    return true;
}

/* The rest of the program's chain that waits: *END is its last request, NULL when the program has not sent
 * that yet; the FMH-7 with which it ends, in several RUs perhaps, begins with *ERROR, or has flowed in part.
 */
static void find_end(struct pipe *p, struct biu **end, struct biu **error)
{
    *end = *error = NULL;
    LIST_FOREACH(i, &p->requests) {
        struct biu *u = LIST_OWNER(i, struct biu, link);
        if (u->of_node)
            continue;
        if (u->rh.fi && u->rh.category == RH_FMD)
            *error = u;
        if (u->rh.eci) {
            *end = u;
            return;
        }
    }
}

/* The requests of the program in front of STOP go. */
static void drop_up_to(struct pipe *p, const struct biu *stop)
{
    LIST_FOREACH_SAFE(i, &p->requests) {
        struct biu *u = LIST_OWNER(i, struct biu, link);
        if (u == stop)
            return;
        if (u->of_node)
            continue;
        p->waiting -= u->n;
        list_remove(i);
        free(u);
    }
}

/* An abend that waits behind END was to be sent with the turn, which END gives away now. */
static int keep_order(struct pipe *p, struct biu *end, struct sna_err *e)
{
    struct biu *next = end->link.next == &p->requests ? NULL : LIST_OWNER(end->link.next, struct biu, link);
    if (!next || next->of_node || next->refusal)
        return 0;
    return refuse_later(p, &next->link, SENSE_ERP_MESSAGE_FORTHCOMING, e);
}

int pipe_cut_chain(struct pipe *p, struct sna_err *e)
{
    static const struct rh turn = {.category = RH_FMD, .eci = true, .dr1i = true, .eri = true, .cdi = true};
    struct biu *end, *error;
    find_end(p, &end, &error);
    if (end && end->rh.cebi && (end->rh.eri || pipe_is_rqd1(&end->rh))) {
        drop_up_to(p, error && !end->rh.eri ? error : end); /* nothing more can be said to this program */
        if (end->rh.eri) {
            p->waiting -= end->n;
            end->n = 0;
        }
        end->rh.eri = true; /* the chain has had its response */
        return 0;
    }
    p->swallow = !end && !p->orphan;
    p->said_end = false;
    if (end) {
        end->rh = turn;
        p->waiting -= end->n;
        end->n = 0;
        drop_up_to(p, end);
        return keep_order(p, end, e);
    }
    drop_up_to(p, NULL);
    struct biu *u = biu_new(&turn, NULL, 0, NULL, 0);
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for an RU");
    list_append(p->requests.next, &u->link); /* ahead of the others */
    return 0;
}

/* ---- to the session ---- */

/* An abend may have to wait for the answer to what its program said before. */
static bool may_request(const struct pipe *p)
{
    if (list_empty(&p->requests) || p->hold)
        return false;
    bool waits = p->rqd && !LIST_OWNER(p->requests.next, struct biu, link)->of_node;
    return !waits && pacing_send_may(&p->pace_out);
}

static uint16_t window_due(const struct pipe *p)
{
    return pacing_recv_due(&p->pace_in, (uint16_t)p->n_in);
}

bool pipe_ready(const struct pipe *p)
{
    return p->ack_due || window_due(p) > 0 || !list_empty(&p->expedited) || !list_empty(&p->responses) ||
           may_request(p);
}

/* An isolated pacing response, or a pacing message [Formats: IPM]. */
static struct biu *pacing_biu(const struct ipm *m)
{
    static const struct rh rh = {.rri = true, .category = RH_FMD, .bci = true, .eci = true, .pi = true};
    uint8_t ru[IPM_LEN];
    if (m)
        ipm_encode(m, ru);
    struct biu *u = biu_new(&rh, ru, m ? IPM_LEN : 0, NULL, 0);
    if (u)
        u->expedited = m != NULL;
    return u;
}

static struct biu *next_pacing(struct pipe *p)
{
    uint16_t window = window_due(p);
    struct biu *u = NULL;
    if (p->ack_due) {
        u = pacing_biu(&p->ack);
        p->ack_due = p->ack_due && !u;
    } else if (window > 0) {
        struct ipm m = {.type = IPM_SOLICITED, .window = window};
        u = pacing_biu(p->pace_in.kind == PACING_ADAPTIVE ? &m : NULL);
        if (u)
            pacing_recv_granted(&p->pace_in, window);
    }
    return u;
}

/* What becomes of the chain and the bracket when this request goes out. */
static void follow_request(struct pipe *p, struct biu *u)
{
    struct rh *h = &u->rh;
    struct sna_err e;
    p->unanswered++;
    p->begun = p->begun || !u->of_node;
    if (!u->of_node && !p->chain_in && !p->owed.long_lock)
        p->owed.answered = true; /* a request answers what came before */
    (void)!pipe_signal(p, &e);   /* without memory there is no request to send */
    if (h->category == RH_DFC && u->of_node) {
        p->ctl = pipe_is_rqd(h);
        p->ctl_snf = u->snf;
    }
    if (h->bci || p->chain_node != u->of_node) { /* a conversation's part of the node's chain is its chain */
        p->chain_first = u->snf;
        p->chain_node = u->of_node;
        p->chain_refused = p->chain_over = false;
    }
    p->chain_out = !h->eci;
    if (!h->eci)
        return;
    bool promoted = h->cebi && h->eri && p->unanswered > DEFINITE_AFTER;
    if (promoted)
        h->eri = false;
    if (h->cdi)
        p->turn = false;
    p->rqd = pipe_is_rqd(h);
    p->rqd_snf = u->snf;
    p->rqd_silent = pipe_is_rqd1(h);
    p->rqd_ends = h->cebi && !u->of_node;
    if (h->cebi && !p->rqd && !u->of_node)
        pipe_end(p);
}

/* Refusals whose place it is now. */
static void refuse_in_place(struct pipe *p)
{
    while (!list_empty(&p->requests)) {
        struct biu *u = LIST_OWNER(p->requests.next, struct biu, link);
        struct rd r = rd_make(u->ru, u->n);
        struct sna_err e;
        if (!u->refusal)
            return;
        list_remove(&u->link);
        p->waiting -= u->n;
        (void)!pipe_refuse_now(p, rd_u32(&r), &e); /* without memory it is an error without a refusal */
        free(u);
    }
}

static struct biu *next_request(struct pipe *p)
{
    if (!may_request(p)) {
        p->starved = p->starved || (!list_empty(&p->requests) && !p->hold);
        return NULL;
    }
    struct biu *u = biu_take(&p->requests);
    p->waiting -= u->n;
    u->snf = ++p->snf_out;
    u->rh.pi = pacing_send_request(&p->pace_out);
    u->rh.rlwi = u->rh.pi && p->starved && p->pace_out.kind == PACING_ADAPTIVE;
    if (u->rh.pi)
        p->starved = false;
    follow_request(p, u);
    refuse_in_place(p);
    return u;
}

struct biu *pipe_next(struct pipe *p)
{
    struct biu *u = next_pacing(p);
    if (u)
        return u;
    if (!(u = biu_take(&p->expedited)))
        u = biu_take(&p->responses);
    if (u) {
        p->n_answers--;
        return u;
    }
    return next_request(p);
}
