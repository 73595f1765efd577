/* regread.h - the state of reading a registry file.  Layer: registry files (pure).  For regfile.c, which
 * splits the file into lines, and for regkey.c and regvalue.c, which take them. */
#ifndef ATTACHMGR_REGREAD_H
#define ATTACHMGR_REGREAD_H

#include "attachmgr/registry/regcursor.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/registry/regtext.h"

/* What a value line would belong to. */
enum place { BEFORE_KEYS, IN_KEY, IN_DELETED_KEY, IN_BAD_KEY };

/* Where the reader of hex octets is; it may be in any of these when a line ends in a backslash. */
enum hex_state { HEX_START, HEX_AFTER_OCTET, HEX_AFTER_COMMA };

struct regread {
    struct regfile *r;
    struct diag *d;
    const char *file;
    unsigned line;
    unsigned errors;
    bool wide;     /* UTF-16LE */
    bool version5; /* hex strings are UTF-16LE, else ANSI */
    bool stop;     /* out of memory, or too many errors */
    enum place place;
    struct reg_key *key;

    struct regtext text; /* the line, when it had to be decoded */
    struct regtext name; /* of the value being read */
    struct regtext str;  /* its text, or its octets */
    uint32_t type;
    unsigned value_line;
    enum hex_state hex;
    bool open;    /* the last line of the value ended in a backslash */
    bool discard; /* the value has an error: skip its other lines */
};

/* An error on LINE; after REGFILE_ERRORS_MAX of them nothing more is read. */
void regread_fail(struct regread *rd, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void regread_nomem(struct regread *rd);

/* ---- regkey.c: a line that begins with a bracket ---- */
void regkey_line(struct regread *rd, struct regcursor *c);

/* ---- regvalue.c: a line that begins with a value's name, and the further lines of that value ---- */
void regvalue_line(struct regread *rd, struct regcursor *c);
/* False when the line does not continue the value and is to be read as a line of its own. */
bool regvalue_more(struct regread *rd, struct regcursor *c);

#endif
