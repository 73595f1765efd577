/* Conversations with a side on a link: one end is a program of this node, the other one is a half-session's.
 */
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/node/internal.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

enum { SECURITY_NONE = 0, SECURITY_SAME = 1, SECURITY_PROGRAM = 2 };

bool node_far_path(const struct node *n, uint32_t conv, struct path *out)
{
    const struct conversation *c = node_conversation(n, conv);
    if (!c || !c->far_open || !c->session)
        return false;
    *out = c->session->half[0].path;
    return true;
}

size_t node_far_begin(struct node *n, uint32_t conv, uint8_t *out, bool *bb)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || c->state != CONV_ALLOCATED || !c->far_open || !c->session)
        return 0;
    size_t k = c->attach_n;
    memcpy(out, c->attach, k);
    *bb = c->session->bb_due;
    c->state = CONV_RUNNING;
    return k;
}

/* TP name for people. */
static void show_tp(const struct fmh5 *a, char out[NAME_TP_ROOM])
{
    uint8_t name[sizeof a->tpn];
    bool service = a->tpn_n > 0 && a->tpn[0] < 0x40;
    memcpy(name, a->tpn, a->tpn_n);
    ebcdic_decode(name + service, a->tpn_n - (size_t)service);
    name_show_tp(out, NAME_TP_ROOM, name, a->tpn_n, service);
}

void far_describe(struct conversation *c, const struct fmh5 *a, uint64_t now_ms)
{
    c->state = CONV_ATTACHING;
    c->type = a->resource == FMH5_MAPPED ? TYPE_MAPPED : 0;
    c->sync = a->sync;
    c->security = a->already_verified ? SECURITY_SAME : a->has_user ? SECURITY_PROGRAM : SECURITY_NONE;
    c->since_ms = now_ms;
    show_tp(a, c->tp);
}

uint32_t node_far_attach(struct node *n, const struct path *path, const struct fmh5 *a, uint64_t now_ms,
                         struct node_effects *fx)
{
    unsigned side;
    struct session *s = session_by_path(n, path, &side);
    if (!s || s->conv || !s->counted || !half_in_bracket(s->half[side].state) || node_reserve(n, fx) < 0)
        return 0;
    struct conversation *c = conversation_new(n, s->pool);
    if (!c)
        return 0;
    far_describe(c, a, now_ms);
    c->side_of_pool = !side;
    c->session = s;
    c->max_ru = session_max_ru(s);
    c->far_open = true;
    s->conv = c->id;
    s->conversations++;
    s->pool->in_use++;
    session_recount(n, s, now_ms);
    return c->id;
}

void node_far_over(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx)
{
    struct conversation *c = node_conversation(n, conv);
    if (!c || !c->far_open)
        return;
    struct session *s = c->session;
    c->far_open = false;
    c->sides[c->side_of_pool == 0 ? SIDE_B : SIDE_A].over = true;
    c->session = NULL;
    if (s)
        session_release(n, s, now_ms, fx);
    if (!c->sides[SIDE_A].process && !c->sides[SIDE_B].process && c->state != CONV_ATTACHING)
        conversation_over(n, c, now_ms, fx);
    node_work(n, now_ms, fx);
}

void node_far_broken(struct node *n, const struct path *path, uint32_t sense, uint64_t now_ms,
                     struct node_effects *fx)
{
    unsigned side;
    struct session *s = session_by_path(n, path, &side);
    if (!s)
        return;
    session_unbind(n, s, UNBIND_FAILURE, sense, now_ms, fx);
    session_news(n, s);
    node_work(n, now_ms, fx);
}

const struct cfg_rlu *node_far_partner(const struct node *n, const struct path *path)
{
    unsigned side;
    const struct session *s = session_by_path(n, path, &side);
    return s && s->pool->lu[!side][0] ? config_rlu(n->cfg, s->pool->lu[!side]) : NULL;
}
