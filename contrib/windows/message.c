/* Windows and messages.  A window is a pair of sockets that keeps the limits of messages, because the
 * libraries' messages have different lengths: they write whole messages into the descriptor that is the HWND.
 */
#include "object.h"

#include <errno.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <winappc.h>
#include <wincpic.h>
#include <wincsv.h>

enum { WINDOWS_MAX = MAXIMUM_WAIT_OBJECTS, CLASSES_MAX = 32, NAMES_MAX = 64, FIRST_NAME = 0xC100 };

static struct window {
    int in, out; /* the HWND, and where its messages come out; both 0 = free */
    DWORD owner; /* the thread */
    WNDPROC f;
    LONG_PTR user;
} windows[WINDOWS_MAX];
static struct {
    char *name;
    WNDPROC f;
} classes[CLASSES_MAX];
static char *names[NAMES_MAX]; /* of RegisterWindowMessage */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static __thread struct {
    BOOL asked;
    int status;
} quit; /* PostQuitMessage */

/* What the libraries and PostMessage write. */
union octets {
    unsigned message;
    WCPICMESSAGE cpic;
    struct plain {
        unsigned message;
        uintptr_t wParam;
        intptr_t lParam;
    } plain; /* as WAPPCMESSAGE and WCSVMESSAGE */
};

/* ---- windows ---- */

ATOM RegisterClass(const WNDCLASS *c)
{
    DWORD why = ERROR_NOT_ENOUGH_MEMORY;
    int i;
    pthread_mutex_lock(&lock);
    for (i = 0; i < CLASSES_MAX && classes[i].name; i++)
        if (strcasecmp(classes[i].name, c->lpszClassName) == 0) {
            why = ERROR_CLASS_ALREADY_EXISTS;
            i = CLASSES_MAX;
        }
    BOOL ok = i < CLASSES_MAX && (classes[i].name = strdup(c->lpszClassName)) != NULL;
    if (ok)
        classes[i].f = c->lpfnWndProc;
    pthread_mutex_unlock(&lock);
    if (!ok)
        SetLastError(why);
    return ok ? (ATOM)(0xC000 + i) : 0;
}

/* Under the lock; NULL: no window of ours. */
static struct window *find(HWND window)
{
    for (int i = 0; i < WINDOWS_MAX; i++)
        if (windows[i].in && windows[i].in == FD_OF(window))
            return &windows[i];
    return NULL;
}

/* A copy of what is known of WINDOW, so that its procedure runs without the lock. */
static BOOL look(HWND window, struct window *out)
{
    pthread_mutex_lock(&lock);
    struct window *w = find(window);
    if (w)
        *out = *w;
    pthread_mutex_unlock(&lock);
    if (!w)
        SetLastError(ERROR_INVALID_WINDOW_HANDLE);
    return w != NULL;
}

static WNDPROC procedure_of(LPCSTR class_name)
{
    for (int i = 0; i < CLASSES_MAX && classes[i].name; i++)
        if (strcasecmp(classes[i].name, class_name) == 0)
            return classes[i].f;
    return NULL;
}

HWND CreateWindow(LPCSTR class_name, LPCSTR title, DWORD style, int x, int y, int width, int height,
                  HWND parent, HMENU menu, HINSTANCE instance, LPVOID param)
{
    int fd[2] = {-1, -1};
    struct window *w = NULL;
    (void)title, (void)style, (void)x, (void)y, (void)width, (void)height, (void)parent, (void)menu,
        (void)instance, (void)param;
    pthread_mutex_lock(&lock);
    WNDPROC f = procedure_of(class_name);
    for (int i = 0; f && !w && i < WINDOWS_MAX; i++)
        w = windows[i].in ? NULL : &windows[i];
    BOOL ok = w && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) == 0;
    if (ok)
        *w = (struct window){.in = fd[1], .out = fd[0], .owner = GetCurrentThreadId(), .f = f};
    pthread_mutex_unlock(&lock);
    if (!ok) {
        SetLastError(f ? ERROR_NOT_ENOUGH_MEMORY : ERROR_CANNOT_FIND_WND_CLASS);
        return NULL;
    }
    HWND h = HANDLE_OF(fd[1]);
    if (f(h, WM_CREATE, 0, 0) == -1) {
        DestroyWindow(h);
        return NULL;
    }
    return h;
}

BOOL IsWindow(HWND window)
{
    struct window w;
    return look(window, &w);
}

BOOL ShowWindow(HWND window, int how)
{
    (void)window, (void)how;
    return FALSE;
}

BOOL UpdateWindow(HWND window)
{
    return IsWindow(window);
}

BOOL DestroyWindow(HWND window)
{
    struct window w;
    if (!look(window, &w))
        return FALSE;
    w.f(window, WM_DESTROY, 0, 0);
    pthread_mutex_lock(&lock);
    struct window *there = find(window);
    if (there) {
        close(there->in);
        close(there->out);
        memset(there, 0, sizeof *there);
    }
    pthread_mutex_unlock(&lock);
    return there != NULL;
}

LONG_PTR SetWindowLongPtr(HWND window, int index, LONG_PTR value)
{
    LONG_PTR was = 0;
    pthread_mutex_lock(&lock);
    struct window *w = find(window);
    if (w && index == GWLP_USERDATA) {
        was = w->user;
        w->user = value;
    }
    pthread_mutex_unlock(&lock);
    return was;
}

