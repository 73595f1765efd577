/* deaths.c - kills TPs at every moment of a conversation, many times, and checks what the partner is told.
 *
 *   deaths COUNT      the node has a symbolic destination DEATHS for a TP DEATHS on HOSTLU
 *
 * For each death two processes are made: an invoker and a TP that accepts.  One, the victim, comes to its
 * moment and stays there; it is killed with SIGKILL; then the other's call that waits, or its next calls,
 * must say so: CM_DEALLOCATED_ABEND on a mapped conversation, CM_DEALLOCATED_ABEND_SVC on a basic one, within
 * a second. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"

#define TOLD_WITHIN_MS 1000
#define SWITCHES       5 /* of process from a death to the survivor's return */
#define GIVE_UP_MS     20000

/* Where a process is; one word each, seen by all. */
struct shared {
    atomic_int
        moment[2];     /* the victim and the survivor are there, or are about to make the call that waits */
    atomic_int killed; /* the victim is gone: the survivor may go on */
    atomic_int rc;     /* the survivor's result */
    atomic_int calls;  /* ... in which of its calls */
    atomic_int ms;     /* ... and how long after the death */
    atomic_llong killed_at_us;
    atomic_int accepting; /* the TP has an Accept outstanding or is about to have one */
};

static struct shared *sh;
static unsigned char id[CM_CID_SIZE], data[4096];
static CM_INT32 rc, rts;
static bool basic;

static long long now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* How long a busy machine keeps a process waiting; the limit of a second is for an idle machine.
 * */
static long long longest_nap_us;

static void nap(void)
{
    static const struct timespec t = {.tv_nsec = 200000};
    long long start = now_us();
    nanosleep(&t, NULL);
    if (now_us() - start > longest_nap_us)
        longest_nap_us = now_us() - start;
}

static void give_up(const char *what)
{
    fprintf(stderr, "deaths: %s: %s\n", what, xcrcname(rc));
    _exit(3);
}

static void must(const char *what)
{
    if (rc != CM_OK)
        give_up(what);
}

/* ---- what both kinds of process do ---- */

static void init(void)
{
    CM_INT32 confirm = CM_CONFIRM, type = CM_BASIC_CONVERSATION;
    cminit(id, (unsigned char *)(uintptr_t) "DEATHS  ", &rc);
    must("cminit");
    cmssl(id, &confirm, &rc);
    must("cmssl");
    if (!basic)
        return;
    cmsct(id, &type, &rc);
    must("cmsct");
}

static void allocate(void)
{
    init();
    cmallc(id, &rc);
    must("cmallc");
}

static void send_record(CM_INT32 n)
{
    data[0] = (unsigned char)(n >> 8);
    data[1] = (unsigned char)n;
    cmsend(id, data, &n, &rts, &rc);
}

static void send_flushed(void)
{
    send_record(100);
    must("cmsend");
    cmflus(id, &rc);
    must("cmflus");
}

static CM_INT32 receive(void)
{
    CM_INT32 want = sizeof data, got = 0, len = 0, status = 0;
    cmrcv(id, data, &want, &got, &len, &status, &rts, &rc);
    return status;
}

static void receive_until(CM_INT32 wanted)
{
    for (CM_INT32 status = 0; status != wanted;) {
        status = receive();
        must("cmrcv");
    }
}

static void give_turn(void)
{
    CM_INT32 flush = CM_PREP_TO_RECEIVE_FLUSH;
    cmsptr(id, &flush, &rc);
    must("cmsptr");
    cmptr(id, &rc);
    must("cmptr");
}

static void accept_name(void)
{
    CM_INT32 n = 6, crc;
    unsigned char which[CM_CID_SIZE];
    cmsltp((unsigned char *)(uintptr_t) "DEATHS", &n, &rc);
    must("cmsltp");
    atomic_store(&sh->accepting, 1);
    cmaccp(id, &rc);
    if (rc == CM_OPERATION_INCOMPLETE) {
        cmwait(which, &crc, &rc);
        rc = rc == CM_OK ? crc : rc;
    }
    must("cmaccp");
}

/* ---- moments: what one side has done until then, and the call in which it then is, or makes ---- */

static void at_moment(int who)
{
    atomic_store(&sh->moment[who], 1);
}

static void stay(int who)
{
    at_moment(who);
    for (;;)
        pause();
}

static void wait_for_death(void)
{
    at_moment(1);
    while (!atomic_load(&sh->killed))
        nap();
}

