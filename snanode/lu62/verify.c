#include "snanode/lu62/verify.h"

#include <string.h>

#include "snanode/wire/sense.h"

enum { FMH12_TYPE = 0x0C };

/* What stands here; anything else refuses the session. */
static const unsigned char next[VERIFY_STATE_N][VERIFY_EVENT_N] = {
    [VERIFY_NEW] =
        {[VERIFY_DO_PLAIN] = VERIFY_OFF, [VERIFY_DO_BIND] = VERIFY_ASKED, [VERIFY_GOT_BIND] = VERIFY_AWAITED},
    [VERIFY_OFF] = {[VERIFY_GOT_OTHER] = VERIFY_OFF},
    [VERIFY_ASKED] = {[VERIFY_GOT_PROOF] = VERIFY_DUE},
    [VERIFY_DUE] = {[VERIFY_DO_PROOF] = VERIFY_DONE},
    [VERIFY_AWAITED] = {[VERIFY_GOT_FMH12] = VERIFY_DONE},
    [VERIFY_DONE] = {[VERIFY_GOT_OTHER] = VERIFY_DONE},
};

enum verify_state verify_next(enum verify_state s, enum verify_event e)
{
    enum verify_state to =
        s < VERIFY_STATE_N && e < VERIFY_EVENT_N ? (enum verify_state)next[s][e] : VERIFY_NEW;
    return to == VERIFY_NEW ? VERIFY_REFUSED : to; /* nothing leads back */
}

static int step(struct verify *v, enum verify_event ev, struct sna_err *e)
{
    v->state = (uint8_t)verify_next((enum verify_state)v->state, ev);
    return v->state == VERIFY_REFUSED
               ? sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, "LU-LU verification is out of step")
               : 0;
}

static int refuse(struct verify *v, struct sna_err *e, const char *text)
{
    (void)!step(v, VERIFY_GOT_BAD, e);
    return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, text);
}

static int unable(struct verify *v, struct sna_err *e)
{
    (void)!step(v, VERIFY_GOT_BAD, e);
    return sna_err_set(e, SENSE_INSUFFICIENT, 0, "there is no DES or no randomness for the session key");
}

static int encipher(const struct cipher *c, const uint8_t *key, const uint8_t in[CIPHER_N],
                    uint8_t out[CIPHER_N])
{
    return c && c->des ? c->des(c->arg, key, in, out) : -1;
}

static int ask(struct verify *v, const struct cipher *c, struct bind *b)
{
    if (!c || !c->random || c->random(c->arg, v->sent, sizeof v->sent) < 0)
        return -1;
    b->has_random = true;
    memcpy(b->random, v->sent, sizeof b->random);
    return 0;
}

/* ---- BIND and its answer ---- */

int verify_bind(struct verify *v, const struct cipher *c, const uint8_t *key, struct bind *b,
                struct sna_err *e)
{
    b->has_random = b->has_proof = false;
    if (!key)
        return step(v, VERIFY_DO_PLAIN, e);
    return ask(v, c, b) < 0 ? unable(v, e) : step(v, VERIFY_DO_BIND, e);
}

int verify_answer(struct verify *v, const struct cipher *c, const uint8_t *key, const struct bind *in,
                  struct bind *out, struct sna_err *e)
{
    out->has_random = out->has_proof = false;
    if (!key && in->has_random)
        return refuse(v, e, "the partner has a session key (/security), and this node has none for it");
    if (!key)
        return step(v, VERIFY_DO_PLAIN, e);
    if (!in->has_random)
        return refuse(v, e, "this node has a session key (/security) for the partner, which uses none");
    if (ask(v, c, out) < 0 || encipher(c, key, in->random, out->proof) < 0)
        return unable(v, e);
    out->has_proof = true;
    if (cipher_same(out->random, in->random))
        return refuse(v, e, "the partner's random data is this node's own");
    return step(v, VERIFY_GOT_BIND, e);
}

int verify_check(struct verify *v, const struct cipher *c, const uint8_t *key, const struct bind *rsp,
                 struct sna_err *e)
{
    uint8_t want[CIPHER_N];
    if (v->state == VERIFY_OFF)
        return rsp->has_random || rsp->has_proof
                   ? refuse(v, e, "the answer to a BIND without random data has some")
                   : 0;
    if (!key || !rsp->has_proof || !rsp->has_random)
        return refuse(v, e, "the answer to the BIND has no security reply, or no random data");
    if (encipher(c, key, v->sent, want) < 0 || encipher(c, key, rsp->random, v->proof) < 0)
        return unable(v, e);
    if (!cipher_same(want, rsp->proof))
        return refuse(v, e, "the session keys (/security) of the two LUs are not the same");
    if (cipher_same(rsp->random, v->sent))
        return refuse(v, e, "the partner's random data is this node's own");
    return step(v, VERIFY_GOT_PROOF, e);
}

/* ---- FMH-12 ---- */

size_t verify_proof(struct verify *v, uint8_t out[VERIFY_FMH12_N])
{
    struct sna_err e;
    if (v->state != VERIFY_DUE || step(v, VERIFY_DO_PROOF, &e) < 0)
        return 0;
    out[0] = VERIFY_FMH12_N;
    out[1] = FMH12_TYPE;
    memcpy(out + 2, v->proof, sizeof v->proof);
    return VERIFY_FMH12_N;
}

bool verify_awaits(const struct verify *v)
{
    return v->state == VERIFY_AWAITED;
}

int verify_proved(struct verify *v, const struct cipher *c, const uint8_t *key, bool fi, const uint8_t *ru,
                  size_t n, struct sna_err *e)
{
    uint8_t want[CIPHER_N];
    if (!fi || n < 2 || ru[1] != FMH12_TYPE)
        return refuse(v, e, "the first request of the session is not the security header");
    if (!key || n != VERIFY_FMH12_N || ru[0] != VERIFY_FMH12_N)
        return refuse(v, e, "the security header does not fit");
    if (encipher(c, key, v->sent, want) < 0)
        return unable(v, e);
    if (!cipher_same(want, ru + 2))
        return refuse(v, e, "the session keys (/security) of the two LUs are not the same");
    return step(v, VERIFY_GOT_FMH12, e);
}

bool verify_reflected(const struct verify *v, const uint8_t random[CIPHER_N])
{
    return (v->state == VERIFY_ASKED || v->state == VERIFY_AWAITED) && cipher_same(v->sent, random);
}
