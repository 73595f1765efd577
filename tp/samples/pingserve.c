/* pingserve.c - the server's side of an APING conversation.
 *
 * The client's first record may be a version record, which is answered with ours.  From then on the client
 * sends a number of records of one size and either gives the turn, which is answered with as many records of
 * that size, or asks for confirmation, which is given (one-way).  This goes on until the client
 * deallocates.  A client may leave out the version record: then its first record is data like any other. */
#include "tp/samples/pingserve.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tp/samples/pingproto.h"
#include "tp/samples/sampletp.h"

/* A conversation being served.  Small except for the buffer, and on the stack of its thread. */
struct serving {
    const struct pingserve *ps;
    unsigned char *id;
    char partner[CM_PLN_SIZE + 1];
    bool first;          /* nothing received yet: a version record may come */
    bool answer_version; /* the next turn is for our version record */
    long count;          /* records since the last turn or confirmation */
    CM_INT32 size;       /* of the last one */
    long long records;   /* for the log */
    long long octets;
    CM_INT32 send_type;
    unsigned char buffer[PING_BUFFER];
};

enum step {
    STEP_ON,   /* the conversation goes on */
    STEP_OVER, /* it has ended, its ID is void */
    STEP_BAD   /* it still exists but cannot be served */
};

static bool is_stopping(const struct pingserve *ps)
{
    return ps->stopping && atomic_load(ps->stopping);
}

static void report(const struct serving *s, const char *call, CM_INT32 rc)
{
    char what[64 + CM_PLN_SIZE];
    if (is_stopping(s->ps))
        return;
    snprintf(what, sizeof(what), "%s: %s", s->partner, call);
    sample_error(s->ps->program, what, rc);
}

/* What a return code means for the conversation.  After an error from the partner it goes on and the partner
 * has the turn, so the counts so far are void. */
static enum step after(struct serving *s, const char *call, CM_INT32 rc)
{
    switch (rc) {
    case CM_OK:
        return STEP_ON;
    case CM_DEALLOCATED_NORMAL:
        return STEP_OVER;
    case CM_PROGRAM_ERROR_NO_TRUNC:
    case CM_PROGRAM_ERROR_PURGING:
    case CM_PROGRAM_ERROR_TRUNC:
    case CM_SVC_ERROR_NO_TRUNC:
    case CM_SVC_ERROR_PURGING:
    case CM_SVC_ERROR_TRUNC:
        report(s, call, rc);
        s->count = 0;
        s->answer_version = false;
        return STEP_ON;
    case CM_PRODUCT_SPECIFIC_ERROR:
    case CM_PROGRAM_STATE_CHECK:
    case CM_OPERATION_NOT_ACCEPTED:
    case CM_OPERATION_INCOMPLETE:
        report(s, call, rc);
        return STEP_BAD;
    default:
        report(s, call, rc);
        return STEP_OVER;
    }
}

static CM_INT32 send_record(struct serving *s, CM_INT32 length, CM_INT32 type)
{
    CM_INT32 rts, rc;
    if (type != s->send_type) {
        cmsst(s->id, &type, &rc);
        if (rc != CM_OK)
            return rc;
        s->send_type = type;
    }
    cmsend(s->id, s->buffer, &length, &rts, &rc);
    return rc;
}

static enum step send_version(struct serving *s)
{
    static const unsigned char version[] = {PING_VERSION, PING_MAJOR, PING_MINOR, PING_SYSTEM};
#ifdef _WIN32
    static const char system[] = "Windows";
#else
    static const char system[] = "Linux";
#endif
    memcpy(s->buffer, version, sizeof(version));
    memcpy(s->buffer + sizeof(version), system, sizeof(system)); /* with its NUL */
    return after(s, "Send_Data (cmsend)",
                 send_record(s, sizeof(version) + sizeof(system), CM_SEND_AND_PREP_TO_RECEIVE));
}

/* Send back as many records of the same size as came, the last one with the turn.  The buffer still holds the
 * last record received; the contents of the answer have no meaning. */
static enum step send_back(struct serving *s)
{
    CM_INT32 rc = CM_OK;
    if (s->count == 0) { /* the client gave the turn without data */
        cmptr(s->id, &rc);
        return after(s, "Prepare_To_Receive (cmptr)", rc);
    }
    for (; s->count > 0 && rc == CM_OK; s->count--)
        rc = send_record(s, s->size, s->count > 1 ? CM_BUFFER_DATA : CM_SEND_AND_PREP_TO_RECEIVE);
    return after(s, "Send_Data (cmsend)", rc);
}

static void take_record(struct serving *s, CM_INT32 length)
{
    if (s->first && length >= PING_VERSION_RECORD && s->buffer[0] == PING_VERSION) {
        s->answer_version = true;
    } else {
        s->count++;
        s->size = length;
        s->records++;
        s->octets += length;
    }
    s->first = false;
}

