#include "snanode/link/station.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/hash.h"
#include "snanode/wire/sense.h"

enum {
    EXCHANGES_MAX = 20, /* XID3s without coming to an end */
    SAME_MAX = 4,       /* ... with equal node identifications */
    MAX_IN = 7,
    BIT_ROLE = 2,
};

#define GO(state, output)                                                                                    \
    {                                                                                                        \
        STATION_##state, STATION_OUT_##output                                                                \
    }

/* clang-format off */
static const struct station_cell cells[STATION_INPUT_N][STATION_STATE_N] = {
    /*                                RESET               XID                        SETTLED                    CONTACTING              UP */
    [STATION_IN_START]             = {GO(XID, NULL),      GO(XID, IGNORE),           GO(SETTLED, IGNORE),       GO(CONTACTING, IGNORE), GO(UP, IGNORE)},
    [STATION_IN_LISTEN]            = {GO(XID, WAIT),      GO(XID, IGNORE),           GO(SETTLED, IGNORE),       GO(CONTACTING, IGNORE), GO(UP, IGNORE)},
    [STATION_IN_NULL]              = {GO(RESET, IGNORE),  GO(XID, XID),              GO(SETTLED, REPEAT),       GO(CONTACTING, IGNORE), GO(UP, IGNORE)},
    [STATION_IN_PROCEED]           = {GO(RESET, IGNORE),  GO(XID, XID),              GO(XID, XID),              GO(CONTACTING, IGNORE), GO(UP, IGNORE)},
    [STATION_IN_SETTLED_PRIMARY]   = {GO(RESET, IGNORE),  GO(CONTACTING, CONTACT),   GO(CONTACTING, CONTACT),   GO(CONTACTING, IGNORE), GO(UP, IGNORE)},
    [STATION_IN_SETTLED_SECONDARY] = {GO(RESET, IGNORE),  GO(SETTLED, XID),          GO(SETTLED, XID),          GO(CONTACTING, IGNORE), GO(UP, IGNORE)},
    [STATION_IN_NONACTIVATION]     = {GO(RESET, IGNORE),  GO(RESET, REFUSE),         GO(RESET, REFUSE),         GO(CONTACTING, IGNORE), GO(UP, CHANGED)},
    [STATION_IN_ERROR]             = {GO(RESET, IGNORE),  GO(RESET, DOWN),           GO(RESET, DOWN),           GO(RESET, DOWN),        GO(RESET, DOWN)},
    [STATION_IN_UNACCEPTABLE]      = {GO(RESET, IGNORE),  GO(RESET, REFUSE),         GO(RESET, REFUSE),         GO(CONTACTING, IGNORE), GO(RESET, REFUSE)},
    [STATION_IN_CONTACT]           = {GO(RESET, IGNORE),  GO(UP, CONTACTED),         GO(UP, CONTACTED),         GO(RESET, DOWN),        GO(UP, IGNORE)},
    [STATION_IN_CONTACT_WRONG]     = {GO(RESET, IGNORE),  GO(RESET, DOWN),           GO(RESET, DOWN),           GO(RESET, DOWN),        GO(UP, IGNORE)},
    [STATION_IN_CONTACTED]         = {GO(RESET, IGNORE),  GO(XID, IGNORE),           GO(SETTLED, IGNORE),       GO(UP, UP),             GO(UP, IGNORE)},
    [STATION_IN_TIMEOUT]           = {GO(RESET, IGNORE),  GO(XID, REPEAT),           GO(SETTLED, REPEAT),       GO(CONTACTING, CONTACT), GO(UP, IGNORE)},
    [STATION_IN_LAST_TIMEOUT]      = {GO(RESET, IGNORE),  GO(RESET, DOWN),           GO(RESET, DOWN),           GO(RESET, DOWN),        GO(UP, IGNORE)},
    [STATION_IN_STOP]              = {GO(RESET, STOPPED), GO(RESET, STOPPED),        GO(RESET, STOPPED),        GO(RESET, STOPPED),     GO(RESET, STOPPED)},
};
/* clang-format on */

struct station_cell station_cell(enum station_input in, enum station_state state)
{
    return cells[in][state];
}

const char *station_state_name(enum station_state state)
{
    static const char *const names[STATION_STATE_N] = {"reset", "exchange of XIDs", "settled", "contacting",
                                                       "up"};
    return state < STATION_STATE_N ? names[state] : "?";
}

