/* text.h - a text that grows.  Layer: trace (pure). */
#ifndef SNA_TRACE_TEXT_H
#define SNA_TRACE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *p; /* N characters and a NUL; NULL while it is empty */
    size_t n, cap;
    bool bad; /* there was no memory: what was to come is missing */
};

void text_add(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* N times the character C. */
void text_fill(struct text *t, char c, size_t n);
/* S as text of XML or HTML. */
void text_escaped(struct text *t, const char *s);
void text_free(struct text *t);

#endif
