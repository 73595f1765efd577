#include "snanode/link/pipe.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/link/pipe_internal.h"
#include "snanode/local/frame.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"

enum { ANSWERS_MAX = 16 };

void pipe_init(struct pipe *p, const struct pipe_params *params)
{
    enum pacing_kind kind = params->adaptive ? PACING_ADAPTIVE : PACING_FIXED;
    *p = (struct pipe){.send_ru = params->send_ru && params->send_ru < FRAME_RU_MAX ? params->send_ru
                                                                                    : FRAME_RU_MAX};
    pacing_send_init(&p->pace_out, kind, params->send_window);
    pacing_recv_init(&p->pace_in, kind, params->recv_window);
    list_init(&p->requests);
    list_init(&p->responses);
    list_init(&p->expedited);
    list_init(&p->in);
    p->owed.answered = true;
    p->chain_over = true;
}

void pipe_fini(struct pipe *p)
{
    biu_free_all(&p->requests);
    biu_free_all(&p->responses);
    biu_free_all(&p->expedited);
    biu_free_all(&p->in);
    pipe_drop_attach(p);
}

/* ---- conversations ---- */

static void purge_requests(struct pipe *p)
{
    LIST_FOREACH_SAFE(i, &p->requests) {
        struct biu *u = LIST_OWNER(i, struct biu, link);
        if (u->of_node)
            continue;
        p->waiting -= u->n;
        list_remove(i);
        free(u);
    }
}

void pipe_converse(struct pipe *p, uint32_t conv, const uint8_t *fmh5, size_t n, bool bb)
{
    p->conv = conv;
    p->turn = true;
    p->swallow = p->orphan = p->said_end = p->begun = p->sig_wanted = false;
    p->fmh5_n = n < FMH5_MAX ? n : FMH5_MAX;
    memcpy(p->fmh5, fmh5, p->fmh5_n);
    p->bb = bb;
}

void pipe_end(struct pipe *p)
{
    if (p->conv)
        p->over = p->conv;
    p->conv = 0;
    p->fmh5_n = p->error.n = 0;
    p->hold = p->swallow = p->orphan = p->refuse_next = false;
    p->owed.answered = p->chain_over = true;
    purge_requests(p); /* an error that the partner did not wait for */
}

uint32_t pipe_over(struct pipe *p)
{
    uint32_t conv = p->over;
    p->over = 0;
    return conv;
}

/* Nothing has flowed, but the bracket is ours already: give it up [Formats: LUSTAT]; in a chain that an
 * FMH-12 has begun, by its end. */
static void yield(struct pipe *p)
{
    static const struct rh end = {.category = RH_FMD, .eci = true, .dr1i = true, .eri = true, .cebi = true};
    static const struct rh rh = {
        .category = RH_DFC, .fi = true, .bci = true, .eci = true, .dr1i = true, .eri = true, .cebi = true};
    uint8_t ru[DFC_MAX];
    struct sna_err e;
    ssize_t n = dfc_encode(DFC_LUSTAT, ru, sizeof ru);
    if (p->led)
        (void)!pipe_node_send(p, false, 0, &end, NULL, 0, &e);
    else if (n > 0)
        (void)!pipe_node_send(p, false, 0, &rh, ru, (size_t)n, &e);
}

void pipe_abandon(struct pipe *p, uint32_t sense)
{
    struct sna_err e;
    if (!p->conv || p->orphan)
        return;
    if (!p->begun && !p->said_end) {
        bool ours = !p->bb;
        pipe_end(p);
        if (ours)
            yield(p);
        return;
    }
    p->orphan = true;
    p->orphan_sense = sense;
    p->swallow = false;
    if (!p->said_end)
        (void)!pipe_last_word(p, &e); /* without memory the session's end tells the partner */
}

/* The last of the program's that waits, or NULL. */
static const struct biu *last_request(const struct pipe *p)
{
    const struct biu *last = NULL;
    LIST_FOREACH(i, &p->requests) {
        const struct biu *u = LIST_OWNER(i, struct biu, link);
        if (!u->of_node)
            last = u;
    }
    return last;
}

