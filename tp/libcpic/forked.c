/* What a child process forgets after fork: connections and conversations are its parent's, and so are the
 * threads that held locks.  This is the one place that knows all who have to forget. */
#include "tp/libcpic/forked.h"

#include <pthread.h>

#include "tp/conv/async.h"
#include "tp/conv/control.h"
#include "tp/conv/initcache.h"
#include "tp/libcpic/localname.h"
#include "tp/conv/stats.h"
#include "tp/conv/table.h"
#include "tp/conv/trace.h"
#include "tp/conv/waiting.h"
#include "tp/libcpic/window.h"

static void in_child(void)
{
    stats_forked(); /* the parent goes on writing into its page: the child gets one of its own */
    control_forked();
    trace_forked();
    initcache_forked();
    conv_forked();
    async_forked();
    waiting_forked();
    window_forget();
    localname_forked();
}

static void register_once(void)
{
    pthread_atfork(NULL, NULL, in_child);
}

void forked_watch(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
}
