/* snacfg_edit.h - a command carried out on the text of a command file.  Layer: configuration (pure).
 * A file in which a command was carried out means the same as the file with the command appended.  This is
 * the tidy form: the commands of that object are changed or removed, and every other line stays octet for
 * octet. */
#ifndef SNA_CONFIG_SNACFG_EDIT_H
#define SNA_CONFIG_SNACFG_EDIT_H

#include "snanode/config/snacfg_lex.h"
#include "snanode/config/snacfg_text.h"

/* Append a command as one line, with the line end that OUT has. */
void snacfg_append(struct snacfg_text *out, const struct snacfg_command *cmd);

/* Append to OUT the N octets at TEXT (in UTF-8, as from snacfg_lex_init()) with CMD carried out.  The
 * caller compares the meaning with what snacfg_append() gives, and takes that where the two differ:
 * alternatives (/lualias for /netname), one name on several servers. */
void snacfg_edit(const char *text, size_t n, const struct snacfg_command *cmd, struct snacfg_text *out);

#endif
