#include "tp/conv/engine.h"

#include <stddef.h>

#include "tp/conv/async.h"
#include "tp/conv/cancel.h"
#include "tp/conv/control.h"
#include "tp/conv/initcache.h"
#include "tp/conv/kept.h"
#include "tp/conv/page.h"
#include "tp/conv/stats.h"
#include "tp/conv/table.h"
#include "tp/conv/trace.h"
#include "tp/conv/waiting.h"

void engine_forked(void)
{
    stats_forked(); /* the parent goes on writing into its page: the child gets one of its own */
    control_forked();
    trace_forked();
    initcache_forked();
    kept_forked();
    conv_forked();
    async_forked();
    waiting_forked();
}

static void cancel_one(struct conv *c, void *arg)
{
    (void)arg;
    conv_cancel(c);
}

void engine_stop(void (*forget)(void))
{
    library_set_stopped(true);
    waiting_end();
    conv_each(cancel_one, NULL);
    forget();
    waiting_drop_complete();
    waiting_stop_notifier();
    kept_forget();
    control_stop();
}

bool engine_unload(void (*forget)(void))
{
    if (!waiting_pause())
        return false;
    if (conv_is_used() || async_is_used() || control_is_used()) {
        waiting_resume();
        return false;
    }
    async_unload();
    kept_forget();
    if (forget)
        forget();
    page_unload(); /* first: without pages there are none to be replaced */
    control_stop();
    trace_close();
    initcache_forget();
    conv_unload();
    return true;
}
