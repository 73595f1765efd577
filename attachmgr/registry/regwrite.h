/* regwrite.h - registry values as a registry file has them.  Layer: registry files (pure).  For regedit.c.
 * Lines are UTF-8 and end in a line feed; regedit.c gives them the encoding and line ends of the file. */
#ifndef ATTACHMGR_REGWRITE_H
#define ATTACHMGR_REGWRITE_H

#include <stdint.h>

#include "attachmgr/registry/regtext.h"

/* A value to be written: REG_DWORD has DWORD; REG_SZ, REG_EXPAND_SZ have TEXT (UTF-8, no control characters),
 * a REG_MULTI_SZ has one string of TEXT; every other type, and any when TEXT is NULL, has DATA. */
struct regwrite_value {
    const char *name;
    uint32_t type;
    uint32_t dword;
    const char *text;
    const uint8_t *data;
    size_t n;
};

/* What the file can hold. */
enum regwrite_form {
    REGWRITE_V5,  /* Version 5.00: any text; octets of text are UTF-16LE */
    REGWRITE_V4,  /* REGEDIT4 in UTF-16, or with text that shows it is UTF-8: any text; octets are ANSI */
    REGWRITE_ANSI /* REGEDIT4 in ANSI */
};

/* Append the lines of V.  REGTEXT_BAD: the file cannot hold its text. */
enum regtext_rc regwrite_value(struct regtext *out, const struct regwrite_value *v, enum regwrite_form form);

#endif
