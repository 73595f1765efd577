/* version.h - versions as WinAPPCStartup and WinCSVStartup have them: low octet major, high octet minor.
 * Inside the libraries only. */
#ifndef VERBS_VERSION_H
#define VERBS_VERSION_H

#define VERSION_1_0 0x0001

/* V as a number that grows with the version. */
static inline unsigned version_order(unsigned short v)
{
    return (unsigned)(v & 0xFF) << 8 | v >> 8;
}

#endif
