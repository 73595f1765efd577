/* winappc.h - APPC: the verbs of LU 6.2, with the Windows extensions, for programs on an snanode node.
 *
 * A program fills in a verb control block, with zero in all that is reserved, and calls APPC() with its
 * address:
 *
 *     struct mc_confirm vcb = {.opcode = AP_M_CONFIRM, .opext = AP_MAPPED_CONVERSATION};
 *     memcpy(vcb.tp_id, tp_id, sizeof vcb.tp_id);
 *     vcb.conv_id = conv_id;
 *     APPC(&vcb);
 *     if (vcb.primary_rc == AP_OK)
 *
 * Codes, opcodes and what_rcvd are big-endian in memory on every machine: the constants here are turned, and
 * are compared with the fields as they are.  Lengths and pointers are the machine's.  LU aliases are ASCII;
 * mode and TP names, network and LU names, user IDs and passwords are EBCDIC.  All are padded with blanks. */
#ifndef WINAPPC_H
#define WINAPPC_H

#include <stdint.h>

#include "winsna.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef APPC_API
#if defined(_WIN32) && !defined(__WINE__) && defined(__i386__) /* as the DLLs are called there */
#define APPC_API __attribute__((stdcall))
#else
#define APPC_API __attribute__((visibility("default")))
#endif
#endif

/* ---- opcodes: AP_M_ of the mapped verbs, AP_B_ of the basic ones, which opext tells apart ---- */

/* Verbs with two forms */
#define AP_M_ALLOCATE           APPC_FLIPI(0x0100)
#define AP_B_ALLOCATE           APPC_FLIPI(0x0100)
#define AP_M_CONFIRM            APPC_FLIPI(0x0300)
#define AP_B_CONFIRM            APPC_FLIPI(0x0300)
#define AP_M_CONFIRMED          APPC_FLIPI(0x0400)
#define AP_B_CONFIRMED          APPC_FLIPI(0x0400)
#define AP_M_DEALLOCATE         APPC_FLIPI(0x0500)
#define AP_B_DEALLOCATE         APPC_FLIPI(0x0500)
#define AP_M_FLUSH              APPC_FLIPI(0x0600)
#define AP_B_FLUSH              APPC_FLIPI(0x0600)
#define AP_M_GET_ATTRIBUTES     APPC_FLIPI(0x0700)
#define AP_B_GET_ATTRIBUTES     APPC_FLIPI(0x0700)
#define AP_M_PREPARE_TO_RECEIVE APPC_FLIPI(0x0A00)
#define AP_B_PREPARE_TO_RECEIVE APPC_FLIPI(0x0A00)
#define AP_M_RECEIVE_AND_WAIT   APPC_FLIPI(0x0B00)
#define AP_B_RECEIVE_AND_WAIT   APPC_FLIPI(0x0B00)
#define AP_M_RECEIVE_IMMEDIATE  APPC_FLIPI(0x0C00)
#define AP_B_RECEIVE_IMMEDIATE  APPC_FLIPI(0x0C00)
#define AP_M_RECEIVE_AND_POST   APPC_FLIPI(0x0D00)
#define AP_B_RECEIVE_AND_POST   APPC_FLIPI(0x0D00)
#define AP_M_REQUEST_TO_SEND    APPC_FLIPI(0x0E00)
#define AP_B_REQUEST_TO_SEND    APPC_FLIPI(0x0E00)
#define AP_M_SEND_DATA          APPC_FLIPI(0x0F00)
#define AP_B_SEND_DATA          APPC_FLIPI(0x0F00)
#define AP_M_SEND_ERROR         APPC_FLIPI(0x1000)
#define AP_B_SEND_ERROR         APPC_FLIPI(0x1000)
#define AP_M_TEST_RTS           APPC_FLIPI(0x1200)
#define AP_B_TEST_RTS           APPC_FLIPI(0x1200)
#define AP_M_SEND_CONVERSATION  APPC_FLIPI(0x1800)
#define AP_B_SEND_CONVERSATION  APPC_FLIPI(0x1800)
#define AP_M_TEST_RTS_AND_POST  APPC_FLIPI(0x8100)
#define AP_B_TEST_RTS_AND_POST  APPC_FLIPI(0x8100)
#define AP_M_POST_ON_RECEIPT    APPC_FLIPI(0x8200)
#define AP_B_POST_ON_RECEIPT    APPC_FLIPI(0x8200)
#define AP_M_RECEIVE_LOG_DATA   APPC_FLIPI(0x8300)
#define AP_B_RECEIVE_LOG_DATA   APPC_FLIPI(0x8300)

/* Verbs with one form */
#define AP_GET_TYPE                APPC_FLIPI(0x0800)
#define AP_GET_STATE               APPC_FLIPI(0x0900)
#define AP_TP_ENDED                APPC_FLIPI(0x1300)
#define AP_TP_STARTED              APPC_FLIPI(0x1400)
#define AP_ACTIVATE_SESSION        APPC_FLIPI(0x1410)
#define AP_CNOS                    APPC_FLIPI(0x1500)
#define AP_RECEIVE_ALLOCATE        APPC_FLIPI(0x1600)
#define AP_GET_TP_PROPERTIES       APPC_FLIPI(0x1700)
#define AP_DISPLAY                 APPC_FLIPI(0x1B00)
#define AP_DEACTIVATE_SESSION      APPC_FLIPI(0x2E00)
#define AP_SET_TP_PROPERTIES       APPC_FLIPI(0x7E00)
#define AP_GET_LU_STATUS           APPC_FLIPI(0x7F00)
#define AP_RECEIVE_ALLOCATE_EX     APPC_FLIPI(0xF103)
#define AP_RECEIVE_ALLOCATE_EX_END APPC_FLIPI(0xF104)

/* ---- return codes ---- */

/* primary_rc */
#define AP_OK                               APPC_FLIPI(0x0000)
#define AP_PARAMETER_CHECK                  APPC_FLIPI(0x0001)
#define AP_STATE_CHECK                      APPC_FLIPI(0x0002)
#define AP_ALLOCATION_ERROR                 APPC_FLIPI(0x0003)
#define AP_DEALLOC_ABEND                    APPC_FLIPI(0x0005)
#define AP_DEALLOC_ABEND_PROG               APPC_FLIPI(0x0006)
#define AP_DEALLOC_ABEND_SVC                APPC_FLIPI(0x0007)
#define AP_DEALLOC_ABEND_TIMER              APPC_FLIPI(0x0008)
#define AP_DEALLOC_NORMAL                   APPC_FLIPI(0x0009)
#define AP_PROG_ERROR_NO_TRUNC              APPC_FLIPI(0x000C)
#define AP_PROG_ERROR_TRUNC                 APPC_FLIPI(0x000D)
#define AP_PROG_ERROR_PURGING               APPC_FLIPI(0x000E)
#define AP_CONV_FAILURE_RETRY               APPC_FLIPI(0x000F)
#define AP_CONV_FAILURE_NO_RETRY            APPC_FLIPI(0x0010)
#define AP_SVC_ERROR_NO_TRUNC               APPC_FLIPI(0x0011)
#define AP_SVC_ERROR_TRUNC                  APPC_FLIPI(0x0012)
#define AP_SVC_ERROR_PURGING                APPC_FLIPI(0x0013)
#define AP_UNSUCCESSFUL                     APPC_FLIPI(0x0014)
#define AP_CNOS_LOCAL_RACE_REJECT           APPC_FLIPI(0x0017)
#define AP_CNOS_PARTNER_LU_REJECT           APPC_FLIPI(0x0018)
#define AP_CONVERSATION_TYPE_MIXED          APPC_FLIPI(0x0019)
#define AP_CANCELED                         APPC_FLIPI(0x0021)
#define AP_CANCELLED                        APPC_FLIPI(0x0021)
#define AP_SECURITY_REQUESTED_NOT_SUPPORTED APPC_FLIPI(0x0022)
#define AP_BACKED_OUT                       APPC_FLIPI(0x0023)
#define AP_ACTIVATION_FAIL_RETRY            APPC_FLIPI(0x0310)
#define AP_ACTIVATION_FAIL_NO_RETRY         APPC_FLIPI(0x0311)
#define AP_SESSION_LIMITS_CLOSED            APPC_FLIPI(0x0312)
#define AP_SESSION_LIMITS_EXCEEDED          APPC_FLIPI(0x0313)
#define AP_VERB_IN_PROGRESS                 APPC_FLIPI(0x0314)
#define AP_SESSION_DEACTIVATED              APPC_FLIPI(0x0315)
#define AP_TP_BUSY                          APPC_FLIPI(0xF002)
#define AP_COMM_SUBSYSTEM_ABENDED           APPC_FLIPI(0xF003)
#define AP_COMM_SUBSYSTEM_NOT_LOADED        APPC_FLIPI(0xF004)
#define AP_CONV_BUSY                        APPC_FLIPI(0xF005)
#define AP_THREAD_BLOCKING                  APPC_FLIPI(0xF006)
#define AP_INVALID_VERB_SEGMENT             APPC_FLIPI(0xF008)
#define AP_UNEXPECTED_DOS_ERROR             APPC_FLIPI(0xF011)
#define AP_STACK_TOO_SMALL                  APPC_FLIPI(0xF015)
#define AP_INVALID_KEY                      APPC_FLIPI(0xF020)
#define AP_INVALID_VERB                     APPC_FLIPI(0xFFFF)

