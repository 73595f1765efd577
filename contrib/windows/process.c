/* Threads, and what a program asks of its process: errors, time, environment, libraries. */
#include "object.h"

#include <dlfcn.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

static __thread DWORD last_error;

DWORD GetLastError(void)
{
    return last_error;
}

void SetLastError(DWORD error)
{
    last_error = error;
}

uint64_t GetTickCount64(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

DWORD GetTickCount(void)
{
    return (DWORD)GetTickCount64();
}

void Sleep(DWORD ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    while (ms == INFINITE)
        pause();
    while (nanosleep(&t, &t) < 0)
        continue;
}

DWORD GetCurrentProcessId(void)
{
    return (DWORD)getpid();
}

DWORD GetCurrentThreadId(void)
{
    return (DWORD)gettid();
}

void ExitProcess(UINT status)
{
    exit((int)status);
}

void OutputDebugString(LPCSTR text)
{
    fputs(text, stderr);
}

DWORD GetEnvironmentVariable(LPCSTR name, LPSTR value, DWORD cap)
{
    const char *v = getenv(name);
    size_t n = v ? strlen(v) : 0;
    if (!v) {
        SetLastError(ERROR_ENVVAR_NOT_FOUND);
        return 0;
    }
    if (n >= cap)
        return (DWORD)n + 1;
    memcpy(value, v, n + 1);
    return (DWORD)n;
}

BOOL SetEnvironmentVariable(LPCSTR name, LPCSTR value)
{
    return (value ? setenv(name, value, 1) : unsetenv(name)) == 0;
}

HMODULE LoadLibrary(LPCSTR name)
{
    static const char *const names[][2] = {
        {"wcpic32", "libcpic.so.1"}, {"wappc32", "libappc.so.1"}, {"wincsv32", "libcsv.so.1"}};
    size_t n = strlen(name);
    if (n > 4 && strcasecmp(name + n - 4, ".dll") == 0)
        n -= 4;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i][0]) == n && strncasecmp(name, names[i][0], n) == 0)
            name = names[i][1];
    HMODULE m = dlopen(name, RTLD_NOW);
    if (!m)
        SetLastError(ERROR_FILE_NOT_FOUND);
    return m;
}

FARPROC GetProcAddress(HMODULE module, LPCSTR name)
{
    return (FARPROC)(uintptr_t)dlsym(module, name);
}

BOOL FreeLibrary(HMODULE module)
{
    return dlclose(module) == 0;
}

void InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&section->mutex, &a);
    pthread_mutexattr_destroy(&a);
}

/* ---- threads ---- */

struct start {
    DWORD (*f)(LPVOID);
    void (*without_code)(void *); /* of _beginthread */
    void *argument;
    HANDLE handle;
    pthread_barrier_t begun; /* the creator has to know the number of the thread */
    DWORD id;
};

static __thread struct {
    HANDLE handle;
    DWORD code;
} me;

static void ended(void *unused)
{
    (void)unused;
    object_thread_ended(me.handle, me.code);
}

static void *run(void *p)
{
    struct start *s = (struct start *)p, own = *s;
    me.handle = own.handle;
    s->id = GetCurrentThreadId();
    pthread_cleanup_push(ended, NULL);
    pthread_barrier_wait(&s->begun); /* S is gone after this */
    if (own.f)
        me.code = own.f(own.argument);
    else
        own.without_code(own.argument);
    pthread_cleanup_pop(1);
    return NULL;
}

static HANDLE begin(struct start *s, size_t stack)
{
    pthread_attr_t a;
    pthread_t t;
    s->handle = object_new(OBJECT_THREAD, FALSE);
    if (!s->handle)
        return NULL;
    pthread_barrier_init(&s->begun, NULL, 2);
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    if (stack > 256 * 1024) /* programs ask for as little as the calls of Windows need */
        pthread_attr_setstacksize(&a, stack);
    BOOL ok = pthread_create(&t, &a, run, s) == 0;
    if (ok) {
        pthread_barrier_wait(&s->begun);
    } else {
        object_thread_ended(s->handle, 0);
        CloseHandle(s->handle);
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
    }
    pthread_attr_destroy(&a);
    pthread_barrier_destroy(&s->begun);
    return ok ? s->handle : NULL;
}

HANDLE CreateThread(LPSECURITY_ATTRIBUTES unused, SIZE_T stack, LPTHREAD_START_ROUTINE f, LPVOID argument,
                    DWORD flags, LPDWORD id)
{
    struct start s = {.f = f, .argument = argument};
    (void)unused;
    if (flags) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    HANDLE h = begin(&s, stack);
    if (h && id)
        *id = s.id;
    return h;
}

uintptr_t _beginthreadex(void *unused, unsigned stack, unsigned (*f)(void *), void *argument, unsigned flags,
                         unsigned *id)
{
    return (uintptr_t)CreateThread((LPSECURITY_ATTRIBUTES)unused, stack, (LPTHREAD_START_ROUTINE)f, argument,
                                   flags, id);
}

uintptr_t _beginthread(void (*f)(void *), unsigned stack, void *argument)
{
    struct start s = {.without_code = f, .argument = argument};
    HANDLE h = begin(&s, stack);
    if (!h)
        return (uintptr_t)-1;
    CloseHandle(h);
    return (uintptr_t)h;
}

void ExitThread(DWORD code)
{
    me.code = code;
    pthread_exit(NULL);
}
