/* tpsetup.h - the parts of the program tpsetup.  It uses attachmgr/, snanode/local and
 * editfile.h. */
#ifndef SNA_TPSETUP_H
#define SNA_TPSETUP_H

#include <stdbool.h>

#include "attachmgr/registry/regedit.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/registry/regtext.h"
#include "attachmgr/setup/tpspec.h"
#include "attachmgr/tptable/tptable.h"
#include "snanode/cli/editfile.h"

enum { TPSETUP_DONE = 0, TPSETUP_REFUSED = 1, TPSETUP_USAGE = 2 };

enum tpsetup_command {
    TPSETUP_ADD = 1,
    TPSETUP_CHANGE = 2,
    TPSETUP_REMOVE = 4,
    TPSETUP_LIST = 8,
    TPSETUP_SHOW = 16,
    TPSETUP_FORM = 32,
    TPSETUP_CONVERT = 64
};

struct tpsetup {
    enum tpsetup_command command;
    const char *file;
    const char *source;          /* of convert: the file whose TPs are written to FILE */
    const struct tp_table *from; /* and the TPs that it sets up */
    struct tpspec spec;
    bool replace, clean;
    bool utf8; /* of a new file */
    bool json;
    bool no_reload;
};

/* ---- tpsetup_args.c ---- */

/* Read the command line into T.  Returns TPSETUP_DONE, else the exit status, after printing the reason.  -h:
 * *HELP. */
int tpsetup_args(struct tpsetup *t, int argc, char **argv, bool *help, bool *version);

/* ---- tpsetup_file.c ---- */

/* Read the file NAME, and lock it against other tools when it is to be changed.  When FRESH, a missing or
 * empty file is no error: then there is no text.  False with *WHY set. */
bool tpsetup_file_read(struct editfile *f, const char *name, bool change, bool fresh, struct tpspec_why *why);

/* Replace the file called NAME by TEXT; a new file is for its owner alone when SECRET.  False with *WHY
 * set. */
bool tpsetup_file_write(const struct editfile *f, const char *name, const struct regtext *text, bool secret,
                        struct tpspec_why *why);

/* ---- tpsetup_apply.c ---- */

/* What add, change and remove print: lines for standard output and for standard error.  NUL-terminated if not
 * empty. */
struct tpsetup_said {
    struct regtext out, err;
};

void tpsetup_say(struct regtext *to, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Carry out T->command on T->file, and tell a running node.  Returns the exit status. */
int tpsetup_apply(const struct tpsetup *t, struct tpsetup_said *said);

/* Whether the TP called NAME is set up in FILE.  FOUND is called with its entry, if the node would accept
 * it, and keeps no pointer into the entry. */
typedef void tpsetup_found(void *arg, const struct tp_entry *entry);
bool tpsetup_find(const char *file, const char *name, tpsetup_found *found, void *arg);

/* ---- tpsetup_convert.c ---- */

/* Read the TPs of FILE (a registry or INI file, according to its name) into TPS, which is empty.  False,
 * with the reasons in SAID, when FILE cannot be used. */
bool tpsetup_table(const char *file, struct tp_table *tps, struct tpsetup_said *said);

/* Append the further NAMES of a TP (NULL for none) to TO, with blanks between them and a NUL at the end.
 * False when out of memory. */
bool tpsetup_add_names(struct regtext *to, char **names);

/* Copy the users of E, with their passwords, into S.  False with *WHY set. */
bool tpsetup_take_users(struct tpspec *s, const struct tp_entry *e, struct tpspec_why *why);

/* Write the TPs and programs of T->from into the registry file E, whose tree is REG.  False with *WHY set. */
bool tpsetup_convert_into(const struct tpsetup *t, struct regedit *e, const struct regfile *reg,
                          struct tpspec_why *why);

/* Whether any of TPS has a user, so that the file holds a password. */
bool tpsetup_has_users(const struct tp_table *tps);

/* Write the TPs of T->source to T->file, all or none, in the form that the name of T->file implies.  Returns
 * the exit status. */
int tpsetup_convert(struct tpsetup *t, struct tpsetup_said *said);

/* ---- tpsetup_show.c ---- */

int tpsetup_list(const struct tpsetup *t);
int tpsetup_show(const struct tpsetup *t);

/* ---- tpsetup_node.c ---- */

/* Have a running node read its configuration again [Q182576]; nothing is printed when no node runs. */
void tpsetup_tell_node(struct tpsetup_said *said);

/* ---- tpsetup_form.c ---- */

/* Run the form on the terminal.  Returns the exit status. */
int tpsetup_form(struct tpsetup *t);

#endif
