/* Calls from many threads of Windows; WinCPICCleanup ends those that wait. */
#include <wincpic.h>

#include <string.h>

#include "ck.h"

#define THREADS 8

static DWORD WINAPI talk(LPVOID number)
{
    for (int i = 0; i < 5; i++) {
        unsigned char id[CM_CID_SIZE], dest[] = "ECHO    ", buf[100], sent[100];
        CM_INT32 rc, rts, room = sizeof buf, data, what;
        CM_INT32 n = sprintf((char *)sent, "THREAD %d, %d", (int)(INT_PTR)number, i), length = n;
        cminit(id, dest, &rc);
        cmallc(id, &rc);
        cmsend(id, sent, &length, &rts, &rc);
        cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
        CK_INT(rc, CM_DEALLOCATED_NORMAL);
        CK(length == n && memcmp(buf, sent, (size_t)n) == 0);
    }
    return 1;
}

static HANDLE waits;

static DWORD WINAPI wait_in_accept(LPVOID unused)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    (void)unused;
    SetEvent(waits);
    cmaccp(id, &rc);
    return (DWORD)rc;
}

int main(void)
{
    HANDLE t[THREADS];
    WCPICDATA about;
    DWORD code;
    SetEnvironmentVariableA("APPCTPN", "NOBODY");
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    for (int i = 0; i < THREADS; i++)
        t[i] = CreateThread(NULL, 0, talk, (LPVOID)(INT_PTR)i, 0, NULL);
    CK_INT(WaitForMultipleObjects(THREADS, t, TRUE, 2 * PATIENCE_MS), WAIT_OBJECT_0);
    for (int i = 0; i < THREADS; i++) {
        CK(GetExitCodeThread(t[i], &code) && code == 1);
        CloseHandle(t[i]);
    }
    waits = CreateEvent(NULL, FALSE, FALSE, NULL);
    for (int i = 0; i < 3; i++) {
        t[i] = CreateThread(NULL, 0, wait_in_accept, NULL, 0, NULL);
        CK_INT(WaitForSingleObject(waits, PATIENCE_MS), WAIT_OBJECT_0);
    }
    CK_INT(WaitForMultipleObjects(3, t, FALSE, 50), WAIT_TIMEOUT);
    CK(WinCPICCleanup());
    CK_INT(WaitForMultipleObjects(3, t, TRUE, PATIENCE_MS), WAIT_OBJECT_0);
    for (int i = 0; i < 3; i++)
        CK(GetExitCodeThread(t[i], &code) && code != CM_OK && code != STILL_ACTIVE);
    puts("threads: ok");
    return 0;
}
