/* windows.h - the part of the Windows API that programs of CPI-C, APPC and CSV use around their calls, for
 * programs that are compiled for Linux instead.  Compile the C files of this folder with the program, put
 * the folder first in its include path, and link with -lcpic (or -lappc, -lcsv) and -pthread.
 *
 *   A  types, macros      B  errors, time, environment    C  events, threads, waits, critical sections
 *   D  windows, messages  E  services                     F  the registry
 *
 * Each call does what Windows documents for it; its comment says what is less.  A call that is not here is
 * not there: the compiler says so.  Texts are octets: the calls without A at the end are those with A.
 * docs/windows-source.md goes through a program. */
#ifndef _WINDEF_ /* the guard by which winsna.h knows that the types are there */
#define _WINDEF_
#define _WINDOWS_

#include <stdarg.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- A. Types ------------------------------------------------------------------------------------------ */

#define FAR
#define PASCAL
#define WINAPI
#define APIENTRY
#define CALLBACK
#define CONST    const
#define VOID     void
#define TRUE     1
#define FALSE    0
#define MAX_PATH 260

typedef int BOOL, INT;
typedef char CHAR, TCHAR;
typedef unsigned char BYTE, UCHAR;
typedef short SHORT;
typedef unsigned short WORD, USHORT, ATOM;
typedef int32_t LONG; /* 32 bits, as in Windows; a C `long` has 64 here */
typedef uint32_t DWORD, ULONG;
typedef unsigned int UINT;
typedef intptr_t INT_PTR, LONG_PTR, LPARAM, LRESULT;
typedef uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, WPARAM;
typedef size_t SIZE_T;
typedef void *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef char *LPSTR, *PSTR, *LPTSTR;
typedef const char *LPCSTR, *PCSTR, *LPCTSTR;
typedef BYTE *LPBYTE, *PBYTE;
typedef WORD *LPWORD, *PWORD;
typedef DWORD *LPDWORD, *PDWORD;
typedef LONG *LPLONG, *PLONG;
typedef BOOL *LPBOOL, *PBOOL;
typedef UINT *PUINT;

typedef void *HANDLE; /* an event or a thread: the number of an eventfd, as libcpic wants it */
typedef HANDLE *LPHANDLE, *PHANDLE;
typedef void *HWND; /* a window: the descriptor to which libcpic writes its messages */
typedef void *HINSTANCE, *HMODULE, *HICON, *HCURSOR, *HBRUSH, *HMENU;
typedef int(WINAPI *FARPROC)(void);
/* A program may begin here instead of in main; LINE has the arguments. */
int WINAPI WinMain(HINSTANCE self, HINSTANCE before, LPSTR line, int show);
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)

#define TEXT(s)                   s
#define _T(s)                     s
#define MAKEWORD(low, high)       ((WORD)((BYTE)(low) | (WORD)(BYTE)(high) << 8))
#define MAKELONG(low, high)       ((LONG)((WORD)(low) | (DWORD)(WORD)(high) << 16))
#define LOWORD(l)                 ((WORD)((DWORD_PTR)(l)&0xFFFF))
#define HIWORD(l)                 ((WORD)((DWORD_PTR)(l) >> 16 & 0xFFFF))
#define LOBYTE(w)                 ((BYTE)((w)&0xFF))
#define HIBYTE(w)                 ((BYTE)((w) >> 8 & 0xFF))
#define ZeroMemory(p, n)          memset((p), 0, (n))
#define FillMemory(p, n, c)       memset((p), (c), (n))
#define CopyMemory(to, p, n)      memcpy((to), (p), (n))
#define MoveMemory(to, p, n)      memmove((to), (p), (n))
#define lstrlen(s)                ((int)strlen(s))
#define lstrcpy(to, s)            strcpy((to), (s))
#define lstrcat(to, s)            strcat((to), (s))
#define lstrcmp(a, b)             strcmp((a), (b))
#define lstrcmpi(a, b)            strcasecmp((a), (b))
#define wsprintf                  sprintf
#define UNREFERENCED_PARAMETER(x) ((void)(x))

