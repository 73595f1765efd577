/* brackets.c - a pair of TPs with many short conversations that are all alike for the node, so that their
 * session may stay with both (docs/figures.md), and of which each does something else.
 *
 *   brackets invoke DEST N [plain|confirm|all]
 *                        N conversations, fewer after SIGTERM.  The first record has the number and what is
 *                        done, by the number: all of the table below, or the first rows alone (plain), or all
 *                        with synchronization level Confirm.  Prints how many were answered; exit status 1
 *                        when an answer is wrong or a call fails
 *   brackets threads DEST N K
 *                        the same in K threads, each of which has N
 *   brackets serve [N]   answers N, or until an Accept fails; prints "twice" when a number comes again, and
 *                        what it gets that it should not
 *   brackets serves K    the same in K threads */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpic.h"

#define LARGE   20000
#define SEVERAL 5

struct record {
    int thread, number, script, confirms;
};

static _Thread_local unsigned char id[CM_CID_SIZE];
static _Thread_local CM_INT32 rc, rts, status;
static _Thread_local unsigned char large[LARGE];
static volatile sig_atomic_t enough;

/* ---- calls ---- */

static bool send(const void *data, CM_INT32 n)
{
    cmsend(id, (unsigned char *)(uintptr_t)data, &n, &rts, &rc);
    return rc == CM_OK;
}

static bool receive(void *data, CM_INT32 room, CM_INT32 expected)
{
    CM_INT32 what, got = 0;
    cmrcv(id, data, &room, &what, &got, &status, &rts, &rc);
    if (rc == CM_OK && what == CM_INCOMPLETE_DATA_RECEIVED && got < room) {
        cmrcv(id, data, &room, &what, &got, &status, &rts, &rc); /* why the rest has not come */
        return false;
    }
    return (rc == CM_OK || rc == CM_DEALLOCATED_NORMAL) && what == CM_COMPLETE_DATA_RECEIVED &&
           got == expected;
}

static bool receive_record(struct record *r)
{
    return receive(r, sizeof *r, sizeof *r);
}

/* Nothing comes but EXPECTED, and with it STATUS. */
static bool hears(CM_INT32 expected, CM_INT32 with)
{
    CM_INT32 room = 0, what, got = 0;
    unsigned char none[1];
    cmrcv(id, none, &room, &what, &got, &status, &rts, &rc);
    return rc == expected && (rc != CM_OK || status == with);
}

/* The other side ends it, with or without a Confirm. */
static bool hears_end(const struct record *r)
{
    if (!r->confirms)
        return rc == CM_DEALLOCATED_NORMAL || hears(CM_DEALLOCATED_NORMAL, CM_NO_STATUS_RECEIVED);
    if (status != CM_CONFIRM_DEALLOC_RECEIVED && !hears(CM_OK, CM_CONFIRM_DEALLOC_RECEIVED))
        return false;
    cmcfmd(id, &rc);
    return rc == CM_OK;
}

static bool deallocate(void)
{
    cmdeal(id, &rc);
    return rc == CM_OK;
}

static bool abend(void)
{
    CM_INT32 type = CM_DEALLOCATE_ABEND;
    cmsdt(id, &type, &rc);
    return deallocate();
}

static bool turn_comes(void)
{
    return status == CM_SEND_RECEIVED || hears(CM_OK, CM_SEND_RECEIVED);
}

static bool give_turn(void)
{
    CM_INT32 flush = CM_PREP_TO_RECEIVE_FLUSH;
    cmsptr(id, &flush, &rc);
    cmptr(id, &rc);
    return rc == CM_OK;
}

/* ---- what a conversation does after its first record R, on the side of the invoker and of the TP ---- */

static bool is_same(const struct record *r)
{
    struct record its = {0, 0, 0, 0};
    return receive_record(&its) && memcmp(r, &its, sizeof its) == 0;
}

static bool echo(const struct record *r)
{
    return is_same(r) && turn_comes() && deallocate();
}
static bool echoes(const struct record *r)
{
    return turn_comes() && send(r, sizeof *r) && give_turn() && hears_end(r);
}

static bool ended_there(const struct record *r)
{
    return is_same(r) && hears_end(r);
}
static bool ends(const struct record *r)
{
    return turn_comes() && send(r, sizeof *r) && deallocate();
}

static bool one_way(const struct record *r)
{
    return send(r, sizeof *r) && deallocate();
}
static bool takes(const struct record *r)
{
    return is_same(r) && hears_end(r);
}

static bool several(const struct record *r)
{
    for (int i = 0; i < SEVERAL; i++) {
        large[i] = (unsigned char)r->number;
        if (!send(large, LARGE))
            return false;
        cmflus(id, &rc);
    }
    for (int i = 0; i < SEVERAL; i++)
        if (!receive(large, LARGE, LARGE) || large[i] != (unsigned char)r->number)
            return false;
    return hears_end(r);
}
static bool answers_several(const struct record *r)
{
    for (int i = 0; i < SEVERAL; i++)
        if (!receive(large, LARGE, LARGE) || large[i] != (unsigned char)r->number)
            return false;
    if (!turn_comes())
        return false;
    for (int i = 0; i < SEVERAL; i++)
        if (!send(large, LARGE))
            return false;
    return deallocate();
}

/* Requests to send that nobody hears: the conversation ends meanwhile. */
static bool asks_late(const struct record *r)
{
    if (!give_turn())
        return false;
    cmrts(id, &rc);
    return rc == CM_OK && is_same(r) && hears_end(r);
}
static bool asks_turn(const struct record *r)
{
    cmrts(id, &rc);
    return ends(r);
}

