/* The Windows extensions: Startup and Cleanup, and the verb that is issued without waiting [HIS:
 * WinAsyncCSV]. */
#include "wincsv.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>

#include "tp/conv/control.h"
#include "tp/conv/engine.h"
#include "tp/libcsv/forked.h"
#include "tp/libcsv/request.h"
#include "tp/verbs/memory.h"
#include "tp/verbs/version.h"

static atomic_uint requests; /* verbs that have been issued without waiting */

int WinCSVStartup(WORD wVersionRequired, LPWCSVDATA lpwcsvdata)
{
    if (!lpwcsvdata || version_order(wVersionRequired) < version_order(VERSION_1_0))
        return WCSVINVALID;
    lpwcsvdata->wVersion = VERSION_1_0;
    snprintf(lpwcsvdata->szDescription, sizeof lpwcsvdata->szDescription,
             "libcsv %s, Common Service Verbs for snanode", SNANODE_VERSION);
    forked_watch();
    if (control_start() < 0)
        return WCSVSYSNOTREADY;
    library_set_stopped(false);
    return 0;
}

/* The face has nothing of its own: its requests are the engine's. */
static void forget_nothing(void)
{
}

int WinCSVCleanup(void)
{
    if (!library_started())
        return FALSE;
    engine_stop(forget_nothing);
    return TRUE;
}

HANDLE WinAsyncCSV(HWND hWnd, intptr_t lpVcb)
{
    void *vcb = (void *)lpVcb;
    struct completion how = {.fd = (int)(intptr_t)hWnd, .window = true, .message = WCSV_ASYNC_COMPLETE};
    if (!hWnd || fcntl(how.fd, F_GETFD) < 0 || !memory_writable(vcb, sizeof(struct csv_hdr)))
        return NULL;
    how.ticket = (uint64_t)atomic_fetch_add(&requests, 1) + 1;
    if (!csv_issue(vcb, &how))
        request_tell(&how, vcb);
    return (HANDLE)(uintptr_t)how.ticket;
}
