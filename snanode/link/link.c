#include "snanode/link/link.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/link/link_session.h"
#include "snanode/local/frame.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/unbind.h"

enum { OUT_MAX = 0x8000 }; /* the largest BTU that an XID can say */

int link_init(struct link *l, const struct link_params *params)
{
    *l = (struct link){.max_sessions = params->max_sessions, .out = malloc(OUT_MAX)};
    if (!l->out)
        return -1;
    station_init(&l->station, &params->station);
    lfsid_init(&l->lfsid, false, params->max_sessions);
    list_init(&l->ready[0]);
    list_init(&l->ready[1]);
    list_init(&l->strays);
    list_init(&l->unbinds);
    list_init(&l->rest);
    return 0;
}

static void free_sessions(struct link *l)
{
    struct link_session *s;
    for (uint32_t i = 0; (s = idtab_next(&l->sessions, &i));)
        link_session_free(l, s);
    biu_free_all(&l->strays);
    l->n_strays = 0;
    l->out_n = 0;
}

void link_fini(struct link *l)
{
    free_sessions(l);
    biu_free_all(&l->rest);
    lfsid_fini(&l->lfsid);
    idtab_fini(&l->sessions);
    free(l->out);
    l->out = NULL;
}

bool link_is_up(const struct link *l)
{
    return l->station.state == STATION_UP;
}

bool link_is_unused(const struct link *l)
{
    return l->sessions.n == 0;
}

/* ---- the station ---- */

static void come_up(struct link *l)
{
    lfsid_fini(&l->lfsid);
    lfsid_init(&l->lfsid, !l->station.primary, l->max_sessions);
}

/* The station's effects are the link's; when it is down so are the sessions. */
static void pass_on(struct link *l, const struct station_effects *from, struct link_effects *fx)
{
    for (unsigned i = 0; i < from->n; i++) {
        struct link_effect e = {.kind = LINK_FX_UP};
        switch (from->v[i]) {
        case STATION_FX_XID:
            e.kind = LINK_FX_XID;
            e.ru = l->station.sent;
            e.n = l->station.sent_n;
            break;
        case STATION_FX_CONTACT:
            e.kind = LINK_FX_CONTACT;
            break;
        case STATION_FX_CONTACTED:
            e.kind = LINK_FX_CONTACTED;
            break;
        case STATION_FX_UP:
            come_up(l);
            break;
        case STATION_FX_CHANGED:
            e.kind = LINK_FX_CHANGED;
            break;
        default:
            free_sessions(l);
            e.kind = LINK_FX_DOWN;
            e.sense = l->station.down.sense;
            e.text = l->station.down.text;
        }
        link_effect(fx, e);
    }
}

void link_established(struct link *l, bool active, uint64_t now_ms, struct link_effects *fx)
{
    struct station_effects sfx = {.n = 0};
    station_start(&l->station, active, now_ms, &sfx);
    pass_on(l, &sfx, fx);
}

void link_xid(struct link *l, const uint8_t *p, size_t n, uint64_t now_ms, struct link_effects *fx)
{
    struct station_effects sfx = {.n = 0};
    station_xid(&l->station, p, n, now_ms, &sfx);
    pass_on(l, &sfx, fx);
}

void link_contact(struct link *l, uint64_t now_ms, struct link_effects *fx)
{
    struct station_effects sfx = {.n = 0};
    station_contact(&l->station, now_ms, &sfx);
    pass_on(l, &sfx, fx);
}

void link_contacted(struct link *l, uint64_t now_ms, struct link_effects *fx)
{
    struct station_effects sfx = {.n = 0};
    station_contacted(&l->station, now_ms, &sfx);
    pass_on(l, &sfx, fx);
}

/* The oldest UNBIND without an answer, or NULL. */
static struct link_session *oldest_unbind(const struct link *l)
{
    return list_empty(&l->unbinds) ? NULL : LIST_OWNER(l->unbinds.next, struct link_session, unbinds);
}

/* The node has its answer, and the address is free. */
static void give_up(struct link *l, struct link_session *s, struct link_effects *fx)
{
    static const struct rh rsp = {
        .rri = true, .category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true}; /* EB8000 */
    static const uint8_t ru[] = {UNBIND_CODE};
    struct link_effect e = {.kind = LINK_FX_RECEIVED,
                            .address = s->address,
                            .expedited = true,
                            .snf = s->unbind_snf,
                            .rh = rsp,
                            .ru = ru,
                            .n = sizeof ru};
    link_effect(fx, e);
    link_effect(fx, (struct link_effect){.kind = LINK_FX_CLOSED, .address = s->address});
    link_session_free(l, s);
}

void link_tick(struct link *l, uint64_t now_ms, struct link_effects *fx)
{
    struct station_effects sfx = {.n = 0};
    struct link_session *s;
    station_tick(&l->station, now_ms, &sfx);
    pass_on(l, &sfx, fx);
    while (fx->n + 2 <= LINK_EFFECTS && (s = oldest_unbind(l)) && s->unbind_by <= now_ms)
        give_up(l, s, fx);
}

uint64_t link_deadline(const struct link *l)
{
    uint64_t at = station_deadline(&l->station);
    const struct link_session *s = oldest_unbind(l);
    return s && (at == 0 || s->unbind_by < at) ? s->unbind_by : at;
}

void link_lost(struct link *l, const char *text, struct link_effects *fx)
{
    if (l->station.state == STATION_RESET)
        return;
    station_stop(&l->station);
    free_sessions(l);
    link_effect(fx, (struct link_effect){.kind = LINK_FX_DOWN, .sense = SENSE_SESSION_RESET, .text = text});
}

void link_stop(struct link *l, struct link_effects *fx)
{
    link_lost(l, "the link was stopped", fx);
}

/* ---- the node ---- */

