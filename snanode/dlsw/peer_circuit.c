#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/dlsw/peer_internal.h"

/* A message that goes or comes: SSP's type, and its data. */
struct carried {
    uint8_t type;
    const uint8_t *data;
    size_t n;
};

static const struct carried nothing;

/* ---- finding and making ---- */

static struct circuit *by_id(const struct peer *p, uint32_t id)
{
    return idtab_get(&p->circuits, id);
}

/* The circuit of this pair, whoever began it. */
static struct circuit *by_pair(const struct peer *p, const struct ssp_address *local,
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

static struct circuit *make(struct peer *p, const struct ssp_address *local, const struct ssp_address *remote,
                            uint64_t now)
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

static void smaller_frame(struct circuit *c, uint8_t lf)
{
    if ((lf & SSP_LF_CODE) < c->lf)
        c->lf = lf & SSP_LF_CODE;
}

/* ---- what the table says is to be done ---- */

static void tell(struct peer *p, const struct circuit *c, enum peer_effect_kind kind)
{
    peer_effect_add(p, (struct peer_effect){.kind = (uint8_t)kind,
                                            .id = c->id,
                                            .cause = c->cause,
                                            .lf = ssp_lf_size(c->lf),
                                            .local = c->local,
                                            .remote = c->remote});
}

static bool can_send(const struct peer *p, const struct circuit *c)
{
    return c->state == CST_CONNECTED && !c->busy && c->out.granted > 0 && p->out.n < PEER_OUT_HIGH;
}

static void ready(struct peer *p, struct circuit *c)
{
    if (!c->wants_ready || !can_send(p, c))
        return;
    c->wants_ready = false;
    tell(p, c, PEER_FX_READY);
}

static void give(struct peer *p, struct circuit *c, const struct carried *m)
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
        tell(p, c, PEER_FX_CONTACT);
        return;
    case SSP_CONTACTED:
        tell(p, c, PEER_FX_CONTACTED);
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
    tell(p, c, PEER_FX_DOWN);
    idtab_remove(&p->circuits, c->id);
    free(c);
}

static void end(struct circuit *c, enum peer_cause cause)
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
static void act(struct peer *p, struct circuit *c, enum circuit_output out, const struct carried *m,
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
        tell(p, c, PEER_FX_ESTABLISHED);
        if (out == COUT_ACK_CONTACT)
            contact(p, c, now);
        break;
    case COUT_UP:
    case COUT_UP_CONTACT:
        tell(p, c, PEER_FX_ESTABLISHED);
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
            tell(p, c, PEER_FX_RESTARTED);
        break;
    case COUT_TELL_RESTARTED:
    case COUT_TELL_CONTACT:
        tell(p, c, PEER_FX_RESTARTED);
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

/* One input of circuit C.  Returns the output; with COUT_DOWN and COUT_HALTED_DOWN the circuit is no more. */
static enum circuit_output step(struct peer *p, struct circuit *c, enum circuit_input in,
                                const struct carried *m, uint64_t now)
{
    enum circuit_state before = c->state;
    enum peer_cause cause = cause_of(c, in);
    enum circuit_output out = circuit_step(c, in);
    log_debug("DLSw circuit %08x: %s, input %d: %s, output %d", c->id, circuit_state_name(before), in,
              circuit_state_name(c->state), out);
    if (c->state == CST_DISCONNECT_PENDING || c->state == CST_DISCONNECTED)
        end(c, out == COUT_DOWN || out == COUT_HALTED_DOWN || out == COUT_HALT ? cause : PEER_CAUSE_NONE);
    if (c->state != before)
        arm(p, c, now);
    if (c->state != CST_CONNECTED)
        c->busy = c->wants_ready = false;
    act(p, c, out, m, now);
    if (out == COUT_DOWN || out == COUT_HALTED_DOWN)
        remove_circuit(p, c);
    return out;
}

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
    smaller_frame(c, s->lf);
    step(p, c, CIN_CROSSED, &nothing, now);
}

static void on_canureach(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct circuit *c = by_pair(p, &s->target, &s->origin);
    if (c) {
        again(p, c, s, now);
        return;
    }
    if (!is_for_us(p, s))
        return;
    c = make(p, &s->target, &s->origin, now);
    if (!c) {
        log_debug("DLSw: an offered circuit is ignored: the partner has %zu already", (size_t)p->circuits.n);
        return;
    }
    c->offered = true;
    learn_origin(c, s);
    smaller_frame(c, s->lf);
    tell(p, c, PEER_FX_OFFERED);
}

static void on_found(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct circuit *c = by_pair(p, &s->origin, &s->target);
    if (!c || !c->origin)
        return;
    if (c->state == CST_DISCONNECTED)
        smaller_frame(c, s->lf);
    step(p, c, CIN_FOUND, &nothing, now);
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
    end(c, PEER_CAUSE_CREDIT);
    step(p, c, CIN_U_HALT, &nothing, now);
    return true;
}

