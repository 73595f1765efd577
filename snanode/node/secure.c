/* Session security: LU-LU verification of pairs that have a key (lu62/verify.h), and the nonces and numbers
 * of password substitution (lu62/pwsubst.h). */
#include <stdlib.h>
#include <string.h>

#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

enum { SUBSTITUTE_N = CIPHER_N };

/* ---- keys ---- */

/* What LU number SIDE of P knows of the other one.  NULL for an LU of this node, which has no definition of
 * that kind, and no key. */
static const struct cfg_rlu *definition(const struct node *n, const struct session_pool *p, unsigned side)
{
    char fq[NAME_FQ_ROOM];
    for (size_t i = 0; i < n->cfg->n_rlus; i++) {
        lu_fq(n->cfg->rlus[i].netname, n->cfg->rlus[i].luname, fq);
        if (strcmp(fq, p->fq[!side]) == 0)
            return &n->cfg->rlus[i];
    }
    const struct cfg_lu *lu = config_lu(n->cfg, p->lu[side]); /* it stands for the partner [S16] */
    return lu && lu->implicit_lu[0] && !p->local_pair ? config_rlu(n->cfg, lu->implicit_lu) : NULL;
}

/* -1: there is one, but nobody can read it; then there are no sessions. */
static int find_key(const struct node *n, const struct session_pool *p, unsigned side, struct half_secure *h,
                    struct sna_err *e)
{
    const struct cfg_rlu *r = definition(n, p, side);
    h->keyed = r && config_rlu_key(r, h->key);
    return r && r->key_type == CFG_KEY_UNREADABLE
               ? sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0,
                             "the session key (/securityex) for the partner cannot be read here")
               : 0;
}

static const uint8_t *key_of(const struct half_secure *h)
{
    return h->keyed ? h->key : NULL;
}

/* ---- one end ---- */

/* Of an end that has none: no key, no substitutes, and the BIND has flowed. */
static const struct half_secure nothing = {.verify = {.state = VERIFY_OFF}};

static const struct half_secure *of(const struct half *h)
{
    return h->secure ? h->secure : &nothing;
}

/* From now on H has V, unless there is nothing in it. */
static int keep(struct half *h, const struct half_secure *v, bool has_nonce, struct sna_err *e)
{
    if (!v->keyed && !has_nonce)
        return 0;
    if (!h->secure && !(h->secure = malloc(sizeof *h->secure)))
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    *h->secure = *v;
    return 0;
}

int secure_keep(struct session *s, unsigned side, const struct bind_reply *r, struct sna_err *e)
{
    s->half[side].partner_takes = r->partner_takes;
    return keep(&s->half[side], &r->secure, r->secure.substitutes, e);
}

bool secure_awaits(const struct half *h)
{
    return verify_awaits(&of(h)->verify);
}

bool secure_is_proved(const struct half *h)
{
    return of(h)->verify.state == VERIFY_DONE;
}

void secure_free(struct half *h)
{
    if (h->secure)
        explicit_bzero(h->secure, sizeof *h->secure);
    free(h->secure);
    h->secure = NULL;
}

/* ---- BIND ---- */

/* Our nonce for B, or no substitutes on this session. */
static void offer_nonce(const struct node *n, struct half_secure *h, struct bind *b)
{
    const struct cipher *c = n->cipher;
    b->has_nonce = (b->security & BIND_SEC_PASSWORD_SUBST) && !n->rules.no_substitutes && c &&
                   c->random(c->arg, h->subst.own, sizeof h->subst.own) == 0;
    if (b->has_nonce)
        memcpy(b->nonce, h->subst.own, sizeof b->nonce);
    else
        b->security &= (uint8_t)~BIND_SEC_PASSWORD_SUBST;
}

/* Both nonces are there, OTHER with the partner's. */
static int take_nonce(struct half_secure *h, const struct bind *other, struct sna_err *e)
{
    memcpy(h->subst.partner, other->nonce, sizeof h->subst.partner);
    h->substitutes = true;
    return cipher_same(h->subst.own, h->subst.partner)
               ? sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, "the partner's nonce is this node's own")
               : 0;
}

