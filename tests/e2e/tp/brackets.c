/* brackets.c - a pair of TPs with many short conversations that are all alike, so that their session may stay
 * with both (docs/figures.md).
 *
 *   brackets invoke DEST N   N conversations, fewer after SIGTERM: a record with its number, of which every
 *                            third ends at the TP, and now and then one that is allocated and ended without
 *                            a word; prints how many were answered; exit status 1 when an answer is wrong or
 *                            a call fails
 *   brackets serve [N]       answers N, or until an Accept fails; prints "twice" when a number comes again */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpic.h"

struct record {
    int pid, number, ends; /* ENDS: the TP ends the conversation */
};

static unsigned char id[CM_CID_SIZE];
static CM_INT32 rc, rts;

static int fail(const char *call, int number)
{
    printf("%s of %d: %d\n", call, number, (int)rc);
    return 1;
}

static void deallocate(void)
{
    cmdeal(id, &rc);
}

static bool send_record(const struct record *r)
{
    CM_INT32 n = sizeof *r;
    cmsend(id, (unsigned char *)(uintptr_t)r, &n, &rts, &rc);
    return rc == CM_OK;
}

/* *STATUS is what came with it, or -1 for the end. */
static bool receive_record(struct record *r, CM_INT32 *status)
{
    CM_INT32 want = sizeof *r, what, got = 0;
    cmrcv(id, (unsigned char *)r, &want, &what, &got, status, &rts, &rc);
    if (rc == CM_DEALLOCATED_NORMAL)
        *status = -1;
    return (rc == CM_OK || rc == CM_DEALLOCATED_NORMAL) && what == CM_COMPLETE_DATA_RECEIVED &&
           got == sizeof *r;
}

static int one(const char *dest, int i)
{
    const struct record mine = {getpid(), i, i % 3 == 0};
    struct record its = {0, 0, 0};
    CM_INT32 status;
    char name[9] = "";
    snprintf(name, sizeof name, "%-8s", dest);
    cminit(id, (unsigned char *)name, &rc);
    if (rc == CM_OK)
        cmallc(id, &rc);
    if (rc != CM_OK)
        return fail("allocate", i);
    if (i % 50 == 49) {
        cmcanc(id, &rc);
        return 0;
    }
    if (!send_record(&mine))
        return fail("send", i);
    if (!receive_record(&its, &status) || memcmp(&mine, &its, sizeof its) != 0)
        return fail("receive", i);
    if (status == CM_NO_STATUS_RECEIVED) {
        struct record none;
        if (receive_record(&none, &status) || (rc != CM_OK && rc != CM_DEALLOCATED_NORMAL))
            return fail("end", i);
    }
    if (rc != CM_DEALLOCATED_NORMAL)
        deallocate();
    return 0;
}

static volatile sig_atomic_t enough;

static void on_enough(int sig)
{
    enough = sig;
}

static int invoke(const char *dest, int n)
{
    int i = 0;
    struct sigaction end = {.sa_handler = on_enough, .sa_flags = SA_RESTART};
    sigaction(SIGTERM, &end, NULL);
    for (; i < n && !enough; i++)
        if (one(dest, i))
            return 1;
    printf("answered %d\n", i);
    return 0;
}

static int serve(int n)
{
    struct record r, last = {0, 0, 0};
    CM_INT32 status;
    while (n < 0 || n-- > 0) {
        cmaccp(id, &rc);
        if (rc != CM_OK)
            return 0;
        if (!receive_record(&r, &status))
            continue;
        if (r.pid == last.pid && r.number <= last.number)
            printf("twice %d\n", r.number);
        last = r;
        if (status == CM_NO_STATUS_RECEIVED) {
            struct record none;
            receive_record(&none, &status);
        }
        if (rc != CM_OK)
            continue;
        send_record(&r);
        if (r.ends) {
            deallocate();
        } else {
            struct record none;
            receive_record(&none, &status);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 4 && strcmp(argv[1], "invoke") == 0)
        return invoke(argv[2], atoi(argv[3]));
    if (argc >= 2 && strcmp(argv[1], "serve") == 0)
        return serve(argc == 3 ? atoi(argv[2]) : -1);
    return 2;
}
