/* The libraries signal descriptors from threads of their own, which Wine does not know.  So a thread of Wine
 * waits at all these descriptors, and does what Windows would: SetEvent, PostMessage,
 * PostQueuedCompletionStatus. */
#include "tp/wine/bridge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum kind { TO_EVENT, TO_WINDOW, TO_PORT };

struct outlet {
    struct outlet *next;
    enum kind kind;
    int given;   /* the descriptor that the library has */
    int watched; /* the one that the bridge reads */
    HANDLE to;   /* an event, a window, a port */
    DWORD octets;
    ULONG_PTR key;
    void *overlapped;
};

static CRITICAL_SECTION lock = {NULL, -1, 0, 0, 0, 0};
static struct outlet *outlets;
static int watch = -1; /* epoll */

/* user32 makes a process larger and slower to start: only programs with windows need it. */
static struct {
    UINT(WINAPI *register_message)(LPCSTR);
    BOOL(WINAPI *post)(HWND, UINT, WPARAM, LPARAM);
    BOOL(WINAPI *is_window)(HWND);
} user32;

static BOOL load_user32(void)
{
    HMODULE m = user32.post ? NULL : LoadLibraryA("user32.dll");
    if (m) {
        user32.register_message = (UINT(WINAPI *)(LPCSTR))GetProcAddress(m, "RegisterWindowMessageA");
        user32.is_window = (BOOL(WINAPI *)(HWND))GetProcAddress(m, "IsWindow");
        user32.post = (BOOL(WINAPI *)(HWND, UINT, WPARAM, LPARAM))GetProcAddress(m, "PostMessageA");
    }
    return user32.post != NULL;
}

/* ---- the thread ---- */

/* A program that does not read its messages has a full queue: its window gets them when there is room. */
static void post(HWND window, const char *name, WPARAM wParam, LPARAM lParam)
{
    UINT number = user32.register_message(name);
    while (!user32.post(window, number, wParam, lParam) && GetLastError() == ERROR_NOT_ENOUGH_QUOTA)
        Sleep(10);
}

static void post_all(struct outlet *o)
{
    char octets[256];
    struct bridge_message m;
    while (recv(o->watched, octets, sizeof octets, MSG_DONTWAIT) > 0) {
        memset(&m, 0, sizeof m);
        dll_decode(octets, &m);
        for (int i = 0; i < 2 && m.names[i]; i++)
            post(o->to, m.names[i], m.wParam, m.lParam);
    }
}

static void forget(struct outlet *o)
{
    EnterCriticalSection(&lock);
    for (struct outlet **p = &outlets; *p; p = &(*p)->next)
        if (*p == o) {
            *p = o->next;
            break;
        }
    LeaveCriticalSection(&lock);
    close(o->watched); /* epoll forgets it */
    free(o);
}

static void serve(struct outlet *o)
{
    eventfd_t count;
    if (o->kind == TO_WINDOW)
        post_all(o);
    else if (eventfd_read(o->watched, &count) == 0 && o->kind == TO_EVENT)
        SetEvent(o->to);
    else if (o->kind == TO_PORT) {
        PostQueuedCompletionStatus(o->to, o->octets, o->key, o->overlapped);
        forget(o);
    }
}

static DWORD WINAPI run(void *unused)
{
    struct epoll_event e[16];
    (void)unused;
    for (;;) {
        int n = epoll_wait(watch, e, 16, -1);
        for (int i = 0; i < n; i++)
            serve(e[i].data.ptr);
    }
    return 0;
}

/* The thread never ends: the DLL must stay. */
static BOOL start(void)
{
    HMODULE self;
    HANDLE t;
    if (watch >= 0)
        return TRUE;
    watch = epoll_create1(EPOLL_CLOEXEC);
    if (watch < 0)
        return FALSE;
    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, (LPCSTR)run,
                       &self);
    t = CreateThread(NULL, 0, run, NULL, 0, NULL);
    if (!t) {
        close(watch);
        watch = -1;
        return FALSE;
    }
    CloseHandle(t);
    return TRUE;
}

/* ---- outlets ---- */

/* Under the lock; NULL: none. */
static struct outlet *find(enum kind kind, HANDLE to)
{
    struct outlet *o = outlets;
    while (o && (o->kind != kind || o->to != to))
        o = o->next;
    return o;
}

