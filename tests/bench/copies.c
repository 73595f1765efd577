/* What a new copy of the TP for each conversation can reach: the bare system calls of the product's invoker,
 * node and copy, with no work between them.  The node is one process with epoll; the copy is the small TP
 * (benchtp bare), which connects to it, so that it costs as much to load as the floor's. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/bare.h"
#include "tests/bench/row.h"
#include "tests/bench/sequence.h"

extern char **environ;

/* One conversation.  A copy may still be there when the next conversation begins. */
struct talk {
    int a, b;    /* the session's pair */
    int out;     /* what the copy prints */
    int process; /* the copy's connection */
    int port;    /* ... and its first port */
};

enum { TALKS = 8, FDS = 1024 };

static struct node {
    const char *tp, *path;
    int epoll, listener, invoker, children, pages[BARE_PAGES];
    struct talk talks[TALKS], *now;
    struct talk *of[FDS]; /* whose a descriptor is */
    bool bad;
} node;

static void watch(int fd, struct talk *t)
{
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    node.bad |= fd < 0 || fd >= FDS || epoll_ctl(node.epoll, EPOLL_CTL_ADD, fd, &e) < 0;
    if (!node.bad)
        node.of[fd] = t;
}

static void unwatch(int fd)
{
    node.bad |= epoll_ctl(node.epoll, EPOLL_CTL_DEL, fd, NULL) < 0;
}

static void shut(int *fd)
{
    close(*fd);
    *fd = -1;
}

/* Allocate: the session's pair. */
static void on_invoker(void)
{
    char msg[BENCH_RECORD];
    ssize_t n = recv(node.invoker, msg, sizeof msg, 0);
    if (n == BARE_END) {
        shutdown(node.now->a, SHUT_RDWR);
        return;
    }
    int pair[2];
    node.bad |= n != BARE_REQUEST || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0;
    if (node.bad)
        return;
    node.now = node.now == &node.talks[TALKS - 1] ? node.talks : node.now + 1;
    node.now->a = pair[0];
    node.now->b = pair[1];
    watch(node.now->b, node.now);
    node.bad |= bare_say(node.invoker, BARE_REQUEST, &node.now->a, 1) < 0;
}

static void spawn(int out)
{
    char *argv[] = {(char *)(uintptr_t)node.tp, (char *)(uintptr_t) "bare", (char *)(uintptr_t)node.path,
                    NULL};
    posix_spawn_file_actions_t acts;
    posix_spawnattr_t attr;
    sigset_t all, none;
    pid_t pid;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&acts);
    posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&acts, out, STDERR_FILENO);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setsigmask(&attr, &none);
    node.bad |= posix_spawn(&pid, node.tp, &acts, &attr, argv, environ) != 0;
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&acts);
}

/* The Attach has flowed: a copy starts. */
static void on_attach(struct talk *t)
{
    int out[2];
    unwatch(t->b);
    node.bad |= pipe2(out, O_CLOEXEC) < 0;
    if (node.bad)
        return;
    t->out = out[0];
    watch(t->out, t);
    spawn(out[1]);
    close(out[1]);
}

static void on_listener(struct talk *t)
{
    struct ucred who;
    socklen_t n = sizeof who;
    t->process = accept4(node.listener, NULL, NULL, SOCK_CLOEXEC);
    getsockopt(t->process, SOL_SOCKET, SO_PEERCRED, &who, &n);
    watch(t->process, t);
}

/* The welcome, with a port and the pages; and on the port the answer to the Accept that has come behind the
 * hello. */
static void welcome(struct talk *t)
{
    char msg[BENCH_RECORD];
    int pair[2], fds[1 + BARE_PAGES] = {-1, node.pages[0], node.pages[1], -1};
    fds[BARE_PAGES] = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    node.bad |= fds[BARE_PAGES] < 0 || ftruncate(fds[BARE_PAGES], BARE_PAGE) < 0 ||
                fcntl(fds[BARE_PAGES], F_ADD_SEALS, F_SEAL_SHRINK) < 0 ||
                socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0;
    if (node.bad)
        return;
    t->port = pair[0];
    fds[0] = pair[1];
    watch(t->port, t);
    node.bad |= bare_say(t->process, BARE_WELCOME, fds, 1 + BARE_PAGES) < 0;
    close(fds[BARE_PAGES]);
    close(pair[1]);
    node.bad |=
        recv(t->process, msg, sizeof msg, 0) != BARE_REQUEST || bare_say(t->port, BARE_REQUEST, &t->b, 1) < 0;
}

