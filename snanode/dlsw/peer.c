#include "snanode/dlsw/peer.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/dlsw/peer_internal.h"

void peer_params_init(struct peer_params *params, const uint8_t mac[SSP_MAC_LEN], uint8_t sap)
{
    *params = (struct peer_params){.lf = 4399,
                                   .max_circuits = 64,
                                   .capex_ms = 30000,
                                   .settle_ms = 5000,
                                   .circuit_ms = 30000,
                                   .keepalive_ms = 30000,
                                   .keepalive_limit = 3};
    memcpy(params->mac, mac, SSP_MAC_LEN);
    params->caps =
        (struct capex){.version = 1, .window = 20, .connections = 1, .macs_only = true, .n_macs = 1};
    capex_add_sap(&params->caps, sap);
    memcpy(params->caps.macs[0].value, mac, SSP_MAC_LEN);
    memset(params->caps.macs[0].mask, 0xFF, SSP_MAC_LEN);
}

struct peer *peer_new(const struct peer_params *params)
{
    struct peer *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->params = *params;
    p->deadline = PEER_NEVER;
    p->fx_cap = 2 * (size_t)params->max_circuits + 16;
    p->fx = calloc(p->fx_cap, sizeof *p->fx);
    /* Above PEER_OUT_HIGH: an answer that repeats a message, an XID of the user, and a few messages of each
     * circuit. */
    size_t out =
        PEER_OUT_HIGH + 2 * (SSP_LONG + SSP_DATA_MAX) + 8 * SSP_LONG * ((size_t)params->max_circuits + 16);
    bool good = p->fx != NULL;
    good = outbox_init(&p->out, out) == 0 && good;
    for (int i = 0; i < PEER_CONNS; i++)
        good = stream_init(&p->in[i]) == 0 && good;
    if (good)
        return p;
    peer_free(p);
    return NULL;
}

void peer_free(struct peer *p)
{
    struct circuit *c;
    if (!p)
        return;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        free(c);
    idtab_fini(&p->circuits);
    for (int i = 0; i < PEER_CONNS; i++)
        stream_fini(&p->in[i]);
    outbox_fini(&p->out);
    free(p->fx);
    free(p);
}

bool peer_effect_next(struct peer *p, struct peer_effect *e)
{
    if (p->fx_n == 0)
        return false;
    *e = p->fx[p->fx_from];
    p->fx_from = (p->fx_from + 1) % p->fx_cap;
    p->fx_n--;
    return true;
}

static void close_conn(struct peer *p, enum peer_conn conn)
{
    p->up[conn] = false;
    peer_effect_add(p, (struct peer_effect){.kind = PEER_FX_CLOSE, .conn = (uint8_t)conn});
}

/* The partner is gone: back to the beginning. */
static void finish(struct peer *p, enum peer_cause cause, uint64_t now)
{
    peer_circuits_lost(p, cause, now);
    for (int i = 0; i < PEER_CONNS; i++) {
        if (p->up[i])
            close_conn(p, (enum peer_conn)i);
        stream_reset(&p->in[i]);
    }
    peer_effect_add(p,
                    (struct peer_effect){.kind = PEER_FX_LOST, .cause = (uint8_t)cause, .faults = p->faults});
    outbox_drop(&p->out, p->out.n);
    p->state = PEER_IDLE;
    p->deadline = PEER_NEVER;
    p->answered = p->they_cap = p->they_keep_alive = p->stalled = false;
    p->faults.n = 0;
}

/* ---- capabilities ---- */

static void put_caps(struct peer *p, bool answer, const uint8_t *data, ssize_t n, uint64_t now)
{
    struct ssp s = {.type = SSP_CAP_EXCHANGE, .direction = answer ? SSP_TO_ORIGIN : SSP_TO_TARGET};
    if (n > 0)
        peer_put(p, &s, data, (size_t)n, now);
}

static void begin_capex(struct peer *p, uint64_t now)
{
    uint8_t v[CAPEX_MAX];
    p->state = PEER_CAPEX;
    put_caps(p, false, v, capex_encode(&p->params.caps, v, sizeof v), now);
}

static void put_keepalive(struct peer *p, uint64_t now)
{
    peer_put(p, &(struct ssp){.type = SSP_KEEPALIVE}, NULL, 0, now);
}

/* The first KEEPALIVE goes at once: from then on the partner knows that it may expect more [L11]. */
static void become_active(struct peer *p, uint64_t now)
{
    p->state = PEER_ACTIVE;
    p->deadline = PEER_NEVER;
    if (p->params.keepalive_ms > 0)
        put_keepalive(p, now);
    peer_effect_add(p, (struct peer_effect){.kind = PEER_FX_UP});
}

