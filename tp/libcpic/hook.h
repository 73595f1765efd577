/* hook.h - the blocking hook of a program that dispatches messages while a call waits.  Inside the library. */
#ifndef LIBCPIC_HOOK_H
#define LIBCPIC_HOOK_H

#include <stdbool.h>

bool hook_is_set(void);
bool hook_call(void);  /* false: give up dispatching, wait in the kernel */
void hook_enter(void); /* this thread is inside a blocking call now */
void hook_leave(void);
void hook_clear(void);

#endif
