/* Values as regedit writes them: strings and numbers on one line, octets in lines of up to 80 characters that
 * end in a backslash. */
#include "attachmgr/registry/regwrite.h"

#include <stdio.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"

/* No octet begins after these columns: a line has 80, and an octet that is not the last needs room for a
 * comma and a backslash. */
#define HEX_COLUMN_MAX      76
#define HEX_COLUMN_MAX_LAST 78

static bool add(struct regtext *t, const char *s)
{
    return regtext_add(t, s, strlen(s));
}

static bool add_quoted(struct regtext *t, const char *s)
{
    bool ok = regtext_putc(t, '"');
    for (; ok && *s; s++)
        ok = ((*s != '"' && *s != '\\') || regtext_putc(t, '\\')) && regtext_putc(t, *s);
    return ok && regtext_putc(t, '"');
}

static bool add_hex(struct regtext *t, size_t column, const uint8_t *p, size_t n)
{
    char octet[4];
    for (size_t i = 0; i < n; i++) {
        if (column > (i + 1 < n ? HEX_COLUMN_MAX : HEX_COLUMN_MAX_LAST)) {
            if (!add(t, "\\\n  "))
                return false;
            column = 2;
        }
        int len = snprintf(octet, sizeof octet, i + 1 < n ? "%02x," : "%02x", p[i]);
        column += (size_t)len;
        if (!add(t, octet))
            return false;
    }
    return true;
}

/* Append TEXT in ISO 8859-1.  REGTEXT_BAD also when the result looks like UTF-8, and would be read as
 * that. */
static enum regtext_rc put_ansi(struct regtext *t, const char *text, size_t n)
{
    size_t from = t->n;
    enum regtext_rc rc = regtext_put_latin1(t, text, n);
    if (rc == REGTEXT_OK && t->n - from != n && regtext_is_utf8(t->p + from, t->n - from))
        rc = REGTEXT_BAD;
    return rc;
}

/* The octets that the text of V has in the registry. */
static enum regtext_rc text_octets(struct regtext *t, const struct regwrite_value *v, enum regwrite_form form)
{
    static const char nul[2] = "";
    size_t unit = form == REGWRITE_V5 ? 2 : 1, n = strlen(v->text);
    enum regtext_rc rc = REGTEXT_OK;
    if (form == REGWRITE_ANSI)
        rc = put_ansi(t, v->text, n);
    else if (form == REGWRITE_V4 ? !regtext_add(t, v->text, n) : !regtext_put_utf16le(t, v->text, n))
        rc = REGTEXT_NOMEM;
    if (rc != REGTEXT_OK)
        return rc;
    bool ok = regtext_add(t, nul, unit) && (v->type != REG_MULTI_SZ || regtext_add(t, nul, unit));
    return ok ? REGTEXT_OK : REGTEXT_NOMEM;
}

static enum regtext_rc add_octets(struct regtext *out, size_t start, const struct regwrite_value *v,
                                  enum regwrite_form form)
{
    char type[20] = "hex:";
    struct regtext t = {.p = NULL};
    enum regtext_rc rc = REGTEXT_OK;
    if (v->type != REG_BINARY)
        snprintf(type, sizeof type, "hex(%lx):", (unsigned long)v->type);
    if (v->text)
        rc = text_octets(&t, v, form);
    const uint8_t *p = v->text ? (const uint8_t *)t.p : v->data;
    size_t n = v->text ? t.n : v->n;
    if (rc == REGTEXT_OK && (!add(out, type) || !add_hex(out, out->n - start, p, n)))
        rc = REGTEXT_NOMEM;
    regtext_fini(&t);
    return rc;
}

static enum regtext_rc add_data(struct regtext *out, size_t start, const struct regwrite_value *v,
                                enum regwrite_form form)
{
    char number[20];
    if (v->type == REG_SZ && v->text) {
        struct regtext ansi = {.p = NULL};
        enum regtext_rc rc = form == REGWRITE_ANSI ? put_ansi(&ansi, v->text, strlen(v->text)) : REGTEXT_OK;
        regtext_fini(&ansi);
        if (rc == REGTEXT_OK && !add_quoted(out, v->text))
            rc = REGTEXT_NOMEM;
        return rc;
    }
    if (v->type != REG_DWORD || v->data)
        return add_octets(out, start, v, form);
    snprintf(number, sizeof number, "dword:%08lx", (unsigned long)v->dword);
    return add(out, number) ? REGTEXT_OK : REGTEXT_NOMEM;
}

enum regtext_rc regwrite_value(struct regtext *out, const struct regwrite_value *v, enum regwrite_form form)
{
    size_t start = out->n;
    bool ok = v->name[0] ? add_quoted(out, v->name) : regtext_putc(out, '@');
    if (!ok || !regtext_putc(out, '='))
        return REGTEXT_NOMEM;
    enum regtext_rc rc = add_data(out, start, v, form);
    if (rc == REGTEXT_OK && !regtext_putc(out, '\n'))
        rc = REGTEXT_NOMEM;
    return rc;
}
