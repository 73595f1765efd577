#include "tp/libcpic/notice.h"

#include <string.h>
#include <sys/eventfd.h>

#include "tp/conv/async.h"
#include "tp/conv/waiting.h"
#include "tp/libcpic/face.h"
#include "tp/libcpic/window.h"

static void by_event(struct conv *c)
{
    int fd = cpic_of(c)->event;
    if (fd >= 0)
        eventfd_write(fd, 1);
}

/* The message goes last: the thread that reads it may issue the next call at once. */
static void by_message(struct conv *c)
{
    CM_INT32 rc = rc_of(c->later.op.outcome);
    WCPICMESSAGE m = {.message = WCPIC_ASYNC_COMPLETE,
                      .return_code = rc,
                      .wParam = (uintptr_t)rc,
                      .lParam = (intptr_t)c->later.op.to[TO_ID]};
    memcpy(m.conversation_ID, c->id, sizeof m.conversation_ID);
    async_collect(c);
    if (!window_post(&m))
        waiting_wake(); /* the library's thread waits for room */
}

static const struct op_notice event_notice = {.complete = by_event};
static const struct op_notice window_notice = {.complete = by_message, .collects = true};
static const struct waiting_outlet window_outlet = {.full = window_full, .flush = window_flush};

const struct op_notice *notice_for(struct conv *c)
{
    if (cpic_of(c)->event >= 0)
        return &event_notice;
    return window_is_set() ? &window_notice : NULL;
}

void notice_set_window(int fd)
{
    async_lock();
    window_set(fd);
    waiting_set_outlet(&window_outlet);
    if (fd < 0)
        async_drop_notice(&window_notice);
    else
        waiting_wake();
    async_unlock();
}