static void add(struct station_effects *fx, enum station_effect e)
{
    if (fx->n < sizeof fx->v)
        fx->v[fx->n++] = (uint8_t)e;
}

static void set_down(struct station *s, uint32_t sense, const char *text, bool by_partner)
{
    s->down = (struct station_down){.sense = sense, .text = text, .by_partner = by_partner};
}

/* ---- what this side says ---- */

static void set_name(struct xid3_name *n, const char *ascii)
{
    size_t len = strnlen(ascii, NAME_FQ_MAX);
    n->n = (uint8_t)len;
    memcpy(n->s, ascii, len);
    ebcdic_encode(n->s, len);
}

/* An XID3 with everything that does not depend on the partner. */
static struct xid3 own(const struct station *s)
{
    struct xid3 x = {
        .block = s->cfg.block,
        .id = s->said ? s->mine.id : s->cfg.id, /* it may have been drawn */
        .no_init_self = true,
        .whole_bind_sender = true,
        .whole_bind_receiver = true,
        .no_actpu = true,
        .state = XID3_PRENEGOTIATION,
        .secondary_nonact = true,
        .complete_supported = true,
        .tg = s->cfg.tg,
        .abm = true,
        .role = s->cfg.role,
        .transmit = 1,
        .max_btu = s->cfg.max_btu,
        .max_in = MAX_IN,
    };
    const char *product = s->cfg.product ? s->cfg.product : "";
    set_name(&x.cp_name, s->cfg.cp_name);
    x.product_n = (uint8_t)strnlen(product, XID3_PRODUCT_MAX);
    memcpy(x.product, product, x.product_n);
    ebcdic_encode(x.product, x.product_n);
    return x;
}

static uint8_t complement(uint8_t role)
{
    return role == XID3_PRIMARY ? XID3_SECONDARY : XID3_PRIMARY;
}

/* A station that may be either takes what its partner leaves.  Of two such ones the higher node
 * identification is primary, whatever the partner may have said when it knew another identification [L53]. */
static uint8_t resolve(const struct station *s, const struct xid3 *mine, const struct xid3 *x)
{
    uint32_t ours = xid3_node_id(mine), theirs = xid3_node_id(x);
    if (s->cfg.role != XID3_NEGOTIABLE)
        return s->cfg.role;
    if (x->role != XID3_NEGOTIABLE && (!s->negotiable || ours == theirs))
        return complement(x->role);
    return ours == theirs ? XID3_NEGOTIABLE : ours > theirs ? XID3_PRIMARY : XID3_SECONDARY;
}

static int compare_names(const struct xid3_name *a, const struct xid3_name *b)
{
    int c = memcmp(a->s, b->s, a->n < b->n ? a->n : b->n);
    return c ? c : (int)a->n - (int)b->n;
}

/* One number, whoever proposes it; of two that of the node with the higher name. */
static uint8_t settle_tg(const struct xid3 *mine, const struct xid3 *x)
{
    if (mine->tg == 0 || x->tg == 0)
        return mine->tg | x->tg;
    return compare_names(&x->cp_name, &mine->cp_name) > 0 ? x->tg : mine->tg;
}

/* The XID3 that answers what the partner has said. */
static struct xid3 answer(struct station *s)
{
    struct xid3 y = own(s);
    const struct xid3 *x = &s->partner;
    if (!s->known)
        return y;
    if (x->state == XID3_PRENEGOTIATION && !s->said)
        return y; /* a strict partner wants one of these first [Codes: 0809] */
    y.state = XID3_NEGOTIATION;
    y.role = resolve(s, &y, x);
    if (y.role == XID3_NEGOTIABLE) { /* equal identifications: draw another one [L53] */
        s->seed = hash_u64(s->seed + 1);
        y.id = (uint32_t)(s->seed & 0xFFFFF);
    }
    y.tg = settle_tg(&y, x);
    y.complete = y.role == XID3_SECONDARY && x->state != XID3_PRENEGOTIATION && x->role == XID3_PRIMARY &&
                 x->tg == y.tg;
    return y;
}

static void send(struct station *s, const struct xid3 *y, struct station_effects *fx)
{
    ssize_t n = xid3_encode(y, s->sent, sizeof s->sent);
    s->mine = *y;
    s->said = true;
    s->sent_n = n > 0 ? (size_t)n : 0;
    add(fx, STATION_FX_XID);
}

