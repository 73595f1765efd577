/* cpic.h - CPI Communications (CPI-C) for C programs; link with -lcpic.
 *
 * The calls are those of CPI-C 1.2: those that Microsoft Host Integration Server offers, and the few that
 * it leaves out, with the X/Open and IBM names and numbers.  Section A below lists the types, B the
 * constants, C the calls that work, D the calls of later CPI-C levels that only answer CM_CALL_NOT_SUPPORTED,
 * E the long names.
 *
 * How to read the comments
 *
 *   Every argument is a pointer, even a number that is only read.  A NULL pointer gives
 *   CM_PROGRAM_PARAMETER_CHECK; a NULL return_code is ignored.  Names go as pointer and length without a
 *   NUL, or in a fixed width padded with spaces; they are ASCII.  Outputs are valid only with CM_OK unless
 *   a call says otherwise.  request_to_send_received is valid with every return code except
 *   CM_PROGRAM_PARAMETER_CHECK and CM_PROGRAM_STATE_CHECK.
 *
 *   States: INITIALIZE, SEND, SEND_PENDING, RECEIVE, CONFIRM, CONFIRM_SEND, CONFIRM_DEALLOCATE.  A
 *   conversation that returns to RESET is gone: its ID is void and later calls with it get
 *   CM_PROGRAM_PARAMETER_CHECK.
 *
 *   Sets of return codes, with their abbreviations:
 *     AR  rejected by the partner, then RESET: CM_CONVERSATION_TYPE_MISMATCH, CM_PIP_NOT_SPECIFIED_CORRECTLY,
 *         CM_SECURITY_NOT_VALID, CM_SYNC_LVL_NOT_SUPPORTED_PGM, CM_TPN_NOT_RECOGNIZED,
 *         CM_TP_NOT_AVAILABLE_NO_RETRY, CM_TP_NOT_AVAILABLE_RETRY
 *     RF  conversation broken, then RESET: CM_RESOURCE_FAILURE_NO_RETRY, CM_RESOURCE_FAILURE_RETRY
 *     AB  partner gave up, then RESET: CM_DEALLOCATED_ABEND, _ABEND_SVC, _ABEND_TIMER
 *     PU  partner sent an error, then RECEIVE: CM_PROGRAM_ERROR_PURGING, CM_SVC_ERROR_PURGING
 *     AS  nonblocking, state as before: CM_OPERATION_INCOMPLETE (started), CM_OPERATION_NOT_ACCEPTED (an
 *         earlier operation of the conversation is still incomplete);
 *         also CM_DEALLOCATED_ABEND, then RESET, when Cancel_Conversation ended it meanwhile
 *   Every call can also give CM_PROGRAM_PARAMETER_CHECK for a conversation_ID that does not exist and
 *   CM_PRODUCT_SPECIFIC_ERROR when the library cannot do its work (no node, no memory); the state stays.
 *   xclasterr says why.
 *
 *   "Rule:" names the page of the HIS CPI-C documentation, or the book, that the behaviour follows. */
#ifndef CPIC_H
#define CPIC_H

#include <stdint.h>

/* ---- A. Types ------------------------------------------------------------------------------------------ */

#if defined(_WIN32) && !defined(__WINE__) && defined(__i386__) /* as the DLLs are called there */
#define CPIC_API __attribute__((stdcall))
#elif defined(__GNUC__) || defined(__clang__)
#define CPIC_API __attribute__((visibility("default")))
#else
#define CPIC_API
#endif

/* For the prototypes of other implementations.  Programs write `CM_INT32 CM_PTR rc` for a pointer;
 * those that write `CM_INT32 CM_PTR *rc` compile with -DCM_PTR= . */
#ifndef CM_ENTRY
#define CM_ENTRY void
#endif
#ifndef CM_PTR
#define CM_PTR *
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Documented elsewhere as `signed long int`; 32 bits is what SIDE_INFO needs on every machine. */
#if defined(_WIN32) && !defined(__WINE__) /* programs have `long`, which has 32 bits there */
typedef signed long int CM_INT32;
#else
typedef int32_t CM_INT32;
#endif

/* A type for each kind of parameter, used by programs for IBM systems and by those that follow the X/Open
 * prototypes.  All are CM_INT32 and interchangeable.  Rule: function calls of the
 * HP-UX SNAplus2 CPI-C Programmer's Guide; function declarations of openUTM UPIC. */
typedef CM_INT32 CM_RETURN_CODE;
typedef CM_INT32 CM_CONTROL_INFORMATION_RECEIVED;
typedef CM_INT32 CM_CONVERSATION_SECURITY_TYPE;
typedef CM_INT32 CM_CONVERSATION_STATE;
typedef CM_INT32 CM_CONVERSATION_TYPE;
typedef CM_INT32 CM_DATA_RECEIVED_TYPE;
typedef CM_INT32 CM_DEALLOCATE_TYPE;
typedef CM_INT32 CM_ERROR_DIRECTION;
typedef CM_INT32 CM_FILL;
typedef CM_INT32 CM_PREPARE_TO_RECEIVE_TYPE;
typedef CM_INT32 CM_PROCESSING_MODE;
typedef CM_INT32 CM_RECEIVE_TYPE;
typedef CM_INT32 CM_REQUEST_TO_SEND_RECEIVED;
typedef CM_INT32 CM_RETURN_CONTROL;
typedef CM_INT32 CM_SEND_TYPE;
typedef CM_INT32 CM_STATUS_RECEIVED;
typedef CM_INT32 CM_SYNC_LEVEL;

/* A side information entry, for xcmssi and xcmesi: 124 octets, names left-aligned and padded with spaces.
 * Rule: Set_CPIC_Side_Information. */
typedef struct cpic_side_info {
    unsigned char sym_dest_name[8];      /*   0  key; first octet not a space */
    unsigned char partner_LU_name[17];   /*   8  alias, or netid.luname */
    unsigned char reserved[3];           /*  25 */
    CM_INT32 TP_name_type;               /*  28  XC_APPLICATION_TP, XC_SNA_SERVICE_TP */
    unsigned char TP_name[64];           /*  32  service TP: one octet 0x00-0x3F and up to 3 characters */
    unsigned char mode_name[8];          /*  96 */
    CM_INT32 conversation_security_type; /* 104  XC_SECURITY_NONE, _SAME, _PROGRAM */
    unsigned char security_user_ID[8];   /* 108 */
    unsigned char security_password[8];  /* 116  never extracted */
} SIDE_INFO;

#if defined(__cplusplus)
#if __cplusplus >= 201103L
static_assert(sizeof(SIDE_INFO) == 124, "SIDE_INFO is 124 octets");
#endif
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
_Static_assert(sizeof(SIDE_INFO) == 124, "SIDE_INFO is 124 octets");
#else
typedef char cpic_side_info_is_124_octets[sizeof(SIDE_INFO) == 124 ? 1 : -1];
#endif

/* ---- B. Constants -------------------------------------------------------------------------------------- */

/* Sizes in octets. */
#define CM_CID_SIZE 8   /* conversation_ID */
#define CM_CTX_SIZE 32  /* context_ID */
#define CM_LD_SIZE  512 /* log_data */
#define CM_MAP_SIZE 64  /* map_name */
#define CM_MN_SIZE  8   /* mode_name */
#define CM_PLN_SIZE 17  /* partner_LU_name */
#define CM_PW_SIZE  10  /* security_password; cmscsp takes 8 */
#define CM_SDN_SIZE 8   /* sym_dest_name */
#define CM_TPN_SIZE 64  /* TP_name */
#define CM_UID_SIZE 10  /* security_user_ID; cmscsu takes 8 */

