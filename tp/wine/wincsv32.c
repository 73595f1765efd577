/* wincsv32.dll for Wine: the Common Service Verbs with the calling convention of Windows, forwarded to
 * libcsv. */
#include "wincsv.h"

#include "tp/wine/bridge.h"

void dll_decode(const void *octets, struct bridge_message *out)
{
    const WCSVMESSAGE *m = octets;
    out->names[0] = WIN_CSV_ASYNC_COMPLETE_MESSAGE;
    out->wParam = m->wParam;
    out->lParam = m->lParam;
}

void WINAPI dll_ACSSVC(void *vcb);
void WINAPI dll_ACSSVC(void *vcb)
{
    (ACSSVC)(vcb);
}

void WINAPI dll_ACSSVC_C(void *vcb);
void WINAPI dll_ACSSVC_C(void *vcb)
{
    (ACSSVC)(vcb);
}

void WINAPI dll_ACSSVC_P(void *vcb);
void WINAPI dll_ACSSVC_P(void *vcb)
{
    (ACSSVC)(vcb);
}

void WINAPI dll_WINCSV(void *vcb);
void WINAPI dll_WINCSV(void *vcb)
{
    (WINCSV)(vcb);
}

int WINAPI dll_WinCSVStartup(WORD version, LPWCSVDATA data);
int WINAPI dll_WinCSVStartup(WORD version, LPWCSVDATA data)
{
    return WinCSVStartup(version, data);
}

int WINAPI dll_WinCSVCleanup(void);
int WINAPI dll_WinCSVCleanup(void)
{
    return WinCSVCleanup();
}

HANDLE WINAPI dll_WinAsyncCSV(HWND window, intptr_t vcb);
HANDLE WINAPI dll_WinAsyncCSV(HWND window, intptr_t vcb)
{
    return window ? WinAsyncCSV(WCSV_HWND(bridge_window(window)), vcb) : NULL;
}

int WINAPI dll_GetCsvReturnCode(struct csv_hdr *vcb, UINT size, unsigned char *text);
int WINAPI dll_GetCsvReturnCode(struct csv_hdr *vcb, UINT size, unsigned char *text)
{
    int n = GetCsvReturnCode(vcb, size, text);
    if (n == 0)
        bridge_text_failed(vcb, text, size);
    return n;
}
