/* Events, waits, critical sections.  A handle is the number of an eventfd, because the libraries signal it by
 * that number; a table has what else Windows knows of it. */
#include "object.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct object {
    enum object_kind kind;
    BOOL closed; /* a thread that still runs, without a handle */
    DWORD code;  /* what the thread has ended with */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct object *objects; /* by descriptor */
static int n_objects;

/* The table has an entry for FD.  Under the lock. */
static BOOL make_room(int fd)
{
    if (fd < n_objects)
        return TRUE;
    int n = fd + 64;
    struct object *bigger = (struct object *)realloc(objects, (size_t)n * sizeof *bigger);
    if (!bigger)
        return FALSE;
    memset(bigger + n_objects, 0, (size_t)(n - n_objects) * sizeof *bigger);
    objects = bigger;
    n_objects = n;
    return TRUE;
}

HANDLE object_new(enum object_kind kind, BOOL signalled)
{
    int fd = eventfd(signalled ? 1 : 0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd == 0) { /* NULL is no handle */
        fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
        close(0);
    }
    pthread_mutex_lock(&lock);
    BOOL ok = fd >= 0 && make_room(fd);
    if (ok)
        objects[fd] = (struct object){.kind = kind, .code = STILL_ACTIVE};
    pthread_mutex_unlock(&lock);
    if (!ok) {
        if (fd >= 0)
            close(fd);
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    }
    return ok ? HANDLE_OF(fd) : NULL;
}

/* Under the lock; NULL: no handle of ours. */
static struct object *find(HANDLE handle)
{
    intptr_t fd = (intptr_t)handle;
    return fd > 0 && fd < n_objects && objects[fd].kind && !objects[fd].closed ? &objects[fd] : NULL;
}

enum object_kind object_kind_of(HANDLE handle)
{
    pthread_mutex_lock(&lock);
    struct object *o = find(handle);
    enum object_kind kind = o ? o->kind : OBJECT_NONE;
    pthread_mutex_unlock(&lock);
    if (!o)
        SetLastError(ERROR_INVALID_HANDLE);
    return kind;
}

static BOOL is_event(HANDLE handle)
{
    enum object_kind kind = object_kind_of(handle);
    if (kind == OBJECT_THREAD)
        SetLastError(ERROR_INVALID_HANDLE);
    return kind == OBJECT_EVENT_AUTO || kind == OBJECT_EVENT_MANUAL;
}

HANDLE CreateEvent(LPSECURITY_ATTRIBUTES unused, BOOL manual_reset, BOOL signalled, LPCSTR name)
{
    (void)unused;
    if (name) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    return object_new(manual_reset ? OBJECT_EVENT_MANUAL : OBJECT_EVENT_AUTO, signalled);
}

BOOL SetEvent(HANDLE event)
{
    if (!is_event(event))
        return FALSE;
    eventfd_write(FD_OF(event), 1);
    return TRUE;
}

BOOL ResetEvent(HANDLE event)
{
    eventfd_t count;
    if (!is_event(event))
        return FALSE;
    eventfd_read(FD_OF(event), &count);
    return TRUE;
}

BOOL GetExitCodeThread(HANDLE thread, LPDWORD code)
{
    pthread_mutex_lock(&lock);
    struct object *o = find(thread);
    BOOL ok = o && o->kind == OBJECT_THREAD && code;
    if (ok)
        *code = o->code;
    pthread_mutex_unlock(&lock);
    if (!ok)
        SetLastError(ERROR_INVALID_HANDLE);
    return ok;
}

/* The number of a thread that runs stays taken until the thread is over: it still signals it. */
BOOL CloseHandle(HANDLE handle)
{
    pthread_mutex_lock(&lock);
    struct object *o = find(handle);
    BOOL runs = o && o->kind == OBJECT_THREAD && eventfd_read(FD_OF(handle), &(eventfd_t){0}) < 0;
    if (runs) {
        o->closed = TRUE;
    } else if (o) {
        o->kind = OBJECT_NONE;
        close(FD_OF(handle));
    }
    pthread_mutex_unlock(&lock);
    if (!o)
        SetLastError(ERROR_INVALID_HANDLE);
    return o != NULL;
}