/* ---- what the partner says ---- */

static bool same_name(const struct xid3_name *n, const char *ascii)
{
    struct xid3_name other;
    set_name(&other, ascii);
    return compare_names(n, &other) == 0;
}

/* What makes an adjacent node unacceptable in any state [Codes: 1016]. */
static int check(const struct station *s, const struct xid3 *x, struct sna_err *e)
{
    if (x->role == XID3_RESERVED_ROLE)
        return sna_err_set(e, SENSE_XID_ROLE_RESERVED, XID3_AT_ROLE,
                           "the link station role is a reserved value");
    if (x->max_btu < XID3_BTU_MIN)
        return sna_err_set(e, SENSE_XID_BTU, XID3_AT_BTU,
                           "the adjacent node takes less than 99 octets in a BTU");
    if (x->max_btu < STATION_BTU_MIN)
        return sna_err_set(e, SENSE_XID_BTU_BIND, XID3_AT_BTU,
                           "the adjacent node takes less than 265 octets in a BTU, too few for a BIND");
    if (s->cfg.partner[0] && !same_name(&x->cp_name, s->cfg.partner))
        return sna_err_set(e, SENSE_XID_IDENTITY, XID3_FIXED,
                           "the adjacent node has another CP name than the connection says");
    if (x->cp_name.n > 0 && same_name(&x->cp_name, s->cfg.cp_name))
        return sna_err_set(e, SENSE_XID_IDENTITY, XID3_FIXED,
                           "the adjacent node has this node's own CP name");
    return 0;
}

static int check_exchange(struct station *s, const struct xid3 *x, struct sna_err *e)
{
    if (x->state == XID3_NONACTIVATION)
        return sna_err_set(e, SENSE_XID_NONACTIVATION, XID3_AT_STATE, "nonactivation XID before activation");
    if (s->cfg.check_id && s->exchanges == 1 &&
        (x->block != s->cfg.partner_block || x->id != s->cfg.partner_id))
        return sna_err_set(e, SENSE_XID_IDENTITY, XID3_AT_NODE_ID,
                           "the adjacent node has another node identification than the connection says");
    if (s->cfg.role != XID3_NEGOTIABLE && x->role == s->cfg.role)
        return sna_err_set(e, SENSE_XID_PARAMETER, XID3_AT_ROLE,
                           "both link stations insist on the same role");
    if (s->same > SAME_MAX)
        return sna_err_set(e, SENSE_XID_SAME_NODE_ID, XID3_AT_NODE_ID,
                           "both nodes have the same node identification");
    if (s->exchanges > EXCHANGES_MAX)
        return sna_err_set(e, SENSE_XID_NO_ANSWER, XID3_AT_STATE, "the exchange of XIDs comes to no end");
    return 0;
}

static int check_change(const struct station *s, const struct xid3 *x, struct sna_err *e)
{
    if (compare_names(&x->cp_name, &s->partner.cp_name) != 0)
        return sna_err_set(e, SENSE_XID_IDENTITY, XID3_FIXED, "the adjacent node changed its CP name");
    if (x->tg != s->partner.tg)
        return sna_err_set(e, SENSE_XID_TG_CHANGED, XID3_AT_TG, "the adjacent node changed the TG number");
    return 0;
}

/* Whether this XID3 settles it, for the primary station: it has said so, and the partner agrees. */
static bool settles_primary(const struct station *s, const struct xid3 *x)
{
    return s->said && s->mine.state == XID3_NEGOTIATION && s->mine.role == XID3_PRIMARY &&
           resolve(s, &s->mine, x) == XID3_PRIMARY && x->role == XID3_SECONDARY && x->tg == s->mine.tg &&
           (!x->complete_supported || x->complete);
}

static bool settles_secondary(const struct station *s, const struct xid3 *x)
{
    struct xid3 mine = own(s);
    return x->role == XID3_PRIMARY && resolve(s, &mine, x) == XID3_SECONDARY && x->tg == settle_tg(&mine, x);
}