/* ---- B. Errors, time, environment ---------------------------------------------------------------------- */

#define NO_ERROR                     0
#define ERROR_SUCCESS                0
#define ERROR_FILE_NOT_FOUND         2
#define ERROR_ACCESS_DENIED          5
#define ERROR_INVALID_HANDLE         6
#define ERROR_NOT_ENOUGH_MEMORY      8
#define ERROR_INVALID_PARAMETER      87
#define ERROR_CALL_NOT_IMPLEMENTED   120
#define ERROR_ENVVAR_NOT_FOUND       203
#define ERROR_MORE_DATA              234
#define ERROR_NO_MORE_ITEMS          259
#define ERROR_SERVICE_SPECIFIC_ERROR 1066
#define ERROR_INVALID_WINDOW_HANDLE  1400
#define ERROR_CANNOT_FIND_WND_CLASS  1407
#define ERROR_CLASS_ALREADY_EXISTS   1410
#define ERROR_NOT_ENOUGH_QUOTA       1816

DWORD GetLastError(void); /* of this thread */
void SetLastError(DWORD error);
void Sleep(DWORD ms);     /* INFINITE: for ever */
DWORD GetTickCount(void); /* milliseconds since the machine has started */
uint64_t GetTickCount64(void);
DWORD GetCurrentProcessId(void);
DWORD GetCurrentThreadId(void);
void ExitProcess(UINT status) __attribute__((noreturn));
void OutputDebugString(LPCSTR text); /* on stderr */
/* Octets without the NUL; CAP too small: octets with it; 0: there is no such variable. */
DWORD GetEnvironmentVariable(LPCSTR name, LPSTR value, DWORD cap);
BOOL SetEnvironmentVariable(LPCSTR name, LPCSTR value); /* VALUE NULL removes it */

/* The names of the DLLs (wcpic32, wappc32, wincsv32, in any case) become those of the libraries. */
HMODULE LoadLibrary(LPCSTR name);
FARPROC GetProcAddress(HMODULE module, LPCSTR name);
BOOL FreeLibrary(HMODULE module);

/* ---- C. Events, threads, waits, critical sections ------------------------------------------------------ */

#define INFINITE             0xFFFFFFFFu
#define WAIT_OBJECT_0        0u
#define WAIT_TIMEOUT         258u
#define WAIT_FAILED          0xFFFFFFFFu
#define MAXIMUM_WAIT_OBJECTS 64
#define STILL_ACTIVE         259u

typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;
typedef DWORD(WINAPI *LPTHREAD_START_ROUTINE)(LPVOID argument);

/* NAME must be NULL: events are not shared with other processes.  The handle is an eventfd, so it can be
 * given to WinCPICSetEvent and WinAsyncAPPCEx. */
HANDLE CreateEvent(LPSECURITY_ATTRIBUTES unused, BOOL manual_reset, BOOL signalled, LPCSTR name);
BOOL SetEvent(HANDLE event);
BOOL ResetEvent(HANDLE event);
/* FLAGS must be 0.  The handle is signalled when the thread has ended. */
HANDLE CreateThread(LPSECURITY_ATTRIBUTES unused, SIZE_T stack, LPTHREAD_START_ROUTINE f, LPVOID argument,
                    DWORD flags, LPDWORD id);
uintptr_t _beginthreadex(void *unused, unsigned stack, unsigned (*f)(void *), void *argument, unsigned flags,
                         unsigned *id);
