/* TEST_RTS_AND_POST [HIS: TEST_RTS_AND_POST]. */
#include "tp/libappc/rts.h"

#include <fcntl.h>
#include <sys/eventfd.h>

#include "tp/conv/async.h"
#include "tp/conv/half.h"
#include "tp/conv/receiving.h"
#include "tp/conv/table.h"
#include "tp/libappc/complete.h"
#include "tp/libappc/verbs.h"

/* The verb is complete, if there is one. */
static void tell(struct conv *c, unsigned short primary)
{
    struct test_rts_and_post *b = atomic_exchange(&appc_of(c)->posted, NULL);
    if (!b)
        return;
    b->primary_rc = primary;
    b->secondary_rc = 0;
    eventfd_write((int)b->handle, 1);
}

bool rts_take(struct conv *c)
{
    bool came = half_take_rts(c);
    if (came)
        tell(c, AP_OK);
    return came;
}

void rts_end(struct conv *c)
{
    tell(c, AP_CANCELED);
}

/* Whether what the verb waits for has come, or can come no more [P23], and its code then.  It is told when C
 * has been left, so that whoever waits for it may issue a verb at once. */
static bool has_come(struct conv *c, unsigned short *primary)
{
    *primary = AP_CANCELED;
    if (!c->half.rts)
        return c->channel.eof;
    half_take_rts(c);
    *primary = AP_OK;
    return true;
}

void rts_pause(struct conv *c)
{
    async_end_watch(c);
}

void rts_interrupt(struct call *v, struct conv *c)
{
    if (!appc_of(c)->posted)
        return;
    rts_pause(c);
    conv_hold(c);
    v->watched = c;
}

void rts_resume(struct call *v)
{
    if (!v->watched)
        return;
    async_lock();
    rts_go_on(v->watched);
    async_unlock();
    conv_put(v->watched);
}

/* There is no block to give anything to. */
static const struct op_face face_of_watch = {.notice = complete_notice};

void rts_go_on(struct conv *c)
{
    if (!appc_of(c)->posted)
        return;
    if (c->state == CS_RESET || life_is_cancelled(c->life)) {
        rts_end(c);
        return;
    }
    if (!life_move(&c->life, LIFE_ENTER, NULL)) /* a verb is under way, which goes on itself */
        return;
    conv_hold(c);
    struct op *op = &c->later.op;
    *op = receiving_watch();
    op->face = &face_of_watch;
    if (op->step(c, op) == STEP_READ) {
        async_add_locked(c);
        return;
    }
    unsigned short primary;
    bool come = has_come(c, &primary);
    op_leave(c);
    if (come)
        tell(c, primary);
}

void rts_watched(struct conv *c)
{
    unsigned short primary = AP_CANCELED;
    enum outcome outcome = c->later.op.outcome;
    bool come = outcome == OUTCOME_OK ? has_come(c, &primary) : outcome == OUTCOME_CANCELLED;
    conv_hold(c);
    async_collect(c);
    if (come)
        tell(c, primary);
    conv_put(c);
}

void verb_test_rts_and_post(struct call *v)
{
    struct test_rts_and_post *b = v->vcb;
    bool over;
    struct conv *c = call_enter_over(v, &over);
    if (!c)
        return;
    if (b->handle == 0 || fcntl((int)b->handle, F_GETFD) < 0) {
        call_parameter(v, AP_INVALID_SEMAPHORE_HANDLE);
    } else if (v->watched) { /* one such verb at a time */
        call_rc(v, AP_CONV_BUSY, 0);
    } else {
        call_rc(v, AP_OK, 0);
        atomic_store(&appc_of(c)->posted, b);
        conv_hold(c);
        v->watched = c;
    }
    async_leave_over(c, over);
}
