/* snanode - the node: arguments, configuration, and the loop. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "snanode/cli/progopt.h"
#include "snanode/io/child.h"
#include "snanode/io/connection.h"
#include "snanode/io/listener.h"
#include "snanode/io/link/tlsmemory.h"
#include "snanode/io/logfile.h"
#include "snanode/io/remedy.h"
#include "snanode/io/server.h"
#include "snanode/io/stop.h"
#include "snanode/io/supervisor.h"
#include "snanode/host/socketpath.h"

#define DRAIN_MAX_S 86400

struct options {
    struct file_list commands, registry;
    char socket[108];
    int level; /* enum log_level, -1 = not said */
    unsigned drain_s;
    bool detach;
};

static int usage(void)
{
    fputs(
        "usage: snanode -c FILE ... [-t FILE.reg ...] [--server NAME] [-s SOCKET] [-l LEVEL] [-d]\n"
        "               [--log WHERE] [--drain SECONDS]\n"
        "  -c FILE      SNACFG command file: server, LUs, modes, symbolic destinations\n"
        "  -t FILE.reg  registry export with TPSETUP's entries: invokable TPs; FILE.ini: the INI form\n"
        "  --server NAME  which node of the files to be (default: the first)\n"
        "  -s SOCKET    where TPs and tools connect (default: SNANODE_SOCKET, else /run/snanode/node.sock\n"
        "               for root, else $XDG_RUNTIME_DIR/snanode/node.sock)\n"
        "  -l LEVEL     error, warn, info, debug or trace (default: that of diagnostic /auditlevel:,\n"
        "               else info)\n"
        "  -d           detach once TPs may connect; the log goes to SOCKET.log, which SIGHUP reopens\n"
        "  --log WHERE  stderr, journal, syslog or syslog:PATH; journal is stderr with the priority before\n"
        "               each line, and the default where stderr is connected to the journal\n"
        "  --drain SECONDS  how long open conversations may take to end when the node stops (default: 3)\n"
        "  -h, --help   this text; --version: the version\n"
        "Prints \"snanode: ready\" when TPs may connect.\n"
        "Exit status: 0 stopped, 1 cannot run, 2 an error in the configuration or the arguments.\n",
        stdout);
    return 0;
}

static void add(struct file_list *l, const char *name)
{
    l->v = realloc(l->v, (l->n + 1) * sizeof *l->v);
    if (!l->v) {
        remedy_say("the arguments", ENOMEM);
        exit(1);
    }
    l->v[l->n++] = name;
}

static int parse_drain(struct options *o, const char *v)
{
    size_t n = strspn(v, "0123456789");
    if (n == 0 || v[n] || n > 5 || strtoul(v, NULL, 10) > DRAIN_MAX_S)
        return progopt_wrong("snanode", "--drain %s: not a number of seconds from 0 to %d", v, DRAIN_MAX_S);
    o->drain_s = (unsigned)strtoul(v, NULL, 10);
    return 0;
}

/* 0, or an exit status. */
static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {{"server", required_argument, NULL, 'S'},
                                          {"log", required_argument, NULL, 'L'},
                                          {"drain", required_argument, NULL, 'D'},
                                          PROGOPT_LONGS,
                                          {NULL, 0, NULL, 0}};
    int c;
    while ((c = getopt_long(argc, argv, ":c:t:s:l:dh", longs, NULL)) != -1) {
        switch (c) {
        case 'S':
            o->commands.server = optarg;
            break;
        case 'c':
            add(&o->commands, optarg);
            break;
        case 't':
            add(&o->registry, optarg);
            break;
        case 's':
            if (strlen(optarg) >= sizeof o->socket) {
                return progopt_wrong("snanode", "-s %s: longer than a socket's name may be (%zu)", optarg,
                                     sizeof o->socket - 1);
            }
            strcpy(o->socket, optarg);
            break;
        case 'l':
            o->level = log_level_parse(optarg);
            if (o->level < 0) {
                return progopt_wrong("snanode", "-l %s: not a level; error, warn, info, debug or trace",
                                     optarg);
            }
            break;
        case 'L':
            if (logfile_choose(optarg) < 0)
                return progopt_wrong("snanode",
                                     "--log %s: not one of stderr, journal, syslog and syslog:PATH", optarg);
            break;
        case 'D':
            if (parse_drain(o, optarg) != 0)
                return 2;
            break;
        case 'd':
            o->detach = true;
            break;
        case PROGOPT_HELP:
            exit(usage());
        case PROGOPT_VERSION:
            exit(progopt_version("snanode"));
        default:
            return progopt_refused("snanode", c, argv);
        }
    }
    if (optind < argc)
        return progopt_wrong("snanode", "%s: files are given with -c or -t", argv[optind]);
    if (o->commands.n == 0)
        return progopt_wrong("snanode", "-c FILE is missing");
    return 0;
}

