#include "attachmgr/registry/regtext.h"

#include <stdlib.h>
#include <string.h>

void regtext_wipe_free(void *p, size_t n)
{
    if (!p)
        return;
    explicit_bzero(p, n);
    free(p);
}

/* Not realloc: that may leave a copy of a password behind in the heap. */
static bool grow(struct regtext *t, size_t need)
{
    size_t cap = t->cap ? t->cap : 64;
    while (cap < need) {
        if (cap > SIZE_MAX / 2)
            return false;
        cap *= 2;
    }
    char *p = malloc(cap);
    if (!p)
        return false;
    if (t->n > 0)
        memcpy(p, t->p, t->n);
    regtext_wipe_free(t->p, t->n);
    t->p = p;
    t->cap = cap;
    return true;
}

bool regtext_add(struct regtext *t, const void *p, size_t n)
{
    if (n > SIZE_MAX - t->n)
        return false;
    if (t->n + n > t->cap && !grow(t, t->n + n))
        return false;
    if (n > 0)
        memcpy(t->p + t->n, p, n);
    t->n += n;
    return true;
}

bool regtext_putc(struct regtext *t, char c)
{
    return regtext_add(t, &c, 1);
}

void regtext_reset(struct regtext *t)
{
    if (t->n > 0)
        explicit_bzero(t->p, t->n);
    t->n = 0;
}

void regtext_fini(struct regtext *t)
{
    regtext_wipe_free(t->p, t->n);
    *t = (struct regtext){.p = NULL};
}

char *regtext_dup(const struct regtext *t)
{
    char *s = malloc(t->n + 1);
    if (!s)
        return NULL;
    if (t->n > 0)
        memcpy(s, t->p, t->n);
    s[t->n] = '\0';
    return s;
}

/* Length of the UTF-8 character at P, where N octets are left; 0 when it is not valid. */
static size_t utf8_char(const uint8_t *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 && p[0] < 0xf8 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (len == 1)
        return 1;
    if (p[0] < 0xc0 || p[0] >= 0xf8 || len > n)
        return 0;
    uint32_t c = p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    return len;
}

bool regtext_is_utf8(const void *p, size_t n)
{
    const uint8_t *b = p;
    for (size_t i = 0; i < n;) {
        size_t len = utf8_char(b + i, n - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}

static bool put_char(struct regtext *t, uint32_t c)
{
    char b[4];
    size_t n = 0;
    if (c < 0x80) {
        b[n++] = (char)c;
    } else if (c < 0x800) {
        b[n++] = (char)(0xc0 | c >> 6);
        b[n++] = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        b[n++] = (char)(0xe0 | c >> 12);
        b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        b[n++] = (char)(0x80 | (c & 0x3f));
    } else {
        b[n++] = (char)(0xf0 | c >> 18);
        b[n++] = (char)(0x80 | (c >> 12 & 0x3f));
        b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        b[n++] = (char)(0x80 | (c & 0x3f));
    }
    return regtext_add(t, b, n);
}

enum regtext_rc regtext_add_utf16le(struct regtext *t, const uint8_t *p, size_t n)
{
    size_t i = 0;
    while (n - i >= 2) {
        uint32_t c = (uint32_t)p[i] | (uint32_t)p[i + 1] << 8;
        i += 2;
        if (c >= 0xdc00 && c <= 0xdfff)
            return REGTEXT_BAD;
        if (c >= 0xd800 && c <= 0xdbff) {
            if (n - i < 2 || (p[i + 1] & 0xfc) != 0xdc)
                return REGTEXT_BAD;
            uint32_t low = (uint32_t)p[i] | (uint32_t)(p[i + 1] & 0x03) << 8;
            c = 0x10000 + ((c & 0x3ff) << 10 | low);
            i += 2;
        }
        if (!put_char(t, c))
            return REGTEXT_NOMEM;
    }
    return i == n ? REGTEXT_OK : REGTEXT_BAD;
}

enum regtext_rc regtext_add_ansi(struct regtext *t, const uint8_t *p, size_t n)
{
    if (regtext_is_utf8(p, n))
        return regtext_add(t, p, n) ? REGTEXT_OK : REGTEXT_NOMEM;
    for (size_t i = 0; i < n; i++)
        if (!put_char(t, p[i]))
            return REGTEXT_NOMEM;
    return REGTEXT_OK;
}

/* The character at P, which is well-formed; *LEN is its length in octets. */
static uint32_t utf8_take(const char *p, size_t *len)
{
    const uint8_t *b = (const uint8_t *)p;
    if (b[0] < 0x80) {
        *len = 1;
        return b[0];
    }
    *len = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
    uint32_t c = b[0] & (0xffu >> (*len + 1));
    for (size_t i = 1; i < *len; i++)
        c = c << 6 | (b[i] & 0x3f);
    return c;
}

static bool put_unit(struct regtext *t, uint32_t u)
{
    return regtext_putc(t, (char)(u & 0xff)) && regtext_putc(t, (char)(u >> 8));
}

bool regtext_put_utf16le(struct regtext *t, const char *p, size_t n)
{
    size_t len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t c = utf8_take(p + i, &len);
        bool ok = c < 0x10000 ? put_unit(t, c)
                              : put_unit(t, 0xd800 | (c - 0x10000) >> 10) &&
                                    put_unit(t, 0xdc00 | ((c - 0x10000) & 0x3ff));
        if (!ok)
            return false;
    }
    return true;
}

enum regtext_rc regtext_put_latin1(struct regtext *t, const char *p, size_t n)
{
    size_t len;
    for (size_t i = 0; i < n; i += len) {
        uint32_t c = utf8_take(p + i, &len);
        if (c > 0xff)
            return REGTEXT_BAD;
        if (!regtext_putc(t, (char)c))
            return REGTEXT_NOMEM;
    }
    return REGTEXT_OK;
}

const char *regtext_show(char out[REGTEXT_SHOW], const char *s)
{
    size_t n = strnlen(s, 81);
    const char *more = n > 80 ? "..." : "";
    if (n > 80)
        for (n = 80; n > 77 && ((uint8_t)s[n] & 0xc0) == 0x80;)
            n--; /* not in the middle of a character */
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)s[i] < 0x20 || s[i] == 0x7f ? '?' : s[i];
    memcpy(out + n, more, strlen(more) + 1);
    return out;
}