/* Both have accepted.  When both can do with one TCP connection, the end with the higher address closes the
 * one on its port 2065 [L9]. */
static bool leaves_one(const struct peer *p)
{
    return p->order != 0 && p->up[PEER_OURS] && p->up[PEER_THEIRS] && p->they_cap &&
           p->theirs.connections == 1 && p->params.caps.connections == 1;
}

static void agree(struct peer *p, uint64_t now)
{
    if (leaves_one(p) && p->order < 0) {
        p->state = PEER_SETTLING;
        p->deadline = now + p->params.settle_ms;
        p->free_n = p->out.n;
        return;
    }
    if (leaves_one(p))
        close_conn(p, PEER_THEIRS);
    become_active(p, now);
}

static void refuse_caps(struct peer *p, const struct capex_faults *faults)
{
    p->faults = *faults;
    p->state = PEER_ENDING;
    p->end_cause = PEER_CAUSE_CAPEX_BAD;
}

static void on_caps_request(struct peer *p, const struct ssp *s, const uint8_t *data, uint64_t now)
{
    struct capex_faults faults;
    uint8_t v[CAPEX_REFUSAL_MAX];
    if (p->they_cap)
        return; /* at run time: they change nothing for us [L10] */
    if (capex_decode(data, s->n, &p->theirs, &faults) < 0)
        refuse_caps(p, &faults);
    else
        p->they_cap = true;
    p->their_transport = s->origin_transport;
    put_caps(p, true, v, capex_encode_answer(&faults, v, sizeof v), now);
}

static void on_caps(struct peer *p, const struct ssp *s, const uint8_t *data, uint64_t now)
{
    bool before = p->they_cap && p->answered;
    switch (capex_kind(data, s->n)) {
    case CAPEX_ACCEPTED:
        p->answered = true;
        break;
    case CAPEX_REFUSED:
        if (p->answered)
            return;
        if (capex_decode_refusal(data, s->n, &p->faults) < 0)
            p->faults.n = 0;
        finish(p, PEER_CAUSE_CAPEX_REFUSED, now);
        return;
    default: /* what is none of the three is refused as a request */
        on_caps_request(p, s, data, now);
        break;
    }
    if (p->state == PEER_CAPEX && !before && p->they_cap && p->answered)
        agree(p, now);
}

/* ---- TCP ---- */

bool peer_connected(struct peer *p, enum peer_conn conn, int order, uint64_t now)
{
    bool any = p->up[PEER_OURS] || p->up[PEER_THEIRS];
    if ((p->state != PEER_IDLE && p->state != PEER_HALF) || p->up[conn] || (p->params.single && any))
        return false;
    p->up[conn] = true;
    p->order = order;
    p->last_in = p->last_out = p->last_progress = now;
    if (!any)
        p->deadline = now + p->params.capex_ms;
    if (p->params.single || any)
        begin_capex(p, now);
    else
        p->state = PEER_HALF;
    return true;
}

void peer_disconnected(struct peer *p, enum peer_conn conn, enum peer_cause cause, uint64_t now)
{
    if (!p->up[conn])
        return;
    /* What it closes as agreed can be seen before its answer is, which comes on the other connection. */
    bool agreed = leaves_one(p) && p->order < 0 && conn == PEER_OURS;
    p->up[conn] = false;
    if (agreed && p->state == PEER_SETTLING && p->free_n == 0)
        become_active(p, now);
    else if (!agreed || p->state != PEER_CAPEX || p->out.n > 0)
        finish(p, p->state == PEER_ENDING ? (enum peer_cause)p->end_cause : cause, now);
}

static void on_message(struct peer *p, const uint8_t *message, size_t whole, uint64_t now)
{
    struct ssp s;
    struct sna_err e;
    ssize_t front = ssp_decode(message, whole, &s, &e);
    if (front < 0) {
        log_info("DLSw: %s", e.text);
        finish(p, PEER_CAUSE_PROTOCOL, now);
        return;
    }
    if (!ssp_traits(s.type))
        return; /* dropped quietly [DLSW: Message Types] */
    if (s.type == SSP_KEEPALIVE)
        p->they_keep_alive = true;
    else if (s.type == SSP_CAP_EXCHANGE)
        on_caps(p, &s, message + front, now);
    else if (!p->they_cap)
        finish(p, PEER_CAUSE_NO_CAPEX, now);
    else
        peer_message(p, &s, message + front, now);
}

