/* The file is a list of lines, each with its kind (regline.c).  A key is live after the last line that
 * deletes it or a key above it; what stands before that line is history and stays as it is.
 *
 * Blank lines: regedit writes one after each key, people often write one between two keys.  A new key gets
 * its blank line after it when the file ends with one, else before it.  Removing a key removes a blank
 * line, too, when there is one on either side.  So adding a key and removing it leaves the file as it was. */
#include "attachmgr/registry/regedit.h"

#include <string.h>
#include <strings.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/registry/reglines.h"

#define HEADER_5   "Windows Registry Editor Version 5.00"
#define NOT_LINE   SIZE_MAX
#define UTF16_MARK "\xff\xfe"

static bool judge(const char *name, const void *text, size_t n, struct diag *d)
{
    struct regfile reg;
    regfile_init(&reg);
    int rc = regfile_read(&reg, name, text, n, d);
    regfile_fini(&reg);
    return rc == 0;
}

int regedit_init(struct regedit *e, const char *name, const void *text, size_t n, struct diag *d)
{
    *e = (struct regedit){.text = NULL};
    if (!judge(name, text, n, d))
        return -1;
    if (reglines_take(e, text, n))
        return 0;
    diag_error(d, name, 0, "out of memory");
    return -1;
}

int regedit_init_new(struct regedit *e, bool utf8)
{
    struct regtext t = {.p = NULL};
    static const char head[] = HEADER_5 "\r\n\r\n", head8[] = HEADER_5 "\n\n";
    *e = (struct regedit){.text = NULL};
    bool ok = utf8 ? regtext_add(&t, head8, sizeof head8 - 1)
                   : regtext_add(&t, UTF16_MARK, 2) && regtext_put_utf16le(&t, head, sizeof head - 1);
    ok = ok && reglines_take(e, t.p, t.n);
    regtext_fini(&t);
    return ok ? 0 : -1;
}

void regedit_fini(struct regedit *e)
{
    reglines_fini(e);
}

/* ---- where things are ---- */

static bool is_at_or_below(const char *path, const char *above)
{
    size_t n = strlen(above);
    return strncasecmp(path, above, n) == 0 && (path[n] == '\0' || path[n] == '\\');
}

/* The first line from which the key at PATH is live. */
static size_t live_from(const struct regedit *e, const char *path)
{
    size_t from = 0;
    for (size_t i = 0; i < e->n_lines; i++)
        if (e->lines[i].kind == REGLINE_DELETED_KEY && is_at_or_below(path, e->lines[i].name))
            from = i + 1;
    return from;
}

static bool is_key(const struct regedit_line *l)
{
    return l->kind == REGLINE_KEY || l->kind == REGLINE_DELETED_KEY;
}

static bool is_value(const struct regedit_line *l)
{
    return l->kind == REGLINE_VALUE || l->kind == REGLINE_DELETED_VALUE;
}

/* The line after the value at I. */
static size_t value_end(const struct regedit *e, size_t i)
{
    for (i++; i < e->n_lines && (e->lines[i].kind == REGLINE_MORE || e->lines[i].inside); i++)
        ;
    return i;
}

/* The line after the last value of the key at I. */
static size_t section_values_end(const struct regedit *e, size_t i)
{
    size_t end = i + 1;
    for (i++; i < e->n_lines && !is_key(&e->lines[i]); i++)
        if (is_value(&e->lines[i]))
            end = value_end(e, i);
    return end;
}

/* The next line from I on that has the value NAME of the key at PATH; NOT_LINE when there is none.
 * *KEYED, carried from call to call, says that line I is under that key. */
static size_t next_mention(const struct regedit *e, size_t i, const char *path, const char *name, bool *keyed)
{
    for (; i < e->n_lines; i++) {
        const struct regedit_line *l = &e->lines[i];
        if (is_key(l))
            *keyed = l->kind == REGLINE_KEY && strcasecmp(l->name, path) == 0;
        else if (*keyed && is_value(l) && strcasecmp(l->name, name) == 0)
            return i;
    }
    return NOT_LINE;
}

static size_t last_section(const struct regedit *e, const char *path)
{
    for (size_t i = e->n_lines, from = live_from(e, path); i > from; i--)
        if (e->lines[i - 1].kind == REGLINE_KEY && strcasecmp(e->lines[i - 1].name, path) == 0)
            return i - 1;
    return NOT_LINE;
}

/* ---- changes ---- */

