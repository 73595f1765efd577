/* wincsv.h - the Common Service Verbs, with the Windows extensions, for programs on an snanode node.
 *
 * A program fills in a verb control block, with zero in all that is reserved, and calls ACSSVC() with its
 * address:
 *
 *     struct convert vcb = {.opcode = SV_CONVERT, .direction = SV_ASCII_TO_EBCDIC, .char_set = SV_AE};
 *     vcb.len = sizeof name;
 *     vcb.source = vcb.target = name;
 *     ACSSVC(&vcb);
 *     if (vcb.primary_rc == SV_OK)
 *
 * Codes and opcodes are big-endian in memory on every machine: the constants here are turned, and are
 * compared with the fields as they are.  Lengths, numbers of code pages and pointers are the machine's. */
#ifndef WINCSV_H
#define WINCSV_H

#include <stdint.h>

#include "winsna.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifndef CSV_API
#if defined(_WIN32) && !defined(__WINE__) && defined(__i386__) /* as the DLLs are called there */
#define CSV_API __attribute__((stdcall))
#else
#define CSV_API __attribute__((visibility("default")))
#endif
#endif

/* ---- opcodes ---- */

#define SV_GET_CP_CONVERT_TABLE APPC_FLIPI(0x1900)
#define SV_CONVERT              APPC_FLIPI(0x1A00)
#define SV_TRANSFER_MS_DATA     APPC_FLIPI(0x1C00)
#define SV_DEFINE_TRACE         APPC_FLIPI(0x1D00)
#define SV_LOG_MESSAGE          APPC_FLIPI(0x1F00)
#define SV_COPY_TRACE_TO_FILE   APPC_FLIPI(0x4C00)

/* ---- return codes ---- */

/* primary_rc */
#define SV_OK                        APPC_FLIPI(0x0000)
#define SV_PARAMETER_CHECK           APPC_FLIPI(0x0001)
#define SV_STATE_CHECK               APPC_FLIPI(0x0002)
#define SV_CANCELLED                 APPC_FLIPI(0x0021)
#define SV_FILE_ALREADY_EXISTS       APPC_FLIPI(0x0030)
#define SV_OUTPUT_DEVICE_FULL        APPC_FLIPI(0x0031)
#define SV_THREAD_BLOCKING           APPC_FLIPI(0xF006)
#define SV_INVALID_VERB_SEGMENT      APPC_FLIPI(0xF008)
#define SV_UNEXPECTED_DOS_ERROR      APPC_FLIPI(0xF011)
#define SV_COMM_SUBSYSTEM_NOT_LOADED APPC_FLIPI(0xF012)
#define SV_SERVER_RESOURCE_NOT_FOUND APPC_FLIPI(0xF024)
#define SV_SERVER_RESOURCE_LOST      APPC_FLIPI(0xF026)
#define SV_SERVER_RESOURCES_LOST     APPC_FLIPI(0xF026)
#define SV_INVALID_VERB              APPC_FLIPI(0xFFFF)

/* secondary_rc; with SV_UNEXPECTED_DOS_ERROR it is the errno of the system, turned as these are */
#define SV_INVALID_DATA_SEGMENT       APPC_FLIPL(0x00000006)
#define SV_SSCP_PU_SESSION_NOT_ACTIVE APPC_FLIPL(0x00000301)
#define SV_DATA_EXCEEDS_RU_SIZE       APPC_FLIPL(0x00000302)
#define SV_INVALID_DATA_TYPE          APPC_FLIPL(0x00000303)
#define SV_INVALID_DIRECTION          APPC_FLIPL(0x00000401)
#define SV_INVALID_CHARACTER_SET      APPC_FLIPL(0x00000402)
#define SV_INVALID_FIRST_CHARACTER    APPC_FLIPL(0x00000404)
#define SV_TABLE_ERROR                APPC_FLIPL(0x00000405)
#define SV_CONVERSION_ERROR           APPC_FLIPL(0x00000406)
#define SV_INVALID_MESSAGE_ACTION     APPC_FLIPL(0x00000621)
#define SV_INVALID_SET                APPC_FLIPL(0x00000624)
#define SV_COPY_TRACE_IN_PROGRESS     APPC_FLIPL(0x00000629)
#define SV_TRACE_NOT_STOPPED          APPC_FLIPL(0x0000062A)
#define SV_INVALID_FILE_OPTION        APPC_FLIPL(0x0000062B)
#define SV_TRACE_BUFFER_EMPTY         APPC_FLIPL(0x0000062C)
#define SV_TRACE_FILE_EMPTY           APPC_FLIPL(0x0000062C)
#define SV_INVALID_RESET_TRACE        APPC_FLIPL(0x0000062F)
#define SV_INVALID_CHAR_NOT_FOUND     APPC_FLIPL(0x00000630)
#define SV_INVALID_SOURCE_CODE_PAGE   APPC_FLIPL(0x00000631)
#define SV_INVALID_TARGET_CODE_PAGE   APPC_FLIPL(0x00000632)
#define SV_SERVER_CONN_FAILURE        APPC_FLIPL(0x030000AB)
#define SV_SERVER_COMM_FAILURE        APPC_FLIPL(0x030000AB)

