/* bridge.h - what a DLL for Wine needs besides forwarding: events and windows of Wine in place of the
 * descriptors that the libraries know.  Each DLL has a bridge of its own: a thread of Wine, because no other
 * thread may call Wine. */
#ifndef WINE_BRIDGE_H
#define WINE_BRIDGE_H

#include <windows.h>

#define BRIDGE_NOTHING 0x7FFFFFFF /* a descriptor that no library accepts */

/* The descriptor to give a library for EVENT: its eventfd, which the bridge watches, and for each time that
 * it is signalled SetEvent follows.  It stays as long as the process, because a handle's number is used
 * again. BRIDGE_NOTHING when EVENT is no handle, or nothing is left. */
int bridge_event(HANDLE event);
HANDLE bridge_event_of(int fd); /* the other way; NULL: none */

/* The descriptor for WINDOW: the messages that a library writes there are posted to it.  BRIDGE_NOTHING: no
 * window. */
int bridge_window(HWND window);

/* A descriptor for one completion at PORT: PostQueuedCompletionStatus with these values follows. */
int bridge_port(HANDLE port, DWORD octets, ULONG_PTR key, void *overlapped);
void bridge_port_unused(int fd); /* nothing was issued */

/* A message as the library of this DLL writes it, N octets: its number and values for a window; the function
 * is each DLL's own.  NAMES: the names that programs register for it, at most two. */
struct bridge_message {
    const char *names[2];
    WPARAM wParam;
    LPARAM lParam;
};
void dll_decode(const void *octets, struct bridge_message *out);

/* The program has perhaps set APPCTPN and APPCLLU by a call of Windows: the library looks elsewhere. */
void bridge_environment(void);

/* A return code could not be made a text of: GetLastError says whether the block of the verb or BUFFER cannot
 * be used, or BUFFER is too small [HIS: GetAppcReturnCode] [HIS: GetCsvReturnCode]. */
void bridge_text_failed(const void *vcb, void *buffer, UINT size);

#endif
