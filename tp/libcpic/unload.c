/* The end of the library in a program that goes on: dlclose.  What the node and the partners see is what they
 * see when a program ends.
 *
 * The same function runs when the program ends, maybe while other threads are inside calls.  They must notice
 * nothing: then everything is left to the kernel. */
#include "tp/libcpic/async.h"
#include "tp/libcpic/control.h"
#include "tp/libcpic/conv.h"
#include "tp/libcpic/initcache.h"

__attribute__((destructor)) static void unload(void)
{
    if (!async_pause())
        return;
    if (conv_is_used() || async_is_used() || control_is_used()) {
        async_resume();
        return;
    }
    async_unload();
    control_stop();
    initcache_forget();
    conv_unload();
}