/* ---- parameters ---- */

/* Answers */
#define SV_NO  0
#define SV_YES 1

/* direction */
#define SV_ASCII_TO_EBCDIC 0
#define SV_EBCDIC_TO_ASCII 1

/* char_set */
#define SV_AE 0
#define SV_A  1
#define SV_G  2

/* char_not_fnd */
#define SV_SUBSTITUTE 0
#define SV_ROUND_TRIP 1

/* msg_act */
#define SV_INTRV    0
#define SV_NO_INTRV 1

/* data_type */
#define SV_USER_DEFINED       0
#define SV_NMVT               1
#define SV_ALERT_SUBVECTORS   2
#define SV_PDSTATS_SUBVECTORS 3

/* options: four bits, each of which has one of the values below; bit 0 is the high one, as in
 * SV_NO_SEND << SV_SSCP_PU_SESSION_SHIFT */
#define SV_ADD                            0
#define SV_NO_ADD                         1
#define SV_SEND                           0
#define SV_NO_SEND                        1
#define SV_LOG                            0
#define SV_NO_LOG                         1
#define SV_TIME_STAMP_SUBVECTOR_SHIFT     7
#define SV_PRODUCT_SET_ID_SUBVECTOR_SHIFT 6
#define SV_SSCP_PU_SESSION_SHIFT          5
#define SV_LOCAL_LOGGING_SHIFT            4

/* dt_set; appc, srpi and comm_serv; file_option */
#define SV_OFF       0
#define SV_ON        1
#define SV_IGNORE    0
#define SV_CHANGE    1
#define SV_NEW       0
#define SV_OVERWRITE 1

/* ---- verb control blocks ---- */

#if UINTPTR_MAX == 0xFFFFFFFFu
#pragma pack(push, 4)
#endif

/* What all begin with; TRANSFER_MS_DATA has another name for opext. */
struct csv_hdr {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
};

/** Convert a string from ASCII to EBCDIC, or back.  Source and target may be one buffer, or overlap.
 *
 *  Type A has upper-case letters, digits, $, #, @ and blanks at the end; lower-case letters become upper-case
 *  ones in EBCDIC.
 *
 *  Type AE has lower-case letters and the period too.
 *
 *  Type G converts by a table of the user: the file that CSVTBLG names in the environment, else the one that
 *  COMTBLG names, else that of the Client key of the registry, with 32 lines of 32 hexadecimal digits.  The
 * first 16 lines have the EBCDIC octets of the ASCII octets 00 to FF, the others the ASCII octets of the
 * EBCDIC ones.
 *
 *  @field direction  SV_ASCII_TO_EBCDIC, SV_EBCDIC_TO_ASCII
 *  @field char_set   SV_A, SV_AE, SV_G
 *  @field len        octets of the string
 *  @field source     the string
 *  @field target     where the converted string goes, of the same length
 *  Rule: CONVERT. */
struct convert {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char direction;
    unsigned char char_set;
    unsigned short len;
    unsigned char *source;
    unsigned char *target;
};

/** Write the trace of this process, which DEFINE_TRACE has made and stopped, to a file.  The older records
 *  come first; then the trace is empty.
 *
 *  Each record is a line: time, thread, verb, codes and the control block in hexadecimal.
 *
 *  @field file_name    name of the file, padded with blanks; it may have a path
 *  @field file_option  SV_NEW: the file may not exist; SV_OVERWRITE: what it has is lost
 *  Rule: COPY_TRACE_TO_FILE. */
struct copy_trace_to_file {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char reserv3[8];
    unsigned char file_name[64];
    unsigned char file_option;
    unsigned char reserv4[12];
};