size_t peer_input(struct peer *p, enum peer_conn conn, const uint8_t *data, size_t n, uint64_t now)
{
    const uint8_t *message;
    size_t whole;
    struct sna_err e;
    if (!p->up[conn] || p->state == PEER_ENDING)
        return n; /* of a connection that is over */
    if (!peer_takes_input(p))
        return 0;
    if (n > 0)
        p->last_in = now;
    ssize_t used = stream_take(&p->in[conn], data, n, &message, &whole, &e);
    if (used < 0) {
        log_info("DLSw: %s", e.text);
        finish(p, PEER_CAUSE_PROTOCOL, now);
        return n;
    }
    if (message)
        on_message(p, message, whole, now);
    return (size_t)used;
}

bool peer_takes_input(const struct peer *p)
{
    return p->out.n < PEER_OUT_HIGH && !p->stalled && p->state != PEER_HALF;
}

size_t peer_output(const struct peer *p, enum peer_conn conn, const uint8_t **data)
{
    enum peer_conn writes = p->up[PEER_OURS] ? PEER_OURS : PEER_THEIRS;
    *data = p->out.v + p->out.from;
    if (conn != writes || !p->up[conn])
        return 0;
    return p->state == PEER_SETTLING ? p->free_n : p->out.n;
}

void peer_sent(struct peer *p, enum peer_conn conn, size_t n, uint64_t now)
{
    bool high = p->out.n >= PEER_OUT_HIGH;
    if (!p->up[conn])
        return;
    outbox_drop(&p->out, n);
    p->last_progress = now;
    if (p->state == PEER_SETTLING)
        p->free_n -= n;
    if (p->state == PEER_ENDING && p->out.n == 0) {
        finish(p, (enum peer_cause)p->end_cause, now);
    } else if (high && p->out.n < PEER_OUT_HIGH) {
        p->last_in = now; /* it was not read until now */
        peer_circuits_ready(p);
    }
}

void peer_stop(struct peer *p, uint64_t now)
{
    if (p->state != PEER_IDLE)
        finish(p, PEER_CAUSE_STOPPED, now);
}

bool peer_is_up(const struct peer *p)
{
    return p->state == PEER_ACTIVE;
}

const struct capex *peer_caps(const struct peer *p)
{
    return p->they_cap ? &p->theirs : NULL;
}

/* ---- time ---- */

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What the silence of the partner may last until, and why it is gone then [L11].  What it sends while it is
 * not read cannot be seen. */
static uint64_t patience(const struct peer *p, enum peer_cause *cause)
{
    uint64_t most = p->params.keepalive_ms * p->params.keepalive_limit;
    if (most == 0 || p->state == PEER_HALF)
        return PEER_NEVER;
    bool unread = p->out.n > 0 && p->state != PEER_SETTLING;
    uint64_t reads = unread ? p->last_progress + most : PEER_NEVER;
    uint64_t says = p->they_keep_alive && peer_takes_input(p) ? p->last_in + most : PEER_NEVER;
    *cause = says < reads ? PEER_CAUSE_KEEPALIVE : PEER_CAUSE_STALLED;
    return earlier(says, reads);
}

uint64_t peer_deadline(const struct peer *p)
{
    enum peer_cause cause;
    if (p->state == PEER_IDLE)
        return PEER_NEVER;
    if (p->stalled)
        return 0;
    uint64_t first = earlier(p->deadline, earlier(patience(p, &cause), peer_circuits_deadline(p)));
    bool keeps = p->state == PEER_ACTIVE && p->params.keepalive_ms > 0 && p->out.n == 0;
    return keeps ? earlier(first, p->last_out + p->params.keepalive_ms) : first;
}

static void on_deadline(struct peer *p, uint64_t now)
{
    if (p->state == PEER_SETTLING)
        become_active(p, now); /* it keeps both */
    else
        finish(p, p->state == PEER_ENDING ? (enum peer_cause)p->end_cause : PEER_CAUSE_CAPEX_TIME, now);
}

void peer_tick(struct peer *p, uint64_t now)
{
    enum peer_cause cause = PEER_CAUSE_STALLED;
    if (p->state == PEER_IDLE)
        return;
    if (p->stalled || patience(p, &cause) <= now) {
        finish(p, cause, now);
        return;
    }
    if (p->deadline <= now) {
        on_deadline(p, now);
        return;
    }
    peer_circuits_tick(p, now);
    if (p->state == PEER_ACTIVE && p->params.keepalive_ms > 0 && p->out.n == 0 &&
        now >= p->last_out + p->params.keepalive_ms)
        put_keepalive(p, now);
}