uintptr_t _beginthread(void (*f)(void *), unsigned stack, void *argument); /* its handle closes itself */
void ExitThread(DWORD code) __attribute__((noreturn));
#define _endthreadex(code) ExitThread(code)
#define _endthread()       ExitThread(0)
BOOL GetExitCodeThread(HANDLE thread, LPDWORD code);
BOOL CloseHandle(HANDLE handle); /* an event or a thread; a thread goes on */
DWORD WaitForSingleObject(HANDLE handle, DWORD ms);
/* N handles, 1 to MAXIMUM_WAIT_OBJECTS.  With ALL an event without manual reset is taken when all are
 * signalled. */
DWORD WaitForMultipleObjects(DWORD n, const HANDLE *handles, BOOL all, DWORD ms);

typedef struct _CRITICAL_SECTION {
    pthread_mutex_t mutex;
} CRITICAL_SECTION, *LPCRITICAL_SECTION, *PCRITICAL_SECTION;
void InitializeCriticalSection(LPCRITICAL_SECTION section); /* a thread may enter it again */
#define EnterCriticalSection(section)    ((void)pthread_mutex_lock(&(section)->mutex))
#define TryEnterCriticalSection(section) (pthread_mutex_trylock(&(section)->mutex) == 0)
#define LeaveCriticalSection(section)    ((void)pthread_mutex_unlock(&(section)->mutex))
#define DeleteCriticalSection(section)   ((void)pthread_mutex_destroy(&(section)->mutex))
#define InterlockedIncrement(p)          __atomic_add_fetch((p), 1, __ATOMIC_SEQ_CST)
#define InterlockedDecrement(p)          __atomic_sub_fetch((p), 1, __ATOMIC_SEQ_CST)
#define InterlockedExchange(p, v)        __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define InterlockedExchangeAdd(p, v)     __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST)

/* ---- D. Windows and messages --------------------------------------------------------------------------- */

/* A window is a pipe of messages that nobody sees: what a program needs whose calls complete by messages.  It
 * belongs to the thread that has created it. */
#define WM_CREATE           0x0001
#define WM_DESTROY          0x0002
#define WM_CLOSE            0x0010
#define WM_QUIT             0x0012
#define WM_TIMER            0x0113
#define WM_COMMAND          0x0111
#define WM_USER             0x0400
#define WM_APP              0x8000
#define PM_NOREMOVE         0
#define PM_REMOVE           1
#define CW_USEDEFAULT       ((int)0x80000000)
#define WS_OVERLAPPEDWINDOW 0
#define WS_OVERLAPPED       0
#define WS_POPUP            0
#define SW_HIDE             0
#define SW_SHOW             5
#define HWND_MESSAGE        ((HWND)(intptr_t)-3)
#define GWLP_USERDATA       (-21)
#define QS_ALLINPUT         0x04FF
#define QS_ALLEVENTS        0x04BF
#define QS_POSTMESSAGE      0x0008

typedef LRESULT(CALLBACK *WNDPROC)(HWND window, UINT message, WPARAM wParam, LPARAM lParam);
typedef struct tagWNDCLASSA {
    UINT style;
    WNDPROC lpfnWndProc;
    int cbClsExtra, cbWndExtra;
    HINSTANCE hInstance;
    HICON hIcon;
    HCURSOR hCursor;
    HBRUSH hbrBackground;
    LPCSTR lpszMenuName, lpszClassName;
} WNDCLASS, *LPWNDCLASS;
typedef struct tagPOINT {
    LONG x, y;
} POINT;
typedef struct tagMSG {
    HWND hwnd;
    UINT message;
    WPARAM wParam;
    LPARAM lParam;
    DWORD time;
    POINT pt;
} MSG, *LPMSG, *PMSG;

ATOM RegisterClass(const WNDCLASS *c);
/* WM_CREATE comes to the window procedure; lParam is 0 there. */
HWND CreateWindow(LPCSTR class_name, LPCSTR title, DWORD style, int x, int y, int width, int height,
                  HWND parent, HMENU menu, HINSTANCE instance, LPVOID param);
