/* The blocking hook: what a program has called while a call of its waits [HIS: CPI-C Considerations for
 * Windows]. */
#include "tp/libcpic/hook.h"

#include <stdatomic.h>
#include <stddef.h>

#include "tp/conv/blocking.h"
#include "wincpic.h"

#ifdef __x86_64__
#define MS_ABI __attribute__((ms_abi))
#else
#define MS_ABI
#endif
typedef int (*MS_ABI ms_hook)(void);

static _Atomic(FARPROC) the_hook;    /* at most one of the two is set */
static _Atomic(ms_hook) the_ms_hook; /* of a program that was compiled with Wine's headers */

bool hook_is_set(void)
{
    return atomic_load(&the_hook) || atomic_load(&the_ms_hook);
}

/* What the hook returns; TRUE when somebody has taken it away meanwhile. */
static bool hook_call(void)
{
    FARPROC f = atomic_load(&the_hook);
    ms_hook m = atomic_load(&the_ms_hook);
    return f ? f() : m ? m() : TRUE;
}

bool hook_poll(struct pollfd *p, unsigned n)
{
    static const struct blocking_hook hook = {hook_is_set, hook_call};
    return blocking_poll(&hook, p, n);
}

void hook_clear(void)
{
    atomic_store(&the_hook, NULL);
    atomic_store(&the_ms_hook, NULL);
}

bool hook_is_inside(void)
{
    return blocking_is_inside();
}

int WinCPICIsBlocking(void)
{
    return hook_is_inside();
}

FARPROC WinCPICSetBlockingHook(FARPROC lpBlockFunc)
{
    ms_hook other = atomic_exchange(&the_ms_hook, NULL);
    FARPROC was = atomic_exchange(&the_hook, lpBlockFunc);
    return was ? was : (FARPROC)other;
}

/* WinCPICSetBlockingHook of wincpic.h behind Wine's windows.h. */
CPIC_API ms_hook WinCPICSetBlockingHookMs(ms_hook hook);
ms_hook WinCPICSetBlockingHookMs(ms_hook hook)
{
    FARPROC other = atomic_exchange(&the_hook, NULL);
    ms_hook was = atomic_exchange(&the_ms_hook, hook);
    return was ? was : (ms_hook)other;
}

int WinCPICUnhookBlockingHook(void)
{
    hook_clear();
    return TRUE;
}
