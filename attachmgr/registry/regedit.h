/* regedit.h - changes to a registry file, line by line.  Layer: registry files (pure).
 *
 * Text in, text out: what no call changes stays octet for octet, with comments and blank lines.  New lines
 * have the encoding (UTF-16LE, UTF-8, ANSI), the line ends and the version of the file.  regfile.h reads
 * such files; this is for programs that write them. */
#ifndef ATTACHMGR_REGEDIT_H
#define ATTACHMGR_REGEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "attachmgr/registry/regline.h"
#include "attachmgr/registry/regwrite.h"
#include "snanode/base/diag.h"

struct regedit_line {
    enum regline_kind kind;
    bool inside;    /* a comment among the lines of a value */
    char *own;      /* heap: the octets of a line that is new; else NULL, and P is in regedit.text */
    const char *p;  /* without the line end */
    size_t n;       /* octets at P */
    size_t eol;     /* octets of the line end after them; 0 in a new line, or a last one without line end */
    size_t comment; /* where a comment after a whole value begins (octets); N when there is none */
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
    size_t tail;    /* octets that follow it when it has none (a carriage return) */
    struct regedit_line *lines;
    size_t n_lines, cap_lines;
};

/* Take the N octets at TEXT, the contents of the file called NAME.  A file with errors is refused: the
 * errors go to D, as from regfile_read, and -1 is returned.  The caller passes E to regedit_fini in any
 * case. */
int regedit_init(struct regedit *e, const char *name, const void *text, size_t n, struct diag *d);

/* An empty Version 5.00 file: as regedit makes it (UTF-16LE, CR LF), or in UTF-8 with LF.  -1: out of
 * memory. */
int regedit_init_new(struct regedit *e, bool utf8);

/* Wipes what it frees: some values are passwords. */
void regedit_fini(struct regedit *e);

/* Every PATH is full, with a long root name (HKEY_LOCAL_MACHINE\...), and compared without case.
 *
 * Set the value V of the key at PATH: in its old place when it is there, else as the last value of the
 * key; a new key is appended to the file.  On failure E is unchanged.  REGTEXT_BAD: the file is in ANSI
 * and cannot hold the text of V. */
enum regtext_rc regedit_set(struct regedit *e, const char *path, const struct regwrite_value *v);

/* Remove the value called NAME from the key at PATH; remove the key at PATH, with all below it, from the
 * file.  Lines that delete a key or a value stay: they are meant for other files. */
void regedit_remove_value(struct regedit *e, const char *path, const char *name);
void regedit_remove_key(struct regedit *e, const char *path);

/* Append the file as it is now.  False when out of memory. */
bool regedit_text(const struct regedit *e, struct regtext *out);

#endif