/* The calls of a survivor after the death, until one tells; of the kind that its state allows. */
static void go_on(bool sends)
{
    int i;
    rc = CM_OK;
    for (i = 1; rc == CM_OK && i < 100; i++) {
        if (sends) {
            send_record(100);
            if (rc == CM_OK)
                cmcfm(id, &rts, &rc);
        } else {
            receive();
        }
    }
    atomic_store(&sh->calls, i);
}

enum side { INVOKER, TP };

/* -- the invoker -- */

static void inv_initialized(void)
{
    init();
    stay(0);
}

static void inv_allocated(void)
{
    allocate();
    stay(0);
}

static void inv_attached(void) /* flushed, with more in its buffer */
{
    allocate();
    send_flushed();
    send_record(100);
    stay(0);
}

static void inv_receiving(void) /* in a Receive that waits */
{
    allocate();
    send_flushed();
    give_turn();
    at_moment(0);
    receive_until(-1);
}

static void inv_confirming(void)
{
    allocate();
    send_record(100);
    at_moment(0);
    cmcfm(id, &rts, &rc);
    pause();
}

static void inv_asked(void) /* has been asked to confirm */
{
    allocate();
    send_flushed();
    give_turn();
    receive_until(CM_CONFIRM_RECEIVED);
    stay(0);
}

static void inv_sends_on(void)
{
    allocate();
    send_flushed();
    wait_for_death();
    go_on(true);
}

static void inv_receives(void) /* Receive under way when the partner dies */
{
    allocate();
    send_flushed();
    give_turn();
    at_moment(1);
    go_on(false);
}

static void inv_confirms(void) /* Confirm under way when the partner dies */
{
    allocate();
    send_record(100);
    at_moment(1);
    cmcfm(id, &rts, &rc);
    atomic_store(&sh->calls, 1);
}

static void inv_is_asked(void) /* answers a Confirm of the dead */
{
    allocate();
    send_flushed();
    give_turn();
    receive_until(CM_CONFIRM_RECEIVED);
    wait_for_death();
    cmcfmd(id, &rc);
    if (rc == CM_OK)
        go_on(false);
}

/* -- the TP -- */

static void tp_accepting(void)
{
    accept_name();
    pause();
}

static void tp_received(void)
{
    accept_name();
    receive();
    must("cmrcv");
    stay(0);
}

static void tp_receiving(void)
{
    accept_name();
    receive();
    must("cmrcv");
    at_moment(0);
    receive();
    pause();
}

static void tp_sending(void) /* has the turn and unsent data */
{
    accept_name();
    receive_until(CM_SEND_RECEIVED);
    send_record(100);
    stay(0);
}

static void tp_asked(void)
{
    accept_name();
    receive_until(CM_CONFIRM_RECEIVED);
    stay(0);
}

static void tp_confirming(void)
{
    accept_name();
    receive_until(CM_SEND_RECEIVED);
    at_moment(0);
    cmcfm(id, &rts, &rc);
    pause();
}

static void tp_receives(void)
{
    accept_name();
    at_moment(1);
    go_on(false);
}

static void tp_sends_on(void)
{
    accept_name();
    receive_until(CM_SEND_RECEIVED);
    wait_for_death();
    go_on(true);
}

static void tp_confirms(void) /* Confirm under way when the invoker dies */
{
    accept_name();
    receive_until(CM_SEND_RECEIVED);
    at_moment(1);
    cmcfm(id, &rts, &rc);
    atomic_store(&sh->calls, 1);
}

static void tp_is_asked(void)
{
    accept_name();
    receive_until(CM_CONFIRM_RECEIVED);
    wait_for_death();
    cmcfmd(id, &rc);
    if (rc == CM_OK)
        go_on(false);
}

static const struct scene {
    const char *name;
    enum side victim;
    void (*dies)(void);
    void (*survives)(void); /* NULL: nobody has to notice */
} scenes[] = {
    {"TP with an Accept outstanding", TP, tp_accepting, NULL},
    {"invoker before Allocate", INVOKER, inv_initialized, NULL},
    {"invoker before its Attach flows", INVOKER, inv_allocated, NULL},
    {"invoker while nobody has accepted", INVOKER, inv_attached, NULL},
    {"TP that has received, partner sends", TP, tp_received, inv_sends_on},
    {"TP in Receive, partner sends", TP, tp_receiving, inv_sends_on},
    {"TP in Send state, partner in Receive", TP, tp_sending, inv_receives},
    {"TP that is to confirm, partner in Confirm", TP, tp_asked, inv_confirms},
    {"TP in Confirm, partner is to confirm", TP, tp_confirming, inv_is_asked},
    {"invoker in Send state, partner in Receive", INVOKER, inv_attached, tp_receives},
    {"invoker in Receive, partner sends", INVOKER, inv_receiving, tp_sends_on},
    {"invoker in Confirm, partner is to confirm", INVOKER, inv_confirming, tp_is_asked},
    {"invoker that is to confirm, partner in Confirm", INVOKER, inv_asked, tp_confirms},
};

