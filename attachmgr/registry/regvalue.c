/* Values of a registry file.  Octets of a long hex value are gathered in one buffer across its continuation
 * lines. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regread.h"
#include "attachmgr/registry/regtree.h"

/* Read the string whose opening quotation mark is at C into OUT.  False after an error. */
static bool take_string(struct regread *rd, struct regcursor *c, struct regtext *out)
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
                regread_fail(
                    rd, rd->line,
                    "single backslash in a string: write \\\\ for a backslash, \\\" for a quotation mark");
                return false;
            }
        }
        if (!regtext_putc(out, ch)) {
            regread_nomem(rd);
            return false;
        }
    }
    regread_fail(
        rd, rd->line,
        "string without end: add the closing quotation mark (a backslash before it must be doubled)");
    return false;
}

/* The octets gathered in rd->str are the text of string V; they become UTF-8.  Octets that are not text
 * are kept only as data: exports of a whole registry have such values under keys that do not concern us. */
static bool decode_text(struct regread *rd, struct reg_value *v)
{
    struct regtext t = {.p = NULL};
    const uint8_t *p = (const uint8_t *)rd->str.p;
    enum regtext_rc rc =
        rd->version5 ? regtext_add_utf16le(&t, p, rd->str.n) : regtext_add_ansi(&t, p, rd->str.n);
    bool ok = rc != REGTEXT_NOMEM;
    if (rc == REGTEXT_OK) {
        while (t.n > 0 && t.p[t.n - 1] == '\0')
            t.n--; /* by length, with or without the NUL that should end it [R10] */
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

/* Make the value that the lines so far describe; NULL when there is no key to put it under. */
static struct reg_value *store(struct regread *rd)
{
    if (rd->place != IN_KEY)
        return NULL;
    struct reg_value *v = regtree_value(rd->key, rd->name.n ? rd->name.p : "", rd->name.n);
    if (!v) {
        regread_nomem(rd);
        return NULL;
    }
    v->type = rd->type;
    v->file = rd->file;
    v->line = rd->value_line;
    return v;
}

static void store_string(struct regread *rd)
{
    rd->type = REG_SZ;
    struct reg_value *v = store(rd);
    if (!v)
        return;
    v->text = regtext_dup(&rd->str);
    if (v->text)
        v->text_n = rd->str.n;
    else
        regread_nomem(rd);
}

static void store_dword(struct regread *rd, uint32_t dword)
{
    rd->type = REG_DWORD;
    struct reg_value *v = store(rd);
    if (v)
        v->dword = dword;
}

static void store_octets(struct regread *rd)
{
    struct reg_value *v = store(rd);
    if (!v)
        return;
    v->data = (uint8_t *)regtext_dup(&rd->str);
    if (!v->data) {
        regread_nomem(rd);
        return;
    }
    v->n = rd->str.n;
    if (rd->type == REG_DWORD && v->n == 4)
        v->dword = le32(rd->str.p);
    bool text = rd->type == REG_SZ || rd->type == REG_EXPAND_SZ || rd->type == REG_MULTI_SZ;
    if (text && !decode_text(rd, v))
        regread_nomem(rd);
}

/* One octet, two hexadecimal digits. */
static bool hex_octet(struct regread *rd, struct regcursor *c)
{
    uint32_t octet;
    unsigned digits = regcursor_take_hex(c, 2, &octet);
    if (digits < 1 || digits > 2) {
        regread_fail(rd, rd->line, "hex: needs octets of two hexadecimal digits with commas between them");
        return false;
    }
    if (rd->hex == HEX_AFTER_OCTET) {
        regread_fail(rd, rd->line, "hex: a comma is missing between two octets");
        return false;
    }
    rd->hex = HEX_AFTER_OCTET;
    if (!regtext_putc(&rd->str, (char)octet)) {
        regread_nomem(rd);
        return false;
    }
    return true;
}

/* Octets up to the end of the line; rd->open says whether the value goes on.  False after an error. */
static bool hex_line(struct regread *rd, struct regcursor *c)
{
    rd->open = false;
    while (!regcursor_at_end(c)) {
        if (*c->p == '\\') {
            c->p++;
            if (regcursor_at_end(c)) {
                rd->open = true;
                return true;
            }
            regread_fail(rd, rd->line,
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
        regread_fail(rd, rd->line,
                     "hex: ends in a comma: an octet is missing, or a backslash that continues the value");
        return false;
    }
    store_octets(rd);
    return true;
}

/* What follows `hex`: `:` or `(type):`, then octets. */
static bool hex_value(struct regread *rd, struct regcursor *c)
{
    rd->type = REG_BINARY;
    if (c->p < c->end && *c->p == '(') {
        c->p++;
        unsigned digits = regcursor_take_hex(c, 8, &rd->type);
        if (digits < 1 || digits > 8 || !regcursor_take_word(c, ")")) {
            regread_fail(rd, rd->line, "hex(N): needs a type number of hexadecimal digits, such as hex(2):");
            return false;
        }
    }
    if (!regcursor_take_word(c, ":")) {
        regread_fail(rd, rd->line, "hex must be followed by a colon, or a type in parentheses and a colon");
        return false;
    }
    rd->hex = HEX_START;
    regtext_reset(&rd->str);
    return hex_line(rd, c);
}

static bool dword_value(struct regread *rd, struct regcursor *c)
{
    uint32_t value;
    regcursor_skip_blanks(c);
    unsigned digits = regcursor_take_hex(c, 8, &value);
    if (digits < 1 || digits > 8 || !regcursor_at_end(c)) {
        regread_fail(rd, rd->line, "dword: needs one to eight hexadecimal digits and nothing else");
        return false;
    }
    store_dword(rd, value);
    return true;
}

static bool string_value(struct regread *rd, struct regcursor *c)
{
    if (!take_string(rd, c, &rd->str))
        return false;
    if (!regcursor_at_end(c)) {
        regread_fail(rd, rd->line,
                     "something follows the string: a quotation mark inside it must be written \\\"");
        return false;
    }
    store_string(rd);
    return true;
}

static bool delete_value(struct regread *rd, struct regcursor *c)
{
    c->p++;
    if (!regcursor_at_end(c)) {
        regread_fail(rd, rd->line, "something follows the minus sign that deletes the value");
        return false;
    }
    if (rd->place == IN_KEY)
        regtree_delete_value(rd->key, rd->name.n ? rd->name.p : "", rd->name.n);
    return true;
}

static bool value_data(struct regread *rd, struct regcursor *c)
{
    if (regcursor_at_end(c)) {
        regread_fail(rd, rd->line, "nothing follows the equal sign: wanted \"text\", dword:, hex: or -");
        return false;
    }
    if (*c->p == '"')
        return string_value(rd, c);
    if (*c->p == '-')
        return delete_value(rd, c);
    if (regcursor_take_word(c, "dword:"))
        return dword_value(rd, c);
    if (regcursor_take_word(c, "hex"))
        return hex_value(rd, c);
    regread_fail(rd, rd->line, "unknown kind of value: wanted \"text\", dword:, hex:, hex(N): or -");
    return false;
}

static bool value_name(struct regread *rd, struct regcursor *c)
{
    if (*c->p == '@') {
        regtext_reset(&rd->name);
        c->p++;
    } else if (!take_string(rd, c, &rd->name)) {
        return false;
    }
    regcursor_skip_blanks(c);
    if (regcursor_take_word(c, "="))
        return true;
    regread_fail(rd, rd->line, "no equal sign after the name of the value");
    return false;
}

/* Does the line end in a backslash (which no complete value does)? */
static bool ends_open(const struct regcursor *line)
{
    const char *e = line->end;
    while (e > line->p && (e[-1] == ' ' || e[-1] == '\t'))
        e--;
    return e > line->p && e[-1] == '\\';
}

void regvalue_line(struct regread *rd, struct regcursor *c)
{
    const struct regcursor whole = *c;
    if (rd->place == BEFORE_KEYS)
        regread_fail(rd, rd->line, "value before any key: a [KEY] line must come first");
    if (rd->place == IN_DELETED_KEY)
        regread_fail(rd, rd->line, "value under a key that is deleted: put it under a [KEY] line of its own");
    rd->value_line = rd->line;
    rd->discard = !value_name(rd, c) || !value_data(rd, c);
    if (rd->discard)
        rd->open = ends_open(&whole);
}

bool regvalue_more(struct regread *rd, struct regcursor *c)
{
    struct regcursor whole = *c;
    regcursor_skip_blanks(c);
    if (c->p == c->end || *c->p == '[' || *c->p == '"' || *c->p == '@') {
        rd->open = false;
        if (!rd->discard)
            regread_fail(rd, rd->line - 1,
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
