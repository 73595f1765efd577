#include "snanode/lu62/halfstate.h"

/* In every state but RESET. */
#define ENDS [HALF_DO_UNBIND] = HALF_UNBIND_SENT, [HALF_GOT_UNBIND] = HALF_RESET, [HALF_DOWN] = HALF_RESET

static const unsigned char next[HALF_STATE_N][HALF_EVENT_N] = {
    [HALF_RESET] = {[HALF_DO_BIND] = HALF_BIND_SENT, [HALF_GOT_BIND] = HALF_FIRST, [HALF_DOWN] = HALF_RESET},
    [HALF_BIND_SENT] = {ENDS, [HALF_GOT_BIND_YES] = HALF_INB, [HALF_GOT_BIND_NO] = HALF_RESET},
    [HALF_FIRST] = {ENDS, [HALF_GOT_BEGIN] = HALF_INB, [HALF_GOT_YIELD] = HALF_BETB},
    [HALF_BETB] =
        {ENDS, [HALF_DO_BEGIN] = HALF_INB, [HALF_DO_BID] = HALF_BIDDING, [HALF_DO_RTR] = HALF_RTR_SENT,
         [HALF_DO_BIS] = HALF_BIS_SENT, [HALF_GOT_BEGIN] = HALF_INB, [HALF_GOT_BIS] = HALF_BETB_LAST},
    [HALF_BETB_LAST] = {ENDS, [HALF_DO_BEGIN] = HALF_INB_LAST, [HALF_DO_BIS] = HALF_BIS_ANSWERED},
    [HALF_BIDDING] = {ENDS, [HALF_GOT_BID_YES] = HALF_INB, [HALF_GOT_BID_NO] = HALF_BARRED,
                      [HALF_GOT_BID_LATER] = HALF_PROMISED, [HALF_GOT_BEGIN] = HALF_INB_CROSSED,
                      [HALF_GOT_BIS] = HALF_BETB_LAST},
    [HALF_BID_CROSSED] = {ENDS, [HALF_GOT_BID_YES] = HALF_INB, [HALF_GOT_BID_NO] = HALF_BETB,
                          [HALF_GOT_BID_LATER] = HALF_PROMISED, [HALF_GOT_BEGIN] = HALF_INB_CROSSED,
                          [HALF_GOT_BIS] = HALF_BETB_LAST},
    [HALF_BARRED] =
        {ENDS, [HALF_DO_BIS] = HALF_BIS_SENT, [HALF_GOT_BEGIN] = HALF_INB, [HALF_GOT_BIS] = HALF_BETB_LAST},
    [HALF_PROMISED] = {ENDS, [HALF_DO_BIS] = HALF_BIS_SENT, [HALF_GOT_BEGIN] = HALF_INB_OWED,
                       [HALF_GOT_RTR] = HALF_BETB, [HALF_GOT_BIS] = HALF_BETB_LAST},
    [HALF_RTR_SENT] = {ENDS, [HALF_GOT_RTR_YES] = HALF_INB, [HALF_GOT_RTR_NO] = HALF_BETB,
                       [HALF_GOT_BEGIN] = HALF_INB, [HALF_GOT_BIS] = HALF_BETB_LAST},
    [HALF_INB] = {ENDS, [HALF_DO_END] = HALF_BETB, [HALF_GOT_BIS] = HALF_INB_LAST},
    [HALF_INB_LAST] = {ENDS, [HALF_DO_END] = HALF_BETB_LAST},
    [HALF_INB_CROSSED] = {ENDS, [HALF_DO_END] = HALF_BID_CROSSED, [HALF_GOT_BID_NO] = HALF_INB,
                          [HALF_GOT_BID_LATER] = HALF_INB_OWED},
    [HALF_INB_OWED] = {ENDS, [HALF_DO_END] = HALF_PROMISED},
    [HALF_INB_ENDING] = {ENDS, [HALF_DO_END] = HALF_BIS_SENT},
    [HALF_BIS_SENT] = {ENDS, [HALF_GOT_BEGIN] = HALF_INB_ENDING, [HALF_GOT_RTR] = HALF_BIS_SENT,
                       [HALF_GOT_BIS] = HALF_UNBIND_SENT},
    [HALF_BIS_ANSWERED] = {ENDS},
    [HALF_UNBIND_SENT] = {[HALF_GOT_UNBIND] =
                              HALF_UNBIND_SENT, /* both sides sent one: each UNBIND is answered */
                          [HALF_GOT_UNBIND_YES] = HALF_RESET,
                          [HALF_DOWN] = HALF_RESET},
};

static const char *const names[HALF_STATE_N] = {
    [HALF_NONE] = "none",
    [HALF_RESET] = "reset",
    [HALF_BIND_SENT] = "BIND sent",
    [HALF_FIRST] = "first bracket",
    [HALF_BETB] = "between brackets",
    [HALF_BETB_LAST] = "between brackets, BIS received",
    [HALF_BIDDING] = "bidding",
    [HALF_BID_CROSSED] = "bidding, after a bracket",
    [HALF_BARRED] = "bid refused",
    [HALF_PROMISED] = "bid refused, RTR to come",
    [HALF_RTR_SENT] = "RTR sent",
    [HALF_INB] = "in bracket",
    [HALF_INB_LAST] = "in bracket, BIS received",
    [HALF_INB_CROSSED] = "in bracket, bid unanswered",
    [HALF_INB_OWED] = "in bracket, RTR to come",
    [HALF_INB_ENDING] = "in bracket, BIS sent",
    [HALF_BIS_SENT] = "BIS sent",
    [HALF_BIS_ANSWERED] = "BIS answered",
    [HALF_UNBIND_SENT] = "UNBIND sent",
};

enum half_state half_next(enum half_state s, enum half_event e)
{
    return s < HALF_STATE_N && e < HALF_EVENT_N ? (enum half_state)next[s][e] : HALF_NONE;
}

const char *half_state_name(enum half_state s)
{
    return s < HALF_STATE_N ? names[s] : "?";
}

bool half_active(enum half_state s)
{
    return s >= HALF_FIRST && s < HALF_UNBIND_SENT;
}

bool half_idle(enum half_state s)
{
    return s == HALF_BETB || s == HALF_BETB_LAST;
}

bool half_in_bracket(enum half_state s)
{
    return s >= HALF_INB && s <= HALF_INB_ENDING;
}
