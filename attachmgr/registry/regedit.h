/* regedit.h - a registry file that is changed line by line.  Layer: registry files (pure).
 *
 * Text in, text out: what is not asked to change stays octet for octet, comments and blank lines included,
 * and what is new comes in the encoding (UTF-16LE, UTF-8, ANSI), with the line ends and under the header that
 * the file has.  regfile.h reads such files; this is for the one who writes them. */
#ifndef ATTACHMGR_REGEDIT_H
#define ATTACHMGR_REGEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/registry/regline.h"
#include "attachmgr/registry/regwrite.h"
#include "snanode/base/diag.h"

struct regedit_line {
    enum regline_kind kind;
    bool inside;    /* a comment among the lines of a value */
    char *own;      /* heap: the octets of a line that is new; else NULL, and P is in regedit.text */
    const char *p;  /* without the line end */
    size_t n;       /* octets at P */
    size_t eol;     /* octets of the line end behind them; 0 when new, or the last line and without one */
    size_t comment; /* where a comment behind a whole value begins (octets); N when there is none */
    char *name;     /* path of a key, name of a value; NULL for other kinds */
};

struct regedit {
    char *text; /* the file as it came, with a NUL */
    size_t n;
    size_t mark; /* octets of the byte order mark */
    bool wide;   /* UTF-16LE */
    enum regwrite_form form;
    bool crlf;      /* line ends of new lines */
    bool final_eol; /* the last line has a line end */
    size_t tail;    /* octets that are behind it when it has none (a carriage return) */
    struct regedit_line *lines;
    size_t n_lines, cap_lines;
};

/* Take the N octets at TEXT, the contents of the file called NAME.  A file that has errors is refused: they
 * go to D as regfile_read tells them, and -1 is returned.  E must be given to regedit_fini in any case. */
int regedit_init(struct regedit *e, const char *name, const void *text, size_t n, struct diag *d);

/* An empty Version 5.00 file: as regedit makes it (UTF-16LE, CR LF), or in UTF-8 with LF.  -1: out of
 * memory. */
int regedit_init_new(struct regedit *e, bool utf8);

/* Wipes what it frees: some values are passwords. */
void regedit_fini(struct regedit *e);

/* PATH everywhere: full, with a long root name (HKEY_LOCAL_MACHINE\...); compared without case.
 *
 * The value V of the key at PATH becomes as given: in its old place when it is there, else as the last one of
 * its key; a new key is appended to the file.  When it fails E is unchanged; REGTEXT_BAD: the file, being in
 * ANSI, cannot hold the text of V. */
enum regtext_rc regedit_set(struct regedit *e, const char *path, const struct regwrite_value *v);

/* Take the value called NAME out of the key at PATH, and the key at PATH with all below it out of the file.
 * Lines that delete a key or a value stay: they are meant for other files.   */
void regedit_remove_value(struct regedit *e, const char *path, const char *name);
void regedit_remove_key(struct regedit *e, const char *path);

/* Append the file as it is now.  False when out of memory. */
bool regedit_text(const struct regedit *e, struct regtext *out);

#endif