static void on_process(struct talk *t)
{
    char msg[BENCH_RECORD];
    ssize_t n = recv(t->process, msg, sizeof msg, 0);
    if (n == BARE_HELLO) {
        welcome(t);
    } else if (n == BARE_END) {
        shut(&t->a);
        shut(&t->b);
    } else {
        unwatch(t->process);
        shut(&t->process);
    }
}

static void on_end_of(int *fd)
{
    char c;
    node.bad |= read(*fd, &c, 1) != 0;
    unwatch(*fd);
    shut(fd);
}

static void on_children(void)
{
    struct signalfd_siginfo s;
    node.bad |= read(node.children, &s, sizeof s) < 0;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
}

static void on_event(int fd)
{
    struct talk *t = node.of[fd];
    if (fd == node.invoker)
        on_invoker();
    else if (fd == node.listener)
        on_listener(node.now);
    else if (fd == node.children)
        on_children();
    else if (fd == t->b)
        on_attach(t);
    else if (fd == t->process)
        on_process(t);
    else
        on_end_of(fd == t->out ? &t->out : &t->port);
}

static void serve(void)
{
    struct epoll_event e[16];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (!node.bad) {
        int n = epoll_wait(node.epoll, e, 16, -1);
        for (int i = 0; i < n && !node.bad; i++)
            on_event(e[i].data.fd);
    }
}

/* The node in a process of its own; the invoker's connection, or -1. */
static int start_node(const struct copies *how)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    int pair[2];
    sigset_t child;
    node = (struct node){.tp = how->tp, .path = how->path, .now = node.talks};
    for (int i = 0; i < TALKS; i++)
        node.talks[i] = (struct talk){-1, -1, -1, -1, -1};
    unlink(how->path);
    snprintf(sa.sun_path, sizeof sa.sun_path, "%s", how->path);
    node.listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (node.listener < 0 || bind(node.listener, (struct sockaddr *)&sa, sizeof sa) < 0 ||
        listen(node.listener, 8) < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    pid_t pid = fork();
    if (pid != 0) {
        close(node.listener);
        close(pair[0]);
        return pid < 0 ? -1 : pair[1];
    }
    close(pair[1]);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    node.invoker = pair[0];
    node.epoll = epoll_create1(EPOLL_CLOEXEC);
    node.children = signalfd(-1, &child, SFD_CLOEXEC);
    for (int i = 0; i < BARE_PAGES - 1; i++) {
        node.pages[i] = memfd_create("shared", MFD_CLOEXEC);
        node.bad |= node.pages[i] < 0 || ftruncate(node.pages[i], BARE_PAGE) < 0;
    }
    watch(node.invoker, NULL);
    watch(node.listener, NULL);
    watch(node.children, NULL);
    serve();
    _exit(1);
}

static int one_conversation(int to_node)
{
    char buf[BENCH_RECORD] = {'E'};
    int a;
    if (recv(to_node, buf, 1, MSG_DONTWAIT | MSG_PEEK) == 0 || bare_say(to_node, BARE_REQUEST, NULL, 0) < 0 ||
        bare_hear(to_node, &a, 1) != BARE_REQUEST)
        return -1;
    bool ok = send(a, buf, sizeof buf, MSG_NOSIGNAL) == sizeof buf &&
              recv(a, buf, sizeof buf, 0) == sizeof buf && send(a, buf, BARE_BRACKET_END, MSG_NOSIGNAL) > 0 &&
              bare_say(to_node, BARE_END, NULL, 0) == 0;
    close(a);
    return ok ? 0 : -1;
}

void sequence_copies(int fd, const void *arg)
{
    uint32_t n;
    int to_node = start_node(arg);
    while (to_node >= 0 && worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        double start = seconds();
        for (uint32_t i = 0; i < n && !out.failed; i++)
            if (one_conversation(to_node) < 0)
                sample_fail(&out, "conversation: %s", strerror(errno));
        out.value = (seconds() - start) / n;
        worker_tell(fd, &out);
    }
}
