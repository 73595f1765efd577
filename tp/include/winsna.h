/* winsna.h - the types of Windows that wincpic.h and winappc.h need, where there are no Windows headers. */
#ifndef WINSNA_H
#define WINSNA_H

/* If there are Windows headers (Microsoft's, MinGW's, Wine's), their types are used, whichever is included
 * first.  Other headers with substitutes for them, such as sql.h of unixODBC, are compatible with these
 * types. */
#if !defined(BOOL) && !defined(_INC_WINDOWS)
#if defined(_WIN32) || defined(__WINE__)
#include <windows.h>
#elif defined(__has_include)
#if __has_include(<windows.h>)
#include <windows.h>
#endif
#endif
#endif
#if !defined(_WINDEF_) && !defined(_WINDEF_H) && !defined(__WINE_WINDEF_H) && !defined(_INC_WINDOWS)
#ifndef WINAPI
#define WINAPI
#endif
#ifndef PASCAL
#define PASCAL
#endif
#ifndef FAR
#define FAR
#endif
#ifndef VOID
#define VOID void
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif
#ifndef __SQLTYPES_H /* sqltypes.h of unixODBC has them */
typedef unsigned short WORD;
typedef void *HWND;
#endif
#if !defined(BOOL) && !defined(XMD_H) /* Xmd.h of X11 has an octet of that name */
typedef int BOOL;
#endif
typedef void *HANDLE;
typedef int(WINAPI *FARPROC)(void);
#endif

#endif