/* secondary_rc; what refuses an Attach is its sense code */
#define AP_CNOS_ACCEPTED                                            APPC_FLIPL(0x00000000)
#define AP_BAD_TP_ID                                                APPC_FLIPL(0x00000001)
#define AP_BAD_CONV_ID                                              APPC_FLIPL(0x00000002)
#define AP_BAD_LU_ALIAS                                             APPC_FLIPL(0x00000003)
#define AP_ALLOCATION_FAILURE_NO_RETRY                              APPC_FLIPL(0x00000004)
#define AP_ALLOCATION_FAILURE_RETRY                                 APPC_FLIPL(0x00000005)
#define AP_INVALID_DATA_SEGMENT                                     APPC_FLIPL(0x00000006)
#define AP_CNOS_NEGOTIATED                                          APPC_FLIPL(0x00000007)
#define AP_BAD_CONV_TYPE                                            APPC_FLIPL(0x00000011)
#define AP_BAD_SYNC_LEVEL                                           APPC_FLIPL(0x00000012)
#define AP_BAD_SECURITY                                             APPC_FLIPL(0x00000013)
#define AP_BAD_RETURN_CONTROL                                       APPC_FLIPL(0x00000014)
#define AP_PIP_LEN_INCORRECT                                        APPC_FLIPL(0x00000016)
#define AP_NO_USE_OF_SNASVCMG                                       APPC_FLIPL(0x00000017)
#define AP_UNKNOWN_PARTNER_MODE                                     APPC_FLIPL(0x00000018)
#define AP_CONFIRM_ON_SYNC_LEVEL_NONE                               APPC_FLIPL(0x00000031)
#define AP_CONFIRM_BAD_STATE                                        APPC_FLIPL(0x00000032)
#define AP_CONFIRM_NOT_LL_BDY                                       APPC_FLIPL(0x00000033)
#define AP_CONFIRMED_BAD_STATE                                      APPC_FLIPL(0x00000041)
#define AP_DEALLOC_BAD_TYPE                                         APPC_FLIPL(0x00000051)
#define AP_DEALLOC_FLUSH_BAD_STATE                                  APPC_FLIPL(0x00000052)
#define AP_DEALLOC_CONFIRM_BAD_STATE                                APPC_FLIPL(0x00000053)
#define AP_DEALLOC_NOT_LL_BDY                                       APPC_FLIPL(0x00000055)
#define AP_DEALLOC_LOG_LL_WRONG                                     APPC_FLIPL(0x00000057)
#define AP_FLUSH_NOT_SEND_STATE                                     APPC_FLIPL(0x00000061)
#define AP_P_TO_R_INVALID_TYPE                                      APPC_FLIPL(0x000000A1)
#define AP_P_TO_R_NOT_LL_BDY                                        APPC_FLIPL(0x000000A2)
#define AP_P_TO_R_NOT_SEND_STATE                                    APPC_FLIPL(0x000000A3)
#define AP_RCV_AND_WAIT_BAD_STATE                                   APPC_FLIPL(0x000000B1)
#define AP_RCV_AND_WAIT_NOT_LL_BDY                                  APPC_FLIPL(0x000000B2)
#define AP_RCV_AND_WAIT_BAD_FILL                                    APPC_FLIPL(0x000000B5)
#define AP_RCV_IMMD_BAD_STATE                                       APPC_FLIPL(0x000000C1)
#define AP_RCV_IMMD_BAD_FILL                                        APPC_FLIPL(0x000000C4)
#define AP_RCV_AND_POST_BAD_STATE                                   APPC_FLIPL(0x000000D1)
#define AP_RCV_AND_POST_NOT_LL_BDY                                  APPC_FLIPL(0x000000D2)
#define AP_RCV_AND_POST_BAD_FILL                                    APPC_FLIPL(0x000000D5)
#define AP_INVALID_SEMAPHORE_HANDLE                                 APPC_FLIPL(0x000000D6)
#define AP_BAD_RETURN_STATUS_WITH_DATA                              APPC_FLIPL(0x000000D7)
#define AP_R_T_S_BAD_STATE                                          APPC_FLIPL(0x000000E1)
#define AP_BAD_LL                                                   APPC_FLIPL(0x000000F1)
#define AP_SEND_DATA_NOT_SEND_STATE                                 APPC_FLIPL(0x000000F2)
#define AP_SEND_DATA_INVALID_TYPE                                   APPC_FLIPL(0x000000F4)
#define AP_SEND_DATA_CONFIRM_SYNC_NONE                              APPC_FLIPL(0x000000F5)
#define AP_SEND_DATA_CONFIRM_ON_SYNC_NONE                           APPC_FLIPL(0x000000F5)
#define AP_SEND_DATA_NOT_LL_BDY                                     APPC_FLIPL(0x000000F6)
#define AP_SEND_ERROR_LOG_LL_WRONG                                  APPC_FLIPL(0x00000102)
#define AP_SEND_ERROR_BAD_TYPE                                      APPC_FLIPL(0x00000103)
#define AP_BAD_ERROR_DIRECTION                                      APPC_FLIPL(0x00000105)
#define AP_CNOS_IMPLICIT_PARALLEL                                   APPC_FLIPL(0x00000150)
#define AP_CANT_RAISE_LIMITS                                        APPC_FLIPL(0x00000151)
#define AP_AUTOACT_EXCEEDS_SESSLIM                                  APPC_FLIPL(0x00000152)
#define AP_ALL_MODE_MUST_RESET                                      APPC_FLIPL(0x00000153)
#define AP_BAD_SNASVCMG_LIMITS                                      APPC_FLIPL(0x00000154)
#define AP_MIN_GT_TOTAL                                             APPC_FLIPL(0x00000155)
#define AP_MODE_CLOSED                                              APPC_FLIPL(0x00000156)
#define AP_CNOS_MODE_CLOSED                                         APPC_FLIPL(0x00000156)
#define AP_CNOS_MODE_NAME_REJECT                                    APPC_FLIPL(0x00000157)
#define AP_RESET_SNA_DRAINS                                         APPC_FLIPL(0x00000159)
#define AP_SINGLE_NOT_SRC_RESP                                      APPC_FLIPL(0x0000015A)
#define AP_BAD_PARTNER_LU_ALIAS                                     APPC_FLIPL(0x0000015B)
#define AP_EXCEEDS_MAX_ALLOWED                                      APPC_FLIPL(0x0000015C)
#define AP_CHANGE_SRC_DRAINS                                        APPC_FLIPL(0x0000015D)
#define AP_LU_DETACHED                                              APPC_FLIPL(0x0000015E)
#define AP_CNOS_COMMAND_RACE_REJECT                                 APPC_FLIPL(0x0000015F)
#define AP_SNASVCMG_RESET_NOT_ALLOWED                               APPC_FLIPL(0x00000167)
#define AP_DISPLAY_INFO_EXCEEDS_LEN                                 APPC_FLIPL(0x000001B4)
#define AP_DISPLAY_INVALID_CONSTANT                                 APPC_FLIPL(0x000001B5)
#define AP_TOO_MANY_TPS                                             APPC_FLIPL(0x00000243)
#define AP_BAD_TYPE                                                 APPC_FLIPL(0x00000250)
#define AP_UNDEFINED_TP_NAME                                        APPC_FLIPL(0x00000506)
#define AP_ATTACH_MANAGER_INACTIVE                                  APPC_FLIPL(0x00000508)
#define AP_ALLOCATE_NOT_PENDING                                     APPC_FLIPL(0x00000509)
#define AP_LU_ALREADY_REGISTERED                                    APPC_FLIPL(0x0000050A)
#define AP_INVALID_SESSION_ID                                       APPC_FLIPL(0x00000512)
#define AP_INVALID_POLARITY                                         APPC_FLIPL(0x00000513)
#define AP_INVALID_TYPE                                             APPC_FLIPL(0x00000514)
#define AP_INVALID_LU_ALIAS                                         APPC_FLIPL(0x00000515)
#define AP_INVALID_PLU_ALIAS                                        APPC_FLIPL(0x00000516)
#define AP_INVALID_MODE_NAME                                        APPC_FLIPL(0x00000517)
#define AP_INVALID_TRANSACT_ID                                      APPC_FLIPL(0x00000518)
#define AP_CPSVCMG_MODE_NOT_ALLOWED                                 APPC_FLIPL(0x00000519)
#define AP_INVALID_PROCESS                                          APPC_FLIPL(0x00000525)
#define AP_INVALID_SET_PROT                                         APPC_FLIPL(0x00000700)
#define AP_INVALID_NEW_PROT                                         APPC_FLIPL(0x00000701)
#define AP_INVALID_SET_UNPROT                                       APPC_FLIPL(0x00000702)
#define AP_INVALID_NEW_UNPROT                                       APPC_FLIPL(0x00000703)
#define AP_INVALID_SET_USER                                         APPC_FLIPL(0x00000704)
#define AP_INVALID_DATA_TYPE                                        APPC_FLIPL(0x00000705)
#define AP_BAD_LOCAL_LU_ALIAS                                       APPC_FLIPL(0x01000003)
#define AP_BAD_REMOTE_LU_ALIAS                                      APPC_FLIPL(0x02000003)
#define AP_POST_ON_RECEIPT_BAD_FILL                                 APPC_FLIPL(0x03000003)
#define AP_NO_NODE_ACTIVE                                           APPC_FLIPL(0xF0000001)
#define AP_LU_NOT_ACTIVE                                            APPC_FLIPL(0xF0000002)
#define AP_SECURITY_NOT_VALID                                       APPC_FLIPL(0x080F6051)
#define AP_SECURITY_NOT_VALID_PASSWORD_EXPIRED                      APPC_FLIPL(0x080FFF00)
#define AP_SECURITY_NOT_VALID_PASSWORD_INVALID                      APPC_FLIPL(0x080FFF01)
#define AP_SECURITY_NOT_VALID_USERID_REVOKED                        APPC_FLIPL(0x080FFF02)
#define AP_SECURITY_NOT_VALID_USERID_INVALID                        APPC_FLIPL(0x080FFF03)
#define AP_SECURITY_NOT_VALID_USERID_MISSING                        APPC_FLIPL(0x080FFF04)
#define AP_SECURITY_NOT_VALID_PASSWORD_MISSING                      APPC_FLIPL(0x080FFF05)
#define AP_SECURITY_NOT_VALID_GROUP_INVALID                         APPC_FLIPL(0x080FFF06)
#define AP_SECURITY_NOT_VALID_USERID_REVOKED_IN_GROUP               APPC_FLIPL(0x080FFF07)
#define AP_SECURITY_NOT_VALID_USERID_NOT_DEFD_TO_GROUP              APPC_FLIPL(0x080FFF08)
#define AP_SECURITY_NOT_VALID_NOT_AUTHORIZED_AT_REMOTE_LU           APPC_FLIPL(0x080FFF09)
#define AP_SECURITY_NOT_VALID_NOT_AUTHORIZED_FROM_LOCAL_LU          APPC_FLIPL(0x080FFF0A)
#define AP_SECURITY_NOT_VALID_NOT_AUTHORIZED_TO_TRANSACTION_PROGRAM APPC_FLIPL(0x080FFF0B)
#define AP_SECURITY_NOT_VALID_INSTALLATION_EXIT_FAILED              APPC_FLIPL(0x080FFF0C)
#define AP_SECURITY_NOT_VALID_PROCESSING_FAILURE                    APPC_FLIPL(0x080FFF0D)
#define AP_SECURITY_NOT_VALID_PROTOCOL_VIOLATION                    APPC_FLIPL(0x080FFF0E)
#define AP_TRANS_PGM_NOT_AVAIL_RETRY                                APPC_FLIPL(0x084B6031)
#define AP_TRANS_PGM_NOT_AVAIL_NO_RETRY                             APPC_FLIPL(0x084C0000)
#define AP_TP_NAME_NOT_RECOGNIZED                                   APPC_FLIPL(0x10086021)
#define AP_PIP_NOT_ALLOWED                                          APPC_FLIPL(0x10086031)
#define AP_PIP_NOT_SPECIFIED_CORRECTLY                              APPC_FLIPL(0x10086032)
#define AP_CONVERSATION_TYPE_MISMATCH                               APPC_FLIPL(0x10086034)
#define AP_SYNC_LEVEL_NOT_SUPPORTED                                 APPC_FLIPL(0x10086041)
#define AP_BO_NO_RESYNC                                             APPC_FLIPL(0x08240000)
#define AP_BO_RESYNC                                                APPC_FLIPL(0x08240001)