/* return_code */
#define CM_OK                          0  /* the call has been carried out */
#define CM_ALLOCATE_FAILURE_NO_RETRY   1  /* no session, and trying again does not help */
#define CM_ALLOCATE_FAILURE_RETRY      2  /* no session for the moment */
#define CM_CONVERSATION_TYPE_MISMATCH  3  /* the partner does not accept this conversation type */
#define CM_PIP_NOT_SPECIFIED_CORRECTLY 5  /* the partner needs PIP data */
#define CM_SECURITY_NOT_VALID          6  /* the partner LU refused user ID or password */
#define CM_SYNC_LVL_NOT_SUPPORTED_LU   7  /* the partner LU does not support this sync level */
#define CM_SYNC_LVL_NOT_SUPPORTED_PGM  8  /* the partner program does not accept this sync level */
#define CM_TPN_NOT_RECOGNIZED          9  /* the partner LU does not know the TP name */
#define CM_TP_NOT_AVAILABLE_NO_RETRY   10 /* the partner LU cannot start the TP */
#define CM_TP_NOT_AVAILABLE_RETRY      11 /* the partner LU cannot start the TP for the moment */
#define CM_DEALLOCATED_ABEND           17 /* the partner abended, or the conversation was cancelled here */
#define CM_DEALLOCATED_NORMAL          18 /* the partner has ended the conversation */
#define CM_PARAMETER_ERROR             19 /* a characteristic is not usable */
#define CM_PRODUCT_SPECIFIC_ERROR      20 /* the library cannot do its work: no node, no memory */
#define CM_PROGRAM_ERROR_NO_TRUNC      21 /* the partner issued Send_Error; nothing is lost */
#define CM_PROGRAM_ERROR_PURGING       22 /* the partner issued Send_Error; it may have purged data */
#define CM_PROGRAM_ERROR_TRUNC         23 /* the partner issued Send_Error within a record */
#define CM_PROGRAM_PARAMETER_CHECK     24 /* no such conversation, or an argument is not valid */
#define CM_PROGRAM_STATE_CHECK         25 /* not possible in this state */
#define CM_RESOURCE_FAILURE_NO_RETRY   26 /* the conversation is broken */
#define CM_RESOURCE_FAILURE_RETRY      27 /* the conversation is broken; a new one may work */
#define CM_UNSUCCESSFUL                28 /* not possible without waiting */
#define CM_DEALLOCATED_ABEND_SVC       30 /* the partner abended with type SVC, or cancelled */
#define CM_DEALLOCATED_ABEND_TIMER     31 /* the partner abended with type TIMER */
#define CM_SVC_ERROR_NO_TRUNC          32 /* error of type SVC at the partner; nothing is lost */
#define CM_SVC_ERROR_PURGING           33 /* error of type SVC at the partner; it may have purged data */
#define CM_SVC_ERROR_TRUNC             34 /* error of type SVC at the partner within a record */
#define CM_OPERATION_INCOMPLETE        35 /* started, and not yet complete */
#define CM_SYSTEM_EVENT                36 /* a blocking hook has ended the wait */
#define CM_OPERATION_NOT_ACCEPTED      37 /* an earlier operation of the conversation is incomplete */
/* of CPI-C 2.0 and 2.1; of these the library returns only CM_CALL_NOT_SUPPORTED */
#define CM_CONVERSATION_ENDING         38
#define CM_SEND_RCV_MODE_NOT_SUPPORTED 39
#define CM_BUFFER_TOO_SMALL            40
#define CM_EXP_DATA_NOT_SUPPORTED      41
#define CM_DEALLOC_CONFIRM_REJECT      42
#define CM_ALLOCATION_ERROR            43
#define CM_RETRY_LIMIT_EXCEEDED        44
#define CM_NO_SECONDARY_INFORMATION    45
#define CM_SECURITY_NOT_SUPPORTED      46
#define CM_SECURITY_MUTUAL_FAILED      47
#define CM_CALL_NOT_SUPPORTED          48 /* the library does not have this call */
#define CM_PARM_VALUE_NOT_SUPPORTED    49
#define CM_UNKNOWN_MAP_NAME_REQUESTED  50
#define CM_UNKNOWN_MAP_NAME_RECEIVED   51
#define CM_MAP_ROUTINE_ERROR           52
#define CM_CONVERSATION_CANCELLED      53
/* of sync level SYNC_POINT; never returned */
#define CM_TAKE_BACKOUT               100
#define CM_DEALLOCATED_ABEND_BO       130
#define CM_DEALLOCATED_ABEND_SVC_BO   131
#define CM_DEALLOCATED_ABEND_TIMER_BO 132
#define CM_RESOURCE_FAIL_NO_RETRY_BO  133
#define CM_RESOURCE_FAILURE_RETRY_BO  134
#define CM_DEALLOCATED_NORMAL_BO      135
#define CM_CONV_DEALLOC_AFTER_SYNCPT  136
#define CM_INCLUDE_PARTNER_REJECT_BO  137

/* conversation_type */
#define CM_BASIC_CONVERSATION  0
#define CM_MAPPED_CONVERSATION 1

/* conversation_state; the library uses 2 to 8 and 14 */
#define CM_RESET_STATE                 1
#define CM_INITIALIZE_STATE            2
#define CM_SEND_STATE                  3
#define CM_RECEIVE_STATE               4
#define CM_SEND_PENDING_STATE          5
#define CM_CONFIRM_STATE               6
#define CM_CONFIRM_SEND_STATE          7
#define CM_CONFIRM_DEALLOCATE_STATE    8
#define CM_DEFER_RECEIVE_STATE         9
#define CM_DEFER_DEALLOCATE_STATE      10
#define CM_SYNC_POINT_STATE            11
#define CM_SYNC_POINT_SEND_STATE       12
#define CM_SYNC_POINT_DEALLOCATE_STATE 13
#define CM_INITIALIZE_INCOMING_STATE   14
#define CM_SEND_ONLY_STATE             15
#define CM_RECEIVE_ONLY_STATE          16
#define CM_SEND_RECEIVE_STATE          17
#define CM_PREPARED_STATE              18

/* data_received */
#define CM_NO_DATA_RECEIVED         0
#define CM_DATA_RECEIVED            1
#define CM_COMPLETE_DATA_RECEIVED   2
#define CM_INCOMPLETE_DATA_RECEIVED 3

/* status_received; the library gives 0 to 4 */
#define CM_NO_STATUS_RECEIVED          0
#define CM_SEND_RECEIVED               1
#define CM_CONFIRM_RECEIVED            2
#define CM_CONFIRM_SEND_RECEIVED       3
#define CM_CONFIRM_DEALLOC_RECEIVED    4
#define CM_TAKE_COMMIT                 5
#define CM_TAKE_COMMIT_SEND            6
#define CM_TAKE_COMMIT_DEALLOCATE      7
#define CM_TAKE_COMMIT_DATA_OK         8
#define CM_TAKE_COMMIT_SEND_DATA_OK    9
#define CM_TAKE_COMMIT_DEALLOC_DATA_OK 10
#define CM_PREPARE_OK                  11
#define CM_JOIN_TRANSACTION            12

/* request_to_send_received, called control_information_received since CPI-C 2.0; the library gives 0 and 1 */
#define CM_REQ_TO_SEND_NOT_RECEIVED     0
#define CM_REQ_TO_SEND_RECEIVED         1
#define CM_NO_CONTROL_INFO_RECEIVED     0
#define CM_ALLOCATE_CONFIRMED           2
#define CM_ALLOCATE_CONFIRMED_WITH_DATA 3
#define CM_ALLOCATE_REJECTED_WITH_DATA  4
#define CM_EXPEDITED_DATA_AVAILABLE     5
#define CM_RTS_RCVD_AND_EXP_DATA_AVAIL  6

/* deallocate_type */
#define CM_DEALLOCATE_SYNC_LEVEL 0
#define CM_DEALLOCATE_FLUSH      1
#define CM_DEALLOCATE_CONFIRM    2
#define CM_DEALLOCATE_ABEND      3

/* error_direction */
#define CM_RECEIVE_ERROR 0
#define CM_SEND_ERROR    1

/* fill */
#define CM_FILL_LL     0
#define CM_FILL_BUFFER 1

/* prepare_to_receive_type */
#define CM_PREP_TO_RECEIVE_SYNC_LEVEL 0
#define CM_PREP_TO_RECEIVE_FLUSH      1
#define CM_PREP_TO_RECEIVE_CONFIRM    2

/* processing_mode */
#define CM_BLOCKING     0
#define CM_NON_BLOCKING 1

/* receive_type */
#define CM_RECEIVE_AND_WAIT  0
#define CM_RECEIVE_IMMEDIATE 1

/* return_control; 2 and 3 get CM_PROGRAM_PARAMETER_CHECK */
#define CM_WHEN_SESSION_ALLOCATED   0
#define CM_IMMEDIATE                1
#define CM_WHEN_CONWINNER_ALLOCATED 2
#define CM_WHEN_SESSION_FREE        3

/* send_type */
#define CM_BUFFER_DATA              0
#define CM_SEND_AND_FLUSH           1
#define CM_SEND_AND_CONFIRM         2
#define CM_SEND_AND_PREP_TO_RECEIVE 3
#define CM_SEND_AND_DEALLOCATE      4

/* sync_level; 2 and 3 get CM_PROGRAM_PARAMETER_CHECK */
#define CM_NONE                  0x00000000 /* written as in the wingdi.h of Windows */
#define CM_CONFIRM               1
#define CM_SYNC_POINT            2
#define CM_SYNC_POINT_NO_CONFIRM 3

/* conversation_security_type; 3 to 5 get CM_PROGRAM_PARAMETER_CHECK */
#define CM_SECURITY_NONE           0
#define CM_SECURITY_SAME           1
#define CM_SECURITY_PROGRAM        2
#define CM_SECURITY_DISTRIBUTED    3
#define CM_SECURITY_MUTUAL         4
#define CM_SECURITY_PROGRAM_STRONG 5

