/* Where a conversation stands: its state and its counters, up to its end.  The node sees them in the
 * statistics page. */
#include "tp/conv/state.h"

#include <time.h>

#include "tp/conv/control.h"
#include "tp/conv/kept.h"
#include "tp/conv/table.h"

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void conv_set_state(struct conv *c, enum conv_state s)
{
    if (c->state == (int)s)
        return;
    atomic_store_explicit(&c->state, (int)s, memory_order_release);
    c->node.slot->state = (uint32_t)s;
    c->node.moved = true;
}

void conv_count(struct conv *c, size_t sent, bool sent_record, size_t received, bool received_record)
{
    struct stats_slot *s = c->node.slot;
    s->sent += sent;
    s->received += received;
    s->sent_records += sent_record;
    s->received_records += received_record;
    c->node.moved = true;
}

/* The node was told less than a millisecond ago, by the processor's counter: 2^20 of its steps are 0.2 to 1
 * ms, and to read it costs less than a look at the clock.  Counters of processors may differ: the node is
 * then told once more, or the next time. */
static bool told_just_now(struct conv *c)
{
#ifdef __x86_64__
    uint64_t now = __builtin_ia32_rdtsc();
    if (now - c->node.told < 1 << 20)
        return true;
    c->node.told = now;
#else
    (void)c;
#endif
    return false;
}

void conv_stamp(struct conv *c)
{
    if (c->node.moved && !told_just_now(c))
        c->node.slot->last_ms = now_ms();
    c->node.moved = false;
}

/* TELLS: the node has to know. */
static void over(struct conv *c, bool tells)
{
    /* An Accept that failed was never more than RESET, and still has an ID to void. */
    c->state = CS_RESET;
    c->node.slot->conv = 0;
    if (c->node.id && tells)
        control_end(c->node.id, c->node.accepted);
    c->node.id = 0;
    conv_void(c);
}

void conv_end(struct conv *c)
{
    over(c, true);
}

void conv_end_well(struct conv *c, bool waits)
{
    over(c, !waits || !kept_end(c));
}
