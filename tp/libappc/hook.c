/* The blocking hook: what a thread has called while a verb of its waits [HIS: WinAPPCSetBlockingHook]. */
#include "tp/libappc/hook.h"

#include <stddef.h>

#include "tp/conv/blocking.h"
#include "winappc.h"

#ifdef __x86_64__
#define MS_ABI __attribute__((ms_abi))
#else
#define MS_ABI
#endif
typedef int (*MS_ABI ms_hook)(void);

static _Thread_local FARPROC the_hook;    /* at most one of the two is set */
static _Thread_local ms_hook the_ms_hook; /* of a program that was compiled with Wine's headers */
static _Thread_local bool cancelled;      /* the hook has called WinAPPCCancelBlockingCall */

bool hook_is_set(void)
{
    return the_hook || the_ms_hook;
}

static bool hook_call(void)
{
    FARPROC f = the_hook;
    ms_hook m = the_ms_hook;
    bool go_on = f ? f() : m ? m() : TRUE;
    return go_on && !cancelled;
}

bool hook_poll(struct pollfd *p, unsigned n)
{
    static const struct blocking_hook hook = {hook_is_set, hook_call};
    bool go_on = blocking_poll(&hook, p, n);
    cancelled = false;
    return go_on;
}

int WinAPPCIsBlocking(void)
{
    return blocking_is_inside();
}

int WinAPPCCancelBlockingCall(void)
{
    if (!blocking_is_inside())
        return WAPPCINVALID;
    cancelled = true;
    return 0;
}

FARPROC WinAPPCSetBlockingHook(FARPROC lpBlockFunc)
{
    FARPROC was = the_hook ? the_hook : (FARPROC)the_ms_hook;
    the_ms_hook = NULL;
    the_hook = lpBlockFunc;
    return was;
}

/* WinAPPCSetBlockingHook of winappc.h behind Wine's windows.h. */
APPC_API ms_hook WinAPPCSetBlockingHookMs(ms_hook hook);
ms_hook WinAPPCSetBlockingHookMs(ms_hook hook)
{
    ms_hook was = the_ms_hook ? the_ms_hook : (ms_hook)the_hook;
    the_hook = NULL;
    the_ms_hook = hook;
    return was;
}

int WinAPPCUnhookBlockingHook(void)
{
    the_hook = NULL;
    the_ms_hook = NULL;
    return TRUE;
}
