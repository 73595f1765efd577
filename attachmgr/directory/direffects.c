/* The list of what a directory wants done. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/dirstate.h"

struct directory_effect *directory_fx(struct directory_effects *fx, enum directory_effect_kind kind)
{
    if (fx->n == fx->cap) {
        size_t cap = fx->cap ? fx->cap * 2 : 4;
        struct directory_effect *v = realloc(fx->v, cap * sizeof *v);
        if (!v)
            return NULL;
        fx->v = v;
        fx->cap = cap;
    }
    struct directory_effect *x = &fx->v[fx->n++];
    memset(x, 0, offsetof(struct directory_effect, text) + 1);
    x->kind = kind;
    return x;
}

void directory_fx_event(struct directory_effects *fx, enum sna_event e, const char *fmt, ...)
{
    struct directory_effect *x = directory_fx(fx, DIRECTORY_FX_EVENT);
    va_list ap;
    if (!x)
        return;
    x->event = e;
    va_start(ap, fmt);
    vsnprintf(x->text, sizeof x->text, fmt, ap);
    va_end(ap);
    x->n = strlen(x->text);
}
