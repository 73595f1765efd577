/* Two tables: how the secondary fills in its answer, and what the primary lets stand.  Each row is a rule of
 * [Formats: RSP(BIND)], with the offset in the BIND that a refusal names. */
#include "snanode/lu62/activate.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/wire/sense.h"

enum { SID_FORMAT = 0xF0, EBCDIC_PERIOD = 0x4B };

static void name_set(struct bind_name *out, const char *text)
{
    size_t n = strlen(text);
    if (n > BIND_NAME_MAX)
        n = BIND_NAME_MAX;
    memcpy(out->s, text, n);
    ebcdic_encode(out->s, n);
    out->n = (uint8_t)n;
}

static bool name_is(const struct bind_name *n, const char *text)
{
    struct bind_name want = {0};
    name_set(&want, text);
    return n->n == want.n && memcmp(n->s, want.s, want.n) == 0;
}

static bool same_name(const struct bind_name *a, const struct bind_name *b)
{
    return a->n == b->n && memcmp(a->s, b->s, a->n) == 0;
}

/* OCTETS rounded to an RU size that a BIND can express. */
static uint32_t sayable(uint32_t octets)
{
    return bind_ru_size_decode(bind_ru_size_encode(octets));
}

void activate_bind(const struct activate_offer *plu, const uint8_t sid[8], struct bind *out)
{
    *out = (struct bind){
        .has_mode = true,
        .has_sid = true,
        .has_fq_plu = true,
        .plu_contention_winner = plu->winner,
        .adaptive_pacing = plu->adaptive,
        .slu_ru = sayable(plu->max_recv_ru),
        .plu_ru = sayable(plu->max_send_ru),
        .plu_send_window = plu->pace_send,
        .plu_recv_window = plu->pace_recv,
        .slu_send_window = plu->pace_recv,
        .slu_recv_window = plu->pace_send,
        .security = plu->security,
        .sync = plu->sync,
        .reinit = plu->reinit,
        .parallel = plu->parallel,
        .cnos = plu->parallel && plu->cnos,
    };
    name_set(&out->plu, plu->fq);
    name_set(&out->slu, plu->partner);
    name_set(&out->mode, plu->mode);
    name_set(&out->fq_plu, plu->fq);
    out->sid_n = 9;
    out->sid[0] = SID_FORMAT;
    memcpy(out->sid + 1, sid, 8);
}

/* ---- the secondary ---- */

/* The smaller of two limits; 0 means no limit. */
static uint32_t tighter(uint32_t a, uint32_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

typedef void answer_fn(const struct activate_offer *slu, struct bind *b);

static void answer_slu_ru(const struct activate_offer *slu, struct bind *b)
{
    b->slu_ru = sayable(tighter(b->slu_ru, slu->max_send_ru));
}

static void answer_plu_ru(const struct activate_offer *slu, struct bind *b)
{
    b->plu_ru = sayable(tighter(b->plu_ru, slu->max_recv_ru));
}

static void answer_adaptive(const struct activate_offer *slu, struct bind *b)
{
    b->adaptive_pacing = b->adaptive_pacing && slu->adaptive;
}

/* One window for each direction: what one sends, the other receives. */
static void answer_slu_window(const struct activate_offer *slu, struct bind *b)
{
    b->slu_send_window = (uint8_t)tighter(b->slu_send_window, slu->pace_send);
    b->plu_recv_window = (uint8_t)tighter(b->plu_recv_window, b->slu_send_window);
}

static void answer_plu_window(const struct activate_offer *slu, struct bind *b)
{
    b->slu_recv_window = (uint8_t)tighter(b->slu_recv_window, slu->pace_recv);
    b->plu_send_window = (uint8_t)tighter(b->plu_send_window, b->slu_recv_window);
}

/* What each side takes in the Attaches that come to it is its own affair; the rest both have to want. */
enum { SEC_OWN = BIND_SEC_ACCESS | BIND_SEC_ALREADY_VERIFIED | BIND_SEC_PERSISTENT };

static void answer_security(const struct activate_offer *slu, struct bind *b)
{
    b->security = (uint8_t)(slu->security & (b->security | SEC_OWN));
}

static void answer_sync(const struct activate_offer *slu, struct bind *b)
{
    b->sync = b->sync < slu->sync ? b->sync : slu->sync;
}

static void answer_parallel(const struct activate_offer *slu, struct bind *b)
{
    b->parallel = b->parallel && slu->parallel;
    b->cnos = b->parallel && b->cnos && slu->cnos;
}

static void answer_reinit(const struct activate_offer *slu, struct bind *b)
{
    b->reinit &= slu->reinit;
}

/* The limits of the mode decide who is contention winner.  A single session has no such limits, so there the
 * secondary may claim to be the winner. */
static void answer_winner(const struct activate_offer *slu, struct bind *b)
{
    if (!b->parallel && slu->winner)
        b->plu_contention_winner = false;
}

static answer_fn *const answers[] = {answer_slu_ru,     answer_plu_ru,   answer_adaptive, answer_slu_window,
                                     answer_plu_window, answer_security, answer_sync,     answer_parallel,
                                     answer_reinit,     answer_winner};

int activate_answer(const struct activate_offer *slu, const struct bind *in, struct bind *out,
                    struct sna_err *e)
{
    if (!in->has_mode || !name_is(&in->mode, slu->mode))
        return sna_err_set(e, SENSE_MODE_UNKNOWN, 0, "the BIND is for another mode");
    if (in->has_fq_plu ? !name_is(&in->fq_plu, slu->partner) : !name_is(&in->plu, slu->partner))
        return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27, "the BIND comes from another primary LU");
    if (in->slu.n > 0 && !name_is(&in->slu, slu->fq) && !name_is(&in->slu, strchr(slu->fq, '.') + 1))
        return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27, "the BIND is for another LU");
    *out = *in;
    out->extended = false;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        answers[i](slu, out);
    out->has_fq_plu = false;
    out->fq_plu.n = 0;
    out->has_fq_slu = true;
    name_set(&out->fq_slu, slu->fq);
    return 0;
}