int secure_bind(const struct node *n, struct session *s, struct bind *b, struct sna_err *e)
{
    struct half_secure h = {.keyed = false};
    if (find_key(n, s->pool, s->primary, &h, e) < 0)
        return -1;
    offer_nonce(n, &h, b);
    if (verify_bind(&h.verify, n->cipher, key_of(&h), b, e) < 0)
        return -1;
    return keep(&s->half[s->primary], &h, b->has_nonce, e);
}

/* Whether an LU of this node, FQ, waits for the answer to the same RANDOM. */
static bool reflected(const struct session_pool *p, const char *fq, const uint8_t *random)
{
    LIST_FOREACH(l, &p->pair->pools) {
        const struct session_pool *q = LIST_OWNER(l, struct session_pool, pair_link);
        LIST_FOREACH(m, &q->sessions) {
            const struct session *s = LIST_OWNER(m, struct session, link);
            for (unsigned i = 0; i < 2; i++)
                if (strcmp(q->fq[i], fq) == 0 && verify_reflected(&of(&s->half[i])->verify, random))
                    return true;
        }
    }
    return false;
}

int secure_answer(const struct node *n, const struct session_pool *p, unsigned secondary,
                  const struct bind *in, struct bind *out, struct bind_reply *r, struct sna_err *e)
{
    struct half_secure *h = &r->secure;
    *h = (struct half_secure){.keyed = false};
    r->partner_takes = in->security;
    if (find_key(n, p, secondary, h, e) < 0)
        return -1;
    bool alone = strcmp(p->fq[0], p->fq[1]) != 0; /* else it is its own partner */
    if (in->has_random && alone && reflected(p, p->fq[secondary], in->random))
        return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, "the partner's random data is this node's own");
    if (!in->has_nonce)
        out->security &= (uint8_t)~BIND_SEC_PASSWORD_SUBST;
    offer_nonce(n, h, out);
    if (out->has_nonce && take_nonce(h, in, e) < 0)
        return -1;
    return verify_answer(&h->verify, n->cipher, key_of(h), in, out, e);
}

int secure_check(const struct node *n, struct session *s, const struct bind *rsp, struct sna_err *e)
{
    struct half *mine = &s->half[s->primary];
    struct half_secure *h = mine->secure;
    bool subst = rsp->security & BIND_SEC_PASSWORD_SUBST;
    mine->partner_takes = rsp->security;
    if (subst && !rsp->has_nonce)
        return sna_err_set(e, SENSE_FIELD_MISSING, 23, "password substitution without random data");
    if (!h) {
        struct verify off = nothing.verify;
        return verify_check(&off, n->cipher, NULL, rsp, e);
    }
    if (subst && take_nonce(h, rsp, e) < 0)
        return -1;
    if (h->keyed && rsp->has_random && reflected(s->pool, s->pool->fq[s->primary], rsp->random) &&
        strcmp(s->pool->fq[0], s->pool->fq[1]) != 0)
        return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, "the partner's random data is this node's own");
    return verify_check(&h->verify, n->cipher, key_of(h), rsp, e);
}

/* ---- FMH-12 ---- */

void secure_prove(struct session *s, struct node_effects *fx)
{
    /* The chain goes on with the Attach, or ends with the bracket: 0A9000. */
    static const struct rh rh = {.category = RH_FMD, .fi = true, .bci = true, .dr1i = true, .eri = true};
    uint8_t ru[VERIFY_FMH12_N];
    size_t k = s->half[s->primary].secure ? verify_proof(&s->half[s->primary].secure->verify, ru) : 0;
    if (k == 0)
        return;
    session_send(s, s->primary, false, 0, rh, ru, k, fx);
    s->led = true;
}