/* Where the node's socket is: where one was handed over, which *HANDED gets (-1 = none), or where the options
 * say, or the default.  0, or an exit status. */
static int find_socket(struct options *o, int *handed)
{
    char path[sizeof o->socket];
    *handed = supervisor_socket(path, sizeof path);
    if (*handed == -2)
        return 1;
    if (*handed >= 0 && o->socket[0] && strcmp(path, o->socket) != 0) {
        fprintf(stderr,
                "snanode: the service manager has handed over the socket %s, and -s says %s: write the same "
                "name in "
                "both\n",
                path, o->socket);
        return 1;
    }
    if (*handed >= 0)
        strcpy(o->socket, path);
    else if (!o->socket[0] && socket_default_path(o->socket, sizeof o->socket) < 0)
        return progopt_wrong("snanode", "SNANODE_SOCKET is longer than a socket's name may be");
    return 0;
}

/* What a burst of data has used is kept for the next one, as far as it is little.  By default glibc gives 128
 * KiB at the end of the heap back at once, and a node that carries large records would ask for them, and have
 * the kernel clear them, for each of them. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
}

static void block_hangup(int how)
{
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    sigprocmask(how, &hangup, NULL);
}

/* What means nothing to the node must not end it; TPs are started with all signals as they are by default.
 * SIGHUP waits until the files that it is about have been read. */
static void meet_signals(void)
{
    static const int nothing[] = {SIGPIPE, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        signal(nothing[i], SIG_IGN);
    block_hangup(SIG_BLOCK);
}

/* Two descriptors stand for a conversation: as many as the kernel allows. */
static void raise_limits(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0)
        return;
    struct rlimit most = {.rlim_cur = 1048576, .rlim_max = 1048576};
    if (setrlimit(RLIMIT_NOFILE, &most) == 0)
        return;
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
}

/* Passwords are in memory: no core dumps, and no inspection by other processes of the user, except by leak
 * checkers. */
static void hide_memory(void)
{
#ifndef __SANITIZE_ADDRESS__
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* In the background: the parent waits until the child says it is ready, and ends with its answer. */
static int detach(void)
{
    int p[2];
    char ok = 0;
    if (pipe2(p, O_CLOEXEC) < 0)
        return -1;
    pid_t pid = fork();
    if (pid < 0)
        return -1;
    if (pid > 0) {
        ssize_t n;
        close(p[1]);
        while ((n = read(p[0], &ok, 1)) < 0 && errno == EINTR)
            ;
        exit(n == 1 ? 0 : 1);
    }
    close(p[0]);
    setsid();
    return p[1];
}

/* TPs find the registry files that they are configured in by SNANODE_REGISTRY: their absolute paths, with
 * colons between them. */
static void tell_registry(const struct file_list *registry)
{
    char list[4 * PATH_MAX] = "", path[PATH_MAX];
    size_t n = 0;
    for (size_t i = 0; i < registry->n; i++)
        if (realpath(registry->v[i], path) && n + strlen(path) + 2 < sizeof list)
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n ? ":" : "", path);
    setenv("SNANODE_REGISTRY", list, 1);
}

