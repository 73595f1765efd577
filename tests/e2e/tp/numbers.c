/* numbers.c - a conversation that stays open, and whose records are numbered both ways.
 *
 *   numbers call DEST   for each line of stdin: sends the next number and the turn, and prints the number
 * that comes back, or the call that failed and its return code numbers answer TP   gives back each number, as
 * long as they come one after the other */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpic.h"

static unsigned char id[CM_CID_SIZE];
static CM_INT32 rc, rts;

static int ended(const char *call)
{
    printf("%s %s\n", call, xcrcname(rc));
    fflush(stdout);
    return 1;
}

static const char *tell(unsigned number)
{
    char text[16];
    CM_INT32 n = (CM_INT32)snprintf(text, sizeof text, "%u", number);
    cmsend(id, (unsigned char *)text, &n, &rts, &rc);
    return rc == CM_OK ? NULL : "send";
}

/* The number that comes with the turn, in *NUMBER. */
static const char *hear(unsigned *number)
{
    char text[16];
    CM_INT32 want = sizeof text - 1, got, n = 0, status = CM_NO_STATUS_RECEIVED;
    while (status != CM_SEND_RECEIVED) {
        cmrcv(id, (unsigned char *)text, &want, &got, &n, &status, &rts, &rc);
        if (rc != CM_OK)
            return "receive";
        if (got == CM_COMPLETE_DATA_RECEIVED) {
            text[n] = 0;
            *number = (unsigned)strtoul(text, NULL, 10);
        }
    }
    return NULL;
}

static int call(const char *dest)
{
    unsigned char symbolic[CM_SDN_SIZE];
    const char *failed;
    char line[16];
    unsigned number = 0, back = 0;
    memset(symbolic, ' ', sizeof symbolic);
    memcpy(symbolic, dest, strnlen(dest, sizeof symbolic));
    cminit(id, symbolic, &rc);
    if (rc != CM_OK)
        return ended("initialize");
    cmallc(id, &rc);
    if (rc != CM_OK)
        return ended("allocate");
    while (fgets(line, sizeof line, stdin)) {
        if ((failed = tell(++number)) || (failed = hear(&back)))
            return ended(failed);
        printf("%u\n", back);
        fflush(stdout);
    }
    cmdeal(id, &rc);
    return rc != CM_OK;
}

static int answer(void)
{
    const char *failed;
    unsigned number = 0, last = 0;
    cmaccp(id, &rc);
    if (rc != CM_OK)
        return ended("accept");
    while (!(failed = hear(&number)) && number == ++last) {
        if ((failed = tell(number)))
            break;
    }
    return failed ? rc != CM_DEALLOCATED_NORMAL : 1; /* a number that is not the next one: an end amid it */
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "call") == 0)
        return call(argv[2]);
    if (argc == 2 && strcmp(argv[1], "answer") == 0)
        return answer();
    fputs("usage: numbers call DEST | numbers answer\n", stderr);
    return 2;
}