int secure_proved(const struct node *n, struct session *s, unsigned side, const struct piu *p,
                  struct sna_err *e)
{
    struct half_secure *h = s->half[side].secure;
    bool data = !p->rh.rri && p->rh.category == RH_FMD;
    return verify_proved(&h->verify, n->cipher, key_of(h), data && p->rh.fi, p->ru, p->n, e);
}

/* ---- Attaches ---- */

/* The password of A as its substitute.  When that cannot be made none goes, and the partner refuses the
 * Attach: as it is it must not go where substitutes are agreed on. */
static void substitute(const struct node *n, const struct half_secure *h, uint64_t seq, struct fmh5 *a)
{
    const struct pwsubst_user u = {
        .user = a->user, .user_n = a->user_n, .password = a->password, .password_n = a->password_n};
    uint8_t out[SUBSTITUTE_N];
    bool made = pwsubst_make(n->cipher, &u, h->subst.own, h->subst.partner, seq, out) == 0;
    explicit_bzero(a->password, sizeof a->password);
    memcpy(a->password, out, made ? sizeof out : 0);
    a->password_n = made ? sizeof out : 0;
    a->password_substituted = a->has_password = made;
}

/* The number of the Attach A, and with it the substitute. */
static void number(const struct node *n, struct half_secure *h, struct fmh5 *a)
{
    uint64_t seq = pwsubst_next(&h->subst);
    pwsubst_put_seq(seq, a->seq);
    a->seq_n = sizeof a->seq;
    if (a->has_user && a->has_password)
        substitute(n, h, seq, a);
}

/* Take out of A what the partner does not take [S44].  False: it takes all. */
static bool withhold(const struct half *h, struct fmh5 *a)
{
    bool access = h->partner_takes & BIND_SEC_ACCESS;
    bool verified = h->partner_takes & BIND_SEC_ALREADY_VERIFIED;
    if (!(a->has_user || a->has_password) || (access && (verified || !a->already_verified)))
        return false;
    a->has_user = a->has_password = a->already_verified = false;
    return true;
}

void secure_attach(const struct node *n, struct session *s, unsigned side, uint8_t attach[FMH5_MAX],
                   uint8_t *len)
{
    const struct half *h = &s->half[side];
    bool numbered = of(h)->substitutes;
    struct fmh5 a;
    struct sna_err e;
    if (fmh5_decode(attach, *len, &a, &e) < 0)
        return;
    if (!withhold(h, &a) && !numbered)
        return;
    if (numbered)
        number(n, h->secure, &a);
    ssize_t k = fmh5_encode(&a, attach, FMH5_MAX);
    *len = k > 0 ? (uint8_t)k : *len;
    explicit_bzero(&a, sizeof a);
}

int secure_attached(struct session *s, unsigned side, const struct piu *p, struct sna_err *e)
{
    const struct half_secure *h = of(&s->half[side]);
    struct fmh5 a;
    if (!p->rh.fi || fmh5_decode(p->ru, p->n, &a, e) < 0)
        return 0; /* no Attach, or one that others judge */
    explicit_bzero(a.password, sizeof a.password);
    if (a.password_substituted && !h->substitutes)
        return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 4,
                           "a password substitute on a session that has none");
    if (a.password_substituted && (a.seq_n != sizeof a.seq || a.password_n != SUBSTITUTE_N))
        return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 4,
                           "a password substitute without its number, or of another size");
    return h->substitutes ? pwsubst_arrived(&s->half[side].secure->subst, a.seq, a.seq_n, e) : 0;
}

void node_attach_nonces(const struct node *n, const struct path *path, struct fmh5 *a)
{
    unsigned side;
    const struct session *s = session_by_path(n, path, &side);
    a->has_nonces = s && of(&s->half[side])->substitutes;
    if (!a->has_nonces)
        return;
    const struct pwsubst *p = &s->half[side].secure->subst;
    memcpy(a->sender_nonce, p->partner, sizeof a->sender_nonce);
    memcpy(a->receiver_nonce, p->own, sizeof a->receiver_nonce);
}
