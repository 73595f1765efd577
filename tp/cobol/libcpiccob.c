/* libcpiccob - the calls under the names of COBOL for programs whose numbers are big-endian (COMP-4): a
 * second library above libcpic, which turns what the calls read and write.
 *
 * Numbers that a call writes are turned in their places before and after it, so that those which it does not
 * write stay as they were.  A call that remains incomplete writes them when it completes; until then the
 * library remembers where they are (later). */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tp/libcpic/byteorder.h"
#include "tp/libcpic/entry.h"

/* ---- numbers in their places ---- */

static void turn(void *at)
{
    CM_INT32 n;
    memcpy(&n, at, sizeof n);
    n = byteorder_swap(n);
    memcpy(at, &n, sizeof n);
}

static void turn_short(void *at)
{
    uint16_t n;
    memcpy(&n, at, sizeof n);
    n = __builtin_bswap16(n);
    memcpy(at, &n, sizeof n);
}

static void turn_side(SIDE_INFO *side)
{
    turn(&side->TP_name_type);
    turn(&side->conversation_security_type);
}

/* Programs give a variable that they do not look at for two parameters: it is turned once. */
static bool is_repeated(const struct entry *e, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (e->letters[k] == '>' && e->given[k] == e->given[i])
            return true;
    return false;
}

static void turn_outputs(const struct entry *e)
{
    for (unsigned i = 0; i < e->n; i++) {
        if (e->given[i] && e->letters[i] == '>' && !is_repeated(e, i))
            turn(e->given[i]);
        else if (e->given[i] && e->letters[i] == 'h')
            turn_short(e->given[i]);
    }
}

/* ---- calls that are incomplete ---- */

/* Where the call of a conversation will write numbers. */
struct later {
    struct later *next;
    unsigned char id[CM_CID_SIZE];
    unsigned n;
    void *at[ENTRY_MAX];
};
static struct later *all;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* All outputs but the return code, which has been written. */
static void remember(const struct entry *e)
{
    struct later *l = calloc(1, sizeof *l);
    CM_INT32 *rc = e->given[e->n - 1];
    if (!l) { /* what comes later will not be turned; a program without memory has other worries */
        turn_outputs(e);
        return;
    }
    turn(rc);
    memcpy(l->id, e->given[0], sizeof l->id);
    for (unsigned i = 0; i + 1 < e->n; i++)
        if (e->letters[i] == '>' && e->given[i] && e->given[i] != rc && !is_repeated(e, i))
            l->at[l->n++] = e->given[i];
    pthread_mutex_lock(&lock);
    l->next = all;
    all = l;
    pthread_mutex_unlock(&lock);
}

/* The call of conversation ID has completed, or the conversation is over. */
static void complete(const unsigned char *id)
{
    pthread_mutex_lock(&lock);
    for (struct later **p = &all; *p;) {
        struct later *l = *p;
        if (memcmp(l->id, id, sizeof l->id) != 0) {
            p = &l->next;
            continue;
        }
        for (unsigned i = 0; i < l->n; i++)
            turn(l->at[i]);
        *p = l->next;
        free(l);
    }
    pthread_mutex_unlock(&lock);
}

/* ---- before and after each call ---- */

static void entry_before(struct entry *e)
{
    for (unsigned i = 0; i < e->n; i++) {
        if (!e->given[i])
            continue;
        if (e->letters[i] == '<') {
            memcpy(&e->in[i], e->given[i], sizeof e->in[i]);
            e->in[i] = byteorder_swap(e->in[i]);
            e->args[i] = &e->in[i];
        } else if (e->letters[i] == 'S') {
            memcpy(&e->side, e->given[i], sizeof e->side);
            turn_side(&e->side);
            e->args[i] = &e->side;
        }
    }
    turn_outputs(e);
}

/* The conversation whose incomplete call is now complete, or NULL. */
static const unsigned char *completed(const struct entry *e, CM_INT32 rc)
{
    bool reports = strcmp(e->name, "CMWAIT") == 0 || strcmp(e->name, "XCSTEP") == 0;
    bool ends = strcmp(e->name, "CMCANC") == 0 || strcmp(e->name, "CMDEAL") == 0;
    CM_INT32 told = CM_OK;
    if (rc != CM_OK || (!reports && !ends))
        return NULL;
    if (reports)
        memcpy(&told, e->given[1], sizeof told); /* still in the order of the machine */
    return told == CM_OPERATION_INCOMPLETE ? NULL : e->given[0];
}

static void entry_after(struct entry *e)
{
    static const struct byteorder expected = {"libcpiccob", "COMP-4", "libcpic", "COMP-5"};
    CM_INT32 *at = e->given[e->n - 1];
    if (!at) {
        turn_outputs(e);
        return;
    }
    CM_INT32 rc;
    memcpy(&rc, at, sizeof rc);
    const unsigned char *id = completed(e, rc);
    if (rc == CM_OPERATION_INCOMPLETE) {
        remember(e);
        return;
    }
    turn_outputs(e);
    if (id)
        complete(id);
    if (rc == CM_OK)
        for (unsigned i = 0; i < e->n; i++)
            if (e->letters[i] == 's')
                turn_side(e->given[i]);
    if (rc == CM_PROGRAM_PARAMETER_CHECK)
        byteorder_explain(e, &expected, true);
}

#include "cobol_calls.def"