static enum station_input classify_exchange(struct station *s, const struct xid3 *x, struct sna_err *e)
{
    s->exchanges++;
    s->negotiable = s->negotiable || x->role == XID3_NEGOTIABLE;
    if (s->said && x->role == XID3_NEGOTIABLE && s->cfg.role == XID3_NEGOTIABLE &&
        xid3_node_id(x) == xid3_node_id(&s->mine))
        s->same++;
    if (check_exchange(s, x, e) < 0)
        return STATION_IN_UNACCEPTABLE;
    s->partner = *x;
    s->known = true;
    if (x->state != XID3_PRENEGOTIATION && settles_primary(s, x))
        return STATION_IN_SETTLED_PRIMARY;
    if (x->state != XID3_PRENEGOTIATION && settles_secondary(s, x))
        return STATION_IN_SETTLED_SECONDARY;
    return STATION_IN_PROCEED;
}

/* Null XIDs without end are no exchange either. */
static int classify_null(struct station *s, struct sna_err *e)
{
    if (s->state != STATION_UP && s->exchanges++ >= EXCHANGES_MAX) {
        sna_err_set(e, SENSE_XID_NULL, 0, "the adjacent node sends nothing but null XIDs");
        return STATION_IN_UNACCEPTABLE;
    }
    return STATION_IN_NULL;
}

/* Of an XID3 that has come, the class; *S takes over what it says.  -1: it is of no interest here. */
static int classify(struct station *s, const uint8_t *p, size_t n, struct sna_err *e)
{
    struct xid3 x;
    bool up = s->state == STATION_UP;
    if (s->state == STATION_RESET)
        return -1;
    if (n == 0)
        return classify_null(s, e);
    if (xid3_decode(p, n, &x, e) < 0)
        return up ? -1 : STATION_IN_UNACCEPTABLE;
    if (x.error) {
        e->sense = x.error_sense ? x.error_sense : SENSE_XID_REFUSED;
        e->offset = x.error_at;
        return STATION_IN_ERROR;
    }
    if (s->state == STATION_CONTACTING || (up && x.state != XID3_NONACTIVATION))
        return -1; /* from before; only a nonactivation XID may come now [DLSW] */
    if (check(s, &x, e) < 0 || (up && check_change(s, &x, e) < 0))
        return STATION_IN_UNACCEPTABLE;
    if (!up)
        return (int)classify_exchange(s, &x, e);
    s->partner = x;
    return STATION_IN_NONACTIVATION;
}

/* ---- the machine ---- */

static uint16_t send_btu(const struct station *s)
{
    return s->cfg.max_out && s->cfg.max_out < s->partner.max_btu ? s->cfg.max_out : s->partner.max_btu;
}

static void come_up(struct station *s, bool primary, struct station_effects *fx)
{
    s->primary = primary;
    s->send_btu = send_btu(s);
    s->deadline = 0;
    add(fx, STATION_FX_UP);
}

static void send_nonactivation(struct station *s, bool begin, struct station_effects *fx)
{
    struct xid3 y = own(s);
    y.state = XID3_NONACTIVATION;
    y.role = s->primary ? XID3_PRIMARY : XID3_SECONDARY;
    y.tg = s->mine.tg;
    y.nonact_sender = begin;
    send(s, &y, fx);
}

static void changed(struct station *s, struct station_effects *fx)
{
    s->send_btu = send_btu(s);
    if (s->partner.nonact_sender || !s->asked)
        send_nonactivation(s, false, fx);
    s->asked = false;
    add(fx, STATION_FX_CHANGED);
}

static void refuse(struct station *s, bool up, const struct sna_err *e, struct station_effects *fx)
{
    struct xid3 y = own(s);
    y.state = up ? XID3_NONACTIVATION : XID3_NEGOTIATION;
    y.error = true;
    y.error_at = (uint16_t)e->offset;
    y.error_bit = e->offset == XID3_AT_ROLE ? BIT_ROLE : 0;
    y.error_sense = e->sense;
    send(s, &y, fx);
    set_down(s, e->sense, e->text, false);
    add(fx, STATION_FX_DOWN);
}

static void go_down(struct station *s, enum station_input in, const struct sna_err *e,
                    struct station_effects *fx)
{
    if (in == STATION_IN_ERROR)
        set_down(s, e->sense, "the adjacent node refused the XID", true);
    else if (in == STATION_IN_CONTACT || in == STATION_IN_CONTACT_WRONG)
        set_down(s, SENSE_XID_NO_ANSWER, "CONTACT came to the primary link station", false);
    else
        set_down(s, SENSE_XID_NO_ANSWER, "the adjacent node does not answer", false);
    add(fx, STATION_FX_DOWN);
}

