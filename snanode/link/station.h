/* station.h - the link station: how two nodes agree, by XIDs and CONTACT, that a link is up.
 * Layer: link (pure: octets and time in, octets and effects out; it knows no carrier).
 * [Formats: XID; LU62PP; Codes: 1016; L52; L53; L54]
 *
 *      RESET --start--> XID: XID3s go to and fro until both have said negotiation proceeding, with roles that
 *                        |   fit and one TG number
 *                        |
 *          primary: send CONTACT       secondary: answer with the last XID3
 *                        v                          v
 *                   CONTACTING                   SETTLED
 *             CONTACTED  |                          |  CONTACT: answer CONTACTED
 *                        +------------> UP <--------+
 *
 * A negotiation error that is sent or received, silence and station_stop() lead back to RESET from anywhere.
 */
#ifndef SNA_LINK_STATION_H
#define SNA_LINK_STATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"
#include "snanode/wire/xid3.h"

#define STATION_BTU_MIN 265 /* a node that takes no segments of a BIND has to take this [Codes: 1016] */

enum station_state {
    STATION_RESET,
    STATION_XID,
    STATION_SETTLED,
    STATION_CONTACTING,
    STATION_UP,
    STATION_STATE_N
};

/* What a station can be told; the classes of XIDs are the machine's own. */
enum station_input {
    STATION_IN_START,             /* this side begins */
    STATION_IN_LISTEN,            /* the partner begins */
    STATION_IN_NULL,              /* an XID without an I-field */
    STATION_IN_PROCEED,           /* an XID3 after which there is more to settle */
    STATION_IN_SETTLED_PRIMARY,   /* an XID3 that settles all, and this is the primary station */
    STATION_IN_SETTLED_SECONDARY, /* ... the secondary station */
    STATION_IN_NONACTIVATION,     /* an acceptable nonactivation XID3 */
    STATION_IN_ERROR,             /* an XID3 with a negotiation error */
    STATION_IN_UNACCEPTABLE,      /* an XID3 that is refused; of a link that is up, a nonactivation one */
    STATION_IN_CONTACT,           /* CONTACT to a station that has said it is secondary */
    STATION_IN_CONTACT_WRONG,     /* CONTACT to another one */
    STATION_IN_CONTACTED,
    STATION_IN_TIMEOUT,
    STATION_IN_LAST_TIMEOUT,
    STATION_IN_STOP,
    STATION_INPUT_N
};

enum station_output {
    STATION_OUT_IMPOSSIBLE, /* a cell that nobody wrote */
    STATION_OUT_IGNORE,
    STATION_OUT_NULL,      /* send a null XID */
    STATION_OUT_WAIT,      /* for the partner's XID */
    STATION_OUT_XID,       /* send the XID3 that answers */
    STATION_OUT_CONTACT,   /* send CONTACT */
    STATION_OUT_CONTACTED, /* answer CONTACTED: up */
    STATION_OUT_UP,
    STATION_OUT_CHANGED, /* take the new values, answer if the partner began */
    STATION_OUT_REPEAT,  /* send again what was sent last */
    STATION_OUT_REFUSE,  /* send an XID3 with the negotiation error, and be down */
    STATION_OUT_DOWN,
    STATION_OUT_STOPPED,
};

struct station_cell {
    uint8_t next; /* enum station_state */
    uint8_t out;  /* enum station_output */
};
/* The cell of the table, for the test that compares it with a second one. */
struct station_cell station_cell(enum station_input in, enum station_state state);

struct station_config {
    char cp_name[NAME_FQ_ROOM]; /* this node's, NETID.NAME */
    uint16_t block;             /* its node identification */
    uint32_t id;
    uint8_t role;        /* enum xid3_role */
    uint8_t tg;          /* TG number to propose; 0 = none */
    uint16_t max_btu;    /* octets that this side takes in one PIU */
    uint16_t max_out;    /* octets that the carrier takes; 0 = no limit */
    const char *product; /* name for the product set identifier, ASCII; static */

    char partner[NAME_FQ_ROOM]; /* CP name that the adjacent node must have; "" = any */
    bool check_id;              /* whether it must have this node identification */
    uint16_t partner_block;
    uint32_t partner_id;

    uint32_t retry_ms; /* an XID or CONTACT is sent again after this time without an answer... */
    unsigned retries;  /* ... so often */
    uint64_t seed;     /* for a random node identification when both nodes have one */
};

enum station_effect {
    STATION_FX_XID,       /* send the XID s->sent (s->sent_n octets; 0 is a null XID) */
    STATION_FX_CONTACT,   /* send CONTACT */
    STATION_FX_CONTACTED, /* send CONTACTED */
    STATION_FX_UP,        /* PIUs may flow: s->partner, s->primary, s->send_btu */
    STATION_FX_CHANGED,   /* of a link that is up: s->partner, s->send_btu */
    STATION_FX_DOWN,      /* s->down says why; the carrier is to be closed */
};

struct station_effects {
    unsigned n;
    uint8_t v[4]; /* enum station_effect, in order */
};

struct station_down {
    uint32_t sense;
    const char *text; /* static */
    bool by_partner;  /* it refused, we did not */
};

struct station {
    struct station_config cfg;
    uint8_t state; /* enum station_state */

    struct xid3 partner; /* what the adjacent node said last */
    bool known;          /* it has said something */
    bool negotiable;     /* ... once that it may be either station */
    bool primary;        /* the role that came out */
    uint16_t send_btu;   /* octets of the largest PIU to send */
    struct station_down down;

    struct xid3 mine; /* what was sent last */
    bool said;        /* there is something in MINE */
    bool asked;       /* a nonactivation exchange of ours waits for its answer */
    uint8_t sent[XID3_MAX];
    size_t sent_n;

    unsigned timeouts;  /* in a row */
    unsigned exchanges; /* XID3s received since the start */
    unsigned same;      /* ... with this node's own identification */
    uint64_t deadline;  /* ms; 0 = none */
    uint64_t seed;
};

void station_init(struct station *s, const struct station_config *cfg);

/* The carrier reaches the adjacent node.  ACTIVE: this side begins.  Effects go behind those that are in
 * *FX, in all of these. */
void station_start(struct station *s, bool active, uint64_t now_ms, struct station_effects *fx);
void station_xid(struct station *s, const uint8_t *p, size_t n, uint64_t now_ms, struct station_effects *fx);
void station_contact(struct station *s, uint64_t now_ms, struct station_effects *fx);
void station_contacted(struct station *s, uint64_t now_ms, struct station_effects *fx);
void station_tick(struct station *s, uint64_t now_ms, struct station_effects *fx);
/* The carrier is gone, or the link is to be left: RESET, without an effect. */
void station_stop(struct station *s);

/* When station_tick() has something to do; 0 = never. */
uint64_t station_deadline(const struct station *s);

/* On a link that is up: tell the partner what has changed in s->cfg, by a nonactivation exchange.  0, or -1
 * when that may not be done now. */
int station_announce(struct station *s, struct station_effects *fx) __attribute__((warn_unused_result));

/* The adjacent node's CP name in ASCII; "" when it gave none. */
void station_partner_name(const struct station *s, char out[NAME_FQ_ROOM]);

const char *station_state_name(enum station_state state);

#endif
