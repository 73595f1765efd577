/* The file is a list of lines that know what they are (regline.c).  Keys are in force, "live", from behind
 * the last line that deletes them or a key above; what stands before it is history and stays as it is.
 *
 * Blank lines: regedit puts one behind each key, people often one between.  A new key gets its blank line
 * behind it when the file ends with one, else before it; and a key that goes takes a blank line along when
 * there is one on either side.  So what was added can be removed, and the file is what it was. */
#include "attachmgr/regedit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attachmgr/regfile.h"
#include "attachmgr/regtree.h"

#define HEADER_5   "Windows Registry Editor Version 5.00"
#define HEADER_4   "REGEDIT4"
#define NOT_LINE   SIZE_MAX
#define UTF8_MARK  "\xef\xbb\xbf"
#define UTF16_MARK "\xff\xfe"

/* ---- lines ---- */

static void line_fini(struct regedit_line *l)
{
    if (l->own)
        regtext_wipe_free(l->own, l->n);
    free(l->name);
}

/* Room for N more lines at AT, which are zero. */
static bool lines_open(struct regedit *e, size_t at, size_t n)
{
    if (e->cap_lines - e->n_lines < n) {
        size_t cap = (e->n_lines + n) * 2;
        struct regedit_line *l = realloc(e->lines, cap * sizeof *l);
        if (!l)
            return false;
        e->lines = l;
        e->cap_lines = cap;
    }
    memmove(e->lines + at + n, e->lines + at, (e->n_lines - at) * sizeof *e->lines);
    memset(e->lines + at, 0, n * sizeof *e->lines);
    e->n_lines += n;
    return true;
}

static void lines_close(struct regedit *e, size_t at, size_t n)
{
    for (size_t i = at; i < at + n; i++)
        line_fini(&e->lines[i]);
    memmove(e->lines + at, e->lines + at + n, (e->n_lines - at - n) * sizeof *e->lines);
    e->n_lines -= n;
}

static bool decode(const struct regedit *e, struct regtext *t, const char *p, size_t n)
{
    const uint8_t *b = (const uint8_t *)p;
    regtext_reset(t);
    return (e->wide ? regtext_add_utf16le(t, b, n) : regtext_add_ansi(t, b, n)) != REGTEXT_NOMEM;
}

/* Octets that the first N octets of T, the text of the line L, have in the file. */
static size_t octets_of(const struct regedit *e, const struct regedit_line *l, const struct regtext *t,
                        size_t n)
{
    size_t units = 0;
    if (!e->wide && t->n == l->n)
        return n; /* UTF-8 as it is */
    for (size_t i = 0; i < n; i++) {
        uint8_t c = (uint8_t)t->p[i];
        if ((c & 0xc0) != 0x80)
            units += e->wide && c >= 0xf0 ? 2 : 1;
    }
    return e->wide ? 2 * units : units;
}

static bool has_name(enum regline_kind kind)
{
    return kind == REGLINE_KEY || kind == REGLINE_DELETED_KEY || kind == REGLINE_VALUE ||
           kind == REGLINE_DELETED_VALUE;
}

/* Say what the line L is, from its octets.  OPEN is carried from line to line; NULL for the header. */
static bool line_know(const struct regedit *e, struct regedit_line *l, bool *open)
{
    struct regtext text = {.p = NULL}, name = {.p = NULL};
    size_t comment;
    l->kind = REGLINE_HEADER;
    l->comment = l->n;
    if (!open)
        return true;
    const bool was_open = *open;
    bool ok = decode(e, &text, l->p, l->n) &&
              regline_take(text.p ? text.p : "", text.n, open, &l->kind, &name, &comment);
    if (ok) {
        l->inside = was_open && l->kind == REGLINE_COMMENT;
        l->comment = comment < text.n ? octets_of(e, l, &text, comment) : l->n;
        ok = !has_name(l->kind) || (l->name = regtext_dup(&name)) != NULL;
    }
    regtext_fini(&text);
    regtext_fini(&name);
    return ok;
}

/* ---- the file comes in ---- */

/* Octets of the line at P, without its end; those of its end in *EOL.  As the reader has it, a carriage
 * return alone ends the last line. */
static size_t line_length(const struct regedit *e, const char *p, const char *end, size_t *eol)
{
    const size_t unit = e->wide ? 2 : 1, n = (size_t)(end - p);
    size_t i = 0;
    while (n - i >= unit && !(p[i] == '\n' && (!e->wide || p[i + 1] == 0)))
        i += unit;
    *eol = n - i >= unit ? unit : 0;
    if (i >= unit && p[i - unit] == '\r' && (!e->wide || p[i - 1] == 0)) {
        i -= unit;
        *eol += unit;
    }
    return i;
}

