/* wcpic32.dll for Wine: the calls of CPI-C with the calling convention of Windows, forwarded to libcpic.  All
 * of their arguments are pointers, and tp/libcpic/calls.def says how many. */
#include "wincpic.h"

#include <string.h>

#include "tp/wine/bridge.h"

#define P1  void *a
#define P2  P1, void *b
#define P3  P2, void *c
#define P4  P3, void *d
#define P5  P4, void *e
#define P6  P5, void *f
#define P7  P6, void *g
#define P8  P7, void *h
#define P9  P8, void *i
#define P10 P9, void *j
#define A1  a
#define A2  A1, b
#define A3  A2, c
#define A4  A3, d
#define A5  A4, e
#define A6  A5, f
#define A7  A6, g
#define A8  A7, h
#define A9  A8, i
#define A10 A9, j

/* These look at the environment. */
#define LOOKS(name)                                                                                          \
    (strcmp(#name, "cminit") == 0 || strcmp(#name, "cmaccp") == 0 || strcmp(#name, "cminic") == 0)

#define CALL(n, name, shape)                                                                                 \
    void WINAPI dll_##name(P##n);                                                                            \
    void WINAPI dll_##name(P##n)                                                                             \
    {                                                                                                        \
        if (LOOKS(name))                                                                                     \
            bridge_environment();                                                                            \
        name(A##n);                                                                                          \
    }
#define UNSUPPORTED(n, name, shape) CALL(n, name, shape)
#include "tp/libcpic/calls.def"

void dll_decode(const void *octets, struct bridge_message *out)
{
    const WCPICMESSAGE *m = octets;
    out->names[0] = "WinAsyncCPIC"; /* as documented */
    out->names[1] = WIN_CPIC_ASYNC_COMPLETE_MESSAGE;
    out->wParam = m->wParam;
    out->lParam = m->lParam;
}

/* ---- the Windows extensions ---- */

int WINAPI dll_WinCPICStartup(WORD version, LPWCPICDATA data);
int WINAPI dll_WinCPICStartup(WORD version, LPWCPICDATA data)
{
    bridge_environment();
    return WinCPICStartup(version, data);
}

int WINAPI dll_WinCPICCleanup(void);
int WINAPI dll_WinCPICCleanup(void)
{
    return WinCPICCleanup();
}

int WINAPI dll_WinCPICIsBlocking(void);
int WINAPI dll_WinCPICIsBlocking(void)
{
    return WinCPICIsBlocking();
}

FARPROC WINAPI dll_WinCPICSetBlockingHook(FARPROC hook);
FARPROC WINAPI dll_WinCPICSetBlockingHook(FARPROC hook)
{
    return WinCPICSetBlockingHook(hook);
}

int WINAPI dll_WinCPICUnhookBlockingHook(void);
int WINAPI dll_WinCPICUnhookBlockingHook(void)
{
    return WinCPICUnhookBlockingHook();
}

void WINAPI dll_WinCPICSetEvent(unsigned char *id, HANDLE *event, CM_INT32 *rc);
void WINAPI dll_WinCPICSetEvent(unsigned char *id, HANDLE *event, CM_INT32 *rc)
{
    HANDLE fd = event && *event ? WCPIC_HANDLE(bridge_event(*event)) : NULL;
    WinCPICSetEvent(id, &fd, rc);
}

void WINAPI dll_WinCPICExtractEvent(unsigned char *id, HANDLE *event, CM_INT32 *rc);
void WINAPI dll_WinCPICExtractEvent(unsigned char *id, HANDLE *event, CM_INT32 *rc)
{
    WinCPICExtractEvent(id, event, rc);
    if (event && rc && *rc == CM_OK)
        *event = *event ? bridge_event_of(WCPIC_FD(*event)) : NULL;
}

void WINAPI dll_xchwnd(HWND window, CM_INT32 *rc);
void WINAPI dll_xchwnd(HWND window, CM_INT32 *rc)
{
    xchwnd(window ? WCPIC_HWND(bridge_window(window)) : NULL, rc);
}

/* ---- our own ---- */

const char *WINAPI dll_xcrcname(CM_INT32 rc);
const char *WINAPI dll_xcrcname(CM_INT32 rc)
{
    return xcrcname(rc);
}

const char *WINAPI dll_xclasterr(void);
const char *WINAPI dll_xclasterr(void)
{
    return xclasterr();
}

uint32_t WINAPI dll_xclastsense(void);
uint32_t WINAPI dll_xclastsense(void)
{
    return xclastsense();
}
