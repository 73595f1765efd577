/* snacfg_text.h - text that grows, and how words are written in a command file.  Layer: configuration
 * (pure). */
#ifndef SNA_CONFIG_SNACFG_TEXT_H
#define SNA_CONFIG_SNACFG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct snacfg_word;

/* Text that grows.  FAILED: memory ran out, and the text is not whole. */
struct snacfg_text {
    char *s; /* NULL or NUL-terminated; wiped by snacfg_text_fini() */
    size_t n, cap;
    bool failed;
};

void snacfg_text_fini(struct snacfg_text *t);
void snacfg_text_add(struct snacfg_text *t, const char *s, size_t n);

/* Append a word that was read, in quotation marks where it needs them. */
void snacfg_put_word(struct snacfg_text *out, const struct snacfg_word *w);

/* Append a word of a command line as a command file has it; false when no command file can have it. */
bool snacfg_quote(struct snacfg_text *out, const char *word);

#endif