static bool purged(const struct record *r)
{
    (void)r;
    return hears(CM_PROGRAM_ERROR_PURGING, 0) && turn_comes() && deallocate();
}
static bool purges(const struct record *r)
{
    cmserr(id, &rts, &rc);
    return rc == CM_OK && give_turn() && hears_end(r);
}

static bool abends(const struct record *r)
{
    (void)r;
    return abend();
}
static bool hears_abend(const struct record *r)
{
    (void)r;
    return hears(CM_DEALLOCATED_ABEND, 0);
}

static bool looks(const struct record *r)
{
    CM_INT32 now = CM_RECEIVE_IMMEDIATE, wait = CM_RECEIVE_AND_WAIT, got;
    struct record its = {0, 0, 0, 0};
    if (!give_turn())
        return false;
    cmsrt(id, &now, &rc);
    do
        receive_record(&its);
    while (rc == CM_UNSUCCESSFUL);
    if (memcmp(r, &its, sizeof its) != 0)
        return false;
    got = rc;
    if (rc == CM_OK)
        cmsrt(id, &wait, &rc);
    rc = got;
    return hears_end(r);
}

/* Allocated, and cancelled before anything has flowed; the TP never hears of it. */
static bool cancelled(const struct record *r)
{
    (void)r;
    cmcanc(id, &rc);
    return rc == CM_OK;
}

static const struct script {
    bool (*invoker)(const struct record *r), (*tp)(const struct record *r);
    bool silent; /* no record is sent first */
} scripts[] = {
    {echo, echoes, false},        {ended_there, ends, false},
    {cancelled, NULL, true}, /* the first three: plain */
    {one_way, takes, false},      {several, answers_several, false},
    {asks_late, ends, false},     {ended_there, asks_turn, false},
    {purged, purges, false},      {abends, hears_abend, false},
    {hears_abend, abends, false}, {looks, ends, false},
};
#define PLAIN   3
#define SCRIPTS ((int)(sizeof scripts / sizeof *scripts))

/* Most are echoes, so that the session may stay; what comes between them follows no order. */
static int script_of(int i, bool plain)
{
    unsigned mixed = (unsigned)i * 2654435761u >> 16;
    return mixed % 4 ? (int)(mixed % 2) : (int)(mixed / 4 % (unsigned)(plain ? PLAIN : SCRIPTS));
}

/* ---- both sides ---- */

static int fail(const char *call, const struct record *r)
{
    printf("%s of %d, script %d: %s %d\n", call, r->number, r->script, xcrcname(rc), (int)rc);
    return 1;
}

static int one(const char *to, const struct record *r)
{
    const struct script *s = &scripts[r->script];
    CM_INT32 level = CM_CONFIRM;
    char name[9] = "";
    snprintf(name, sizeof name, "%-8s", to);
    cminit(id, (unsigned char *)name, &rc);
    if (rc == CM_OK && r->confirms)
        cmssl(id, &level, &rc);
    if (rc == CM_OK)
        cmallc(id, &rc);
    if (rc != CM_OK)
        return fail("allocate", r);
    if (!s->silent && !send(r, sizeof *r))
        return fail("send", r);
    if (!s->invoker(r))
        return fail("answer", r);
    return 0;
}

static void on_enough(int sig)
{
    enough = sig;
}

static int invoke(const char *to, int n, const char *how)
{
    struct sigaction end = {.sa_handler = on_enough, .sa_flags = SA_RESTART};
    struct record r = {gettid(), 0, 0, strcmp(how, "confirm") == 0};
    sigaction(SIGTERM, &end, NULL);
    for (; r.number < n && !enough; r.number++) {
        r.script = script_of(r.number, strcmp(how, "plain") == 0);
        if (one(to, &r))
            return 1;
    }
    printf("answered %d\n", r.number);
    return 0;
}

static int serve(int n)
{
    struct record r, last = {0, 0, 0, 0};
    while (n < 0 || n-- > 0) {
        cmaccp(id, &rc);
        if (rc != CM_OK)
            return 0;
        if (!receive_record(&r) || r.script < 0 || r.script >= SCRIPTS || !scripts[r.script].tp)
            continue; /* its invoker has died, or was cut off */
        if (r.thread == last.thread && r.number <= last.number)
            printf("twice %d, script %d, after %d\n", r.number, r.script, last.number);
        last = r;
        if (!scripts[r.script].tp(&r))
            fail("serving", &r);
    }
    return 0;
}

/* ---- several threads ---- */

static const char *dest;
static int each;

static void *invoke_one(void *arg)
{
    return invoke(dest, each, "") ? arg : NULL;
}

static void *serve_one(void *arg)
{
    serve(-1);
    return arg;
}

static int threads(void *(*fn)(void *), int n)
{
    pthread_t t[16];
    int bad = 0, begun = 0;
    void *said;
    while (begun < n && begun < 16 && pthread_create(&t[begun], NULL, fn, &each) == 0)
        begun++;
    while (begun > 0)
        bad |= pthread_join(t[--begun], &said) != 0 || said != NULL;
    return bad;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    setvbuf(stdout, NULL, _IOLBF, 0);
    if ((argc == 4 || argc == 5) && strcmp(what, "invoke") == 0)
        return invoke(argv[2], atoi(argv[3]), argc == 5 ? argv[4] : "");
    if (argc == 5 && strcmp(what, "threads") == 0) {
        dest = argv[2];
        each = atoi(argv[3]);
        return threads(invoke_one, atoi(argv[4]));
    }
    if (argc >= 2 && strcmp(what, "serve") == 0)
        return serve(argc == 3 ? atoi(argv[2]) : -1);
    if (argc == 3 && strcmp(what, "serves") == 0)
        return threads(serve_one, atoi(argv[2])) != 0;
    return 2;
}