/* SIDE_INFO: conversation_security_type and TP_name_type */
#define XC_SECURITY_NONE    0
#define XC_SECURITY_SAME    1
#define XC_SECURITY_PROGRAM 2
#define XC_APPLICATION_TP   0
#define XC_SNA_SERVICE_TP   1

/* Arguments of the calls in section D. */
#define CM_DN                          0 /* AE_qualifier_format, AP_title_format */
#define CM_OID                         1
#define CM_INT_DIGITS                  2
#define CM_ALLOCATE_NO_CONFIRM         0 /* allocate_confirm */
#define CM_ALLOCATE_CONFIRM            1
#define CM_BEGIN_IMPLICIT              0 /* begin_transaction */
#define CM_BEGIN_EXPLICIT              1
#define CM_CONFIRMATION_NOT_URGENT     0 /* confirmation_urgency */
#define CM_CONFIRMATION_URGENT         1
#define CM_DEFAULT_ENCODING            0 /* directory_encoding */
#define CM_UNICODE_ENCODING            1
#define CM_DEFAULT_SYNTAX              0 /* directory_syntax */
#define CM_DCE_SYNTAX                  1
#define CM_XDS_SYNTAX                  2
#define CM_NDS_SYNTAX                  3
#define CM_EXPEDITED_RECEIVE_WAIT      0 /* expedited_receive_type */
#define CM_EXPEDITED_RECEIVE_IMMEDIATE 1
#define CM_JOIN_IMPLICIT               0 /* join_transaction */
#define CM_JOIN_EXPLICIT               1
#define CM_EXPLICIT                    0 /* partner_ID_scope */
#define CM_REFERENCE                   1
#define CM_DISTINGUISHED_NAME          0 /* partner_ID_type */
#define CM_LOCAL_DISTINGUISHED_NAME    1
#define CM_PROGRAM_FUNCTION_ID         2
#define CM_OSI_TPSU_TITLE_OID          3
#define CM_PROGRAM_BINDING             4
#define CM_PREPARE_DATA_NOT_PERMITTED  0 /* prepare_data_permitted */
#define CM_PREPARE_DATA_PERMITTED      1
#define CM_INITIALIZATION_QUEUE        0 /* conversation_queue */
#define CM_SEND_QUEUE                  1
#define CM_RECEIVE_QUEUE               2
#define CM_SEND_RECEIVE_QUEUE          3
#define CM_EXPEDITED_SEND_QUEUE        4
#define CM_EXPEDITED_RECEIVE_QUEUE     5
#define CM_HALF_DUPLEX                 0 /* send_receive_mode */
#define CM_FULL_DUPLEX                 1
#define CM_CHAINED_TRANSACTIONS        0 /* transaction_control */
#define CM_UNCHAINED_TRANSACTIONS      1
#define XC_SOFT                        0 /* xcendt type */
#define XC_HARD                        1
#define XC_EITHER_CONVERSATION_TYPE    2003
#define XC_EITHER_SEND_RECEIVE_MODE    2004
#define XC_NO                          2005
#define XC_YES                         2006
#define XC_EITHER_SYNC_LEVEL           2007
#define XC_QUEUED_OPERATOR_STARTED     2008
#define XC_QUEUED_AM_STARTED           2009
#define XC_NONQUEUED_AM_STARTED        2010
#define XC_QUEUED_OPERATOR_PRELOADED   2011
#define XC_BACKGROUND                  2012
#define XC_VIO_WINDOWABLE              2015
#define XC_HOLD_FOREVER                (-1)

/* Other spellings, used by the documentation and by programs.  CM_CONFIRM_SEND, which is on one page, is left
 * out: it could mean a state (7) or a status (3). */
#define CM_ALLOCATION_FAILURE_NO_RETRY   CM_ALLOCATE_FAILURE_NO_RETRY
#define CM_ALLOCATION_FAILURE_RETRY      CM_ALLOCATE_FAILURE_RETRY
#define CM_SYNC_LVL_NOT_SUPPORTED_SYS    CM_SYNC_LVL_NOT_SUPPORTED_LU
#define CM_SYNC_LEVEL_NOT_SUPPORTED_LU   CM_SYNC_LVL_NOT_SUPPORTED_LU
#define CM_SYNC_LEVEL_NOT_SUPPORTED_SYS  CM_SYNC_LVL_NOT_SUPPORTED_LU
#define CM_SYNC_LEVEL_NOT_SUPPORTED_PGM  CM_SYNC_LVL_NOT_SUPPORTED_PGM
#define CM_PREPARE_TO_RECEIVE_SYNC_LEVEL CM_PREP_TO_RECEIVE_SYNC_LEVEL
#define CM_PREPARE_TO_RECEIVE_FLUSH      CM_PREP_TO_RECEIVE_FLUSH
#define CM_PREPARE_TO_RECEIVE_CONFIRM    CM_PREP_TO_RECEIVE_CONFIRM
#define CM_SEND_AND_PREPARE_TO_RECEIVE   CM_SEND_AND_PREP_TO_RECEIVE
#define CM_NONBLOCKING                   CM_NON_BLOCKING
#define CM_STATE_CHECK                   CM_PROGRAM_STATE_CHECK
#define CM_DEALLOCATED_ABEND_PROG        CM_DEALLOCATED_ABEND
#define CM_COMPLETE_RECORD_RECEIVED      CM_COMPLETE_DATA_RECEIVED
#define CM_FLUSH                         CM_DEALLOCATE_FLUSH
#define CM_NO_CONTROL_INFO               CM_NO_CONTROL_INFO_RECEIVED
#define CM_UMAP_ROUTINE_ERROR            CM_MAP_ROUTINE_ERROR

/* call_ID of Extract_Secondary_Information */
#define CM_CMACCI 1
#define CM_CMACCP 2
#define CM_CMALLC 3
#define CM_CMCANC 4
#define CM_CMCFM  5
#define CM_CMCFMD 6
#define CM_CMCNVI 7
#define CM_CMCNVO 8
#define CM_CMDEAL 9
#define CM_CMDFDE 10
#define CM_CMEACN 11
#define CM_CMEAEQ 12
#define CM_CMEAPT 13
#define CM_CMECS  14
#define CM_CMECT  15
#define CM_CMECTX 16
#define CM_CMEID  17
#define CM_CMEMBS 18
#define CM_CMEMN  19
#define CM_CMEPID 20
#define CM_CMEPLN 21
#define CM_CMESI  22
#define CM_CMESL  23
#define CM_CMESRM 24
#define CM_CMESUI 25
#define CM_CMETC  26
#define CM_CMETPN 27
#define CM_CMFLUS 28
#define CM_CMINCL 29
#define CM_CMINIC 30
#define CM_CMINIT 31
#define CM_CMPREP 32
#define CM_CMPTR  33
#define CM_CMRCV  34
#define CM_CMRCVX 35
#define CM_CMRLTP 36
#define CM_CMRTS  37
#define CM_CMSAC  38
#define CM_CMSACN 39
#define CM_CMSAEQ 40
#define CM_CMSAPT 41
#define CM_CMSBT  42
#define CM_CMSCSP 43
#define CM_CMSCST 44
#define CM_CMSCSU 45
#define CM_CMSCT  46
#define CM_CMSCU  47
#define CM_CMSDT  48
#define CM_CMSED  49
#define CM_CMSEND 50
#define CM_CMSERR 51
#define CM_CMSF   52
#define CM_CMSID  53
#define CM_CMSLD  54
#define CM_CMSLTP 55
#define CM_CMSMN  56
#define CM_CMSNDX 57
#define CM_CMSPDP 58
#define CM_CMSPID 59
#define CM_CMSPLN 60
#define CM_CMSPM  61
#define CM_CMSPTR 62
#define CM_CMSQCF 63
#define CM_CMSQPM 64
#define CM_CMSRC  65
#define CM_CMSRT  66
#define CM_CMSSL  67
#define CM_CMSSRM 68
#define CM_CMSST  69
#define CM_CMSTC  70
#define CM_CMSTPN 71
#define CM_CMTRTS 72
#define CM_CMWAIT 73
#define CM_CMWCMP 74
#define CM_CMSJT  75
#define CM_CMEMID 76
#define CM_CMSMID 77
#define CM_CMSNDM 78
#define CM_CMRCVM 79

/* ---- C. Calls ------------------------------------------------------------------------------------------ */

/** Accept_Conversation: take an incoming conversation.
 *
 *  Waits for an Attach whose TP name is a local TP name of this program: the one that the node started it
 *  for, the one in the environment variable APPCTPN, or one given to cmsltp.  A program that has called
 *  cmsltp never waits here: it gets CM_OPERATION_INCOMPLETE and completes the accept with cmwait or
 *  xcstep.
 *
 *  @param[out] conversation_ID  8 octets; valid with CM_OK and CM_OPERATION_INCOMPLETE
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK (the wait timed out, or the program has no
 *                               local TP name), CM_OPERATION_INCOMPLETE, CM_OPERATION_NOT_ACCEPTED
 *                               (a blocking hook calls it while a call waits), CM_PRODUCT_SPECIFIC_ERROR
 *                               (also: the program has registered 1000 TP names)
 *  State: RESET to RECEIVE.
 *  Rule: Accept_Conversation; KB Q184505 for the nonblocking form. */
