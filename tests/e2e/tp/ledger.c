/* ledger.c - a pair of TPs that keep books: numbered records go from a sender to a receiver, and both write
 * down what they know.  tests/e2e/ledger.py compares the books.
 *
 *   ledger send BOOK NAME SEED STOP DEST ...
 *       conversations with DEST ..., one after another, until the file STOP is there and the last one has
 *       ended well
 *
 *   ledger receive BOOKS TP [STOP]
 *       accepts TP and writes the book BOOKS.PID; again and again until the file STOP is there, or without
 *       one until an Accept fails
 *
 * A line of a sender's book: "begin NUMBER RECORDS DEST", "end NUMBER CALL RETURN_CODE SENT" (records).
 *
 * A line of a receiver's book: "accept", "record SENDER NUMBER INDEX", "part" (of a record, when the session
 * has failed), "garbage" (a record that is damaged), "confirmed RETURN_CODE", "end RETURN_CODE", and "idle
 * RETURN_CODE" of an Accept that failed.  A line is written before the call that lets the partner know. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"

#define RECORDS    12   /* most of a conversation */
#define LARGEST    4000 /* octets of a record */
#define SLOWEST_MS 40   /* from one record to the next, so that what dies dies amid conversations */
#define HEAD       64   /* octets of a record that say which one it is */

static unsigned char id[CM_CID_SIZE], data[LARGEST];
static CM_INT32 rc, rts;
static unsigned sent; /* records of this conversation that Send_Data has taken */
static FILE *book;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vfprintf(book, format, ap);
    va_end(ap);
    fputc('\n', book);
    fflush(book);
}

static void rest(long ms)
{
    struct timespec t = {.tv_nsec = ms * 1000000};
    nanosleep(&t, NULL);
}

/* ---- the sender ---- */

static size_t fill(const char *name, unsigned number, unsigned index)
{
    size_t n = HEAD + (size_t)rand() % (LARGEST - HEAD);
    memset(data, 0, HEAD);
    snprintf((char *)data, HEAD, "%s %u %u", name, number, index);
    for (size_t i = HEAD; i < n; i++)
        data[i] = (unsigned char)(i + number + index);
    return n;
}

/* One conversation.  Returns the call that ended it, its return code in rc. */
static const char *converse(const char *name, unsigned number, unsigned records, const char *dest)
{
    unsigned char symbolic[CM_SDN_SIZE];
    CM_INT32 level = CM_CONFIRM, type = CM_DEALLOCATE_FLUSH;
    sent = 0;
    memset(symbolic, ' ', sizeof symbolic);
    memcpy(symbolic, dest, strnlen(dest, sizeof symbolic));
    cminit(id, symbolic, &rc);
    if (rc != CM_OK)
        return "initialize";
    cmssl(id, &level, &rc);
    cmallc(id, &rc);
    if (rc != CM_OK)
        return "allocate";
    for (unsigned i = 0; i < records; i++) {
        CM_INT32 n = (CM_INT32)fill(name, number, i);
        cmsend(id, data, &n, &rts, &rc);
        if (rc != CM_OK)
            return "send";
        sent++;
        cmflus(id, &rc);
        if (rc != CM_OK)
            return "flush";
        rest(rand() % SLOWEST_MS);
    }
    cmcfm(id, &rts, &rc);
    if (rc != CM_OK)
        return "confirm";
    cmsdt(id, &type, &rc);
    cmdeal(id, &rc);
    return "deallocate";
}

static int send_records(const char *name, const char *stop, char **dests, unsigned n_dests)
{
    bool last = false;
    for (unsigned number = 0; !last || rc != CM_OK; number++) {
        last = access(stop, F_OK) == 0;
        unsigned records = 1 + (unsigned)rand() % RECORDS;
        const char *dest = dests[(unsigned)rand() % n_dests];
        note("begin %u %u %s", number, records, dest);
        const char *call = converse(name, number, records, dest);
        note("end %u %s %s %u", number, call, xcrcname(rc), sent);
        if (rc != CM_OK)
            rest(100);
    }
    return 0;
}

/* ---- the receiver ---- */

static void write_down(CM_INT32 n)
{
    char name[HEAD] = "";
    unsigned number = 0, index = 0;
    bool whole = n >= HEAD && memchr(data, 0, HEAD) &&
                 sscanf((const char *)data, "%63s %u %u", name, &number, &index) == 3;
    for (CM_INT32 i = HEAD; whole && i < n; i++)
        whole = data[i] == (unsigned char)((unsigned)i + number + index);
    if (whole)
        note("record %s %u %u", name, number, index);
    else
        note("garbage");
}

static void receive_records(void)
{
    CM_INT32 want = sizeof data, got, n, status;
    do {
        cmrcv(id, data, &want, &got, &n, &status, &rts, &rc);
        if (rc != CM_OK)
            break;
        if (got == CM_COMPLETE_DATA_RECEIVED)
            write_down(n);
        else if (got != CM_NO_DATA_RECEIVED)
            note("part"); /* the buffer has room for a whole record: the rest is not going to come */
        if (status == CM_CONFIRM_RECEIVED) {
            cmcfmd(id, &rc);
            note("confirmed %s", xcrcname(rc));
        }
    } while (rc == CM_OK);
    note("end %s", xcrcname(rc));
}

/* An Accept that finds no Attach goes on, and Wait_For_Conversation completes it. */
static void await_attach(void)
{
    unsigned char which[CM_CID_SIZE];
    CM_INT32 completed;
    cmaccp(id, &rc);
    if (rc != CM_OPERATION_INCOMPLETE)
        return;
    cmwait(which, &completed, &rc);
    rc = rc == CM_OK ? completed : rc;
}

static int accept_all(const char *tp, const char *stop)
{
    CM_INT32 n = (CM_INT32)strlen(tp);
    while (!stop || access(stop, F_OK) != 0) {
        cmsltp((unsigned char *)(uintptr_t)tp, &n, &rc);
        await_attach();
        if (rc == CM_OK) {
            note("accept");
            receive_records();
        } else if (stop) {
            note("idle %s", xcrcname(rc));
            rest(100);
        } else {
            break;
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    char path[4096];
    bool sends = argc >= 7 && strcmp(argv[1], "send") == 0;
    if (!sends && (argc < 4 || strcmp(argv[1], "receive") != 0))
        return 2;
    snprintf(path, sizeof path, sends ? "%s" : "%s.%ld", argv[2], (long)getpid());
    book = fopen(path, "a");
    if (!book)
        return 3;
    if (!sends)
        return accept_all(argv[3], argv[4]);
    srand((unsigned)strtoul(argv[4], NULL, 10));
    return send_records(argv[3], argv[5], argv + 6, (unsigned)argc - 6);
}