/* The first line of every log: which node this is. */
static void log_start(const struct options *o)
{
    char files[512] = "";
    size_t n = 0;
    for (unsigned kind = 0; kind < 2; kind++) {
        const struct file_list *l = kind ? &o->registry : &o->commands;
        for (size_t i = 0; i < l->n && n < sizeof files; i++)
            n += (size_t)snprintf(files + n, sizeof files - n, " %s", l->v[i]);
    }
    log_info("snanode %s starts: pid %d, socket %s, files%s", SNANODE_VERSION, (int)getpid(), o->socket,
             files);
}

static void detached_ready(const struct options *o, int parent)
{
    char name[160];
    snprintf(name, sizeof name, "%s.log", o->socket);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    if (!logfile_on_stderr()) {
        dup2(null, STDERR_FILENO);
    } else if (logfile_open(name) < 0) {
        fprintf(stderr, "snanode: %s: %s; there is no log\n", name, strerror(errno));
        dup2(null, STDERR_FILENO);
    }
    if (null > STDERR_FILENO)
        close(null);
    log_start(o);
    if (write(parent, "", 1) != 1)
        log_warn("the process that started this node is gone");
    close(parent);
}

int main(int argc, char **argv)
{
    static struct options o = {.level = -1, .drain_s = STOP_DRAIN_S};
    int null, handed;
    static struct server s;
    meet_signals();
    if (!tls_memory_begin()) {
        remedy_say("OpenSSL", ENOMEM);
        return 1;
    }
    while ((null = open("/dev/null", O_RDWR)) >= 0 && null < 3)
        ; /* 0, 1 and 2 are taken, so that nothing else gets their numbers */
    close(null);
    supervisor_meet();
    logfile_choose(NULL);
    int status = parse(&o, argc, argv), parent = -1;
    if (status == 0)
        status = find_socket(&o, &handed);
    if (status)
        return status;
    log_set(logfile_sink, o.level < 0 ? LOG_LV_INFO : (enum log_level)o.level);
    s.commands = &o.commands;
    s.registry = &o.registry;
    tell_registry(&o.registry);
    s.loaded = load_files(s.commands, s.registry);
    if (!s.loaded) {
        remedy_say("the configuration", ENOMEM);
        return 1;
    }
    load_print(s.loaded);
    unsigned errors = s.loaded->diag.errors;
    if (errors) {
        fprintf(stderr, "snanode: %u error%s in the configuration; nothing started\n", errors,
                errors == 1 ? "" : "s");
        loaded_free(s.loaded);
        return 2;
    }
    if (o.level < 0 && config_log_level(&s.loaded->cfg) >= 0)
        log_set(logfile_sink, (enum log_level)config_log_level(&s.loaded->cfg));
    if (o.detach && (parent = detach()) < 0) {
        remedy_say("-d", errno);
        return 1;
    }
    hide_memory();
    raise_limits();
    keep_memory();
    child_adopt();
    if (!o.detach)
        log_start(&o);
    s.socket_path = o.socket;
    s.drain_s = o.drain_s;
    status = 1;
    errno = 0;
    if (server_init(&s) < 0)
        remedy_say("the node", errno);
    else if (listener_open(&s, handed, connection_new) == 0) {
        printf("snanode: ready\n");
        fflush(stdout);
        if (parent >= 0)
            detached_ready(&o, parent);
        char summary[200];
        supervisor_ready(&s, load_summary(s.loaded, summary, sizeof summary));
        block_hangup(SIG_UNBLOCK);
        if (event_base_dispatch(s.base) == 0) {
            log_info("stopped");
            status = 0;
        } else {
            log_error("the event loop has failed: %s", strerror(errno));
        }
    }
    listener_close(&s);
    server_fini(&s);
    listener_release(&s);
    loaded_free(s.loaded);
    logfile_flush();
    free(o.commands.v);
    free(o.registry.v);
    return status;
}
