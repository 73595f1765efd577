/* snacfg_edit.h - a command carried out on the text of a command file.  Layer: configuration (pure).
 * What a file means after a command is what it means with the command appended.  This is the tidy way to the
 * same: the object's own commands are changed or taken out, and every other line stays octet for octet. */
#ifndef SNA_CONFIG_SNACFG_EDIT_H
#define SNA_CONFIG_SNACFG_EDIT_H

#include "snanode/config/snacfg_lex.h"
#include "snanode/config/snacfg_text.h"

/* Append a command as one line, ended as the lines of OUT are. */
void snacfg_append(struct snacfg_text *out, const struct snacfg_command *cmd);

/* The N octets at TEXT, as snacfg_lex_init() made them UTF-8, with CMD carried out.  The caller compares with
 * what snacfg_append() gives, and takes that where they differ: alternatives (/lualias for /netname), same
 * names on several servers. */
void snacfg_edit(const char *text, size_t n, const struct snacfg_command *cmd, struct snacfg_text *out);

#endif
