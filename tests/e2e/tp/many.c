/* many.c - many conversations one after another, or many Allocates that are cancelled.
 *
 *   many converse DEST COUNT   Allocate, send 10 octets, receive until the end, COUNT times
 *   many cancel DEST COUNT     COUNT nonblocking Allocates, all cancelled at random while they wait, then
 *                              one that must work
 *   many leave DEST COUNT      the same with every second one, and then nothing until it is killed
 *   many serve                 accepts and echoes for ever (blocking accepts by APPCTPN) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpic.h"

static unsigned char buf[1000];
static CM_INT32 rc;

static void check(const char *what, CM_INT32 expected, int i)
{
    if (rc == expected)
        return;
    printf("%s %d: %s, not %s\n", what, i, xcrcname(rc), xcrcname(expected));
    exit(1);
}

static void initialize(unsigned char *id, const char *dest)
{
    unsigned char name[CM_SDN_SIZE];
    memset(name, ' ', sizeof name);
    memcpy(name, dest, strnlen(dest, sizeof name));
    cminit(id, name, &rc);
    check("cminit", CM_OK, 0);
}

static void one(const char *dest, int i)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 n = 10, want = sizeof buf, got, len, status, rts;
    initialize(id, dest);
    cmallc(id, &rc);
    check("cmallc", CM_OK, i);
    cmsend(id, buf, &n, &rts, &rc);
    check("cmsend", CM_OK, i);
    cmrcv(id, buf, &want, &got, &len, &status, &rts, &rc);
    check("cmrcv", CM_DEALLOCATED_NORMAL, i);
    if (len != 10) {
        printf("cmrcv %d: %d octets, not 10\n", i, (int)len);
        exit(1);
    }
}

static void serve(void)
{
    CM_INT32 got, len, status, rts, st = CM_SEND_AND_DEALLOCATE, want = sizeof buf;
    for (;;) {
        unsigned char id[CM_CID_SIZE];
        cmaccp(id, &rc);
        if (rc != CM_OK)
            return;
        cmrcv(id, buf, &want, &got, &len, &status, &rts, &rc);
        cmsst(id, &st, &rc);
        cmsend(id, buf, &len, &rts, &rc);
    }
}

/* Into the same random order each time. */
static void shuffle(unsigned char (*ids)[CM_CID_SIZE], int count)
{
    unsigned seed = 20241;
    for (int i = count - 1; i > 0; i--) {
        unsigned char id[CM_CID_SIZE];
        seed = seed * 1664525u + 1013904223u;
        unsigned k = (seed >> 8) % (unsigned)(i + 1);
        memcpy(id, ids[i], sizeof id);
        memcpy(ids[i], ids[k], sizeof id);
        memcpy(ids[k], id, sizeof id);
    }
}

/* COUNT Allocates, of which MOST are cancelled. */
static void cancel(const char *dest, int count, int most)
{
    unsigned char(*ids)[CM_CID_SIZE] = calloc((size_t)count, CM_CID_SIZE);
    CM_INT32 mode = CM_NON_BLOCKING;
    int waited = 0;
    for (int i = 0; i < count; i++) {
        initialize(ids[i], dest);
        cmspm(ids[i], &mode, &rc);
        check("cmspm", CM_OK, i);
        cmallc(ids[i], &rc);
        waited += rc == CM_OPERATION_INCOMPLETE;
    }
    shuffle(ids, count);
    for (int i = 0; i < most; i++) {
        cmcanc(ids[i], &rc);
        check("cmcanc", CM_OK, i);
    }
    free(ids);
    printf("waited %d\n", waited);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    alarm(120);
    if (argc == 2 && strcmp(argv[1], "serve") == 0) {
        serve();
    } else if (argc == 4 && strcmp(argv[1], "converse") == 0) {
        for (int i = 0; i < atoi(argv[3]); i++)
            one(argv[2], i);
        printf("done\n");
    } else if (argc == 4 && strcmp(argv[1], "cancel") == 0) {
        cancel(argv[2], atoi(argv[3]), atoi(argv[3]));
        one(argv[2], 0);
        printf("done\n");
    } else if (argc == 4 && strcmp(argv[1], "leave") == 0) {
        cancel(argv[2], atoi(argv[3]), atoi(argv[3]) / 2);
        pause();
    } else {
        return 2;
    }
    return 0;
}