LONG_PTR GetWindowLongPtr(HWND window, int index)
{
    struct window w;
    return index == GWLP_USERDATA && look(window, &w) ? w.user : 0;
}

/* ---- messages ---- */

UINT RegisterWindowMessage(LPCSTR name)
{
    static const struct {
        const char *name;
        UINT number;
    } ours[] = {{WIN_CPIC_ASYNC_COMPLETE_MESSAGE, WCPIC_ASYNC_COMPLETE},
                {"WinAsyncCPIC", WCPIC_ASYNC_COMPLETE},
                {WIN_APPC_ASYNC_COMPLETE_MESSAGE, WAPPC_ASYNC_COMPLETE},
                {WIN_APPC_CFG_COMPLETION_MSG, WAPPC_CONFIG_COMPLETE},
                {WIN_CSV_ASYNC_COMPLETE_MESSAGE, WCSV_ASYNC_COMPLETE}};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcasecmp(ours[i].name, name) == 0)
            return ours[i].number;
    pthread_mutex_lock(&lock);
    int i = 0;
    while (i < NAMES_MAX && names[i] && strcasecmp(names[i], name) != 0)
        i++;
    if (i < NAMES_MAX && !names[i])
        names[i] = strdup(name);
    UINT number = i < NAMES_MAX && names[i] ? (UINT)(FIRST_NAME + i) : 0;
    pthread_mutex_unlock(&lock);
    return number;
}

BOOL PostMessage(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    struct plain m = {message, wParam, lParam};
    struct window w;
    if (!look(window, &w))
        return FALSE;
    if (send(w.in, &m, sizeof m, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        SetLastError(errno == EAGAIN ? ERROR_NOT_ENOUGH_QUOTA : ERROR_INVALID_WINDOW_HANDLE);
        return FALSE;
    }
    return TRUE;
}

LRESULT SendMessage(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    struct window w;
    return look(window, &w) ? w.f(window, message, wParam, lParam) : 0;
}

LRESULT DefWindowProc(HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    (void)wParam, (void)lParam;
    if (message == WM_CLOSE)
        DestroyWindow(window);
    return 0;
}

void PostQuitMessage(int status)
{
    quit.asked = TRUE;
    quit.status = status;
}

BOOL TranslateMessage(const MSG *m)
{
    (void)m;
    return FALSE;
}

LRESULT DispatchMessage(const MSG *m)
{
    return SendMessage(m->hwnd, m->message, m->wParam, m->lParam);
}

/* The windows of this thread, or WINDOW alone; how many. */
static DWORD mine(HWND window, struct window *out)
{
    DWORD n = 0, me = GetCurrentThreadId();
    pthread_mutex_lock(&lock);
    for (int i = 0; i < WINDOWS_MAX; i++)
        if (windows[i].in && windows[i].owner == me && (!window || windows[i].in == FD_OF(window)))
            out[n++] = windows[i];
    pthread_mutex_unlock(&lock);
    return n;
}

static void make(LPMSG m, HWND window, UINT message, WPARAM wParam, LPARAM lParam)
{
    *m =
        (MSG){.hwnd = window, .message = message, .wParam = wParam, .lParam = lParam, .time = GetTickCount()};
}

/* Take the next message of one of N windows; FALSE: there is none. */
static BOOL next(const struct window *w, DWORD n, LPMSG m, int flags)
{
    union octets o;
    for (DWORD i = 0; i < n; i++) {
        if (recv(w[i].out, &o, sizeof o, flags | MSG_DONTWAIT) < (ssize_t)sizeof o.message)
            continue;
        if (o.message == WCPIC_ASYNC_COMPLETE)
            make(m, HANDLE_OF(w[i].in), o.message, o.cpic.wParam, o.cpic.lParam);
        else
            make(m, HANDLE_OF(w[i].in), o.message, o.plain.wParam, o.plain.lParam);
        return TRUE;
    }
    return FALSE;
}

BOOL PeekMessage(LPMSG m, HWND window, UINT min, UINT max, UINT remove)
{
    struct window w[WINDOWS_MAX];
    (void)min, (void)max;
    if (next(w, mine(window, w), m, remove & PM_REMOVE ? 0 : MSG_PEEK))
        return TRUE;
    if (!quit.asked)
        return FALSE;
    make(m, NULL, WM_QUIT, (WPARAM)quit.status, 0);
    quit.asked = !(remove & PM_REMOVE);
    return TRUE;
}

static DWORD wait_for(DWORD n, const HANDLE *handles, HWND window, DWORD ms)
{
    struct window w[WINDOWS_MAX];
    int fd[WINDOWS_MAX];
    DWORD k = mine(window, w);
    for (DWORD i = 0; i < k; i++)
        fd[i] = w[i].out;
    if (quit.asked)
        ms = 0;
    DWORD result = object_wait(n, handles, FALSE, fd, k, ms);
    return result == WAIT_TIMEOUT && quit.asked ? WAIT_OBJECT_0 + n : result;
}

BOOL GetMessage(LPMSG m, HWND window, UINT min, UINT max)
{
    while (!PeekMessage(m, window, min, max, PM_REMOVE))
        if (wait_for(0, NULL, window, INFINITE) == WAIT_FAILED)
            return -1; /* as documented: this thread has no such window */
    return m->message != WM_QUIT;
}

DWORD MsgWaitForMultipleObjects(DWORD n, const HANDLE *handles, BOOL all, DWORD ms, DWORD mask)
{
    (void)mask;
    if (all) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    return wait_for(n, handles, NULL, ms);
}
