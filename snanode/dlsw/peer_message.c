#include <string.h>

#include "snanode/base/log.h"
#include "snanode/dlsw/peer_internal.h"

/* ---- messages that set up ---- */

/* Whether S looks for this node's station, with frames that it can take. */
static bool is_for_us(const struct peer *p, const struct ssp *s)
{
    bool null_sap = s->flags & SSP_EXPLORER && s->target.sap == 0;
    return memcmp(s->target.mac, p->params.mac, SSP_MAC_LEN) == 0 &&
           (null_sap || capex_has_sap(&p->params.caps, s->target.sap)) &&
           (s->lf & SSP_LF_SMALL || (s->lf & SSP_LF_CODE) <= ssp_lf_code(p->params.lf));
}

static void learn_origin(struct circuit *c, const struct ssp *s)
{
    c->theirs = s->origin_id;
    c->their_transport = s->origin_transport;
}

/* CANUREACH_cs for a pair for which we have a circuit, or want one. */
static void again(struct peer *p, struct circuit *c, const struct ssp *s, uint64_t now)
{
    bool goes_first = c->state == CST_DISCONNECTED ||
                      (c->state == CST_START && memcmp(s->origin.mac, c->local.mac, SSP_MAC_LEN) > 0);
    if (c->offered)
        learn_origin(c, s);
    if (!c->origin || !goes_first)
        return;
    c->origin = false;
    learn_origin(c, s);
    peer_circuit_smaller(c, s->lf);
    peer_circuit_step(p, c, CIN_CROSSED, &peer_nothing, now);
}

static void on_canureach(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct circuit *c = peer_circuit_by_pair(p, &s->target, &s->origin);
    if (c) {
        again(p, c, s, now);
        return;
    }
    if (!is_for_us(p, s))
        return;
    c = peer_circuit_new(p, &s->target, &s->origin, now);
    if (!c) {
        log_debug("DLSw: an offered circuit is ignored: the partner has %zu already", (size_t)p->circuits.n);
        return;
    }
    c->offered = true;
    learn_origin(c, s);
    peer_circuit_smaller(c, s->lf);
    peer_circuit_tell(p, c, PEER_FX_OFFERED);
}

static void on_found(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct circuit *c = peer_circuit_by_pair(p, &s->origin, &s->target);
    if (!c || !c->origin)
        return;
    if (c->state == CST_DISCONNECTED)
        peer_circuit_smaller(c, s->lf);
    peer_circuit_step(p, c, CIN_FOUND, &peer_nothing, now);
}

/* What a message says of flow control, and the unit that it uses.  Returns NULL, or what is wrong. */
static const char *flow(struct circuit *c, const struct ssp *s)
{
    bool alone = s->type == SSP_IFCM;
    const char *wrong = NULL;
    if (!(ssp_traits(s->type) & SSP_CARRIES_FLOW))
        return NULL;
    if (s->type == SSP_INFOFRAME || s->type == SSP_DGRMFRAME)
        wrong = window_in_take(&c->in);
    if (!wrong && s->flow & WINDOW_FCA && s->type != SSP_ICANREACH)
        wrong = window_in_acked(&c->in, alone && !(s->flow & WINDOW_FCI));
    if (!wrong && s->flow & WINDOW_FCI)
        wrong = window_out_operate(&c->out, s->flow, alone);
    return wrong;
}

/* True when the circuit ends for what S says of flow control. */
static bool breaks_flow(struct peer *p, struct circuit *c, const struct ssp *s, uint64_t now)
{
    const char *wrong = flow(c, s);
    if (!wrong)
        return false;
    log_info("DLSw circuit %08x: %s: %s", c->id, ssp_type_name(s->type), wrong);
    peer_circuit_end(c, PEER_CAUSE_CREDIT);
    peer_circuit_step(p, c, CIN_U_HALT, &peer_nothing, now);
    return true;
}