#define CreateWindowEx(ex, c, t, style, x, y, w, h, parent, menu, instance, param)                           \
    CreateWindow((c), (t), (style), (x), (y), (w), (h), (parent), (menu), (instance), (param))
BOOL ShowWindow(HWND window, int how); /* shows nothing */
BOOL UpdateWindow(HWND window);        /* draws nothing */
BOOL DestroyWindow(HWND window);
BOOL IsWindow(HWND window);
/* The names that libcpic, libappc and libcsv complete with have their own numbers, whichever spelling the
 * program uses; another name has one of this process. */
UINT RegisterWindowMessage(LPCSTR name);
BOOL PostMessage(HWND window, UINT message, WPARAM wParam, LPARAM lParam);
LRESULT SendMessage(HWND window, UINT message, WPARAM wParam,
                    LPARAM lParam); /* calls the procedure at once */
/* The next message of a window of this thread; WINDOW NULL: of any of them.  FALSE for WM_QUIT.  MIN and MAX
 * must be 0. */
BOOL GetMessage(LPMSG m, HWND window, UINT min, UINT max);
BOOL PeekMessage(LPMSG m, HWND window, UINT min, UINT max, UINT remove); /* FALSE: there is none */
BOOL TranslateMessage(const MSG *m);                                     /* there are no keys */
LRESULT DispatchMessage(const MSG *m);
LRESULT DefWindowProc(HWND window, UINT message, WPARAM wParam, LPARAM lParam); /* WM_CLOSE destroys it */
void PostQuitMessage(int status);
LONG_PTR SetWindowLongPtr(HWND window, int index, LONG_PTR value); /* GWLP_USERDATA */
LONG_PTR GetWindowLongPtr(HWND window, int index);
/* As WaitForMultipleObjects, without ALL; WAIT_OBJECT_0 + N: a window of this thread has a message. */
DWORD MsgWaitForMultipleObjects(DWORD n, const HANDLE *handles, BOOL all, DWORD ms, DWORD mask);

/* ---- E. Services --------------------------------------------------------------------------------------- */

/* The node starts the program, and SIGTERM is SERVICE_CONTROL_STOP.  Installing and starting services is
 * tpsetup's. */
#define SERVICE_WIN32_OWN_PROCESS   0x10
#define SERVICE_STOPPED             1
#define SERVICE_START_PENDING       2
#define SERVICE_STOP_PENDING        3
#define SERVICE_RUNNING             4
#define SERVICE_ACCEPT_STOP         1
#define SERVICE_ACCEPT_SHUTDOWN     4
#define SERVICE_CONTROL_STOP        1
#define SERVICE_CONTROL_INTERROGATE 4
#define SERVICE_CONTROL_SHUTDOWN    5

typedef void *SERVICE_STATUS_HANDLE;
typedef struct _SERVICE_STATUS {
    DWORD dwServiceType, dwCurrentState, dwControlsAccepted, dwWin32ExitCode, dwServiceSpecificExitCode,
        dwCheckPoint, dwWaitHint;
} SERVICE_STATUS, *LPSERVICE_STATUS;
typedef void(WINAPI *LPSERVICE_MAIN_FUNCTION)(DWORD argc, LPSTR *argv);
typedef struct _SERVICE_TABLE_ENTRY {
    LPSTR lpServiceName;
    LPSERVICE_MAIN_FUNCTION lpServiceProc;
} SERVICE_TABLE_ENTRY, *LPSERVICE_TABLE_ENTRY;
typedef void(WINAPI *LPHANDLER_FUNCTION)(DWORD control);
typedef DWORD(WINAPI *LPHANDLER_FUNCTION_EX)(DWORD control, DWORD type, LPVOID data, LPVOID context);

/* Runs the first service of TABLE in a thread of its own, and calls its handler in this one.  Returns when
 * the service says SERVICE_STOPPED.  A service that runs without accepting SERVICE_CONTROL_STOP is ended by
 * SIGTERM. */
