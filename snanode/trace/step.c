#include "snanode/trace/step.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/fmh5.h"
#include "snanode/wire/ipm.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

#define SCRATCH 4096

/* ---- the Attach ---- */

static void from_ebcdic(char *out, size_t cap, const uint8_t *p, size_t n)
{
    n = n < cap ? n : cap - 1;
    for (size_t i = 0; i < n; i++) {
        char c = (char)ebcdic_to_ascii[p[i]];
        out[i] = c >= ' ' && c < 0x7F ? c : '?';
    }
    out[n] = '\0';
}

static void take_attach(struct story *s, const struct fmh5 *a)
{
    static const char *const types[] = {"basic", "mapped", "basic, full duplex", "mapped, full duplex"};
    static const char *const syncs[] = {"none", "confirm", "sync point"};
    uint8_t tp[NAME_TP_MAX];
    bool raw = a->tpn_n > 0 && a->tpn[0] < 0x40;
    memcpy(tp, a->tpn, a->tpn_n);
    ebcdic_decode(tp + raw, (size_t)a->tpn_n - raw);
    if (!*s->tp)
        name_show_tp(s->tp, sizeof s->tp, tp, a->tpn_n, raw);
    from_ebcdic(s->user, sizeof s->user, a->user, a->has_user ? a->user_n : 0);
    s->type = types[(a->resource - FMH5_BASIC) & 3];
    s->sync = syncs[a->sync <= FMH5_SYNC_SYNCPT ? a->sync : 0];
    s->service = a->tpn_n > 1 && a->tpn[0] == 0x06; /* change number of sessions, resynchronization... */
    s->begun = true;
    s->aligned[0] = s->aligned[1] = true;
}

/* ---- user data ---- */

static void keep_head(struct step *k, const uint8_t *p, size_t n)
{
    size_t room = STORY_HEAD - k->head_n;
    n = n < room ? n : room;
    memcpy(k->head + k->head_n, p, n);
    k->head_n = (uint8_t)(k->head_n + n);
}

/* Octets of the user without LLs and GDS headers. */
static void take_records(struct story *s, const uint8_t *p, size_t n, struct step *k)
{
    static uint8_t scratch[SCRATCH];
    struct record_in *r = &s->records[k->from];
    bool mapped = strncmp(s->type, "mapped", 6) == 0;
    while (n > 0) {
        size_t used, got, skip = 0;
        bool fresh = !s->in_record[k->from];
        enum record_event e =
            record_in_take(r, mapped ? RECORD_MAPPED : RECORD_LL, p, n, &used, scratch, sizeof scratch, &got);
        if (e == RECORD_BAD) {
            s->aligned[k->from] = false;
            k->octets += (uint32_t)n;
            keep_head(k, p, n);
            return;
        }
        if (fresh)
            s->ll[k->from] = mapped ? 0 : 2;
        skip = got < s->ll[k->from] ? got : s->ll[k->from]; /* the LL, which a basic program sees */
        s->ll[k->from] = (uint8_t)(s->ll[k->from] - skip);
        s->in_record[k->from] = used > 0 ? e != RECORD_COMPLETE : s->in_record[k->from];
        k->records += fresh && used > 0;
        if (k->records <= 1) /* a look at the first one */
            keep_head(k, scratch + skip, got - skip);
        k->octets += (uint32_t)(got - skip);
        p += used;
        n -= used;
        if (used == 0 && e == RECORD_MORE)
            return;
    }
}

/* The record that is under way ends here. */
static void cut_record(struct story *s, unsigned from)
{
    record_in_init(&s->records[from]);
    s->in_record[from] = false;
}

static void take_data(struct story *s, const uint8_t *p, size_t n, struct step *k)
{
    if (s->aligned[k->from] && *s->type) {
        take_records(s, p, n, k);
    } else {
        k->octets += (uint32_t)n;
        keep_head(k, p, n);
    }
}

/* ---- conversations ---- */

/* The RU as a frame of a conversation's socket, which inbound.c reads: without the Attach, and with the
 * bracket begun. */
static void read_frame(struct story *s, bool expedited, struct rh rh, const uint8_t *ru, size_t n,
                       struct step *k, struct inbound *in)
{
    static uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    struct inbound_state *rx = &s->rx[k->from];
    if (n > FRAME_RU_MAX)
        n = FRAME_RU_MAX;
    rh.bbi = false;
    rh.pi = rh.rri ? false : rh.pi;
    frame_header(frame, expedited, &rh);
    memcpy(frame + FRAME_HDR, ru, n);
    rx->begun = true;
    if (!rh.rri && !expedited)
        rx->open = !rh.bci; /* a trace may begin anywhere */
    inbound_read(rx, frame, FRAME_HDR + n, in);
    k->end = in->end;
    k->sense = in->sense;
    if (in->kind == IN_DATA || in->kind == IN_ERROR)
        take_data(s, in->ru, in->n, k);
    if (in->kind == IN_ERROR && in->log)
        from_ebcdic(k->text, sizeof k->text, in->log, in->log_n);
}

