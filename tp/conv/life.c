/* Whose turn it is with a conversation.
 *
 *             ENTER            PARK                 STEP               PASS
 *      IDLE --------> CALL ----------> INCOMPLETE --------> STEPPING --------> PASSED
 *       ^ ^            |                ^  |   ^                |  |            |  |
 *       | '-- LEAVE ---'                |  |   '----- REST -----'  |            |  |
 *       |                               '--|--------------------- REST --------'  |
 *       |                                  v                       |               |
 *       '-------------- LEAVE --------- COMPLETE <------ DONE -----'--- DONE ------'
 *
 * INCOMPLETE is DONE, without a step, when a call overtakes the operation and ends it.
 *
 * CANCEL leads from each of these states to its cancelled one, and only once:
 *
 *      IDLE, CALL        -> CALL_CANCELLED      who is inside (in IDLE who cancels) ends the conversation
 *      INCOMPLETE        -> STEPPING_CANCELLED  who cancels carries the operation to its end
 *      STEPPING, PASSED  -> STEPPING_CANCELLED  who cancels waits for the end of the step
 *      COMPLETE          -> COMPLETE_CANCELLED  the result stands
 *
 * The cancelled states lead to each other as the others do, and from CALL_CANCELLED and COMPLETE_CANCELLED
 * LEAVE leads to OVER.  ENTER and LEAVE of a call happen without a lock.  All other events happen under
 * async_lock. */
#include "tp/conv/life.h"

/* clang-format off */
static const unsigned char table[LIFE_N][LIFE_EVENT_N] = {
    [LIFE_IDLE] = {
        [LIFE_ENTER] = LIFE_CALL,
        [LIFE_CANCEL] = LIFE_CALL_CANCELLED,
    },
    [LIFE_CALL] = {
        [LIFE_LEAVE] = LIFE_IDLE,
        [LIFE_PARK] = LIFE_INCOMPLETE,
        [LIFE_CANCEL] = LIFE_CALL_CANCELLED,
    },
    [LIFE_INCOMPLETE] = {
        [LIFE_STEP] = LIFE_STEPPING,
        [LIFE_DONE] = LIFE_COMPLETE,
        [LIFE_CANCEL] = LIFE_STEPPING_CANCELLED,
    },
    [LIFE_STEPPING] = {
        [LIFE_PASS] = LIFE_PASSED,
        [LIFE_REST] = LIFE_INCOMPLETE,
        [LIFE_DONE] = LIFE_COMPLETE,
        [LIFE_CANCEL] = LIFE_STEPPING_CANCELLED,
    },
    [LIFE_PASSED] = {
        [LIFE_PASS] = LIFE_PASSED,
        [LIFE_REST] = LIFE_INCOMPLETE,
        [LIFE_DONE] = LIFE_COMPLETE,
        [LIFE_CANCEL] = LIFE_STEPPING_CANCELLED,
    },
    [LIFE_COMPLETE] = {
        [LIFE_LEAVE] = LIFE_IDLE,
        [LIFE_CANCEL] = LIFE_COMPLETE_CANCELLED,
    },
    [LIFE_CALL_CANCELLED] = {
        [LIFE_LEAVE] = LIFE_OVER,
        [LIFE_PARK] = LIFE_INCOMPLETE_CANCELLED,
    },
    [LIFE_INCOMPLETE_CANCELLED] = {
        [LIFE_STEP] = LIFE_STEPPING_CANCELLED,
        [LIFE_DONE] = LIFE_COMPLETE_CANCELLED,
    },
    [LIFE_STEPPING_CANCELLED] = {
        [LIFE_PASS] = LIFE_STEPPING_CANCELLED,
        [LIFE_REST] = LIFE_INCOMPLETE_CANCELLED,
        [LIFE_DONE] = LIFE_COMPLETE_CANCELLED,
    },
    [LIFE_COMPLETE_CANCELLED] = {
        [LIFE_LEAVE] = LIFE_OVER,
    },
};
/* clang-format on */

enum life life_next(enum life state, enum life_event event)
{
    return (enum life)table[state][event];
}

bool life_move(atomic_int *life, enum life_event event, enum life *was)
{
    int now = atomic_load(life), next;
    do {
        next = table[now][event];
    } while (next != LIFE_NONE && !atomic_compare_exchange_weak(life, &now, next));
    if (was)
        *was = (enum life)now;
    return next != LIFE_NONE;
}
