#include "tests/unit/stay.h"

#include <stddef.h>

/* A cell that nobody wrote is STAY_NONE. */
static const uint8_t table[STAY_EVENT_N][STAY_N] = {
    [STAY_ALLOCATE] = {[STAY_READY] = STAY_HELD},
    [STAY_FLOW] = {[STAY_HELD] = STAY_BOTH},
    [STAY_INVOKER_END] = {[STAY_HELD] = STAY_READY,
                          [STAY_BOTH] = STAY_TP,
                          [STAY_INVOKER] = STAY_IDLE,
                          [STAY_INVOKER_READY] = STAY_READY},
    [STAY_ACCEPT] = {[STAY_IDLE] = STAY_READY, [STAY_INVOKER] = STAY_INVOKER_READY},
    [STAY_TP_END] = {[STAY_BOTH] = STAY_INVOKER, [STAY_TP] = STAY_IDLE},
};

enum stay stay_next(enum stay state, enum stay_event event)
{
    return state < STAY_N ? (enum stay)table[event][state] : STAY_NONE;
}

bool stay_move(_Atomic uint32_t *w, enum stay_event event, bool *wake)
{
    uint32_t was = atomic_load(w), to;
    do {
        enum stay next = stay_next((enum stay)(was & STAY_STATE), event);
        if ((was & STAY_OVER) || next == STAY_NONE)
            return false;
        *wake = next == STAY_READY && (was & STAY_WAITS);
        to = (was & ~(uint32_t)STAY_STATE) | next;
        to &= ~(uint32_t)(next == STAY_READY ? STAY_WAITS : 0);
        to += event == STAY_FLOW ? STAY_COUNT : 0;
    } while (!atomic_compare_exchange_weak(w, &was, to));
    return true;
}

bool stay_wait(_Atomic uint32_t *w, uint32_t *seen)
{
    uint32_t was = atomic_load(w);
    do {
        enum stay s = (enum stay)(was & STAY_STATE);
        if ((was & STAY_OVER) || (s != STAY_IDLE && s != STAY_TP))
            return false;
        *seen = was | STAY_WAITS;
    } while (!atomic_compare_exchange_weak(w, &was, *seen));
    return true;
}

uint32_t stay_take(_Atomic uint32_t *w)
{
    return atomic_fetch_or(w, STAY_OVER);
}

struct stay_due stay_due(uint32_t word)
{
    static const struct stay_due due[STAY_STATE + 1] = {
        [STAY_IDLE] = {.end_invoker = true, .end_tp = true},
        [STAY_READY] = {.end_invoker = true, .end_tp = true, .cut = true},
        [STAY_HELD] = {.end_tp = true, .cut = true, .move = true},
        [STAY_TP] = {.end_invoker = true},
        [STAY_INVOKER] = {.end_tp = true},
        [STAY_INVOKER_READY] = {.end_tp = true, .cut = true},
    }; /* BOTH, and a word that cannot be: both say so themselves, or end */
    return due[word & STAY_STATE];
}