/* ---- parameters ---- */

/* Answers and absences */
#define AP_NO   0
#define AP_YES  1
#define AP_NONE 0

/* opext and conv_type; the high bit of opext says that the control block is an extended one */
#define AP_BASIC_CONVERSATION  0x00
#define AP_MAPPED_CONVERSATION 0x01
#define AP_EXTD_VCB            0x80

/* synclevel: AP_NONE, or */
#define AP_CONFIRM_SYNC_LEVEL 1
#define AP_SYNCPT             2

/* security: AP_NONE, or */
#define AP_SAME         1
#define AP_PGM          2
#define AP_STRONG       3
#define AP_PROXY        0x80
#define AP_PROXY_SAME   0x81
#define AP_PROXY_PGM    0x82
#define AP_PROXY_STRONG 0x83

/* rtn_ctl; the numbers are not those of CPI-C */
#define AP_WHEN_SESSION_ALLOCATED    0
#define AP_IMMEDIATE                 1
#define AP_WHEN_SESSION_FREE         2
#define AP_WHEN_CONWINNER_ALLOCATED  3
#define AP_WHEN_CONWINNER_ALLOC      3
#define AP_WHEN_CONV_GROUP_ALLOCATED 4
#define AP_WHEN_CONV_GROUP_ALLOC     4

/* ptr_type and dealloc_type */
#define AP_SYNC_LEVEL   0
#define AP_FLUSH        1
#define AP_CONFIRM_TYPE 0x0B

/* dealloc_type alone */
#define AP_ABEND_PROG  2
#define AP_ABEND_SVC   3
#define AP_ABEND_TIMER 4
#define AP_ABEND       5

/* dealloc_type with which an attach manager refuses an Attach */
#define AP_TP_NOT_AVAIL_RETRY                                               0x06
#define AP_TP_NOT_AVAIL_NO_RETRY                                            0x07
#define AP_TPN_NOT_RECOGNIZED                                               0x08
#define AP_PIP_DATA_NOT_ALLOWED                                             0x09
#define AP_PIP_DATA_INCORRECT                                               0x0A
#define AP_RESOURCE_FAILURE_NO_RETRY                                        0x0C
#define AP_CONV_TYPE_MISMATCH                                               0x0D
#define AP_SYNC_LVL_NOT_SUPPORTED                                           0x0E
#define AP_SECURITY_PARAMS_INVALID                                          0x0F
#define AP_DEALLOC_SECURITY_NOT_VALID_PASSWORD_EXPIRED                      0x10
#define AP_DEALLOC_SECURITY_NOT_VALID_PASSWORD_INVALID                      0x11
#define AP_DEALLOC_SECURITY_NOT_VALID_USERID_REVOKED                        0x12
#define AP_DEALLOC_SECURITY_NOT_VALID_USERID_INVALID                        0x13
#define AP_DEALLOC_SECURITY_NOT_VALID_USERID_MISSING                        0x14
#define AP_DEALLOC_SECURITY_NOT_VALID_PASSWORD_MISSING                      0x15
#define AP_DEALLOC_SECURITY_NOT_VALID_GROUP_INVALID                         0x16
#define AP_DEALLOC_SECURITY_NOT_VALID_USERID_REVOKED_IN_GROUP               0x17
#define AP_DEALLOC_SECURITY_NOT_VALID_USERID_NOT_DEFD_TO_GROUP              0x18
#define AP_DEALLOC_SECURITY_NOT_VALID_NOT_AUTHORIZED_AT_REMOTE_LU           0x19
#define AP_DEALLOC_SECURITY_NOT_VALID_NOT_AUTHORIZED_FROM_LOCAL_LU          0x1A
#define AP_DEALLOC_SECURITY_NOT_VALID_NOT_AUTHORIZED_TO_TRANSACTION_PROGRAM 0x1B
#define AP_DEALLOC_SECURITY_NOT_VALID_INSTALLATION_EXIT_FAILED              0x1C
#define AP_DEALLOC_SECURITY_NOT_VALID_PROCESSING_FAILURE                    0x1D
#define AP_DEALLOC_SECURITY_NOT_VALID_PROTOCOL_VIOLATION                    0x1E

/* locks */
#define AP_SHORT 0
#define AP_LONG  1

/* data_type */
#define AP_APPLICATION       0
#define AP_USER_CONTROL_DATA 1
#define AP_PS_HEADER         2

/* fill; the numbers are not those of CPI-C */
#define AP_BUFFER 0
#define AP_LL     1

/* err_type */
#define AP_PROG              0
#define AP_SVC               1
#define AP_BACKOUT_NO_RESYNC 2
#define AP_BACKOUT_RESYNC    3

/* err_dir */
#define AP_RCV_DIR_ERROR  0
#define AP_SEND_DIR_ERROR 1

/* type of SEND_DATA: AP_NONE, or */
#define AP_SEND_DATA_FLUSH              1
#define AP_SEND_DATA_CONFIRM            2
#define AP_SEND_DATA_P_TO_R_FLUSH       3
#define AP_SEND_DATA_P_TO_R_SYNC_LEVEL  4
#define AP_SEND_DATA_DEALLOC_FLUSH      5
#define AP_SEND_DATA_DEALLOC_SYNC_LEVEL 6
#define AP_SEND_DATA_DEALLOC_ABEND      7
#define AP_SEND_DATA_P_TO_R_CONFIRM     8
#define AP_SEND_DATA_DEALLOC_CONFIRM    9

/* type of TP_ENDED */
#define AP_SOFT 0
#define AP_HARD 1

