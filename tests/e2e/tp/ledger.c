/* ledger.c - a pair of TPs that keep books: numbered records go from a sender to a receiver, and both write
 * down what they know.  tests/e2e/ledger.py compares the books.
 *
 *   ledger send BOOK NAME SEED STOP DEST ...
 *       conversations with DEST ..., one after another, until the file STOP is there and the last one has
 *       ended well: mapped and basic, with small records and some of 30,000 octets.  Half of them ask for
 *       confirmation; the others have synchronization level NONE, give the turn at their end, and are
 *       answered with the number of records
 *
 *   ledger receive BOOKS TP [STOP]
 *       accepts TP and writes the book BOOKS.PID; again and again until the file STOP is there, or without
 *       one until an Accept fails
 *
 * A line of a sender's book: "begin NUMBER RECORDS DEST", "end NUMBER CALL RETURN_CODE SENT" (records).  An
 * answer with another number is CALL "miscounted".
 *
 * A line of a receiver's book: "accept", "record SENDER NUMBER INDEX", "part" (of a record, when the session
 * has failed), "garbage" (a record that is damaged), "confirmed RETURN_CODE", "answered RECORDS", "end
 * RETURN_CODE", and "idle RETURN_CODE" of an Accept that failed.  A line is written before the call that lets
 * the partner know.  Whoever kills one of these programs adds the line "killed" to its book. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"

#define RECORDS    12   /* most of a conversation */
#define SMALL      4000 /* octets of most records, at most */
#define LARGEST    30000
#define SLOWEST_MS 40 /* from one record to the next, so that what dies dies amid conversations */
#define LL         2  /* octets of the length before a record of a basic conversation */
#define HEAD       64 /* octets of a record that say which one it is */

static unsigned char id[CM_CID_SIZE], data[LL + LARGEST];
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

/* Octets to send of the record that this makes in DATA. */
static CM_INT32 fill(const char *name, unsigned number, unsigned index, bool basic)
{
    unsigned char *p = data + (basic ? LL : 0);
    size_t most = rand() % 16 ? SMALL : LARGEST, n = HEAD + (size_t)rand() % (most - HEAD);
    memset(p, 0, HEAD);
    snprintf((char *)p, HEAD, "%s %u %u", name, number, index);
    for (size_t i = HEAD; i < n; i++)
        p[i] = (unsigned char)(i + number + index);
    if (!basic)
        return (CM_INT32)n;
    data[0] = (unsigned char)((n + LL) >> 8);
    data[1] = (unsigned char)(n + LL);
    return (CM_INT32)(n + LL);
}

/* Begin a conversation.  Returns the call that failed, or NULL. */
static const char *begin(const char *dest, bool basic, bool confirm)
{
    unsigned char symbolic[CM_SDN_SIZE];
    CM_INT32 level = confirm ? CM_CONFIRM : CM_NONE;
    CM_INT32 type = basic ? CM_BASIC_CONVERSATION : CM_MAPPED_CONVERSATION;
    memset(symbolic, ' ', sizeof symbolic);
    memcpy(symbolic, dest, strnlen(dest, sizeof symbolic));
    cminit(id, symbolic, &rc);
    if (rc != CM_OK)
        return "initialize";
    cmsct(id, &type, &rc);
    cmssl(id, &level, &rc);
    cmallc(id, &rc);
    return rc == CM_OK ? NULL : "allocate";
}

/* The call that ends a conversation whose partner confirms. */
static const char *end_confirmed(void)
{
    CM_INT32 type = CM_DEALLOCATE_FLUSH;
    cmcfm(id, &rts, &rc);
    if (rc != CM_OK)
        return "confirm";
    cmsdt(id, &type, &rc);
    cmdeal(id, &rc);
    return "deallocate";
}

/* ... of one whose partner answers how many records it has, and ends it. */
static const char *end_answered(bool basic)
{
    CM_INT32 want = sizeof data, got, n = 0, status;
    unsigned count = 0;
    cmrcv(id, data, &want, &got, &n, &status, &rts, &rc);
    if (rc != CM_OK && rc != CM_DEALLOCATED_NORMAL)
        return "answer";
    size_t at = basic ? LL : 0;
    data[n < HEAD ? n : HEAD] = '\0';
    if (got != CM_COMPLETE_DATA_RECEIVED || sscanf((const char *)data + at, "%u", &count) != 1 ||
        count != sent)
        return "miscounted";
    if (rc == CM_OK)
        cmrcv(id, data, &want, &got, &n, &status, &rts, &rc);
    if (rc == CM_DEALLOCATED_NORMAL)
        rc = CM_OK;
    return "answer";
}

/* One conversation.  Returns the call that ended it, its return code in rc. */
static const char *converse(const char *name, unsigned number, unsigned records, const char *dest)
{
    bool basic = rand() % 2, confirm = rand() % 2;
    sent = 0;
    const char *failed = begin(dest, basic, confirm);
    if (failed)
        return failed;
    for (unsigned i = 0; i < records; i++) {
        CM_INT32 n = fill(name, number, i, basic);
        cmsend(id, data, &n, &rts, &rc);
        if (rc != CM_OK)
            return "send";
        sent++;
        cmflus(id, &rc);
        if (rc != CM_OK)
            return "flush";
        rest(rand() % SLOWEST_MS);
    }
    return confirm ? end_confirmed() : end_answered(basic);
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

/* The record P of N octets. */
static void write_down(const unsigned char *p, CM_INT32 n)
{
    char name[HEAD] = "";
    unsigned number = 0, index = 0;
    bool whole =
        n >= HEAD && memchr(p, 0, HEAD) && sscanf((const char *)p, "%63s %u %u", name, &number, &index) == 3;
    for (CM_INT32 i = HEAD; whole && i < n; i++)
        whole = p[i] == (unsigned char)((unsigned)i + number + index);
    if (whole)
        note("record %s %u %u", name, number, index);
    else
        note("garbage");
}

/* The sender wants to know how many RECORDS there are; that ends the conversation. */
static void answer(unsigned records, bool basic)
{
    CM_INT32 n = HEAD;
    memset(data, 0, HEAD);
    data[1] = HEAD;
    snprintf((char *)data + (basic ? LL : 0), HEAD - LL, "%u", records);
    note("answered %u", records);
    cmsend(id, data, &n, &rts, &rc);
    if (rc == CM_OK)
        cmdeal(id, &rc);
}

static void receive_records(void)
{
    CM_INT32 want = sizeof data, got, n, status, type, fill_ll = CM_FILL_LL;
    unsigned records = 0;
    cmect(id, &type, &rc);
    bool basic = type == CM_BASIC_CONVERSATION, answered = false;
    if (basic)
        cmsf(id, &fill_ll, &rc);
    do {
        cmrcv(id, data, &want, &got, &n, &status, &rts, &rc);
        if (rc != CM_OK)
            break;
        if (got == CM_COMPLETE_DATA_RECEIVED && basic)
            write_down(data + LL, n - LL);
        else if (got == CM_COMPLETE_DATA_RECEIVED)
            write_down(data, n);
        else if (got != CM_NO_DATA_RECEIVED)
            note("part"); /* the buffer has room for a whole record: the rest is not going to come */
        records += got == CM_COMPLETE_DATA_RECEIVED;
        if (status == CM_CONFIRM_RECEIVED) {
            cmcfmd(id, &rc);
            note("confirmed %s", xcrcname(rc));
        } else if (status == CM_SEND_RECEIVED) {
            answer(records, basic);
            answered = true;
        }
    } while (rc == CM_OK && !answered);
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
