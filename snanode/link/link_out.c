/* PIUs that go. */
#include <stdlib.h>

#include "snanode/link/link_session.h"
#include "snanode/wire/sense.h"

enum {
    HIGH_TURNS = 4,   /* to one of the others */
    EFFECTS_EACH = 4, /* of one session at the most */
};

static size_t next_stray(struct link *l)
{
    struct biu *u = biu_take(&l->strays);
    if (!u)
        return 0;
    struct th h = {.efi = u->expedited, .snf = u->snf};
    size_t at = 0;
    lfsid_to_th(&l->lfsid, u->conv, &h);
    size_t n = segment_next(&h, biu_octets(u), RH_LEN + u->n, &at, l->station.send_btu, l->out);
    l->n_strays--;
    free(u);
    return n;
}

/* What the session has to send next: the rest of a BIU, control, data. */
static struct biu *current(struct link_session *s)
{
    if (!s->cur) {
        s->cur = biu_take(&s->control);
        s->at = 0;
        if (s->cur)
            s->n_control--;
        else if (s->open)
            s->cur = pipe_next(&s->pipe);
    }
    return s->cur;
}

static size_t next_of_session(struct link *l, struct link_session *s, struct link_effects *fx)
{
    struct biu *u = current(s);
    size_t n = 0;
    if (u) {
        struct th h = {.efi = u->expedited, .snf = u->snf};
        lfsid_to_th(&l->lfsid, s->address, &h);
        n = segment_next(&h, biu_octets(u), RH_LEN + u->n, &s->at, l->station.send_btu, l->out);
        if (n == 0) {
            struct sna_err e = {.sense = SENSE_SEGMENT_FORBIDDEN, .text = "a response is larger than a BTU"};
            link_session_break(s, &e, fx);
        }
        if (n == 0 || s->at == RH_LEN + u->n) {
            free(u);
            s->cur = NULL;
        }
        link_session_report(s, fx);
    }
    return n;
}

/* Whose turn it is. */
static struct link_session *pick(struct link *l)
{
    bool high = !list_empty(&l->ready[1]), low = !list_empty(&l->ready[0]);
    if (!high && !low)
        return NULL;
    if (high && low && l->turns >= HIGH_TURNS)
        high = false;
    l->turns = high ? l->turns + 1 : 0;
    return LIST_OWNER(l->ready[high].next, struct link_session, ready);
}

size_t link_next(struct link *l, const uint8_t **piu, struct link_effects *fx)
{
    struct link_session *s;
    if (!link_is_up(l))
        return 0;
    if (l->out_n == 0)
        l->out_n = next_stray(l);
    while (l->out_n == 0 && fx->n + EFFECTS_EACH <= LINK_EFFECTS && (s = pick(l))) {
        l->out_n = next_of_session(l, s, fx);
        list_remove(&s->ready); /* to the end of the queue, if there is more */
        link_session_touch(l, s);
        if (s->over && !s->cur && list_empty(&s->control)) {
            link_effect(fx, (struct link_effect){.kind = LINK_FX_CLOSED, .address = s->address});
            link_session_free(l, s);
        }
    }
    *piu = l->out;
    return l->out_n;
}

void link_sent(struct link *l)
{
    l->out_n = 0;
}
