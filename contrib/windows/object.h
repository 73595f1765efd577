/* object.h - what the files of this folder share: the objects behind handles. */
#ifndef WINDOWS_OBJECT_H
#define WINDOWS_OBJECT_H

#include <windows.h>

enum object_kind { OBJECT_NONE, OBJECT_EVENT_AUTO, OBJECT_EVENT_MANUAL, OBJECT_THREAD };

#define HANDLE_OF(fd) ((HANDLE)(intptr_t)(fd))
#define FD_OF(handle) ((int)(intptr_t)(handle))

/* A new handle of KIND: an eventfd.  NULL with GetLastError. */
HANDLE object_new(enum object_kind kind, BOOL signalled);
enum object_kind object_kind_of(HANDLE handle); /* OBJECT_NONE: no handle of ours */
/* The thread of HANDLE has ended with CODE: signal it, or, when the program has closed it, let go of it. */
void object_thread_ended(HANDLE handle, DWORD code);

/* Wait until one of N handles, or one of N_MORE further descriptors of poll, is ready.  As
 * WaitForMultipleObjects; WAIT_OBJECT_0 + N: one of the descriptors. */
DWORD object_wait(DWORD n, const HANDLE *handles, BOOL all, const int *more, DWORD n_more, DWORD ms);

#endif
