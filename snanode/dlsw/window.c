#include "snanode/dlsw/window.h"

#include <stddef.h>

/* ---- the sender of units ---- */

void window_out_init(struct window_out *w, uint16_t initial)
{
    *w = (struct window_out){.window = initial};
}

static const char *resize(struct window_out *w, unsigned op)
{
    if (w->window == 0 && op != WINDOW_INCREMENT)
        return "a reset window was not incremented";
    switch (op) {
    case WINDOW_REPEAT:
        return NULL;
    case WINDOW_INCREMENT:
        if (w->window == UINT16_MAX)
            return "the window was incremented beyond 65535";
        w->window++;
        return NULL;
    case WINDOW_DECREMENT:
        if (w->window == 1)
            return "a window of 1 was decremented";
        w->window--;
        return NULL;
    case WINDOW_HALVE:
        w->window = w->window > 1 ? w->window / 2 : 1;
        return NULL;
    }
    return "the operator of flow control is unknown";
}

const char *window_out_operate(struct window_out *w, uint8_t octet, bool alone)
{
    unsigned op = octet & WINDOW_FCO;
    if (op == WINDOW_RESET) {
        if (!alone)
            return "a reset of the window came with another message";
        if (w->window == 0)
            return "a reset window was not incremented";
        w->window = 0;
        w->granted = 0;
        w->owes_reset = true;
        return NULL;
    }
    if (w->owes_ack || w->owes_reset)
        return "a second operator came before the first was acknowledged";
    const char *wrong = resize(w, op);
    if (wrong)
        return wrong;
    w->granted = w->granted > UINT32_MAX - w->window ? UINT32_MAX : w->granted + w->window;
    w->owes_ack = true;
    return NULL;
}

bool window_out_take(struct window_out *w)
{
    if (w->granted == 0)
        return false;
    w->granted--;
    return true;
}

uint8_t window_out_ack(struct window_out *w)
{
    uint8_t octet = w->owes_ack ? WINDOW_FCA : 0;
    w->owes_ack = false;
    return octet;
}

bool window_out_ack_reset(struct window_out *w)
{
    if (!w->owes_reset)
        return false;
    w->owes_reset = w->owes_ack = false;
    return true;
}

/* ---- the receiver ---- */

void window_in_init(struct window_in *w, uint16_t initial)
{
    *w = (struct window_in){.window = initial};
}

void window_in_room(struct window_in *w, uint32_t units)
{
    w->room = w->room > UINT32_MAX - units ? UINT32_MAX : w->room + units;
}

static uint8_t grant(struct window_in *w, enum window_operator op, uint16_t window)
{
    w->window = window;
    w->granted += window;
    w->room -= window;
    w->awaits_ack = true;
    return (uint8_t)(WINDOW_FCI | op);
}

uint8_t window_in_grant(struct window_in *w, bool alone)
{
    if (w->awaits_ack || w->awaits_reset || w->granted > w->window || w->room == 0)
        return 0;
    uint16_t window = w->window;
    bool starved = w->granted == 0 && w->used;
    if (window == 0 || (starved && window < UINT16_MAX && w->room > window))
        return grant(w, WINDOW_INCREMENT, (uint16_t)(window + 1));
    if (w->room >= window)
        return grant(w, WINDOW_REPEAT, window);
    if (window > 1 && w->room >= window - 1u)
        return grant(w, WINDOW_DECREMENT, (uint16_t)(window - 1));
    if (w->room >= window / 2u)
        return grant(w, WINDOW_HALVE, window / 2);
    return alone && w->granted == 0 ? window_in_reset(w) : 0; /* from 0 it can grow to what fits */
}

uint8_t window_in_reset(struct window_in *w)
{
    if (w->awaits_reset || w->window == 0)
        return 0;
    w->window = 0;
    w->awaits_reset = true;
    return WINDOW_FCI | WINDOW_RESET;
}

const char *window_in_take(struct window_in *w)
{
    if (w->granted == 0)
        return "a frame came that was not granted";
    w->granted--;
    w->used = true;
    return NULL;
}

const char *window_in_acked(struct window_in *w, bool bare)
{
    if (w->awaits_reset && (bare || !w->awaits_ack)) {
        window_in_room(w, w->granted); /* none of those will come */
        w->granted = 0;
        w->awaits_reset = w->awaits_ack = false;
        return NULL;
    }
    if (!w->awaits_ack)
        return "an acknowledgment came for which nothing was sent";
    w->awaits_ack = false;
    return NULL;
}
