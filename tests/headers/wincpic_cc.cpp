// wincpic.h alone, twice, from C++; compiled, never run.
#include "wincpic.h"
#include "wincpic.h"

extern "C" {
typedef BOOL(WINAPI *plain_call)(void);
typedef void (*id_call)(unsigned char *, CM_INT32 *);
}

plain_call headers_wincpic_calls[] = {WinCPICCleanup, WinCPICIsBlocking, WinCPICUnhookBlockingHook};
id_call headers_wincpic_accept = cmaccp;
WCPICDATA headers_wincpic_data;
int headers_wincpic_constants[] = {WCPICINVALID, CM_OK};

int headers_wincpic_fd()
{
    HANDLE handle = WCPIC_HANDLE(3);
    return WCPIC_FD(handle);
}
