/* Completion by window messages, under the name of the documentation and under that of the header. */
#include <wincpic.h>

#include <string.h>

#include "ck.h"

static UINT documented, in_header;
static int seen[2];
static WPARAM code;
static LPARAM address;

static LRESULT CALLBACK procedure(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    if (message != documented && message != in_header)
        return DefWindowProc(window, message, wParam, lParam);
    seen[message == in_header]++;
    code = wParam;
    address = lParam;
    return 0;
}

static void wait_for(int n)
{
    MSG m;
    DWORD until = GetTickCount() + PATIENCE_MS;
    while (seen[0] < n || seen[1] < n) {
        CK_INT(MsgWaitForMultipleObjects(0, NULL, FALSE, until - GetTickCount(), QS_ALLINPUT), WAIT_OBJECT_0);
        while (PeekMessage(&m, NULL, 0, 0, PM_REMOVE))
            DispatchMessage(&m);
    }
}

int main(void)
{
    static unsigned char id[CM_CID_SIZE], dest[] = "ECHO    ", buf[100];
    static CM_INT32 rc, length, rts, room = sizeof buf, data, what;
    CM_INT32 mode = CM_NON_BLOCKING;
    WNDCLASS c;
    WCPICDATA about;
    HWND window, bad = (HWND)(INT_PTR)0x7ffff4;
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    memset(&c, 0, sizeof c);
    c.lpfnWndProc = procedure;
    c.lpszClassName = "messages";
    CK(RegisterClass(&c) != 0);
    documented = RegisterWindowMessage("WinAsyncCPIC");
    in_header = RegisterWindowMessage(WIN_CPIC_ASYNC_COMPLETE_MESSAGE);
    window = CreateWindow("messages", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    CK(window != NULL);
    xchwnd(bad, &rc);
    CK_INT(rc, CM_PROGRAM_PARAMETER_CHECK);
    xchwnd(window, &rc);
    CK_INT(rc, CM_OK);
    for (int i = 1; i <= 5; i++) {
        cminit(id, dest, &rc);
        cmallc(id, &rc);
        CK_INT(rc, CM_OK);
        length = sprintf((char *)buf, "MESSAGE %d", i);
        cmsend(id, buf, &length, &rts, &rc);
        cmspm(id, &mode, &rc);
        CK_INT(rc, CM_OK);
        code = 77;
        cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
        CK_INT(rc, CM_OPERATION_INCOMPLETE);
        wait_for(i);
        CK_INT(code, CM_DEALLOCATED_NORMAL);
        CK_INT(address, (LPARAM)id);
        CK_INT(length, 9);
    }
    CK(WinCPICCleanup());
    CK(seen[0] == 5 && seen[1] == 5);
    puts("messages: ok");
    return 0;
}
