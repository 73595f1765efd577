#include "tp/libappc/verbs.h"

#include "tp/conv/blocking.h"
#include "tp/conv/control.h"
#include "tp/libappc/complete.h"
#include "tp/libappc/rts.h"
#include "tp/verbs/memory.h"

/* A block without AP_EXTD_VCB ends before FIELD. */
#define UP_TO(vcb, field) offsetof(struct vcb, field)
#define SIZE(vcb)         sizeof(struct vcb)

/* Searched from the start, so the verbs that are issued again and again come first. */
static const struct verb_row rows[] = {
    {AP_M_SEND_DATA, "SEND_DATA", SIZE(send_data), SIZE(mc_send_data), {0, 0}, verb_send_data},
    {AP_M_RECEIVE_AND_WAIT,
     "RECEIVE_AND_WAIT",
     SIZE(receive_and_wait),
     SIZE(mc_receive_and_wait),
     {0, 0},
     verb_receive_and_wait},
    {AP_M_ALLOCATE,
     "ALLOCATE",
     UP_TO(allocate, proxy_user),
     SIZE(mc_allocate),
     {SIZE(allocate), 0},
     verb_allocate},
    {AP_M_CONFIRM, "CONFIRM", SIZE(confirm), SIZE(mc_confirm), {0, 0}, verb_confirm},
    {AP_M_CONFIRMED, "CONFIRMED", SIZE(confirmed), SIZE(mc_confirmed), {0, 0}, verb_confirmed},
    {AP_M_DEALLOCATE,
     "DEALLOCATE",
     UP_TO(deallocate, callback),
     UP_TO(mc_deallocate, callback),
     {SIZE(deallocate), SIZE(mc_deallocate)},
     verb_deallocate},
    {AP_M_FLUSH, "FLUSH", SIZE(flush), SIZE(mc_flush), {0, 0}, verb_flush},
    {AP_M_GET_ATTRIBUTES,
     "GET_ATTRIBUTES",
     UP_TO(get_attributes, luw_id),
     UP_TO(mc_get_attributes, luw_id),
     {SIZE(get_attributes), SIZE(mc_get_attributes)},
     verb_get_attributes},
    {AP_GET_TYPE, "GET_TYPE", SIZE(get_type), 0, {0, 0}, verb_get_type},
    {AP_GET_STATE, "GET_STATE", SIZE(get_state), 0, {0, 0}, verb_get_state},
    {AP_M_PREPARE_TO_RECEIVE,
     "PREPARE_TO_RECEIVE",
     SIZE(prepare_to_receive),
     SIZE(mc_prepare_to_receive),
     {0, 0},
     verb_prepare_to_receive},
    {AP_M_RECEIVE_IMMEDIATE,
     "RECEIVE_IMMEDIATE",
     SIZE(receive_immediate),
     SIZE(mc_receive_immediate),
     {0, 0},
     verb_receive_immediate},
    {AP_M_RECEIVE_AND_POST,
     "RECEIVE_AND_POST",
     SIZE(receive_and_post),
     SIZE(mc_receive_and_post),
     {0, 0},
     verb_receive_and_post},
    {AP_M_POST_ON_RECEIPT,
     "POST_ON_RECEIPT",
     SIZE(post_on_receipt),
     SIZE(mc_post_on_receipt),
     {0, 0},
     verb_post_on_receipt},
    {AP_M_RECEIVE_LOG_DATA,
     "RECEIVE_LOG_DATA",
     SIZE(receive_log_data),
     SIZE(mc_receive_log_data),
     {0, 0},
     verb_receive_log_data},
    {AP_M_REQUEST_TO_SEND,
     "REQUEST_TO_SEND",
     SIZE(request_to_send),
     SIZE(mc_request_to_send),
     {0, 0},
     verb_request_to_send},
    {AP_M_SEND_ERROR, "SEND_ERROR", SIZE(send_error), SIZE(mc_send_error), {0, 0}, verb_send_error},
    {AP_M_TEST_RTS, "TEST_RTS", SIZE(test_rts), SIZE(mc_test_rts), {0, 0}, verb_test_rts},
    {AP_M_TEST_RTS_AND_POST,
     "TEST_RTS_AND_POST",
     SIZE(test_rts_and_post),
     SIZE(mc_test_rts_and_post),
     {0, 0},
     verb_test_rts_and_post},
    {AP_TP_ENDED, "TP_ENDED", SIZE(tp_ended), 0, {0, 0}, verb_tp_ended},
    {AP_TP_STARTED,
     "TP_STARTED",
     UP_TO(tp_started, syncpoint_rqd),
     0,
     {SIZE(tp_started), 0},
     verb_tp_started},
    {AP_RECEIVE_ALLOCATE, "RECEIVE_ALLOCATE", SIZE(receive_allocate), 0, {0, 0}, verb_receive_allocate},
    {AP_RECEIVE_ALLOCATE_EX,
     "RECEIVE_ALLOCATE_EX",
     SIZE(receive_allocate_ex),
     0,
     {0, 0},
     verb_receive_allocate_ex},
    {AP_RECEIVE_ALLOCATE_EX_END,
     "RECEIVE_ALLOCATE_EX_END",
     SIZE(receive_allocate_ex_end),
     0,
     {0, 0},
     verb_receive_allocate_ex_end},
    {AP_GET_TP_PROPERTIES,
     "GET_TP_PROPERTIES",
     UP_TO(get_tp_properties, prot_luw_id),
     0,
     {SIZE(get_tp_properties), 0},
     verb_get_tp_properties},
    {AP_M_SEND_CONVERSATION,
     "SEND_CONVERSATION",
     SIZE(send_conversation),
     SIZE(mc_send_conversation),
     {0, 0},
     verb_send_conversation},
    {AP_GET_LU_STATUS, "GET_LU_STATUS", SIZE(get_lu_status), 0, {0, 0}, verb_get_lu_status},
    {AP_DISPLAY, "DISPLAY", SIZE(display_ee), 0, {0, 0}, verb_display},
    {AP_CNOS, "CNOS", SIZE(cnos), 0, {0, 0}, verb_cnos},
    {AP_ACTIVATE_SESSION, "ACTIVATE_SESSION", SIZE(activate_session), 0, {0, 0}, verb_activate_session},
    {AP_DEACTIVATE_SESSION,
     "DEACTIVATE_SESSION",
     SIZE(deactivate_session),
     0,
     {0, 0},
     verb_deactivate_session},
    {AP_SET_TP_PROPERTIES, "SET_TP_PROPERTIES", SIZE(set_tp_properties), 0, {0, 0}, verb_set_tp_properties},
};