static enum step take_turn(struct serving *s)
{
    if (!s->answer_version)
        return send_back(s);
    s->answer_version = false;
    s->count = 0;
    return send_version(s);
}

static enum step take_status(struct serving *s, CM_INT32 status)
{
    enum step step = STEP_ON;
    CM_INT32 rc;
    if (status == CM_CONFIRM_RECEIVED || status == CM_CONFIRM_SEND_RECEIVED ||
        status == CM_CONFIRM_DEALLOC_RECEIVED) {
        cmcfmd(s->id, &rc);
        step = after(s, "Confirmed (cmcfmd)", rc);
        if (step == STEP_ON && status == CM_CONFIRM_DEALLOC_RECEIVED)
            return STEP_OVER;
        if (status == CM_CONFIRM_RECEIVED)
            s->count = 0; /* one-way data: confirmed, not sent back */
    }
    if (step == STEP_ON && (status == CM_SEND_RECEIVED || status == CM_CONFIRM_SEND_RECEIVED))
        step = take_turn(s);
    return step;
}

static enum step receive(struct serving *s)
{
    CM_INT32 want = PING_BUFFER, data = CM_NO_DATA_RECEIVED, length = 0, status = CM_NO_STATUS_RECEIVED;
    CM_INT32 rts, rc;
    enum step step;
    cmrcv(s->id, s->buffer, &want, &data, &length, &status, &rts, &rc);
    /* A part of a record that is too long for one Receive counts as a record: nothing larger could be sent
     * back. */
    if ((rc == CM_OK || rc == CM_DEALLOCATED_NORMAL) && data != CM_NO_DATA_RECEIVED)
        take_record(s, length);
    step = after(s, "Receive (cmrcv)", rc);
    if (step == STEP_ON && rc == CM_OK)
        step = take_status(s, status);
    return step;
}

static void get_partner(struct serving *s)
{
    CM_INT32 length = 0, rc;
    cmepln(s->id, (unsigned char *)s->partner, &length, &rc);
    if (rc != CM_OK || length < 0 || length > CM_PLN_SIZE)
        length = 0;
    s->partner[length] = '\0';
}

int pingserve_register(const struct pingserve *ps, const char *tp_name)
{
    CM_INT32 length = (CM_INT32)strlen(tp_name), rc;
    cmsltp((unsigned char *)tp_name, &length, &rc);
    if (rc == CM_OK)
        return 0;
    sample_error(ps->program, "Specify_Local_TP_Name (cmsltp)", rc);
    return -1;
}

CM_INT32 pingserve_accept(const struct pingserve *ps, unsigned char id[CM_CID_SIZE])
{
    const char *call = "Accept_Conversation (cmaccp)";
    unsigned char done[CM_CID_SIZE];
    CM_INT32 rc, conversation_rc;
    cmaccp(id, &rc);
    if (rc == CM_OPERATION_INCOMPLETE) {
        /* This is the program's only incomplete operation: conversations are served with blocking calls. */
        do
            cmwait(done, &conversation_rc, &rc);
        while (rc == CM_SYSTEM_EVENT);
        call = "Wait_For_Conversation (cmwait)";
        if (rc == CM_OK) {
            call = "Accept_Conversation (cmaccp, completed by cmwait)";
            memcpy(id, done, sizeof(done));
            rc = conversation_rc;
        }
    }
    if (rc != CM_OK && !is_stopping(ps)) {
        sample_error(ps->program, call, rc);
        if (rc == CM_PROGRAM_STATE_CHECK)
            fprintf(stderr,
                    "%s: no conversation came in the time allowed, or no TP name is set (-t, APPCTPN)\n",
                    ps->program);
    }
    return rc;
}

void pingserve_conversation(const struct pingserve *ps, unsigned char id[CM_CID_SIZE])
{
    CM_INT32 flush = CM_PREP_TO_RECEIVE_FLUSH, rc;
    struct serving s;
    enum step step;
    memset(&s, 0, offsetof(struct serving, buffer));
    s.ps = ps;
    s.id = id;
    s.first = true;
    s.send_type = CM_BUFFER_DATA; /* the initial value in every conversation */
    get_partner(&s);
    /* The Attach asks for sync level CONFIRM, for one-way; giving the turn back must not wait for
     * confirmation. */
    cmsptr(id, &flush, &rc);
    step = after(&s, "Set_Prepare_To_Receive_Type (cmsptr)", rc);
    while (step == STEP_ON)
        step = receive(&s);
    if (step == STEP_BAD)
        pingserve_abend(id);
    if (ps->verbose)
        fprintf(stderr, "%s: %s: over, %lld record%s, %lld octet%s\n", ps->program, s.partner, s.records,
                sample_s(s.records), s.octets, sample_s(s.octets));
}

void pingserve_abend(unsigned char id[CM_CID_SIZE])
{
    CM_INT32 type = CM_DEALLOCATE_ABEND, rc;
    cmsdt(id, &type, &rc);
    cmdeal(id, &rc);
}
