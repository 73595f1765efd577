#include "snanode/lu62/inbound.h"

#include "snanode/base/buf.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"

enum { RU_UNBIND = 0x32, UNBIND_FAILURE = 0xFE };

void inbound_init(struct inbound_state *s, bool begun)
{
    *s = (struct inbound_state){.begun = begun};
}

static void violation(struct inbound *out, uint32_t sense)
{
    *out = (struct inbound){.kind = IN_VIOLATION, .sense = sense};
}

/* The RU has to be the whole DFC request CODE. */
static bool is_dfc(const uint8_t *ru, size_t n, uint8_t code, struct inbound *out)
{
    uint8_t is;
    struct sna_err e = {.sense = SENSE_REQUEST_CODE};
    if (dfc_decode(ru, n, &is, &e) >= 0 && is == code)
        return true;
    violation(out, e.sense);
    return false;
}

/* Whether a response can answer a request of a conversation: user data, an FMH-7 or an LUSTAT.  All other
 * responses, and pacing, are between the two ends of a link. */
static bool answers_conversation(const struct rh *rh, const uint8_t *ru, size_t n)
{
    uint8_t code;
    uint32_t sense;
    if (!rh->dr1i && !rh->dr2i)
        return false;
    if (rh->category == RH_DFC)
        return dfc_decode_response(ru, n, rh->eri, &code, &sense, NULL) >= 0 && code == DFC_LUSTAT;
    return rh->category == RH_FMD;
}

static void read_response(const struct rh *rh, const uint8_t *ru, size_t n, struct inbound *out)
{
    if (!answers_conversation(rh, ru, n)) {
        violation(out, SENSE_RESPONSE_UNEXPECTED);
        return;
    }
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

/* How a request RU ends its chain [Formats: RH]; check_bits has refused every other combination. */
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
    ssize_t used = fmh7_decode(ru, n, &h, &e);
    if (used < 0) {
        violation(out, e.sense);
        return;
    }
    out->kind = IN_ERROR;
    out->end = end_of(rh);
    out->ru = ru + used;
    out->n = n - (size_t)used;
    out->sense = h.sense;
    out->gds = h.gds;
    out->gds_n = h.gds_n;
    out->log = h.log;
    out->log_n = h.log_n;
    out->last = rh->cebi;
    out->definite1 = rh->dr1i && !rh->eri;
}

/* The headers of nearly all frames: user data in the middle of its bracket, with no FM header.  Whether RH is
 * one of them, and how it ends its chain; all others are taken apart (rh.h).  The bit left out of the first
 * octet is BC. */
static bool is_plain(const uint8_t rh[RH_LEN], enum chain_end *end)
{
    switch ((unsigned)(rh[0] & ~0x02u) << 16 | (unsigned)rh[1] << 8 | rh[2]) {
    case 0x009000: /* RQE1 */
        *end = CHAIN_MORE;
        return true;
    case 0x019020: /* EC, RQE1, CD */
        *end = CHAIN_TURN;
        return true;
    case 0x019001: /* EC, RQE1, CEB */
        *end = CHAIN_DEALLOCATE;
        return true;
    case 0x012000: /* EC, RQD2 */
        *end = CHAIN_CONFIRM;
        return true;
    case 0x012020: /* EC, RQD2, CD */
        *end = CHAIN_CONFIRM_TURN;
        return true;
    case 0x012001: /* EC, RQD2, CEB */
        *end = CHAIN_CONFIRM_DEALLOCATE;
        return true;
    default:
        return false;
    }
}

/* The frame is one of those, and in order.  What is not is for read_request(). */
static bool read_plain(struct inbound_state *s, const uint8_t *frame, size_t n, struct inbound *out)
{
    enum chain_end end;
    bool first = frame[1] & 0x02;
    if (frame[0] & FRAME_EXPEDITED || !s->begun || first == s->open || !is_plain(frame + 1, &end))
        return false;
    *out = (struct inbound){.kind = IN_DATA, .end = end, .ru = frame + FRAME_HDR, .n = n - FRAME_HDR};
    s->open = end == CHAIN_MORE;
    return true;
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

/* BB in a conversation's socket comes without its FMH-5, which the node has taken out.  An
 * LUSTAT stands for an empty chain, so it has to end as a chain may.  Everything else is checked as on a
 * session. */
static uint32_t check_bits(const struct rh *rh)
{
    struct rh h = *rh;
    if (h.bbi && h.category == RH_FMD)
        h.fi = true;
    uint32_t wrong = rh_check_request(&h);
    if (wrong || h.category != RH_DFC)
        return wrong;
    h.category = RH_FMD;
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
    } else {
        is_dfc(ru, n, DFC_LUSTAT, out);
    }
}

/* The one request of the expedited flow: Request_To_Send. */
static void read_signal(const struct rh *rh, const uint8_t *ru, size_t n, struct inbound *out)
{
    uint32_t wrong = rh->category == RH_DFC ? rh_check_request(rh) : SENSE_REQUEST_CODE;
    if (wrong)
        violation(out, wrong);
    else if (is_dfc(ru, n, DFC_SIG, out))
        out->kind = IN_SIGNAL;
}

void inbound_read(struct inbound_state *s, const uint8_t *frame, size_t n, struct inbound *out)
{
    struct rh rh;
    struct sna_err e;
    if (n >= FRAME_HDR && read_plain(s, frame, n, out))
        return;
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
    else if (frame[0] & FRAME_EXPEDITED)
        read_signal(&rh, ru, n, out);
    else if (rh.category == RH_NC)
        violation(out, SENSE_REQUEST_CODE);
    else
        read_request(s, &rh, ru, n, out);
}
