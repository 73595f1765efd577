#include "snanode/link/link_session.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/wire/bind.h"
#include "snanode/wire/sense.h"

enum { CONTROL_MAX = 4, RU_MAX = 65535, SENSE_LEN = 4 };

void link_effect(struct link_effects *fx, struct link_effect e)
{
    if (fx->n < LINK_EFFECTS)
        fx->v[fx->n++] = e;
}

struct link_session *link_session_find(const struct link *l, uint32_t address)
{
    uint32_t id = lfsid_user(&l->lfsid, address);
    return id ? idtab_get(&l->sessions, id) : NULL;
}

struct link_session *link_session_new(struct link *l, uint32_t address)
{
    struct link_session *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->id = idtab_add(&l->sessions, s);
    if (s->id && address)
        s->address = lfsid_enter(&l->lfsid, address, s->id) < 0 ? 0 : address;
    else if (s->id)
        s->address = lfsid_take(&l->lfsid, s->id);
    if (!s->id || !s->address) {
        if (s->id)
            idtab_remove(&l->sessions, s->id);
        free(s);
        return NULL;
    }
    s->high = true; /* until a mode says otherwise */
    list_init(&s->ready);
    list_init(&s->unbinds);
    list_init(&s->control);
    segment_in_init(&s->in, RH_LEN + RU_MAX);
    pipe_init(&s->pipe, &(struct pipe_params){.adaptive = false});
    return s;
}

void link_session_shut(struct link *l, struct link_session *s)
{
    struct biu *u;
    s->open = false;
    while ((u = biu_take(&s->pipe.in)))
        list_append(&l->rest, &u->link);
    pipe_fini(&s->pipe);
    pipe_init(&s->pipe, &(struct pipe_params){.adaptive = false});
}

void link_session_free(struct link *l, struct link_session *s)
{
    link_session_shut(l, s);
    list_remove(&s->ready);
    list_remove(&s->unbinds);
    lfsid_free(&l->lfsid, s->address);
    idtab_remove(&l->sessions, s->id);
    biu_free_all(&s->control);
    segment_in_fini(&s->in);
    free(s->cur);
    free(s);
}

void link_session_touch(struct link *l, struct link_session *s)
{
    bool ready = s->cur || !list_empty(&s->control) || (s->open && pipe_ready(&s->pipe));
    if (!ready)
        list_remove(&s->ready);
    else if (list_empty(&s->ready))
        list_append(&l->ready[s->high], &s->ready);
}

void link_session_report(struct link_session *s, struct link_effects *fx)
{
    uint32_t conv = pipe_over(&s->pipe);
    if (conv)
        link_effect(fx, (struct link_effect){.kind = LINK_FX_OVER, .address = s->address, .conv = conv});
    if (pipe_roomy(&s->pipe))
        link_effect(fx, (struct link_effect){.kind = LINK_FX_ROOM, .address = s->address});
}

void link_session_break(struct link_session *s, const struct sna_err *e, struct link_effects *fx)
{
    if (s->broken)
        return;
    s->broken = true;
    link_effect(fx, (struct link_effect){
                        .kind = LINK_FX_BROKEN, .address = s->address, .sense = e->sense, .text = e->text});
}

int link_session_control(struct link_session *s, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                         size_t n, struct sna_err *e)
{
    struct biu *u = s->n_control < CONTROL_MAX ? biu_new(rh, ru, n, NULL, 0) : NULL;
    if (!u)
        return sna_err_set(e, SENSE_INSUFFICIENT, 0, "no room for a control RU");
    u->expedited = true;
    u->snf = snf;
    list_append(&s->control, &u->link);
    s->n_control++;
    return 0;
}

uint8_t link_control_code(const struct rh *rh, const uint8_t *ru, size_t n)
{
    size_t at = rh->rri && rh->eri ? SENSE_LEN : 0;
    return rh->category == RH_SC && n > at ? ru[at] : 0;
}