uint32_t link_address(struct link *l)
{
    struct link_session *s = link_is_up(l) ? link_session_new(l, 0) : NULL;
    return s ? s->address : 0;
}

/* What a control RU that we send makes of the session. */
static void follow_control(struct link *l, struct link_session *s, const struct rh *rh, uint8_t code,
                           uint16_t snf, uint64_t now_ms)
{
    if (code == BIND_CODE && rh->rri) {
        s->bound = !rh->eri;
        s->over = rh->eri;
    } else if (code == UNBIND_CODE && !rh->rri) {
        s->unbind_out = true;
        s->unbind_snf = snf;
        s->unbind_by = now_ms + LINK_UNBIND_MS;
        list_remove(&s->unbinds);
        list_append(&l->unbinds, &s->unbinds);
        link_session_shut(l, s);
    } else if (code == UNBIND_CODE) {
        s->unbind_in = false;
        s->over = !s->unbind_out;
    }
}

int link_send(struct link *l, uint32_t address, bool expedited, uint16_t snf, const struct rh *rh,
              const uint8_t *ru, size_t n, uint64_t now_ms, struct sna_err *e)
{
    struct link_session *s = link_session_find(l, address);
    int r;
    if (!s || s->over)
        return sna_err_set(e, SENSE_NO_SESSION, 0, "no session has this address");
    if (rh->category == RH_SC) {
        r = link_session_control(s, snf, rh, ru, n, e);
        if (r == 0)
            follow_control(l, s, rh, link_control_code(rh, ru, n), snf, now_ms);
    } else if (s->open) {
        r = pipe_node_send(&s->pipe, expedited, snf, rh, ru, n, e);
    } else {
        r = sna_err_set(e, SENSE_NO_SESSION, 0, "the session is not open");
    }
    link_session_touch(l, s);
    return r;
}

int link_open(struct link *l, uint32_t address, const struct link_half *half)
{
    struct link_session *s = link_session_find(l, address);
    if (!s || s->open || s->unbind_out || s->unbind_in || s->over)
        return -1;
    pipe_fini(&s->pipe);
    pipe_init(&s->pipe, &half->pipe);
    s->open = s->bound = true;
    if (half->recv_ru && half->recv_ru < FRAME_RU_MAX)
        s->in.max = RH_LEN + half->recv_ru;
    list_remove(&s->ready);
    s->high = half->high;
    link_session_touch(l, s);
    return 0;
}

/* ---- conversations ---- */

int link_converse(struct link *l, uint32_t address, uint32_t conv, const uint8_t *fmh5, size_t n, bool bb)
{
    struct link_session *s = link_session_find(l, address);
    if (!s || !s->open || s->broken)
        return -1;
    pipe_converse(&s->pipe, conv, fmh5, n, bb);
    return 0;
}

int link_accept(struct link *l, uint32_t address, uint32_t conv, const struct rh *rh, const uint8_t *data,
                size_t n, struct link_effects *fx)
{
    struct link_session *s = link_session_find(l, address);
    struct sna_err e = {.text = ""};
    if (!s || !s->open || s->broken)
        return -1;
    if (pipe_accept(&s->pipe, conv, rh, data, n, &e) < 0)
        link_session_break(s, &e, fx);
    else
        link_effect(fx, (struct link_effect){.kind = LINK_FX_FRAME, .address = address});
    link_session_report(s, fx);
    link_session_touch(l, s);
    return 0;
}

void link_abandon(struct link *l, uint32_t address, uint32_t conv, uint32_t sense, struct link_effects *fx)
{
    struct link_session *s = link_session_find(l, address);
    if (!s || !s->open || s->pipe.conv != conv)
        return;
    pipe_abandon(&s->pipe, sense);
    link_session_report(s, fx);
    link_session_touch(l, s);
}

void link_put(struct link *l, uint32_t address, uint32_t conv, const uint8_t *frame, size_t n,
              struct link_effects *fx)
{
    struct link_session *s = link_session_find(l, address);
    struct sna_err e = {.text = ""};
    if (!s || !s->open || s->broken)
        return;
    if (pipe_put(&s->pipe, conv, frame, n, &e) != PIPE_PUT)
        link_session_break(s, &e, fx);
    link_session_report(s, fx);
    link_session_touch(l, s);
}

bool link_room(struct link *l, uint32_t address)
{
    struct link_session *s = link_session_find(l, address);
    return s && s->open && pipe_room(&s->pipe);
}

size_t link_front(const struct link *l, uint32_t address, uint32_t *conv, uint8_t *out)
{
    const struct link_session *s = link_session_find(l, address);
    return s ? pipe_front(&s->pipe, conv, out) : 0;
}

void link_pop(struct link *l, uint32_t address, struct link_effects *fx)
{
    struct link_session *s = link_session_find(l, address);
    if (!s)
        return;
    pipe_pop(&s->pipe);
    link_session_report(s, fx);
    link_session_touch(l, s);
}

static struct biu *find_rest(struct link *l, uint32_t conv)
{
    LIST_FOREACH(i, &l->rest) {
        struct biu *u = LIST_OWNER(i, struct biu, link);
        if (u->conv == conv)
            return u;
    }
    return NULL;
}

size_t link_rest(struct link *l, uint32_t conv, uint8_t *out)
{
    struct biu *u = find_rest(l, conv);
    if (!u)
        return 0;
    size_t n = FRAME_HDR + u->n;
    frame_header(out, u->expedited, &u->rh);
    memcpy(out + FRAME_HDR, u->ru, u->n);
    list_remove(&u->link);
    free(u);
    return n;
}

void link_forget(struct link *l, uint32_t conv)
{
    for (struct biu *u; (u = find_rest(l, conv));) {
        list_remove(&u->link);
        free(u);
    }
}
