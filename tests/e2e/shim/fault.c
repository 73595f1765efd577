/* fault.c - calls of a node that fail as a test orders: LD_PRELOAD.
 *
 *   FAULT_WORDS=FILE   the words of faultwords.h
 *
 * It counts and fails calls of this process only, and those of the libraries that it uses.  What the process
 * starts does not have this library, and a child that it forks is let alone. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tests/e2e/shim/faultwords.h"

#define FAULT_fopen64 FAULT_fopen /* OpenSSL's name for it */

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

/* Whether this call of CALL, which is counted, is the one that the order means. */
static bool is_meant(enum fault_call call)
{
    unsigned n = __atomic_add_fetch(&words->made[call], 1, __ATOMIC_RELAXED);
    return words->from != 0 && words->call == (unsigned)call &&
           (n == words->from || (n > words->from && words->every));
}

/* The error of this call of CALL, FAULT_SHORT, or 0. */
static int fault(enum fault_call call)
{
    if (!words || !__atomic_load_n(&words->counting, __ATOMIC_ACQUIRE) || getpid() != self)
        return 0;
    bool meant = is_meant(FAULT_any);
    if (!is_meant(call) && !meant)
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

/* A fault of libnats, up to 3.9 at least, that no caller can keep from it: when the map of a JSON text gets
 * no memory, it goes through that map nevertheless (nats_JSONDestroy), and the process ends. */
static bool ends_the_process(const void *caller)
{
    Dl_info where;
    return words && dladdr(caller, &where) != 0 && where.dli_sname &&
           strcmp(where.dli_sname, "natsStrHash_Create") == 0;
}

#pragma GCC visibility push(default)

void *malloc(size_t n)
{
    return fault(FAULT_malloc) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return !ends_the_process(__builtin_return_address(0)) && fault(FAULT_calloc) ? NULL
                                                                                 : __libc_calloc(n, size);
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

/* The call of FD has failed.  A connection that is broken stays so, for the other end too. */
static ssize_t broken(int fd)
{
    int error = errno;
    if (error == ECONNRESET || error == EPIPE || error == ETIMEDOUT)
        syscall(SYS_shutdown, fd, SHUT_RDWR);
    errno = error;
    return -1;
}

/* What FD is decides which errors it may give: a file is full or damaged, a connection breaks.  Of pipes the
 * node reads what TPs print, and may have its log in one; libevent wakes itself by writing into a pipe of its
 * own, and that cannot fail: it is never full, and both of its ends are there. */
enum kind { KIND_FILE, KIND_SOCKET, KIND_PIPE, KIND_OTHER };

static enum kind kind_of(int fd)
{
    struct stat st;
    int was = errno;
    int rc = (int)syscall(SYS_newfstatat, fd, "", &st, AT_EMPTY_PATH);
    errno = was;
    if (rc != 0)
        return KIND_OTHER;
    return S_ISREG(st.st_mode)    ? KIND_FILE
           : S_ISSOCK(st.st_mode) ? KIND_SOCKET
           : S_ISFIFO(st.st_mode) ? KIND_PIPE
                                  : KIND_OTHER;
}

/* One of FAULT_CALLS, FAULT_any: a call that cannot fail. */
static enum fault_call read_of(int fd)
{
    static const enum fault_call of[] = {FAULT_read, FAULT_read_socket, FAULT_read_pipe, FAULT_any};
    return of[kind_of(fd)];
}

static enum fault_call write_of(int fd)
{
    static const enum fault_call of[] = {FAULT_write, FAULT_write_socket, FAULT_any, FAULT_any};
    enum kind k = kind_of(fd);
    return k == KIND_PIPE && fd == STDERR_FILENO ? FAULT_write_log : of[k];
}

static enum fault_call pread_of(int fd)
{
    return kind_of(fd) == KIND_FILE ? FAULT_pread : FAULT_any;
}

static enum fault_call pwrite_of(int fd)
{
    return kind_of(fd) == KIND_FILE ? FAULT_pwrite : FAULT_any;
}

/* As CALL for a call that moves N octets: half of them is one of its faults. */
#define MOVES(name, n, parameters, ...)                                                                      \
    ssize_t name parameters                                                                                  \
    {                                                                                                        \
        static ssize_t(*next) parameters;                                                                    \
        enum fault_call call = name##_of(fd);                                                                \
        int error = call == FAULT_any ? 0 : fault(call);                                                     \
        if (error && error != FAULT_SHORT)                                                                   \
            return broken(fd);                                                                               \
        if (!next)                                                                                           \
            *(void **)&next = dlsym(RTLD_NEXT, #name);                                                       \
        if (error && (n) > 1)                                                                                \
            (n) /= 2;                                                                                        \
        return next(__VA_ARGS__);                                                                            \
    }

CALL(int, socket, -1, (int d, int t, int p), d, t, p)
CALL(int, socketpair, -1, (int d, int t, int p, int v[2]), d, t, p, v)
CALL(int, connect, -1, (int fd, const struct sockaddr *a, socklen_t n), fd, a, n)
CALL(int, bind, -1, (int fd, const struct sockaddr *a, socklen_t n), fd, a, n)
CALL(int, listen, -1, (int fd, int n), fd, n)
CALL(int, accept4, -1, (int fd, struct sockaddr *restrict a, socklen_t *restrict n, int f), fd, a, n, f)
CALL(int, setsockopt, -1, (int fd, int l, int o, const void *v, socklen_t n), fd, l, o, v, n)
CALL(int, getsockopt, -1, (int fd, int l, int o, void *restrict v, socklen_t *restrict n), fd, l, o, v, n)
CALL(int, getsockname, -1, (int fd, struct sockaddr *restrict a, socklen_t *restrict n), fd, a, n)
CALL(ssize_t, send, broken(fd), (int fd, const void *p, size_t n, int f), fd, p, n, f)
CALL(ssize_t, sendmsg, broken(fd), (int fd, const struct msghdr *m, int f), fd, m, f)
CALL(ssize_t, sendto, broken(fd),
     (int fd, const void *p, size_t n, int f, const struct sockaddr *a, socklen_t an), fd, p, n, f, a, an)
CALL(ssize_t, recv, broken(fd), (int fd, void *p, size_t n, int f), fd, p, n, f)
CALL(ssize_t, recvmsg, broken(fd), (int fd, struct msghdr *m, int f), fd, m, f)
MOVES(read, n, (int fd, void *p, size_t n), fd, p, n)
MOVES(write, n, (int fd, const void *p, size_t n), fd, p, n)
CALL(ssize_t, readv, broken(fd), (int fd, const struct iovec *v, int n), fd, v, n)
CALL(ssize_t, writev, broken(fd), (int fd, const struct iovec *v, int n), fd, v, n)
MOVES(pread, n, (int fd, void *p, size_t n, off_t at), fd, p, n, at)
MOVES(pwrite, n, (int fd, const void *p, size_t n, off_t at), fd, p, n, at)
CALL(FILE *, fopen, NULL, (const char *restrict name, const char *restrict mode), name, mode)
CALL(FILE *, fopen64, NULL, (const char *restrict name, const char *restrict mode), name, mode)
CALL(size_t, fread, 0, (void *restrict p, size_t size, size_t n, FILE *restrict f), p, size, n, f)
CALL(char *, fgets, NULL, (char *restrict p, int n, FILE *restrict f), p, n, f)
CALL(int, stat, -1, (const char *restrict name, struct stat *restrict st), name, st)
CALL(int, lstat, -1, (const char *restrict name, struct stat *restrict st), name, st)
CALL(int, fstat, -1, (int fd, struct stat *st), fd, st)
CALL(int, access, -1, (const char *name, int how), name, how)
CALL(ssize_t, readlink, -1, (const char *restrict name, char *restrict p, size_t n), name, p, n)
CALL(int, mkdir, -1, (const char *name, mode_t mode), name, mode)
CALL(int, chmod, -1, (const char *name, mode_t mode), name, mode)
CALL(int, chown, -1, (const char *name, uid_t u, gid_t g), name, u, g)
CALL(int, unlink, -1, (const char *name), name)
CALL(int, flock, -1, (int fd, int how), fd, how)
CALL(int, dup2, -1, (int from, int to), from, to)
CALL(int, setrlimit, -1, (__rlimit_resource_t what, const struct rlimit *r), what, r)
CALL(struct group *, getgrnam, NULL, (const char *name), name)
CALL(int, pipe2, -1, (int v[2], int f), v, f)
CALL(int, memfd_create, -1, (const char *name, unsigned f), name, f)
CALL(int, ftruncate, -1, (int fd, off_t n), fd, n)
CALL(void *, mmap, MAP_FAILED, (void *p, size_t n, int prot, int f, int fd, off_t at), p, n, prot, f, fd, at)
CALL(int, eventfd, -1, (unsigned n, int f), n, f)
CALL(int, epoll_create1, -1, (int f), f)
CALL(int, epoll_wait, -1, (int e, struct epoll_event *v, int n, int ms), e, v, n, ms)
CALL(int, poll, -1, (struct pollfd * v, nfds_t n, int ms), v, n, ms)
CALL(ssize_t, getrandom, -1, (void *p, size_t n, unsigned f), p, n, f)

/* getaddrinfo has errors of its own. */
static int getaddrinfo_error(void)
{
    return errno == ENOMEM ? EAI_MEMORY : errno == EAGAIN ? EAI_AGAIN : EAI_SYSTEM;
}

/* These return the error. */
CALL(int, pthread_create, errno,
     (pthread_t *restrict t, const pthread_attr_t *restrict a, void *(*run)(void *), void *restrict x), t, a,
     run, x)

CALL(int, getaddrinfo, getaddrinfo_error(),
     (const char *restrict host, const char *restrict service, const struct addrinfo *restrict hints,
      struct addrinfo **restrict out),
     host, service, hints, out)

/* The one that this process forks to stay behind it (-d) is the node. */
pid_t fork(void)
{
    static pid_t (*next)(void);
    if (fault(FAULT_fork))
        return -1;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "fork");
    pid_t pid = next();
    if (pid == 0 && words && words->follow) {
        words->follow = 0;
        self = getpid();
    }
    return pid;
}

/* Who starts a program borrows the memory of the node: no more arguments than these. */
int clone(int (*f)(void *), void *stack, int flags, void *arg, ...)
{
    static int (*next)(int (*)(void *), void *, int, void *, ...);
    if (fault(FAULT_clone))
        return -1;
    if (!next)
        *(void **)&next = dlsym(RTLD_NEXT, "clone");
    return next(f, stack, flags, arg);
}

/* Only what is new needs memory. */
int epoll_ctl(int e, int op, int fd, struct epoll_event *v)
{
    return op == EPOLL_CTL_ADD && fault(FAULT_epoll_ctl) ? -1 : (int)syscall(SYS_epoll_ctl, e, op, fd, v);
}

int fcntl(int fd, int what, ...)
{
    va_list ap;
    va_start(ap, what);
    void *more = va_arg(ap, void *);
    va_end(ap);
    return fault(FAULT_fcntl) ? -1 : (int)syscall(SYS_fcntl, fd, what, more);
}

int prctl(int what, ...)
{
    unsigned long v[4];
    va_list ap;
    va_start(ap, what);
    for (int i = 0; i < 4; i++)
        v[i] = va_arg(ap, unsigned long);
    va_end(ap);
    return fault(FAULT_prctl) ? -1 : (int)syscall(SYS_prctl, what, v[0], v[1], v[2], v[3]);
}

int open(const char *name, int flags, ...)
{
    va_list ap;
    va_start(ap, flags);
    int mode = va_arg(ap, int);
    va_end(ap);
    return fault(FAULT_open) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, name, flags, mode);
}
