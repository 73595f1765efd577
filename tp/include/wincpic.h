/* wincpic.h - cpic.h and the Windows extensions of CPI-C, for programs that come from Windows.
 *
 * The names are those of Windows; two of the types hold Linux objects:
 *   HANDLE  holds an eventfd descriptor; WCPIC_HANDLE(fd) and WCPIC_FD(handle) convert.
 *   HWND    holds a descriptor to which the library writes one WCPICMESSAGE per completed operation: the
 * write end of a pipe, or a socket.  It takes the place of a window to which messages are posted. */
#ifndef WINCPIC_H
#define WINCPIC_H

#include "cpic.h"
#include "winsna.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WCPIC_HANDLE(fd) ((HANDLE)(intptr_t)(fd))
#define WCPIC_HWND(fd)   ((HWND)(intptr_t)(fd))
#define WCPIC_FD(handle) ((int)(intptr_t)(handle))

/* What WinCPICStartup returns when not 0, and the return code of a cancelled operation in other products. */
#define WCPICALREADY         0xF000
#define WCPICINVALID         0xF001
#define WCPICCANCEL          0xF002
#define WCPICSYSNOTREADY     0xF003
#define WCPICVERNOTSUPPORTED 0xF004

/* The string that Windows programs register for the completion message.  The documentation prints
 * "WinAsyncCPIC"; both mean the same message. */
#define WIN_CPIC_ASYNC_COMPLETE_MESSAGE "WinAsyncCPI-C"

#define WCPICDESCRIPTION_LEN 127

typedef struct wcpic_data {
    unsigned short wVersion; /* low octet major, high octet minor: 1.0 is 0x0001 */
    char szDescription[WCPICDESCRIPTION_LEN + 1];
} WCPICDATA, FAR *LPWCPICDATA;

/* The completion message, written whole by one write().  wParam and lParam are what a window procedure
 * gets. */
#define WCPIC_ASYNC_COMPLETE 0xC000

typedef struct wcpic_message {
    unsigned int message; /* WCPIC_ASYNC_COMPLETE */
    CM_INT32 return_code; /* of the completed call */
    unsigned char conversation_ID[CM_CID_SIZE];
    uintptr_t wParam; /* return_code again */
    intptr_t lParam;  /* address of the conversation_ID that was given to the completed call */
} WCPICMESSAGE;

/* The calls use the calling convention of C, like the library, whatever WINAPI stands for: in Wine's headers
 * it is that of Windows.  A hook may use either: what Wine's FARPROC points to has its own entry. */
#if defined(__ONLY_IN_WINELIB) && defined(__x86_64__)
#define WinCPICSetBlockingHook WinCPICSetBlockingHookMs
#endif

/** Say that the program will use CPI-C.  Windows programs must; programs for this library may.
 *
 *  @param[in]  wVersionRequired  highest version that the program can use, low octet major, high octet
 *                                minor
 *  @param[out] lpwcpicdata       wVersion is the highest version of the library, even if another was asked
 *                                for
 *  @return 0, WCPICSYSNOTREADY, WCPICVERNOTSUPPORTED, WCPICINVALID (asked for less than the library's
 *  lowest)
 *  Rule: WinCPICStartup. */
CPIC_API int WinCPICStartup(unsigned short wVersionRequired, LPWCPICDATA lpwcpicdata);

/** End the use of CPI-C: outstanding operations of all threads return, including accepts; conversations are
 *  abended; local TP names are dropped.
 *
 *  @return nonzero when done
 *  Rule: WinCPICCleanup; WinAPPCCleanup for what it ends. */
CPIC_API int WinCPICCleanup(void);

/** Say whether a blocking call of this thread is outstanding.  Only a blocking hook can call it.
 *
 *  @return nonzero when one is
 *  Rule: WinCPICIsBlocking. */
CPIC_API int WinCPICIsBlocking(void);

/** Have lpBlockFunc called repeatedly while a blocking call waits.  When it returns FALSE the call ends:
 *  its conversation is cancelled, as by Cancel_Conversation, and it returns CM_DEALLOCATED_ABEND.
 *  Wait_For_Conversation cancels nothing and returns CM_SYSTEM_EVENT.
 *
 *  @param[in] lpBlockFunc  BOOL hook(void), or NULL for none
 *  @return the previous hook
 *  Rule: WinCPICSetBlockingHook. */
CPIC_API FARPROC WinCPICSetBlockingHook(FARPROC lpBlockFunc);

/** Go back to waiting without a hook.
 *
 *  @return nonzero when done
 *  Rule: WinCPICUnhookBlockingHook. */
CPIC_API int WinCPICUnhookBlockingHook(void);

/** Signal an event (add 1 to an eventfd) when a nonblocking call of this conversation completes.  The
 *  program then calls cmwait, and resets the event itself.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[in]  event_handle     the event; NULL, or pointing to a NULL handle, to remove it
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK, CM_OPERATION_NOT_ACCEPTED (an operation
 *                               is incomplete)
 *  Rule: WinCPICSetEvent. */
CPIC_API void WinCPICSetEvent(unsigned char *conversation_ID, HANDLE *event_handle, CM_INT32 *return_code);

/** Give the event of a conversation.
 *
 *  @param[in]  conversation_ID  8 octets
 *  @param[out] event_handle     the event, NULL when there is none
 *  @param[out] return_code      CM_OK, CM_PROGRAM_PARAMETER_CHECK
 *  Rule: WinCPICExtractEvent. */
CPIC_API void WinCPICExtractEvent(unsigned char *conversation_ID, HANDLE *event_handle,
                                  CM_INT32 *return_code);

/** Specify_Windows_Handle: write a WCPICMESSAGE here for each completed nonblocking call of a conversation
 *  without an event.  Do not call cmwait for those.  A message for which a full pipe has no room follows when
 *  there is room.
 *
 *  @param[in]  hwndNotify   by value; NULL: no messages, use cmwait
 *  @param[out] return_code  CM_OK, CM_PROGRAM_PARAMETER_CHECK (not a descriptor)
 *  Rule: Specify_Windows_Handle. */
CPIC_API void xchwnd(HWND hwndNotify, CM_INT32 *return_code);

#ifdef READABLE_MACROS
#define Specify_Windows_Handle xchwnd
#endif

#ifdef __cplusplus
}
#endif

#endif
