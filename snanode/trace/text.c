#include "snanode/trace/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool room(struct text *t, size_t more)
{
    if (t->bad || t->n + more < t->cap)
        return !t->bad;
    size_t cap = (t->n + more + 1) * 2;
    char *p = realloc(t->p, cap);
    if (!p) {
        t->bad = true;
        return false;
    }
    t->p = p;
    t->cap = cap;
    return true;
}

void text_add(struct text *t, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n >= 0 && room(t, (size_t)n + 1))
        t->n += (size_t)vsnprintf(t->p + t->n, t->cap - t->n, fmt, again);
    va_end(again);
    va_end(ap);
}

void text_fill(struct text *t, char c, size_t n)
{
    if (!room(t, n + 1))
        return;
    memset(t->p + t->n, c, n);
    t->n += n;
    t->p[t->n] = '\0';
}

void text_escaped(struct text *t, const char *s)
{
    for (; *s; s++) {
        switch (*s) {
        case '&':
            text_add(t, "&amp;");
            break;
        case '<':
            text_add(t, "&lt;");
            break;
        case '>':
            text_add(t, "&gt;");
            break;
        case '"':
            text_add(t, "&quot;");
            break;
        default:
            text_add(t, "%c", *s);
        }
    }
}

void text_free(struct text *t)
{
    free(t->p);
    *t = (struct text){.p = NULL};
}
