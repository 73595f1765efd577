/* mpingd.c - sample invokable TP: the server of aping for many conversations at once.
 *
 * Shows the shape of a multithreaded server.  The main thread always has an accept outstanding; each
 * conversation is served with blocking calls by a thread of its own; one more thread waits for the signal to
 * end, and ends the others with WinCPICCleanup, which makes every waiting call return. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "snanode/cli/progopt.h"
#include "tp/samples/pingserve.h"
#include "wincpic.h"

#define CPIC_1_0     0x0001       /* low octet major */
#define THREAD_STACK (256 * 1024) /* a conversation's buffer is 32 KiB of it */

static atomic_bool stopping;
static struct pingserve ps = {.program = "mpingd", .stopping = &stopping};

/* How many threads serve; main waits until there are none before it ends. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t nobody = PTHREAD_COND_INITIALIZER;
static long serving;

struct task {
    unsigned char id[CM_CID_SIZE];
};

static void usage(void)
{
    fputs("usage: mpingd [-hv] [-t NAME]\n"
          "Answers any number of aping conversations at once, until SIGTERM or SIGINT.\n"
          "  -t NAME  TP name to answer to; without it the environment variable APPCTPN, or MPINGD\n"
          "  -v       print a line on stderr for each conversation\n"
          "  -h       this text, also --help; --version: the version\n",
          stdout);
}

static void count_serving(long change)
{
    pthread_mutex_lock(&lock);
    serving += change;
    if (serving == 0)
        pthread_cond_broadcast(&nobody);
    pthread_mutex_unlock(&lock);
}

static void wait_for_nobody(void)
{
    pthread_mutex_lock(&lock);
    while (serving > 0)
        pthread_cond_wait(&nobody, &lock);
    pthread_mutex_unlock(&lock);
}

static void *serve(void *arg)
{
    struct task *task = arg;
    pingserve_conversation(&ps, task->id);
    free(task);
    count_serving(-1);
    return NULL;
}

static int start_thread(void *(*run)(void *), void *arg, int state, pthread_t *thread)
{
    pthread_attr_t attr;
    int e = pthread_attr_init(&attr);
    if (e)
        return e;
    pthread_attr_setstacksize(&attr, THREAD_STACK);
    pthread_attr_setdetachstate(&attr, state);
    e = pthread_create(thread, &attr, run, arg);
    pthread_attr_destroy(&attr);
    return e;
}

/* A conversation that gets no thread is ended, and the partner is told; the server goes on. */
static void start_serving(unsigned char id[CM_CID_SIZE])
{
    struct task *task = malloc(sizeof(*task));
    pthread_t thread;
    int e = ENOMEM;
    if (task) {
        memcpy(task->id, id, sizeof(task->id));
        count_serving(1);
        e = start_thread(serve, task, PTHREAD_CREATE_DETACHED, &thread);
        if (!e)
            return;
        count_serving(-1);
        free(task);
    }
    fprintf(stderr, "mpingd: no thread for a conversation: %s\n", strerror(e));
    pingserve_abend(id);
}

/* The only thread that takes signals: they are blocked in all others. */
static void *wait_for_signal(void *arg)
{
    const sigset_t *set = arg;
    int sig;
    while (sigwait(set, &sig) != 0)
        ;
    if (ps.verbose)
        fprintf(stderr, "mpingd: %s: ending\n", strsignal(sig));
    atomic_store(&stopping, true);
    WinCPICCleanup();
    return NULL;
}

/* Failures of the program or the node would only repeat; all others concern one partner only. */
static bool is_fatal(CM_INT32 rc)
{
    return rc == CM_PRODUCT_SPECIFIC_ERROR || rc == CM_PROGRAM_STATE_CHECK ||
           rc == CM_PROGRAM_PARAMETER_CHECK || rc == CM_OPERATION_NOT_ACCEPTED || rc == CM_CALL_NOT_SUPPORTED;
}

/* Returns when the program is to end: 0 when it was asked to, 1 when it cannot go on. */
static int accept_all(void)
{
    const struct timespec moment = {.tv_nsec = 100 * 1000 * 1000}; /* a partner must not make us spin */
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    for (;;) {
        rc = pingserve_accept(&ps, id);
        if (rc == CM_OK)
            start_serving(id);
        else if (atomic_load(&stopping))
            return 0;
        else if (is_fatal(rc))
            return 1;
        else
            nanosleep(&moment, NULL);
    }
}

static int run(const char *name)
{
    static sigset_t set; /* read by the signal thread for as long as it lives */
    pthread_t signals;
    WCPICDATA data;
    int rc, e;
    /* Before the first thread, including those of the library, so that all inherit it. */
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    rc = WinCPICStartup(CPIC_1_0, &data);
    if (rc != 0) {
        fprintf(
            stderr,
            "mpingd: WinCPICStartup: 0x%X: is the node running, and does SNANODE_SOCKET name its socket?\n",
            (unsigned)rc);
        return 1;
    }
    if (pingserve_register(&ps, name) == -1)
        return 1;
    e = start_thread(wait_for_signal, &set, PTHREAD_CREATE_JOINABLE, &signals);
    if (e) {
        fprintf(stderr, "mpingd: no thread: %s\n", strerror(e));
        return 1;
    }
    if (ps.verbose)
        fprintf(stderr, "mpingd: accepting %s, %s\n", name, data.szDescription);
    rc = accept_all();
    wait_for_nobody();
    if (atomic_load(&stopping))
        pthread_join(signals, NULL);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    const char *name = getenv("APPCTPN");
    int c;
    if (!name || !*name)
        name = "MPINGD";
    while ((c = getopt_long(argc, argv, ":ht:v", longs, NULL)) != -1) {
        switch (c) {
        case PROGOPT_HELP:
            usage();
            return 0;
        case PROGOPT_VERSION:
            return progopt_version("mpingd");
        case 't':
            name = optarg;
            break;
        case 'v':
            ps.verbose = true;
            break;
        default:
            return progopt_refused("mpingd", c, argv);
        }
    }
    if (optind != argc)
        return progopt_wrong("mpingd", "%s: a TP name is given with -t", argv[optind]);
    return run(name);
}