CPIC_API CM_ENTRY cmaccp(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Allocate: get a session to the partner LU.  The Attach stays in the send buffer, so a refusal by the
 *  partner is reported by a later call.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK, CM_ALLOCATE_FAILURE_NO_RETRY, CM_ALLOCATE_FAILURE_RETRY,
 *                               CM_PARAMETER_ERROR (the LU, the mode or the TP name), CM_UNSUCCESSFUL
 *                               (CM_IMMEDIATE and no session free), CM_PROGRAM_STATE_CHECK,
 *                               CM_PRODUCT_SPECIFIC_ERROR (also: this user has all the conversations that
 *                               the node lets it have), AS
 *  State: INITIALIZE; to SEND with CM_OK, to RESET with CM_ALLOCATE_FAILURE_*, else unchanged.
 *  Rule: Allocate. */
CPIC_API CM_ENTRY cmallc(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Cancel_Conversation: end the conversation at once, even while another thread waits in a call on it;
 *  that call gets CM_DEALLOCATED_ABEND.  The partner sees an abend without log data.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK
 *  State: any; to RESET.
 *  Rule: Cancel_Conversation. */
CPIC_API CM_ENTRY cmcanc(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Confirm: send what is buffered with a request for confirmation and wait for the answer.
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[out] request_to_send_received  CM_REQ_TO_SEND_RECEIVED, CM_REQ_TO_SEND_NOT_RECEIVED
 *  @param[out] return_code               CM_OK (the partner issued Confirmed), CM_PROGRAM_PARAMETER_CHECK
 *                                        (also: the sync level is CM_NONE), CM_PROGRAM_STATE_CHECK (also:
 *                                        basic record unfinished), AS, AR, RF, AB, PU
 *  State: SEND, SEND_PENDING; to SEND.
 *  Rule: Confirm. */
CPIC_API CM_ENTRY cmcfm(unsigned char *conversation_ID, CM_INT32 *request_to_send_received,
                        CM_INT32 *return_code);

/** Confirmed: answer a confirmation request in the affirmative.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK, AS
 *  State: CONFIRM to RECEIVE, CONFIRM_SEND to SEND, CONFIRM_DEALLOCATE to RESET.
 *  Rule: Confirmed. */
CPIC_API CM_ENTRY cmcfmd(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Convert_Incoming: convert EBCDIC to ASCII in place (CCSID 037 to ISO 8859-1, all 256 values, reversible).
 *
 *  @param[in,out] string         string_length octets, no terminator
 *  @param[in]     string_length  1 to 32767
 *  @param[out]    return_code    CM_OK, CM_PROGRAM_PARAMETER_CHECK
 *  State: no conversation.
 *  Rule: Convert_Incoming; KB Q188689 for the return code. */
CPIC_API CM_ENTRY cmcnvi(unsigned char *string, CM_INT32 *string_length, CM_INT32 *return_code);

/** Convert_Outgoing: convert ASCII to EBCDIC in place (ISO 8859-1 to CCSID 037, all 256 values, reversible).
 *
 *  @param[in,out] string         string_length octets, no terminator
 *  @param[in]     string_length  1 to 32767
 *  @param[out]    return_code    CM_OK, CM_PROGRAM_PARAMETER_CHECK
 *  State: no conversation.
 *  Rule: Convert_Outgoing; KB Q188689 for the return code. */
CPIC_API CM_ENTRY cmcnvo(unsigned char *string, CM_INT32 *string_length, CM_INT32 *return_code);

/** Deallocate: end the conversation as deallocate_type says.
 *
 *  FLUSH sends what is buffered and does not wait, so a refusal by the partner is not seen.  CONFIRM
 *  waits for Confirmed.  SYNC_LEVEL means FLUSH or CONFIRM, according to the sync level.  ABEND is possible
 *  in any state and may purge data.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK (never for ABEND; also: a basic record is
 *                               unfinished), AS; with confirmation also AR, RF, AB, PU (the conversation
 *                               goes on)
 *  State: SEND, SEND_PENDING, for ABEND any; to RESET.
 *  Rule: Deallocate. */
CPIC_API CM_ENTRY cmdeal(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Extract_Conversation_Security_User_ID (X/Open: Extract_Security_User_ID): give the user ID of the
 *  conversation.
 *
 *  @param[in]  conversation_ID          8 octets
 *  @param[out] security_user_ID         room for CM_UID_SIZE octets, not padded
 *  @param[out] security_user_ID_length  octets written
 *  @param[out] return_code              CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Conversation_Security_User_ID. */
CPIC_API CM_ENTRY cmecsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                         CM_INT32 *security_user_ID_length, CM_INT32 *return_code);
/** The X/Open name of cmecsu. */
CPIC_API CM_ENTRY cmesui(unsigned char *conversation_ID, unsigned char *security_user_ID,
                         CM_INT32 *security_user_ID_length, CM_INT32 *return_code);
/** Another name of cmecsu. */
CPIC_API CM_ENTRY xcecsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                         CM_INT32 *security_user_ID_length, CM_INT32 *return_code);

/** Extract_Conversation_State: give the state of the conversation.
 *
 *  @param[in]  conversation_ID     8 octets
 *  @param[out] conversation_state  CM_INITIALIZE_STATE to CM_CONFIRM_DEALLOCATE_STATE
 *  @param[out] return_code         CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Conversation_State. */
CPIC_API CM_ENTRY cmecs(unsigned char *conversation_ID, CM_INT32 *conversation_state, CM_INT32 *return_code);

/** Extract_Conversation_Type: say whether the conversation is basic or mapped.
 *
 *  @param[in]  conversation_ID    8 octets
 *  @param[out] conversation_type  CM_BASIC_CONVERSATION, CM_MAPPED_CONVERSATION
 *  @param[out] return_code        CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Conversation_Type. */
CPIC_API CM_ENTRY cmect(unsigned char *conversation_ID, CM_INT32 *conversation_type, CM_INT32 *return_code);

/** Extract_Mode_Name: give the name of the mode.
 *
 *  @param[in]  conversation_ID   8 octets
 *  @param[out] mode_name         room for CM_MN_SIZE octets, not padded
 *  @param[out] mode_name_length  0 to 8
 *  @param[out] return_code       CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Mode_Name. */
CPIC_API CM_ENTRY cmemn(unsigned char *conversation_ID, unsigned char *mode_name, CM_INT32 *mode_name_length,
                        CM_INT32 *return_code);

/** Extract_Partner_LU_Name: give the name of the partner LU.  An accepted conversation always gives the
 *  fully qualified name.
 *
 *  @param[in]  conversation_ID         8 octets
 *  @param[out] partner_LU_name         room for CM_PLN_SIZE octets, not padded
 *  @param[out] partner_LU_name_length  1 to 17
 *  @param[out] return_code             CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Partner_LU_Name; KB Q163570. */
CPIC_API CM_ENTRY cmepln(unsigned char *conversation_ID, unsigned char *partner_LU_name,
                         CM_INT32 *partner_LU_name_length, CM_INT32 *return_code);

/** Extract_Sync_Level: say whether confirmation is possible.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] sync_level       CM_NONE, CM_CONFIRM
 *  @param[out] return_code      CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Sync_Level. */
CPIC_API CM_ENTRY cmesl(unsigned char *conversation_ID, CM_INT32 *sync_level, CM_INT32 *return_code);

/** Extract_TP_Name: give the name of the partner program, or in an accepted conversation the name in the
 *  Attach.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] TP_name          room for CM_TPN_SIZE octets, not padded
 *  @param[out] TP_name_length   1 to 64
 *  @param[out] return_code      CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_TP_Name. */
CPIC_API CM_ENTRY cmetpn(unsigned char *conversation_ID, unsigned char *TP_name, CM_INT32 *TP_name_length,
                         CM_INT32 *return_code);

/** Flush: send what is buffered, including the Attach.  Reports nothing that comes from the partner.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK, AS
 *  State: SEND, SEND_PENDING; to SEND.
 *  Rule: Flush. */
CPIC_API CM_ENTRY cmflus(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Initialize_Conversation: begin a conversation with the characteristics of a side information entry.
 *
 *  @param[out] conversation_ID  8 octets
 *  @param[in]  sym_dest_name    8 octets padded with spaces; 8 spaces: no entry, then cmsmn, cmspln and
 *                               cmstpn are needed before cmallc.  A NUL before the eighth octet counts as
 *                               padding.
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK (no such entry),
 *                               CM_PRODUCT_SPECIFIC_ERROR (also: no local LU to use, no node)
 *  State: RESET to INITIALIZE.
 *  Rule: Initialize_Conversation. */
CPIC_API CM_ENTRY cminit(unsigned char *conversation_ID, unsigned char *sym_dest_name, CM_INT32 *return_code);

/** Prepare_To_Receive: send what is buffered and give the turn to the partner, as prepare_to_receive_type
 *  says.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK (also: a basic record is unfinished), AS; with
 *                               confirmation also AR, RF, AB, PU
 *  State: SEND, SEND_PENDING; to RECEIVE.
 *  Rule: Prepare_To_Receive. */
CPIC_API CM_ENTRY cmptr(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Receive: take data, status or both.  In SEND or SEND_PENDING it first gives the turn to the partner (only
 *  with CM_RECEIVE_AND_WAIT).
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[out] buffer                    requested_length octets; valid with CM_OK and
 *                                        CM_DEALLOCATED_NORMAL
 *  @param[in]  requested_length          0 to 32767
 *  @param[out] data_received             CM_NO_DATA_RECEIVED, CM_DATA_RECEIVED,
 *                                        CM_COMPLETE_DATA_RECEIVED, CM_INCOMPLETE_DATA_RECEIVED; valid with
 *                                        CM_OK and CM_DEALLOCATED_NORMAL
 *  @param[out] received_length           octets in buffer; valid when data was received
 *  @param[out] status_received           CM_NO_STATUS_RECEIVED, CM_SEND_RECEIVED,
 *                                        CM_CONFIRM_RECEIVED, CM_CONFIRM_SEND_RECEIVED,
 *                                        CM_CONFIRM_DEALLOC_RECEIVED; valid with CM_OK
 *  @param[out] request_to_send_received  CM_REQ_TO_SEND_RECEIVED, CM_REQ_TO_SEND_NOT_RECEIVED
 *  @param[out] return_code               CM_OK, CM_UNSUCCESSFUL (CM_RECEIVE_IMMEDIATE and nothing has
 *                                        arrived; or Send_Error was issued while the Receive was
 *                                        incomplete), CM_DEALLOCATED_NORMAL (may carry the last data),
 *                                        CM_PROGRAM_ERROR_NO_TRUNC, _PURGING, _TRUNC,
 *                                        CM_SVC_ERROR_NO_TRUNC, _PURGING, _TRUNC,
 *                                        CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK, AS, AR, RF, AB
 *  State: RECEIVE, SEND, SEND_PENDING.  With CM_OK, by status: none RECEIVE; CM_SEND_RECEIVED with data
 *  SEND_PENDING, without SEND; CM_CONFIRM_* the CONFIRM state of that name.
 *  Rule: Receive, with its table as in the HP SNAplus2 CPI-C guide pages 207-209. */
CPIC_API CM_ENTRY cmrcv(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *requested_length,
                        CM_INT32 *data_received, CM_INT32 *received_length, CM_INT32 *status_received,
                        CM_INT32 *request_to_send_received, CM_INT32 *return_code);

/** Request_To_Send: ask the partner for the turn.  The request flows at once and may overtake data.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK, AS
 *  State: any but INITIALIZE, unchanged.
 *  Rule: Request_To_Send. */
CPIC_API CM_ENTRY cmrts(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Send_Data: send one mapped record, or any part of the stream of basic logical records, and do what
 *  send_type says.
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[in]  buffer                    send_length octets; may be NULL when send_length is 0
 *  @param[in]  send_length               0 to 32767; 0 is a null record when mapped, no data when basic
 *  @param[out] request_to_send_received  CM_REQ_TO_SEND_RECEIVED, CM_REQ_TO_SEND_NOT_RECEIVED
 *  @param[out] return_code               CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: the length or a
 *                                        basic LL is not valid), CM_PROGRAM_STATE_CHECK (also: a basic record
 *                                        is unfinished where send_type needs a whole one), AS, AR, RF, AB, PU
 *  State: SEND, SEND_PENDING; to SEND, with CM_SEND_AND_PREP_TO_RECEIVE to RECEIVE, with
 *  CM_SEND_AND_DEALLOCATE to RESET.
 *  Rule: Send_Data. */
CPIC_API CM_ENTRY cmsend(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *send_length,
                         CM_INT32 *request_to_send_received, CM_INT32 *return_code);

/** Send_Error: tell the partner of an error and take the turn.  In RECEIVE it purges data on the way; in
 *  a CONFIRM state it is a negative answer; in SEND_PENDING error_direction says which of the two the error
 *  was in.
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[out] request_to_send_received  CM_REQ_TO_SEND_RECEIVED, CM_REQ_TO_SEND_NOT_RECEIVED
 *  @param[out] return_code               CM_OK, RF, AS; from SEND also AR, AB, PU; from SEND_PENDING also
 *                                        AB, PU; from RECEIVE also CM_DEALLOCATED_NORMAL (also when the
 *                                        partner refused or abended); CM_PROGRAM_STATE_CHECK
 *  State: any but INITIALIZE; to SEND.
 *  Rule: Send_Error; HP SNAplus2 CPI-C guide page 224. */
CPIC_API CM_ENTRY cmserr(unsigned char *conversation_ID, CM_INT32 *request_to_send_received,
                         CM_INT32 *return_code);

/** Set_Conversation_Security_Password: set the password for security types SAME and PROGRAM.
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[in]  security_password         ASCII, case kept, no spaces
 *  @param[in]  security_password_length  0 (none) to 8
 *  @param[out] return_code               CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK (also: the
 *                                        security type is CM_SECURITY_NONE)
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Conversation_Security_Password; HP SNAplus2 CPI-C guide page 241 for the state check. */
CPIC_API CM_ENTRY cmscsp(unsigned char *conversation_ID, unsigned char *security_password,
                         CM_INT32 *security_password_length, CM_INT32 *return_code);
/** Another name of cmscsp. */
CPIC_API CM_ENTRY xcscsp(unsigned char *conversation_ID, unsigned char *security_password,
                         CM_INT32 *security_password_length, CM_INT32 *return_code);

/** Set_Conversation_Security_Type: say what the partner is told about the user.
 *
 *  @param[in]  conversation_ID             8 octets
 *  @param[in]  conversation_security_type  CM_SECURITY_NONE, CM_SECURITY_SAME, CM_SECURITY_PROGRAM
 *  @param[out] return_code                 CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Conversation_Security_Type. */
CPIC_API CM_ENTRY cmscst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type,
                         CM_INT32 *return_code);
/** Another name of cmscst. */
CPIC_API CM_ENTRY xcscst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type,
                         CM_INT32 *return_code);

/** Set_Conversation_Security_User_ID: set the user ID for security types SAME and PROGRAM.
 *
 *  @param[in]  conversation_ID          8 octets
 *  @param[in]  security_user_ID         ASCII, case kept, no spaces
 *  @param[in]  security_user_ID_length  0 (none) to 8
 *  @param[out] return_code              CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK (also: the
 *                                       security type is CM_SECURITY_NONE)
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Conversation_Security_User_ID. */
CPIC_API CM_ENTRY cmscsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                         CM_INT32 *security_user_ID_length, CM_INT32 *return_code);
/** Another name of cmscsu. */
CPIC_API CM_ENTRY xcscsu(unsigned char *conversation_ID, unsigned char *security_user_ID,
                         CM_INT32 *security_user_ID_length, CM_INT32 *return_code);

/** Set_Conversation_Type: make the conversation basic or mapped.  Default CM_MAPPED_CONVERSATION.
 *
 *  @param[in]  conversation_ID    8 octets
 *  @param[in]  conversation_type  CM_BASIC_CONVERSATION, CM_MAPPED_CONVERSATION
 *  @param[out] return_code        CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: mapped with fill BUFFER or log
 *                                 data), CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Conversation_Type. */
CPIC_API CM_ENTRY cmsct(unsigned char *conversation_ID, CM_INT32 *conversation_type, CM_INT32 *return_code);

/** Set_Deallocate_Type: say how Deallocate ends the conversation.  Default CM_DEALLOCATE_SYNC_LEVEL.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  deallocate_type  CM_DEALLOCATE_SYNC_LEVEL, _FLUSH, _CONFIRM, _ABEND
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: CONFIRM with sync level CM_NONE)
 *  State: any, unchanged.
 *  Rule: Set_Deallocate_Type. */
CPIC_API CM_ENTRY cmsdt(unsigned char *conversation_ID, CM_INT32 *deallocate_type, CM_INT32 *return_code);

/** Set_Error_Direction: say where the error was, for Send_Error in SEND_PENDING.  Default CM_RECEIVE_ERROR.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  error_direction  CM_RECEIVE_ERROR, CM_SEND_ERROR
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK
 *  State: any, unchanged.
 *  Rule: Set_Error_Direction. */
CPIC_API CM_ENTRY cmsed(unsigned char *conversation_ID, CM_INT32 *error_direction, CM_INT32 *return_code);

/** Set_Fill: have Receive give one logical record, or as much as fits; basic conversations only.  Default
 *  CM_FILL_LL.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  fill             CM_FILL_LL, CM_FILL_BUFFER
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: the conversation is mapped)
 *  State: any, unchanged.
 *  Rule: Set_Fill. */
CPIC_API CM_ENTRY cmsf(unsigned char *conversation_ID, CM_INT32 *fill, CM_INT32 *return_code);

/** Set_Log_Data: set the log data that the next Send_Error or abend sends along; basic conversations only.
 *  The node writes them into its own log, too.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  log_data         ASCII; may be NULL when log_data_length is 0
 *  @param[in]  log_data_length  0 (none) to CM_LD_SIZE
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: the conversation is mapped)
 *  State: any, unchanged.
 *  Rule: Set_Log_Data. */
CPIC_API CM_ENTRY cmsld(unsigned char *conversation_ID, unsigned char *log_data, CM_INT32 *log_data_length,
                        CM_INT32 *return_code);

/** Set_Mode_Name: set the mode for Allocate, which reports a mode that does not exist.
 *
 *  @param[in]  conversation_ID   8 octets
 *  @param[in]  mode_name         A-Z 0-9
 *  @param[in]  mode_name_length  0 (the call does nothing) to 8
 *  @param[out] return_code       CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Mode_Name. */
CPIC_API CM_ENTRY cmsmn(unsigned char *conversation_ID, unsigned char *mode_name, CM_INT32 *mode_name_length,
                        CM_INT32 *return_code);

/** Set_Partner_LU_Name: set the partner LU for Allocate, which reports an LU that does not exist.
 *
 *  @param[in]  conversation_ID         8 octets
 *  @param[in]  partner_LU_name         alias, or netid.luname (the period decides; ".LU1" has an empty
 *                                      netid)
 *  @param[in]  partner_LU_name_length  1 to 17; an alias to 8
 *  @param[out] return_code             CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Partner_LU_Name. */
CPIC_API CM_ENTRY cmspln(unsigned char *conversation_ID, unsigned char *partner_LU_name,
                         CM_INT32 *partner_LU_name_length, CM_INT32 *return_code);

/** Set_Prepare_To_Receive_Type: say how Prepare_To_Receive gives the turn.  Default
 *  CM_PREP_TO_RECEIVE_SYNC_LEVEL.
 *
 *  @param[in]  conversation_ID          8 octets
 *  @param[in]  prepare_to_receive_type  CM_PREP_TO_RECEIVE_SYNC_LEVEL, _FLUSH, _CONFIRM
 *  @param[out] return_code              CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: CONFIRM with sync level
 *                                       NONE)
 *  State: any, unchanged.
 *  Rule: Set_Prepare_To_Receive_Type. */
CPIC_API CM_ENTRY cmsptr(unsigned char *conversation_ID, CM_INT32 *prepare_to_receive_type,
                         CM_INT32 *return_code);

/** Set_Processing_Mode: let calls wait, or return at once.  Default CM_BLOCKING.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  processing_mode  CM_BLOCKING, CM_NON_BLOCKING
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK (an operation of
 *                               the conversation is incomplete)
 *  State: any, unchanged.
 *  Rule: Set_Processing_Mode. */
CPIC_API CM_ENTRY cmspm(unsigned char *conversation_ID, CM_INT32 *processing_mode, CM_INT32 *return_code);

/** Set_Receive_Type: let Receive wait, or take only what is there.  Default CM_RECEIVE_AND_WAIT.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  receive_type     CM_RECEIVE_AND_WAIT, CM_RECEIVE_IMMEDIATE
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK
 *  State: any, unchanged.
 *  Rule: Set_Receive_Type. */
CPIC_API CM_ENTRY cmsrt(unsigned char *conversation_ID, CM_INT32 *receive_type, CM_INT32 *return_code);

/** Set_Return_Control: let Allocate wait for a session, or take only one that is free.  Default
 *  CM_WHEN_SESSION_ALLOCATED.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  return_control   CM_WHEN_SESSION_ALLOCATED, CM_IMMEDIATE
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Return_Control. */
CPIC_API CM_ENTRY cmsrc(unsigned char *conversation_ID, CM_INT32 *return_control, CM_INT32 *return_code);

/** Set_Send_Type: say what Send_Data does beyond sending.  Default CM_BUFFER_DATA.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  send_type        CM_BUFFER_DATA, CM_SEND_AND_FLUSH, _CONFIRM, _PREP_TO_RECEIVE, _DEALLOCATE
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: CONFIRM with sync level CM_NONE)
 *  State: any, unchanged.
 *  Rule: Set_Send_Type. */
CPIC_API CM_ENTRY cmsst(unsigned char *conversation_ID, CM_INT32 *send_type, CM_INT32 *return_code);

/** Set_Sync_Level: make confirmation possible, or not.  Default CM_NONE.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  sync_level       CM_NONE, CM_CONFIRM
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: NONE while the send,
 *                               prepare-to-receive or deallocate type asks for confirmation),
 *                               CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_Sync_Level. */
CPIC_API CM_ENTRY cmssl(unsigned char *conversation_ID, CM_INT32 *sync_level, CM_INT32 *return_code);

/** Set_TP_Name: set the name of the partner program.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  TP_name          ASCII, case kept, no spaces
 *  @param[in]  TP_name_length   1 to CM_TPN_SIZE
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PROGRAM_STATE_CHECK
 *  State: INITIALIZE, unchanged.
 *  Rule: Set_TP_Name. */
CPIC_API CM_ENTRY cmstpn(unsigned char *conversation_ID, unsigned char *TP_name, CM_INT32 *TP_name_length,
                         CM_INT32 *return_code);

/** Specify_Local_TP_Name: accept Attaches for one more TP name.  From the first such call on,
 *  Accept_Conversation does not block.
 *
 *  @param[in]  TP_name         ASCII, case kept, no spaces
 *  @param[in]  TP_name_length  1 to CM_TPN_SIZE
 *  @param[out] return_code     CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_PRODUCT_SPECIFIC_ERROR
 *  State: no conversation.
 *  Rule: Specify_Local_TP_Name. */
CPIC_API CM_ENTRY cmsltp(unsigned char *TP_name, CM_INT32 *TP_name_length, CM_INT32 *return_code);

/** Test_Request_To_Send_Received: say whether the partner has asked for the turn, and clear the indication.
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[out] request_to_send_received  CM_REQ_TO_SEND_RECEIVED, CM_REQ_TO_SEND_NOT_RECEIVED;
 *                                        valid with CM_OK only
 *  @param[out] return_code               CM_OK, CM_PROGRAM_STATE_CHECK, CM_OPERATION_NOT_ACCEPTED (an
 *                                        operation other than Receive is incomplete)
 *  State: SEND, RECEIVE, SEND_PENDING, unchanged.
 *  Rule: Test_Request_To_Send_Received. */
CPIC_API CM_ENTRY cmtrts(unsigned char *conversation_ID, CM_INT32 *request_to_send_received,
                         CM_INT32 *return_code);

/** Wait_For_Conversation: wait until any incomplete operation of the program completes, and complete it.
 *
 *  @param[out] conversation_ID           8 octets: whose operation completed
 *  @param[out] conversation_return_code  what that call would have returned
 *  @param[out] return_code               CM_OK, CM_PROGRAM_STATE_CHECK (nothing is incomplete),
 *                                        CM_SYSTEM_EVENT (a blocking hook returned FALSE; nothing has
 *                                        completed), CM_PRODUCT_SPECIFIC_ERROR (a blocking hook calls it
 *                                        while a call waits)
 *  State: changes as the completed call says.
 *  Rule: Wait_For_Conversation; HP SNAplus2 CPI-C guide pages 301-303. */
CPIC_API CM_ENTRY cmwait(unsigned char *conversation_ID, CM_INT32 *conversation_return_code,
                         CM_INT32 *return_code);

/** Set_CPIC_Side_Information: add or replace an entry in the node's memory.  Existing conversations keep
 *  their settings.  Programs of the same user see the entry in place of a configured one of that name;
 *  everybody sees what an administrator of the node sets.  A user may set 1000 entries.
 *
 *  @param[in]  key_lock                ignored, 8 octets
 *  @param[in]  side_info_entry         the entry
 *  @param[in]  side_info_entry_length  sizeof(SIDE_INFO), 124
 *  @param[out] return_code             CM_OK, CM_PROGRAM_PARAMETER_CHECK (the length, or a field),
 *                                      CM_PRODUCT_SPECIFIC_ERROR (also: this user has set 1000 entries)
 *  State: no conversation.
 *  Rule: Set_CPIC_Side_Information. */
CPIC_API CM_ENTRY xcmssi(unsigned char *key_lock, SIDE_INFO *side_info_entry,
                         CM_INT32 *side_info_entry_length, CM_INT32 *return_code);

/** Extract_CPIC_Side_Information: give an entry, by number or by name.
 *
 *  @param[in]  entry_number            1 and up: the n-th entry; 0: the one called sym_dest_name
 *  @param[in]  sym_dest_name           8 octets padded with spaces
 *  @param[out] side_info_entry         the entry; password always spaces
 *  @param[in]  side_info_entry_length  sizeof(SIDE_INFO), 124
 *  @param[out] return_code             CM_OK, CM_PROGRAM_PARAMETER_CHECK (no such entry, or the length)
 *  State: no conversation.
 *  Rule: Extract_CPIC_Side_Information. */
CPIC_API CM_ENTRY xcmesi(CM_INT32 *entry_number, unsigned char *sym_dest_name, SIDE_INFO *side_info_entry,
                         CM_INT32 *side_info_entry_length, CM_INT32 *return_code);

/** Delete_CPIC_Side_Information: remove an entry from the node's memory: the user's own before a configured
 *  one.
 *
 *  @param[in]  key_lock       ignored, 8 octets
 *  @param[in]  sym_dest_name  8 octets padded with spaces
 *  @param[out] return_code    CM_OK, CM_PROGRAM_PARAMETER_CHECK (no such entry), CM_PRODUCT_SPECIFIC_ERROR
 *                             (also: the entry is configured, and the user no administrator of the node)
 *  State: no conversation.
 *  Rule: Delete_CPIC_Side_Information. */
CPIC_API CM_ENTRY xcmdsi(unsigned char *key_lock, unsigned char *sym_dest_name, CM_INT32 *return_code);

/** Extract_Conversation_Security_Type: say what the partner was told about the user.
 *
 *  @param[in]  conversation_ID             8 octets
 *  @param[out] conversation_security_type  CM_SECURITY_NONE, CM_SECURITY_SAME, CM_SECURITY_PROGRAM
 *  @param[out] return_code                 CM_OK
 *  State: any, unchanged.
 *  Rule: Extract_Conversation_Security_Type. */
CPIC_API CM_ENTRY xcecst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type,
                         CM_INT32 *return_code);
/** Another name of xcecst. */
CPIC_API CM_ENTRY cmecst(unsigned char *conversation_ID, CM_INT32 *conversation_security_type,
                         CM_INT32 *return_code);

/* Of CPI-C 1.2, and not in Host Integration Server. */

/** Initialize_For_Incoming: begin a conversation that waits to be accepted.  Accept_Incoming then does what
 *  Accept_Conversation does; between the two the program can set the processing mode.
 *
 *  @param[out] conversation_ID  8 octets
 *  @param[out] return_code      CM_OK
 *  State: RESET to INITIALIZE_INCOMING.  There Cancel_Conversation, Deallocate of type ABEND, the Extract
 *  calls and those Set calls that are allowed in any state are possible.
 *  Rule: CPI-C Reference 2.1, Initialize_For_Incoming. */
CPIC_API CM_ENTRY cminic(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Accept_Incoming: take an incoming conversation, as Accept_Conversation does.  The processing mode
 *  decides whether it waits, and not, as there, a call of cmsltp.
 *
 *  @param[in]  conversation_ID  8 octets, from cminic
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK (not in INITIALIZE_INCOMING, the wait timed
 *                               out, or the program has no local TP name), AS
 *  State: INITIALIZE_INCOMING to RECEIVE.
 *  Rule: CPI-C Reference 2.1, Accept_Incoming. */
CPIC_API CM_ENTRY cmacci(unsigned char *conversation_ID, CM_INT32 *return_code);

/** Extract_Maximum_Buffer_Size: give the most octets that one Send_Data or Receive takes.
 *
 *  @param[out] maximum_buffer_size  32767
 *  @param[out] return_code          CM_OK
 *  State: no conversation.
 *  Rule: CPI-C Reference 2.1, Extract_Maximum_Buffer_Size. */
CPIC_API CM_ENTRY cmembs(CM_INT32 *maximum_buffer_size, CM_INT32 *return_code);

/** Release_Local_TP_Name: withdraw a name given to cmsltp; it no longer counts for later accepts.
 *
 *  @param[in]  TP_name         as it was given
 *  @param[in]  TP_name_length  1 to CM_TPN_SIZE
 *  @param[out] return_code     CM_OK, CM_PROGRAM_PARAMETER_CHECK (also: no such name)
 *  State: no conversation.
 *  Rule: CPI-C Reference 2.1, Release_Local_TP_Name. */
CPIC_API CM_ENTRY cmrltp(unsigned char *TP_name, CM_INT32 *TP_name_length, CM_INT32 *return_code);

/* Our own extensions, for programs with an event loop and for people. */

/** Give the descriptor and events to poll for the incomplete operation of a conversation (an accept has one
 *  too).  When the descriptor is ready, call xcstep.  Ask again after each xcstep: both answers may change.
 *  The descriptor belongs to the library: do not read, write or close it.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] fd               the descriptor
 *  @param[out] events           POLLIN, POLLOUT or both
 *  @param[out] return_code      CM_OK, CM_PROGRAM_STATE_CHECK (nothing is incomplete)
 *  State: any, unchanged. */
CPIC_API CM_ENTRY xcfd(unsigned char *conversation_ID, int *fd, short *events, CM_INT32 *return_code);

/** Complete the incomplete operation of a conversation without waiting, like a nonblocking cmwait for one
 *  conversation.
 *
 *  @param[in]  conversation_ID           8 octets
 *  @param[out] conversation_return_code  with CM_OK: what the call would have returned;
 *                                        CM_OPERATION_INCOMPLETE when it has not completed yet
 *  @param[out] return_code               CM_OK, CM_PROGRAM_STATE_CHECK (nothing is incomplete)
 *  State: changes as the completed call says. */
CPIC_API CM_ENTRY xcstep(unsigned char *conversation_ID, CM_INT32 *conversation_return_code,
                         CM_INT32 *return_code);

/** Give the name of a return code.
 *
 *  @param[in] return_code  by value
 *  @return the name, such as "CM_OK"; "CM_unknown" for an unknown number; never NULL; do not free
 *  it */
CPIC_API const char *xcrcname(CM_INT32 return_code);

/** Say why the latest CM_PRODUCT_SPECIFIC_ERROR of this thread was given, or why WinCPICStartup gave
 *  WCPICSYSNOTREADY: no node, no permission, no local LU and so on.  With SNANODE_DEBUG=1 in the
 *  environment the library also prints it on stderr, with the path of the socket, the user and APPCLLU.
 *
 *  @return one line for a person; "" before the first such error; valid until the next one of this thread;
 *  never NULL; do not free it */
CPIC_API const char *xclasterr(void);

/** Give the sense code with which the latest conversation call of this thread failed, or which xcstep or cmwait
 *  reported last: why the partner, the network or the node refused or ended.  Calls that are refused at once,
 *  as with CM_PROGRAM_STATE_CHECK, do not count.
 *
 *  @return the sense code, such as 0x10086021; 0 when none came */
CPIC_API uint32_t xclastsense(void);

/* ---- D. Calls of other CPI-C levels and products --------------------------------------------------------
 * They exist so that programs link.  Each sets return_code to CM_CALL_NOT_SUPPORTED and does nothing else.
 * Rule: HIS, CPI-C functions not supported; prototypes after the CPI-C Reference 2.1. */

CPIC_API CM_ENTRY cmdfde(unsigned char *conversation_ID, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmeacn(unsigned char *conversation_ID, unsigned char *application_context_name,
                         CM_INT32 *application_context_name_length, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmeaeq(unsigned char *conversation_ID, unsigned char *AE_qualifier,
                         CM_INT32 *AE_qualifier_length, CM_INT32 *AE_qualifier_format, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmeapt(unsigned char *conversation_ID, unsigned char *AP_title, CM_INT32 *AP_title_length,
                         CM_INT32 *AP_title_format, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmectx(unsigned char *conversation_ID, unsigned char *context_ID,
                         CM_INT32 *context_ID_length, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmeid(unsigned char *conversation_ID, unsigned char *initialization_data,
                        CM_INT32 *requested_length, CM_INT32 *initialization_data_length,
                        CM_INT32 *return_code);
CPIC_API CM_ENTRY cmemid(unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
                         unsigned char *initialization_data, CM_INT32 *requested_length,
                         CM_INT32 *initialization_data_length, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmepid(unsigned char *conversation_ID, CM_INT32 *partner_ID_type, unsigned char *partner_ID,
                         CM_INT32 *requested_length, CM_INT32 *partner_ID_length, CM_INT32 *partner_ID_scope,
                         CM_INT32 *directory_syntax, CM_INT32 *directory_encoding, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmesi(unsigned char *conversation_ID, CM_INT32 *call_ID, unsigned char *buffer,
                        CM_INT32 *requested_length, CM_INT32 *data_received, CM_INT32 *received_length,
                        CM_INT32 *return_code);
CPIC_API CM_ENTRY cmesrm(unsigned char *conversation_ID, CM_INT32 *send_receive_mode, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmetc(unsigned char *conversation_ID, CM_INT32 *transaction_control, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmincl(unsigned char *conversation_ID, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmprep(unsigned char *conversation_ID, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmrcvm(unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
                         unsigned char *buffer, CM_INT32 *requested_length, CM_INT32 *data_received,
                         CM_INT32 *received_length, CM_INT32 *status_received,
                         CM_INT32 *control_information_received, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmrcvx(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *requested_length,
                         CM_INT32 *received_length, CM_INT32 *control_information_received,
                         CM_INT32 *expedited_receive_type, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsac(unsigned char *conversation_ID, CM_INT32 *allocate_confirm, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsacn(unsigned char *conversation_ID, unsigned char *application_context_name,
                         CM_INT32 *application_context_name_length, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsaeq(unsigned char *conversation_ID, unsigned char *AE_qualifier,
                         CM_INT32 *AE_qualifier_length, CM_INT32 *AE_qualifier_format, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsapt(unsigned char *conversation_ID, unsigned char *AP_title, CM_INT32 *AP_title_length,
                         CM_INT32 *AP_title_format, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsbt(unsigned char *conversation_ID, CM_INT32 *begin_transaction, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmscu(unsigned char *conversation_ID, CM_INT32 *confirmation_urgency,
                        CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsid(unsigned char *conversation_ID, unsigned char *initialization_data,
                        CM_INT32 *initialization_data_length, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsjt(unsigned char *conversation_ID, CM_INT32 *join_transaction, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsmid(unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
                         unsigned char *initialization_data, CM_INT32 *initialization_data_length,
                         CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsndm(unsigned char *conversation_ID, unsigned char *map_name, CM_INT32 *map_name_length,
                         unsigned char *buffer, CM_INT32 *send_length, CM_INT32 *control_information_received,
                         CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsndx(unsigned char *conversation_ID, unsigned char *buffer, CM_INT32 *send_length,
                         CM_INT32 *control_information_received, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmspdp(unsigned char *conversation_ID, CM_INT32 *prepare_data_permitted,
                         CM_INT32 *return_code);
CPIC_API CM_ENTRY cmspid(unsigned char *conversation_ID, CM_INT32 *partner_ID_type, unsigned char *partner_ID,
                         CM_INT32 *partner_ID_length, CM_INT32 *partner_ID_scope, CM_INT32 *directory_syntax,
                         CM_INT32 *directory_encoding, CM_INT32 *return_code);
/* The callback's type differs between products; it is never called. */
CPIC_API CM_ENTRY cmsqcf(unsigned char *conversation_ID, CM_INT32 *conversation_queue,
                         void (*callback_function)(void), void *user_field, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmsqpm(unsigned char *conversation_ID, CM_INT32 *conversation_queue,
                         CM_INT32 *queue_processing_mode, void *user_field, CM_INT32 *OOID,
                         CM_INT32 *return_code);
CPIC_API CM_ENTRY cmssrm(unsigned char *conversation_ID, CM_INT32 *send_receive_mode, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmstc(unsigned char *conversation_ID, CM_INT32 *transaction_control, CM_INT32 *return_code);
CPIC_API CM_ENTRY cmwcmp(CM_INT32 *OOID_list, CM_INT32 *OOID_list_count, CM_INT32 *timeout,
                         CM_INT32 *completed_op_index_list, CM_INT32 *completed_op_count,
                         void *user_field_list, CM_INT32 *return_code);

/* TP management of OS/2: TP_ID is 12 octets. */
CPIC_API CM_ENTRY xcstp(unsigned char *local_LU_alias, CM_INT32 *local_LU_alias_length,
                        unsigned char *TP_name, CM_INT32 *TP_name_length, unsigned char *TP_ID,
                        CM_INT32 *return_code);
CPIC_API CM_ENTRY xcendt(unsigned char *TP_ID, CM_INT32 *type, CM_INT32 *return_code);
CPIC_API CM_ENTRY xcinct(unsigned char *conversation_ID, unsigned char *TP_ID, unsigned char *sym_dest_name,
                         CM_INT32 *return_code);
CPIC_API CM_ENTRY xceti(unsigned char *conversation_ID, unsigned char *TP_ID, CM_INT32 *return_code);

#ifdef __cplusplus
}
#endif

/* ---- E. Long names ---------------------------------------------------------------------------------------
 * Only for programs that define READABLE_MACROS: words like Confirm and Flush are easily somebody else's. */

#ifdef READABLE_MACROS
#define Accept_Conversation                   cmaccp
#define Accept_Incoming                       cmacci
#define Allocate                              cmallc
#define Cancel_Conversation                   cmcanc
#define Confirm                               cmcfm
#define Confirmed                             cmcfmd
#define Convert_Incoming                      cmcnvi
#define Convert_Outgoing                      cmcnvo
#define Deallocate                            cmdeal
#define Deferred_Deallocate                   cmdfde
#define Delete_CPIC_Side_Information          xcmdsi
#define End_TP                                xcendt
#define Extract_AE_Qualifier                  cmeaeq
#define Extract_AP_Title                      cmeapt
#define Extract_Application_Context_Name      cmeacn
#define Extract_CPIC_Side_Information         xcmesi
#define Extract_Conversation_Context          cmectx
#define Extract_Conversation_Security_Type    xcecst
#define Extract_Conversation_Security_User_ID cmecsu
#define Extract_Conversation_State            cmecs
#define Extract_Conversation_Type             cmect
#define Extract_Initialization_Data           cmeid
#define Extract_Mapped_Initialization_Data    cmemid
#define Extract_Maximum_Buffer_Size           cmembs
#define Extract_Mode_Name                     cmemn
#define Extract_Partner_ID                    cmepid
#define Extract_Partner_LU_Name               cmepln
#define Extract_Secondary_Information         cmesi
#define Extract_Security_User_ID              cmesui
#define Extract_Send_Receive_Mode             cmesrm
#define Extract_Sync_Level                    cmesl
#define Extract_TP_ID                         xceti
#define Extract_TP_Name                       cmetpn
#define Extract_Transaction_Control           cmetc
#define Flush                                 cmflus
#define Include_Partner_In_Transaction        cmincl
#define Initialize_Conversation               cminit
#define Initialize_Conversation_For_TP        xcinct
#define Initialize_For_Incoming               cminic
#define Prepare                               cmprep
#define Prepare_To_Receive                    cmptr
#define Receive                               cmrcv
#define Receive_Expedited                     cmrcvx
#define Receive_Expedited_Data                cmrcvx
#define Receive_Mapped_Data                   cmrcvm
#define Release_Local_TP_Name                 cmrltp
#define Request_To_Send                       cmrts
#define Send_Data                             cmsend
#define Send_Error                            cmserr
#define Send_Expedited                        cmsndx
#define Send_Expedited_Data                   cmsndx
#define Send_Mapped_Data                      cmsndm
#define Set_AE_Qualifier                      cmsaeq
#define Set_AP_Title                          cmsapt
#define Set_Allocate_Confirm                  cmsac
#define Set_Application_Context_Name          cmsacn
#define Set_Begin_Transaction                 cmsbt
#define Set_CPIC_Side_Information             xcmssi
#define Set_Confirmation_Urgency              cmscu
#define Set_Conversation_Security_Password    cmscsp
#define Set_Conversation_Security_Type        cmscst
#define Set_Conversation_Security_User_ID     cmscsu
#define Set_Conversation_Type                 cmsct
#define Set_Deallocate_Type                   cmsdt
#define Set_Error_Direction                   cmsed
#define Set_Fill                              cmsf
#define Set_Initialization_Data               cmsid
#define Set_Join_Transaction                  cmsjt
#define Set_Log_Data                          cmsld
#define Set_Mapped_Initialization_Data        cmsmid
#define Set_Mode_Name                         cmsmn
#define Set_Partner_ID                        cmspid
#define Set_Partner_LU_Name                   cmspln
#define Set_Prepare_Data_Permitted            cmspdp
#define Set_Prepare_To_Receive_Type           cmsptr
#define Set_Processing_Mode                   cmspm
#define Set_Queue_Callback_Function           cmsqcf
#define Set_Queue_Processing_Mode             cmsqpm
#define Set_Receive_Type                      cmsrt
#define Set_Return_Control                    cmsrc
#define Set_Send_Receive_Mode                 cmssrm
#define Set_Send_Type                         cmsst
#define Set_Sync_Level                        cmssl
#define Set_TP_Name                           cmstpn
#define Set_Transaction_Control               cmstc
#define Specify_Local_TP_Name                 cmsltp
#define Specify_Processing_Mode               cmspm
#define Start_TP                              xcstp
#define Test_Request_To_Send_Received         cmtrts
#define Wait_For_Completion                   cmwcmp
#define Wait_For_Conversation                 cmwait
#endif

#endif
