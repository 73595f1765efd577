/* tpspec.h - how a person wants a TP to be set up, and the rules of TPSETUP for it.  Layer: rules of
 * TPSETUP (pure).  [SDK; HIS: Registry Entries for Clients]  For tpsetup's command line and its form. */
#ifndef ATTACHMGR_TPSPEC_H
#define ATTACHMGR_TPSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/tptable/tptable.h"
#include "snanode/base/names.h"

/* Which settings are given. */
enum {
    TPSPEC_KIND = 0x01,
    TPSPEC_SERVICE = 0x02,
    TPSPEC_PATH = 0x04,
    TPSPEC_PARAMETERS = 0x08,
    TPSPEC_LU = 0x10,
    TPSPEC_TIMEOUT = 0x20,
    TPSPEC_ACCEPT_NAMES = 0x40,
    TPSPEC_SECURITY = 0x80,
    TPSPEC_VERIFIED = 0x100,
    TPSPEC_ALL = 0x1ff,
    TPSPEC_CICS = 0x200 /* only from another file */
};

struct tpspec_user {
    char name[NAME_USER_MAX + 1];
    char password[NAME_USER_MAX + 1];
    bool remove; /* remove the user; nothing else is set */
};

struct tpspec {
    char name[TP_KEY_MAX + 1];
    unsigned given;
    enum tp_kind kind;
    bool service;
    char *path; /* UTF-8; NULL is "" */
    char *parameters;
    char lu[NAME_ROOM8];
    uint32_t timeout_ms;
    char *accept_names;
    bool security;
    bool already_verified;
    uint32_t cics; /* CicsSupport */
    struct tpspec_user *users;
    size_t n_users;
};

/* Why something is refused: one line that names the object, the cause and what to do. */
#define TPSPEC_WHY_MAX 400
struct tpspec_why {
    char text[TPSPEC_WHY_MAX];
};

void tpspec_refuse(struct tpspec_why *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A queued application without security, with no limit to its wait; nothing is given. */
void tpspec_init(struct tpspec *s);
void tpspec_fini(struct tpspec *s); /* wipes the passwords */

/* Each takes one setting from text that a person wrote.  False with *WHY set; S is then unchanged.  NAME
 * is folded to upper case as TPSETUP does, unless EXACT. */
bool tpspec_name(struct tpspec *s, const char *text, bool exact, struct tpspec_why *why);
bool tpspec_path(struct tpspec *s, const char *text, struct tpspec_why *why);
bool tpspec_parameters(struct tpspec *s, const char *text, struct tpspec_why *why);
bool tpspec_lu(struct tpspec *s, const char *text, struct tpspec_why *why);
bool tpspec_accept_names(struct tpspec *s, const char *text, struct tpspec_why *why);
bool tpspec_timeout(struct tpspec *s, const char *text,
                    struct tpspec_why *why); /* milliseconds, or infinite */

/* As the form has them: seconds, up to five digits; path and parameters in one text, split at the first
 * blank after the first ".exe". */
bool tpspec_timeout_seconds(struct tpspec *s, const char *text, struct tpspec_why *why);
bool tpspec_command_line(struct tpspec *s, const char *text, struct tpspec_why *why);

/* Set a user, whose password replaces an earlier one of the same name; mark a user to be removed. */
bool tpspec_user(struct tpspec *s, const char *name, const char *password, struct tpspec_why *why);
bool tpspec_remove_user(struct tpspec *s, const char *name, struct tpspec_why *why);

/* Do the settings go together?  FRESH: as those of a new TP, else those of a changed one, of which only what
 * is given is judged against the rest. */
bool tpspec_check(const struct tpspec *s, bool fresh, struct tpspec_why *why);

#endif
