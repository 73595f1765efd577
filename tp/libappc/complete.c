#include "tp/libappc/complete.h"

#include <stddef.h>

#include "tp/conv/async.h"
#include "tp/conv/table.h"
#include "tp/libappc/rts.h"

_Static_assert(sizeof(struct completion_message) == sizeof(WAPPCMESSAGE) &&
                   offsetof(struct completion_message, ticket) == offsetof(WAPPCMESSAGE, wParam) &&
                   offsetof(struct completion_message, vcb) == offsetof(WAPPCMESSAGE, lParam),
               "message");

void complete_tell(const struct completion *how, void *vcb)
{
    async_lock();
    completion_tell(how, vcb);
    async_unlock();
}

/* A verb that was cancelled, or overtaken by another, has not given its results. */
static void complete(struct conv *c)
{
    struct op *op = &c->later.op;
    if (op->watches) {
        rts_watched(c);
        return;
    }
    struct completion how = appc_of(c)->how;
    struct appc_hdr *h = op->to[TO_VCB];
    if (op->outcome == OUTCOME_CANCELLED || op->outcome == OUTCOME_OVERTAKEN) {
        h->primary_rc = AP_CANCELED;
        h->secondary_rc = 0;
    }
    conv_hold(c);
    async_collect(c);
    rts_go_on(c);
    conv_put(c);
    completion_tell(&how, h);
}

static const struct op_notice notice = {.complete = complete, .collects = true};

const struct op_notice *complete_notice(struct conv *c)
{
    (void)c;
    return &notice;
}
