/* regfile.h - exported registry files (.reg) read into a tree of keys and values.
 * Layer: registry files (pure).
 *
 * Both "Windows Registry Editor Version 5.00" (UTF-16LE with BOM as regedit writes it, or UTF-8) and REGEDIT4
 * (ANSI read as UTF-8, else ISO 8859-1).  dword, string, hex(1), hex(2), hex(7), hex(4), hex(b), plain hex;
 * continuation lines; deletion of keys ([-KEY]) and values ("name"=-); ; comments; \\ and \" escapes.
 *
 * Several files read into one tree are laid over one another in order, as regedit imports them. */
#ifndef ATTACHMGR_REGFILE_H
#define ATTACHMGR_REGFILE_H

#include <stddef.h>
#include <stdint.h>

#include "snanode/base/diag.h"

enum reg_type {
    REG_NONE = 0,
    REG_SZ = 1,
    REG_EXPAND_SZ = 2,
    REG_BINARY = 3,
    REG_DWORD = 4,
    REG_MULTI_SZ = 7,
    REG_QWORD = 11
};

/* An entry of a hash index: what is found by name without case. */
struct reg_node {
    struct reg_node *chain;
    uint32_t hash;
    char *name;
};

struct reg_index {
    struct reg_node **slots;
    size_t n_slots; /* 0 or a power of two */
    size_t n;
};

struct reg_value {
    struct reg_node node; /* must be first; node.name is NAME */
    struct reg_value *next, **link;
    char *name;     /* UTF-8; "" = the default value */
    uint32_t type;  /* enum reg_type, or whatever number hex(N) gave */
    char *text;     /* SZ, EXPAND_SZ: UTF-8, NUL-terminated.  MULTI_SZ: strings one after another, each
                       NUL-terminated, then an empty one.  Else NULL, also when the octets of hex(1), hex(2) or
                       hex(7) are not text (an odd number for UTF-16, say) */
    size_t text_n;  /* octets in TEXT without the NULs that end it; more than strlen: a NUL inside */
    uint8_t *data;  /* raw octets as imported with hex (strings: UTF-16LE or ANSI); NULL for "text", dword: */
    size_t n;       /* octets in DATA */
    uint32_t dword; /* REG_DWORD; from hex(4) only when that has the right four octets (N is 4) */
    const char *file; /* where it was set; owned by the regfile */
    unsigned line;
};

struct reg_key {
    struct reg_node node; /* must be first; node.name is PATH */
    struct reg_key *next, **link;
    char *path;               /* full path as written first, UTF-8, e.g. HKEY_LOCAL_MACHINE\SYSTEM\... */
    struct reg_value *values; /* in order of first appearance */
    struct reg_value **tail;
    struct reg_index index;
    unsigned stamp; /* how many deletions came before it (regtree.c) */
    const char *file;
    unsigned line;
};

struct regfile {
    struct reg_key *keys; /* in order of first appearance */
    struct reg_key **tail;
    struct reg_index index;
    struct reg_index deleted; /* [-KEY] lines of the file being read */
    unsigned stamp;
    char **files;
    size_t n_files;
};

/* After this many errors in one file the rest of it is not read, and a last line says so. */
#define REGFILE_ERRORS_MAX 100

/* R must not move between these calls.  All values are wiped before they are freed: some are passwords. */
void regfile_init(struct regfile *r);
void regfile_fini(struct regfile *r);

/* Read the N octets at TEXT, the contents of the file called NAME, over what R already holds.  All errors
 * go to D as NAME:line: reason; returns 0, or -1 when there are any. */
int regfile_read(struct regfile *r, const char *name, const void *text, size_t n, struct diag *d);

/* Key by full path (HKLM\... will do), value by name; both compared without case.  NULL when absent. */
struct reg_key *regfile_key(const struct regfile *r, const char *path);
struct reg_value *reg_value(const struct reg_key *k, const char *name);

#endif