/* conv_state */
#define AP_RESET_STATE         1
#define AP_SEND_STATE          2
#define AP_RECEIVE_STATE       3
#define AP_CONFIRM_STATE       4
#define AP_CONFIRM_SEND_STATE  5
#define AP_CONFIRM_DEALL_STATE 6
#define AP_PEND_POST_STATE     7
#define AP_PEND_DEALL_STATE    8
#define AP_END_CONV_STATE      9
#define AP_SEND_PENDING_STATE  10

/* polarity and type of ACTIVATE_SESSION, type of DEACTIVATE_SESSION */
#define AP_ONE               0
#define AP_ALL               1
#define AP_SOURCE            0
#define AP_TARGET            1
#define AP_POL_EITHER        0
#define AP_POL_FIRST_SPEAKER 1
#define AP_POL_BIDDER        2
#define AP_ACT_ACTIVE        0
#define AP_ACT_PASSIVE       1
#define AP_DEACT_NORMAL      1
#define AP_DEACT_CLEANUP     2

/* what_rcvd: data in the low octet, a status in the high one, both only with rtn_status AP_YES */
#define AP_DATA                             APPC_FLIPI(0x0001)
#define AP_DATA_COMPLETE                    APPC_FLIPI(0x0002)
#define AP_NOT_DATA                         APPC_FLIPI(0x0003)
#define AP_DATA_INCOMPLETE                  APPC_FLIPI(0x0004)
#define AP_USER_CONTROL_DATA_COMPLETE       APPC_FLIPI(0x0008)
#define AP_USER_CONTROL_DATA_INCOMPLETE     APPC_FLIPI(0x0010)
#define AP_PS_HEADER_COMPLETE               APPC_FLIPI(0x0020)
#define AP_PS_HEADER_INCOMPLETE             APPC_FLIPI(0x0040)
#define AP_SEND                             APPC_FLIPI(0x0100)
#define AP_CONFIRM_WHAT_RECEIVED            APPC_FLIPI(0x0200)
#define AP_CONFIRM_SEND                     APPC_FLIPI(0x0300)
#define AP_CONFIRM_DEALLOCATE               APPC_FLIPI(0x0400)
#define AP_DATA_SEND                        APPC_FLIPI(0x0101)
#define AP_DATA_COMPLETE_SEND               APPC_FLIPI(0x0102)
#define AP_DATA_CONFIRM                     APPC_FLIPI(0x0201)
#define AP_DATA_COMPLETE_CONFIRM            APPC_FLIPI(0x0202)
#define AP_DATA_CONFIRM_SEND                APPC_FLIPI(0x0301)
#define AP_DATA_COMPLETE_CONFIRM_SEND       APPC_FLIPI(0x0302)
#define AP_DATA_CONFIRM_DEALLOCATE          APPC_FLIPI(0x0401)
#define AP_DATA_COMPLETE_CONFIRM_DEALL      APPC_FLIPI(0x0402)
#define AP_DATA_COMPLETE_CONFIRM_DEALLOCATE APPC_FLIPI(0x0402)

/* DISPLAY.  Of these numbers the documentation has AP_LEN, AP_NN and AP_EN alone. */
#define AP_NOT_SUPPORTED       0
#define AP_SUPPORTED           1
#define AP_LEN                 1
#define AP_NN                  2
#define AP_EN                  3
#define AP_LU62                6
#define SSCP_PU_SESSION        1
#define SSCP_LU_SESSION        2
#define LU_LU_SESSION          3
#define AP_HOST_SESSION        1
#define AP_PEER_SESSION        2
#define AP_BOTH_SESSION        3
#define AP_FIXED               0
#define AP_ADAPTIVE            1
#define AP_OUTBOUND            0
#define AP_INBOUND             1
#define AP_CONALS_PND          1
#define AP_XID_PND             2
#define AP_CONTACT_PND         3
#define AP_CONTACTED           4
#define AP_DISC_PND            5
#define AP_DISC_RQ             6
#define AP_LS_NEGOTIABLE       0
#define AP_LS_PRIMARY          1
#define AP_LS_SECONDARY        2
#define AP_LT_SWITCHED         0
#define AP_PROP_DELAY_MINIMUM  0x00
#define AP_PROP_DELAY_MAXIMUM  0xFF
#define AP_SEC_NONSECURE       0x01
#define AP_DISPLAY_BUFFER_MAX  65535 /* octets of the buffer */
#define AP_DISPLAY_SECTIONS    16    /* num_sections: struct display */
#define AP_DISPLAY_EE_SECTIONS 9     /* ... struct display_ee */
#define AP_DISPLAY_INIT_LEN    52    /* init_sect_len with each */
#define AP_DISPLAY_EE_INIT_LEN 48

/* ---- verb control blocks ---- */

/* What all begin with. */
struct appc_hdr {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
};

/* The fields from syncpoint_rqd, proxy_user, callback, luw_id and prot_luw_id on are there only with
 * AP_EXTD_VCB in opext: without it a control block may end before them. */
#if UINTPTR_MAX == 0xFFFFFFFFu
#pragma pack(push, 4)
#endif

/** Begin a transaction program. The node is asked for its local LU by the first ALLOCATE.
 *
 *  @field lu_alias  the local LU, ASCII; blanks or zeros: the default of the user
 *  @field tp_name   name of the program, EBCDIC
 *  Rule: TP_STARTED. */
struct tp_started {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char lu_alias[8];
    unsigned char tp_id[8];
    unsigned char tp_name[64];
    unsigned char syncpoint_rqd;
};

/** End a transaction program. What it has in SEND is deallocated, and any other conversation ends
 *  abnormally.
 *
 *  @field tp_id  the program
 *  @field type   AP_SOFT: when the verbs of other threads have returned; AP_HARD: at once
 *  Rule: TP_ENDED. */
struct tp_ended {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned char type;
};

/** Accept a conversation that another program has allocated. It waits as long as Timeout of the TP
 *  says.
 *
 *  @field tp_name  name of the TP, EBCDIC; the names of the program are configured as for CPI-C
 *  Rule: RECEIVE_ALLOCATE. */
struct receive_allocate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_name[64];
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char sync_level;
    unsigned char conv_type;
    unsigned char user_id[10];
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char reserv3[2];
    unsigned int conv_group_id;
    unsigned char fqplu_name[17];
    unsigned char pip_incoming;
    unsigned char syncpoint_rqd;
    unsigned char reserv4[3];
};

/** Accept any conversation that comes to a local LU and that no TP of this very LU takes: the program
 *  is the attach manager of the LU.
 *
 *  @field tp_name   64 EBCDIC blanks; it is returned
 *  @field lu_alias  the local LU, ASCII
 *  @field timeout   seconds, 0xFFFFFFFF: for ever
 *  Rule: RECEIVE_ALLOCATE_EX. */
struct receive_allocate_ex {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_name[64];
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char sync_level;
    unsigned char conv_type;
    unsigned char user_id[10];
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char reserv3[2];
    unsigned int conv_group_id;
    unsigned char fqplu_name[17];
    unsigned char pip_incoming;
    unsigned int timeout;
    unsigned char password[10];
    unsigned char reserv5[2];
    unsigned char attach_id[8];
};

/** End being the attach manager of a local LU. Its conversations go on.
 *
 *  @field tp_name   64 EBCDIC blanks
 *  @field lu_alias  the local LU, ASCII
 *  Rule: RECEIVE_ALLOCATE_EX_END. */
struct receive_allocate_ex_end {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_name[64];
    unsigned char lu_alias[8];
    unsigned char reserved3[20];
};

/** Allocate a conversation with a TP at a partner LU. Nothing flows before data fill a buffer or the
 *  program flushes it, so a refusal comes with a later verb.
 *
 *  @field tp_id      the program
 *  @field conv_type  AP_BASIC_CONVERSATION, AP_MAPPED_CONVERSATION; of the basic form alone
 *  @field synclevel  AP_NONE, AP_CONFIRM_SYNC_LEVEL
 *  @field rtn_ctl    when the verb returns: AP_WHEN_SESSION_ALLOCATED, AP_IMMEDIATE
 *  @field plu_alias  the partner LU, ASCII; blanks: the default; zeros: fqplu_name counts
 *  @field mode_name  EBCDIC
 *  @field tp_name    EBCDIC
 *  @field security   AP_NONE, AP_SAME, AP_PGM; AP_PGM takes user_id and pwd
 *  Rule: ALLOCATE. */
struct allocate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char conv_type;
    unsigned char synclevel;
    unsigned char reserv3[2];
    unsigned char rtn_ctl;
    unsigned char reserv4;
    unsigned int conv_group_id;
    unsigned int sense_data;
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char tp_name[64];
    unsigned char security;
    unsigned char reserv5[11];
    unsigned char pwd[10];
    unsigned char user_id[10];
    unsigned short pip_dlen;
    unsigned char *pip_dptr;
    unsigned char reserv7;
    unsigned char fqplu_name[17];
    unsigned char reserv8[8];
    void *proxy_user;
    void *proxy_domain;
    unsigned char reserv9[16];
};

