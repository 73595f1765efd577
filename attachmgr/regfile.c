/* Registry exports, read line by line.
 *
 * Nothing here grows faster than the file: a line is looked at once, octets of a long hex value are gathered
 * in one buffer across its continuation lines, and after REGFILE_ERRORS_MAX errors the rest is left alone
 * (somebody gave us a disk image).  A message never quotes a line: what stands there may be a password. */
#include "attachmgr/regfile.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/regtext.h"
#include "attachmgr/regtree.h"

#define HEADER_5 "Windows Registry Editor Version 5.00"
#define HEADER_4 "REGEDIT4"

/* The registry's own limits: characters in one key's name, levels of keys. */
#define KEY_NAME_MAX  255
#define KEY_LEVEL_MAX 512

/* Under which key a value line would stand. */
enum place { BEFORE_KEYS, IN_KEY, IN_DELETED_KEY, IN_BAD_KEY };

/* Where the reader of hex octets is; it may be in any of these when a line ends in a backslash. */
enum hex_state { HEX_START, HEX_AFTER_OCTET, HEX_AFTER_COMMA };

struct reader {
    struct regfile *r;
    struct diag *d;
    const char *file;
    unsigned line;
    unsigned errors;
    bool wide;     /* UTF-16LE */
    bool version5; /* hex strings are UTF-16LE, else ANSI */
    bool stop;     /* out of memory, or too many errors */
    enum place place;
    struct reg_key *key;

    struct regtext text; /* the line, when it had to be decoded */
    struct regtext name; /* of the value being read */
    struct regtext str;  /* its text, or its octets */
    uint32_t type;
    unsigned value_line;
    enum hex_state hex;
    bool open;    /* the last line of the value ended in a backslash */
    bool discard; /* and the value is in error: pass over its other lines */
};

/* A place in a line. */
struct cur {
    const char *p, *end;
};

