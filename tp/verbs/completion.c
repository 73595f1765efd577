#include "tp/verbs/completion.h"

#include <sys/eventfd.h>

#include "tp/conv/waiting.h"
#include "tp/conv/window.h"

void completion_tell(const struct completion *how, void *vcb)
{
    struct completion_message m = {
        .message = how->message, .ticket = (uintptr_t)how->ticket, .vcb = (intptr_t)vcb};
    if (how->fd < 0)
        return;
    if (!how->window) {
        eventfd_write(how->fd, 1);
    } else if (!window_post(how->fd, &m, sizeof m)) {
        waiting_set_outlet(&window_outlet);
        waiting_need_notifier();
        waiting_wake(); /* the library's thread waits for room */
    }
}