static void on_icanreach(struct peer *p, const struct ssp *s, uint64_t now)
{
    struct circuit *c = by_pair(p, &s->origin, &s->target);
    bool same = c && memcmp(&c->theirs, &s->target_id, sizeof c->theirs) == 0;
    if (!c) { /* given up: the partner should not wait [L7] */
        peer_put_noack(p, s, now);
        return;
    }
    if (c->state == CST_START && c->origin) {
        c->theirs = s->target_id;
        c->their_transport = s->target_transport;
        smaller_frame(c, s->lf);
        if (breaks_flow(p, c, s, now))
            return;
    } else if (same) {
        return;
    }
    if (step(p, c, c->wants_contact ? CIN_ICANREACH_CONTACT : CIN_ICANREACH, &nothing, now) == COUT_REFUSE)
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

/* In these states there is flow control: both ends know each other. */
static bool has_flow(const struct circuit *c)
{
    return c->state != CST_DISCONNECTED && c->state != CST_START && c->state != CST_DISCONNECT_PENDING;
}

static void on_circuit(struct peer *p, struct circuit *c, const struct ssp *s, const uint8_t *data,
                       uint64_t now)
{
    struct carried m = {.type = s->type, .data = data, .n = s->n};
    bool flows = has_flow(c);
    enum circuit_output out = COUT_IGNORED;
    if (s->type == SSP_REACH_ACK && c->state == CST_PENDING)
        learn_origin(c, s);
    if (flows && breaks_flow(p, c, s, now))
        return;
    enum circuit_input in = input_of(c, s, data);
    if (in < CIN_N)
        out = step(p, c, in, &m, now);
    if (out == COUT_DOWN || out == COUT_HALTED_DOWN || !has_flow(c))
        return;
    if (flows && out == COUT_IGNORED && (s->type == SSP_INFOFRAME || s->type == SSP_DGRMFRAME))
        window_in_room(&c->in, 1); /* dropped: the user still has the room */
    peer_put_flow(p, c, now);
    ready(p, c);
}

void peer_circuit_message(struct peer *p, const struct ssp *s, const uint8_t *data, uint64_t now)
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
        struct circuit *c = s->remote.port == PEER_PORT ? by_id(p, s->remote.correlator) : NULL;
        if (c)
            on_circuit(p, c, s, data, now);
        else if (s->type != SSP_HALT_DL_NOACK)
            peer_put_noack(p, s, now);
    }
}

void peer_circuits_ready(struct peer *p)
{
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        ready(p, c);
}

void peer_circuits_tick(struct peer *p, uint64_t now)
{
    struct circuit *c;
    for (uint32_t i = 0; (c = idtab_next(&p->circuits, &i));)
        if (c->deadline <= now)
            step(p, c, CIN_TIMER, &nothing, now);
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
        end(c, cause);
        step(p, c, CIN_LOST, &nothing, now);
    }
}

/* ---- what the user wants ---- */

static bool order(struct peer *p, uint32_t id, enum circuit_input in, const struct carried *m, uint64_t now)
{
    struct circuit *c = by_id(p, id);
    return c && step(p, c, in, m, now) != COUT_IGNORED;
}

uint32_t peer_open(struct peer *p, uint8_t sap, const struct ssp_address *remote, uint32_t room, uint64_t now)
{
    struct ssp_address local = {.sap = sap};
    memcpy(local.mac, p->params.mac, SSP_MAC_LEN);
    if (!peer_is_up(p) || by_pair(p, &local, remote))
        return 0;
    struct circuit *c = make(p, &local, remote, now);
    if (!c)
        return 0;
    c->origin = true;
    window_in_room(&c->in, room);
    step(p, c, CIN_U_OPEN, &nothing, now);
    return c->id;
}

bool peer_accept(struct peer *p, uint32_t id, uint32_t room, uint64_t now)
{
    struct circuit *c = by_id(p, id);
    if (!c || !c->offered)
        return false;
    window_in_room(&c->in, room);
    return order(p, id, CIN_U_ACCEPT, &nothing, now);
}

bool peer_send_xid(struct peer *p, uint32_t id, const uint8_t *xid, size_t n, uint64_t now)
{
    struct carried m = {.type = SSP_XIDFRAME, .data = xid, .n = n};
    if (n > SSP_DATA_MAX || p->out.cap - p->out.n < SSP_LONG + n)
        return false;
    return order(p, id, circuit_is_nonactivation(xid, n) ? CIN_U_XID_NONACTIVATION : CIN_U_XID, &m, now);
}

bool peer_contact(struct peer *p, uint32_t id, uint64_t now)
{
    return order(p, id, CIN_U_CONTACT, &(struct carried){.type = SSP_CONTACT}, now);
}

bool peer_contacted(struct peer *p, uint32_t id, uint64_t now)
{
    struct circuit *c = by_id(p, id);
    if (!c || !order(p, id, CIN_U_CONTACTED, &(struct carried){.type = SSP_CONTACTED}, now))
        return false;
    peer_put_flow(p, c, now);
    return true;
}

bool peer_send_piu(struct peer *p, uint32_t id, const uint8_t *piu, size_t n, uint64_t now)
{
    struct carried m = {.type = SSP_INFOFRAME, .data = piu, .n = n};
    struct circuit *c = by_id(p, id);
    if (!c || c->state != CST_CONNECTED || n > SSP_DATA_MAX)
        return false;
    c->wants_ready = !can_send(p, c);
    if (c->wants_ready || !window_out_take(&c->out))
        return false;
    step(p, c, CIN_U_PIU, &m, now);
    return true;
}

bool peer_take(struct peer *p, uint32_t id, uint32_t units, uint64_t now)
{
    struct circuit *c = by_id(p, id);
    if (!c)
        return false;
    window_in_room(&c->in, units);
    if (has_flow(c))
        peer_put_flow(p, c, now);
    return true;
}

bool peer_restart(struct peer *p, uint32_t id, uint64_t now)
{
    return order(p, id, CIN_U_RESTART, &(struct carried){.type = SSP_RESTART_DL}, now);
}

bool peer_halt(struct peer *p, uint32_t id, uint64_t now)
{
    return order(p, id, CIN_U_HALT, &nothing, now);
}

const struct circuit *peer_circuit(const struct peer *p, uint32_t id)
{
    return by_id(p, id);
}
