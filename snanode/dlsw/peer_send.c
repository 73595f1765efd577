#include <stdlib.h>

#include "snanode/base/log.h"
#include "snanode/dlsw/peer_internal.h"

void peer_effect_add(struct peer *p, struct peer_effect e)
{
    if (p->fx_n == p->fx_cap) { /* the caller does not carry them out */
        log_error("DLSw: no room for effect %u of circuit %u", e.kind, e.id);
        abort();
    }
    p->fx[(p->fx_from + p->fx_n++) % p->fx_cap] = e;
}

void peer_put(struct peer *p, struct ssp *s, const uint8_t *data, size_t n, uint64_t now)
{
    uint8_t header[SSP_LONG];
    s->n = (uint16_t)n;
    ssize_t h = ssp_encode(s, header, sizeof header);
    if (p->out.n == 0)
        p->last_progress = now;
    if (h < 0 || p->out.cap - p->out.n < (size_t)h + n) { /* there was room for all that may be unsent */
        p->stalled = true;
        return;
    }
    outbox_put(&p->out, header, (size_t)h);
    outbox_put(&p->out, data, n);
    p->last_out = now;
}

/* The fields of the control header that the circuit fixes. */
static struct ssp address(const struct circuit *c, uint8_t type)
{
    struct ssp_id ours = {.port = PEER_PORT, .correlator = c->id};
    struct ssp s = {.type = type, .remote = c->theirs, .lf = c->lf};
    s.direction = c->origin ? SSP_TO_TARGET : SSP_TO_ORIGIN;
    s.origin = c->origin ? c->local : c->remote;
    s.target = c->origin ? c->remote : c->local;
    s.origin_id = c->origin ? ours : c->theirs;
    s.target_id = c->origin ? c->theirs : ours;
    s.origin_transport = c->origin ? 0 : c->their_transport;
    s.target_transport = c->origin ? c->their_transport : 0;
    return s;
}

/* Before PIUs flow grants ride on other messages only [L8]. */
static uint8_t flow_octet(struct circuit *c, uint8_t type)
{
    if (!(ssp_traits(type) & SSP_CARRIES_FLOW))
        return 0;
    return (uint8_t)(window_in_grant(&c->in, false) | (type == SSP_ICANREACH ? 0 : window_out_ack(&c->out)));
}

void peer_put_circuit(struct peer *p, struct circuit *c, uint8_t type, const uint8_t *data, size_t n,
                      uint64_t now)
{
    struct ssp s = address(c, type);
    s.flow = flow_octet(c, type);
    peer_put(p, &s, data, n, now);
}

void peer_put_setup(struct peer *p, struct circuit *c, uint8_t type, uint8_t flags, uint64_t now)
{
    struct ssp s = address(c, type);
    s.flags = flags;
    if (c->origin)
        s.lf |= SSP_LF_SMALL;
    if (!(flags & SSP_EXPLORER))
        s.flow = flow_octet(c, type);
    peer_put(p, &s, NULL, 0, now);
}

void peer_put_found(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct ssp answer = *s;
    uint8_t lf = ssp_lf_code(p->params.lf);
    answer.type = SSP_ICANREACH;
    answer.flow = 0;
    answer.remote = s->origin_id;
    answer.lf = (s->lf & SSP_LF_CODE) < lf ? s->lf & SSP_LF_CODE : lf;
    answer.flags = SSP_EXPLORER;
    answer.priority = 0;
    answer.direction = SSP_TO_ORIGIN;
    answer.dlc_n = 0;
    answer.target_id = (struct ssp_id){.port = PEER_PORT};
    answer.target_transport = 0;
    peer_put(p, &answer, NULL, 0, now);
}

void peer_put_noack(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct ssp answer = *s;
    bool to_us =
        s->direction != SSP_TO_ORIGIN; /* its sender is the origin; so it seems with a short header */
    answer.type = SSP_HALT_DL_NOACK;
    answer.flow = 0;
    answer.flags = 0;
    answer.dlc_n = 0;
    answer.direction = to_us ? SSP_TO_ORIGIN : SSP_TO_TARGET;
    if (ssp_traits(s->type) & SSP_IS_SHORT) /* who sent it does not say what it calls the circuit */
        answer.target_id = s->remote;
    answer.remote = to_us ? answer.origin_id : answer.target_id;
    peer_put(p, &answer, NULL, 0, now);
}

void peer_put_flow(struct peer *p, struct circuit *c, uint64_t now)
{
    struct ssp s = {.type = SSP_IFCM, .remote = c->theirs};
    if (window_out_ack_reset(&c->out)) {
        s.flow = WINDOW_FCA;
        peer_put(p, &s, NULL, 0, now);
    }
    if (c->state != CST_CONNECTED)
        return;
    s.flow = window_in_grant(&c->in, true);
    if (!s.flow)
        return;
    s.flow |= window_out_ack(&c->out);
    peer_put(p, &s, NULL, 0, now);
}
