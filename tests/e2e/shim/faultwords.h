/* faultwords.h - what a test and tests/e2e/shim/fault.c share: a file of these words, mapped by both. */
#ifndef FAULTWORDS_H
#define FAULTWORDS_H

#define FAULT_CALLS(X)                                                                                       \
    X(any) /* each of the others */                                                                          \
    X(malloc)                                                                                                \
    X(calloc)                                                                                                \
    X(realloc)                                                                                               \
    X(socket)                                                                                                \
    X(socketpair)                                                                                            \
    X(connect)                                                                                               \
    X(bind)                                                                                                  \
    X(listen)                                                                                                \
    X(accept4)                                                                                               \
    X(setsockopt)                                                                                            \
    X(getsockopt)                                                                                            \
    X(getsockname)                                                                                           \
    X(send)                                                                                                  \
    X(sendmsg)                                                                                               \
    X(sendto)                                                                                                \
    X(recv)                                                                                                  \
    X(recvmsg)                                                                                               \
    X(read)                                                                                                  \
    X(read_socket)                                                                                           \
    X(read_pipe)                                                                                             \
    X(write)                                                                                                 \
    X(write_socket)                                                                                          \
    X(write_log)                                                                                             \
    X(readv)                                                                                                 \
    X(writev)                                                                                                \
    X(pread)                                                                                                 \
    X(pwrite)                                                                                                \
    X(open)                                                                                                  \
    X(fopen)                                                                                                 \
    X(fread)                                                                                                 \
    X(fgets)                                                                                                 \
    X(stat)                                                                                                  \
    X(lstat)                                                                                                 \
    X(fstat)                                                                                                 \
    X(access)                                                                                                \
    X(readlink)                                                                                              \
    X(mkdir)                                                                                                 \
    X(chmod)                                                                                                 \
    X(chown)                                                                                                 \
    X(unlink)                                                                                                \
    X(flock)                                                                                                 \
    X(fcntl)                                                                                                 \
    X(dup2)                                                                                                  \
    X(fork)                                                                                                  \
    X(clone)                                                                                                 \
    X(pipe2)                                                                                                 \
    X(memfd_create)                                                                                          \
    X(ftruncate)                                                                                             \
    X(mmap)                                                                                                  \
    X(eventfd)                                                                                               \
    X(epoll_create1)                                                                                         \
    X(epoll_ctl)                                                                                             \
    X(epoll_wait)                                                                                            \
    X(poll)                                                                                                  \
    X(getrandom)                                                                                             \
    X(pthread_create)                                                                                        \
    X(getaddrinfo)                                                                                           \
    X(getgrnam)                                                                                              \
    X(prctl)                                                                                                 \
    X(setrlimit)

enum fault_call {
#define X(name) FAULT_##name,
    FAULT_CALLS(X)
#undef X
        FAULT_CALLS_N
};

#define FAULT_SHORT 9999 /* an error that is none: half of the octets */

/* COUNTING is set last and cleared first. */
struct fault_words {
    unsigned counting;
    unsigned call, from, every, error; /* the FROM-th CALL fails (0 = none), and all after it if EVERY */
    unsigned signal;                   /* is raised at that call, which then goes on; 0 = ERROR instead */
    unsigned follow;                   /* the process that forks first leaves the counting to its child */
    unsigned hits;
    unsigned made[FAULT_CALLS_N];
};

#endif
