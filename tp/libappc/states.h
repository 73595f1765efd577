/* states.h - which verb may be issued in which state [HIS: APPC Verb Summary].  Inside the library only. */
#ifndef LIBAPPC_STATES_H
#define LIBAPPC_STATES_H

#include <stdbool.h>

#include "snanode/lu62/verb.h"

/* Verbs; those that mean different things by a type have several. */
enum appc_verb {
    AV_CONFIRM,
    AV_CONFIRMED,
    AV_DEALLOCATE_FLUSH,
    AV_DEALLOCATE_CONFIRM,
    AV_DEALLOCATE_ABEND,
    AV_FLUSH,
    AV_PREPARE_TO_RECEIVE,
    AV_RECEIVE_AND_WAIT,
    AV_RECEIVE_AND_POST,
    AV_RECEIVE_IMMEDIATE,
    AV_POST_ON_RECEIPT,
    AV_REQUEST_TO_SEND,
    AV_SEND_DATA,
    AV_SEND_ERROR,
    AV_TEST_RTS,
    AV_N
};

/* The secondary code when V is refused in state S, else 0.  OPEN: a logical record of a basic conversation is
 * begun and not finished. */
unsigned appc_refusal(enum appc_verb v, enum conv_state s, bool open);
/* The conv_state of GET_STATE.  POSTED: a receive is outstanding. */
unsigned char appc_state(enum conv_state s, bool posted);

#endif