static void set_timer(struct station *s, enum station_input in, uint64_t now)
{
    if (in != STATION_IN_TIMEOUT)
        s->timeouts = 0;
    s->deadline = now + s->cfg.retry_ms;
}

static void step(struct station *s, enum station_input in, uint64_t now, const struct sna_err *e,
                 struct station_effects *fx)
{
    struct station_cell cell = cells[in][s->state];
    bool up = s->state == STATION_UP;
    s->state = cell.next;
    if (cell.out == STATION_OUT_IGNORE)
        return;
    if (s->state == STATION_RESET)
        s->deadline = 0;
    else if (s->state != STATION_UP)
        set_timer(s, in, now);
    struct xid3 y;
    switch (cell.out) {
    case STATION_OUT_NULL:
        s->sent_n = 0;
        add(fx, STATION_FX_XID);
        break;
    case STATION_OUT_XID:
        y = answer(s);
        send(s, &y, fx);
        break;
    case STATION_OUT_CONTACT:
        add(fx, STATION_FX_CONTACT);
        break;
    case STATION_OUT_CONTACTED:
        add(fx, STATION_FX_CONTACTED);
        come_up(s, false, fx);
        break;
    case STATION_OUT_UP:
        come_up(s, true, fx);
        break;
    case STATION_OUT_CHANGED:
        changed(s, fx);
        break;
    case STATION_OUT_REPEAT: /* what was sent is still there */
        add(fx, STATION_FX_XID);
        break;
    case STATION_OUT_REFUSE:
        refuse(s, up, e, fx);
        break;
    case STATION_OUT_DOWN:
        go_down(s, in, e, fx);
        break;
    default:
        break;
    }
}

void station_init(struct station *s, const struct station_config *cfg)
{
    *s = (struct station){.cfg = *cfg, .state = STATION_RESET, .seed = cfg->seed};
}

void station_start(struct station *s, bool active, uint64_t now_ms, struct station_effects *fx)
{
    struct station_config cfg = s->cfg;
    uint64_t seed = s->seed;
    if (s->state != STATION_RESET)
        return;
    station_init(s, &cfg);
    s->seed = seed; /* not the same draw again */
    step(s, active ? STATION_IN_START : STATION_IN_LISTEN, now_ms, NULL, fx);
}

void station_xid(struct station *s, const uint8_t *p, size_t n, uint64_t now_ms, struct station_effects *fx)
{
    struct sna_err e = {.text = ""};
    int in = classify(s, p, n, &e);
    if (in >= 0)
        step(s, (enum station_input)in, now_ms, &e, fx);
}

void station_contact(struct station *s, uint64_t now_ms, struct station_effects *fx)
{
    bool secondary =
        s->known && s->said && s->mine.state == XID3_NEGOTIATION && s->mine.role == XID3_SECONDARY;
    step(s, secondary ? STATION_IN_CONTACT : STATION_IN_CONTACT_WRONG, now_ms, NULL, fx);
}

void station_contacted(struct station *s, uint64_t now_ms, struct station_effects *fx)
{
    step(s, STATION_IN_CONTACTED, now_ms, NULL, fx);
}

void station_tick(struct station *s, uint64_t now_ms, struct station_effects *fx)
{
    if (s->deadline == 0 || now_ms < s->deadline)
        return;
    bool last = s->timeouts++ >= s->cfg.retries;
    step(s, last ? STATION_IN_LAST_TIMEOUT : STATION_IN_TIMEOUT, now_ms, NULL, fx);
}

void station_stop(struct station *s)
{
    struct station_effects none = {.n = 0};
    step(s, STATION_IN_STOP, 0, NULL, &none);
}

uint64_t station_deadline(const struct station *s)
{
    return s->deadline;
}

int station_announce(struct station *s, struct station_effects *fx)
{
    if (s->state != STATION_UP || (!s->primary && !s->partner.secondary_nonact))
        return -1;
    s->asked = true;
    send_nonactivation(s, true, fx);
    return 0;
}

void station_partner_name(const struct station *s, char out[NAME_FQ_ROOM])
{
    memcpy(out, s->partner.cp_name.s, s->partner.cp_name.n);
    ebcdic_decode((uint8_t *)out, s->partner.cp_name.n);
    out[s->partner.cp_name.n] = '\0';
}