static bool take_line(struct regedit *e, const char *p, size_t n, size_t eol, bool *open)
{
    if (!lines_open(e, e->n_lines, 1))
        return false;
    struct regedit_line *l = &e->lines[e->n_lines - 1];
    l->p = p;
    l->n = n;
    l->eol = eol;
    return line_know(e, l, e->n_lines > 1 ? open : NULL);
}

static bool take_lines(struct regedit *e)
{
    const char *p = e->text + e->mark, *end = e->text + e->n;
    const size_t unit = e->wide ? 2 : 1;
    bool open = false;
    size_t eol = 0;
    while (p < end) {
        size_t n = line_length(e, p, end, &eol);
        if (!take_line(e, p, n, eol, &open))
            return false;
        p += n + eol;
    }
    e->crlf = e->n_lines == 0 || e->lines[0].eol != unit; /* also when there is but one line */
    e->final_eol = eol > 0 && end[-(ptrdiff_t)unit] == '\n';
    if (!e->final_eol && e->n_lines > 0) {
        e->tail = eol;
        e->lines[e->n_lines - 1].eol = 0;
    }
    return true;
}

static void find_encoding(struct regedit *e)
{
    const char *t = e->text;
    if (e->n >= 3 && memcmp(t, UTF8_MARK, 3) == 0)
        e->mark = 3;
    else if (e->n >= 2 && memcmp(t, UTF16_MARK, 2) == 0)
        e->mark = 2;
    e->wide = e->mark == 2 || (e->n >= 2 && (t[0] == 'W' || t[0] == 'R') && t[1] == 0);
}

/* REGEDIT4 that has UTF-8 in it somewhere is meant to be that throughout. */
static void find_form(struct regedit *e)
{
    struct regtext t = {.p = NULL};
    const struct regedit_line *l = e->lines;
    bool four = e->n_lines > 0 && decode(e, &t, l->p, l->n) && t.n >= strlen(HEADER_4) &&
                memcmp(t.p, HEADER_4, strlen(HEADER_4)) == 0;
    bool ascii = true;
    for (size_t i = 0; i < e->n; i++)
        ascii = ascii && !(e->text[i] & 0x80);
    e->form = !four                                                   ? REGWRITE_V5
              : e->wide || (!ascii && regtext_is_utf8(e->text, e->n)) ? REGWRITE_V4
                                                                      : REGWRITE_ANSI;
    regtext_fini(&t);
}

static bool judge(const char *name, const void *text, size_t n, struct diag *d)
{
    struct regfile reg;
    regfile_init(&reg);
    int rc = regfile_read(&reg, name, text, n, d);
    regfile_fini(&reg);
    return rc == 0;
}

static bool take_text(struct regedit *e, const void *text, size_t n)
{
    e->text = malloc(n + 1);
    if (!e->text)
        return false;
    memcpy(e->text, text, n);
    e->text[n] = '\0';
    e->n = n;
    find_encoding(e);
    if (!take_lines(e))
        return false;
    find_form(e);
    return true;
}

int regedit_init(struct regedit *e, const char *name, const void *text, size_t n, struct diag *d)
{
    *e = (struct regedit){.text = NULL};
    if (!judge(name, text, n, d))
        return -1;
    if (take_text(e, text, n))
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
    ok = ok && take_text(e, t.p, t.n);
    regtext_fini(&t);
    return ok ? 0 : -1;
}

void regedit_fini(struct regedit *e)
{
    for (size_t i = 0; i < e->n_lines; i++)
        line_fini(&e->lines[i]);
    free(e->lines);
    regtext_wipe_free(e->text, e->n);
    *e = (struct regedit){.text = NULL};
}

/* ---- new lines ---- */

static bool encode(const struct regedit *e, struct regtext *out, const char *p, size_t n)
{
    if (e->wide)
        return regtext_put_utf16le(out, p, n);
    if (e->form == REGWRITE_ANSI)
        return regtext_put_latin1(out, p, n) == REGTEXT_OK;
    return regtext_add(out, p, n);
}

/* The line L, which is zero, becomes the N octets of UTF-8 at P and the octets at TAIL. */
static bool line_make(const struct regedit *e, struct regedit_line *l, const char *p, size_t n,
                      const char *tail, size_t tail_n, bool *open)
{
    struct regtext raw = {.p = NULL};
    bool ok =
        encode(e, &raw, p, n) && regtext_add(&raw, tail, tail_n) && (l->own = regtext_dup(&raw)) != NULL;
    if (ok) {
        l->p = l->own;
        l->n = raw.n;
        ok = line_know(e, l, open);
    }
    regtext_fini(&raw);
    return ok;
}