static BOOL make_descriptors(struct outlet *o)
{
    int fd[2];
    if (o->kind == TO_WINDOW) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) < 0)
            return FALSE;
        o->watched = fd[0];
        o->given = fd[1];
    } else {
        o->watched = o->given = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    }
    return o->watched >= 0;
}

/* Under the lock; NULL: nothing is left. */
static struct outlet *add(enum kind kind, HANDLE to)
{
    struct outlet *o = calloc(1, sizeof *o);
    if (!o || !start()) {
        free(o);
        return NULL;
    }
    o->kind = kind;
    o->to = to;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = o};
    if (!make_descriptors(o) || (kind != TO_PORT && epoll_ctl(watch, EPOLL_CTL_ADD, o->watched, &e) < 0)) {
        free(o);
        return NULL;
    }
    o->next = outlets;
    outlets = o;
    return o;
}

static int given(enum kind kind, HANDLE to)
{
    EnterCriticalSection(&lock);
    struct outlet *o = find(kind, to);
    if (!o)
        o = add(kind, to);
    int fd = o ? o->given : BRIDGE_NOTHING;
    LeaveCriticalSection(&lock);
    return fd;
}

int bridge_event(HANDLE event)
{
    DWORD flags;
    return GetHandleInformation(event, &flags) ? given(TO_EVENT, event) : BRIDGE_NOTHING;
}

HANDLE bridge_event_of(int fd)
{
    EnterCriticalSection(&lock);
    struct outlet *o = outlets;
    while (o && (o->kind != TO_EVENT || o->given != fd))
        o = o->next;
    HANDLE h = o ? o->to : NULL;
    LeaveCriticalSection(&lock);
    return h;
}

int bridge_window(HWND window)
{
    return load_user32() && user32.is_window(window) ? given(TO_WINDOW, window) : BRIDGE_NOTHING;
}

int bridge_port(HANDLE port, DWORD octets, ULONG_PTR key, void *overlapped)
{
    EnterCriticalSection(&lock);
    struct outlet *o = add(TO_PORT, port);
    if (o) {
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = o};
        o->octets = octets;
        o->key = key;
        o->overlapped = overlapped;
        epoll_ctl(watch, EPOLL_CTL_ADD, o->watched, &e); /* now that it is whole */
    }
    int fd = o ? o->given : BRIDGE_NOTHING;
    LeaveCriticalSection(&lock);
    return fd;
}

void bridge_port_unused(int fd)
{
    EnterCriticalSection(&lock);
    struct outlet *o = outlets;
    while (o && (o->kind != TO_PORT || o->given != fd))
        o = o->next;
    LeaveCriticalSection(&lock);
    if (o)
        forget(o);
}

/* ---- the environment ---- */

/* The variables of a service are in its block of Windows alone: a process of Linux has those of whoever
 * started Wine's service control. */
BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved)
{
    char name[64], *block = reason == DLL_PROCESS_ATTACH ? GetEnvironmentStringsA() : NULL;
    (void)reserved;
    for (const char *s = block; s && *s; s += strlen(s) + 1) {
        size_t n = strcspn(s, "=");
        if (strncmp(s, "SNANODE_", 8) != 0 || n >= sizeof name || s[n] == '\0')
            continue;
        memcpy(name, s, n);
        name[n] = '\0';
        setenv(name, s + n + 1, 1);
    }
    if (block) {
        FreeEnvironmentStringsA(block);
        DisableThreadLibraryCalls(self);
    }
    return TRUE;
}

void bridge_environment(void)
{
    static const char *const names[] = {"APPCTPN", "APPCLLU"};
    char v[256];
    for (int i = 0; i < 2; i++) {
        DWORD n = GetEnvironmentVariableA(names[i], v, sizeof v);
        const char *there = getenv(names[i]);
        if (n > 0 && n < sizeof v && (!there || strcmp(there, v) != 0))
            setenv(names[i], v, 1);
        else if (n == 0 && there && GetLastError() == ERROR_ENVVAR_NOT_FOUND)
            unsetenv(names[i]);
    }
}

/* ---- return codes as texts ---- */

void bridge_text_failed(const void *vcb, void *buffer, UINT size)
{
    UINT used = size < 256 ? size : 256; /* no text is longer */
    BOOL invalid = IsBadReadPtr(vcb, 12) || !buffer || IsBadWritePtr(buffer, used);
    SetLastError(invalid ? 0x20000001 : 0x20000002);
}