enum { SCENES = sizeof scenes / sizeof *scenes };

/* ---- the one who watches ---- */

static pid_t start(void (*play)(void), bool survivor)
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    alarm(GIVE_UP_MS / 1000 + 5);
    play();
    if (!survivor)
        _exit(4);
    atomic_store(&sh->rc, rc);
    atomic_store(&sh->ms, (int)((now_us() - atomic_load(&sh->killed_at_us)) / 1000));
    exit(0);
}

/* Is PID asleep, as it is in a call that waits? */
static bool asleep(pid_t pid)
{
    char name[64], line[256];
    snprintf(name, sizeof name, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(name, "r");
    bool yes = false;
    if (f && fgets(line, sizeof line, f)) {
        char *p = strrchr(line, ')');
        yes = p && p[1] == ' ' && p[2] == 'S';
    }
    if (f)
        fclose(f);
    return yes;
}

static bool until(atomic_int *what, long long end)
{
    while (!atomic_load(what)) {
        if (now_us() > end)
            return false;
        nap();
    }
    return true;
}

static int report(const struct scene *s, const char *what)
{
    fprintf(stderr, "deaths: %s, %s: %s\n", s->name, basic ? "basic" : "mapped", what);
    return 1;
}

static int reap(const struct scene *s, pid_t pid, long long end)
{
    int status;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (now_us() > end) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return report(s, "the survivor is told nothing");
        }
        nap();
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return report(s, "the survivor's calls failed early");
    return 0;
}

static int judge(const struct scene *s)
{
    char text[200];
    CM_INT32 expected = basic ? CM_DEALLOCATED_ABEND_SVC : CM_DEALLOCATED_ABEND;
    int got = atomic_load(&sh->rc), ms = atomic_load(&sh->ms);
    if (got != expected) {
        snprintf(text, sizeof text, "the survivor is told %s, not %s", xcrcname(got), xcrcname(expected));
        return report(s, text);
    }
    if (ms > TOLD_WITHIN_MS + SWITCHES * longest_nap_us / 1000) {
        snprintf(text, sizeof text, "the survivor is told after %d ms", ms);
        return report(s, text);
    }
    return 0;
}

static int play(const struct scene *s)
{
    long long end = now_us() + GIVE_UP_MS * 1000LL;
    pid_t survivor = 0, victim;
    int bad = 0, status;
    memset(sh, 0, sizeof *sh);
    if (s->victim == INVOKER && s->survives) {
        survivor = start(s->survives, true);
        if (!until(&sh->accepting, end))
            bad = report(s, "no Accept");
    }
    victim = start(s->dies, false);
    if (s->victim == TP && !until(&sh->accepting, end))
        bad = report(s, "no Accept");
    if (s->victim == TP && s->survives)
        survivor = start(s->survives, true);
    if (s->dies != tp_accepting && !until(&sh->moment[0], end))
        bad = report(s, "the victim does not come so far");
    if (survivor && !until(&sh->moment[1], end))
        bad = report(s, "the survivor does not come so far");
    while (!asleep(victim) && now_us() < end)
        nap();
    while (survivor && !asleep(survivor) && now_us() < end)
        nap();
    longest_nap_us = 0;
    atomic_store(&sh->killed_at_us, now_us());
    kill(victim, SIGKILL);
    waitpid(victim, &status, 0);
    atomic_store(&sh->killed, 1);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
        bad = report(s, "the victim has ended by itself");
    if (survivor)
        bad |= reap(s, survivor, bad ? 0 : end);
    return bad || !survivor ? bad : judge(s);
}

int main(int argc, char **argv)
{
    long count = argc == 2 ? atol(argv[1]) : 0, bad = 0;
    sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count <= 0 || sh == MAP_FAILED) {
        fprintf(stderr, "usage: deaths COUNT\n");
        return 2;
    }
    for (long i = 0; i < count && bad < 10; i++) {
        basic = i / SCENES % 2;
        bad += play(&scenes[i % SCENES]);
    }
    printf("%ld deaths, %ld not as they should be\n", count, bad);
    return bad ? 1 : 0;
}
