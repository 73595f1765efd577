/* winsna.h - what wincpic.h, winappc.h and wincsv.h share: the types of Windows that they need, where there
 * are no Windows headers, and constants as verb control blocks have them. */
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

/* Constants as the fields of verb control blocks have them: big-endian in memory. */
#if defined(NON_INTEL_BYTE_ORDER) || (defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
#define APPC_FLIPI(x) ((unsigned short)(x))
#define APPC_FLIPL(x) ((unsigned int)(x))
#else
#define APPC_FLIPI(x) ((unsigned short)(((x) >> 8 & 0xFF) | ((x)&0xFF) << 8))
#define APPC_FLIPL(x)                                                                                        \
    ((unsigned int)(((x) >> 24 & 0xFFu) | ((x) >> 8 & 0xFF00u) | ((x)&0xFF00u) << 8 | ((x)&0xFFu) << 24))
#endif

#endif
