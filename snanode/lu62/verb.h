/* verb.h - which call may be issued in which state, and the state it leads to.  Layer: lu62 (pure).
 * The table in verb.c says what the page of each call says [HIS: CPI-C Calls], and nothing else.  The states
 * after a Receive follow [C3]. */
#ifndef SNA_LU62_VERB_H
#define SNA_LU62_VERB_H

#include <stdbool.h>

/* Conversation states; the numbers are those of CPI-C. */
enum conv_state {
    CS_RESET = 1,
    CS_INITIALIZE = 2,
    CS_SEND = 3,
    CS_RECEIVE = 4,
    CS_SEND_PENDING = 5,
    CS_CONFIRM = 6,
    CS_CONFIRM_SEND = 7,
    CS_CONFIRM_DEALLOCATE = 8,
    CS_INITIALIZE_INCOMING =
        14, /* Initialize_For_Incoming; the numbers between are for full duplex and sync point */
    CS_N
};

/* Calls; a call with several rows in the state table has several verbs. */
enum verb {
    VERB_ACCEPT_INCOMING,
    VERB_ALLOCATE,
    VERB_CANCEL,
    VERB_CONFIRM,
    VERB_CONFIRMED,
    VERB_DEALLOCATE_FLUSH,
    VERB_DEALLOCATE_CONFIRM,
    VERB_DEALLOCATE_ABEND,
    VERB_FLUSH,
    VERB_PREPARE_FLUSH,
    VERB_PREPARE_CONFIRM,
    VERB_RECEIVE_WAIT,
    VERB_RECEIVE_IMMEDIATE,
    VERB_REQUEST_TO_SEND,
    VERB_SEND,
    VERB_SEND_FLUSH,
    VERB_SEND_CONFIRM,
    VERB_SEND_PREPARE,
    VERB_SEND_DEALLOCATE_ABEND,
    VERB_SEND_DEALLOCATE,
    VERB_SEND_ERROR,
    VERB_TEST_RTS,
    VERB_SET_INIT, /* characteristics that are fixed by Allocate */
    VERB_SET_ANY,  /* the other characteristics */
    VERB_EXTRACT,
    VERB_N
};

/* The meaning of a cell. */
enum verb_cell {
    CELL_STATE_CHECK = 0, /* a cell that is not filled in */
    CELL_RESET,           /* from here on: the next state after CM_OK, numbered as in enum conv_state */
    CELL_INITIALIZE,
    CELL_SEND,
    CELL_RECEIVE,
    CELL_SEND_PENDING,
    CELL_CONFIRM,
    CELL_CONFIRM_SEND,
    CELL_CONFIRM_DEALLOCATE,
    CELL_SAME = CS_N,     /* allowed, no change */
    CELL_BY_RECEIVE,      /* allowed; receive_next() says */
    CELL_PARAMETER_CHECK, /* RESET: there is no valid conversation ID */
};

enum verb_cell verb_cell(enum verb v, enum conv_state s);

/* True when V is refused in state S in the middle of a logical record (basic conversations). */
bool verb_needs_boundary(enum verb v, enum conv_state s);

/* Data and status of a Receive; the numbers are those of CPI-C. */
enum rcv_data { RCV_NO_DATA, RCV_DATA, RCV_COMPLETE, RCV_INCOMPLETE, RCV_DATA_N };
enum rcv_status {
    RCV_NO_STATUS,
    RCV_SEND,
    RCV_CONFIRM,
    RCV_CONFIRM_SEND,
    RCV_CONFIRM_DEALLOCATE,
    RCV_STATUS_N
};

/* State after a Receive that returned CM_OK with this, or 0 where the two cannot come together. */
enum conv_state receive_next(enum rcv_data data, enum rcv_status status);

const char *verb_name(enum verb v);
const char *conv_state_name(enum conv_state s);

#endif
