/* The end of the library in a program that goes on: dlclose.  What the node and the partners see is what they
 * see when a program ends.
 *
 * The same function runs when the program ends, maybe while other threads are inside calls.  They must notice
 * nothing: then everything is left to the kernel. */
#include "tp/conv/async.h"
#include "tp/conv/control.h"
#include "tp/conv/initcache.h"
#include "tp/conv/page.h"
#include "tp/conv/table.h"
#include "tp/conv/trace.h"
#include "tp/conv/waiting.h"
#include "tp/libcpic/window.h"

__attribute__((destructor)) static void unload(void)
{
    if (!waiting_pause())
        return;
    if (conv_is_used() || async_is_used() || control_is_used()) {
        waiting_resume();
        return;
    }
    async_unload();
    window_forget();
    control_stop();
    trace_close();
    page_unload();
    initcache_forget();
    conv_unload();
}
