/* wincpic.h alone, twice, as a program from Windows includes it; compiled, never run. */
#define WIN32
#define READABLE_MACROS
#include "wincpic.h"
#include "wincpic.h"

typedef BOOL(WINAPI *plain_call)(void);
typedef VOID(WINAPI *event_call)(unsigned char FAR *, HANDLE FAR *, CM_INT32 FAR *);
typedef VOID(WINAPI *hwnd_call)(HWND, CM_INT32 *);
typedef char headers_wincpic_data_is_130_octets[sizeof(WCPICDATA) == 130 ? 1 : -1];

plain_call headers_wincpic_calls[] = {WinCPICCleanup, WinCPICIsBlocking, WinCPICUnhookBlockingHook};
event_call headers_wincpic_events[] = {WinCPICSetEvent, WinCPICExtractEvent};
hwnd_call headers_wincpic_hwnd = Specify_Windows_Handle;
FARPROC(WINAPI *headers_wincpic_hook)(FARPROC) = WinCPICSetBlockingHook;
int(WINAPI *headers_wincpic_start)(WORD, LPWCPICDATA) = WinCPICStartup;
int headers_wincpic_constants[] = {WCPICALREADY, WCPICVERNOTSUPPORTED, WCPICDESCRIPTION_LEN, CM_OK};
const char headers_wincpic_message[] = WIN_CPIC_ASYNC_COMPLETE_MESSAGE;
HANDLE headers_wincpic_handle = WCPIC_HANDLE(3);