BOOL StartServiceCtrlDispatcher(const SERVICE_TABLE_ENTRY *table);
SERVICE_STATUS_HANDLE RegisterServiceCtrlHandler(LPCSTR name, LPHANDLER_FUNCTION handler);
SERVICE_STATUS_HANDLE RegisterServiceCtrlHandlerEx(LPCSTR name, LPHANDLER_FUNCTION_EX handler,
                                                   LPVOID context);
BOOL SetServiceStatus(SERVICE_STATUS_HANDLE service, LPSERVICE_STATUS status);

/* ---- F. The registry ----------------------------------------------------------------------------------- */

/* Reads the registry exports of the node that has started the program: SNANODE_REGISTRY has their paths, one
 * after the other with colons.  They can only be read. */
typedef struct registry_key *HKEY;
typedef HKEY *PHKEY;
typedef LONG LSTATUS;
typedef DWORD REGSAM;
#define HKEY_LOCAL_MACHINE ((HKEY)(uintptr_t)0x80000002u)
#define REG_NONE           0
#define REG_SZ             1
#define REG_EXPAND_SZ      2
#define REG_BINARY         3
#define REG_DWORD          4
#define REG_MULTI_SZ       7
#define KEY_QUERY_VALUE    1
#define KEY_READ           0x20019

/* KEY is HKEY_LOCAL_MACHINE or an open key.  ERROR_FILE_NOT_FOUND, ERROR_ACCESS_DENIED (no file can be
 * read). */
LSTATUS RegOpenKeyEx(HKEY key, LPCSTR path, DWORD zero, REGSAM access, PHKEY out);
#define RegOpenKey(key, path, out) RegOpenKeyEx((key), (path), 0, KEY_READ, (out))
/* NAME NULL or "": the default value.  *SIZE: octets of VALUE, then those of the value with its NUL; VALUE
 * NULL asks for the size.  ERROR_MORE_DATA: there is no room. */
LSTATUS RegQueryValueEx(HKEY key, LPCSTR name, LPDWORD zero, LPDWORD type, LPBYTE value, LPDWORD size);
/* Value number INDEX; *NAME_SIZE: octets of NAME, then the length of the name.  ERROR_NO_MORE_ITEMS. */
LSTATUS RegEnumValue(HKEY key, DWORD index, LPSTR name, LPDWORD name_size, LPDWORD zero, LPDWORD type,
                     LPBYTE value, LPDWORD size);
LSTATUS RegCloseKey(HKEY key);

/* ---- the names with A ---------------------------------------------------------------------------------- */

#define CreateEventA                  CreateEvent
#define GetEnvironmentVariableA       GetEnvironmentVariable
#define SetEnvironmentVariableA       SetEnvironmentVariable
#define LoadLibraryA                  LoadLibrary
#define OutputDebugStringA            OutputDebugString
#define RegisterClassA                RegisterClass
#define WNDCLASSA                     WNDCLASS
#define CreateWindowA                 CreateWindow
#define CreateWindowExA               CreateWindowEx
#define RegisterWindowMessageA        RegisterWindowMessage
#define PostMessageA                  PostMessage
#define SendMessageA                  SendMessage
#define GetMessageA                   GetMessage
#define PeekMessageA                  PeekMessage
#define DispatchMessageA              DispatchMessage
#define DefWindowProcA                DefWindowProc
#define SERVICE_TABLE_ENTRYA          SERVICE_TABLE_ENTRY
#define StartServiceCtrlDispatcherA   StartServiceCtrlDispatcher
#define RegisterServiceCtrlHandlerA   RegisterServiceCtrlHandler
#define RegisterServiceCtrlHandlerExA RegisterServiceCtrlHandlerEx
#define RegOpenKeyExA                 RegOpenKeyEx
#define RegQueryValueExA              RegQueryValueEx
#define RegEnumValueA                 RegEnumValue

#ifdef __cplusplus
}
#endif

#endif
