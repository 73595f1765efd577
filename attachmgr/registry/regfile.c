/* Registry exports, read line by line.
 *
 * The time is linear in the size of the file: each line is looked at once (regkey.c, regvalue.c), and
 * after REGFILE_ERRORS_MAX errors the rest is not read (it may be a disk image).  A message never quotes a
 * line, which may hold a password. */
#include "attachmgr/registry/regfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attachmgr/registry/regread.h"
#include "attachmgr/registry/regtree.h"

#define HEADER_5 "Windows Registry Editor Version 5.00"
#define HEADER_4 "REGEDIT4"

void regread_fail(struct regread *rd, unsigned line, const char *fmt, ...)
{
    if (rd->stop)
        return;
    char why[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    diag_error(rd->d, rd->file, line, "%s", why);
    if (++rd->errors < REGFILE_ERRORS_MAX)
        return;
    diag_error(rd->d, rd->file, rd->line,
               "%u errors so far: the rest of the file is not read; is it a registry export?", rd->errors);
    rd->stop = true;
}

void regread_nomem(struct regread *rd)
{
    regread_fail(rd, rd->line, "out of memory");
    rd->stop = true;
}

/* ---- lines ---- */

static void any_line(struct regread *rd, struct regcursor c)
{
    if (rd->open && regvalue_more(rd, &c))
        return;
    if (regcursor_at_end(&c))
        return;
    if (*c.p == '[')
        regkey_line(rd, &c);
    else if (*c.p == '"' || *c.p == '@')
        regvalue_line(rd, &c);
    else
        regread_fail(rd, rd->line, "neither [KEY] nor \"name\"=value nor ; comment");
}

static bool line_is(const struct regcursor *c, const char *s)
{
    size_t n = strlen(s);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
        return false;
    struct regcursor rest = {c->p + n, c->end};
    return regcursor_at_end(&rest);
}

static void first_line(struct regread *rd, struct regcursor c)
{
    rd->version5 = !line_is(&c, HEADER_4);
    if (!rd->version5 || line_is(&c, HEADER_5))
        return;
    regread_fail(rd, 1, "not a registry export: the first line must be " HEADER_5 " or " HEADER_4);
    if (c.p < c.end && strchr("[\"@", *c.p))
        any_line(rd, c);
}

/* The octets of one line as UTF-8 in *C.  False after an error. */
static bool decode_line(struct regread *rd, const uint8_t *p, size_t n, struct regcursor *c)
{
    enum regtext_rc rc = REGTEXT_OK;
    *c = (struct regcursor){(const char *)p, (const char *)p + n};
    if (n == 0)
        return true;
    bool ansi = !rd->wide && !regtext_is_utf8(p, n);
    if (ansi && rd->version5 && rd->line > 1) {
        regread_fail(rd, rd->line, "not UTF-8: save the file as UTF-16 (as regedit does) or as UTF-8");
        return false;
    }
    if (rd->wide || ansi) {
        regtext_reset(&rd->text);
        rc = rd->wide ? regtext_add_utf16le(&rd->text, p, n) : regtext_add_ansi(&rd->text, p, n);
        if (rd->text.p) /* nothing was written when the line is half a character */
            *c = (struct regcursor){rd->text.p, rd->text.p + rd->text.n};
    }
    if (rc == REGTEXT_NOMEM)
        regread_nomem(rd);
    if (rc == REGTEXT_BAD)
        regread_fail(rd, rd->line, "not UTF-16: half a character (was the file cut off?)");
    else if (memchr(c->p, '\0', (size_t)(c->end - c->p))) {
        regread_fail(rd, rd->line, "a NUL character: is this a text file?");
        return false;
    }
    return rc == REGTEXT_OK;
}

/* Length of the line at P without its line feed. */
static size_t line_length(const struct regread *rd, const uint8_t *p, const uint8_t *end)
{
    size_t n = (size_t)(end - p);
    if (!rd->wide) {
        const uint8_t *lf = memchr(p, '\n', n);
        return lf ? (size_t)(lf - p) : n;
    }
    for (size_t i = 0; n - i >= 2; i += 2)
        if (p[i] == '\n' && p[i + 1] == 0)
            return i;
    return n;
}

static void one_line(struct regread *rd, const uint8_t *p, size_t n)
{
    struct regcursor c;
    if (!decode_line(rd, p, n, &c)) {
        rd->discard = true;
        return;
    }
    if (c.p < c.end && c.end[-1] == '\r')
        c.end--;
    if (rd->line == 1)
        first_line(rd, c);
    else
        any_line(rd, c);
}

static void all_lines(struct regread *rd, const uint8_t *p, const uint8_t *end)
{
    const size_t lf = rd->wide ? 2 : 1;
    while (!rd->stop) {
        rd->line++;
        size_t n = line_length(rd, p, end);
        if (n > 0 || rd->line == 1)
            one_line(rd, p, n);
        else
            any_line(rd, (struct regcursor){"", ""});
        if ((size_t)(end - p) < n + lf)
            break;
        p += n + lf;
        if (p == end)
            break;
    }
    if (rd->open && !rd->discard)
        regread_fail(
            rd, rd->line,
            "the file ends in the middle of a value: it was cut off, or the last backslash is wrong");
}

/* Find the encoding by the byte order mark, or by two first octets that only UTF-16 has.  False: nothing
 * to read. */
static bool find_encoding(struct regread *rd, const uint8_t **p, const uint8_t *end)
{
    size_t n = (size_t)(end - *p);
    if (n >= 2 && (*p)[0] == 0xfe && (*p)[1] == 0xff) {
        regread_fail(rd, 1,
                     "UTF-16 with the octets the other way round: save the file as UTF-16LE or as UTF-8");
        return false;
    }
    if (n >= 3 && memcmp(*p, "\xef\xbb\xbf", 3) == 0) {
        *p += 3;
    } else if (n >= 2 && (*p)[0] == 0xff && (*p)[1] == 0xfe) {
        rd->wide = true;
        *p += 2;
    } else if (n >= 2 && ((*p)[0] == 'W' || (*p)[0] == 'R') && (*p)[1] == 0) {
        rd->wide = true;
    }
    return true;
}

int regfile_read(struct regfile *r, const char *name, const void *text, size_t n, struct diag *d)
{
    struct regread rd = {.r = r, .d = d, .file = name, .version5 = true};
    const char *own = regtree_file(r, name);
    const uint8_t *p = n > 0 ? text : (const uint8_t *)"";
    const uint8_t *end = p + n;
    if (!own) {
        regread_nomem(&rd);
        return -1;
    }
    rd.file = own;
    if (find_encoding(&rd, &p, end))
        all_lines(&rd, p, end);
    regtree_sweep(r);
    regtext_fini(&rd.text);
    regtext_fini(&rd.name);
    regtext_fini(&rd.str);
    return rd.errors > 0 ? -1 : 0;
}
