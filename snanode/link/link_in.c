/* PIUs that come. */
#include <stdlib.h>

#include "snanode/link/link_session.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

enum { STRAYS_MAX = 16, FUNCTION_ACTIVE = 0x08150000 };

/* What has come, apart. */
struct incoming {
    uint32_t address;
    struct th th;
    struct rh rh;
    const uint8_t *ru;
    size_t n;
};

static struct link_effect received(const struct incoming *in, enum link_effect_kind kind)
{
    return (struct link_effect){.kind = (uint8_t)kind,
                                .address = in->address,
                                .expedited = in->th.efi,
                                .snf = in->th.snf,
                                .rh = in->rh,
                                .ru = in->ru,
                                .n = in->n};
}

/* Answer a request that no session is there for; so many answers may wait. */
static void answer_stray(struct link *l, const struct incoming *in, uint32_t sense)
{
    uint8_t ru[DFC_RSP_MAX];
    struct rh rh = in->rh;
    ssize_t n = dfc_encode_response(in->n > 0 ? in->ru[0] : 0, sense, ru, sizeof ru);
    rh.rri = rh.bci = rh.eci = true;
    rh.sdi = rh.eri = sense != 0;
    rh.pi = false;
    if (rh.category == RH_FMD)
        rh.fi = false;
    if (n > 0 && rh.category == RH_FMD)
        n--; /* sense data alone */
    struct biu *u = l->n_strays < STRAYS_MAX && n >= 0 ? biu_new(&rh, ru, (size_t)n, NULL, 0) : NULL;
    if (!u)
        return;
    u->expedited = in->th.efi;
    u->snf = in->th.snf;
    u->conv = in->address;
    list_append(&l->strays, &u->link);
    l->n_strays++;
}

static void take_bind(struct link *l, const struct incoming *in, struct link_effects *fx)
{
    if (link_session_find(l, in->address)) {
        answer_stray(l, in, FUNCTION_ACTIVE);
        return;
    }
    if (lfsid_is_ours(&l->lfsid, in->address) || !link_session_new(l, in->address)) {
        answer_stray(l, in, lfsid_is_ours(&l->lfsid, in->address) ? SENSE_NO_SESSION : SENSE_INSUFFICIENT);
        return;
    }
    link_effect(fx, received(in, LINK_FX_BIND));
}

static void close_session(struct link *l, struct link_session *s, struct link_effects *fx)
{
    link_effect(fx, (struct link_effect){.kind = LINK_FX_CLOSED, .address = s->address});
    link_session_free(l, s);
}

/* UNBIND, and the responses of session control: the node sees them, and then the address may be free. */
static void take_control(struct link *l, struct link_session *s, const struct incoming *in,
                         struct link_effects *fx)
{
    uint8_t code = link_control_code(&in->rh, in->ru, in->n);
    bool response = in->rh.rri, gone = false;
    if (!response && code != UNBIND_CODE) {
        answer_stray(l, in, SENSE_REQUEST_CODE);
        return;
    }
    if (response && code == UNBIND_CODE && s->unbind_out) {
        s->unbind_out = false;
        list_remove(&s->unbinds);
        gone = !s->unbind_in;
    } else if (response && code == BIND_CODE && in->rh.eri && !s->bound) {
        gone = true;
    } else if (!response) {
        s->unbind_in = true;
        link_session_shut(l, s);
    }
    link_effect(fx, received(in, LINK_FX_RECEIVED));
    if (gone && list_empty(&s->control))
        close_session(l, s, fx);
    else if (gone)
        s->over = true;
}

static void take_data(struct link *l, struct link_session *s, struct incoming *in, struct link_effects *fx)
{
    struct sna_err e = {.text = ""};
    bool had = !list_empty(&s->pipe.in);
    if (!s->open || s->broken || s->unbind_out) { /* it has ended here, or has not begun */
        l->dropped++;
        return;
    }
    int r = pipe_receive(&s->pipe, in->th.efi, in->th.snf, &in->rh, in->ru, in->n, &e);
    if (r < 0)
        link_session_break(s, &e, fx);
    if (r == PIPE_FOR_NODE) {
        bool request = !in->rh.rri && !in->th.efi && in->rh.category == RH_FMD;
        if (request)
            pipe_whole_attach(&s->pipe, &in->rh, &in->ru, &in->n);
        link_effect(fx, received(in, LINK_FX_RECEIVED));
    }
    if (!had && !list_empty(&s->pipe.in))
        link_effect(fx, (struct link_effect){.kind = LINK_FX_FRAME, .address = s->address});
    link_session_report(s, fx);
    link_session_touch(l, s);
}

/* A whole BIU. */
static void take_biu(struct link *l, struct incoming *in, const uint8_t *biu, size_t n,
                     struct link_effects *fx)
{
    struct link_session *s = link_session_find(l, in->address);
    if (rh_decode(biu, n, &in->rh, NULL) < 0) {
        l->dropped++;
        return;
    }
    in->ru = biu + RH_LEN;
    in->n = n - RH_LEN;
    bool control = in->rh.category == RH_SC;
    uint8_t code = link_control_code(&in->rh, in->ru, in->n);
    if (control && !in->rh.rri && code == BIND_CODE)
        take_bind(l, in, fx);
    else if (s && control)
        take_control(l, s, in, fx);
    else if (s)
        take_data(l, s, in, fx);
    else if (!in->rh.rri)
        answer_stray(l, in, code == UNBIND_CODE ? 0 : SENSE_NO_SESSION);
    else
        l->dropped++;
}

void link_receive(struct link *l, const uint8_t *piu, size_t n, struct link_effects *fx)
{
    struct incoming in;
    struct sna_err e = {.text = ""};
    if (!link_is_up(l) || th_decode(piu, n, &in.th, &e) < 0) {
        l->dropped++;
        return;
    }
    const uint8_t *biu = piu + TH_LEN;
    size_t biu_n = n - TH_LEN;
    in.address = lfsid_of_th(&l->lfsid, &in.th);
    struct link_session *s = link_session_find(l, in.address);
    if (!s && in.th.mpf != TH_WHOLE) {
        l->dropped++;
        return;
    }
    if (s) {
        int r = segment_take(&s->in, &in.th, piu + TH_LEN, n - TH_LEN, &biu, &biu_n, &e);
        if (r < 0)
            link_session_break(s, &e, fx);
        if (r <= 0)
            return;
    }
    take_biu(l, &in, biu, biu_n, fx);
}
