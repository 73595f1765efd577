/* A TP that is a service: says what it is called with, and then answers with what it gets.
 *
 *   service [die|end|WORD ...]   arguments of ServiceMain; die: ends in the midst of the first conversation;
 * end: says SERVICE_STOPPED after it */
#include <wincpic.h>

#include <string.h>

#include "ck.h"

static SERVICE_STATUS_HANDLE handle;

static void tell(DWORD state)
{
    SERVICE_STATUS s = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS, .dwCurrentState = state};
    s.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP : 0;
    SetServiceStatus(handle, &s);
}

static void WINAPI on_control(DWORD control)
{
    if (control == SERVICE_CONTROL_STOP) {
        tell(SERVICE_STOP_PENDING);
        WinCPICCleanup();
    }
}

/* FALSE: no more are to come. */
static BOOL serve(const char *how)
{
    unsigned char id[CM_CID_SIZE], buf[200];
    CM_INT32 rc, rts, room = sizeof buf, data, what = CM_NO_STATUS_RECEIVED, got, length = 0;
    do {
        cmaccp(id, &rc);
    } while (rc == CM_PROGRAM_STATE_CHECK); /* nobody has asked for a time */
    if (rc != CM_OK)
        return FALSE;
    while (rc == CM_OK && what != CM_SEND_RECEIVED) {
        cmrcv(id, buf, &room, &data, &got, &what, &rts, &rc);
        length = data == CM_NO_DATA_RECEIVED ? length : got;
    }
    if (strcmp(how, "die") == 0)
        TerminateProcess(GetCurrentProcess(), 3);
    cmsend(id, buf, &length, &rts, &rc);
    cmdeal(id, &rc);
    return strcmp(how, "end") != 0;
}

static void WINAPI service_main(DWORD argc, LPSTR *argv)
{
    char name[70] = "", lu[20] = "";
    WCPICDATA about;
    handle = RegisterServiceCtrlHandlerA(argv[0], on_control);
    tell(SERVICE_RUNNING);
    GetEnvironmentVariableA("APPCTPN", name, sizeof name);
    GetEnvironmentVariableA("APPCLLU", lu, sizeof lu);
    printf("service %s is %s on %s:", argv[0], name, lu);
    for (DWORD i = 1; i < argc; i++)
        printf(" [%s]", argv[i]);
    puts("");
    fflush(stdout);
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    while (serve(argc > 1 ? argv[1] : ""))
        continue;
    puts("it has stopped");
    fflush(stdout);
    tell(SERVICE_STOPPED);
}

int main(void)
{
    static char any[] = "";
    SERVICE_TABLE_ENTRYA table[] = {{any, service_main}, {NULL, NULL}};
    return StartServiceCtrlDispatcherA(table) ? 0 : 1;
}
