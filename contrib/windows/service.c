/* A service: SIGTERM is what the service control of Windows would send.  The handler of the signal only
 * rings; the thread of the dispatcher does the rest. */
#include "object.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    SERVICE_TABLE_ENTRY entry;
    LPHANDLER_FUNCTION plain; /* one of the two, when there is a handler */
    LPHANDLER_FUNCTION_EX extended;
    LPVOID context;
    SERVICE_STATUS status;
} service;
static volatile sig_atomic_t stop_wanted;
static int bell = -1; /* something has changed */

static void ring(void)
{
    eventfd_write(bell, 1);
}

static void on_sigterm(int number)
{
    int e = errno;
    (void)number;
    stop_wanted = 1;
    ring();
    errno = e;
}

static DWORD main_thread(LPVOID unused)
{
    LPSTR argv[] = {service.entry.lpServiceName, NULL};
    (void)unused;
    service.entry.lpServiceProc(1, argv);
    return 0;
}

static void call_handler(DWORD control)
{
    if (service.extended)
        service.extended(control, 0, NULL, service.context);
    else
        service.plain(control);
}

/* What SIGTERM would do without us. */
static void die(void)
{
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
}

/* Deliver the stop once the service accepts it. */
static void stop_when_possible(void)
{
    pthread_mutex_lock(&lock);
    SERVICE_STATUS now = service.status;
    BOOL handler = service.plain || service.extended;
    pthread_mutex_unlock(&lock);
    BOOL runs = now.dwCurrentState == SERVICE_RUNNING;
    if (handler && now.dwControlsAccepted & SERVICE_ACCEPT_STOP) {
        stop_wanted = 0;
        call_handler(SERVICE_CONTROL_STOP);
    } else if (runs) {
        die();
    }
}

static BOOL is_stopped(void)
{
    pthread_mutex_lock(&lock);
    BOOL stopped = service.status.dwCurrentState == SERVICE_STOPPED;
    pthread_mutex_unlock(&lock);
    return stopped;
}

BOOL StartServiceCtrlDispatcher(const SERVICE_TABLE_ENTRY *table)
{
    struct sigaction a = {.sa_handler = on_sigterm, .sa_flags = SA_RESTART};
    eventfd_t count;
    if (!table || !table->lpServiceProc || bell >= 0) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    service.entry = *table;
    service.status.dwCurrentState = SERVICE_START_PENDING;
    bell = eventfd(0, EFD_CLOEXEC);
    if (bell < 0 || sigaction(SIGTERM, &a, NULL) < 0) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    HANDLE t = CreateThread(NULL, 0, main_thread, NULL, 0, NULL);
    if (!t)
        return FALSE;
    while (!is_stopped()) {
        if (stop_wanted)
            stop_when_possible();
        if (!is_stopped())
            eventfd_read(bell, &count);
    }
    CloseHandle(t);
    return TRUE;
}

static SERVICE_STATUS_HANDLE set_handler(LPHANDLER_FUNCTION plain, LPHANDLER_FUNCTION_EX extended,
                                         LPVOID context)
{
    pthread_mutex_lock(&lock);
    service.plain = plain;
    service.extended = extended;
    service.context = context;
    pthread_mutex_unlock(&lock);
    ring();
    return &service;
}

SERVICE_STATUS_HANDLE RegisterServiceCtrlHandler(LPCSTR name, LPHANDLER_FUNCTION handler)
{
    (void)name;
    return set_handler(handler, NULL, NULL);
}

SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerEx(LPCSTR name, LPHANDLER_FUNCTION_EX handler, LPVOID context)
{
    (void)name;
    return set_handler(NULL, handler, context);
}

BOOL SetServiceStatus(SERVICE_STATUS_HANDLE handle, LPSERVICE_STATUS status)
{
    if (handle != &service) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    pthread_mutex_lock(&lock);
    service.status = *status;
    pthread_mutex_unlock(&lock);
    ring();
    return TRUE;
}