static void fail_at(struct reader *rd, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void fail_at(struct reader *rd, unsigned line, const char *fmt, ...)
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

static void fail_nomem(struct reader *rd)
{
    fail_at(rd, rd->line, "out of memory");
    rd->stop = true;
}

static void skip_blanks(struct cur *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
}

/* Nothing more on the line but blanks and a comment? */
static bool at_end(struct cur *c)
{
    skip_blanks(c);
    return c->p == c->end || *c->p == ';';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to MAX hexadecimal digits; how many there were, MAX + 1 when there are more. */
static unsigned take_hex(struct cur *c, unsigned max, uint32_t *value)
{
    unsigned n = 0;
    *value = 0;
    while (c->p < c->end && hex_digit(*c->p) >= 0) {
        if (n++ == max)
            return n;
        *value = *value << 4 | (uint32_t)hex_digit(*c->p++);
    }
    return n;
}

/* WORD at C without regard to case; passes over it. */
static bool take_word(struct cur *c, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(c->end - c->p) < n || strncasecmp(c->p, word, n) != 0)
        return false;
    c->p += n;
    return true;
}

/* The string whose opening quotation mark is at C goes to OUT.  False after an error. */
static bool take_string(struct reader *rd, struct cur *c, struct regtext *out)
{
    regtext_reset(out);
    for (c->p++; c->p < c->end; c->p++) {
        char ch = *c->p;
        if (ch == '"') {
            c->p++;
            return true;
        }
        if (ch == '\\') {
            if (++c->p == c->end)
                break;
            ch = *c->p;
            if (ch != '\\' && ch != '"') {
                fail_at(
                    rd, rd->line,
                    "single backslash in a string: write \\\\ for a backslash, \\\" for a quotation mark");
                return false;
            }
        }
        if (!regtext_putc(out, ch)) {
            fail_nomem(rd);
            return false;
        }
    }
    fail_at(rd, rd->line,
            "string without end: add the closing quotation mark (a backslash before it must be doubled)");
    return false;
}

/* ---- values ---- */

/* The octets gathered in rd->str are the text of string V; they become UTF-8.  Octets that are no text are
 * kept as data alone: whole-registry exports have such values under keys that are none of our business. */
static bool decode_text(struct reader *rd, struct reg_value *v)
{
    struct regtext t = {.p = NULL};
    const uint8_t *p = (const uint8_t *)rd->str.p;
    enum regtext_rc rc =
        rd->version5 ? regtext_add_utf16le(&t, p, rd->str.n) : regtext_add_ansi(&t, p, rd->str.n);
    bool ok = rc != REGTEXT_NOMEM;
    if (rc == REGTEXT_OK) {
        while (t.n > 0 && t.p[t.n - 1] == '\0')
            t.n--; /* by length, with or without the NUL that should end it (attach sheet 2.2, 3.2) */
        v->text_n = t.n;
        ok = regtext_add(&t, "\0", 2);
        if (ok)
            v->text = regtext_dup(&t);
        ok = v->text != NULL;
    }
    regtext_fini(&t);
    return ok;
}

static uint32_t le32(const char *s)
{
    const uint8_t *p = (const uint8_t *)s;
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The value that the lines so far were about; NULL when there is no key to put it under. */
static struct reg_value *store(struct reader *rd)
{
    if (rd->place != IN_KEY)
        return NULL;
    struct reg_value *v = regtree_value(rd->key, rd->name.n ? rd->name.p : "", rd->name.n);
    if (!v) {
        fail_nomem(rd);
        return NULL;
    }
    v->type = rd->type;
    v->file = rd->file;
    v->line = rd->value_line;
    return v;
}

static void store_string(struct reader *rd)
{
    rd->type = REG_SZ;
    struct reg_value *v = store(rd);
    if (!v)
        return;
    v->text = regtext_dup(&rd->str);
    if (v->text)
        v->text_n = rd->str.n;
    else
        fail_nomem(rd);
}

static void store_dword(struct reader *rd, uint32_t dword)
{
    rd->type = REG_DWORD;
    struct reg_value *v = store(rd);
    if (v)
        v->dword = dword;
}

static void store_octets(struct reader *rd)
{
    struct reg_value *v = store(rd);
    if (!v)
        return;
    v->data = (uint8_t *)regtext_dup(&rd->str);
    if (!v->data) {
        fail_nomem(rd);
        return;
    }
    v->n = rd->str.n;
    if (rd->type == REG_DWORD && v->n == 4)
        v->dword = le32(rd->str.p);
    bool text = rd->type == REG_SZ || rd->type == REG_EXPAND_SZ || rd->type == REG_MULTI_SZ;
    if (text && !decode_text(rd, v))
        fail_nomem(rd);
}

/* One octet, two hexadecimal digits. */
static bool hex_octet(struct reader *rd, struct cur *c)
{
    uint32_t octet;
    unsigned digits = take_hex(c, 2, &octet);
    if (digits < 1 || digits > 2) {
        fail_at(rd, rd->line, "hex: wants octets of two hexadecimal digits with commas between them");
        return false;
    }
    if (rd->hex == HEX_AFTER_OCTET) {
        fail_at(rd, rd->line, "hex: a comma is missing between two octets");
        return false;
    }
    rd->hex = HEX_AFTER_OCTET;
    if (!regtext_putc(&rd->str, (char)octet)) {
        fail_nomem(rd);
        return false;
    }
    return true;
}

/* Octets up to the end of the line; rd->open says whether the value goes on.  False after an error. */
static bool hex_line(struct reader *rd, struct cur *c)
{
    rd->open = false;
    while (!at_end(c)) {
        if (*c->p == '\\') {
            c->p++;
            if (at_end(c)) {
                rd->open = true;
                return true;
            }
            fail_at(rd, rd->line,
                    "hex: the backslash that continues a value must be the last thing on its line");
            return false;
        }
        if (*c->p == ',' && rd->hex == HEX_AFTER_OCTET) {
            rd->hex = HEX_AFTER_COMMA;
            c->p++;
        } else if (!hex_octet(rd, c)) {
            return false;
        }
    }
    if (rd->hex == HEX_AFTER_COMMA) {
        fail_at(rd, rd->line,
                "hex: ends in a comma: an octet is missing, or a backslash that continues the value");
        return false;
    }
    store_octets(rd);
    return true;
}

/* What follows `hex`: `:` or `(type):`, then octets. */
static bool hex_value(struct reader *rd, struct cur *c)
{
    rd->type = REG_BINARY;
    if (c->p < c->end && *c->p == '(') {
        c->p++;
        unsigned digits = take_hex(c, 8, &rd->type);
        if (digits < 1 || digits > 8 || !take_word(c, ")")) {
            fail_at(rd, rd->line, "hex(N): wants a type number of hexadecimal digits, such as hex(2):");
            return false;
        }
    }
    if (!take_word(c, ":")) {
        fail_at(rd, rd->line, "hex must be followed by a colon, or a type in parentheses and a colon");
        return false;
    }
    rd->hex = HEX_START;
    regtext_reset(&rd->str);
    return hex_line(rd, c);
}

static bool dword_value(struct reader *rd, struct cur *c)
{
    uint32_t value;
    skip_blanks(c);
    unsigned digits = take_hex(c, 8, &value);
    if (digits < 1 || digits > 8 || !at_end(c)) {
        fail_at(rd, rd->line, "dword: wants one to eight hexadecimal digits and nothing else");
        return false;
    }
    store_dword(rd, value);
    return true;
}

static bool string_value(struct reader *rd, struct cur *c)
{
    if (!take_string(rd, c, &rd->str))
        return false;
    if (!at_end(c)) {
        fail_at(rd, rd->line,
                "something follows the string: a quotation mark inside it must be written \\\"");
        return false;
    }
    store_string(rd);
    return true;
}

static bool delete_value(struct reader *rd, struct cur *c)
{
    c->p++;
    if (!at_end(c)) {
        fail_at(rd, rd->line, "something follows the minus sign that deletes the value");
        return false;
    }
    if (rd->place == IN_KEY)
        regtree_delete_value(rd->key, rd->name.n ? rd->name.p : "", rd->name.n);
    return true;
}

static bool value_data(struct reader *rd, struct cur *c)
{
    if (at_end(c)) {
        fail_at(rd, rd->line, "nothing follows the equal sign: wanted \"text\", dword:, hex: or -");
        return false;
    }
    if (*c->p == '"')
        return string_value(rd, c);
    if (*c->p == '-')
        return delete_value(rd, c);
    if (take_word(c, "dword:"))
        return dword_value(rd, c);
    if (take_word(c, "hex"))
        return hex_value(rd, c);
    fail_at(rd, rd->line, "unknown kind of value: wanted \"text\", dword:, hex:, hex(N): or -");
    return false;
}

static bool value_name(struct reader *rd, struct cur *c)
{
    if (*c->p == '@') {
        regtext_reset(&rd->name);
        c->p++;
    } else if (!take_string(rd, c, &rd->name)) {
        return false;
    }
    skip_blanks(c);
    if (take_word(c, "="))
        return true;
    fail_at(rd, rd->line, "no equal sign after the name of the value");
    return false;
}

/* Does the line end in a backslash (which no complete value does)? */
static bool ends_open(const struct cur *line)
{
    const char *e = line->end;
    while (e > line->p && (e[-1] == ' ' || e[-1] == '\t'))
        e--;
    return e > line->p && e[-1] == '\\';
}

static void value_line(struct reader *rd, struct cur *c)
{
    const struct cur whole = *c;
    if (rd->place == BEFORE_KEYS)
        fail_at(rd, rd->line, "value before any key: a [KEY] line must come first");
    if (rd->place == IN_DELETED_KEY)
        fail_at(rd, rd->line, "value under a key that is deleted: put it under a [KEY] line of its own");
    rd->value_line = rd->line;
    rd->discard = !value_name(rd, c) || !value_data(rd, c);
    if (rd->discard)
        rd->open = ends_open(&whole);
}

/* A further line of a value.  False when it is none, and is to be read as a line of its own. */
static bool continuation_line(struct reader *rd, struct cur *c)
{
    struct cur whole = *c;
    skip_blanks(c);
    if (c->p == c->end || *c->p == '[' || *c->p == '"' || *c->p == '@') {
        rd->open = false;
        if (!rd->discard)
            fail_at(rd, rd->line - 1,
                    "the line ends in a backslash but the value does not go on: remove the backslash");
        *c = whole;
        return false;
    }
    if (*c->p == ';')
        return true;
    if (rd->discard) {
        rd->open = ends_open(&whole);
        return true;
    }
    rd->discard = !hex_line(rd, c);
    if (rd->discard)
        rd->open = ends_open(&whole);
    return true;
}

/* ---- keys ---- */

/* The bracket that ends the key's name: names may hold brackets, so it is the first that nothing follows. */
static const char *closing_bracket(const struct cur *c)
{
    const char *p = c->p;
    while ((p = memchr(p, ']', (size_t)(c->end - p))) != NULL) {
        p++;
        struct cur rest = {p, c->end};
        if (p == c->end || ((*p == ' ' || *p == '\t' || *p == ';') && at_end(&rest)))
            return p - 1;
    }
    return NULL;
}

/* Why the key name from P to END (after its root) is none, or NULL. */
static const char *key_name_fault(const char *p, const char *end)
{
    unsigned level = 0;
    while (p < end) {
        p++;
        const char *next = memchr(p, '\\', (size_t)(end - p));
        if (!next)
            next = end;
        if (next == p)
            return "empty name between two backslashes or at the end of the key";
        if (next - p > KEY_NAME_MAX)
            return "a name in the key is longer than 255 characters";
        if (++level > KEY_LEVEL_MAX)
            return "the key has more than 512 levels";
        p = next;
    }
    return NULL;
}

/* The key name from P to END goes to OUT with the long name of its root.  False after an error. */
static bool key_path(struct reader *rd, const char *p, const char *end, struct regtext *out)
{
    const char *rest = memchr(p, '\\', (size_t)(end - p));
    if (!rest)
        rest = end;
    const char *root = regtree_root(p, (size_t)(rest - p));
    const char *fault = root ? key_name_fault(rest, end)
                             : "the key does not begin with a root key: HKEY_LOCAL_MACHINE (HKLM), "
                               "HKEY_CURRENT_USER (HKCU)...";
    if (fault) {
        fail_at(rd, rd->line, "%s", fault);
        return false;
    }
    regtext_reset(out);
    if (regtext_add(out, root, strlen(root)) && regtext_add(out, rest, (size_t)(end - rest)))
        return true;
    fail_nomem(rd);
    return false;
}

static void delete_key(struct reader *rd, const struct regtext *path)
{
    if (!memchr(path->p, '\\', path->n)) {
        fail_at(rd, rd->line, "a root key cannot be deleted: name the key below it");
        return;
    }
    if (!regtree_delete(rd->r, path->p, path->n))
        fail_nomem(rd);
    rd->place = IN_DELETED_KEY;
}

static void key_line(struct reader *rd, struct cur *c)
{
    rd->place = IN_BAD_KEY;
    const char *end = closing_bracket(c);
    if (!end) {
        fail_at(rd, rd->line, "key without end: the line must be [KEY], or [-KEY] to delete it");
        return;
    }
    const char *p = c->p + 1;
    bool deletion = *p == '-';
    if (!key_path(rd, p + deletion, end, &rd->str))
        return;
    if (deletion) {
        delete_key(rd, &rd->str);
        return;
    }
    rd->key = regtree_key(rd->r, rd->str.p, rd->str.n, rd->file, rd->line);
    if (rd->key)
        rd->place = IN_KEY;
    else
        fail_nomem(rd);
}

/* ---- lines ---- */

static void any_line(struct reader *rd, struct cur c)
{
    if (rd->open && continuation_line(rd, &c))
        return;
    if (at_end(&c))
        return;
    if (*c.p == '[')
        key_line(rd, &c);
    else if (*c.p == '"' || *c.p == '@')
        value_line(rd, &c);
    else
        fail_at(rd, rd->line, "neither [KEY] nor \"name\"=value nor ; comment");
}

static bool line_is(const struct cur *c, const char *s)
{
    size_t n = strlen(s);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, s, n) != 0)
        return false;
    struct cur rest = {c->p + n, c->end};
    return at_end(&rest);
}

