/* stay.h - the word of a session that stays with two programs, while conversations are brackets on it: who is
 * in the bracket, and whether the node has taken the session back (docs/figures.md, "A session that stays").
 * Layer: local (pure).  It lies in the page of the user (hint.h); everybody moves it by compare-and-swap, and
 * nobody trusts it.  Its upper half is the number of the grant: slots of the page, and numbers of
 * conversations, are used again.
 *
 * The invoker begins a bracket only while the TP waits in Accept, so that an Attach on such a session is
 * never one that nobody has read: it has its Accept from the moment at which it flows. */
#ifndef SNA_LOCAL_STAY_H
#define SNA_LOCAL_STAY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum stay {
    STAY_NONE,          /* no session that stays; what an event that cannot be here leads to */
    STAY_IDLE,          /* neither is in a bracket */
    STAY_READY,         /* ... and the TP waits in Accept */
    STAY_HELD,          /* ... and the invoker has allocated: nothing has flowed, the TP may still leave */
    STAY_BOTH,          /* both are in the bracket */
    STAY_TP,            /* the invoker has ended it, the TP has still to receive the end */
    STAY_INVOKER,       /* the other way round */
    STAY_INVOKER_READY, /* ... and the TP waits in Accept */
    STAY_N
};

enum stay_event {
    STAY_ALLOCATE,    /* the invoker: Allocate */
    STAY_FLOW,        /* ... just before its first frame */
    STAY_INVOKER_END, /* ... has done with the bracket */
    STAY_ACCEPT,      /* the TP: Accept */
    STAY_TP_END,      /* ... has done with the bracket */
    STAY_EVENT_N
};

/* The lower half of the word: the state, the two flags, and above them the brackets so far. */
enum { STAY_STATE = 0x0F, STAY_WAITS = 0x10, STAY_OVER = 0x20, STAY_COUNT = 0x100, STAY_COUNT_SHIFT = 8 };

typedef _Atomic uint64_t stay_word;

/* The state to which EVENT leads, or STAY_NONE: not in this state. */
enum stay stay_next(enum stay state, enum stay_event event);

/* The word of grant number GRANT (not 0), whose first bracket has both in it. */
uint64_t stay_granted(uint32_t grant);
/* The grant of *W, 0 = there is none. */
static inline uint32_t stay_grant(const stay_word *w)
{
    return (uint32_t)(atomic_load(w) >> 32);
}

/* Move *W as EVENT says.  False, with *W as it was: it is of another grant, EVENT is not in this state, or
 * the session has been taken back; what is under way then goes on and ends as any other conversation.  *WAKE:
 * the invoker sleeps until the TP waits in Accept, which it now does. */
bool stay_move(stay_word *w, uint32_t grant, enum stay_event event, bool *wake);

/* The invoker is about to sleep until the TP waits in Accept; *SEEN is the lower half, on which it sleeps.
 * False: it need not, or must not. */
bool stay_wait(stay_word *w, uint32_t grant, uint32_t *seen);

/* Take the session back, whoever does it: nothing moves the word after that.  Returns the lower half as it
 * was; 0: the word is of another grant. */
uint32_t stay_take(stay_word *w, uint32_t grant);

/* What the node has to do for a word that it has taken, so that its books say what is so.  A side that is in
 * the bracket says "end" itself. */
struct stay_due {
    bool end_invoker, end_tp; /* this side has done with the conversation */
    bool cut;                 /* the TP sleeps in its Accept: cut the pair, so that it asks the node */
    bool move;                /* the invoker has a session and no partner: it gets a new pair when it asks */
};
struct stay_due stay_due(uint32_t word);

#endif
