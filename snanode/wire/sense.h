/* sense.h - the sense codes this node sends or understands, and their names.  Layer: wire (pure).
 * [HIS: Sense Data Specific to LU 6.2; Codes] */
#ifndef SNA_WIRE_SENSE_H
#define SNA_WIRE_SENSE_H

#include <stdint.h>

#define SENSE_TPN_NOT_RECOGNIZED      0x10086021u
#define SENSE_PIP_NOT_ALLOWED         0x10086031u
#define SENSE_PIP_INVALID             0x10086032u
#define SENSE_CONV_TYPE_MISMATCH      0x10086034u
#define SENSE_ATTACH_CONTRADICTS_BIND 0x10086040u
#define SENSE_SYNC_LEVEL_UNSUPPORTED  0x10086041u
#define SENSE_FMH5_COMMAND            0x1008600Bu
#define SENSE_FMH_LENGTH              0x10086000u
#define SENSE_FMH5_ACCESS_LENGTH      0x10086005u /* access security field of an Attach */
#define SENSE_FMH5_PARM_LENGTH        0x10086009u /* fixed parameters or TP name of an Attach */
#define SENSE_FIELD_MISSING           0x10060006u
#define SENSE_LUWID_INVALID           0x10086011u
#define SENSE_LOG_DATA_MISMATCH       0x1008201Du
#define SENSE_FMH_TYPE                0x10084001u
#define SENSE_SECURITY_NOT_VALID      0x080F6051u
#define SENSE_SECURITY_REASON                                                                                \
    0x080FFF00u /* and the next 14: reasons in detail [HIS: RECEIVE_ALLOCATE_EX]                             \
                 */
#define SENSE_TP_UNAVAILABLE_RETRY    0x084B6031u
#define SENSE_TP_UNAVAILABLE_NO_RETRY 0x084C0000u
#define SENSE_ERP_MESSAGE_FORTHCOMING 0x08460000u
#define SENSE_ABEND_PROG              0x08640000u
#define SENSE_ABEND_SVC               0x08640001u
#define SENSE_ABEND_TIMER             0x08640002u
#define SENSE_PROG_ERROR              0x08890000u /* purging if it follows -RSP(0846), else nothing truncated */
#define SENSE_PROG_ERROR_TRUNC        0x08890001u
#define SENSE_SVC_ERROR               0x08890100u
#define SENSE_SVC_ERROR_TRUNC         0x08890101u
#define SENSE_SESSION_LIMIT           0x08050000u
#define SENSE_WINNER_LIMIT            0x08050001u
#define SENSE_BID_REFUSED             0x08130000u
#define SENSE_BID_REFUSED_RTR         0x08140000u
#define SENSE_RTR_NOT_REQUIRED        0x08190000u
#define SENSE_BIS_WANTED              0x088B0000u
#define SENSE_FUNCTION_ACTIVE         0x08150000u /* a BIND for a session that exists already */
#define SENSE_BB_AFTER_BIS            0x20080000u
#define SENSE_BIS_PROTOCOL            0x20100000u
#define SENSE_NO_SESSION              0x80050000u
#define SENSE_INSUFFICIENT            0x0812000Du /* resources of the LU that was asked for a session */
#define SENSE_MODE_UNKNOWN            0x08210001u
#define SENSE_SESSION_RESET           0x08A00001u /* session outage: operator or lost link */
#define SENSE_RESOURCE_UNKNOWN        0x08060000u
#define SENSE_REQUEST_CODE            0x10030000u
#define SENSE_PARAMETER               0x10050000u
#define SENSE_SEQUENCE_NUMBER         0x20010000u
#define SENSE_CHAINING                0x20020000u
#define SENSE_BRACKET                 0x20030000u
#define SENSE_DIRECTION               0x20040000u
#define SENSE_RESPONSE_OWED           0x200A0000u
#define SENSE_RESPONSE_UNEXPECTED     0x200F0000u
#define SENSE_RH_INCOMPLETE           0x10020000u /* RU or RH shorter than its contents need */
#define SENSE_RH_BB                   0x40030000u
#define SENSE_RH_EB                   0x40040000u
#define SENSE_RH_DR                   0x40070000u
#define SENSE_RH_CD                   0x40090000u
#define SENSE_RH_DFC_CHAIN            0x400B0000u
#define SENSE_RH_FI                   0x400F0000u
#define SENSE_RH_CSI                  0x40100000u
#define SENSE_RH_FORM                 0x40140000u
#define SENSE_RH_EC                   0x40190000u

