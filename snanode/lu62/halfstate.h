/* halfstate.h - the states of one half-session: which request or answer leads where.  Layer: lu62 (pure, no
 * memory). [Formats: BIND; Formats: UNBIND; Formats: LUSTAT; LU62PP]  The table says what is allowed; the
 * caller sends the RUs and knows the reasons.
 *
 *                                  RESET
 *          BIND sent .-------------'  ^ '-------------. BIND received, +RSP sent
 *                    v                |               v
 *               BIND_SENT --- -RSP ---+             FIRST    first bracket: the primary's, without BB
 *                    | +RSP           |               |
 *                    v                |               | its Attach      its yield (LUSTAT, CEB)
 *     .------------ INB <-------------|---------------'----------------.
 *     |              | ^              |                                |
 *     |  bracket ends| | begins       |                                |
 *     |              v |              |                                |
 *     |             BETB <------------|--------------------------------'
 *     |              | |  \-- bid (LUSTAT, BB) -> BIDDING -- +RSP -> INB
 *     |              | |                             |-- -RSP 0813 -> BARRED -- partner's BB -> INB
 *     |              | |                             '-- -RSP 0814 -> PROMISED -- RTR -> BETB
 *     |              | '------- RTR ----> RTR_SENT -- +RSP -> INB, -RSP -> BETB
 *     |       BIS    | BIS sent       |
 *     |   received   |                |
 *     v              v                |
 *  INB_LAST    BIS_SENT <-> INB_ENDING    the partner's BB crossed our BIS
 *     |              |                |
 *     v    BIS sent  | BIS received   |
 *  BETB_LAST --> BIS_ANSWERED         |    UNBIND received, or the carrier down, in any state
 *                    v                |
 *               UNBIND_SENT -- RSP ---'    UNBIND sent in any state
 *
 * A bid that the partner's bracket crosses stays open until it is answered, during the bracket or after it:
 *   INB_CROSSED -- -RSP 0813 -> INB     -RSP 0814 -> INB_OWED, and after the bracket PROMISED
 *   INB_CROSSED -- bracket ends -> BID_CROSSED -- +RSP -> INB, -RSP 0813 -> BETB, -RSP 0814 -> PROMISED
 * A bracket of the partner's in PROMISED is INB_OWED, too: the RTR comes behind it.
 */
#ifndef SNA_LU62_HALFSTATE_H
#define SNA_LU62_HALFSTATE_H

#include <stdbool.h>

enum half_state {
    HALF_NONE, /* no state: the event is not allowed here */
    HALF_RESET,
    HALF_BIND_SENT,
    HALF_FIRST,       /* secondary, in the first bracket: the primary attaches or yields */
    HALF_BETB,        /* between brackets: idle */
    HALF_BETB_LAST,   /* ... and the partner's BIS has come: it will begin no more brackets */
    HALF_BIDDING,     /* the bid has no answer yet */
    HALF_BID_CROSSED, /* ... and the partner's bracket that crossed it is over */
    HALF_BARRED,      /* the bid was refused: the partner's bracket or BIS will come */
    HALF_PROMISED,    /* ... and the partner's RTR */
    HALF_RTR_SENT,    /* the partner was offered the next bracket */
    HALF_INB,         /* in bracket */
    HALF_INB_LAST,    /* ... and the partner's BIS has come */
    HALF_INB_CROSSED, /* ... the partner's, and our bid is not answered yet */
    HALF_INB_OWED,    /* ... and the partner's RTR will follow */
    HALF_INB_ENDING,  /* ... and we have sent BIS: the partner's bracket crossed it */
    HALF_BIS_SENT,
    HALF_BIS_ANSWERED, /* both have sent BIS, and the partner, who began, has to send UNBIND */
    HALF_UNBIND_SENT,
    HALF_STATE_N
};

enum half_event {
    /* events of this side */
    HALF_DO_BIND,
    HALF_DO_BEGIN, /* begin a bracket */
    HALF_DO_BID,
    HALF_DO_END, /* the bracket has ended, by either side's CEB */
    HALF_DO_RTR,
    HALF_DO_BIS,
    HALF_DO_UNBIND,
    /* events from the partner */
    HALF_GOT_BIND, /* ... and is answered with +RSP */
    HALF_GOT_BIND_YES,
    HALF_GOT_BIND_NO,
    HALF_GOT_BEGIN, /* BB, the Attach of the first bracket, or a bid that is granted */
    HALF_GOT_YIELD,
    HALF_GOT_BID_YES,
    HALF_GOT_BID_NO,    /* 0813, 088B: nothing will follow */
    HALF_GOT_BID_LATER, /* 0814: RTR will follow */
    HALF_GOT_RTR,
    HALF_GOT_RTR_YES,
    HALF_GOT_RTR_NO,
    HALF_GOT_BIS,
    HALF_GOT_UNBIND,
    HALF_GOT_UNBIND_YES,
    HALF_DOWN, /* the carrier is down */
    HALF_EVENT_N
};

/* Where event E leads from state S; HALF_NONE: E is not allowed in S. */
enum half_state half_next(enum half_state s, enum half_event e);

const char *half_state_name(enum half_state s);

/* A session is there: its BIND is answered, and no UNBIND has ended it. */
bool half_active(enum half_state s);
/* ... and it is between brackets, and a bracket may begin. */
bool half_idle(enum half_state s);
/* ... and in a bracket. */
bool half_in_bracket(enum half_state s);

#endif
