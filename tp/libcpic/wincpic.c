/* The Windows extensions: Startup and Cleanup, events, the window handle [HIS: Windows CPI-C Asynchronous
 * Support].  hook.c has the blocking hooks. */
#include "wincpic.h"

#include <fcntl.h>
#include <stdio.h>

#include "tp/conv/control.h"
#include "tp/conv/engine.h"
#include "tp/libcpic/face.h"
#include "tp/libcpic/forked.h"
#include "tp/libcpic/hook.h"
#include "tp/libcpic/localname.h"
#include "tp/libcpic/notice.h"
#include "tp/libcpic/product.h"
#include "tp/conv/table.h"

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

static void forget(void)
{
    localname_clear();
    hook_clear();
    notice_set_window(-1);
}

/* Every outstanding call of every thread returns, conversations are abended, local names are dropped; another
 * Startup begins afresh [C36]. */
int WinCPICCleanup(void)
{
    if (!library_started())
        return FALSE;
    engine_stop(forget);
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
        notice_set_window(fd);
        *return_code = CM_OK;
    }
}

void WinCPICSetEvent(unsigned char *conversation_ID, HANDLE *event_handle, CM_INT32 *return_code)
{
    struct conv *c = face_enter(conversation_ID, return_code);
    if (!c)
        return;
    int fd = event_handle && *event_handle ? WCPIC_FD(*event_handle) : -1;
    if (fd != -1 && fcntl(fd, F_GETFD) < 0) {
        face_refuse(c, CM_PROGRAM_PARAMETER_CHECK, return_code);
        return;
    }
    cpic_of(c)->event = fd;
    *return_code = CM_OK;
    op_leave(c);
}

void WinCPICExtractEvent(unsigned char *conversation_ID, HANDLE *event_handle, CM_INT32 *return_code)
{
    struct conv *c = face_find(conversation_ID, return_code);
    if (!c)
        return;
    if (event_handle)
        *event_handle = cpic_of(c)->event >= 0 ? WCPIC_HANDLE(cpic_of(c)->event) : NULL;
    *return_code = event_handle ? CM_OK : CM_PROGRAM_PARAMETER_CHECK;
    conv_put(c);
}
