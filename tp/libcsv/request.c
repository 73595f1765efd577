/* A request is an operation of the engine on a conversation that never begins: so it may be left behind, and
 * ends when the library is stopped, as every operation does. */
#include "tp/libcsv/request.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "tp/conv/async.h"
#include "tp/conv/begin.h"
#include "tp/conv/run.h"
#include "tp/conv/table.h"
#include "tp/libcsv/forked.h"
#include "tp/libcsv/csvtrace.h"

_Static_assert(sizeof(struct completion_message) == sizeof(WCSVMESSAGE) &&
                   offsetof(struct completion_message, ticket) == offsetof(WCSVMESSAGE, wParam) &&
                   offsetof(struct completion_message, vcb) == offsetof(WCSVMESSAGE, lParam),
               "message");

static atomic_uint waiting; /* requests that are under way */

struct request {
    struct conv conv; /* first: conv_new makes both */
    void *vcb;
    const struct csv_row *row;
    requested *done;
    struct completion how;                        /* of a request that is left behind */
    uint8_t asked[LP_LOG_OCTETS + BEGIN_ASK_MAX]; /* the note, and its answer */
};

static struct request *request_of(struct conv *c)
{
    return (struct request *)c;
}

void request_forked(void)
{
    atomic_store(&waiting, 0);
}

void request_tell(const struct completion *how, void *vcb)
{
    async_lock();
    completion_tell(how, vcb);
    async_unlock();
}

/* ---- the operation ---- */

static enum requested answer(const struct request *r, const struct op *op)
{
    struct lp_noted a;
    if (op->outcome != OUTCOME_OK)
        return op->stage == 0 ? REQUESTED_NO_NODE : REQUESTED_LOST;
    if (lp_noted_decode(r->asked, op->got, &a) < 0)
        return REQUESTED_LOST;
    return a.rc == LP_RC_OK ? REQUESTED_OK : REQUESTED_REFUSED;
}

/* Once: Cleanup may find the codes given already. */
static void finish(struct request *r, enum requested ended)
{
    if (!r->done)
        return;
    r->done(r->vcb, ended);
    r->done = NULL;
    if (r->conv.later.notice) /* else its call does that */
        csvtrace_verb(r->row->name, r->vcb, r->row->size);
    atomic_fetch_sub(&waiting, 1);
}

static void give(struct conv *c, struct op *op)
{
    struct request *r = request_of(c);
    finish(r, op->outcome == OUTCOME_CANCELLED ? REQUESTED_STOPPED : answer(r, op));
}

/* A request that was cancelled while it was left behind has not given its codes. */
static void complete(struct conv *c)
{
    struct request *r = request_of(c);
    struct completion how = r->how;
    void *vcb = r->vcb;
    if (c->later.op.outcome == OUTCOME_CANCELLED)
        finish(r, REQUESTED_STOPPED);
    async_collect(c);
    completion_tell(&how, vcb);
}

static const struct op_notice *notice(struct conv *c)
{
    static const struct op_notice n = {.complete = complete, .collects = true};
    (void)c;
    return &n;
}

static const struct op_face face = {.give = give, .notice = notice};

void request_note(struct csv_call *v, const struct lp_note *note, requested *done)
{
    forked_watch();
    if (atomic_fetch_add(&waiting, 1) >= CSV_MAX) {
        atomic_fetch_sub(&waiting, 1);
        csv_rc(v->vcb, SV_THREAD_BLOCKING, 0);
        return;
    }
    struct conv *c = conv_new(sizeof(struct request));
    if (!c) {
        atomic_fetch_sub(&waiting, 1);
        csv_rc(v->vcb, SV_UNEXPECTED_DOS_ERROR, APPC_FLIPL((unsigned)ENOMEM));
        return;
    }
    struct request *r = request_of(c);
    struct op op = begin_ask(r->asked, lp_note_encode(note, r->asked, sizeof r->asked));
    op.face = &face;
    r->vcb = v->vcb;
    r->row = v->row;
    r->done = done;
    if (v->how)
        r->how = *v->how;
    life_move(&c->life, LIFE_ENTER, NULL);
    v->incomplete = run_op(c, &op, v->how != NULL) == OUTCOME_INCOMPLETE;
}
