/* What a child process forgets after fork: connections and conversations are its parent's, and so are the
 * threads that held locks.  This is the one place that knows all who have to forget. */
#include "tp/libcpic/forked.h"

#include <pthread.h>

#include "tp/conv/engine.h"
#include "tp/libcpic/face.h"
#include "tp/libcpic/localname.h"
#include "tp/conv/window.h"

static void in_child(void)
{
    engine_forked();
    window_forget();
    localname_forked();
    face_forked();
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
