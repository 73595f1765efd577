/* The Windows extensions: Startup and Cleanup, events, the window handle [HIS: Windows CPI-C Asynchronous
 * Support].  hook.c has the blocking hooks. */
#include "wincpic.h"

#include <fcntl.h>
#include <stdio.h>

#include "tp/libcpic/cause.h"
#include "tp/libcpic/async.h"
#include "tp/libcpic/control.h"
#include "tp/libcpic/conv.h"
#include "tp/libcpic/forked.h"
#include "tp/libcpic/hook.h"
#include "tp/libcpic/localname.h"

#define VERSION_1_0 0x0001 /* low octet major, high octet minor */

/* Major version first, then minor. */
static unsigned version_order(unsigned short v)
{
    return (unsigned)(v & 0xFF) << 8 | v >> 8;
}

int WinCPICStartup(unsigned short wVersionRequired, LPWCPICDATA lpwcpicdata)
{
    if (!lpwcpicdata || version_order(wVersionRequired) < version_order(VERSION_1_0))
        return WCPICINVALID;
    lpwcpicdata->wVersion = VERSION_1_0;
    snprintf(lpwcpicdata->szDescription, sizeof lpwcpicdata->szDescription, "libcpic %s, CPI-C for snanode",
             SNANODE_VERSION);
    forked_watch();
    if (control_start() < 0)
        return WCPICSYSNOTREADY;
    library_set_stopped(false);
    return 0;
}

static void cancel_one(struct conv *c, void *arg)
{
    (void)arg;
    conv_cancel(c);
}

/* Every outstanding call of every thread returns, conversations are abended, local names are dropped; another
 * Startup begins afresh [C36]. */
int WinCPICCleanup(void)
{
    if (!library_started())
        return FALSE;
    library_set_stopped(true);
    async_end_waits();
    conv_each(cancel_one, NULL);
    localname_clear();
    hook_clear();
    async_set_window(-1);
    async_drop_complete();
    async_stop_notifier();
    control_stop();
    return TRUE;
}

void xchwnd(HWND hwndNotify, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    int fd = hwndNotify ? WCPIC_FD(hwndNotify) : -1;
    if (!library_started()) {
        *return_code = product_error_stopped();
    } else if (hwndNotify && fcntl(fd, F_GETFD) < 0) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
    } else {
        async_set_window(fd);
        *return_code = CM_OK;
    }
}

void WinCPICSetEvent(unsigned char *conversation_ID, HANDLE *event_handle, CM_INT32 *return_code)
{
    struct conv *c = op_enter(conversation_ID, return_code);
    if (!c)
        return;
    int fd = event_handle && *event_handle ? WCPIC_FD(*event_handle) : -1;
    if (fd != -1 && fcntl(fd, F_GETFD) < 0) {
        op_refuse(c, CM_PROGRAM_PARAMETER_CHECK, return_code);
        return;
    }
    c->later.event = fd;
    *return_code = CM_OK;
    op_leave(c);
}

void WinCPICExtractEvent(unsigned char *conversation_ID, HANDLE *event_handle, CM_INT32 *return_code)
{
    struct conv *c = conv_enter(conversation_ID, return_code);
    if (!c)
        return;
    if (event_handle)
        *event_handle = c->later.event >= 0 ? WCPIC_HANDLE(c->later.event) : NULL;
    *return_code = event_handle ? CM_OK : CM_PROGRAM_PARAMETER_CHECK;
    conv_put(c);
}
