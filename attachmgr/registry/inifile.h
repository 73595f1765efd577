/* inifile.h - the INI form of TPs and programs (WIN.INI, SNA.INI), read into the tree that registry files are
 * read into.  Layer: registry files (pure).  [R11]
 *
 * [SNAServerAutoTPs] has a line TPNAME=SECTION for each TP, and [SECTION] its settings, with Queued in
 * place of SNAServiceType.  The settings become values of
 * HKLM\SOFTWARE\Microsoft\SnaBase\Parameters\TPs\TPNAME\Parameters, so an entry in SYSTEM of a registry
 * file wins, as everywhere; a TP that is there already stays as it is.  A section that has APPCLLU or
 * APPCTPN is that of a program: these become values of the keys Client and ClientTP beside TPs.  All
 * values keep their file and line, so later messages can say where a fault is. */
#ifndef ATTACHMGR_INIFILE_H
#define ATTACHMGR_INIFILE_H

#include <stdbool.h>

#include "attachmgr/registry/regfile.h"

/* Is the file called NAME an INI file?  Its extension tells: .ini in any case. */
bool inifile_is(const char *name);

/* Is KEY a setting that only the INI form has?  Then it cannot be a user there. */
bool inifile_is_setting(const char *key);

/* Read the N octets at TEXT, the contents of the file called NAME, over what R already holds.  They are
 * UTF-16 with a byte order mark, UTF-8 or ISO 8859-1.  Errors go to D as NAME:line: reason; returns 0, or
 * -1 when there are any.  After REGFILE_ERRORS_MAX errors the rest is not read. */
int inifile_read(struct regfile *r, const char *name, const void *text, size_t n, struct diag *d);

#endif
