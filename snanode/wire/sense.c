/* One row for each code, then rows for families, in which the peer chooses the low digits.  Names follow
 * the CPI-C return codes that the codes lead to, else the words of [HIS: Sense Data Specific to LU 6.2] and
 * [Codes].  The first row that fits wins. */
#include "snanode/wire/sense.h"

#include <stddef.h>
#include <strings.h>

struct sense_row {
    uint32_t code;
    uint32_t mask; /* bits of a sense code that have to match CODE */
    const char *name;
    const char *text;
    enum sense_class class;
};

#define WHOLE    0xFFFFFFFFu
#define MAJOR    0xFFFF0000u /* category and modifier */
#define CATEGORY 0xFF000000u

/* clang-format off */
static const struct sense_row rows[] = {
    {SENSE_TPN_NOT_RECOGNIZED, WHOLE, "TPN_NOT_RECOGNIZED",
     "The partner does not know the TP name.", SENSE_CLASS_ALLOCATION},
    {SENSE_PIP_NOT_ALLOWED, WHOLE, "PIP_NOT_ALLOWED",
     "The partner TP takes no initialization parameters.", SENSE_CLASS_ALLOCATION},
    {SENSE_PIP_INVALID, WHOLE, "PIP_NOT_SPECIFIED_CORRECTLY",
     "The initialization parameters are not those that the partner TP needs.", SENSE_CLASS_ALLOCATION},
    {SENSE_CONV_TYPE_MISMATCH, WHOLE, "CONVERSATION_TYPE_MISMATCH",
     "The partner TP does not take this conversation type.", SENSE_CLASS_ALLOCATION},
    {SENSE_SYNC_LEVEL_UNSUPPORTED, WHOLE, "SYNC_LEVEL_NOT_SUPPORTED",
     "The partner TP does not take this sync level.", SENSE_CLASS_ALLOCATION},
    {SENSE_SECURITY_NOT_VALID, WHOLE, "SECURITY_NOT_VALID",
     "The partner refused the user ID or the password.", SENSE_CLASS_ALLOCATION},
    {SENSE_TP_UNAVAILABLE_RETRY, WHOLE, "TP_NOT_AVAILABLE_RETRY",
     "The partner TP cannot be started now.", SENSE_CLASS_ALLOCATION},
    {SENSE_TP_UNAVAILABLE_NO_RETRY, WHOLE, "TP_NOT_AVAILABLE_NO_RETRY",
     "The partner TP cannot be started, or there is no TP of that name.", SENSE_CLASS_ALLOCATION},
    {SENSE_SESSION_LIMIT, WHOLE, "SESSION_LIMIT_EXCEEDED",
     "The session limit is reached.", SENSE_CLASS_ALLOCATION},
    {SENSE_WINNER_LIMIT, WHOLE, "WINNER_LIMIT_EXCEEDED",
     "The limit of contention winner sessions is reached.", SENSE_CLASS_ALLOCATION},
    {SENSE_MODE_UNKNOWN, WHOLE, "MODE_UNKNOWN_TO_LU",
     "The partner LU does not know the mode.", SENSE_CLASS_ALLOCATION},
    {0x08210002u, WHOLE, "MODE_UNKNOWN_TO_CP",
     "The control point does not know the mode.", SENSE_CLASS_ALLOCATION},
    {SENSE_INSUFFICIENT, WHOLE, "INSUFFICIENT_BUFFERS",
     "The partner has no buffers for another session.", SENSE_CLASS_ALLOCATION},
    {SENSE_ABEND_PROG, WHOLE, "DEALLOCATED_ABEND",
     "The partner program ended the conversation abnormally.", SENSE_CLASS_ABEND},
    {SENSE_ABEND_SVC, WHOLE, "DEALLOCATED_ABEND_SVC",
     "The partner system ended the conversation abnormally.", SENSE_CLASS_ABEND},
    {SENSE_ABEND_TIMER, WHOLE, "DEALLOCATED_ABEND_TIMER",
     "The partner ended the conversation because time ran out.", SENSE_CLASS_ABEND},
    {SENSE_PROG_ERROR, WHOLE, "PROGRAM_ERROR",
     "The partner program reported an error.", SENSE_CLASS_ERROR},
    {SENSE_PROG_ERROR_TRUNC, WHOLE, "PROGRAM_ERROR_TRUNC",
     "The partner program reported an error and cut its record short.", SENSE_CLASS_ERROR},
    {SENSE_SVC_ERROR, WHOLE, "SVC_ERROR",
     "The partner system reported an error.", SENSE_CLASS_ERROR},
    {SENSE_SVC_ERROR_TRUNC, WHOLE, "SVC_ERROR_TRUNC",
     "The partner system reported an error and cut its record short.", SENSE_CLASS_ERROR},
    {SENSE_ATTACH_CONTRADICTS_BIND, WHOLE, "ATTACH_CONTRADICTS_BIND",
     "The Attach asks for something that the BIND ruled out.", SENSE_CLASS_FAILURE},
    {SENSE_FMH5_COMMAND, WHOLE, "FMH5_COMMAND_UNKNOWN",
     "The FMH-5 is not an Attach.", SENSE_CLASS_FAILURE},
    {SENSE_FMH_LENGTH, WHOLE, "FMH_LENGTH_INVALID",
     "A length in an FM header does not fit.", SENSE_CLASS_FAILURE},
    {SENSE_FMH5_ACCESS_LENGTH, WHOLE, "ACCESS_SECURITY_LENGTH_INVALID",
     "A length in the security field of the Attach does not fit.", SENSE_CLASS_FAILURE},
    {SENSE_FMH5_PARM_LENGTH, WHOLE, "PARAMETER_LENGTH_INVALID",
     "The fixed parameters or the TP name of the Attach have a wrong length.", SENSE_CLASS_FAILURE},
    {SENSE_FIELD_MISSING, WHOLE, "REQUIRED_FIELD_MISSING",
     "A field that another one asks for is not there.", SENSE_CLASS_FAILURE},
    {SENSE_LUWID_INVALID, WHOLE, "LUWID_INVALID",
     "The logical unit of work identifier is malformed.", SENSE_CLASS_FAILURE},
    {SENSE_LOG_DATA_MISMATCH, WHOLE, "LOG_DATA_MISMATCH",
     "The FMH-7 and the error log data after it do not agree.", SENSE_CLASS_FAILURE},
    {SENSE_FMH_TYPE, WHOLE, "FMH_TYPE_INVALID",
     "The type of the FM header is not one that LU 6.2 has.", SENSE_CLASS_FAILURE},
    {SENSE_ERP_MESSAGE_FORTHCOMING, WHOLE, "ERP_MESSAGE_FORTHCOMING",
     "An FMH-7 with the reason will follow.", SENSE_CLASS_FAILURE},
    {SENSE_BID_REFUSED, WHOLE, "BRACKET_BID_REFUSED",
     "The partner refused the bid for a bracket.", SENSE_CLASS_FAILURE},
    {SENSE_BID_REFUSED_RTR, WHOLE, "BRACKET_BID_REFUSED_RTR",
     "The partner refused the bid for a bracket and will offer one later.", SENSE_CLASS_FAILURE},
    {SENSE_RTR_NOT_REQUIRED, WHOLE, "RTR_NOT_REQUIRED",
     "There is nothing to send in the bracket offered.", SENSE_CLASS_FAILURE},
    {SENSE_BIS_WANTED, WHOLE, "BIS_WANTED",
     "The partner begins no more brackets on this session.", SENSE_CLASS_FAILURE},
    {SENSE_SESSION_RESET, WHOLE, "SESSION_RESET",
     "The session was ended by an operator or with its link.", SENSE_CLASS_FAILURE},
    {0x08240000u, WHOLE, "BACKED_OUT_NO_RESYNC",
     "The unit of work was backed out.", SENSE_CLASS_FAILURE},
    {0x08240001u, WHOLE, "BACKED_OUT_RESYNC",
     "The unit of work was backed out; resynchronization goes on.", SENSE_CLASS_FAILURE},
    {SENSE_REQUEST_CODE, WHOLE, "REQUEST_CODE_UNKNOWN",
     "The request code is not one that LU 6.2 has.", SENSE_CLASS_FAILURE},
    {SENSE_PARAMETER, WHOLE, "PARAMETER_ERROR",
     "A parameter of the request is not valid.", SENSE_CLASS_FAILURE},
    {SENSE_RH_INCOMPLETE, WHOLE, "RU_LENGTH_ERROR",
     "The octets end before their contents do.", SENSE_CLASS_FAILURE},
    {SENSE_SEQUENCE_NUMBER, WHOLE, "SEQUENCE_NUMBER",
     "A request is missing or came twice.", SENSE_CLASS_FAILURE},
    {SENSE_CHAINING, WHOLE, "CHAINING",
     "The requests of the chain are in a wrong order.", SENSE_CLASS_FAILURE},
    {SENSE_BRACKET, WHOLE, "BRACKET",
     "The bracket protocol was broken.", SENSE_CLASS_FAILURE},
    {SENSE_DIRECTION, WHOLE, "DIRECTION",
     "The partner sent without having the right to send.", SENSE_CLASS_FAILURE},
    {0x20080000u, WHOLE, "NO_BEGIN_BRACKET",
     "A bracket was begun after BIS.", SENSE_CLASS_FAILURE},
    {SENSE_RESPONSE_OWED, WHOLE, "RESPONSE_OWED",
     "A request came before the response that the partner owed.", SENSE_CLASS_FAILURE},
    {SENSE_RESPONSE_UNEXPECTED, WHOLE, "RESPONSE_UNEXPECTED",
     "A response came that answers no request.", SENSE_CLASS_FAILURE},
    {0x20100000u, WHOLE, "BIS_PROTOCOL",
     "The BIS protocol was broken.", SENSE_CLASS_FAILURE},
    {SENSE_RH_BB, WHOLE, "BEGIN_BRACKET_NOT_ALLOWED",
     "Begin bracket is set where it is not allowed.", SENSE_CLASS_FAILURE},
    {SENSE_RH_EB, WHOLE, "END_BRACKET_NOT_ALLOWED",
     "End bracket is set where it is not allowed.", SENSE_CLASS_FAILURE},
    {SENSE_RH_DR, WHOLE, "DEFINITE_RESPONSE_NOT_ALLOWED",
     "A definite response is requested inside a chain.", SENSE_CLASS_FAILURE},
    {SENSE_RH_CD, WHOLE, "CHANGE_DIRECTION_NOT_ALLOWED",
     "Change direction is set where it is not allowed.", SENSE_CLASS_FAILURE},
    {SENSE_RH_DFC_CHAIN, WHOLE, "CHAINING_NOT_SUPPORTED",
     "A control request is not a chain of one.", SENSE_CLASS_FAILURE},
    {SENSE_RH_FI, WHOLE, "FORMAT_INDICATOR",
     "The format indicator is missing on a control request.", SENSE_CLASS_FAILURE},
    {SENSE_RH_CSI, WHOLE, "CODE_SELECTION_NOT_ALLOWED",
     "An alternate code is requested.", SENSE_CLASS_FAILURE},
    {SENSE_RH_FORM, WHOLE, "RESPONSE_FORM_INVALID",
     "The form of response asked for is not one that LU 6.2 has.", SENSE_CLASS_FAILURE},
    {SENSE_RH_EC, WHOLE, "END_OF_CHAIN_INVALID",
     "A chain ends without asking for an answer or giving up the turn.", SENSE_CLASS_FAILURE},
    {SENSE_TH_FID, WHOLE, "FID_INVALID",
     "This node does not support the format of the transmission header.", SENSE_CLASS_FAILURE},
    {SENSE_TH_INCOMPLETE, WHOLE, "TH_INCOMPLETE",
     "The transmission header is cut short.", SENSE_CLASS_FAILURE},
    {SENSE_XID_IDENTITY, WHOLE, "XID_IDENTITY",
     "The adjacent node is not the one that the connection expects.", SENSE_CLASS_FAILURE},
    {SENSE_XID_NULL, WHOLE, "XID_NULL",
     "A null XID came where an XID3 was expected.", SENSE_CLASS_FAILURE},
    {SENSE_XID_NONACTIVATION, WHOLE, "XID_NONACTIVATION",
     "A nonactivation XID came on a link that is not active.", SENSE_CLASS_FAILURE},
    {SENSE_XID_REFUSED, WHOLE, "XID_REFUSED",
     "The adjacent node refused the XID.", SENSE_CLASS_FAILURE},
    {SENSE_XID_NO_ANSWER, WHOLE, "XID_NO_ANSWER",
     "The exchange of XIDs was not completed.", SENSE_CLASS_FAILURE},
    {SENSE_XID_NAME, WHOLE, "XID_NAME_TOO_LONG",
     "A name in the XID is too long.", SENSE_CLASS_FAILURE},
    {SENSE_XID_SHORT, WHOLE, "XID_SHORT",
     "The XID is cut short.", SENSE_CLASS_FAILURE},
    {SENSE_XID_LENGTH, WHOLE, "XID_LENGTH",
     "The length field of the XID is wrong.", SENSE_CLASS_FAILURE},
    {SENSE_XID_BTU, WHOLE, "XID_BTU_TOO_SMALL",
     "The adjacent node accepts too few octets in one BTU.", SENSE_CLASS_FAILURE},
    {SENSE_XID_BTU_BIND, WHOLE, "XID_BTU_TOO_SMALL_FOR_BIND",
     "The adjacent node accepts too few octets for a whole BIND.", SENSE_CLASS_FAILURE},
    {SENSE_XID_FORMAT, WHOLE, "XID_FORMAT",
     "The XID is not of format 3.", SENSE_CLASS_FAILURE},
    {SENSE_XID_TG_CHANGED, WHOLE, "XID_TG_CHANGED",
     "The adjacent node changed the TG number of an active link.", SENSE_CLASS_FAILURE},
    {SENSE_XID_SAME_NODE_ID, WHOLE, "XID_SAME_NODE_ID",
     "Both nodes have the same node identification, so that the roles cannot be decided.", SENSE_CLASS_FAILURE},
    {SENSE_XID_ROLE_RESERVED, WHOLE, "XID_ROLE_RESERVED",
     "The link station role in the XID is a reserved value.", SENSE_CLASS_FAILURE},
    {SENSE_XID_NODE_TYPE, WHOLE, "XID_NODE_TYPE",
     "The adjacent node is not a type 2.1 node.", SENSE_CLASS_FAILURE},
    {SENSE_IPM_FORMAT, WHOLE, "PACING_MESSAGE_FORMAT",
     "A pacing message is malformed.", SENSE_CLASS_FAILURE},
    {SENSE_RESOURCE_UNKNOWN, MAJOR, "RESOURCE_UNKNOWN",
     "The partner LU, or a resource that it needs, is not known.", SENSE_CLASS_ALLOCATION},
    {0x08010000u, MAJOR, "RESOURCE_NOT_AVAILABLE",
     "The partner LU, or a resource that it needs, is not available.", SENSE_CLASS_ALLOCATION},
    {SENSE_BIND_FIELD, MAJOR, "BIND_FIELD_INVALID",
     "The partner refused a field of the BIND.", SENSE_CLASS_ALLOCATION},
    {0x080F0000u, MAJOR, "ACCESS_DENIED",
     "The partner denied access and gave a reason of its own.", SENSE_CLASS_ALLOCATION},
    {SENSE_XID_VECTOR, MAJOR, "CONTROL_VECTOR",
     "A control vector is malformed.", SENSE_CLASS_FAILURE},
    {SENSE_XID_PARAMETER, MAJOR, "XID_PARAMETER",
     "A field of the XID cannot be accepted.", SENSE_CLASS_FAILURE},
    {0x20110000u, MAJOR, "PACING_PROTOCOL",
     "The pacing protocol was broken.", SENSE_CLASS_FAILURE},
    {0x80050000u, MAJOR, "NO_SESSION",
     "The session no longer exists.", SENSE_CLASS_FAILURE},
    {0x80070000u, MAJOR, "SEGMENTATION",
     "Segments came in the wrong order.", SENSE_CLASS_FAILURE},
    {0x40000000u, CATEGORY, "RH_USAGE",
     "The bits of a request header contradict each other.", SENSE_CLASS_FAILURE},
};
/* clang-format on */

static const struct sense_row *find(uint32_t sense)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((sense & rows[i].mask) == rows[i].code)
            return &rows[i];
    return NULL;
}

const char *sense_name(uint32_t sense)
{
    const struct sense_row *r = find(sense);
    return r ? r->name : "?";
}

int sense_by_name(const char *name, uint32_t *out)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcasecmp(rows[i].name, name) == 0) {
            *out = rows[i].code;
            return 0;
        }
    return -1;
}

const char *sense_text(uint32_t sense)
{
    const struct sense_row *r = find(sense);
    return r ? r->text : "The partner reported a condition that this node does not know.";
}

enum sense_class sense_class(uint32_t sense)
{
    const struct sense_row *r = find(sense);
    return r ? r->class : SENSE_CLASS_UNKNOWN;
}