static void first_line(struct reader *rd, struct cur c)
{
    rd->version5 = !line_is(&c, HEADER_4);
    if (!rd->version5 || line_is(&c, HEADER_5))
        return;
    fail_at(rd, 1, "not a registry export: the first line must be " HEADER_5 " or " HEADER_4);
    if (c.p < c.end && strchr("[\"@", *c.p))
        any_line(rd, c);
}

/* The octets of one line as UTF-8 in *C.  False after an error. */
static bool decode_line(struct reader *rd, const uint8_t *p, size_t n, struct cur *c)
{
    enum regtext_rc rc = REGTEXT_OK;
    *c = (struct cur){(const char *)p, (const char *)p + n};
    if (n == 0)
        return true;
    bool ansi = !rd->wide && !regtext_is_utf8(p, n);
    if (ansi && rd->version5 && rd->line > 1) {
        fail_at(rd, rd->line, "not UTF-8: save the file as UTF-16 (as regedit does) or as UTF-8");
        return false;
    }
    if (rd->wide || ansi) {
        regtext_reset(&rd->text);
        rc = rd->wide ? regtext_add_utf16le(&rd->text, p, n) : regtext_add_ansi(&rd->text, p, n);
        *c = (struct cur){rd->text.p, rd->text.p + rd->text.n};
    }
    if (rc == REGTEXT_NOMEM)
        fail_nomem(rd);
    if (rc == REGTEXT_BAD)
        fail_at(rd, rd->line, "not UTF-16: half a character (was the file cut off?)");
    else if (memchr(c->p, '\0', (size_t)(c->end - c->p))) {
        fail_at(rd, rd->line, "a NUL character: is this a text file?");
        return false;
    }
    return rc == REGTEXT_OK;
}

