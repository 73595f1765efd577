#include "snanode/local/stay.h"

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

uint64_t stay_granted(uint32_t grant)
{
    return (uint64_t)grant << 32 | STAY_BOTH;
}

static bool is_of(uint64_t word, uint32_t grant)
{
    return (uint32_t)(word >> 32) == grant;
}

/* WORD with this lower half. */
static uint64_t with(uint64_t word, uint32_t low)
{
    return (word & ~(uint64_t)UINT32_MAX) | low;
}

bool stay_move(stay_word *w, uint32_t grant, enum stay_event event, bool *wake)
{
    uint64_t was = atomic_load(w);
    uint32_t to;
    do {
        uint32_t low = (uint32_t)was;
        enum stay next = stay_next((enum stay)(low & STAY_STATE), event);
        if (!is_of(was, grant) || (low & STAY_OVER) || next == STAY_NONE)
            return false;
        *wake = next == STAY_READY && (low & STAY_WAITS);
        to = (low & ~(uint32_t)STAY_STATE) | next;
        to &= ~(uint32_t)(next == STAY_READY ? STAY_WAITS : 0);
        to += event == STAY_FLOW ? STAY_COUNT : 0;
    } while (!atomic_compare_exchange_weak(w, &was, with(was, to)));
    return true;
}

bool stay_wait(stay_word *w, uint32_t grant, uint32_t *seen)
{
    uint64_t was = atomic_load(w);
    do {
        uint32_t low = (uint32_t)was;
        enum stay s = (enum stay)(low & STAY_STATE);
        if (!is_of(was, grant) || (low & STAY_OVER) || (s != STAY_IDLE && s != STAY_TP))
            return false;
        *seen = low | STAY_WAITS;
    } while (!atomic_compare_exchange_weak(w, &was, with(was, *seen)));
    return true;
}

uint32_t stay_take(stay_word *w, uint32_t grant)
{
    uint64_t was = atomic_load(w);
    do {
        if (!is_of(was, grant))
            return 0;
    } while (!atomic_compare_exchange_weak(w, &was, was | STAY_OVER));
    return (uint32_t)was;
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
