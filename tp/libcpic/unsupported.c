/* unsupported.c - the calls of other CPI-C levels: full duplex, expedited data, queues, sync point, OSI,
 * maps, and TP management.  Programs that name them link, and are told so at run time.  Library, no
 * conversation.
 *
 * Rule: HIS, CPI-C functions not supported.  No argument is looked at: a program that tries whether a call is
 * there must get this answer whatever it passes. */
#include "cpic.h"

#include <stddef.h>

#pragma GCC diagnostic ignored "-Wunused-parameter"

#define NOT_SUPPORTED(call, ...)                                                                             \
    CM_ENTRY call(__VA_ARGS__, CM_INT32 *return_code)                                                        \
    {                                                                                                        \
        if (return_code)                                                                                     \
            *return_code = CM_CALL_NOT_SUPPORTED;                                                            \
    }                                                                                                        \
    _Static_assert(1, "takes the semicolon")

NOT_SUPPORTED(cmdfde, unsigned char *conversation_ID);
NOT_SUPPORTED(cmeacn, unsigned char *conversation_ID, unsigned char *application_context_name,
              CM_INT32 *application_context_name_length);
NOT_SUPPORTED(cmeaeq, unsigned char *conversation_ID, unsigned char *AE_qualifier,
              CM_INT32 *AE_qualifier_length, CM_INT32 *AE_qualifier_format);
NOT_SUPPORTED(cmeapt, unsigned char *conversation_ID, unsigned char *AP_title, CM_INT32 *AP_title_length,
              CM_INT32 *AP_title_format);
NOT_SUPPORTED(cmectx, unsigned char *conversation_ID, unsigned char *context_ID, CM_INT32 *context_ID_length);
NOT_SUPPORTED(cmeid, unsigned char *conversation_ID, unsigned char *initialization_data,
              CM_INT32 *requested_length, CM_INT32 *initialization_data_length);
NOT_SUPPORTED(cmemid, unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
              unsigned char *initialization_data, CM_INT32 *requested_length,
              CM_INT32 *initialization_data_length);
NOT_SUPPORTED(cmepid, unsigned char *conversation_ID, CM_INT32 *partner_ID_type, unsigned char *partner_ID,
              CM_INT32 *requested_length, CM_INT32 *partner_ID_length, CM_INT32 *partner_ID_scope,
              CM_INT32 *directory_syntax, CM_INT32 *directory_encoding);
NOT_SUPPORTED(cmesi, unsigned char *conversation_ID, CM_INT32 *call_ID, unsigned char *buffer,
              CM_INT32 *requested_length, CM_INT32 *data_received, CM_INT32 *received_length);
NOT_SUPPORTED(cmesrm, unsigned char *conversation_ID, CM_INT32 *send_receive_mode);
NOT_SUPPORTED(cmetc, unsigned char *conversation_ID, CM_INT32 *transaction_control);
NOT_SUPPORTED(cmincl, unsigned char *conversation_ID);
NOT_SUPPORTED(cmprep, unsigned char *conversation_ID);
NOT_SUPPORTED(cmrcvm, unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
              unsigned char *buffer, CM_INT32 *requested_length, CM_INT32 *data_received,
              CM_INT32 *received_length, CM_INT32 *status_received, CM_INT32 *control_information_received);
NOT_SUPPORTED(cmrcvx, unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *requested_length,
              CM_INT32 *received_length, CM_INT32 *control_information_received,
              CM_INT32 *expedited_receive_type);
NOT_SUPPORTED(cmsac, unsigned char *conversation_ID, CM_INT32 *allocate_confirm);
NOT_SUPPORTED(cmsacn, unsigned char *conversation_ID, unsigned char *application_context_name,
              CM_INT32 *application_context_name_length);
NOT_SUPPORTED(cmsaeq, unsigned char *conversation_ID, unsigned char *AE_qualifier,
              CM_INT32 *AE_qualifier_length, CM_INT32 *AE_qualifier_format);
NOT_SUPPORTED(cmsapt, unsigned char *conversation_ID, unsigned char *AP_title, CM_INT32 *AP_title_length,
              CM_INT32 *AP_title_format);
NOT_SUPPORTED(cmsbt, unsigned char *conversation_ID, CM_INT32 *begin_transaction);
NOT_SUPPORTED(cmscu, unsigned char *conversation_ID, CM_INT32 *confirmation_urgency);
NOT_SUPPORTED(cmsid, unsigned char *conversation_ID, unsigned char *initialization_data,
              CM_INT32 *initialization_data_length);
NOT_SUPPORTED(cmsjt, unsigned char *conversation_ID, CM_INT32 *join_transaction);
NOT_SUPPORTED(cmsmid, unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
              unsigned char *initialization_data, CM_INT32 *initialization_data_length);
NOT_SUPPORTED(cmsndm, unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
              unsigned char *buffer, CM_INT32 *send_length, CM_INT32 *control_information_received);
NOT_SUPPORTED(cmsndx, unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *send_length,
              CM_INT32 *control_information_received);
NOT_SUPPORTED(cmspdp, unsigned char *conversation_ID, CM_INT32 *prepare_data_permitted);
NOT_SUPPORTED(cmspid, unsigned char *conversation_ID, CM_INT32 *partner_ID_type, unsigned char *partner_ID,
              CM_INT32 *partner_ID_length, CM_INT32 *partner_ID_scope, CM_INT32 *directory_syntax,
              CM_INT32 *directory_encoding);
NOT_SUPPORTED(cmsqcf, unsigned char *conversation_ID, CM_INT32 *conversation_queue,
              void (*callback_function)(void), void *user_field);
NOT_SUPPORTED(cmsqpm, unsigned char *conversation_ID, CM_INT32 *conversation_queue,
              CM_INT32 *queue_processing_mode, void *user_field, CM_INT32 *OOID);
NOT_SUPPORTED(cmssrm, unsigned char *conversation_ID, CM_INT32 *send_receive_mode);
NOT_SUPPORTED(cmstc, unsigned char *conversation_ID, CM_INT32 *transaction_control);
NOT_SUPPORTED(cmwcmp, CM_INT32 *OOID_list, CM_INT32 *OOID_list_count, CM_INT32 *timeout,
              CM_INT32 *completed_op_index_list, CM_INT32 *completed_op_count, void *user_field_list);
NOT_SUPPORTED(xcstp, unsigned char *local_LU_alias, CM_INT32 *local_LU_alias_length, unsigned char *TP_name,
              CM_INT32 *TP_name_length, unsigned char *TP_ID);
NOT_SUPPORTED(xcendt, unsigned char *TP_ID, CM_INT32 *type);
NOT_SUPPORTED(xcinct, unsigned char *conversation_ID, unsigned char *TP_ID, unsigned char *sym_dest_name);
NOT_SUPPORTED(xceti, unsigned char *conversation_ID, unsigned char *TP_ID);
