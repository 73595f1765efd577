#include "tp/libappc/complete.h"

#include <sys/eventfd.h>

#include "tp/conv/async.h"
#include "tp/conv/waiting.h"
#include "tp/conv/window.h"

/* Under async_lock.  The library's thread waits for room. */
static void post(int fd, const WAPPCMESSAGE *m)
{
    if (window_post(fd, m, sizeof *m))
        return;
    waiting_set_outlet(&window_outlet);
    waiting_need_notifier();
    waiting_wake();
}

void complete_post(int fd, const WAPPCMESSAGE *m)
{
    async_lock();
    post(fd, m);
    async_unlock();
}

/* Under async_lock.  The message goes last: the thread that reads it may issue the next verb at once. */
static void tell(const struct completion *how, void *vcb)
{
    WAPPCMESSAGE m = {
        .message = WAPPC_ASYNC_COMPLETE, .wParam = (uintptr_t)how->ticket, .lParam = (intptr_t)vcb};
    if (how->fd < 0)
        return;
    if (how->window)
        post(how->fd, &m);
    else
        eventfd_write(how->fd, 1);
}

void complete_tell(const struct completion *how, void *vcb)
{
    async_lock();
    tell(how, vcb);
    async_unlock();
}

/* A verb that was cancelled, or overtaken by another, has not given its results. */
static void complete(struct conv *c)
{
    struct op *op = &c->later.op;
    struct completion how = appc_of(c)->how;
    struct appc_hdr *h = op->to[TO_VCB];
    if (op->outcome == OUTCOME_CANCELLED || op->outcome == OUTCOME_OVERTAKEN) {
        h->primary_rc = AP_CANCELED;
        h->secondary_rc = 0;
    }
    async_collect(c);
    tell(&how, h);
}

static const struct op_notice notice = {.complete = complete, .collects = true};

const struct op_notice *complete_notice(struct conv *c)
{
    (void)c;
    return &notice;
}