struct mc_allocate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned char synclevel;
    unsigned char reserv4[2];
    unsigned char rtn_ctl;
    unsigned char reserv5;
    unsigned int conv_group_id;
    unsigned int sense_data;
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char tp_name[64];
    unsigned char security;
    unsigned char reserv6[11];
    unsigned char pwd[10];
    unsigned char user_id[10];
    unsigned short pip_dlen;
    unsigned char *pip_dptr;
    unsigned char reserv7;
    unsigned char fqplu_name[17];
    unsigned char reserv8[8];
};

/** Send what is buffered and a confirmation request, and wait for the answer.
 *  Rule: CONFIRM. */
struct confirm {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char rts_rcvd;
};

struct mc_confirm {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char rts_rcvd;
};

/** Answer a confirmation request.
 *  Rule: CONFIRMED. */
struct confirmed {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
};

struct mc_confirmed {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
};

/** End a conversation.
 *
 *  @field dealloc_type  AP_SYNC_LEVEL, AP_FLUSH, AP_CONFIRM_TYPE, AP_ABEND and its kin; an invoked TP has
 *                       reasons to refuse its conversation, too
 *  Rule: DEALLOCATE. */
struct deallocate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned char dealloc_type;
    unsigned short log_dlen;
    unsigned char *log_dptr;
    void (*callback)(void *vcb, unsigned char tp_id[8], unsigned int conv_id, unsigned short type,
                     void *correlator);
    void *correlator;
    unsigned char reserv6[4];
};

struct mc_deallocate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned char dealloc_type;
    unsigned char reserv4[2];
    unsigned char reserv5[4];
    void (*callback)(void *vcb, unsigned char tp_id[8], unsigned int conv_id, unsigned short type,
                     void *correlator);
    void *correlator;
    unsigned char reserv6[4];
};

/** Send what is buffered.
 *  Rule: FLUSH. */
struct flush {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
};

struct mc_flush {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
};

/** Tell the partner that this program wants to send.
 *  Rule: REQUEST_TO_SEND. */
struct request_to_send {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
};

struct mc_request_to_send {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
};

/** Get the attributes of a conversation: names of the LUs, mode, sync level, user.
 *  Rule: GET_ATTRIBUTES. */
struct get_attributes {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned char sync_level;
    unsigned char mode_name[8];
    unsigned char net_name[8];
    unsigned char lu_name[8];
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char plu_un_name[8];
    unsigned char reserv4[2];
    unsigned char fqplu_name[17];
    unsigned char reserv5;
    unsigned char user_id[10];
    unsigned int conv_group_id;
    unsigned char conv_corr_len;
    unsigned char conv_corr[8];
    unsigned char reserv6[13];
    unsigned char luw_id[26];
    unsigned char sess_id[8];
};

struct mc_get_attributes {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned char sync_level;
    unsigned char mode_name[8];
    unsigned char net_name[8];
    unsigned char lu_name[8];
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char plu_un_name[8];
    unsigned char reserv4[2];
    unsigned char fqplu_name[17];
    unsigned char reserv5;
    unsigned char user_id[10];
    unsigned int conv_group_id;
    unsigned char conv_corr_len;
    unsigned char conv_corr[8];
    unsigned char reserv6[13];
    unsigned char luw_id[26];
    unsigned char sess_id[8];
};

/** Get the number of sessions with a partner LU, and whether the local LU is in the default pool.
 *
 *  @field tp_id       the program, whose local LU is meant
 *  @field plu_alias   the partner LU, ASCII
 *  @field local_only  AP_YES: only syncpoint and pool_member are asked for
 *  Rule: GET_LU_STATUS. */
struct get_lu_status {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned char plu_alias[8];
    unsigned short active_sess;
    unsigned char zero_sess;
    unsigned char local_only;
    unsigned char syncpoint;
    unsigned char pool_member;
    unsigned char reserv3[7];
};

/** Get the state of a conversation.
 *  Rule: GET_STATE. */
struct get_state {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char conv_state;
};

/** Get the type of a conversation.
 *  Rule: GET_TYPE. */
struct get_type {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char conv_type;
};

/** Get the name, the local LU and the user of a transaction program.
 *  Rule: GET_TP_PROPERTIES. */
struct get_tp_properties {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned char tp_name[64];
    unsigned char lu_alias[8];
    unsigned char luw_id[26];
    unsigned char fqlu_name[17];
    unsigned char reserve3[10];
    unsigned char user_id[10];
    unsigned char prot_luw_id[26];
    unsigned char pwd[10];
};

/** Set the user of a transaction program. Identifiers of units of work belong to sync point, which is
 *  not there.
 *  Rule: SET_TP_PROPERTIES. */
struct set_tp_properties {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned char set_prot_id;
    unsigned char new_prot_id;
    unsigned char prot_id[26];
    unsigned char set_unprot_id;
    unsigned char new_unprot_id;
    unsigned char unprot_id[26];
    unsigned char set_user_id;
    unsigned char reserv3;
    unsigned char user_id[10];
    unsigned char reserv4[10];
};

/** Send what is buffered, and give the partner the right to send.
 *
 *  @field ptr_type  AP_SYNC_LEVEL, AP_FLUSH, AP_CONFIRM_TYPE
 *  @field locks     AP_SHORT, AP_LONG
 *  Rule: PREPARE_TO_RECEIVE. */
struct prepare_to_receive {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char ptr_type;
    unsigned char locks;
};

struct mc_prepare_to_receive {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char ptr_type;
    unsigned char locks;
};

/** Receive data or a status, and wait until there is something. In SEND it gives the partner the right
 *  to send first.
 *
 *  @field rtn_status  AP_YES: a status may come together with the data before it
 *  @field fill        AP_LL: a logical record, AP_BUFFER: whatever fits; of the basic form alone
 *  @field max_len     octets that dptr has room for
 *  @field dptr        where the data go
 *  Rule: RECEIVE_AND_WAIT. */
struct receive_and_wait {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short what_rcvd;
    unsigned char rtn_status;
    unsigned char fill;
    unsigned char rts_rcvd;
    unsigned char reserv3;
    unsigned short max_len;
    unsigned short dlen;
    unsigned char *dptr;
    unsigned char reserv4[5];
};

struct mc_receive_and_wait {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short what_rcvd;
    unsigned char rtn_status;
    unsigned char reserv3;
    unsigned char rts_rcvd;
    unsigned char reserv4;
    unsigned short max_len;
    unsigned short dlen;
    unsigned char *dptr;
    unsigned char reserv5[5];
};

/** Receive data or a status, if there is something already.
 *
 *  @field rtn_status  as for RECEIVE_AND_WAIT
 *  @field fill        likewise
 *  @field max_len     likewise
 *  @field dptr        likewise
 *  Rule: RECEIVE_IMMEDIATE. */
struct receive_immediate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short what_rcvd;
    unsigned char rtn_status;
    unsigned char fill;
    unsigned char rts_rcvd;
    unsigned char reserv3;
    unsigned short max_len;
    unsigned short dlen;
    unsigned char *dptr;
    unsigned char reserv4[5];
};

struct mc_receive_immediate {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short what_rcvd;
    unsigned char rtn_status;
    unsigned char reserv3;
    unsigned char rts_rcvd;
    unsigned char reserv4;
    unsigned short max_len;
    unsigned short dlen;
    unsigned char *dptr;
    unsigned char reserv5[5];
};

/** Receive data or a status without waiting: the verb returns at once, and an event says when its block
 *  is complete.
 *
 *  @field sema        the event, an eventfd descriptor (WAPPC_HANDLE)
 *  @field rtn_status  as for RECEIVE_AND_WAIT
 *  @field max_len     likewise
 *  @field dptr        likewise
 *  Rule: RECEIVE_AND_POST. */
struct receive_and_post {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short what_rcvd;
    unsigned char rtn_status;
    unsigned char fill;
    unsigned char rts_rcvd;
    unsigned char reserv3;
    unsigned short max_len;
    unsigned short dlen;
    unsigned char *dptr;
    void *sema;
    unsigned char reserv4;
};

struct mc_receive_and_post {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short what_rcvd;
    unsigned char rtn_status;
    unsigned char reserv3;
    unsigned char rts_rcvd;
    unsigned char reserv4;
    unsigned short max_len;
    unsigned short dlen;
    unsigned char *dptr;
    void *sema;
    unsigned char reserv5;
};

/** Have an event told when there is something to receive. Nothing is received, and a verb that receives
 *  ends it.
 *
 *  @field sema  the event, an eventfd descriptor
 *  Rule: POST_ON_RECEIPT. */
struct post_on_receipt {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short reserv8;
    unsigned char fill;
    unsigned char reserv4;
    unsigned short max_len;
    unsigned short reserv5;
    void *reserv6;
    unsigned char reserv7[5];
    unsigned int sema;
};

struct mc_post_on_receipt {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short reserv8;
    unsigned char reserv3;
    unsigned char reserv4;
    unsigned short max_len;
    unsigned short reserv5;
    void *reserv6;
    unsigned char reserv7[5];
    unsigned int sema;
};

/** Give a buffer for the error log data that come with errors of the partner. It is used until the
 *  program gives another one.
 *
 *  @field log_dptr  the buffer
 *  @field log_dlen  its octets; 0: none
 *  Rule: RECEIVE_LOG_DATA. */
