/* reserved.c - blocks with something in every field that the documentation reserves [P21]. */
#include <stddef.h>
#include <string.h>

#include "tests/appc/block.h"

#undef APPC

enum form { OF_BASIC = AP_BASIC_CONVERSATION, OF_MAPPED = AP_MAPPED_CONVERSATION, OF_EITHER };

/* The reserved fields of each verb, besides reserv2, typed from the pages [HIS: APPC Verb Summary]. */
static const struct {
    unsigned short opcode;
    enum form form;
    bool extended; /* it is there only with AP_EXTD_VCB */
    size_t at, size;
} fields[] = {
#define AT(block, field) offsetof(struct block, field), sizeof(((struct block *)0)->field)
#define FIELD(opcode, form, block, field)                                                                    \
    {                                                                                                        \
        AP_##opcode, form, false, AT(block, field)                                                           \
    }
#define EXTENDED(opcode, form, block, field)                                                                 \
    {                                                                                                        \
        AP_##opcode, form, true, AT(block, field)                                                            \
    }
#define ONE(opcode, block, field)                                                                            \
    {                                                                                                        \
        AP_##opcode, OF_EITHER, false, AT(block, field)                                                      \
    }
    ONE(RECEIVE_ALLOCATE, receive_allocate, reserv3),
    ONE(RECEIVE_ALLOCATE, receive_allocate, reserv4),
    ONE(RECEIVE_ALLOCATE_EX, receive_allocate_ex, reserv3),
    ONE(RECEIVE_ALLOCATE_EX, receive_allocate_ex, reserv5),
    ONE(RECEIVE_ALLOCATE_EX_END, receive_allocate_ex_end, reserved3),
    FIELD(M_ALLOCATE, OF_BASIC, allocate, reserv3),
    FIELD(M_ALLOCATE, OF_BASIC, allocate, reserv4),
    FIELD(M_ALLOCATE, OF_BASIC, allocate, reserv5),
    FIELD(M_ALLOCATE, OF_BASIC, allocate, reserv7),
    FIELD(M_ALLOCATE, OF_BASIC, allocate, reserv8),
    EXTENDED(M_ALLOCATE, OF_BASIC, allocate, reserv9),
    FIELD(M_ALLOCATE, OF_MAPPED, mc_allocate, reserv3),
    FIELD(M_ALLOCATE, OF_MAPPED, mc_allocate, reserv4),
    FIELD(M_ALLOCATE, OF_MAPPED, mc_allocate, reserv5),
    FIELD(M_ALLOCATE, OF_MAPPED, mc_allocate, reserv6),
    FIELD(M_ALLOCATE, OF_MAPPED, mc_allocate, reserv7),
    FIELD(M_ALLOCATE, OF_MAPPED, mc_allocate, reserv8),
    FIELD(M_DEALLOCATE, OF_BASIC, deallocate, reserv3),
    EXTENDED(M_DEALLOCATE, OF_BASIC, deallocate, reserv6),
    FIELD(M_DEALLOCATE, OF_MAPPED, mc_deallocate, reserv3),
    FIELD(M_DEALLOCATE, OF_MAPPED, mc_deallocate, reserv4),
    FIELD(M_DEALLOCATE, OF_MAPPED, mc_deallocate, reserv5),
    EXTENDED(M_DEALLOCATE, OF_MAPPED, mc_deallocate, reserv6),
    FIELD(M_GET_ATTRIBUTES, OF_BASIC, get_attributes, reserv3),
    FIELD(M_GET_ATTRIBUTES, OF_BASIC, get_attributes, reserv4),
    FIELD(M_GET_ATTRIBUTES, OF_BASIC, get_attributes, reserv5),
    FIELD(M_GET_ATTRIBUTES, OF_BASIC, get_attributes, reserv6),
    FIELD(M_GET_ATTRIBUTES, OF_MAPPED, mc_get_attributes, reserv3),
    FIELD(M_GET_ATTRIBUTES, OF_MAPPED, mc_get_attributes, reserv4),
    FIELD(M_GET_ATTRIBUTES, OF_MAPPED, mc_get_attributes, reserv5),
    FIELD(M_GET_ATTRIBUTES, OF_MAPPED, mc_get_attributes, reserv6),
    ONE(GET_LU_STATUS, get_lu_status, reserv3),
    ONE(GET_TP_PROPERTIES, get_tp_properties, reserve3),
    ONE(SET_TP_PROPERTIES, set_tp_properties, reserv3),
    ONE(SET_TP_PROPERTIES, set_tp_properties, reserv4),
    FIELD(M_RECEIVE_AND_WAIT, OF_BASIC, receive_and_wait, reserv3),
    FIELD(M_RECEIVE_AND_WAIT, OF_BASIC, receive_and_wait, reserv4),
    FIELD(M_RECEIVE_AND_WAIT, OF_MAPPED, mc_receive_and_wait, reserv3),
    FIELD(M_RECEIVE_AND_WAIT, OF_MAPPED, mc_receive_and_wait, reserv4),
    FIELD(M_RECEIVE_AND_WAIT, OF_MAPPED, mc_receive_and_wait, reserv5),
    FIELD(M_RECEIVE_IMMEDIATE, OF_BASIC, receive_immediate, reserv3),
    FIELD(M_RECEIVE_IMMEDIATE, OF_BASIC, receive_immediate, reserv4),
    FIELD(M_RECEIVE_IMMEDIATE, OF_MAPPED, mc_receive_immediate, reserv3),
    FIELD(M_RECEIVE_IMMEDIATE, OF_MAPPED, mc_receive_immediate, reserv4),
    FIELD(M_RECEIVE_IMMEDIATE, OF_MAPPED, mc_receive_immediate, reserv5),
    FIELD(M_RECEIVE_AND_POST, OF_BASIC, receive_and_post, reserv3),
    FIELD(M_RECEIVE_AND_POST, OF_BASIC, receive_and_post, reserv4),
    FIELD(M_RECEIVE_AND_POST, OF_MAPPED, mc_receive_and_post, reserv3),
    FIELD(M_RECEIVE_AND_POST, OF_MAPPED, mc_receive_and_post, reserv4),
    FIELD(M_RECEIVE_AND_POST, OF_MAPPED, mc_receive_and_post, reserv5),
    FIELD(M_POST_ON_RECEIPT, OF_BASIC, post_on_receipt, reserv8),
    FIELD(M_POST_ON_RECEIPT, OF_BASIC, post_on_receipt, reserv4),
    FIELD(M_POST_ON_RECEIPT, OF_BASIC, post_on_receipt, reserv5),
    FIELD(M_POST_ON_RECEIPT, OF_BASIC, post_on_receipt, reserv6),
    FIELD(M_POST_ON_RECEIPT, OF_BASIC, post_on_receipt, reserv7),
    FIELD(M_POST_ON_RECEIPT, OF_MAPPED, mc_post_on_receipt, reserv8),
    FIELD(M_POST_ON_RECEIPT, OF_MAPPED, mc_post_on_receipt, reserv3),
    FIELD(M_POST_ON_RECEIPT, OF_MAPPED, mc_post_on_receipt, reserv4),
    FIELD(M_POST_ON_RECEIPT, OF_MAPPED, mc_post_on_receipt, reserv5),
    FIELD(M_POST_ON_RECEIPT, OF_MAPPED, mc_post_on_receipt, reserv6),
    FIELD(M_POST_ON_RECEIPT, OF_MAPPED, mc_post_on_receipt, reserv7),
    FIELD(M_SEND_CONVERSATION, OF_BASIC, send_conversation, reserv3),
    FIELD(M_SEND_CONVERSATION, OF_BASIC, send_conversation, reserv4),
    FIELD(M_SEND_CONVERSATION, OF_BASIC, send_conversation, reserv5),
    FIELD(M_SEND_CONVERSATION, OF_BASIC, send_conversation, reserv6),
    FIELD(M_SEND_CONVERSATION, OF_BASIC, send_conversation, reserv7),
    FIELD(M_SEND_CONVERSATION, OF_MAPPED, mc_send_conversation, reserv3),
    FIELD(M_SEND_CONVERSATION, OF_MAPPED, mc_send_conversation, reserv4),
    FIELD(M_SEND_CONVERSATION, OF_MAPPED, mc_send_conversation, reserv5),
    FIELD(M_SEND_CONVERSATION, OF_MAPPED, mc_send_conversation, reserv6),
    FIELD(M_SEND_CONVERSATION, OF_MAPPED, mc_send_conversation, reserv7),
    FIELD(M_SEND_DATA, OF_BASIC, send_data, reserv4),
    FIELD(M_SEND_DATA, OF_MAPPED, mc_send_data, reserv4),
    FIELD(M_SEND_ERROR, OF_BASIC, send_error, reserv3),
    FIELD(M_SEND_ERROR, OF_MAPPED, mc_send_error, reserv4),
    FIELD(M_SEND_ERROR, OF_MAPPED, mc_send_error, reserv5),
    FIELD(M_SEND_ERROR, OF_MAPPED, mc_send_error, reserv6),
    FIELD(M_TEST_RTS, OF_BASIC, test_rts, reserv3),
    FIELD(M_TEST_RTS, OF_MAPPED, mc_test_rts, reserv3),
    ONE(CNOS, cnos, reserv3),
    FIELD(M_TEST_RTS_AND_POST, OF_BASIC, test_rts_and_post, reserv3),
    FIELD(M_TEST_RTS_AND_POST, OF_MAPPED, mc_test_rts_and_post, reserv3),
    ONE(ACTIVATE_SESSION, activate_session, reserv3),
    ONE(ACTIVATE_SESSION, activate_session, reserv4),
    ONE(ACTIVATE_SESSION, activate_session, reserv5),
    ONE(DEACTIVATE_SESSION, deactivate_session, reserv3),
    ONE(DEACTIVATE_SESSION, deactivate_session, reserv4),
    ONE(DEACTIVATE_SESSION, deactivate_session, reserv5),
};

static void fill_cnos(struct cnos *c)
{
    c->reserv4 = 0x3F;
    c->reserv5 = 0xFFFFFF;
    c->reserv6 = 0x1F;
    c->reserv7 = 0xFFFFFF;
}

void reserved_fill(void *vcb)
{
    struct appc_hdr *h = vcb;
    if (!h || h->opcode == AP_DISPLAY) /* which refuses it */
        return;
    h->reserv2 = 0xFF;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].opcode == h->opcode && (!fields[i].extended || h->opext & AP_EXTD_VCB) &&
            (fields[i].form == OF_EITHER || fields[i].form == (h->opext & AP_MAPPED_CONVERSATION)))
            memset((unsigned char *)vcb + fields[i].at, 0xFF, fields[i].size);
    if (h->opcode == AP_CNOS)
        fill_cnos(vcb);
}
