/* steps.c - a TP for tests: carries out its arguments, one step each, and prints the results.
 *
 * Steps: see the table at the end.  ARG:VALUE; a line of output is "STEP RETURN_CODE MS [MORE]".  It goes to
 * stdout, or where "out:FILE" leads it (a copy that the node starts has the node's). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"

#define CONVERSATIONS 32
#define LIFE_S        60 /* whatever goes wrong, it does not stay */

static unsigned char ids[CONVERSATIONS][CM_CID_SIZE];
static unsigned char *id = ids[0];
static unsigned char data[32767];
static CM_INT32 rc, rts;
static char more[160];
static bool begun; /* the last accept or allocate succeeded */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* ---- calls ---- */

static void do_use(const char *v)
{
    id = ids[atoi(v) % CONVERSATIONS];
}

static void do_name(const char *v)
{
    CM_INT32 n = (CM_INT32)strlen(v);
    cmsltp((unsigned char *)(uintptr_t)v, &n, &rc);
}

static void finish_operation(void)
{
    unsigned char which[CM_CID_SIZE];
    CM_INT32 crc;
    if (rc != CM_OPERATION_INCOMPLETE)
        return;
    cmwait(which, &crc, &rc);
    rc = rc == CM_OK ? crc : rc;
}

static void do_accept(const char *v)
{
    char tp[CM_TPN_SIZE + 1] = "";
    CM_INT32 n = 0, rc2;
    (void)v;
    cmaccp(id, &rc);
    finish_operation();
    begun = rc == CM_OK;
    if (!begun)
        return;
    cmetpn(id, (unsigned char *)tp, &n, &rc2);
    tp[rc2 == CM_OK ? n : 0] = '\0';
    snprintf(more, sizeof more, "tp=%s pid=%d", tp, (int)getpid());
}

static void do_init(const char *v)
{
    unsigned char dest[CM_SDN_SIZE];
    memset(dest, ' ', sizeof dest);
    memcpy(dest, v, strnlen(v, sizeof dest));
    cminit(id, dest, &rc);
}

static void do_tpname(const char *v)
{
    CM_INT32 n = (CM_INT32)strlen(v);
    cmstpn(id, (unsigned char *)(uintptr_t)v, &n, &rc);
}

static void do_partner(const char *v)
{
    CM_INT32 n = (CM_INT32)strlen(v);
    cmspln(id, (unsigned char *)(uintptr_t)v, &n, &rc);
}

static void do_mode(const char *v)
{
    CM_INT32 n = (CM_INT32)strlen(v);
    cmsmn(id, (unsigned char *)(uintptr_t)v, &n, &rc);
}

static void do_basic(const char *v)
{
    CM_INT32 t = CM_BASIC_CONVERSATION;
    (void)v;
    cmsct(id, &t, &rc);
}

static void do_sync(const char *v)
{
    CM_INT32 l = CM_CONFIRM;
    (void)v;
    cmssl(id, &l, &rc);
}

static void do_immediate(const char *v)
{
    CM_INT32 c = CM_IMMEDIATE;
    (void)v;
    cmsrc(id, &c, &rc);
}

static void do_allocate(const char *v)
{
    (void)v;
    cmallc(id, &rc);
    finish_operation();
    begun = rc == CM_OK;
}

static void do_send(const char *v)
{
    CM_INT32 n = atoi(v);
    cmsend(id, data, &n, &rts, &rc);
}

/* A logical record of basic conversations: length with itself, then data. */
static void do_record(const char *v)
{
    CM_INT32 n = atoi(v);
    data[0] = (unsigned char)(n >> 8);
    data[1] = (unsigned char)n;
    cmsend(id, data, &n, &rts, &rc);
}

static void do_flush(const char *v)
{
    (void)v;
    cmflus(id, &rc);
}

static void do_turn(const char *v)
{
    CM_INT32 t = CM_PREP_TO_RECEIVE_FLUSH;
    (void)v;
    cmsptr(id, &t, &rc);
    cmptr(id, &rc);
}

static void do_receive(const char *v)
{
    CM_INT32 want = *v ? atoi(v) : (CM_INT32)sizeof data, got = 0, len = 0, status = 0;
    cmrcv(id, data, &want, &got, &len, &status, &rts, &rc);
    snprintf(more, sizeof more, "data=%d length=%d status=%d", (int)got,
             got != CM_NO_DATA_RECEIVED ? (int)len : 0, (int)status);
}

static void do_confirm(const char *v)
{
    (void)v;
    cmcfm(id, &rts, &rc);
}

static void do_confirmed(const char *v)
{
    (void)v;
    cmcfmd(id, &rc);
}

static void do_error(const char *v)
{
    (void)v;
    cmserr(id, &rts, &rc);
}

