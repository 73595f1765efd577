#include "tp/libappc/states.h"

#include "winappc.h"

#define IN(state) (1u << CS_##state)
#define SENDING   (IN(SEND) | IN(SEND_PENDING))
#define RECEIVING IN(RECEIVE)
#define ASKED     (IN(CONFIRM) | IN(CONFIRM_SEND) | IN(CONFIRM_DEALLOCATE))
#define ANY       (SENDING | RECEIVING | ASKED)

/* Where the pages say SEND they mean SEND_PENDING too, in which the program also has the right to send. */
static const struct {
    unsigned allowed;
    unsigned bad_state, not_boundary;
} table[AV_N] = {
    [AV_CONFIRM] = {SENDING, AP_CONFIRM_BAD_STATE, AP_CONFIRM_NOT_LL_BDY},
    [AV_CONFIRMED] = {ASKED, AP_CONFIRMED_BAD_STATE, 0},
    [AV_DEALLOCATE_FLUSH] = {SENDING, AP_DEALLOC_FLUSH_BAD_STATE, AP_DEALLOC_NOT_LL_BDY},
    [AV_DEALLOCATE_CONFIRM] = {SENDING, AP_DEALLOC_CONFIRM_BAD_STATE, AP_DEALLOC_NOT_LL_BDY},
    [AV_DEALLOCATE_ABEND] = {ANY, 0, 0},
    [AV_FLUSH] = {SENDING, AP_FLUSH_NOT_SEND_STATE, 0},
    [AV_PREPARE_TO_RECEIVE] = {SENDING, AP_P_TO_R_NOT_SEND_STATE, AP_P_TO_R_NOT_LL_BDY},
    [AV_RECEIVE_AND_WAIT] = {SENDING | RECEIVING, AP_RCV_AND_WAIT_BAD_STATE, AP_RCV_AND_WAIT_NOT_LL_BDY},
    [AV_RECEIVE_AND_POST] = {SENDING | RECEIVING, AP_RCV_AND_POST_BAD_STATE, AP_RCV_AND_POST_NOT_LL_BDY},
    [AV_RECEIVE_IMMEDIATE] = {RECEIVING, AP_RCV_IMMD_BAD_STATE, 0},
    [AV_POST_ON_RECEIPT] = {RECEIVING, AP_RCV_IMMD_BAD_STATE, 0},
    [AV_REQUEST_TO_SEND] = {RECEIVING | IN(CONFIRM), AP_R_T_S_BAD_STATE, 0},
    [AV_SEND_DATA] = {SENDING, AP_SEND_DATA_NOT_SEND_STATE, 0},
    [AV_SEND_ERROR] = {ANY, 0, 0},
    [AV_TEST_RTS] = {ANY, 0, 0},
};

unsigned appc_refusal(enum appc_verb v, enum conv_state s, bool open)
{
    if (!(table[v].allowed >> s & 1))
        return table[v].bad_state;
    return open && s == CS_SEND ? table[v].not_boundary : 0;
}

unsigned char appc_state(enum conv_state s, bool posted)
{
    static const unsigned char states[CS_N] = {
        [CS_SEND] = AP_SEND_STATE,
        [CS_RECEIVE] = AP_RECEIVE_STATE,
        [CS_SEND_PENDING] = AP_SEND_PENDING_STATE,
        [CS_CONFIRM] = AP_CONFIRM_STATE,
        [CS_CONFIRM_SEND] = AP_CONFIRM_SEND_STATE,
        [CS_CONFIRM_DEALLOCATE] = AP_CONFIRM_DEALL_STATE,
    };
    if (posted)
        return AP_PEND_POST_STATE;
    return states[s] ? states[s] : AP_RESET_STATE;
}
