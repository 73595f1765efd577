/* The receiving verbs [HIS: RECEIVE_AND_WAIT; HIS: RECEIVE_IMMEDIATE; HIS: RECEIVE_AND_POST]. */
#include "tp/conv/receiving.h"

#include <fcntl.h>

#include "tp/conv/table.h"
#include "tp/verbs/memory.h"
#include "tp/libappc/verbs.h"

/* The three blocks are alike up to the pointer to the data. */
typedef struct receive_and_wait receive_block;

static const unsigned short data_of[RCV_DATA_N] = {
    [RCV_DATA] = AP_DATA, [RCV_COMPLETE] = AP_DATA_COMPLETE, [RCV_INCOMPLETE] = AP_DATA_INCOMPLETE};
static const unsigned short status_of[RCV_STATUS_N] = {[RCV_SEND] = AP_SEND,
                                                       [RCV_CONFIRM] = AP_CONFIRM_WHAT_RECEIVED,
                                                       [RCV_CONFIRM_SEND] = AP_CONFIRM_SEND,
                                                       [RCV_CONFIRM_DEALLOCATE] = AP_CONFIRM_DEALLOCATE};

/* The two octets of what_rcvd are told apart by their places, so the codes of data and status add up. */
static struct appc_rc received(struct appc *a, struct op *op, void *vcb)
{
    receive_block *b = vcb;
    bool came = op->outcome == OUTCOME_OK;
    b->what_rcvd = came ? (unsigned short)(data_of[op->data] | status_of[op->status]) : 0;
    b->dlen = came ? (unsigned short)op->got : 0;
    return appc_rc_of(op->outcome, a->conv.sense, a->mapped_verbs);
}

struct kind {
    enum appc_verb verb;
    unsigned int bad_fill;
    bool immediate;
};

static unsigned int parameter_wrong(const struct call *v, const struct kind *k, receive_block *b)
{
    if (!v->mapped && b->fill > AP_LL)
        return k->bad_fill;
    if (b->rtn_status > AP_YES)
        return AP_BAD_RETURN_STATUS_WITH_DATA;
    if (b->max_len > 0 && !memory_writable(b->dptr, b->max_len))
        return AP_INVALID_DATA_SEGMENT;
    return 0;
}

static void receive(struct call *v, const struct kind *k)
{
    receive_block *b = v->vcb;
    struct conv *c = call_enter_receive(v);
    if (!c)
        return;
    unsigned int bad = parameter_wrong(v, k, b);
    if (bad) {
        call_refuse(v, c, AP_PARAMETER_CHECK, bad);
        return;
    }
    if (!call_allowed(v, c, k->verb))
        return;
    size_t got;
    enum rcv_status status;
    if (v->mapped && !v->nonblocking && receiving_at_once(c, false, b->dptr, b->max_len, &got, &status)) {
        bool ok = call_at_once(v, c, &b->rts_rcvd);
        b->what_rcvd = ok ? AP_DATA_COMPLETE : 0;
        b->dlen = ok ? (unsigned short)got : 0;
        return;
    }
    enum record_form form = v->mapped ? RECORD_MAPPED : b->fill == AP_LL ? RECORD_LL : RECORD_STREAM;
    struct op op = receiving(form, k->immediate, b->dptr, b->max_len);
    op.status_apart = b->rtn_status != AP_YES;
    op.end_apart = true;
    call_run(v, c, &op, &b->rts_rcvd, received);
}

void verb_receive_and_wait(struct call *v)
{
    receive(v, &(struct kind){AV_RECEIVE_AND_WAIT, AP_RCV_AND_WAIT_BAD_FILL, false});
}

void verb_receive_immediate(struct call *v)
{
    receive(v, &(struct kind){AV_RECEIVE_IMMEDIATE, AP_RCV_IMMD_BAD_FILL, true});
}

/* The verb returns at once, and EVENT says when its block is complete.  False: it is refused. */
static bool post(struct call *v, int event, bool given)
{
    if (!given || fcntl(event, F_GETFD) < 0) {
        struct conv *c = call_find(v); /* a wrong ID is told first */
        if (c) {
            conv_put(c);
            call_parameter(v, AP_INVALID_SEMAPHORE_HANDLE);
        }
        return false;
    }
    if (!v->nonblocking)
        v->how = (struct completion){.fd = event};
    v->posted = !v->nonblocking;
    v->nonblocking = true;
    return true;
}

void verb_receive_and_post(struct call *v)
{
    struct receive_and_post *b = v->vcb;
    if (post(v, WAPPC_FD(b->sema), b->sema != NULL))
        receive(v, &(struct kind){AV_RECEIVE_AND_POST, AP_RCV_AND_POST_BAD_FILL, false});
}

/* ---- POST_ON_RECEIPT ---- */

static struct appc_rc arrived(struct appc *a, struct op *op, void *vcb)
{
    struct appc_rc rc = appc_rc_of(op->outcome, a->conv.sense, a->mapped_verbs);
    (void)vcb;
    if (rc.primary == AP_OK)
        rc.secondary = op->data == RCV_DATA ? AP_DATA : AP_NOT_DATA;
    return rc;
}

/* Any data are enough, however few [P20]. */
void verb_post_on_receipt(struct call *v)
{
    struct post_on_receipt *b = v->vcb;
    if (!post(v, (int)b->sema, b->sema != 0))
        return;
    struct conv *c = call_enter(v);
    if (!c)
        return;
    if (!v->mapped && b->fill > AP_LL) {
        call_refuse(v, c, AP_PARAMETER_CHECK, AP_POST_ON_RECEIPT_BAD_FILL);
        return;
    }
    if (!call_allowed(v, c, AV_POST_ON_RECEIPT))
        return;
    struct op op = receiving_peek();
    call_run(v, c, &op, NULL, arrived);
}
