/* The list of effects: what the caller is to do. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "attachmgr/state.h"

bool fx_room(struct am_effects *fx, size_t k)
{
    size_t cap = fx->cap ? fx->cap : 16;
    struct am_effect *v;
    while (cap < fx->n + k)
        cap *= 2;
    if (cap == fx->cap)
        return true;
    v = realloc(fx->v, cap * sizeof *v);
    if (!v)
        return false;
    fx->v = v;
    fx->cap = cap;
    return true;
}

struct am_effect *fx_add(struct am_effects *fx, enum am_effect_kind kind)
{
    struct am_effect *x;
    if (!fx_room(fx, 1)) {
        fx->lost++;
        return NULL;
    }
    x = &fx->v[fx->n++];
    *x = (struct am_effect){.kind = kind};
    return x;
}

/* Without memory the log has one line less: such an event does not count as lost. */
void fx_event(struct am_effects *fx, enum sna_event e, const char *fmt, ...)
{
    struct am_effect *x = fx_room(fx, 1) ? fx_add(fx, AM_FX_EVENT) : NULL;
    va_list ap;

    if (!x)
        return;
    x->event = e;
    va_start(ap, fmt);
    vsnprintf(x->text, sizeof x->text, fmt, ap);
    va_end(ap);
}

void fx_accept_fail(struct am_effects *fx, uint32_t accept, enum am_fail why, const char *text)
{
    struct am_effect *x = fx_add(fx, AM_FX_ACCEPT_FAIL);
    if (!x)
        return;
    x->accept = accept;
    x->why = why;
    snprintf(x->text, sizeof x->text, "%s", text);
}
