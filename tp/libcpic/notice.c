#include "tp/libcpic/notice.h"

#include <string.h>
#include <sys/eventfd.h>

#include "wincpic.h"
#include "tp/conv/async.h"
#include "tp/conv/waiting.h"
#include "tp/conv/window.h"
#include "tp/libcpic/face.h"

static int window = -1; /* of Specify_Windows_Handle; under async_lock */

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
    if (window >= 0 && !window_post(window, &m, sizeof m))
        waiting_wake(); /* the library's thread waits for room */
}

static const struct op_notice event_notice = {.complete = by_event};
static const struct op_notice window_notice = {.complete = by_message, .collects = true};

const struct op_notice *notice_for(struct conv *c)
{
    if (cpic_of(c)->event >= 0)
        return &event_notice;
    return window >= 0 ? &window_notice : NULL;
}

void notice_set_window(int fd)
{
    async_lock();
    if (fd < 0)
        window_drop(window);
    window = fd;
    waiting_set_outlet(&window_outlet);
    if (fd < 0)
        async_drop_notice(&window_notice);
    else
        waiting_wake();
    async_unlock();
}
