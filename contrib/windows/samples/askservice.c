/* askservice.c - a service with threads, an event and settings in the registry: it answers questions.
 *
 * Compiled for Windows or, with contrib/windows, for Linux: the text is the same.  Its entry in the registry
 * is that of a service which TPSETUP has made.  Settings\Answer (text) is what it answers, Settings\Threads
 * (number) how many questions at once.
 *
 * When it is to stop, WinCPICCleanup ends what its threads wait for, so that each of them ends. */
#include <windows.h>
#include <wincpic.h>

#include <stdio.h>
#include <string.h>

#define NAME        "ASKSERV"
#define SETTINGS    "SYSTEM\\CurrentControlSet\\Services\\" NAME "\\Settings"
#define THREADS_MAX 16

static SERVICE_STATUS_HANDLE service;
static SERVICE_STATUS status;
static HANDLE stop;
static char answer[100] = "FINE";
static DWORD threads = 2;
static LONG answered;
static CRITICAL_SECTION printing;

static void tell(DWORD state)
{
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0;
    SetServiceStatus(service, &status);
}

static void WINAPI on_control(DWORD control)
{
    if (control != SERVICE_CONTROL_STOP)
        return;
    tell(SERVICE_STOP_PENDING);
    SetEvent(stop);
}

static void read_settings(void)
{
    DWORD size = sizeof answer, type, n = sizeof threads;
    HKEY key;
    if (RegOpenKeyEx(HKEY_LOCAL_MACHINE, SETTINGS, 0, KEY_READ, &key) != ERROR_SUCCESS)
        return;
    RegQueryValueEx(key, "Answer", NULL, &type, (LPBYTE)answer, &size);
    RegQueryValueEx(key, "Threads", NULL, &type, (LPBYTE)&threads, &n);
    if (threads < 1 || threads > THREADS_MAX)
        threads = 1;
    RegCloseKey(key);
}

/* One conversation: a question, and the answer. */
static void serve(unsigned char *id)
{
    unsigned char text[200];
    CM_INT32 room = sizeof text, data, length, what, rts, rc = CM_OK;
    what = CM_NO_STATUS_RECEIVED;
    while (rc == CM_OK && what != CM_SEND_RECEIVED)
        cmrcv(id, text, &room, &data, &length, &what, &rts, &rc);
    if (rc != CM_OK)
        return;
    length = (CM_INT32)strlen(answer);
    memcpy(text, answer, (size_t)length);
    cmcnvo(text, &length, &rc);
    cmsend(id, text, &length, &rts, &rc);
    cmdeal(id, &rc);
    InterlockedIncrement(&answered);
}

static DWORD WINAPI work(LPVOID number)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    while (WaitForSingleObject(stop, 0) == WAIT_TIMEOUT) {
        cmaccp(id, &rc);
        if (rc == CM_OK)
            serve(id);
        else if (rc != CM_PROGRAM_STATE_CHECK) /* nobody has asked for a time */
            break;
    }
    EnterCriticalSection(&printing);
    printf("thread %d ends\n", (int)(INT_PTR)number);
    LeaveCriticalSection(&printing);
    return 7;
}

static void WINAPI service_main(DWORD argc, LPSTR *argv)
{
    HANDLE thread[THREADS_MAX];
    WCPICDATA about;
    DWORD i, code;
    (void)argc;
    service = RegisterServiceCtrlHandler(argv[0], on_control);
    tell(SERVICE_START_PENDING);
    InitializeCriticalSection(&printing);
    stop = CreateEvent(NULL, TRUE, FALSE, NULL);
    read_settings();
    if (WinCPICStartup(0x0001, &about) != 0) {
        status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        tell(SERVICE_STOPPED);
        return;
    }
    for (i = 0; i < threads; i++)
        thread[i] = CreateThread(NULL, 0, work, (LPVOID)(INT_PTR)i, 0, NULL);
    tell(SERVICE_RUNNING);
    WaitForSingleObject(stop, INFINITE);
    WinCPICCleanup();
    WaitForMultipleObjects(threads, thread, TRUE, INFINITE);
    for (i = 0; i < threads; i++) {
        if (!GetExitCodeThread(thread[i], &code) || code != 7)
            printf("thread %d has ended with %d\n", (int)i, (int)code);
        CloseHandle(thread[i]);
    }
    printf("%d threads have ended, %d answers\n", (int)threads, (int)answered);
    fflush(stdout);
    tell(SERVICE_STOPPED);
}

int main(void)
{
    static char name[] = NAME;
    SERVICE_TABLE_ENTRY table[] = {{name, service_main}, {NULL, NULL}};
    return StartServiceCtrlDispatcher(table) ? 0 : 1;
}