static size_t count_lines(const struct regtext *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += t->p[i] == '\n';
    return n;
}

/* The lines of TEXT come in at AT; the octets at TAIL, a comment, follow the last one. */
static bool insert_text(struct regedit *e, size_t at, const struct regtext *text, const char *tail,
                        size_t tail_n)
{
    const size_t n = count_lines(text);
    const char *p = text->p;
    bool open = false, ok = lines_open(e, at, n);
    if (!ok)
        return false;
    for (size_t i = 0; i < n && ok; i++) {
        size_t len = strcspn(p, "\n");
        bool last = i + 1 == n;
        ok = line_make(e, &e->lines[at + i], p, len, last ? tail : "", last ? tail_n : 0, &open);
        p += len + 1;
    }
    if (!ok)
        lines_close(e, at, n);
    return ok;
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

/* Behind the last line of the value at I. */
static size_t value_end(const struct regedit *e, size_t i)
{
    for (i++; i < e->n_lines && (e->lines[i].kind == REGLINE_MORE || e->lines[i].inside); i++)
        ;
    return i;
}

/* Behind the last line of the key at I that is a value or a comment inside one. */
static size_t section_values_end(const struct regedit *e, size_t i)
{
    size_t end = i + 1;
    for (i++; i < e->n_lines && !is_key(&e->lines[i]); i++)
        if (is_value(&e->lines[i]))
            end = value_end(e, i);
    return end;
}

/* The next line from I on that has the value NAME of the key at PATH; NOT_LINE when there is none.  KEYED:
 * the key's line has been passed, carried from call to call. */
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

/* Take the lines of the value at I out; comments between them stay. */
static void close_value(struct regedit *e, size_t i)
{
    size_t end = value_end(e, i);
    while (end > i) {
        struct regedit_line *l = &e->lines[--end];
        if (l->inside)
            l->inside = false;
        else
            lines_close(e, end, 1);
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
    ok = ok && insert_text(e, at, &t, "", 0);
    regtext_fini(&t);
    return ok ? at + !behind : NOT_LINE;
}

/* TEXT, a value, takes the place of the one at I, or comes in there when there is none; *NEXT is behind it.
 */
static bool put_value(struct regedit *e, size_t i, const struct regtext *text, bool replace, size_t *next)
{
    struct regtext tail = {.p = NULL};
    const size_t n = count_lines(text);
    bool ok = true;
    if (replace && value_end(e, i) == i + 1) {
        const struct regedit_line *old = &e->lines[i];
        ok = regtext_add(&tail, old->p + old->comment, old->n - old->comment);
    }
    ok = ok && insert_text(e, i, text, tail.p ? tail.p : "", tail.n);
    regtext_fini(&tail);
    if (ok && replace)
        close_value(e, i + n);
    *next = i + n;
    return ok;
}

/* The value NAME of the key at PATH goes from all live lines from FROM on; deletions only WITH them. */
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
    lines_close(e, before, e->n_lines - before);
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

/* The key at I goes, and a blank line when there is one on either side. */
static void close_section(struct regedit *e, size_t i)
{
    size_t end = i + 1;
    while (end < e->n_lines && !is_key(&e->lines[end])) {
        if (is_value(&e->lines[end]))
            close_value(e, end);
        else
            end++;
    }
    lines_close(e, i, 1);
    if (!is_blank(e, i - 1))
        return;
    if (is_blank(e, i))
        lines_close(e, i, 1);
    else if (i == e->n_lines)
        lines_close(e, i - 1, 1);
}

void regedit_remove_key(struct regedit *e, const char *path)
{
    size_t i = live_from(e, path);
    while (i < e->n_lines) {
        if (e->lines[i].kind == REGLINE_KEY && is_at_or_below(e->lines[i].name, path))
            close_section(e, i);
        else
            i++;
    }
}

/* ---- the file goes out ---- */

static bool add_line_end(const struct regedit *e, const struct regedit_line *l, struct regtext *out)
{
    if (l->eol > 0)
        return regtext_add(out, l->p + l->n, l->eol);
    return encode(e, out, e->crlf ? "\r\n" : "\n", e->crlf ? 2 : 1);
}

bool regedit_text(const struct regedit *e, struct regtext *out)
{
    bool ok = regtext_add(out, e->text, e->mark);
    for (size_t i = 0; i < e->n_lines && ok; i++) {
        bool last = i + 1 == e->n_lines;
        ok = regtext_add(out, e->lines[i].p, e->lines[i].n);
        if (ok && (!last || e->final_eol))
            ok = add_line_end(e, &e->lines[i], out);
    }
    return ok && (e->final_eol || regtext_add(out, e->text + e->n - e->tail, e->tail));
}