#define SENSE_NO_BRACKET_AFTER_BIS 0x20080000u
#define SENSE_PACING               0x20110001u
#define SENSE_IPM_FORMAT           0x10010003u
#define SENSE_RU_TOO_LONG          0x10020000u /* the code of SENSE_RH_INCOMPLETE: RU length error */
#define SENSE_SEGMENT              0x80070000u /* segments in a wrong order, or none allowed */
#define SENSE_SEGMENT_FORBIDDEN    0x80070001u
#define SENSE_NO_SESSION           0x80050000u

/* Codes in the negotiation error vector of an XID3. */
#define SENSE_XID_IDENTITY      0x0806002Cu /* not the node that was expected */
#define SENSE_XID_NULL          0x0809003Au /* a null XID where an XID3 was expected */
#define SENSE_XID_NONACTIVATION 0x0809003Du /* a nonactivation XID of a link that is not up */
#define SENSE_XID_REFUSED       0x08090049u /* the partner sent a negotiation error without a sense */
#define SENSE_XID_NO_ANSWER     0x08090000u /* the exchange was not completed */
#define SENSE_XID_VECTOR        0x08950000u /* low half: key of the control vector, and an offset in it */
#define SENSE_XID_NAME          0x08960001u
#define SENSE_XID_SHORT         0x10150001u
#define SENSE_XID_LENGTH        0x10150002u
#define SENSE_XID_PARAMETER     0x10160000u
#define SENSE_XID_BTU           0x10160003u
#define SENSE_XID_FORMAT        0x10160004u
#define SENSE_XID_BTU_BIND      0x10160006u /* too small for a whole BIND */
#define SENSE_XID_TG_CHANGED    0x1016000Au
#define SENSE_XID_SAME_NODE_ID  0x10160017u
#define SENSE_XID_ROLE_RESERVED 0x1016001Cu
#define SENSE_XID_NODE_TYPE     0x10160020u

#define SENSE_BIND_FIELD    0x08350000u /* low half: offset of the field in the BIND */
#define SENSE_TH_FID        0x80060000u
#define SENSE_TH_INCOMPLETE 0x800B0000u

/* "TP_NOT_AVAILABLE_NO_RETRY" and the like; "?" for a code without a row. */
const char *sense_name(uint32_t sense);

/* The code of this name, ignoring case; for a family, its first code.  Returns 0, or -1. */
int sense_by_name(const char *name, uint32_t *out);

/* One short sentence that tells a person what happened.  Never NULL: there is a sentence for codes without a
 * row too. */
const char *sense_text(uint32_t sense);

/* What a sense in an FMH-7 means to the conversation that receives it. */
enum sense_class {
    SENSE_CLASS_UNKNOWN,    /* no row: the conversation still ends */
    SENSE_CLASS_ALLOCATION, /* the Attach was refused, or it got no session */
    SENSE_CLASS_ABEND,      /* the partner ended the conversation abnormally */
    SENSE_CLASS_ERROR,      /* the partner issued Send_Error; the conversation goes on */
    SENSE_CLASS_FAILURE,    /* the session is lost */
};
/* The class of SENSE.  A family of codes with one meaning (080Fxxxx, 0835nnnn, 40xxxxxx) has one
 * row. */
enum sense_class sense_class(uint32_t sense);

#endif
