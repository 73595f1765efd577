/* snacfg_lex.h - the text of a SNACFG command file, split into commands and words.  Layer: configuration
 * (pure).  Encodings, comments, continuation, quotes [HIS: Snacfg Reference; F8; F17]. */
#ifndef SNA_CONFIG_SNACFG_LEX_H
#define SNA_CONFIG_SNACFG_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include "snanode/base/diag.h"

/* `word`, `/option` or `/option:value`; quotes are gone. */
struct snacfg_word {
    char *text;     /* without the value */
    char *value;    /* what follows the colon of an option, maybe empty; NULL = no colon */
    unsigned line;  /* physical line on which the word begins */
    size_t at, end; /* its place in the text as snacfg_lex_init() left it, octets */
};

struct snacfg_command {
    struct snacfg_word *words;
    size_t n, room;
    unsigned line;  /* on which it begins */
    size_t at, end; /* place of its lines, with the last line end, octets */
};

struct snacfg_lex {
    const char *file;
    struct diag *d;
    bool recoded;     /* TEXT was not UTF-8 */
    char *text, *end; /* own copy in UTF-8, with room for a NUL at END; words are built in place */
    char *at;
    unsigned line; /* of AT */
    struct snacfg_command command;
};

/* Begin to read the N octets at TEXT.  FILE must outlive L.  False when they are not text, with an error
 * in D. */
bool snacfg_lex_init(struct snacfg_lex *l, const char *file, const void *text, size_t n, struct diag *d);
void snacfg_lex_fini(struct snacfg_lex *l);

/* The next command that has at least one word, or NULL at the end.  Valid until the next call. */
const struct snacfg_command *snacfg_lex_next(struct snacfg_lex *l);

#endif
