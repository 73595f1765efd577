#include "snanode/config/snacfg_edit.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

/* ---- writing ---- */

static void put(struct snacfg_text *t, const char *s)
{
    snacfg_text_add(t, s, strlen(s));
}

static const char *line_end(const char *text, size_t n)
{
    const char *end = n ? memchr(text, '\n', n) : NULL;
    return end && end > text && end[-1] == '\r' ? "\r\n" : "\n";
}

void snacfg_append(struct snacfg_text *out, const struct snacfg_command *cmd)
{
    const char *end = line_end(out->s, out->n);
    if (out->n && out->s[out->n - 1] != '\n')
        put(out, end);
    for (size_t i = 0; i < cmd->n; i++) {
        put(out, i ? " " : "");
        snacfg_put_word(out, &cmd->words[i]);
    }
    put(out, end);
}

/* ---- what is to be changed ---- */

struct change {
    size_t at, end;          /* octets that are removed */
    struct snacfg_text with; /* what replaces them */
};

/* One of the commands of the object, with the places of its words. */
struct own {
    size_t at, end;
    size_t n, from; /* words, and the first option among them */
    struct place {
        size_t at, end;
        char option[24]; /* name without the slash, "" when it is none */
        char value[64];  /* its beginning */
    } * words;
};

struct edit {
    struct own *own;
    size_t n_own;
    struct change *changes;
    size_t n_changes;
    bool failed;
};

static void add_change(struct edit *e, size_t at, size_t end, const struct snacfg_word *with,
                       const char *before)
{
    struct change *more = realloc(e->changes, (e->n_changes + 1) * sizeof *more);
    if (!more) {
        e->failed = true;
        return;
    }
    e->changes = more;
    struct change *c = &e->changes[e->n_changes++];
    *c = (struct change){.at = at, .end = end};
    put(&c->with, before);
    if (with)
        snacfg_put_word(&c->with, with);
}

