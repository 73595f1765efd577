/* life.h - whose turn it is with a conversation: which thread may run its operation, and whether the
 * conversation has been cancelled.  One word for each conversation; life.c has the drawing.  Inside the
 * library only. */
#ifndef CONV_LIFE_H
#define CONV_LIFE_H

#include <stdatomic.h>
#include <stdbool.h>

enum life {
    LIFE_NONE,       /* no state: what an event that cannot be here leads to */
    LIFE_IDLE,       /* no call is under way */
    LIFE_CALL,       /* a thread is inside a call */
    LIFE_INCOMPLETE, /* the call has returned, its operation goes on when a thread carries it on */
    LIFE_STEPPING,   /* a thread is carrying it on */
    LIFE_PASSED,     /* the same, and a thread that waits has passed the operation over */
    LIFE_COMPLETE,   /* the operation is done: its result waits to be collected */
    /* After Cancel: the ID is void, and what is under way ends as cancelled. */
    LIFE_CALL_CANCELLED, /* the thread that is inside ends the conversation when it leaves */
    LIFE_INCOMPLETE_CANCELLED,
    LIFE_STEPPING_CANCELLED,
    LIFE_COMPLETE_CANCELLED,
    LIFE_OVER, /* nobody is inside, and nobody may enter */
    LIFE_N
};

enum life_event {
    LIFE_ENTER,  /* a call begins */
    LIFE_LEAVE,  /* the call returns, or a result is collected */
    LIFE_PARK,   /* the call returns and leaves its operation behind */
    LIFE_STEP,   /* a thread takes the operation to carry it on */
    LIFE_PASS,   /* a thread that waits finds the operation taken */
    LIFE_REST,   /* the step has not ended the operation */
    LIFE_DONE,   /* the operation has its result */
    LIFE_CANCEL, /* Cancel, from any thread */
    LIFE_EVENT_N
};

/* The state to which EVENT leads, or LIFE_NONE: not in this state. */
enum life life_next(enum life state, enum life_event event);

/* Move *LIFE as EVENT says; threads may do so at the same time.  Returns false, with *LIFE as it was, when
 * the event cannot be in this state.  *WAS (or NULL) gets the state before. */
bool life_move(atomic_int *life, enum life_event event, enum life *was);

static inline bool life_is_cancelled(int s)
{
    return s >= LIFE_CALL_CANCELLED;
}

static inline bool life_is_call(int s)
{
    return s == LIFE_CALL || s == LIFE_CALL_CANCELLED;
}

/* An operation is left behind, and no thread is carrying it on. */
static inline bool life_is_incomplete(int s)
{
    return s == LIFE_INCOMPLETE || s == LIFE_INCOMPLETE_CANCELLED;
}

static inline bool life_is_stepping(int s)
{
    return s == LIFE_STEPPING || s == LIFE_PASSED || s == LIFE_STEPPING_CANCELLED;
}

static inline bool life_is_complete(int s)
{
    return s == LIFE_COMPLETE || s == LIFE_COMPLETE_CANCELLED;
}

/* An operation is left behind and has not been collected. */
static inline bool life_is_pending(int s)
{
    return life_is_incomplete(s) || life_is_stepping(s) || life_is_complete(s);
}

#endif
