/* Every call of the documents, typed from their pages, and every call of the lists that the DLLs are made
 * with can be had by its name, as programs ask that load a DLL themselves; none has an ordinal that the
 * product could have. */
#include <string.h>

#include "ck.h"
#include "exports.h" /* made of the .def files: LISTED(dll, name) for each call */

static const struct {
    const char *dll, *names;
} documented[] = {
    {"wcpic32.dll", /* [HIS: CPI-C Calls] */
     "cmaccp cmallc cmcanc cmcfm cmcfmd cmcnvi cmcnvo cmdeal cmecs cmecsu cmect cmemn cmepln cmesl cmetpn "
     "cmflus cminit cmptr cmrcv cmrts cmscsp cmscst cmscsu cmsct cmsdt cmsed cmsend cmserr cmsf cmsld cmsltp "
     "cmsmn cmspln cmspm cmsptr cmsrc cmsrt cmssl cmsst cmstpn cmtrts cmwait xcecst xchwnd xcmdsi xcmesi "
     "xcmssi"},
    {"wcpic32.dll", /* [HIS: Extensions for the Windows Environment] */
     "WinCPICCleanup WinCPICExtractEvent WinCPICIsBlocking WinCPICSetBlockingHook WinCPICSetEvent "
     "WinCPICStartup WinCPICUnhookBlockingHook"},
    {"wappc32.dll", /* [HIS: APPC Extensions for the Windows Environment], the entry points of the verbs */
     "APPC APPC_C APPC_P GetAppcConfig GetAppcReturnCode WinAPPCCancelAsyncRequest "
     "WinAPPCCancelBlockingCall WinAPPCCleanup WinAPPCIsBlocking WinAPPCSetBlockingHook WinAPPCStartup "
     "WinAPPCUnhookBlockingHook WinAsyncAPPC WinAsyncAPPCEx WinAsyncAPPCIOCP"},
    {"wincsv32.dll", /* [HIS: CSV Extensions for the Windows Environment], the entry points of the verbs */
     "ACSSVC ACSSVC_C ACSSVC_P GetCsvReturnCode WINCSV WinAsyncCSV WinCSVCleanup WinCSVStartup"},
};

static void exported(const char *dll, const char *name)
{
    if (GetProcAddress(LoadLibraryA(dll), name))
        return;
    printf("%s does not export %s\n", dll, name);
    fflush(stdout);
    ExitProcess(1);
}

static int look_for_documented(void)
{
    char names[600];
    int n = 0;
    for (size_t i = 0; i < sizeof documented / sizeof *documented; i++) {
        CK(strlen(documented[i].names) < sizeof names);
        strcpy(names, documented[i].names);
        for (char *name = strtok(names, " "); name; name = strtok(NULL, " "), n++)
            exported(documented[i].dll, name);
    }
    return n;
}

static void look_for_ordinals(const char *dll)
{
    HMODULE m = LoadLibraryA(dll);
    for (INT_PTR i = 1; i <= 2000; i++)
        CK(GetProcAddress(m, (LPCSTR)i) == NULL);
}

int main(void)
{
    int listed = 0;
#define LISTED(dll, name) exported(dll, name), listed++;
    ALL_LISTED
    look_for_ordinals("wcpic32.dll");
    look_for_ordinals("wappc32.dll");
    look_for_ordinals("wincsv32.dll");
    printf("%d calls, %d of them documented, %d bits\n", listed, look_for_documented(),
           8 * (int)sizeof(void *));
    return 0;
}
