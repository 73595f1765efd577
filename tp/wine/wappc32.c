/* wappc32.dll for Wine: the verbs of APPC with the calling convention of Windows, forwarded to libappc.
 * Events in control blocks are those of Wine. */
#include "winappc.h"

#include <string.h>

#include "tp/wine/bridge.h"

void dll_decode(const void *octets, struct bridge_message *out)
{
    const WAPPCMESSAGE *m = octets;
    out->names[0] =
        m->message == WAPPC_CONFIG_COMPLETE ? WIN_APPC_CFG_COMPLETION_MSG : WIN_APPC_ASYNC_COMPLETE_MESSAGE;
    out->wParam = m->wParam;
    out->lParam = m->lParam;
}

/* ---- events in control blocks ---- */

/* Where a block has an event: as a pointer, or as a number. */
struct place {
    void **pointer;
    unsigned *number;
    void *was;
};

static struct place place_of(void *vcb)
{
    const struct appc_hdr *h = vcb;
    struct place p = {NULL, NULL, NULL};
    BOOL mapped = h->opext == AP_MAPPED_CONVERSATION;
    if (h->opcode == AP_M_RECEIVE_AND_POST && mapped)
        p.pointer = &((struct mc_receive_and_post *)vcb)->sema;
    else if (h->opcode == AP_B_RECEIVE_AND_POST)
        p.pointer = &((struct receive_and_post *)vcb)->sema;
    else if (h->opcode == AP_ACTIVATE_SESSION)
        p.pointer = &((struct activate_session *)vcb)->deactivation_event;
    else if (h->opcode == AP_M_POST_ON_RECEIPT && mapped)
        p.number = &((struct mc_post_on_receipt *)vcb)->sema;
    else if (h->opcode == AP_B_POST_ON_RECEIPT)
        p.number = &((struct post_on_receipt *)vcb)->sema;
    else if (h->opcode == AP_M_TEST_RTS_AND_POST && mapped)
        p.number = &((struct mc_test_rts_and_post *)vcb)->handle;
    else if (h->opcode == AP_B_TEST_RTS_AND_POST)
        p.number = &((struct test_rts_and_post *)vcb)->handle;
    return p;
}

/* Give the library its descriptor; it reads it when the verb is issued. */
static struct place events_in(void *vcb)
{
    struct place p = {NULL, NULL, NULL};
    if (!vcb || IsBadWritePtr(vcb, sizeof(struct appc_hdr)))
        return p;
    p = place_of(vcb);
    if (p.pointer && (p.was = *p.pointer) != NULL)
        *p.pointer = WAPPC_HANDLE(bridge_event(p.was));
    if (p.number && *p.number) {
        p.was = (void *)(ULONG_PTR)*p.number;
        *p.number = (unsigned)bridge_event(p.was);
    }
    return p;
}

static void events_out(struct place p)
{
    if (p.pointer)
        *p.pointer = p.was;
    if (p.number)
        *p.number = (unsigned)(ULONG_PTR)p.was;
}

/* ---- the calls ---- */

void WINAPI dll_APPC(void *vcb);
void WINAPI dll_APPC(void *vcb)
{
    struct place p = events_in(vcb);
    (APPC)(vcb);
    events_out(p);
}

void WINAPI dll_APPC_C(void *vcb);
void WINAPI dll_APPC_C(void *vcb)
{
    dll_APPC(vcb);
}

void WINAPI dll_APPC_P(void *vcb);
void WINAPI dll_APPC_P(void *vcb)
{
    dll_APPC(vcb);
}

int WINAPI dll_WinAPPCStartup(WORD version, LPWAPPCDATA data);
int WINAPI dll_WinAPPCStartup(WORD version, LPWAPPCDATA data)
{
    bridge_environment();
    return WinAPPCStartup(version, data);
}

int WINAPI dll_WinAPPCCleanup(void);
int WINAPI dll_WinAPPCCleanup(void)
{
    return WinAPPCCleanup();
}

HANDLE WINAPI dll_WinAsyncAPPC(HWND window, intptr_t vcb);
HANDLE WINAPI dll_WinAsyncAPPC(HWND window, intptr_t vcb)
{
    struct place p = events_in((void *)vcb);
    HANDLE h = window ? WinAsyncAPPC(WAPPC_HWND(bridge_window(window)), vcb) : NULL;
    events_out(p);
    return h;
}

HANDLE WINAPI dll_WinAsyncAPPCEx(HANDLE event, intptr_t vcb);
HANDLE WINAPI dll_WinAsyncAPPCEx(HANDLE event, intptr_t vcb)
{
    struct place p = events_in((void *)vcb);
    HANDLE h = event ? WinAsyncAPPCEx(WAPPC_HANDLE(bridge_event(event)), vcb) : NULL;
    events_out(p);
    return h;
}

HANDLE WINAPI dll_WinAsyncAPPCIOCP(APPC_IOCP_INFO *info, intptr_t vcb);
HANDLE WINAPI dll_WinAsyncAPPCIOCP(APPC_IOCP_INFO *info, intptr_t vcb)
{
    if (!info || !info->APPC_CompletionPort)
        return NULL;
    int fd = bridge_port(info->APPC_CompletionPort, info->APPC_NumberOfBytesTransferred,
                         info->APPC_CompletionKey, info->APPC_pOverlapped);
    struct place p = events_in((void *)vcb);
    HANDLE h = WinAsyncAPPCEx(WAPPC_HANDLE(fd), vcb);
    events_out(p);
    if (!h)
        bridge_port_unused(fd);
    return h;
}

int WINAPI dll_WinAPPCCancelAsyncRequest(HANDLE task);
int WINAPI dll_WinAPPCCancelAsyncRequest(HANDLE task)
{
    return WinAPPCCancelAsyncRequest(task);
}

int WINAPI dll_WinAPPCCancelBlockingCall(void);
int WINAPI dll_WinAPPCCancelBlockingCall(void)
{
    return WinAPPCCancelBlockingCall();
}

int WINAPI dll_WinAPPCIsBlocking(void);
int WINAPI dll_WinAPPCIsBlocking(void)
{
    return WinAPPCIsBlocking();
}

FARPROC WINAPI dll_WinAPPCSetBlockingHook(FARPROC hook);
FARPROC WINAPI dll_WinAPPCSetBlockingHook(FARPROC hook)
{
    return WinAPPCSetBlockingHook(hook);
}

int WINAPI dll_WinAPPCUnhookBlockingHook(void);
int WINAPI dll_WinAPPCUnhookBlockingHook(void)
{
    return WinAPPCUnhookBlockingHook();
}

HANDLE WINAPI dll_GetAppcConfig(HWND window, char *lu, char *mode, int *n, int max, char *remote, int *code);
HANDLE WINAPI dll_GetAppcConfig(HWND window, char *lu, char *mode, int *n, int max, char *remote, int *code)
{
    return GetAppcConfig(window ? WAPPC_HWND(bridge_window(window)) : NULL, lu, mode, n, max, remote, code);
}

int WINAPI dll_GetAppcReturnCode(struct appc_hdr *vcb, UINT size, unsigned char *text);
int WINAPI dll_GetAppcReturnCode(struct appc_hdr *vcb, UINT size, unsigned char *text)
{
    int n = GetAppcReturnCode(vcb, size, text);
    if (n == 0)
        bridge_text_failed(vcb, text, size);
    return n;
}
