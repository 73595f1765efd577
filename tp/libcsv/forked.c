/* What a child process forgets after fork; dlclose. */
#include "tp/libcsv/forked.h"

#include <pthread.h>

#include "tp/conv/engine.h"
#include "tp/conv/window.h"
#include "tp/libcsv/request.h"
#include "tp/libcsv/csvtrace.h"

static void in_child(void)
{
    engine_forked();
    window_forget();
    request_forked();
    csvtrace_forked();
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

__attribute__((destructor)) static void unload(void)
{
    engine_unload(window_forget);
}