static const char *bare_name(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

/* Where the options of a command begin: diagnostic has no name. */
static size_t options_from(const struct snacfg_command *c)
{
    return c->n > 1 && *c->words[1].text == '/' ? 1 : 2;
}

static bool is_user(const struct snacfg_command *c)
{
    return name_casecmp(c->words[0].text, "user") == 0;
}

/* A user's domain stands before the name, in an option, or nowhere, so the account decides. */
static bool is_same_name(const struct snacfg_command *a, const struct snacfg_command *b)
{
    const char *x = a->words[1].text, *y = b->words[1].text;
    if (is_user(a) && (!strchr(x, '\\') || !strchr(y, '\\')))
        return name_casecmp(snacfg_account(x), snacfg_account(y)) == 0;
    return name_casecmp(bare_name(x), bare_name(y)) == 0;
}

static bool is_same_object(const struct snacfg_command *a, const struct snacfg_command *b)
{
    size_t from = options_from(a);
    return from == options_from(b) && a->n > from && b->n > from &&
           name_casecmp(a->words[0].text, b->words[0].text) == 0 && (from == 1 || is_same_name(a, b));
}

static void cut_to(char *out, size_t cap, const char *s)
{
    size_t n = strlen(s) < cap ? strlen(s) : cap - 1;
    memcpy(out, s, n);
    out[n] = '\0';
}

static void keep_own(struct edit *e, const struct snacfg_command *c)
{
    struct own *more = realloc(e->own, (e->n_own + 1) * sizeof *more);
    if (more)
        e->own = more;
    struct place *words = more ? calloc(c->n, sizeof *words) : NULL;
    if (!words) {
        e->failed = true;
        return;
    }
    for (size_t i = 0; i < c->n; i++) {
        words[i].at = c->words[i].at;
        words[i].end = c->words[i].end;
        if (i >= options_from(c) && *c->words[i].text == '/')
            cut_to(words[i].option, sizeof words[i].option, c->words[i].text + 1);
        if (c->words[i].value && name_casecmp(words[i].option, "addpartner") == 0)
            cut_to(words[i].value, sizeof words[i].value, c->words[i].value);
    }
    e->own[e->n_own++] = (struct own){c->at, c->end, c->n, options_from(c), words};
}

static void find_own(struct edit *e, const char *text, size_t n, const struct snacfg_command *cmd)
{
    struct snacfg_lex lex;
    const struct snacfg_command *c;
    struct diag d;
    diag_init(&d);
    if (snacfg_lex_init(&lex, "", text, n, &d))
        while ((c = snacfg_lex_next(&lex)))
            if (is_same_object(c, cmd))
                keep_own(e, c);
    snacfg_lex_fini(&lex);
    diag_fini(&d);
}

/* ---- changes ---- */

static bool is_option(const struct snacfg_word *w, const char *name)
{
    return *w->text == '/' && name_casecmp(w->text + 1, name) == 0;
}

static bool has_option(const struct snacfg_command *cmd, const char *name)
{
    for (size_t i = options_from(cmd); i < cmd->n; i++)
        if (is_option(&cmd->words[i], name))
            return true;
    return false;
}

/* Remove the /addpartner with the same value; a command that has nothing else is removed whole. */
static bool delete_partner(struct edit *e, const struct snacfg_word *w)
{
    for (size_t i = 0; i < e->n_own; i++)
        for (size_t k = e->own[i].from; k < e->own[i].n; k++) {
            const struct place *p = &e->own[i].words[k];
            if (name_casecmp(p->option, "addpartner") != 0 || !w->value ||
                name_casecmp(p->value, w->value) != 0)
                continue;
            if (e->own[i].n == 3)
                add_change(e, e->own[i].at, e->own[i].end, NULL, "");
            else
                add_change(e, e->own[i].words[k - 1].end, p->end, NULL, "");
            return true;
        }
    return false;
}

/* Replace the option that counts so far: the last one. */
static bool replace_option(struct edit *e, const struct snacfg_word *w)
{
    for (size_t i = e->n_own; i-- > 0;)
        for (size_t k = e->own[i].n; k-- > e->own[i].from;)
            if (name_casecmp(e->own[i].words[k].option, w->text + 1) == 0) {
                add_change(e, e->own[i].words[k].at, e->own[i].words[k].end, w, "");
                return true;
            }
    return false;
}

/* Words that set nothing: they say where a user is looked for, and whether to do so. */
static bool sets_nothing(const struct snacfg_command *cmd, const struct snacfg_word *w)
{
    return is_user(cmd) && (is_option(w, "domain") || is_option(w, "validate"));
}

static void change_option(struct edit *e, const struct snacfg_word *w)
{
    bool add = snacfg_adds_up(w), del = is_option(w, "delpartner");
    if (del ? delete_partner(e, w) : !add && replace_option(e, w))
        return;
    const struct own *first = &e->own[0];
    add_change(e, first->words[first->n - 1].end, first->words[first->n - 1].end, w, " ");
}

static int compare_changes(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* The text with all changes; they do not overlap.  Insertions at one place keep their order. */
static void apply(struct edit *e, const char *text, size_t n, struct snacfg_text *out)
{
    size_t at = 0;
    for (size_t i = 1; i < e->n_changes; i++) /* there are few, and the order must be stable */
        for (size_t k = i; k > 0 && compare_changes(&e->changes[k - 1], &e->changes[k]) > 0; k--) {
            struct change c = e->changes[k];
            e->changes[k] = e->changes[k - 1];
            e->changes[k - 1] = c;
        }
    for (size_t i = 0; i < e->n_changes; i++) {
        const struct change *c = &e->changes[i];
        if (c->at < at)
            continue; /* two options of the command want one place: the caller's comparison finds out */
        snacfg_text_add(out, text + at, c->at - at);
        if (c->with.n)
            snacfg_text_add(out, c->with.s, c->with.n);
        at = c->end;
    }
    snacfg_text_add(out, text + at, n - at);
}

static void edit_fini(struct edit *e)
{
    for (size_t i = 0; i < e->n_own; i++)
        free(e->own[i].words);
    for (size_t i = 0; i < e->n_changes; i++)
        snacfg_text_fini(&e->changes[i].with);
    free(e->own);
    free(e->changes);
}

void snacfg_edit(const char *text, size_t n, const struct snacfg_command *cmd, struct snacfg_text *out)
{
    struct edit e = {.own = NULL};
    bool nothing = options_from(cmd) == 1 && cmd->n == 2 && sets_nothing(cmd, &cmd->words[1]);
    if (!has_option(cmd, "add") && !nothing)
        find_own(&e, text, n, cmd);
    if (e.n_own == 0) {
        if (n)
            snacfg_text_add(out, text, n);
        if (!nothing)
            snacfg_append(out, cmd);
    } else {
        for (size_t i = 0; i < e.n_own && has_option(cmd, "delete"); i++)
            add_change(&e, e.own[i].at, e.own[i].end, NULL, "");
        for (size_t i = options_from(cmd); i < cmd->n && !has_option(cmd, "delete"); i++)
            if (!sets_nothing(cmd, &cmd->words[i]))
                change_option(&e, &cmd->words[i]);
        apply(&e, text, n, out);
    }
    out->failed |= e.failed;
    edit_fini(&e);
}