void step_read(struct story *s, bool expedited, const struct rh *rh, const uint8_t *ru, size_t n,
               struct step *k)
{
    static const enum step_kind kinds[] = {
        [IN_DATA] = STEP_DATA,         [IN_ERROR] = STEP_ERROR,   [IN_POSITIVE] = STEP_CONFIRMED,
        [IN_NEGATIVE] = STEP_NEGATIVE, [IN_SIGNAL] = STEP_SIGNAL, [IN_UNBIND] = STEP_UNBIND,
        [IN_VIOLATION] = STEP_ODD};
    struct rh h = *rh;
    struct fmh5 a;
    struct sna_err e;
    struct inbound in;
    ssize_t used = h.fi && !h.rri && h.category == RH_FMD ? fmh5_decode(ru, n, &a, &e) : -1;
    if (used > 0) {
        take_attach(s, &a);
        k->attach = true;
        h.fi = false;
        ru += used;
        n -= (size_t)used;
    }
    read_frame(s, expedited, h, ru, n, k, &in);
    if (in.kind == IN_ERROR)
        cut_record(s, k->from);
    k->kind = kinds[in.kind];
    if (k->kind == STEP_CONFIRMED && !h.dr2i)
        snprintf(k->text, sizeof k->text, "received"); /* of an error that ends the conversation */
    k->last = k->kind == STEP_UNBIND || (k->kind == STEP_ERROR && in.last) ||
              (k->kind == STEP_DATA && (in.end == CHAIN_DEALLOCATE || in.end == CHAIN_CONFIRM_DEALLOCATE));
}

/* ---- sessions ---- */

static void take_bind(struct story *s, const struct bind *b)
{
    const struct bind_name *plu = b->has_fq_plu ? &b->fq_plu : &b->plu;
    const struct bind_name *slu = b->has_fq_slu ? &b->fq_slu : &b->slu;
    if (!*s->lu[0])
        from_ebcdic(s->lu[0], sizeof s->lu[0], plu->s, plu->n);
    if (!*s->lu[1])
        from_ebcdic(s->lu[1], sizeof s->lu[1], slu->s, slu->n);
    if (!*s->mode && b->has_mode)
        from_ebcdic(s->mode, sizeof s->mode, b->mode.s, b->mode.n);
}

static const char *code_name(uint8_t code)
{
    switch (code) {
    case BIND_CODE:
        return "BIND";
    case UNBIND_CODE:
        return "UNBIND";
    case DFC_LUSTAT:
        return "LUSTAT";
    case DFC_RTR:
        return "RTR (ready to receive)";
    case DFC_BIS:
        return "BIS (no more brackets)";
    case DFC_SIG:
        return "SIG";
    default:
        return "RU";
    }
}

static void say(struct step *k, const char *text)
{
    snprintf(k->text, sizeof k->text, "%s", text);
}

static void read_answer(struct story *s, const struct rh *rh, const uint8_t *ru, size_t n, struct step *k)
{
    uint8_t code = 0;
    uint32_t sense = 0;
    struct bind b;
    struct sna_err e;
    if (rh->category == RH_SC && !rh->eri && bind_decode(ru, n, &b, &e) >= 0)
        take_bind(s, &b);
    if (dfc_decode_response(ru, n, rh->eri, &code, &sense, &e) < 0)
        code = 0;
    k->sense = sense;
    snprintf(k->text, sizeof k->text, "%cRSP(%s)%s%.30s", rh->eri ? '-' : '+', code_name(code),
             rh->eri ? " " : "", rh->eri ? sense_name(sense) : "");
}

void step_read_session(struct story *s, const struct rh *rh, const uint8_t *ru, size_t n, struct step *k)
{
    struct bind b;
    struct unbind u;
    struct ipm m;
    struct sna_err e;
    uint8_t code;
    k->kind = STEP_SESSION;
    if (rh->rri && rh->pi && !rh->dr1i && !rh->dr2i)
        snprintf(k->text, sizeof k->text, "pacing%s", ipm_decode(ru, n, &m, &e) < 0 ? "" : " message");
    else if (rh->rri)
        read_answer(s, rh, ru, n, k);
    else if (rh->category == RH_SC && bind_decode(ru, n, &b, &e) >= 0) {
        take_bind(s, &b);
        snprintf(k->text, sizeof k->text, "BIND mode %s", *s->mode ? s->mode : "BLANK");
    } else if (rh->category == RH_SC && unbind_decode(ru, n, &u, &e) >= 0) {
        k->sense = u.sense;
        snprintf(k->text, sizeof k->text, "UNBIND type %02X%s%.30s", u.type, u.sense ? " " : "",
                 u.sense ? sense_name(u.sense) : "");
    } else if (rh->category == RH_DFC && dfc_decode(ru, n, &code, &e) >= 0) {
        say(k, code != DFC_LUSTAT ? code_name(code) : rh->bbi ? "LUSTAT (bid)" : "LUSTAT (yields)");
    } else {
        say(k, rh->category == RH_FMD && rh->fi ? "FM header" : "RU");
    }
}

bool step_is_wrong(const struct step *k)
{
    switch (k->kind) {
    case STEP_ERROR:
    case STEP_NEGATIVE:
    case STEP_UNBIND:
    case STEP_ODD:
        return true;
    case STEP_SESSION:
        return k->sense != 0;
    default:
        return k->lost > 0;
    }
}
