#include <stdlib.h>

#include "snanode/base/log.h"
#include "snanode/dlsw/peer_internal.h"

const struct peer_carried peer_nothing;

struct circuit *peer_circuit_by_id(const struct peer *p, uint32_t id)
{
    return idtab_get(&p->circuits, id);
}

struct circuit *peer_circuit_by_pair(const struct peer *p, const struct ssp_address *local,
                                     const struct ssp_address *remote)
{
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        if (ssp_same_address(&c->local, local) && ssp_same_address(&c->remote, remote))
            return c;
    return NULL;
}

static void arm(const struct peer *p, struct circuit *c, uint64_t now)
{
    c->deadline = circuit_is_timed(c) ? now + p->params.circuit_ms : PEER_NEVER;
}

struct circuit *peer_circuit_new(struct peer *p, const struct ssp_address *local,
                                 const struct ssp_address *remote, uint64_t now)
{
    if (p->circuits.n >= p->params.max_circuits)
        return NULL;
    struct circuit *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->id = idtab_add(&p->circuits, c);
    if (!c->id) {
        free(c);
        return NULL;
    }
    c->local = *local;
    c->remote = *remote;
    c->lf = ssp_lf_code(p->params.lf);
    c->their_transport = p->their_transport;
    window_out_init(&c->out, p->theirs.window);
    window_in_init(&c->in, p->params.caps.window);
    arm(p, c, now);
    return c;
}

void peer_circuit_smaller(struct circuit *c, uint8_t lf)
{
    if ((lf & SSP_LF_CODE) < c->lf)
        c->lf = lf & SSP_LF_CODE;
}

/* ---- what the table says is to be done ---- */

void peer_circuit_tell(struct peer *p, const struct circuit *c, enum peer_effect_kind kind)
{
    peer_effect_add(p, (struct peer_effect){.kind = (uint8_t)kind,
                                            .id = c->id,
                                            .cause = c->cause,
                                            .lf = ssp_lf_size(c->lf),
                                            .local = c->local,
                                            .remote = c->remote});
}

bool peer_circuit_can_send(const struct peer *p, const struct circuit *c)
{
    return c->state == CST_CONNECTED && !c->busy && c->out.granted > 0 && p->out.n < PEER_OUT_HIGH;
}

void peer_circuit_ready(struct peer *p, struct circuit *c)
{
    if (!c->wants_ready || !peer_circuit_can_send(p, c))
        return;
    c->wants_ready = false;
    peer_circuit_tell(p, c, PEER_FX_READY);
}

static void give(struct peer *p, struct circuit *c, const struct peer_carried *m)
{
    struct peer_effect e = {.id = c->id, .data = m->data, .n = m->n};
    switch (m->type) {
    case SSP_XIDFRAME:
        e.kind = PEER_FX_XID;
        break;
    case SSP_INFOFRAME:
        e.kind = PEER_FX_PIU;
        break;
    case SSP_CONTACT:
        c->wants_contact = false;
        peer_circuit_tell(p, c, PEER_FX_CONTACT);
        return;
    case SSP_CONTACTED:
        peer_circuit_tell(p, c, PEER_FX_CONTACTED);
        return;
    default: /* ENTER_BUSY, EXIT_BUSY */
        c->busy = m->type == SSP_ENTER_BUSY;
        return;
    }
    peer_effect_add(p, e);
}

static void contact(struct peer *p, struct circuit *c, uint64_t now)
{
    c->wants_contact = false;
    peer_put_circuit(p, c, SSP_CONTACT, NULL, 0, now);
}

static void remove_circuit(struct peer *p, struct circuit *c)
{
    peer_circuit_tell(p, c, PEER_FX_DOWN);
    idtab_remove(&p->circuits, c->id);
    free(c);
}

void peer_circuit_end(struct circuit *c, enum peer_cause cause)
{
    if (c->cause == PEER_CAUSE_NONE)
        c->cause = (uint8_t)cause;
}

static enum peer_cause cause_of(const struct circuit *c, enum circuit_input in)
{
    switch (in) {
    case CIN_HALT:
        return PEER_CAUSE_HALTED;
    case CIN_HALT_NOACK:
        return PEER_CAUSE_NOACK;
    case CIN_TIMER:
        return c->state == CST_DISCONNECTED && !c->offered ? PEER_CAUSE_NOT_FOUND : PEER_CAUSE_NO_ANSWER;
    default:
        return PEER_CAUSE_LOCAL;
    }
}

