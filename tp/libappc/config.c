/* GetAppcConfig [HIS: GetAppcConfig].  The node is asked before the call returns, so its completion is always
 * there, and never more than one is outstanding. */
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

#include "snanode/local/lp.h"
#include "tp/conv/control.h"
#include "tp/libappc/complete.h"
#include "tp/libappc/field.h"
#include "tp/verbs/memory.h"
#include "winappc.h"

#define STRIDE (NAME_MAX8 + 1)

static atomic_uint requests;

/* A page of partners from number FROM on; false: no answer. */
static bool ask(const char *lu, unsigned from, struct lp_partners_are *out)
{
    struct lp_partners m = {.from = (uint16_t)from};
    uint8_t msg[LP_MAX];
    int fd;
    strcpy(m.lu, lu);
    long n = control_ask(msg, lp_partners_encode(&m, msg, sizeof msg), msg, &fd);
    return n > 0 && lp_partners_are_decode(msg, (size_t)n, out) == 0;
}

static int find(const char *lu, int *total, int room, char *names)
{
    struct lp_partners_are page;
    int n = 0;
    do {
        if (!ask(lu, (unsigned)n, &page))
            return APPC_CFG_ERROR_GENERAL_FAILURE;
        if (page.rc != LP_RC_OK)
            return page.rc == LP_RC_LU_NONE ? APPC_CFG_ERROR_NO_DEFAULT_LOCAL_LU
                                            : APPC_CFG_ERROR_BAD_LOCAL_LU;
        for (unsigned at = 0; at < page.names_n; at += NAME_MAX8, n++)
            if (n < room)
                field_take(names + n * STRIDE, page.names + at, NAME_MAX8);
    } while (n < page.total && page.names_n > 0);
    *total = page.total;
    return page.has_default ? APPC_CFG_SUCCESS_DEFAULT_REMOTE : APPC_CFG_SUCCESS_NO_DEFAULT_REMOTE;
}

/* What is wrong with the call itself; 0 = nothing. */
static int refused(int window, bool has_window, const int *total, int room, char *names, int *code)
{
    if (!library_started())
        return APPC_CFG_ERROR_NO_APPC_INIT;
    if (has_window && code)
        return APPC_CFG_ERROR_UNCLEAR_COMPLETION_MODE;
    if (has_window && fcntl(window, F_GETFD) < 0)
        return APPC_CFG_ERROR_INVALID_HWND;
    if (!has_window && !memory_writable(code, sizeof *code))
        return APPC_CFG_ERROR_BAD_POINTER;
    if (!memory_writable((int *)(uintptr_t)total, sizeof *total) || room < 0 || room > UINT16_MAX)
        return APPC_CFG_ERROR_GENERAL_FAILURE;
    for (int i = 0; i < room; i++)
        if (!memory_writable(names + i * STRIDE, STRIDE))
            return APPC_CFG_ERROR_GENERAL_FAILURE;
    return 0;
}

HANDLE GetAppcConfig(HANDLE hWnd, char *pLocalLu, char *pMode, int *pNumRemLu, int iMaxRemLu, char *pRemLu,
                     int *pAsyncRetCode)
{
    char lu[NAME_ROOM8];
    (void)pMode;
    int bad = refused(WAPPC_FD(hWnd), hWnd != NULL, pNumRemLu, iMaxRemLu, pRemLu, pAsyncRetCode);
    if (!bad && !memory_readable(pLocalLu, 1))
        bad = APPC_CFG_ERROR_GENERAL_FAILURE;
    if (bad)
        return (HANDLE)(intptr_t)bad;
    field_take(lu, (const uint8_t *)pLocalLu, strnlen(pLocalLu, NAME_MAX8));
    int code = find(lu, pNumRemLu, iMaxRemLu, pRemLu);
    uintptr_t handle = (uintptr_t)(atomic_fetch_add(&requests, 1) + 1) << 16 | APPC_CFG_SUCCESS;
    if (pAsyncRetCode)
        *pAsyncRetCode = code;
    const struct completion how = {
        .fd = WAPPC_FD(hWnd), .window = true, .message = WAPPC_CONFIG_COMPLETE, .ticket = handle};
    if (hWnd)
        complete_tell(&how, (void *)(intptr_t)code);
    return (HANDLE)handle;
}

HANDLE WinAsyncAPPCIOCP(APPC_IOCP_INFO *iocp_handle, intptr_t lpVcb)
{
    (void)iocp_handle;
    (void)lpVcb;
    return NULL;
}