void object_thread_ended(HANDLE handle, DWORD code)
{
    pthread_mutex_lock(&lock);
    struct object *o = &objects[FD_OF(handle)];
    o->code = code;
    if (o->closed) {
        *o = (struct object){.kind = OBJECT_NONE};
        close(FD_OF(handle));
    } else {
        eventfd_write(FD_OF(handle), 1);
    }
    pthread_mutex_unlock(&lock);
}

/* ---- waits ---- */

/* An event without manual reset serves one wait.  FALSE: another thread was faster. */
static BOOL take(HANDLE handle)
{
    eventfd_t count;
    return object_kind_of(handle) != OBJECT_EVENT_AUTO || eventfd_read(FD_OF(handle), &count) == 0;
}

/* All N are ready: take them, or none. */
static BOOL take_all(DWORD n, const HANDLE *handles)
{
    for (DWORD i = 0; i < n; i++)
        if (!take(handles[i])) {
            while (i-- > 0)
                if (object_kind_of(handles[i]) == OBJECT_EVENT_AUTO)
                    eventfd_write(FD_OF(handles[i]), 1);
            return FALSE;
        }
    return TRUE;
}

static int ms_left(DWORD ms, uint64_t began)
{
    uint64_t gone = GetTickCount64() - began;
    if (ms == INFINITE)
        return -1;
    if (gone >= ms)
        return 0;
    return ms - gone > INT32_MAX ? INT32_MAX : (int)(ms - gone);
}

/* The result that the descriptors P give now; WAIT_TIMEOUT: none yet. */
static DWORD judge(const struct pollfd *p, DWORD n, const HANDLE *handles, BOOL all, DWORD n_more)
{
    DWORD ready = 0;
    for (DWORD i = 0; i < n; i++) {
        if (!all && p[i].revents && take(handles[i]))
            return WAIT_OBJECT_0 + i;
        ready += p[i].revents != 0;
    }
    if (all && ready == n && take_all(n, handles))
        return WAIT_OBJECT_0;
    for (DWORD i = n; i < n + n_more; i++)
        if (p[i].revents)
            return WAIT_OBJECT_0 + n;
    return WAIT_TIMEOUT;
}

DWORD object_wait(DWORD n, const HANDLE *handles, BOOL all, const int *more, DWORD n_more, DWORD ms)
{
    struct pollfd p[2 * MAXIMUM_WAIT_OBJECTS];
    uint64_t began = GetTickCount64();
    if (n > MAXIMUM_WAIT_OBJECTS || n_more > MAXIMUM_WAIT_OBJECTS || n + n_more == 0) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    for (DWORD i = 0; i < n; i++) {
        if (object_kind_of(handles[i]) == OBJECT_NONE)
            return WAIT_FAILED;
        p[i] = (struct pollfd){.fd = FD_OF(handles[i]), .events = POLLIN};
    }
    for (DWORD i = 0; i < n_more; i++)
        p[n + i] = (struct pollfd){.fd = more[i], .events = POLLIN};
    for (;;) {
        int left = ms_left(ms, began);
        if (poll(p, n + n_more, 0) < 0 && errno != EINTR)
            return WAIT_FAILED;
        DWORD result = judge(p, n, handles, all, n_more);
        if (result != WAIT_TIMEOUT || left == 0)
            return result;
        for (DWORD i = 0; all && i < n; i++) /* wait for those that are not ready */
            p[i].fd = p[i].revents ? -1 : FD_OF(handles[i]);
        if (poll(p, n + n_more, left) < 0 && errno != EINTR)
            return WAIT_FAILED;
        for (DWORD i = 0; i < n; i++)
            p[i].fd = FD_OF(handles[i]);
    }
}

DWORD WaitForSingleObject(HANDLE handle, DWORD ms)
{
    return object_wait(1, &handle, FALSE, NULL, 0, ms);
}

DWORD WaitForMultipleObjects(DWORD n, const HANDLE *handles, BOOL all, DWORD ms)
{
    return object_wait(n, handles, all, NULL, 0, ms);
}