/* Remove the lines of the value at I; comments between them stay. */
static void close_value(struct regedit *e, size_t i)
{
    size_t end = value_end(e, i);
    while (end > i) {
        struct regedit_line *l = &e->lines[--end];
        if (l->inside)
            l->inside = false;
        else
            reglines_remove(e, end, 1);
    }
}

static bool is_blank(const struct regedit *e, size_t i)
{
    return i < e->n_lines && e->lines[i].kind == REGLINE_BLANK;
}

/* Append the key at PATH; its line is the one returned. */
static size_t append_key(struct regedit *e, const char *path)
{
    static const char nothing[] = "\n";
    struct regtext t = {.p = NULL};
    bool behind = e->final_eol && is_blank(e, e->n_lines - 1);
    bool ok = (behind || regtext_add(&t, nothing, 1)) && regtext_putc(&t, '[') &&
              regtext_add(&t, path, strlen(path)) && regtext_add(&t, "]\n", 2) &&
              (!behind || regtext_add(&t, nothing, 1));
    size_t at = e->n_lines;
    ok = ok && reglines_insert(e, at, &t, "", 0);
    regtext_fini(&t);
    return ok ? at + !behind : NOT_LINE;
}

/* Insert TEXT, a value, at I; REPLACE: in place of the value at I.  *NEXT is the line after it. */
static bool put_value(struct regedit *e, size_t i, const struct regtext *text, bool replace, size_t *next)
{
    struct regtext tail = {.p = NULL};
    const size_t n = reglines_count(text);
    bool ok = true;
    if (replace && value_end(e, i) == i + 1) {
        const struct regedit_line *old = &e->lines[i];
        ok = regtext_add(&tail, old->p + old->comment, old->n - old->comment);
    }
    ok = ok && reglines_insert(e, i, text, tail.p ? tail.p : "", tail.n);
    regtext_fini(&tail);
    if (ok && replace)
        close_value(e, i + n);
    *next = i + n;
    return ok;
}

/* Remove the value NAME of the key at PATH from the lines from FROM on; lines that delete it go only WITH
 * them. */
static void remove_mentions(struct regedit *e, size_t from, const char *path, const char *name, bool keyed,
                            bool with)
{
    size_t i = from;
    while ((i = next_mention(e, i, path, name, &keyed)) != NOT_LINE) {
        if (with || e->lines[i].kind == REGLINE_VALUE)
            close_value(e, i);
        else
            i++;
    }
}

static bool set_text(struct regedit *e, const char *path, const char *name, const struct regtext *text)
{
    bool keyed = false;
    size_t i = next_mention(e, live_from(e, path), path, name, &keyed), next;
    if (i != NOT_LINE) {
        if (!put_value(e, i, text, true, &next))
            return false;
        remove_mentions(e, next, path, name, true, true);
        return true;
    }
    size_t key = last_section(e, path), before = e->n_lines;
    if (key == NOT_LINE)
        key = append_key(e, path);
    if (key == NOT_LINE)
        return false;
    if (put_value(e, section_values_end(e, key), text, false, &next))
        return true;
    reglines_remove(e, before, e->n_lines - before);
    return false;
}

enum regtext_rc regedit_set(struct regedit *e, const char *path, const struct regwrite_value *v)
{
    struct regtext text = {.p = NULL};
    enum regtext_rc rc = regwrite_value(&text, v, e->form);
    if (rc == REGTEXT_OK && !set_text(e, path, v->name, &text))
        rc = REGTEXT_NOMEM;
    regtext_fini(&text);
    return rc;
}

void regedit_remove_value(struct regedit *e, const char *path, const char *name)
{
    remove_mentions(e, live_from(e, path), path, name, false, false);
}

/* Remove the key at I, and a blank line when there is one on either side. */
static void close_section(struct regedit *e, size_t i)
{
    size_t end = i + 1;
    while (end < e->n_lines && !is_key(&e->lines[end])) {
        if (is_value(&e->lines[end]))
            close_value(e, end);
        else
            end++;
    }
    reglines_remove(e, i, 1);
    if (!is_blank(e, i - 1))
        return;
    if (is_blank(e, i))
        reglines_remove(e, i, 1);
    else if (i == e->n_lines)
        reglines_remove(e, i - 1, 1);
}

void regedit_remove_key(struct regedit *e, const char *path)
{
    for (size_t i = 0; i < e->n_lines;) {
        const struct regedit_line *l = &e->lines[i];
        if (l->kind == REGLINE_KEY && is_at_or_below(l->name, path) && i >= live_from(e, l->name))
            close_section(e, i);
        else
            i++;
    }
}

bool regedit_text(const struct regedit *e, struct regtext *out)
{
    return reglines_text(e, out);
}
