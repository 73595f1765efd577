/* editfile.h - a configuration file that a tool changes: read under a lock, replaced whole with rename.
 * Layer: tools.  Two tools that change one file take turns, and a node that reads it finds either the old or
 * the new one. Such a file may hold passwords, so every buffer here is wiped. */
#ifndef SNA_CLI_EDITFILE_H
#define SNA_CLI_EDITFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct editfile {
    char *path; /* without symbolic links */
    char *text; /* the octets, with a NUL after them; NULL: there is no such file */
    size_t n;
    mode_t mode;
    int fd; /* the file as it was read, which holds the lock; -1: there was none */
};

/* Read the file NAME, which may be missing.  CHANGE: wait for the lock, and keep it until editfile_fini().
 * NULL, or what went wrong, with errno. */
const char *editfile_read(struct editfile *f, const char *name, bool change);

/* Replace the file by the N octets at TEXT, as a whole or not at all, keeping mode and owner.  A new file
 * has the usual mode, or is for its owner alone when SECRET.  NULL, or what went wrong, with errno. */
const char *editfile_write(const struct editfile *f, const char *text, size_t n, bool secret);

void editfile_fini(struct editfile *f);

#endif
