/* inifile.h - the INI form of TPs and programs (WIN.INI, SNA.INI), read into the tree that registry files are
 * read into.  Layer: registry files (pure).  [R11]
 *
 * [SNAServerAutoTPs] has a line TPNAME=SECTION for each TP, and [SECTION] its settings, with Queued in place
 * of SNAServiceType.  They become values of HKLM\SOFTWARE\Microsoft\SnaBase\Parameters\TPs\TPNAME\Parameters,
 * so that a registry file's entry in SYSTEM is the stronger one, as everywhere; a TP that is there already
 * stays as it is.  A section that has APPCLLU or APPCTPN is that of a program: they become values of the keys
 * Client and ClientTP beside TPs.  All with their file and line, so everything behind the tree says where a
 * fault is. */
#ifndef ATTACHMGR_INIFILE_H
#define ATTACHMGR_INIFILE_H

#include "attachmgr/registry/regfile.h"

/* Whether the file called NAME is one: by its extension, .ini in any case. */
bool inifile_is(const char *name);

/* Is KEY a setting that only the INI form has, and so no user in it? */
bool inifile_is_setting(const char *key);

/* Read the N octets at TEXT, which are the contents of the file called NAME, over what R already holds: as
 * UTF-16 with its mark, UTF-8 or ISO 8859-1.  Errors go to D as NAME:line: reason; returns 0, or -1 when
 * there was any.  Nothing more is read after REGFILE_ERRORS_MAX of them. */
int inifile_read(struct regfile *r, const char *name, const void *text, size_t n, struct diag *d);

#endif
