/* Commands about what this node does not have, and options without effect of objects that it has.  They
 * are kept as they were given, to be printed again, and are not judged. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_text.h"
#include "snanode/config/snacfg_option.h"

/* /password, /secpassword and the like; but not the /passwords of hsdomain. */
static bool is_password(const struct snacfg_word *w)
{
    size_t n = strcspn(w->text, "="), tail = strlen("password"); /* a colon may have been meant */
    return *w->text == '/' && n > tail && strncasecmp(w->text + n - tail, "password", tail) == 0;
}

static bool is_same_object(const struct cfg_kept *a, const struct cfg_kept *b)
{
    return a->name_n == b->name_n && name_casecmp(a->name, b->name) == 0;
}

static void kept_fini(struct cfg_kept *k)
{
    free(k->name);
    free(k->text);
}

static void drop(struct node_config *c, const struct cfg_kept *object)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_kept; i++)
        if (is_same_object(&c->kept[i], object))
            kept_fini(&c->kept[i]);
        else
            c->kept[n++] = c->kept[i];
    c->n_kept = n;
}

static bool append(struct node_config *c, const struct cfg_kept *k)
{
    if ((c->n_kept & (c->n_kept - 1)) == 0) { /* room is always a power of two */
        struct cfg_kept *more = realloc(c->kept, (c->n_kept ? 2 * c->n_kept : 1) * sizeof *more);
        if (!more)
            return false;
        c->kept = more;
    }
    c->kept[c->n_kept++] = *k;
    return true;
}

/* RESOURCE NAME, and the whole command without its passwords. */
static bool write_command(struct cfg_kept *k, const struct snacfg_command *words)
{
    struct snacfg_text text = {.s = NULL};
    for (size_t i = 0; i < words->n; i++) {
        if (i && is_password(&words->words[i]))
            continue;
        if (i)
            snacfg_text_add(&text, " ", 1);
        snacfg_put_word(&text, &words->words[i]);
        if (i == 1 && text.s) {
            k->name = strdup(text.s);
            k->name_n = text.n;
        }
    }
    if (text.s && !text.failed)
        k->text = strdup(text.s);
    snacfg_text_fini(&text);
    return k->name && k->text;
}

/* ---- changes to a kept object ---- */

/* The place of option W among the words of K: of the blank before it; K's end when it is not there. */
static size_t find_option(const struct cfg_kept *k, const struct snacfg_word *w)
{
    size_t at = k->name_n, option = strlen(w->text);
    while (k->text[at] && !(strncasecmp(k->text + at + 1, w->text, option) == 0 &&
                            strcspn(k->text + at + 1, " :") == option))
        at += snacfg_kept_word(k->text + at);
    return at;
}

/* Put W in place of the word at AT in K, or after the last one when AT is the end. */
static bool put_option(struct cfg_kept *k, size_t at, const struct snacfg_word *w)
{
    struct snacfg_text text = {.s = NULL};
    const char *rest = k->text + at + snacfg_kept_word(k->text + at);
    snacfg_text_add(&text, k->text, at);
    snacfg_text_add(&text, " ", 1);
    snacfg_put_word(&text, w);
    snacfg_text_add(&text, rest, strlen(rest));
    char *whole = text.failed ? NULL : strdup(text.s);
    snacfg_text_fini(&text);
    if (!whole)
        return false;
    free(k->text);
    k->text = whole;
    return true;
}

/* The option W changes OBJECT, of which something is kept: it replaces the last option of that name, unless
 * each value counts, or else joins the first command. */
static bool change_option(struct node_config *c, const struct cfg_kept *object, const struct snacfg_word *w)
{
    struct cfg_kept *first = NULL, *holder = NULL;
    if (is_password(w))
        return true;
    for (size_t i = c->n_kept; i-- > 0;)
        if (is_same_object(&c->kept[i], object)) {
            first = &c->kept[i];
            if (!holder && !snacfg_adds_up(w) && first->text[find_option(first, w)])
                holder = first;
        }
    return holder ? put_option(holder, find_option(holder, w), w) : put_option(first, strlen(first->text), w);
}

