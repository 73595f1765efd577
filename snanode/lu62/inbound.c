#include "snanode/lu62/inbound.h"

#include "snanode/base/buf.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"

enum { RU_LUSTAT = 0x04, RU_SIG = 0xC9, RU_UNBIND = 0x32, UNBIND_FAILURE = 0xFE };

void inbound_init(struct inbound_state *s, bool begun)
{
    *s = (struct inbound_state){.begun = begun};
}

static void violation(struct inbound *out, uint32_t sense)
{
    *out = (struct inbound){.kind = IN_VIOLATION, .sense = sense};
}

static void read_response(const struct rh *rh, const uint8_t *ru, size_t n, struct inbound *out)
{
    if (!rh->eri) {
        out->kind = IN_POSITIVE;
        return;
    }
    struct rd r = rd_make(ru, n);
    out->kind = IN_NEGATIVE;
    out->sense = rd_u32(&r);
    if (!rh->sdi || r.bad)
        violation(out, SENSE_RH_INCOMPLETE);
}

static void read_session_control(const uint8_t *ru, size_t n, struct inbound *out)
{
    struct rd r = rd_make(ru, n);
    uint8_t code = rd_u8(&r), type = rd_u8(&r);
    if (r.bad || code != RU_UNBIND) {
        violation(out, SENSE_REQUEST_CODE);
        return;
    }
    out->kind = IN_UNBIND;
    out->sense = type == UNBIND_FAILURE ? rd_u32(&r) : 0;
    if (r.bad)
        violation(out, SENSE_RH_INCOMPLETE);
}

/* How a request RU ends its chain (wire sheet 1.3); rh_check_request has refused every other combination. */
static enum chain_end end_of(const struct rh *rh)
{
    if (!rh->eci)
        return CHAIN_MORE;
    bool definite = !rh->eri;
    if (rh->cebi)
        return definite && rh->dr2i ? CHAIN_CONFIRM_DEALLOCATE : CHAIN_DEALLOCATE;
    if (rh->cdi)
        return definite ? CHAIN_CONFIRM_TURN : CHAIN_TURN;
    return CHAIN_CONFIRM;
}

static void read_error(const struct rh *rh, const uint8_t *ru, size_t n, struct inbound *out)
{
    struct fmh7 h;
    struct sna_err e;
    if (n < 2 || (ru[1] & 0x7F) != 0x07) {
        violation(out, SENSE_FMH_TYPE);
        return;
    }
    if (fmh7_decode(ru, n, &h, &e) < 0) {
        violation(out, e.sense);
        return;
    }
    out->kind = IN_ERROR;
    out->sense = h.sense;
    out->log = h.log;
    out->log_n = h.log_n;
    out->last = rh->cebi;
    out->definite1 = rh->dr1i && !rh->eri;
}

/* Chain and bracket rules that need to know what came before. */
static uint32_t check_order(struct inbound_state *s, const struct rh *rh)
{
    if (rh->bbi == s->begun)
        return SENSE_BRACKET;
    if (rh->bci == s->open)
        return SENSE_CHAINING;
    s->begun = true;
    s->open = !rh->eci;
    return 0;
}

/* BB in a conversation's socket comes without the FMH-5 it belongs to, which the node has taken off; FLUSH of an
 * FMH-7 leaves its chain open.  Everything else is checked as on a session. */
static uint32_t check_bits(const struct rh *rh)
{
    struct rh h = *rh;
    if (h.bbi && h.category == RH_FMD)
        h.fi = true;
    return rh_check_request(&h);
}

static void read_request(struct inbound_state *s, const struct rh *rh, const uint8_t *ru, size_t n,
                         struct inbound *out)
{
    uint32_t wrong = check_bits(rh);
    if (!wrong)
        wrong = check_order(s, rh);
    if (wrong) {
        violation(out, wrong);
        return;
    }
    if (rh->category == RH_FMD && rh->fi) {
        read_error(rh, ru, n, out);
        return;
    }
    out->kind = IN_DATA;
    out->end = end_of(rh);
    out->definite1 = rh->dr1i && !rh->eri;
    if (rh->category == RH_FMD) {
        out->ru = ru;
        out->n = n;
    } else if (n < 1 || ru[0] != RU_LUSTAT) {
        violation(out, SENSE_REQUEST_CODE);
    }
}

void inbound_read(struct inbound_state *s, const uint8_t *frame, size_t n, struct inbound *out)
{
    struct rh rh;
    struct sna_err e;
    *out = (struct inbound){.kind = IN_VIOLATION};
    if (n < FRAME_HDR || rh_decode(frame + 1, RH_LEN, &rh, &e) < 0) {
        violation(out, SENSE_RH_INCOMPLETE);
        return;
    }
    const uint8_t *ru = frame + FRAME_HDR;
    n -= FRAME_HDR;
    if (rh.rri)
        read_response(&rh, ru, n, out);
    else if (rh.category == RH_SC)
        read_session_control(ru, n, out);
    else if (frame[0] & FRAME_EXPEDITED) {
        out->kind = IN_SIGNAL;
        if (rh.category != RH_DFC || n < 1 || ru[0] != RU_SIG)
            violation(out, SENSE_REQUEST_CODE);
    } else if (rh.category == RH_NC)
        violation(out, SENSE_REQUEST_CODE);
    else
        read_request(s, &rh, ru, n, out);
}