/* ---- the primary ---- */

typedef bool check_fn(const struct bind *sent, const struct bind *rsp);

static bool not_above(uint32_t sent, uint32_t rsp)
{
    return sent == 0 || (rsp != 0 && rsp <= sent);
}

static bool check_slu_send(const struct bind *s, const struct bind *r)
{
    return not_above(s->slu_send_window, r->slu_send_window);
}

static bool check_slu_recv(const struct bind *s, const struct bind *r)
{
    return not_above(s->slu_recv_window, r->slu_recv_window) && (s->adaptive_pacing || !r->adaptive_pacing);
}

static bool check_slu_ru(const struct bind *s, const struct bind *r)
{
    return not_above(s->slu_ru, r->slu_ru);
}

static bool check_plu_ru(const struct bind *s, const struct bind *r)
{
    return not_above(s->plu_ru, r->plu_ru);
}

static bool check_plu_send(const struct bind *s, const struct bind *r)
{
    return not_above(s->plu_send_window, r->plu_send_window);
}

/* Some leave it out of their answer, and say the window of that direction in byte 8 alone [Q223373]. */
static bool check_plu_recv(const struct bind *s, const struct bind *r)
{
    return not_above(s->plu_recv_window, r->plu_recv_window) ||
           (r->plu_recv_window == 0 && r->slu_send_window != 0);
}

/* With parallel sessions the BIND names the contention winner.  For a single session the secondary may
 * claim that role but never give it away. */
static bool check_winner(const struct bind *s, const struct bind *r)
{
    return s->plu_contention_winner == r->plu_contention_winner ||
           (!r->parallel && s->plu_contention_winner && !r->plu_contention_winner);
}

static bool check_security(const struct bind *s, const struct bind *r)
{
    return (r->security & ~(s->security | SEC_OWN)) == 0;
}

static bool check_sync(const struct bind *s, const struct bind *r)
{
    return r->sync <= s->sync && (s->parallel || !r->parallel) && (s->cnos || !r->cnos);
}

static bool check_names(const struct bind *s, const struct bind *r)
{
    return same_name(&s->plu, &r->plu) && (r->slu.n == 0 || same_name(&s->slu, &r->slu));
}

/* NAME alone, or NETID.NAME. */
static bool is_lu(const struct bind_name *name, const struct bind_name *fq)
{
    size_t skip = fq->n - (size_t)name->n;
    return same_name(name, fq) || (fq->n > name->n && fq->s[skip - 1] == EBCDIC_PERIOD &&
                                   memcmp(fq->s + skip, name->s, name->n) == 0);
}

static bool check_user_data(const struct bind *s, const struct bind *r)
{
    return (!r->has_mode || same_name(&s->mode, &r->mode)) &&
           (!r->has_sid || (s->sid_n == r->sid_n && memcmp(s->sid, r->sid, s->sid_n) == 0)) &&
           (!r->has_fq_slu || is_lu(&s->slu, &r->fq_slu));
}

static const struct {
    uint16_t offset;
    check_fn *holds;
    const char *text;
} checks[] = {
    {7, check_winner, "contention winner was changed"},
    {8, check_slu_send, "secondary's send window was raised"},
    {9, check_slu_recv, "secondary's receive window was raised, or pacing made adaptive"},
    {10, check_slu_ru, "RU size of the secondary was raised"},
    {11, check_plu_ru, "RU size of the primary was raised"},
    {12, check_plu_send, "primary's send window was raised"},
    {13, check_plu_recv, "primary's receive window was raised"},
    {23, check_security, "security that was not offered was added"},
    {24, check_sync, "sync level, parallel sessions or CNOS were added"},
    {27, check_names, "the names are not those of the BIND"},
    {28, check_user_data, "mode, session identifier or LU name is not that of the BIND"},
};

int activate_check(const struct bind *sent, const struct bind *rsp, struct sna_err *e)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        if (!checks[i].holds(sent, rsp))
            return sna_err_set(e, SENSE_BIND_FIELD | checks[i].offset, checks[i].offset, checks[i].text);
    return 0;
}

void activate_result(const struct bind *rsp, struct activate_session *out)
{
    *out = (struct activate_session){
        .send_ru = {rsp->plu_ru, rsp->slu_ru},
        .window = {(uint8_t)tighter(rsp->plu_send_window, rsp->slu_recv_window),
                   (uint8_t)tighter(rsp->slu_send_window, rsp->plu_recv_window)},
        .adaptive = rsp->adaptive_pacing,
        .security = rsp->security,
        .sync = rsp->sync,
        .reinit = rsp->reinit,
        .parallel = rsp->parallel,
        .cnos = rsp->cnos,
        .winner = rsp->plu_contention_winner ? 0 : 1,
    };
}