static bool is_kept(const struct node_config *c, const struct cfg_kept *object)
{
    for (size_t i = 0; i < c->n_kept; i++)
        if (is_same_object(&c->kept[i], object))
            return true;
    return false;
}

static bool has_verb(const struct snacfg_command *words, const char *verb)
{
    for (size_t i = 2; i < words->n; i++)
        if (name_casecmp(words->words[i].text, verb) == 0)
            return true;
    return false;
}

bool snacfg_adds_up(const struct snacfg_word *w)
{
    static const char *const names[] = {"/addpartner", "/insert", "/remove", "/insertrlu", "/removerlu"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name_casecmp(w->text, names[i]) == 0)
            return true;
    return false;
}

bool snacfg_keep(struct node_config *c, const struct snacfg_command *words)
{
    struct cfg_kept k = {.is_link = name_casecmp(words->words[0].text, "link") == 0};
    bool ok = write_command(&k, words);
    if (ok && has_verb(words, "/delete")) {
        drop(c, &k);
    } else if (ok && !has_verb(words, "/add") && is_kept(c, &k)) {
        for (size_t i = 2; i < words->n && ok; i++)
            ok = change_option(c, &k, &words->words[i]);
    } else if (ok && append(c, &k)) {
        return true;
    } else {
        ok = false;
    }
    kept_fini(&k);
    return ok;
}

/* ---- options ---- */

static char **place_of(enum cfg_kind kind, void *object)
{
    struct node_config *c = object;
    struct cfg_user *user = object;
    struct cfg_conn *conn = object;
    switch (kind) {
    case CFG_KIND_N:
        return &c->diagnostic_kept;
    case CFG_USER:
        return &user->kept;
    case CFG_CONN:
        return &conn->kept;
    default:
        return NULL;
    }
}

size_t snacfg_kept_word(const char *at)
{
    size_t n = *at ? 1 : 0; /* the blank before it */
    for (bool quoted = false; at[n] && (quoted || at[n] != ' '); n++)
        quoted ^= at[n] == '"';
    return n;
}

/* Are the two words the same option, and with KEEP_ALL also the same value? */
static bool takes_place_of(enum keep keep, const char *new, size_t n, const char *old, size_t m)
{
    if (keep != KEEP_ALL) {
        n = 1 + strcspn(new + 1, " :");
        m = 1 + strcspn(old + 1, " :");
    }
    return n == m && strncasecmp(new, old, n) == 0;
}

bool snacfg_keep_option(enum cfg_kind kind, void *object, enum keep keep, const struct snacfg_word *w)
{
    char **kept = place_of(kind, object), *whole = NULL;
    struct snacfg_text word = {.s = NULL}, text = {.s = NULL};
    if (!kept || is_password(w))
        return true;
    snacfg_text_add(&word, " ", 1);
    snacfg_put_word(&word, w);
    bool ok = word.s && !word.failed;
    for (const char *p = *kept ? *kept : "", *end; ok && *p; p = end) {
        end = p + snacfg_kept_word(p);
        if (!takes_place_of(keep, word.s, word.n, p, (size_t)(end - p)))
            snacfg_text_add(&text, p, (size_t)(end - p));
    }
    if (ok && (!w->value || *w->value))
        snacfg_text_add(&text, word.s, word.n);
    ok = ok && !text.failed && (!text.s || (whole = strdup(text.s)));
    if (ok) {
        free(*kept);
        *kept = whole;
    }
    snacfg_text_fini(&word);
    snacfg_text_fini(&text);
    return ok;
}

const char *snacfg_kept_options(enum cfg_kind kind, const void *object)
{
    char **kept = place_of(kind, (void *)(uintptr_t)object); /* it is only read */
    return kept ? *kept : NULL;
}

void snacfg_forget_options(enum cfg_kind kind, void *object)
{
    char **kept = place_of(kind, object);
    if (kept) {
        free(*kept);
        *kept = NULL;
    }
}
