/* Text that grows, and how words are written in a command file. */
#include "snanode/config/snacfg_text.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/config/snacfg_lex.h"

void snacfg_text_fini(struct snacfg_text *t)
{
    if (t->s)
        explicit_bzero(t->s, t->cap);
    free(t->s);
    *t = (struct snacfg_text){.s = NULL};
}

void snacfg_text_add(struct snacfg_text *t, const char *s, size_t n)
{
    if (t->n + n + 1 > t->cap) { /* no realloc: it would leave passwords behind */
        size_t cap = t->cap ? t->cap : 1024;
        while (cap < t->n + n + 1)
            cap *= 2;
        char *more = malloc(cap);
        if (!more) {
            t->failed = true;
            return;
        }
        if (t->n)
            memcpy(more, t->s, t->n);
        size_t len = t->n;
        bool failed = t->failed;
        snacfg_text_fini(t);
        *t = (struct snacfg_text){more, len, cap, failed};
    }
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = '\0';
}

static void put(struct snacfg_text *t, const char *s)
{
    snacfg_text_add(t, s, strlen(s));
}

/* The place of the first character in S that only quotation marks keep in a word; the end when there is none.
 */
static const char *find_special(const char *s)
{
    return s + strcspn(s, " \t\\;");
}

/* Quotation marks stand around the value of an option, and around all of a word whose special character comes
 * before that. */
bool snacfg_quote(struct snacfg_text *out, const char *word)
{
    const char *value = *word == '/' ? strchr(word, ':') : NULL;
    const char *rest = value && find_special(word) > value ? value + 1 : word;
    if (strpbrk(word, "\"\r\n"))
        return false;
    snacfg_text_add(out, word, (size_t)(rest - word));
    bool plain = *rest && !*find_special(rest);
    put(out, plain ? "" : "\"");
    put(out, rest);
    put(out, plain ? "" : "\"");
    return true;
}

void snacfg_put_word(struct snacfg_text *out, const struct snacfg_word *w)
{
    struct snacfg_text whole = {.s = NULL};
    put(&whole, w->text);
    if (w->value) {
        put(&whole, ":");
        put(&whole, w->value);
    }
    if (whole.s)
        snacfg_quote(out, whole.s); /* a word that was read has neither quotes nor line ends */
    out->failed |= whole.failed;
    snacfg_text_fini(&whole);
}
