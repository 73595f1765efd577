/* APPC and the Common Service Verbs: waiting, by event, by message, at a completion port. */
#include <winappc.h>
#include <wincsv.h>

#include <string.h>

#include "ck.h"

static unsigned char tp_id[8];

static void ebcdic(const char *text, unsigned char *out, int n)
{
    struct convert c;
    memset(out, ' ', (size_t)n);
    memcpy(out, text, strlen(text));
    memset(&c, 0, sizeof c);
    c.opcode = SV_CONVERT;
    c.direction = SV_ASCII_TO_EBCDIC;
    c.char_set = SV_AE;
    c.len = (unsigned short)n;
    c.source = c.target = out;
    ACSSVC_C(&c);
    CK_INT(c.primary_rc, SV_OK);
}

static void tp_started(void)
{
    struct tp_started t;
    memset(&t, 0, sizeof t);
    t.opcode = AP_TP_STARTED;
    memcpy(t.lu_alias, "MYLU    ", 8);
    ebcdic("VERBS", t.tp_name, 64);
    APPC(&t);
    CK_INT(t.primary_rc, AP_OK);
    memcpy(tp_id, t.tp_id, 8);
}

static unsigned allocate(void)
{
    struct mc_allocate a;
    memset(&a, 0, sizeof a);
    a.opcode = AP_M_ALLOCATE;
    a.opext = AP_MAPPED_CONVERSATION;
    memcpy(a.tp_id, tp_id, 8);
    a.synclevel = AP_NONE;
    a.rtn_ctl = AP_WHEN_SESSION_ALLOCATED;
    memcpy(a.plu_alias, "HOSTLU  ", 8);
    ebcdic("#INTER", a.mode_name, 8);
    ebcdic("ECHO", a.tp_name, 64);
    a.security = AP_NONE;
    APPC(&a);
    CK_INT(a.primary_rc, AP_OK);
    return a.conv_id;
}

static void send_text(unsigned conv_id)
{
    static unsigned char text[] = "VERB";
    struct mc_send_data s;
    memset(&s, 0, sizeof s);
    s.opcode = AP_M_SEND_DATA;
    s.opext = AP_MAPPED_CONVERSATION;
    memcpy(s.tp_id, tp_id, 8);
    s.conv_id = conv_id;
    s.dptr = text;
    s.dlen = 4;
    s.type = AP_NONE;
    APPC(&s);
    CK_INT(s.primary_rc, AP_OK);
}

static unsigned char got[20];

static struct mc_receive_and_wait receive_block(unsigned conv_id)
{
    struct mc_receive_and_wait r;
    memset(&r, 0, sizeof r);
    r.opcode = AP_M_RECEIVE_AND_WAIT;
    r.opext = AP_MAPPED_CONVERSATION;
    memcpy(r.tp_id, tp_id, 8);
    r.conv_id = conv_id;
    r.max_len = sizeof got;
    r.dptr = got;
    memset(got, 0, sizeof got);
    return r;
}

static void received(const struct mc_receive_and_wait *r)
{
    CK_INT(r->primary_rc, AP_OK);
    CK(r->dlen == 4 && memcmp(got, "VERB", 4) == 0);
}

static void by_event(void)
{
    unsigned id = allocate();
    struct mc_receive_and_wait r = receive_block(id);
    HANDLE event = CreateEvent(NULL, FALSE, FALSE, NULL);
    send_text(id);
    CK(WinAsyncAPPCEx(event, (LONG_PTR)&r) != NULL);
    CK_INT(WaitForSingleObject(event, PATIENCE_MS), WAIT_OBJECT_0);
    received(&r);
    CK(WinAsyncAPPCEx(NULL, (LONG_PTR)&r) == NULL);
}

static void by_port(void)
{
    unsigned id = allocate();
    struct mc_receive_and_wait r = receive_block(id);
    OVERLAPPED mine, *seen = NULL;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
    APPC_IOCP_INFO info = {port, 11, 22, &mine};
    DWORD octets = 0;
    ULONG_PTR key = 0;
    send_text(id);
    CK(WinAsyncAPPCIOCP(&info, (LONG_PTR)&r) != NULL);
    CK(GetQueuedCompletionStatus(port, &octets, &key, &seen, PATIENCE_MS));
    CK(octets == 11 && key == 22 && seen == &mine);
    received(&r);
}

static void by_message(HWND window, UINT number)
{
    unsigned id = allocate();
    struct mc_receive_and_wait r = receive_block(id);
    MSG m;
    send_text(id);
    HANDLE task = WinAsyncAPPC(window, (LONG_PTR)&r);
    CK(task != NULL);
    do
        CK(GetMessage(&m, window, 0, 0) > 0);
    while (m.message != number);
    CK_INT(m.wParam, (WPARAM)task);
    CK_INT(m.lParam, (LPARAM)&r);
    received(&r);
}