bool pipe_sends(const struct pipe *p, bool *open)
{
    const struct biu *last = last_request(p);
    *open = last ? !last->refusal && !last->rh.eci : p->chain_out;
    if (last)
        return last->refusal || !last->rh.eci || !last->rh.cdi;
    bool owes = !p->owed.answered && (pipe_is_rqd(&p->owed.rh) || p->owed.long_lock);
    return (p->turn || p->hold) && !owes;
}

int pipe_last_word(struct pipe *p, struct sna_err *e)
{
    bool open, sends = pipe_sends(p, &open);
    uint8_t ru[FMH7_MAX];
    ssize_t n = fmh7_encode(p->orphan_sense, NULL, 0, ru, sizeof ru);
    struct rh rh = {.category = RH_FMD, .fi = true, .bci = !open, .eci = true, .dr1i = true, .cebi = true};
    if (!sends && pipe_refuse(p, SENSE_ERP_MESSAGE_FORTHCOMING, e) < 0)
        return -1;
    struct biu *u = n > 0 ? biu_new(&rh, ru, (size_t)n, NULL, 0) : NULL;
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for a last word");
    p->said_end = true;
    list_append(&p->requests, &u->link);
    p->waiting += u->n;
    return 0;
}

/* ---- responses ---- */

int pipe_queue_answer(struct pipe *p, struct list *l, struct biu *u, struct sna_err *e)
{
    if (!u || p->n_answers >= ANSWERS_MAX) {
        free(u);
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "too many answers wait for the link");
    }
    list_append(l, &u->link);
    p->n_answers++;
    return 0;
}

/* A response has the request's category and asks nothing; that to a control request names it. */
int pipe_answer(struct pipe *p, uint32_t sense, struct sna_err *e)
{
    uint8_t ru[DFC_RSP_MAX];
    ssize_t n = 0;
    bool control = p->owed.rh.category == RH_DFC;
    struct rh rh = {
        .rri = true,
        .category = p->owed.rh.category,
        .fi = control,
        .sdi = sense != 0,
        .bci = true,
        .eci = true,
        .dr1i = p->owed.rh.dr1i,
        .dr2i = p->owed.rh.dr2i,
        .eri = sense != 0,
    };
    if (control || sense)
        n = dfc_encode_response(p->owed.code, sense, ru, sizeof ru);
    if (n > 0 && !control)
        n--; /* sense data alone */
    struct biu *u = biu_new(&rh, ru, n > 0 ? (size_t)n : 0, NULL, 0);
    if (u)
        u->snf = p->owed.snf;
    p->owed.answered = true;
    return pipe_queue_answer(p, &p->responses, u, e);
}

/* ---- the side of the programs ---- */

size_t pipe_front(const struct pipe *p, uint32_t *conv, uint8_t *out)
{
    if (list_empty(&p->in))
        return 0;
    const struct biu *u = LIST_OWNER(p->in.next, struct biu, link);
    *conv = u->conv;
    frame_header(out, u->expedited, &u->rh);
    memcpy(out + FRAME_HDR, u->ru, u->n);
    return FRAME_HDR + u->n;
}

void pipe_pop(struct pipe *p)
{
    struct biu *u = biu_take(&p->in);
    if (!u)
        return;
    if (u->expedited)
        p->sig_in = false;
    else if (!u->rh.rri)
        p->n_in--;
    free(u);
}

/* ---- the node's own ---- */

int pipe_node_send(struct pipe *p, bool expedited, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                   size_t n, struct sna_err *e)
{
    struct biu *u = biu_new(rh, ru, n, NULL, 0);
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no memory for an RU");
    u->of_node = true;
    u->expedited = expedited;
    u->snf = snf;
    if (expedited || rh->rri) {
        if (rh->rri && rh->eri && !expedited && p->chain_in)
            p->hold = true;
        return pipe_queue_answer(p, expedited ? &p->expedited : &p->responses, u, e);
    }
    if (rh->category == RH_FMD)
        p->led = !rh->eci;
    list_append(&p->requests, &u->link);
    p->waiting += u->n;
    return 0;
}
