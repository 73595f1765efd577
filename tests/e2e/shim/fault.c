/* fault.c - calls of a node that fail as a test orders: LD_PRELOAD.
 *
 *   FAULT_WORDS=FILE   the words of faultwords.h
 *
 * It counts and fails calls of this process only, and those of the libraries that it uses.  What the process
 * starts does not have this library, and a child that it forks is let alone. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/e2e/shim/faultwords.h"

static struct fault_words *words;
static pid_t self;

/* The names of the C library that this one does not take. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

__attribute__((constructor)) static void look(void)
{
    const char *file = getenv("FAULT_WORDS");
    int fd = file ? (int)syscall(SYS_openat, AT_FDCWD, file, O_RDWR | O_CLOEXEC) : -1;
    void *p = MAP_FAILED;
    if (fd >= 0) {
        p = (void *)syscall(SYS_mmap, NULL, sizeof *words, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
        syscall(SYS_close, fd);
    }
    if (p == MAP_FAILED)
        _exit(99); /* no test shall run without faults by mistake */
    unsetenv("LD_PRELOAD");
    unsetenv("FAULT_WORDS");
    self = getpid();
    words = p;
}

/* The error of this call of CALL, FAULT_SHORT, or 0. */
static int fault(enum fault_call call)
{
    if (!words || !__atomic_load_n(&words->counting, __ATOMIC_ACQUIRE) || getpid() != self)
        return 0;
    unsigned n = __atomic_add_fetch(&words->made[call], 1, __ATOMIC_RELAXED);
    if (words->from == 0 || words->call != (unsigned)call || n < words->from ||
        (n > words->from && !words->every))
        return 0;
    __atomic_add_fetch(&words->hits, 1, __ATOMIC_RELAXED);
    if (words->signal) {
        int was = errno;
        kill(self, (int)words->signal);
        errno = was;
        return 0;
    }
    errno = (int)words->error;
    return (int)words->error;
}

#pragma GCC visibility push(default)

void *malloc(size_t n)
{
    return fault(FAULT_malloc) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fault(FAULT_calloc) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fault(FAULT_realloc) ? NULL : __libc_realloc(p, n);
}

/* A call that fails as FAILED or does as the C library does; the next one of that name is looked up once. */
#define CALL(type, name, failed, parameters, ...)                                                            \
    type name parameters                                                                                     \
    {                                                                                                        \
        static type(*next) parameters;                                                                       \
        if (fault(FAULT_##name))                                                                             \
            return failed;                                                                                   \
        if (!next)                                                                                           \
            *(void **)&next = dlsym(RTLD_NEXT, #name);                                                       \
        return next(__VA_ARGS__);                                                                            \
    }

/* Whether FD may give the error that is ordered.  Only files are full or damaged, and give half of the
 * octets; a pipe, whose reader shall come again, may say so.  libevent wakes itself by writing into a pipe of
 * its own, which never fails, so writes that count are those of files. */
static bool may_fail(int fd, enum fault_call call)
{
    struct stat st;
    int was = errno;
    bool file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    errno = was;
    return file || (call == FAULT_read && words && (words->error == EINTR || words->error == EAGAIN));
}

/* The same for a call that moves N octets of a file or a pipe: half of them is one of its faults. */
#define MOVES(name, n, parameters, ...)                                                                      \
    ssize_t name parameters                                                                                  \
    {                                                                                                        \
        static ssize_t(*next) parameters;                                                                    \
        int error = may_fail(fd, FAULT_##name) ? fault(FAULT_##name) : 0;                                    \
        if (error && error != FAULT_SHORT)                                                                   \
            return -1;                                                                                       \
        if (!next)                                                                                           \
            *(void **)&next = dlsym(RTLD_NEXT, #name);                                                       \
        if (error && (n) > 1)                                                                                \
            (n) /= 2;                                                                                        \
        return next(__VA_ARGS__);                                                                            \
    }

CALL(int, socket, -1, (int d, int t, int p), d, t, p)
CALL(int, socketpair, -1, (int d, int t, int p, int v[2]), d, t, p, v)
CALL(int, bind, -1, (int fd, const struct sockaddr *a, socklen_t n), fd, a, n)
CALL(int, listen, -1, (int fd, int n), fd, n)
CALL(int, accept4, -1, (int fd, struct sockaddr *restrict a, socklen_t *restrict n, int f), fd, a, n, f)
CALL(int, setsockopt, -1, (int fd, int l, int o, const void *v, socklen_t n), fd, l, o, v, n)
CALL(int, getsockopt, -1, (int fd, int l, int o, void *restrict v, socklen_t *restrict n), fd, l, o, v, n)
CALL(ssize_t, send, -1, (int fd, const void *p, size_t n, int f), fd, p, n, f)
CALL(ssize_t, sendmsg, -1, (int fd, const struct msghdr *m, int f), fd, m, f)
CALL(ssize_t, sendto, -1, (int fd, const void *p, size_t n, int f, const struct sockaddr *a, socklen_t an),
     fd, p, n, f, a, an)
CALL(ssize_t, recv, -1, (int fd, void *p, size_t n, int f), fd, p, n, f)
CALL(ssize_t, recvmsg, -1, (int fd, struct msghdr *m, int f), fd, m, f)
MOVES(read, n, (int fd, void *p, size_t n), fd, p, n)
MOVES(write, n, (int fd, const void *p, size_t n), fd, p, n)
CALL(ssize_t, readv, -1, (int fd, const struct iovec *v, int n), fd, v, n)
CALL(ssize_t, writev, -1, (int fd, const struct iovec *v, int n), fd, v, n)
MOVES(pread, n, (int fd, void *p, size_t n, off_t at), fd, p, n, at)
MOVES(pwrite, n, (int fd, const void *p, size_t n, off_t at), fd, p, n, at)
CALL(FILE *, fopen, NULL, (const char *restrict name, const char *restrict mode), name, mode)
CALL(pid_t, fork, -1, (void))
CALL(int, pipe2, -1, (int v[2], int f), v, f)
CALL(int, memfd_create, -1, (const char *name, unsigned f), name, f)
CALL(int, ftruncate, -1, (int fd, off_t n), fd, n)
CALL(void *, mmap, MAP_FAILED, (void *p, size_t n, int prot, int f, int fd, off_t at), p, n, prot, f, fd, at)
CALL(int, eventfd, -1, (unsigned n, int f), n, f)
CALL(int, epoll_create1, -1, (int f), f)
CALL(int, epoll_ctl, -1, (int e, int op, int fd, struct epoll_event *v), e, op, fd, v)
CALL(int, epoll_wait, -1, (int e, struct epoll_event *v, int n, int ms), e, v, n, ms)
CALL(int, poll, -1, (struct pollfd * v, nfds_t n, int ms), v, n, ms)
CALL(ssize_t, getrandom, -1, (void *p, size_t n, unsigned f), p, n, f)

/* These two return the error. */
CALL(int, posix_spawn, errno,
     (pid_t *restrict pid, const char *restrict path, const posix_spawn_file_actions_t *a,
      const posix_spawnattr_t *restrict t, char *const argv[restrict], char *const env[restrict]),
     pid, path, a, t, argv, env)
CALL(int, pthread_create, errno,
     (pthread_t *restrict t, const pthread_attr_t *restrict a, void *(*run)(void *), void *restrict x), t, a,
     run, x)

int open(const char *name, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    int mode = va_arg(ap, int);
    va_end(ap);
    return fault(FAULT_open) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}