/* Carry out OUT, but for the end of the circuit. */
static void act(struct peer *p, struct circuit *c, enum circuit_output out, const struct peer_carried *m,
                uint64_t now)
{
    switch (out) {
    case COUT_EXPLORE:
        peer_put_setup(p, c, SSP_CANUREACH, SSP_EXPLORER, now);
        break;
    case COUT_CANUREACH:
        peer_put_setup(p, c, SSP_CANUREACH, 0, now);
        break;
    case COUT_ICANREACH:
        c->offered = false;
        peer_put_setup(p, c, SSP_ICANREACH, 0, now);
        break;
    case COUT_ACK:
    case COUT_ACK_CONTACT:
        peer_put_circuit(p, c, SSP_REACH_ACK, NULL, 0, now);
        peer_circuit_tell(p, c, PEER_FX_ESTABLISHED);
        if (out == COUT_ACK_CONTACT)
            contact(p, c, now);
        break;
    case COUT_UP:
    case COUT_UP_CONTACT:
        peer_circuit_tell(p, c, PEER_FX_ESTABLISHED);
        if (out == COUT_UP_CONTACT)
            contact(p, c, now);
        break;
    case COUT_SEND:
        peer_put_circuit(p, c, m->type, m->data, m->n, now);
        break;
    case COUT_GIVE:
        give(p, c, m);
        break;
    case COUT_KEEP_CONTACT:
        c->wants_contact = true;
        break;
    case COUT_HALT:
        peer_put_circuit(p, c, SSP_HALT_DL, NULL, 0, now);
        break;
    case COUT_HALTED:
    case COUT_HALTED_DOWN:
        peer_put_circuit(p, c, SSP_DL_HALTED, NULL, 0, now);
        break;
    case COUT_RESTARTED:
    case COUT_RESTARTED_ALONE:
        peer_put_circuit(p, c, SSP_DL_RESTARTED, NULL, 0, now);
        if (out == COUT_RESTARTED)
            peer_circuit_tell(p, c, PEER_FX_RESTARTED);
        break;
    case COUT_TELL_RESTARTED:
    case COUT_TELL_CONTACT:
        peer_circuit_tell(p, c, PEER_FX_RESTARTED);
        if (out == COUT_TELL_CONTACT)
            contact(p, c, now);
        break;
    case COUT_TEST:
        peer_put_circuit(p, c, SSP_TEST_CIRCUIT_RSP, m->data, m->n, now);
        break;
    default: /* COUT_REFUSE is of another circuit; COUT_DOWN and COUT_IGNORED */
        break;
    }
}

enum circuit_output peer_circuit_step(struct peer *p, struct circuit *c, enum circuit_input in,
                                      const struct peer_carried *m, uint64_t now)
{
    enum circuit_state before = c->state;
    enum peer_cause cause = cause_of(c, in);
    enum circuit_output out = circuit_step(c, in);
    log_debug("DLSw circuit %08x: %s, input %d: %s, output %d", c->id, circuit_state_name(before), in,
              circuit_state_name(c->state), out);
    if (c->state == CST_DISCONNECT_PENDING || c->state == CST_DISCONNECTED)
        peer_circuit_end(
            c, out == COUT_DOWN || out == COUT_HALTED_DOWN || out == COUT_HALT ? cause : PEER_CAUSE_NONE);
    if (c->state != before)
        arm(p, c, now);
    if (c->state != CST_CONNECTED)
        c->busy = c->wants_ready = false;
    act(p, c, out, m, now);
    if (out == COUT_DOWN || out == COUT_HALTED_DOWN)
        remove_circuit(p, c);
    return out;
}

bool peer_circuit_has_flow(const struct circuit *c)
{
    return c->state != CST_DISCONNECTED && c->state != CST_START && c->state != CST_DISCONNECT_PENDING;
}

void peer_circuits_ready(struct peer *p)
{
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        peer_circuit_ready(p, c);
}

void peer_circuits_tick(struct peer *p, uint64_t now)
{
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        if (c->deadline <= now)
            peer_circuit_step(p, c, CIN_TIMER, &peer_nothing, now);
}

uint64_t peer_circuits_deadline(const struct peer *p)
{
    uint64_t first = PEER_NEVER;
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        if (c->deadline < first)
            first = c->deadline;
    return first;
}

void peer_circuits_lost(struct peer *p, enum peer_cause cause, uint64_t now)
{
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));) {
        peer_circuit_end(c, cause);
        peer_circuit_step(p, c, CIN_LOST, &peer_nothing, now);
    }
}
