/* The secondary's side of a BIND: which LUs and mode it is about, whether the limits allow it, and the
 * answer.  A BIND between two LUs of this node comes here as one from a link does. */
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/node/inject.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"

static void name_text(const struct bind_name *b, char out[NAME_FQ_ROOM])
{
    memcpy(out, b->s, b->n);
    ebcdic_decode((uint8_t *)out, b->n);
    out[b->n] = '\0';
}

/* Who and what the BIND is about [S16]. */
struct bound {
    const struct cfg_lu *lu;
    struct lu_partner partner;
    const struct cfg_mode *mode;
    char name[NAME_ROOM8]; /* of the mode */
};

static int find_mode(const struct node *n, const struct bind *b, struct bound *out, struct sna_err *e)
{
    char name[NAME_FQ_ROOM];
    name_text(&b->mode, name);
    memcpy(out->name, name, sizeof out->name - 1);
    out->name[sizeof out->name - 1] = '\0';
    const struct cfg_rlu *r = out->partner.remote;
    out->mode = config_mode(n->cfg, out->name);
    if (out->mode && lu_partnered(out->lu, &out->partner, out->mode))
        return 0;
    bool lends = r && r->has_implicit_mode && !(out->mode && out->mode->reserved);
    out->mode = lends ? config_mode(n->cfg, r->implicit_mode) : NULL;
    return out->mode ? 0 : sna_err_set(e, SENSE_MODE_UNKNOWN, 27, "mode is not one of this LU pair");
}

/* ON_LINK: the BIND has not come from an LU of this node. */
static int find_bound(const struct node *n, const struct bind *b, bool on_link, struct bound *out,
                      struct sna_err *e)
{
    char slu[NAME_FQ_ROOM], plu[NAME_FQ_ROOM];
    name_text(&b->slu, slu);
    name_text(b->has_fq_plu ? &b->fq_plu : &b->plu, plu);
    *out = (struct bound){.lu = lu_local_by_name(n->cfg, slu)};
    if (!out->lu)
        return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27,
                           "the BIND is for an LU that this node does not have");
    if (on_link ? lu_partner_on_link(n->cfg, plu, &out->partner) < 0
                : lu_partner_find(n->cfg, out->lu, plu, &out->partner) < 0) {
        const struct cfg_rlu *like =
            out->lu->implicit_lu[0] ? config_rlu(n->cfg, out->lu->implicit_lu) : NULL;
        if (!like || !strchr(plu, '.'))
            return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27, "the BIND is from an LU that is not defined");
        out->partner = (struct lu_partner){.remote = like};
        strcpy(out->partner.fq, plu);
    }
    return find_mode(n, b, out, e);
}

/* Whether the limits allow the session, and with which offer it is answered. */
static int admit(struct node *n, const struct session *s, const struct bind *b, struct session_pool *p,
                 unsigned primary, struct activate_offer *mine, struct sna_err *e)
{
    if (inject_refuses(&n->injections, p->mode))
        return sna_err_set(e, SENSE_INSUFFICIENT, 0,
                           "sessions of this mode are refused by an injected fault");
    if (p->limits_from == LIMITS_UNSET && !p->local_pair) { /* the partner has run no CNOS that we know of */
        pool_set_limits(p, !primary, p->defined_limit, p->defined_winners, p->defined_losers);
        p->limits_from = LIMITS_MODE;
    }
    *mine = p->offer[!primary];
    uint32_t sense = pool_admits_bind(p, !primary, b->plu_contention_winner ? primary : !primary, s);
    bool single = !b->parallel || !p->pair->parallel;
    if (sense == SENSE_WINNER_LIMIT && single && pool_admits_bind(p, !primary, !primary, s) == 0) {
        mine->winner = true; /* there is only one, and it is ours to win */
        sense = 0;
    }
    return sense ? sna_err_set(e, sense, 7, "the session limits do not allow it") : 0;
}

int session_answer_bind(struct node *n, const struct session *s, const uint8_t *ru, size_t len,
                        struct bind_reply *rsp, struct sna_err *e)
{
    struct bind in, out;
    struct bound who;
    struct activate_offer mine;
    uint8_t secondary;
    *rsp = (struct bind_reply){.pool = NULL};
    if (bind_decode(ru, len, &in, e) < 0 || find_bound(n, &in, !s, &who, e) < 0)
        return -1;
    struct session_pool *p = pool_find(n, who.lu, &who.partner, who.mode, who.name, &secondary);
    if (!p)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "out of memory");
    if (s && s->pool == p)
        secondary = !s->primary; /* an LU may be its own partner */
    if (s && s->pool != p)
        return sna_err_set(e, SENSE_RESOURCE_UNKNOWN, 27, "the LUs of the BIND are others by now");
    if (admit(n, s, &in, p, !secondary, &mine, e) < 0 || activate_answer(&mine, &in, &out, e) < 0)
        return -1;
    if (secure_answer(n, p, secondary, &in, &out, rsp, e) < 0)
        return -1;
    ssize_t k = bind_encode(&out, rsp->ru, sizeof rsp->ru);
    if (k < 0)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "the answer cannot be said");
    rsp->pool = p;
    rsp->primary = !secondary;
    rsp->n = (size_t)k;
    return 0;
}
