#include "snanode/base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void diag_init(struct diag *d)
{
    *d = (struct diag){.head = NULL};
    d->tail = &d->head;
}

void diag_fini(struct diag *d)
{
    struct diag_line *l = d->head;
    while (l) {
        struct diag_line *next = l->next;
        free(l);
        l = next;
    }
    d->head = NULL;
    d->tail = &d->head;
}

static void add(struct diag *d, int warning, const char *file, unsigned line, const char *fmt, va_list ap)
{
    char where[320], what[1024];
    if (line)
        snprintf(where, sizeof where, "%s:%u: ", file, line);
    else
        snprintf(where, sizeof where, "%s: ", file);
    vsnprintf(what, sizeof what, fmt, ap);
    if (warning)
        d->warnings++;
    else
        d->errors++;
    const char *tag = warning ? "warning: " : "";
    size_t n = strlen(where) + strlen(tag) + strlen(what) + 1;
    struct diag_line *l = malloc(sizeof *l + n);
    if (!l)
        return; /* the configuration is still refused, by the count above */
    l->next = NULL;
    l->warning = warning;
    snprintf(l->text, n, "%s%s%s", where, tag, what);
    *d->tail = l;
    d->tail = &l->next;
}

void diag_error(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(d, 0, file, line, fmt, ap);
    va_end(ap);
}

void diag_warn(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(d, 1, file, line, fmt, ap);
    va_end(ap);
}