/** Switch the trace of Common Service Verbs of this process on or off.  The trace keeps the latest 250,000 to
 *  500,000 octets, in memory.
 *
 *  Conversations are not in it: snactl trace records them, for all programs of the node.
 *
 *  @field dt_set     SV_ON, SV_OFF: what becomes of those with SV_CHANGE
 *  @field appc       SV_CHANGE, SV_IGNORE; accepted, and nothing is recorded
 *  @field srpi       the same
 *  @field comm_serv  SV_CHANGE, SV_IGNORE: the Common Service Verbs
 *  @field reset_trc  SV_YES: begin the trace anew; SV_NO
 *  @field trunc      most octets of a record, 0: all
 *  Rule: DEFINE_TRACE. */
struct define_trace {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char reserv3[8];
    unsigned char dt_set;
    unsigned char appc;
    unsigned char reserv4;
    unsigned char srpi;
    unsigned char sdlc;
    unsigned char tkn_rng_dlc;
    unsigned char pcnet_dlc;
    unsigned char dft;
    unsigned char acdi;
    union {
        unsigned char reserv5;
        unsigned char comm_serv;
    };
    unsigned char ehllapi;
    unsigned char x25_api;
    unsigned char x25_dlc;
    unsigned char twinax;
    unsigned char reserv6;
    unsigned char lua_api;
    unsigned char etherand;
    unsigned char subsym;
    unsigned char reserv7[8];
    unsigned char reset_trc;
    unsigned short trunc;
    unsigned short strg_size;
    unsigned char reserv8;
    unsigned char phys_link[8];
    unsigned char reserv9[56];
};

/** Make a table of 256 octets from one code page to another.
 *
 *  The code pages are 437, 850, 860, 863 and 865 of PCs, and 37, 273, 277, 278, 280, 284, 285, 297 and 500 of
 *  hosts.  User-defined ones are not supported.
 *
 *  Two tables, one for each direction, are a table of type G for CONVERT when they are written in
 *  hexadecimal.
 *
 *  @field source_cp        code page of the characters that are converted
 *  @field target_cp        code page to which they are converted
 *  @field conv_tbl_addr    where the table goes, 256 octets
 *  @field char_not_fnd     SV_ROUND_TRIP: a character that the target has not gets an octet of its own, and a
 *                          table of the other direction leads back; SV_SUBSTITUTE
 *  @field substitute_char  with SV_SUBSTITUTE, the octet for such a character
 *  Rule: GET_CP_CONVERT_TABLE. */
struct get_cp_convert_table {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char reserv3[8];
    unsigned short source_cp;
    unsigned short target_cp;
    unsigned char *conv_tbl_addr;
    unsigned char char_not_fnd;
    unsigned char substitute_char;
};

/** Log a message at the node, as event 9201, or 9202 when it asks for an operator.  The event has the name of
 *  the program, the number of the message, the originator and the inserted strings.  The text of the message
 *  file is not read.
 *
 *  @field msg_num        number of the message in the message file
 *  @field origntr_id     who logs it, in ASCII, padded with blanks
 *  @field msg_file_name  name of the message file, three characters
 *  @field msg_act        SV_INTRV, SV_NO_INTRV
 *  @field msg_ins_len    octets to insert, 0: none; what follows the first 512 is left out
 *  @field msg_ins_ptr    up to nine strings in ASCII, each with its NUL
 *  Rule: LOG_MESSAGE. */
struct log_message {
    unsigned short opcode;
    unsigned char opext;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned short msg_num;
    unsigned char origntr_id[8];
    unsigned char msg_file_name[3];
    unsigned char msg_act;
    unsigned short msg_ins_len;
    unsigned char *msg_ins_ptr;
};

/** Log data for network management at the node, as event 9203, and send them to the host.  The node has no
 *  session with an SSCP: what is to be sent is logged, and the verb says that it was not sent.
 *
 *  WinAsyncCSV issues this verb without waiting.
 *
 *  @field data_type   SV_NMVT, SV_ALERT_SUBVECTORS, SV_PDSTATS_SUBVECTORS, SV_USER_DEFINED
 *  @field options     SV_NO_ADD << SV_TIME_STAMP_SUBVECTOR_SHIFT, SV_NO_ADD <<
 *                     SV_PRODUCT_SET_ID_SUBVECTOR_SHIFT, SV_NO_SEND << SV_SSCP_PU_SESSION_SHIFT and SV_NO_LOG
 *                     << SV_LOCAL_LOGGING_SHIFT, together; a bit that is off asks for it
 *  @field origntr_id  who sends them, in ASCII, padded with blanks; 00: nobody
 *  @field dlen        octets of data; with headers and subvectors 512 at most
 *  @field dptr        the data
 *  Rule: TRANSFER_MS_DATA. */