static void on_icanreach(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct circuit *c = peer_circuit_by_pair(p, &s->origin, &s->target);
    bool same = c && memcmp(&c->theirs, &s->target_id, sizeof c->theirs) == 0;
    if (!c) { /* given up: the partner should not wait [L7] */
        peer_put_noack(p, s, now);
        return;
    }
    if (c->state == CST_START && c->origin) {
        c->theirs = s->target_id;
        c->their_transport = s->target_transport;
        peer_circuit_smaller(c, s->lf);
        if (breaks_flow(p, c, s, now))
            return;
    } else if (same) {
        return;
    }
    if (peer_circuit_step(p, c, c->wants_contact ? CIN_ICANREACH_CONTACT : CIN_ICANREACH, &peer_nothing,
                          now) == COUT_REFUSE)
        peer_put_noack(p, s, now);
}

/* ---- messages of a circuit ---- */

static enum circuit_input input_of(const struct circuit *c, const struct ssp *s, const uint8_t *data)
{
    switch (s->type) {
    case SSP_REACH_ACK:
        return c->wants_contact ? CIN_REACH_ACK_CONTACT : CIN_REACH_ACK;
    case SSP_XIDFRAME:
        return circuit_is_nonactivation(data, s->n) ? CIN_XID_NONACTIVATION : CIN_XID;
    case SSP_CONTACT:
        return CIN_CONTACT;
    case SSP_CONTACTED:
        return CIN_CONTACTED;
    case SSP_INFOFRAME:
        return CIN_INFO;
    case SSP_ENTER_BUSY:
        return CIN_BUSY;
    case SSP_EXIT_BUSY:
        return CIN_NOT_BUSY;
    case SSP_HALT_DL:
        return CIN_HALT;
    case SSP_HALT_DL_NOACK:
        return CIN_HALT_NOACK;
    case SSP_DL_HALTED:
        return CIN_HALTED;
    case SSP_RESTART_DL:
        return CIN_RESTART;
    case SSP_DL_RESTARTED:
        return c->wants_contact ? CIN_RESTARTED_CONTACT : CIN_RESTARTED;
    case SSP_TEST_CIRCUIT_REQ:
        return CIN_TEST;
    default: /* DGRMFRAME, IFCM, TEST_CIRCUIT_RSP: nothing for the states */
        return CIN_N;
    }
}

static void on_circuit(struct peer *p, struct circuit *c, const struct ssp *s, const uint8_t *data,
                       uint64_t now)
{
    struct peer_carried m = {.type = s->type, .data = data, .n = s->n};
    bool flows = peer_circuit_has_flow(c);
    enum circuit_output out = COUT_IGNORED;
    if (s->type == SSP_REACH_ACK && c->state == CST_PENDING)
        learn_origin(c, s);
    if (flows && breaks_flow(p, c, s, now))
        return;
    enum circuit_input in = input_of(c, s, data);
    if (in < CIN_N)
        out = peer_circuit_step(p, c, in, &m, now);
    if (out == COUT_DOWN || out == COUT_HALTED_DOWN || !peer_circuit_has_flow(c))
        return;
    if (flows && out == COUT_IGNORED && (s->type == SSP_INFOFRAME || s->type == SSP_DGRMFRAME))
        window_in_room(&c->in, 1); /* dropped: the user still has the room */
    peer_put_flow(p, c, now);
    peer_circuit_ready(p, c);
}

void peer_message(struct peer *p, const struct ssp *s, const uint8_t *data, uint64_t now)
{
    bool explorer = s->flags & SSP_EXPLORER;
    if (s->type == SSP_CANUREACH && explorer) {
        if (is_for_us(p, s))
            peer_put_found(p, s, now);
    } else if (s->type == SSP_CANUREACH) {
        on_canureach(p, s, now);
    } else if (s->type == SSP_ICANREACH && explorer) {
        on_found(p, s, now);
    } else if (s->type == SSP_ICANREACH) {
        on_icanreach(p, s, now);
    } else if (ssp_traits(s->type) & SSP_NEEDS_CIRCUIT) {
        struct circuit *c = s->remote.port == PEER_PORT ? peer_circuit_by_id(p, s->remote.correlator) : NULL;
        if (c)
            on_circuit(p, c, s, data, now);
        else if (s->type != SSP_HALT_DL_NOACK)
            peer_put_noack(p, s, now);
    }
}