struct receive_log_data {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short log_dlen;
    unsigned char *log_dptr;
};

struct mc_receive_log_data {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned short log_dlen;
    unsigned char *log_dptr;
};

/** Allocate a conversation, send data and deallocate it.
 *
 *  @field dptr  the data
 *  @field dlen  their octets
 *  Rule: SEND_CONVERSATION. */
struct send_conversation {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned char reserv3[8];
    unsigned char rtn_ctl;
    unsigned char reserv4;
    unsigned int conv_group_id;
    unsigned int sense_data;
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char tp_name[64];
    unsigned char security;
    unsigned char reserv5[11];
    unsigned char pwd[10];
    unsigned char user_id[10];
    unsigned short pip_dlen;
    unsigned char *pip_dptr;
    unsigned char reserv6;
    unsigned char fqplu_name[17];
    unsigned char reserv7[8];
    unsigned short dlen;
    unsigned char *dptr;
};

struct mc_send_conversation {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned char reserv3[8];
    unsigned char rtn_ctl;
    unsigned char reserv4;
    unsigned int conv_group_id;
    unsigned int sense_data;
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char tp_name[64];
    unsigned char security;
    unsigned char reserv5[11];
    unsigned char pwd[10];
    unsigned char user_id[10];
    unsigned short pip_dlen;
    unsigned char *pip_dptr;
    unsigned char reserv6;
    unsigned char fqplu_name[17];
    unsigned char reserv7[8];
    unsigned short dlen;
    unsigned char *dptr;
};

/** Send data: one record of a mapped conversation, or octets of the logical records of a basic one.
 *
 *  @field dptr  the data
 *  @field dlen  their octets
 *  @field type  AP_NONE, or what follows them: AP_SEND_DATA_FLUSH, AP_SEND_DATA_CONFIRM,
 *               AP_SEND_DATA_P_TO_R_FLUSH and others
 *  Rule: SEND_DATA. */
struct send_data {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char rts_rcvd;
    unsigned char data_type;
    unsigned short dlen;
    unsigned char *dptr;
    unsigned char type;
    unsigned char reserv4;
};

struct mc_send_data {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char rts_rcvd;
    unsigned char data_type;
    unsigned short dlen;
    unsigned char *dptr;
    unsigned char type;
    unsigned char reserv4;
};

/** Tell the partner of an error, and take the right to send.
 *
 *  @field err_type  AP_PROG, AP_SVC
 *  @field err_dir   AP_RCV_DIR_ERROR, AP_SEND_DIR_ERROR: in SEND_PENDING, which data were wrong
 *  Rule: SEND_ERROR. */
struct send_error {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char rts_rcvd;
    unsigned char err_type;
    unsigned char err_dir;
    unsigned char reserv3;
    unsigned short log_dlen;
    unsigned char *log_dptr;
};

struct mc_send_error {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char rts_rcvd;
    unsigned char err_type;
    unsigned char err_dir;
    unsigned char reserv4;
    unsigned char reserv5[2];
    unsigned char reserv6[4];
};

/** Test whether the partner has issued REQUEST_TO_SEND.
 *  Rule: TEST_RTS. */
struct test_rts {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
};

struct mc_test_rts {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
};

/* Bit fields are what the documentation says; what they leave of their unit is reserved. */
/** Set or reset the session limits of a mode. Limits go from 0 to a number, and back.
 *
 *  @field mode_name_select       AP_ONE, AP_ALL
 *  @field plu_mode_sess_lim      the limit; 0 resets
 *  @field min_conwinners_source  sessions that the local LU is sure to win
 *  @field min_conwinners_target  sessions that the partner is
 *  Rule: CNOS. */
struct cnos {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char key[8];
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char fqplu_name[17];
    unsigned char reserv3;
    unsigned char mode_name[8];
    unsigned int : 0; /* packed, gcc for x86 would begin the bits right here */
    unsigned int mode_name_select : 1;
    unsigned int set_negotiable : 1;
    unsigned int reserv4 : 6;
    unsigned int reserv5 : 24;
    unsigned short plu_mode_sess_lim;
    unsigned short min_conwinners_source;
    unsigned short min_conwinners_target;
    unsigned short auto_act;
    unsigned int drain_target : 1;
    unsigned int drain_source : 1;
    unsigned int responsible : 1;
    unsigned int reserv6 : 5;
    unsigned int reserv7 : 24;
};

/** Have an event told when the partner issues REQUEST_TO_SEND. The verb returns at once, in any state, and other
 *  verbs go on meanwhile. With the event the codes are set again: AP_OK, or AP_CANCELED when the conversation
 * is over.
 *
 *  @field handle  the event, an eventfd descriptor
 *  Rule: TEST_RTS_AND_POST. */
struct test_rts_and_post {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned int handle;
};

struct mc_test_rts_and_post {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char tp_id[8];
    unsigned int conv_id;
    unsigned char reserv3;
    unsigned int handle;
};

/** Activate a session. It is complete when the session is active.
 *
 *  @field lu_alias            the local LU, ASCII
 *  @field plu_alias           the partner LU, ASCII; zeros: fqplu_name counts
 *  @field mode_name           EBCDIC
 *  @field polarity            who wins the session: AP_POL_EITHER, AP_POL_FIRST_SPEAKER, AP_POL_BIDDER
 *  @field type                AP_ACT_ACTIVE; AP_ACT_PASSIVE: the partner begins it
 *  @field deactivation_event  an event that is told when the session ends otherwise than by
 *                             DEACTIVATE_SESSION
 *  Rule: ACTIVATE_SESSION. */
struct activate_session {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char reserv3[8];
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char fqplu_name[17];
    unsigned char polarity;
    unsigned char session_id[8];
    unsigned int conv_group_id;
    unsigned char reserv4[1];
    unsigned char type;
    void *deactivation_event;
    void *p_deactivation_status;
    unsigned char reserv5[10];
};

/** Deactivate a session, or all sessions of a mode.
 *
 *  @field session_id  what ACTIVATE_SESSION has returned; zeros: all
 *  @field type        AP_DEACT_NORMAL: when its conversation is over; AP_DEACT_CLEANUP: at once
 *  Rule: DEACTIVATE_SESSION. */
struct deactivate_session {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char reserv3[8];
    unsigned char lu_alias[8];
    unsigned char session_id[8];
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned char type;
    unsigned char reserv4[3];
    unsigned short sense_data;
    unsigned char fqplu_name[17];
    unsigned char reserv5[19];
};

/* Sections whose layout no document gives, and which the verb does not return. */
struct am_info_sect;
struct tp_info_sect;
struct gw_info_sect;
struct x25_physical_link_info_sect;
struct sys_def_info_sect;
struct adapter_info_sect;
struct lu_def_info_sect;
struct plu_def_info_sect;
struct mode_def_info_sect;
struct ms_info_sect;

/** Display the configuration of the node and what is in use. The verb names no TP, and may be issued at any
 * time. Each section that is asked for is put into the buffer, and its address into the block; groups of a
 * section follow each other, each as long as its first field says. If the buffer is too short the verb gives
 * AP_DISPLAY_INFO_EXCEEDS_LEN, area_needed says how long it would have to be, and what has found room is
 * there: a section's counters say how much of it. The LUs are those that the user may use, and the sessions
 * theirs. The sections gw_info, x25_physical_link_info, sys_def_info, lu_def_info, plu_def_info and
 * mode_def_info may be asked for, and their addresses stay NULL.
 *
 * The buffer may begin with CSEXTNID, the name of a computer in 32 octets and that of a connection in 8,
 * which then gives pu_name and node_id. With CSEXTNIDCSLISTND and no section it gets the server instead: a
 * count of 2 octets, SNASERVR, and the name of the computer in 32.
 *
 *  @field init_sect_len    52; for struct display_ee, which has nine sections, 48
 *  @field buffer_len       octets of the buffer, up to 65535
 *  @field buffer_ptr       the buffer
 *  @field num_sections     16; for struct display_ee 9
 *  @field sna_global_info  AP_YES, AP_NO, as each of the fields that follow
 *  @field am_info          AP_NO; so are tp_info, adapter_info and ms_info
 *  Rule: DISPLAY. */
struct display {
    unsigned short opcode;
    unsigned char reserv2[2];
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned int init_sect_len;
    unsigned int buffer_len;
    unsigned char *buffer_ptr;
    unsigned int num_sections;
    unsigned int display_len;
    unsigned int area_needed;
    unsigned char sna_global_info;
    unsigned char lu62_info;
    unsigned char am_info;
    unsigned char tp_info;
    unsigned char sess_info;
    unsigned char link_info;
    unsigned char lu_0_3_info;
    unsigned char gw_info;
    unsigned char x25_physical_link_info;
    unsigned char sys_def_info;
    unsigned char adapter_info;
    unsigned char lu_def_info;
    unsigned char plu_def_info;
    unsigned char mode_def_info;
    unsigned char link_def_info;
    unsigned char ms_info;
    struct sna_global_info_sect *sna_global_info_ptr;
    struct lu62_info_sect *lu62_info_ptr;
    struct am_info_sect *am_info_ptr;
    struct tp_info_sect *tp_info_ptr;
    struct sess_info_sect *sess_info_ptr;
    struct link_info_sect *link_info_ptr;
    struct lu_0_3_info_sect *lu_0_3_info_ptr;
    struct gw_info_sect *gw_info_ptr;
    struct x25_physical_link_info_sect *x25_physical_link_info_ptr;
    struct sys_def_info_sect *sys_def_info_ptr;
    struct adapter_info_sect *adapter_info_ptr;
    struct lu_def_info_sect *lu_def_info_ptr;
    struct plu_def_info_sect *plu_def_info_ptr;
    struct mode_def_info_sect *mode_def_info_ptr;
    struct link_def_info_sect *link_def_info_ptr;
    struct ms_info_sect *ms_info_ptr;
};

