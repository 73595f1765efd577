/* window.h - flow control of a circuit: one end sends units, the other one grants them.  Layer: dlsw (pure).
 * Units are INFOFRAMEs and DGRMFRAMEs.  A circuit begins without any.  [DLSW: Pacing/Flow Control] */
#ifndef SNA_DLSW_WINDOW_H
#define SNA_DLSW_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_FCI 0x80 /* the octet holds an operator for the other direction */
#define WINDOW_FCA 0x40 /* the octet acknowledges an operator */
#define WINDOW_FCO 0x07 /* enum window_operator */

enum window_operator {
    WINDOW_REPEAT = 0,
    WINDOW_INCREMENT = 1,
    WINDOW_DECREMENT = 2,
    WINDOW_RESET = 3,
    WINDOW_HALVE = 4,
};

/* How the sender of units sees it. */
struct window_out {
    uint32_t granted; /* units that may be sent */
    uint16_t window;  /* what an operator grants; 0 after a reset */
    bool owes_ack;    /* of an operator; it goes with the next message that can carry it */
    bool owes_reset;  /* ... of a reset, which has an IFCM of its own */
};

/* ... and the receiver. */
struct window_in {
    uint32_t granted;  /* units that may come */
    uint32_t room;     /* units that the user can take beyond those */
    uint16_t window;   /* 0 after a reset */
    bool awaits_ack;   /* of an operator: no other one may go, but a reset */
    bool awaits_reset; /* ... of a reset */
    bool used;         /* units have come: a sender without any is waiting */
};

/* INITIAL is what the partner said in its capabilities exchange. */
void window_out_init(struct window_out *w, uint16_t initial);

/* An octet with WINDOW_FCI has come, ALONE on an IFCM or with another message.  Returns NULL, or what the
 * partner did wrong. */
const char *window_out_operate(struct window_out *w, uint8_t octet, bool alone);

/* Take one unit for a message.  False = there is none. */
bool window_out_take(struct window_out *w);

/* What the octet of the next message acknowledges: WINDOW_FCA or 0; the debt is paid. */
uint8_t window_out_ack(struct window_out *w);

/* Whether a reset is to be acknowledged by an IFCM with WINDOW_FCA alone; the debt is paid, and with it that
 * of an operator before it. */
bool window_out_ack_reset(struct window_out *w);

/* INITIAL is what we said in ours. */
void window_in_init(struct window_in *w, uint16_t initial);

/* The user can take UNITS more. */
void window_in_room(struct window_in *w, uint32_t units);

/* The octet that grants what can be granted now: WINDOW_FCI and an operator, or 0 when nothing is to be
 * granted. A window that does not fit the room shrinks.  The units are granted when this returns.  ALONE: the
 * message is an IFCM, so a reset may go. */
uint8_t window_in_grant(struct window_in *w, bool alone);

/* Revoke what is granted: the octet for an IFCM, or 0 when a reset is on its way already. */
uint8_t window_in_reset(struct window_in *w);

/* A unit has come.  Returns NULL, or what the partner did wrong: the unit is not to be delivered then. */
const char *window_in_take(struct window_in *w);

/* An octet with WINDOW_FCA has come.  BARE: on an IFCM, and without WINDOW_FCI.  Returns as window_in_take().
 */
const char *window_in_acked(struct window_in *w, bool bare);

#endif
