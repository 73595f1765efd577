#include "attachmgr/registry/regline.h"

#include <string.h>

#include "attachmgr/registry/regtree.h"

static size_t skip_blanks(const char *s, size_t i, size_t n)
{
    while (i < n && (s[i] == ' ' || s[i] == '\t'))
        i++;
    return i;
}

/* Are only blanks and a comment left from I on? */
static bool at_end(const char *s, size_t i, size_t n)
{
    i = skip_blanks(s, i, n);
    return i == n || s[i] == ';';
}

/* Move *I past the string whose opening quotation mark is there; its text goes to OUT, which may be NULL. */
static bool take_string(const char *s, size_t *i, size_t n, struct regtext *out)
{
    size_t k = *i + 1;
    for (; k < n && s[k] != '"'; k++) {
        if (s[k] == '\\' && k + 1 < n)
            k++;
        if (out && !regtext_putc(out, s[k]))
            return false;
    }
    *i = k < n ? k + 1 : n;
    return true;
}

/* The first bracket that nothing follows, as in regkey.c. */
static size_t closing_bracket(const char *s, size_t i, size_t n)
{
    for (; i < n; i++)
        if (s[i] == ']' && (i + 1 == n || (strchr(" \t;", s[i + 1]) && at_end(s, i + 1, n))))
            break;
    return i;
}

static bool take_key(const char *s, size_t i, size_t n, enum regline_kind *kind, struct regtext *name)
{
    size_t end = closing_bracket(s, i, n);
    i++;
    *kind = i < end && s[i] == '-' ? REGLINE_DELETED_KEY : REGLINE_KEY;
    if (*kind == REGLINE_DELETED_KEY)
        i++;
    size_t rest = i;
    while (rest < end && s[rest] != '\\')
        rest++;
    const char *root = regtree_root(s + i, rest - i);
    if (root)
        return regtext_add(name, root, strlen(root)) && regtext_add(name, s + rest, end - rest);
    return regtext_add(name, s + i, end - i);
}

/* Where the comment on a line of numbers begins, or N.  *OPEN becomes true when the value goes on after
 * the line. */
static size_t numbers_end(const char *s, size_t i, size_t n, bool *open)
{
    const char *semicolon = i < n ? memchr(s + i, ';', n - i) : NULL;
    size_t end = semicolon ? (size_t)(semicolon - s) : n;
    *open = i < end && memchr(s + i, '\\', end - i);
    return end;
}

static bool take_value(const char *s, size_t i, size_t n, bool *open, enum regline_kind *kind,
                       struct regtext *name, size_t *comment)
{
    if (s[i] == '@')
        i++;
    else if (!take_string(s, &i, n, name))
        return false;
    i = skip_blanks(s, i, n);
    if (i < n && s[i] == '=')
        i = skip_blanks(s, i + 1, n);
    *kind = i < n && s[i] == '-' ? REGLINE_DELETED_VALUE : REGLINE_VALUE;
    *open = false;
    size_t end = n;
    if (i < n && s[i] == '"') {
        take_string(s, &i, n, NULL);
        end = skip_blanks(s, i, n);
    } else {
        end = numbers_end(s, i, n, open);
    }
    if (end == n)
        return true;
    while (end > 0 && (s[end - 1] == ' ' || s[end - 1] == '\t'))
        end--;
    *comment = end;
    return true;
}

bool regline_take(const char *s, size_t n, bool *open, enum regline_kind *kind, struct regtext *name,
                  size_t *comment)
{
    size_t i = skip_blanks(s, 0, n);
    regtext_reset(name);
    *comment = n;
    if (*open) {
        *kind = i < n && s[i] == ';' ? REGLINE_COMMENT : REGLINE_MORE;
        if (*kind == REGLINE_MORE)
            numbers_end(s, i, n, open);
        return true;
    }
    *kind = i == n ? REGLINE_BLANK : REGLINE_COMMENT;
    if (i == n || s[i] == ';')
        return true;
    if (s[i] == '[')
        return take_key(s, i, n, kind, name);
    return take_value(s, i, n, open, kind, name, comment);
}