/* An event in the block itself, which the caller finds again. */
static void receive_and_post(void)
{
    unsigned id = allocate();
    struct mc_receive_and_post r;
    HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
    send_text(id);
    memset(&r, 0, sizeof r);
    r.opcode = AP_M_RECEIVE_AND_POST;
    r.opext = AP_MAPPED_CONVERSATION;
    memcpy(r.tp_id, tp_id, 8);
    r.conv_id = id;
    r.max_len = sizeof got;
    r.dptr = got;
    r.sema = event;
    APPC(&r);
    CK_INT(r.primary_rc, AP_OK);
    CK_INT((LONG_PTR)r.sema, (LONG_PTR)event);
    CK_INT(WaitForSingleObject(event, PATIENCE_MS), WAIT_OBJECT_0);
    CK(r.dlen == 4 && memcmp(got, "VERB", 4) == 0);
}

/* A page of memory. */
static unsigned char *page(DWORD protection)
{
    unsigned char *p = VirtualAlloc(NULL, 4096, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    DWORD before;
    CK(p != NULL && VirtualProtect(p, 4096, protection, &before));
    return p;
}

/* CALL(block, size, buffer) gives 0, and GetLastError the REASON. */
#define REFUSED(call, reason)                                                                                \
    do {                                                                                                     \
        SetLastError(0);                                                                                     \
        CK_INT(call, 0);                                                                                     \
        CK_INT(GetLastError(), reason);                                                                      \
    } while (0)

enum { INVALID = 0x20000001, TOO_SMALL = 0x20000002 };

static void texts(void)
{
    struct appc_hdr h;
    struct csv_hdr c;
    static unsigned char text[100000];
    unsigned char *readonly = page(PAGE_READONLY), *nothing = page(PAGE_NOACCESS);
    memset(&h, 0, sizeof h);
    memset(&c, 0, sizeof c);
    h.primary_rc = AP_PARAMETER_CHECK;
    int n = GetAppcReturnCode(&h, sizeof text, text);
    CK(n > 0 && n == (int)strlen((char *)text));
    CK_INT(GetAppcReturnCode(&h, (UINT)n + 1, text), n);
    REFUSED(GetAppcReturnCode(&h, (UINT)n, text), TOO_SMALL);
    REFUSED(GetAppcReturnCode(&h, 0, text), TOO_SMALL);
    REFUSED(GetAppcReturnCode(NULL, sizeof text, text), INVALID);
    REFUSED(GetAppcReturnCode((void *)nothing, sizeof text, text), INVALID);
    REFUSED(GetAppcReturnCode(&h, 256, NULL), INVALID);
    REFUSED(GetAppcReturnCode(&h, 256, readonly), INVALID);
    REFUSED(GetAppcReturnCode(&h, 256, nothing), INVALID);
    n = GetCsvReturnCode(&c, sizeof text, text);
    CK(n > 0 && n == (int)strlen((char *)text));
    CK_INT(GetCsvReturnCode(&c, (UINT)n + 1, text), n);
    REFUSED(GetCsvReturnCode(&c, (UINT)n, text), TOO_SMALL);
    REFUSED(GetCsvReturnCode(&c, 0, text), TOO_SMALL);
    REFUSED(GetCsvReturnCode(NULL, sizeof text, text), INVALID);
    REFUSED(GetCsvReturnCode((void *)nothing, sizeof text, text), INVALID);
    REFUSED(GetCsvReturnCode(&c, 256, NULL), INVALID);
    REFUSED(GetCsvReturnCode(&c, 256, readonly), INVALID);
    REFUSED(GetCsvReturnCode(&c, 256, nothing), INVALID);
}

int main(void)
{
    WAPPCDATA about;
    WCSVDATA csv;
    WNDCLASSA class;
    CK_INT(WinAPPCStartup(0x0001, &about), 0);
    CK_INT(WinCSVStartup(0x0001, &csv), 0);
    memset(&class, 0, sizeof class);
    class.lpfnWndProc = DefWindowProcA;
    class.lpszClassName = "verbs";
    CK(RegisterClassA(&class) != 0);
    HWND window = CreateWindowA("verbs", "", 0, 0, 0, 0, 0, HWND_MESSAGE, NULL, NULL, NULL);
    tp_started();
    by_event();
    by_port();
    by_message(window, RegisterWindowMessageA(WIN_APPC_ASYNC_COMPLETE_MESSAGE));
    receive_and_post();
    texts();
    CK(WinAPPCCleanup() && WinCSVCleanup());
    puts("verbs: ok");
    return 0;
}