const struct verb_row *verb_find(unsigned short opcode)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].opcode == opcode)
            return &rows[i];
    return NULL;
}

/* A verb of one form takes either number for it: the pages of such verbs leave opext open. */
size_t verb_size(const struct verb_row *row, unsigned char opext)
{
    unsigned form = opext & ~AP_EXTD_VCB;
    if (row->opcode == AP_DISPLAY) /* it is reserved there, and has a code of its own when it is not zero */
        return row->basic;
    if (form > AP_MAPPED_CONVERSATION)
        return 0;
    if (!verb_has_forms(row))
        form = AP_BASIC_CONVERSATION;
    size_t extended = row->extended[form];
    return opext & AP_EXTD_VCB && extended ? extended : form ? row->mapped : row->basic;
}

bool verb_issue(void *vcb, struct completion *how)
{
    struct call v = {.vcb = vcb, .nonblocking = how != NULL};
    const struct appc_hdr *h = vcb;
    if (!vcb || !memory_writable(vcb, sizeof *h)) /* there is no place for a code */
        return false;
    v.row = verb_find(h->opcode);
    size_t size = v.row ? verb_size(v.row, h->opext) : 0;
    v.mapped = h->opext & AP_MAPPED_CONVERSATION;
    v.extended = h->opext & AP_EXTD_VCB;
    if (how)
        v.how = *how;
    if (size == 0)
        call_rc(&v, AP_INVALID_VERB, 0);
    else if (!memory_writable(vcb, size))
        call_rc(&v, AP_INVALID_VERB_SEGMENT, 0);
    else if (!library_started())
        call_rc(&v, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
    else if (!how && blocking_is_inside()) /* called from the hook: one blocking call per thread */
        call_rc(&v, AP_THREAD_BLOCKING, 0);
    else
        v.row->run(&v);
    if (how)
        *how = v.how;
    else if (v.posted && !v.incomplete && v.ran)
        complete_tell(&v.how, vcb);
    rts_resume(&v);
    if (v.tp)
        tp_put(v.tp);
    return v.incomplete;
}

void(APPC)(void *vcb)
{
    verb_issue(vcb, NULL);
}

void(APPC_C)(void *vcb)
{
    verb_issue(vcb, NULL);
}

void(APPC_P)(void *vcb)
{
    verb_issue(vcb, NULL);
}
