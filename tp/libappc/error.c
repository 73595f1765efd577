/* SEND_ERROR, REQUEST_TO_SEND and TEST_RTS: what may come over a posted receive. */
#include "tp/conv/async.h"
#include "tp/conv/failure.h"
#include "tp/conv/half.h"
#include "tp/conv/interrupt.h"
#include "tp/conv/table.h"
#include "tp/libappc/logdata.h"
#include "tp/libappc/rts.h"
#include "tp/verbs/memory.h"
#include "tp/libappc/verbs.h"

/* The two blocks are alike but for the log data. */
static unsigned int error_wrong(const struct call *v, const struct conv *c, struct logdata log)
{
    const struct mc_send_error *m = v->vcb;
    if (c->state == CS_SEND_PENDING && m->err_dir > AP_SEND_DIR_ERROR)
        return AP_BAD_ERROR_DIRECTION;
    if (m->err_type > (v->mapped ? AP_PROG : AP_SVC)) /* backing out is of sync level 2 [P3] */
        return AP_SEND_ERROR_BAD_TYPE;
    return logdata_wrong(log, AP_SEND_ERROR_LOG_LL_WRONG);
}

void verb_send_error(struct call *v)
{
    struct mc_send_error *m = v->vcb;
    const struct send_error *b = v->vcb;
    bool over;
    struct conv *c = call_enter_over(v, &over);
    if (!c)
        return;
    struct logdata log = LOGDATA_OF(v, b);
    unsigned int bad = error_wrong(v, c, log);
    if (bad) {
        call_parameter(v, bad);
        async_leave_over(c, over);
        return;
    }
    logdata_keep(c, log);
    struct op op = interrupt_error(m->err_dir == AP_RCV_DIR_ERROR);
    op.service = m->err_type == AP_SVC;
    if (!over) {
        if (call_allowed(v, c, AV_SEND_ERROR))
            call_run(v, c, &op, &m->rts_rcvd, NULL);
        return;
    }
    call_outcome(v, c, interrupt_error_over(c, &op));
    call_report_rts(c, &m->rts_rcvd);
    async_leave_over(c, true);
}

void verb_request_to_send(struct call *v)
{
    bool over;
    struct conv *c = call_enter_over(v, &over);
    if (!c)
        return;
    if (over) {
        interrupt_signal_over(c);
        call_rc(v, AP_OK, 0);
        async_leave_over(c, true);
    } else if (call_allowed(v, c, AV_REQUEST_TO_SEND)) {
        struct op op = interrupt_signal();
        call_run(v, c, &op, NULL, NULL);
    }
}

/* The buffer is used for each error that comes, until another takes its place. */
void verb_receive_log_data(struct call *v)
{
    struct receive_log_data *b = v->vcb;
    struct conv *c = call_find(v);
    if (!c)
        return;
    if (b->log_dlen > 0 && !memory_writable(b->log_dptr, b->log_dlen)) {
        call_parameter(v, AP_INVALID_DATA_SEGMENT);
    } else {
        conv_take_logs(c, b->log_dlen > 0 ? b->log_dptr : NULL, b->log_dlen);
        call_rc(v, AP_OK, 0);
    }
    conv_put(c);
}

void verb_test_rts(struct call *v)
{
    bool over;
    struct conv *c = call_enter_over(v, &over);
    if (!c)
        return;
    half_ahead(c);
    call_rc(v, rts_take(c) ? AP_OK : AP_UNSUCCESSFUL, 0);
    if (over) /* what was read ahead may be what the receive waits for, and its socket is silent now */
        async_carry_on(c);
    async_leave_over(c, over);
}
