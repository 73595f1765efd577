/* The Windows extensions: Startup and Cleanup, verbs that are issued without waiting [HIS: WinAsyncAPPC].
 * hook.c has the blocking hooks. */
#include "winappc.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>

#include "tp/conv/cancel.h"
#include "tp/conv/control.h"
#include "tp/conv/engine.h"
#include "tp/conv/table.h"
#include "tp/conv/window.h"
#include "tp/libappc/complete.h"
#include "tp/libappc/forked.h"
#include "tp/verbs/memory.h"
#include "tp/verbs/version.h"
#include "tp/libappc/verbs.h"

static atomic_uint requests; /* verbs that have been issued without waiting */

int WinAPPCStartup(unsigned short wVersionRequired, LPWAPPCDATA lpAPPCData)
{
    if (!lpAPPCData || version_order(wVersionRequired) < version_order(VERSION_1_0))
        return WAPPCINVALID;
    lpAPPCData->wVersion = VERSION_1_0;
    snprintf(lpAPPCData->szDescription, sizeof lpAPPCData->szDescription, "libappc %s, APPC for snanode",
             SNANODE_VERSION);
    forked_watch();
    if (control_start() < 0)
        return WAPPCSYSNOTREADY;
    library_set_stopped(false);
    return 0;
}

int WinAPPCCleanup(void)
{
    if (!library_started())
        return FALSE;
    engine_stop(tp_void_all);
    return TRUE;
}

/* A handle is the number of the request, and that of its conversation, 0 = none. */
static HANDLE issue(struct completion *how, intptr_t vcb)
{
    void *block = (void *)vcb;
    if (fcntl(how->fd, F_GETFD) < 0 || !memory_writable(block, sizeof(struct appc_hdr)))
        return NULL;
    how->ticket = (uint64_t)(atomic_fetch_add(&requests, 1) + 1) << 32;
    if (!verb_issue(block, how))
        complete_tell(how, block);
    return (HANDLE)(uintptr_t)how->ticket;
}

HANDLE WinAsyncAPPC(HWND hWnd, intptr_t lpVcb)
{
    struct completion how = {.fd = WAPPC_FD(hWnd), .window = true, .message = WAPPC_ASYNC_COMPLETE};
    return hWnd ? issue(&how, lpVcb) : NULL;
}

HANDLE WinAsyncAPPCEx(HANDLE event_handle, intptr_t lpVcb)
{
    struct completion how = {.fd = WAPPC_FD(event_handle)};
    return event_handle ? issue(&how, lpVcb) : NULL;
}

int WinAPPCCancelAsyncRequest(HANDLE hAsyncTaskID)
{
    uint64_t ticket = (uintptr_t)hAsyncTaskID;
    uint32_t request = (uint32_t)(ticket >> 32), number = (uint32_t)ticket;
    if (request == 0 || request > atomic_load(&requests))
        return WAPPCINVALID;
    struct conv *c = number ? conv_by_number(number) : NULL;
    bool outstanding =
        c && appc_of(c)->how.ticket == ticket && life_is_pending(c->life) && !c->later.op.watches;
    if (outstanding)
        conv_cancel(c);
    if (c)
        conv_put(c);
    return outstanding ? 0 : WAPPCALREADY;
}