struct transfer_ms_data {
    unsigned short opcode;
    unsigned char data_type;
    unsigned char reserv2;
    unsigned short primary_rc;
    unsigned int secondary_rc;
    unsigned char options;
    unsigned char reserv3;
    unsigned char origntr_id[8];
    unsigned short dlen;
    unsigned char *dptr;
};

#if UINTPTR_MAX == 0xFFFFFFFFu
#pragma pack(pop)
#endif

/* ---- calls ---- */

/* An HWND holds the descriptor of a pipe or socket (wincpic.h). */
#define WCSV_HWND(fd) ((HWND)(intptr_t)(fd))

/** Issue a verb, and return when it is complete.  The result is primary_rc and secondary_rc of the block.
 *
 *  @param[in,out] vcb  a verb control block, its address as a pointer or as an integer; NULL is ignored
 *  Rule: WINCSV Definition. */
CSV_API void ACSSVC(void *vcb);
CSV_API void ACSSVC_C(void *vcb);
CSV_API void ACSSVC_P(void *vcb);
CSV_API void WINCSV(void *vcb);

/* Programs pass the address as a LONG, too. */
#define ACSSVC(vcb)   (ACSSVC)((void *)(intptr_t)(vcb))
#define ACSSVC_C(vcb) (ACSSVC_C)((void *)(intptr_t)(vcb))
#define ACSSVC_P(vcb) (ACSSVC_P)((void *)(intptr_t)(vcb))
#define WINCSV(vcb)   (WINCSV)((void *)(intptr_t)(vcb))

/* What WinCSVStartup returns when not 0. */
#define WCSVINVALID         0xF001
#define WCSVSYSNOTREADY     0xF003
#define WCSVVERNOTSUPPORTED 0xF004

#define WCSVDESCRIPTION_LEN 127

typedef struct tagWCSVDATA {
    WORD wVersion; /* low octet major, high octet minor: 1.0 is 0x0001 */
    char szDescription[WCSVDESCRIPTION_LEN + 1];
} CSVDATA, WCSVDATA, FAR *LPWCSVDATA, FAR *LPWCSVCDATA;

/* The string that Windows programs register for the completion message, and the message itself, which is
 * written whole by one write(). */
#define WIN_CSV_ASYNC_COMPLETE_MESSAGE "WinAsyncCSV"
#define WCSV_ASYNC_COMPLETE            0xC002

typedef struct wcsv_message {
    unsigned int message; /* WCSV_ASYNC_COMPLETE */
    uintptr_t wParam;     /* the handle that WinAsyncCSV has returned */
    intptr_t lParam;      /* address of the verb control block */
} WCSVMESSAGE;

/** Say that the program will use Common Service Verbs.  Windows programs must; programs for this library may.
 *
 *  @param[in]  wVersionRequired  highest version that the program can use, low octet major, high octet minor
 *  @param[out] lpwcsvdata        wVersion is the highest version of the library
 *  @return 0, WCSVSYSNOTREADY, WCSVINVALID (asked for less than the library's lowest)
 *  Rule: WinCSVStartup. */
CSV_API int WinCSVStartup(WORD wVersionRequired, LPWCSVDATA lpwcsvdata);

/** End the use of Common Service Verbs: outstanding verbs of all threads return.
 *
 *  @return nonzero when done
 *  Rule: WinCSVCleanup. */
CSV_API int WinCSVCleanup(void);

/** Issue TRANSFER_MS_DATA without waiting: a WCSVMESSAGE is written to the window when it is complete, whatever its
 *  result.  The block must stay until then.  Other verbs are complete when this returns, and have their
 * message too.
 *
 *  @param[in]     hWnd   the window, a descriptor (WCSV_HWND)
 *  @param[in,out] lpVcb  address of a verb control block
 *  @return the handle that the message has; NULL: the verb was not issued
 *  Rule: WinAsyncCSV. */
CSV_API HANDLE WinAsyncCSV(HWND hWnd, intptr_t lpVcb);

/** Write the return codes of a verb as text.
 *
 *  @param[in]  vpb            the block
 *  @param[in]  buffer_length  octets; 256 is enough
 *  @param[out] buffer_addr    the text, with its NUL
 *  @return the length of the text; 0: the block cannot be read, or the buffer is too small
 *  Rule: GetCsvReturnCode. */
CSV_API int GetCsvReturnCode(struct csv_hdr *vpb, unsigned int buffer_length, unsigned char *buffer_addr);

#ifdef __cplusplus
}
#endif

#endif