/* The same with the first nine sections: the IBM EE format. */
struct display_ee {
    unsigned short opcode;
    unsigned char reserv2[2];
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned int init_sect_len;
    unsigned int buffer_len;
    unsigned char *buffer_ptr;
    unsigned int num_sections;
    unsigned int display_len;
    unsigned int area_needed;
    unsigned char sna_global_info;
    unsigned char lu62_info;
    unsigned char am_info;
    unsigned char tp_info;
    unsigned char sess_info;
    unsigned char link_info;
    unsigned char lu_0_3_info;
    unsigned char gw_info;
    unsigned char x25_physical_link_info;
    struct sna_global_info_sect *sna_global_info_ptr;
    struct lu62_info_sect *lu62_info_ptr;
    struct am_info_sect *am_info_ptr;
    struct tp_info_sect *tp_info_ptr;
    struct sess_info_sect *sess_info_ptr;
    struct link_info_sect *link_info_ptr;
    struct lu_0_3_info_sect *lu_0_3_info_ptr;
    struct gw_info_sect *gw_info_ptr;
    struct x25_physical_link_info_sect *x25_physical_link_info_ptr;
};

/* ---- what DISPLAY puts into the buffer ---- */

typedef struct type_product_set_id {
    unsigned char machine_type[4];
    unsigned char machine_model[3];
    unsigned char plant[2];
    unsigned char serial_number[7];
} type_product_set_id;

typedef struct fpcid_overlay {
    unsigned char pcid[8];
    unsigned char fq_cp_name_len;
    unsigned char fq_cp_name[17];
} FPCID_OVERLAY;

typedef struct sna_global_info_sect {
    unsigned char version;
    unsigned char release;
    unsigned char net_name[8]; /* EBCDIC, as are all names but aliases and dlc_name */
    unsigned char pu_name[8];
    unsigned char node_id[4];
    type_product_set_id product_set_id;
    unsigned char alias_cp_name[8]; /* ASCII */
    unsigned char node_type;
    unsigned char cp_nau_addr;
    unsigned char corr_serv_disk;
    unsigned char reserved;
    unsigned char appc_version;
    unsigned char appc_release;
    unsigned char appc_fixlevel;
} SNA_GLOBAL_INFO_SECT;

typedef struct lu62_info_sect {
    unsigned int lu62_init_sect_len;
    unsigned short num_lu62s;
    unsigned short total_lu62s;
} LU62_INFO_SECT;

/* Followed by NUM_PLUS partners, each by its modes, which count in the lengths of the entries. */
typedef struct lu62_overlay {
    unsigned int lu62_entry_len;
    unsigned int lu62_overlay_len;
    unsigned char lu_name[8];
    unsigned char lu_alias[8];
    unsigned short num_plus;
    unsigned char fqlu_name[17];
    unsigned char default_lu;
    unsigned char reserv3;
    unsigned char lu_local_addr;
    unsigned short lu_sess_lim;
    unsigned char max_tps;
    unsigned char lu_type;
} LU62_OVERLAY;

typedef struct plu62_overlay {
    unsigned int plu62_entry_len;
    unsigned int plu62_overlay_len;
    unsigned char plu_alias[8];
    unsigned short num_modes;
    unsigned char plu_un_name[8];
    unsigned char fqplu_name[17];
    unsigned char reserv3;
    unsigned char plu_sess_lim;
    unsigned char dlc_name[8];
    unsigned char adapter_num;
    unsigned char dest_addr_len;
    unsigned char dest_addr[32];
    unsigned int par_sess_supp : 1;
    unsigned int reserv4 : 7;
    unsigned int def_already_ver : 1;
    unsigned int def_conv_sec : 1;
    unsigned int def_sess_sec : 1;
    unsigned int reserv5 : 5;
    unsigned int act_already_ver : 1;
    unsigned int act_conv_sec : 1;
    unsigned int reserv6 : 6;
    unsigned int implicit_part : 1;
    unsigned int reserv7 : 7;
} PLU62_OVERLAY;

/* The documentation has its name and implicit_mode; the rest is what this node can say. */
typedef struct mode_overlay {
    unsigned int mode_entry_len;
    unsigned char mode_name[8];
    unsigned short mode_sess_lim; /* limits in force; 0: nobody has used the mode yet, or it is reset */
    unsigned short min_conwinners_source; /* of the local LU */
    unsigned short min_conwinners_target;
    unsigned short act_sessions;
    unsigned short act_conwinners_source;
    unsigned short act_conwinners_target;
    unsigned int implicit_mode : 1;
    unsigned int reserv3 : 31;
} MODE_OVERLAY;

typedef struct sess_info_sect {
    unsigned int sess_sect_len;
    unsigned short num_sessions;
    unsigned short total_sessions;
} SESS_INFO_SECT;

typedef struct sess_overlay {
    unsigned int sess_entry_len;
    unsigned int reserv3;
    unsigned char sess_id[8];
    unsigned int conv_id; /* number of the conversation in the node */
    unsigned char lu_alias[8];
    unsigned char plu_alias[8];
    unsigned char mode_name[8];
    unsigned short send_ru_size;
    unsigned short rcv_ru_size;
    unsigned short send_pacing_size;
    unsigned short rcv_pacing_size;
    unsigned char link_id[12];
    unsigned char daf;
    unsigned char oaf;
    unsigned char odai;
    unsigned char sess_type;
    unsigned char conn_type;
    unsigned char reserv4;
    FPCID_OVERLAY fpcid;
    unsigned char cgid[4];
    unsigned char fqlu_name[17];
    unsigned char fqplu_name[17];
    unsigned char pacing_type;
    unsigned char reserv5;
} SESS_OVERLAY;

typedef struct link_info_sect {
    unsigned int link_init_sect_len;
    unsigned short num_links;
    unsigned short total_links;
} LINK_INFO_SECT;

typedef struct link_overlay {
    unsigned int link_entry_len;
    unsigned char link_id[12];
    unsigned char dlc_name[8];
    unsigned char adapter_num;
    unsigned char dest_addr_len;
    unsigned char dest_addr[32];
    unsigned char inbound_outbound;
    unsigned char state;
    unsigned char deact_link_flag;
    unsigned char reserv3;
    unsigned short num_sessions;
    unsigned short ru_size;
    unsigned short reserv4;
    unsigned char adj_fq_cp_name[17];
    unsigned char adj_node_type;
    unsigned char reserv5;
    unsigned char cp_cp_sess_spt;
    unsigned char conn_type;
    unsigned char ls_role;
    unsigned char line_type;
    unsigned char tg_number;
    unsigned int eff_capacity;
    unsigned char conn_cost;
    unsigned char byte_cost;
    unsigned char propagation_delay;
    unsigned char user_def_1;
    unsigned char user_def_2;
    unsigned char user_def_3;
    unsigned char security;
    unsigned char reserv6;
} LINK_OVERLAY;

typedef struct lu_0_3_info_sect {
    unsigned int lu_0_3_init_sect_len;
    unsigned short num_lu_0_3s; /* 0: the node has none */
} LU_0_3_INFO_SECT;

typedef struct link_def_info_sect {
    unsigned int link_def_init_sect_len;
    unsigned short num_link_def;
    unsigned short total_link_def;
} LINK_DEF_INFO_SECT;

typedef struct link_def_overlay {
    unsigned int link_def_entry_len;
    unsigned char link_name[8];
    unsigned char adj_fq_cp_name[17];
    unsigned char adj_node_type;
    unsigned char dlc_name[8];
    unsigned char adapter_num;
    unsigned char dest_addr_len;
    unsigned char dest_addr[32];
    unsigned char preferred_nn_server;
    unsigned char auto_act_link;
    unsigned char tg_number;
    unsigned char lim_res;
    unsigned char solicit_sscp_session;
    unsigned char initself;
    unsigned char bind_support;
    unsigned char ls_role;
    unsigned char line_type;
    unsigned int eff_capacity;
    unsigned char conn_cost;
    unsigned char byte_cost;
    unsigned char propagation_delay;
    unsigned char user_def_1;
    unsigned char user_def_2;
    unsigned char user_def_3;
    unsigned char security;
    unsigned char reserv;
} LINK_DEF_OVERLAY;

#if UINTPTR_MAX == 0xFFFFFFFFu
#pragma pack(pop)
#endif

/* ---- calls ---- */

