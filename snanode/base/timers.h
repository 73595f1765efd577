/* timers.h - deadlines in a heap.  Layer: base (pure: time is a number that the caller passes).
 * Room is promised when the object that carries the timer is made, so that setting a timer cannot fail. */
#ifndef SNA_BASE_TIMERS_H
#define SNA_BASE_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
    uint64_t at;  /* ms */
    uint64_t seq; /* timers for the same moment run in the order in which they were set */
    size_t pos;   /* place in the heap + 1; 0 = not set */
    int kind;     /* the owner's: what the timer is embedded in */
};

struct timers {
    struct timer **v;
    size_t n, cap;
    size_t promised;
    uint64_t seq;
};

/* Reserve room for one more timer: 0, or -1 when out of memory.  timers_release gives it back. */
int timers_promise(struct timers *t) __attribute__((warn_unused_result));
void timers_release(struct timers *t, struct timer *e); /* also stops E */
void timers_fini(struct timers *t);

void timer_set(struct timers *t, struct timer *e, uint64_t at_ms);
void timer_stop(struct timers *t, struct timer *e); /* harmless when not set */

/* The earliest, or NULL. */
struct timer *timers_first(const struct timers *t);

#endif