static void deallocate(CM_INT32 type)
{
    cmsdt(id, &type, &rc);
    cmdeal(id, &rc);
}

static void do_deallocate(const char *v)
{
    (void)v;
    deallocate(CM_DEALLOCATE_FLUSH);
}

static void do_abend(const char *v)
{
    (void)v;
    deallocate(CM_DEALLOCATE_ABEND);
}

/* ---- everything else ---- */

static void do_out(const char *v)
{
    int fd = open(v, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
        _exit(99);
    close(fd);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

static void do_touch(const char *v)
{
    int fd = open(v, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static void do_await(const char *v)
{
    static const struct timespec pause = {.tv_nsec = 5000000};
    while (access(v, F_OK) != 0)
        nanosleep(&pause, NULL);
}

static const char *asked_file;

static void on_term(int sig)
{
    (void)sig;
    int fd = open(asked_file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    _exit(fd < 0 ? 98 : 143);
}

static void do_asked(const char *v)
{
    asked_file = v;
    signal(SIGTERM, on_term);
}

static void do_kill(const char *v)
{
    (void)v;
    fflush(NULL);
    kill(getpid(), SIGKILL);
}

static void do_closeall(const char *v)
{
    (void)v;
    close_range(3, ~0u, 0);
}

static void do_pause(const char *v)
{
    (void)v;
    for (;;)
        pause();
}

static void do_exit(const char *v)
{
    exit(atoi(v));
}

static const struct step {
    const char *name;
    void (*run)(const char *v);
    bool call; /* has a return code worth a line */
} steps[] = {
    {"use", do_use, false},              /* N: the steps that follow are for the Nth conversation */
    {"name", do_name, true},             /* N: cmsltp */
    {"accept", do_accept, true},         /* cmaccp, and cmwait when that is what it takes */
    {"init", do_init, true},             /* D: cminit */
    {"tpname", do_tpname, true},         /* N: cmstpn */
    {"partner", do_partner, true},       /* L: cmspln */
    {"mode", do_mode, true},             /* M: cmsmn */
    {"basic", do_basic, true},           /* basic conversation */
    {"sync", do_sync, true},             /* sync level CONFIRM */
    {"immediate", do_immediate, true},   /* return control CM_IMMEDIATE */
    {"allocate", do_allocate, true},     /* cmallc */
    {"send", do_send, true},             /* N: cmsend of N octets */
    {"record", do_record, true},         /* N: the same as one logical record (basic) */
    {"flush", do_flush, true},           /* cmflus */
    {"turn", do_turn, true},             /* cmptr, flush */
    {"receive", do_receive, true},       /* cmrcv */
    {"confirm", do_confirm, true},       /* cmcfm */
    {"confirmed", do_confirmed, true},   /* cmcfmd */
    {"error", do_error, true},           /* cmserr */
    {"deallocate", do_deallocate, true}, /* cmdeal, flush */
    {"abend", do_abend, true},           /* cmdeal, abend */
    {"out", do_out, false},              /* F: output goes to the end of file F */
    {"touch", do_touch, false},          /* F: make file F: somebody waits for it */
    {"await", do_await, false},          /* F: wait until file F is there */
    {"asked", do_asked, false},          /* F: whoever sends SIGTERM makes file F by it, and ends it */
    {"kill", do_kill, false},            /* kill -9 of itself */
    {"closeall", do_closeall, false},    /* closes all descriptors but the first three */
    {"pause", do_pause, false},          /* for good */
    {"exit", do_exit, false},            /* N: exit status N */
};

static bool run(const char *text)
{
    size_t n = strcspn(text, ":");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct step *s = &steps[i];
        if (strlen(s->name) != n || strncmp(s->name, text, n) != 0)
            continue;
        double start = now_ms();
        *more = '\0';
        s->run(text[n] ? text + n + 1 : "");
        if (s->call)
            printf("%s %s %.0f %s\n", s->name, xcrcname(rc), now_ms() - start, more);
        return true;
    }
    fprintf(stderr, "steps: %s is not a step\n", text);
    return false;
}

/* With "again" as the last argument, everything is done over and over until an accept or allocate fails; with
 * "again:N", N times. */
int main(int argc, char **argv)
{
    bool again = argc > 1 && strncmp(argv[argc - 1], "again", 5) == 0;
    long rounds = !again ? 1 : argv[argc - 1][5] ? atol(argv[argc - 1] + 6) : -1;
    alarm(LIFE_S);
    setvbuf(stdout, NULL, _IOLBF, 0);
    do {
        for (int i = 1; i < argc - again; i++)
            if (!run(argv[i]))
                return 2;
    } while (again && begun && --rounds != 0);
    return 0;
}