/* A HANDLE holds an eventfd descriptor, and an HWND the descriptor of a pipe or socket (wincpic.h). */
#define WAPPC_HANDLE(fd) ((HANDLE)(intptr_t)(fd))
#define WAPPC_HWND(fd)   ((HWND)(intptr_t)(fd))
#define WAPPC_FD(handle) ((int)(intptr_t)(handle))

/** Issue a verb, and return when it is complete.  The result is primary_rc and secondary_rc of the block.
 *
 *  @param[in,out] vcb  a verb control block, its address as a pointer or as an integer; NULL is ignored
 *  Rule: APPC. */
APPC_API void APPC(void *vcb);
APPC_API void APPC_C(void *vcb);
APPC_API void APPC_P(void *vcb);

/* Programs pass the address as a LONG, too. */
#define APPC(vcb)   (APPC)((void *)(intptr_t)(vcb))
#define APPC_C(vcb) (APPC_C)((void *)(intptr_t)(vcb))
#define APPC_P(vcb) (APPC_P)((void *)(intptr_t)(vcb))

/* What the calls below return when not 0. */
#define WAPPCALREADY         0xF000
#define WAPPCINVALID         0xF001
#define WAPPCCANCEL          0xF002
#define WAPPCSYSNOTREADY     0xF003
#define WAPPCVERNOTSUPPORTED 0xF004

#define WAPPCDESCRIPTION_LEN 127

typedef struct wappc_data {
    unsigned short wVersion; /* low octet major, high octet minor: 1.0 is 0x0001 */
    char szDescription[WAPPCDESCRIPTION_LEN + 1];
} WAPPCDATA, FAR *LPWAPPCDATA;

/* The string that Windows programs register for the completion message, and the message itself, which is
 * written whole by one write(). */
#define WIN_APPC_ASYNC_COMPLETE_MESSAGE "WinAsyncAPPC"
#define WAPPC_ASYNC_COMPLETE            0xC001

typedef struct wappc_message {
    unsigned int message; /* WAPPC_ASYNC_COMPLETE */
    uintptr_t wParam;     /* the handle that WinAsyncAPPC has returned */
    intptr_t lParam;      /* address of the verb control block */
} WAPPCMESSAGE;

#if defined(__ONLY_IN_WINELIB) && defined(__x86_64__)
#define WinAPPCSetBlockingHook WinAPPCSetBlockingHookMs
#endif

/** Say that the program will use APPC.  Windows programs must; programs for this library may.
 *
 *  @param[in]  wVersionRequired  highest version that the program can use, low octet major, high octet minor
 *  @param[out] lpAPPCData        wVersion is the highest version of the library
 *  @return 0, WAPPCSYSNOTREADY, WAPPCINVALID (asked for less than the library's lowest)
 *  Rule: WinAPPCStartup. */
APPC_API int WinAPPCStartup(unsigned short wVersionRequired, LPWAPPCDATA lpAPPCData);

/** End the use of APPC: every TP ends as by TP_ENDED(AP_HARD), and outstanding verbs of all threads return.
 *
 *  @return nonzero when done
 *  Rule: WinAPPCCleanup. */
APPC_API int WinAPPCCleanup(void);

/** Issue a verb without waiting: a WAPPCMESSAGE is written to the window when it is complete, whatever its result.
 *  The block must stay until then.
 *
 *  @param[in]     hWnd   the window, a descriptor (WAPPC_HWND)
 *  @param[in,out] lpVcb  address of a verb control block
 *  @return a handle for WinAPPCCancelAsyncRequest; NULL: the verb was not issued
 *  Rule: WinAsyncAPPC. */
APPC_API HANDLE WinAsyncAPPC(HWND hWnd, intptr_t lpVcb);

/** The same, and the event (an eventfd) is signalled.
 *
 *  @return a handle for WinAPPCCancelAsyncRequest; NULL: the verb was not issued
 *  Rule: WinAsyncAPPCEx. */
APPC_API HANDLE WinAsyncAPPCEx(HANDLE event_handle, intptr_t lpVcb);

/** Cancel a verb that WinAsyncAPPC has left outstanding.  Its conversation ends, and it completes with AP_CANCELED.
 *
 *  @return 0, WAPPCALREADY (it is complete), WAPPCINVALID (no such handle)
 *  Rule: WinAPPCCancelAsyncRequest. */
APPC_API int WinAPPCCancelAsyncRequest(HANDLE hAsyncTaskID);

/** Cancel the blocking verb of this thread: only its blocking hook can call it.  The verb returns AP_CANCELED.
 *
 *  @return 0, WAPPCINVALID (this thread is in no blocking verb)
 *  Rule: WinAPPCCancelBlockingCall. */
APPC_API int WinAPPCCancelBlockingCall(void);

/** Say whether a blocking verb of this thread is outstanding.
 *
 *  @return nonzero when one is
 *  Rule: WinAPPCIsBlocking. */
APPC_API int WinAPPCIsBlocking(void);

/** Have lpBlockFunc called repeatedly while a blocking verb of this thread waits.  When it returns FALSE the verb is
 *  cancelled.
 *
 *  @param[in] lpBlockFunc  BOOL hook(void), or NULL for none
 *  @return the previous hook
 *  Rule: WinAPPCSetBlockingHook. */
APPC_API FARPROC WinAPPCSetBlockingHook(FARPROC lpBlockFunc);

/** Go back to waiting without a hook.
 *
 *  @return nonzero when done
 *  Rule: WinAPPCUnhookBlockingHook. */
APPC_API int WinAPPCUnhookBlockingHook(void);

/* What GetAppcConfig returns and completes with; a code that succeeds has the bit APPC_CFG_SUCCESS. */
#define APPC_CFG_PENDING                       0
#define APPC_CFG_SUCCESS                       0x1000
#define APPC_CFG_FAILURE                       0x2000
#define APPC_CFG_SUCCESS_NO_DEFAULT_REMOTE     (APPC_CFG_SUCCESS | 1)
#define APPC_CFG_SUCCESS_DEFAULT_REMOTE        (APPC_CFG_SUCCESS | 2)
#define APPC_CFG_ERROR_NO_APPC_INIT            (APPC_CFG_FAILURE | 1)
#define APPC_CFG_ERROR_INVALID_HWND            (APPC_CFG_FAILURE | 2)
#define APPC_CFG_ERROR_BAD_POINTER             (APPC_CFG_FAILURE | 3)
#define APPC_CFG_ERROR_UNCLEAR_COMPLETION_MODE (APPC_CFG_FAILURE | 4)
#define APPC_CFG_ERROR_TOO_MANY_REQUESTS       (APPC_CFG_FAILURE | 5)
#define APPC_CFG_ERROR_GENERAL_FAILURE         (APPC_CFG_FAILURE | 6)
#define APPC_CFG_ERROR_NO_DEFAULT_LOCAL_LU     (APPC_CFG_FAILURE | 7)
#define APPC_CFG_ERROR_BAD_LOCAL_LU            (APPC_CFG_FAILURE | 8)

/* The string that Windows programs register for its completion message, and the message. */
#define WIN_APPC_CFG_COMPLETION_MSG "WinAppcCfg"
#define WAPPC_CONFIG_COMPLETE       0xC003

/** Find the LUs that a local LU may have sessions with.  It is complete when it returns; the completion comes as
 *  documented.
 *
 *  @param[in]  hWnd           the window that gets a WAPPCMESSAGE with WAPPC_CONFIG_COMPLETE, or NULL
 *  @param[in]  pLocalLu       alias of the local LU; 8 blanks: the user's default
 *  @param[in]  pMode          a mode name; it is not looked at
 *  @param[out] pNumRemLu      how many there are
 *  @param[in]  iMaxRemLu      how many aliases pRemLu has room for
 *  @param[out] pRemLu         aliases, one in each 9 octets, with a NUL
 *  @param[out] pAsyncRetCode  gets the code of the completion; NULL with a window
 *  @return a handle with the bit APPC_CFG_SUCCESS, or an error
 *  Rule: GetAppcConfig. */
APPC_API HANDLE GetAppcConfig(HANDLE hWnd, char *pLocalLu, char *pMode, int *pNumRemLu, int iMaxRemLu,
                              char *pRemLu, int *pAsyncRetCode);

/* What a completion port of Windows would be told. */
typedef struct appc_iocp_info {
    HANDLE APPC_CompletionPort;
    unsigned int APPC_NumberOfBytesTransferred;
    unsigned int APPC_CompletionKey;
    void *APPC_pOverlapped;
} APPC_IOCP_INFO;

/** Issue a verb that completes at a completion port.  There are none here: nothing is issued.
 *
 *  @return NULL
 *  Rule: WinAsyncAPPCIOCP. */
APPC_API HANDLE WinAsyncAPPCIOCP(APPC_IOCP_INFO *iocp_handle, intptr_t lpVcb);

/** Write the return codes of a verb as text.
 *
 *  @param[in]  vpb            the block
 *  @param[in]  buffer_length  octets; 256 is enough
 *  @param[out] buffer_addr    the text, with its NUL
 *  @return the length of the text; 0: the block cannot be read, or the buffer is too small
 *  Rule: GetAppcReturnCode. */
APPC_API int GetAppcReturnCode(struct appc_hdr *vpb, unsigned int buffer_length, unsigned char *buffer_addr);

#ifdef __cplusplus
}
#endif

#endif