/* Length of the line at P without its line feed. */
static size_t line_length(const struct reader *rd, const uint8_t *p, const uint8_t *end)
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

static void one_line(struct reader *rd, const uint8_t *p, size_t n)
{
    struct cur c;
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

static void all_lines(struct reader *rd, const uint8_t *p, const uint8_t *end)
{
    const size_t lf = rd->wide ? 2 : 1;
    while (!rd->stop) {
        rd->line++;
        size_t n = line_length(rd, p, end);
        if (n > 0 || rd->line == 1)
            one_line(rd, p, n);
        else
            any_line(rd, (struct cur){"", ""});
        if ((size_t)(end - p) < n + lf)
            break;
        p += n + lf;
        if (p == end)
            break;
    }
    if (rd->open && !rd->discard)
        fail_at(rd, rd->line,
                "the file ends in the middle of a value: it was cut off, or the last backslash is wrong");
}

/* Byte order mark, or two octets that only UTF-16 can begin a registry export with.  False: nothing to read.
 */
static bool find_encoding(struct reader *rd, const uint8_t **p, const uint8_t *end)
{
    size_t n = (size_t)(end - *p);
    if (n >= 2 && (*p)[0] == 0xfe && (*p)[1] == 0xff) {
        fail_at(rd, 1, "UTF-16 with the octets the other way round: save the file as UTF-16LE or as UTF-8");
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
    struct reader rd = {.r = r, .d = d, .file = name, .version5 = true};
    const char *own = regtree_file(r, name);
    const uint8_t *p = n > 0 ? text : (const uint8_t *)"";
    const uint8_t *end = p + n;
    if (!own) {
        fail_nomem(&rd);
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
