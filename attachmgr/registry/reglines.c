/* A registry file as lines: how they come in, how new ones are made, how they go out. */
#include "attachmgr/registry/reglines.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_4   "REGEDIT4"
#define UTF8_MARK  "\xef\xbb\xbf"
#define UTF16_MARK "\xff\xfe"

/* ---- lines ---- */

static void line_fini(struct regedit_line *l)
{
    if (l->own)
        regtext_wipe_free(l->own, l->n);
    free(l->name);
}

/* Insert N lines, all zero, at AT. */
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

void reglines_remove(struct regedit *e, size_t at, size_t n)
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

/* How many octets of the file the first N octets of T stand for; T is the text of the line L. */
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

/* Find the kind and name of the line L from its octets.  OPEN is carried from line to line; NULL for the
 * header. */
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

/* Length of the line at P without its line end; *EOL is the length of that.  As in regfile.c, a carriage
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

/* A REGEDIT4 file that has UTF-8 anywhere is taken as UTF-8 throughout. */
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

bool reglines_take(struct regedit *e, const void *text, size_t n)
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

void reglines_fini(struct regedit *e)
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

/* Fill the line L, which is zero, with the N octets of UTF-8 at P and the octets at TAIL. */
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

size_t reglines_count(const struct regtext *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        n += t->p[i] == '\n';
    return n;
}

bool reglines_insert(struct regedit *e, size_t at, const struct regtext *text, const char *tail,
                     size_t tail_n)
{
    const size_t n = reglines_count(text);
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
        reglines_remove(e, at, n);
    return ok;
}

/* ---- the file goes out ---- */

static bool add_line_end(const struct regedit *e, const struct regedit_line *l, struct regtext *out)
{
    if (l->eol > 0)
        return regtext_add(out, l->p + l->n, l->eol);
    return encode(e, out, e->crlf ? "\r\n" : "\n", e->crlf ? 2 : 1);
}

bool reglines_text(const struct regedit *e, struct regtext *out)
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
