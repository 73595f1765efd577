/* The user's own table. */
#include "tp/libcsv/charset.h"

#define LINES  32
#define A_LINE 16 /* characters */
#define CTRL_Z 0x1A

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Octets of the line at TEXT without its end; -1: it is no line of 16 characters. */
static int parse_line(uint8_t out[A_LINE], const char *text, size_t n)
{
    if (n < 2 * A_LINE)
        return -1;
    for (unsigned i = 0; i < A_LINE; i++) {
        int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return 2 * A_LINE;
}

/* Octets of the line end at TEXT, 0 = there is none. */
static size_t line_end(const char *text, size_t n)
{
    size_t k = n > 0 && text[0] == '\r' ? 1 : 0;
    return n > k && text[k] == '\n' ? k + 1 : 0;
}

int gtable_parse(struct gtable *t, const char *text, size_t n)
{
    size_t at = 0;
    for (unsigned line = 0; line < LINES; line++) {
        uint8_t *half = line < LINES / 2 ? t->to_ebcdic : t->to_ascii;
        int k = parse_line(half + A_LINE * (line % (LINES / 2)), text + at, n - at);
        if (k < 0)
            return -1;
        at += (size_t)k;
        size_t end = line_end(text + at, n - at);
        if (end == 0 && line < LINES - 1)
            return -1;
        at += end;
    }
    if (at < n && text[at] == CTRL_Z) /* how DOS ended a text */
        at++;
    return at == n ? 0 : -1;
}

bool gtable_convert(const struct gtable *t, bool to_ebcdic, const uint8_t *from, uint8_t *to, size_t n)
{
    const uint8_t *table = to_ebcdic ? t->to_ebcdic : t->to_ascii;
    bool back = (uintptr_t)to > (uintptr_t)from, all = true;
    for (size_t k = 0; k < n; k++) {
        size_t i = back ? n - 1 - k : k;
        uint8_t c = from[i];
        to[i] = table[c];
        all &= to[i] || !c;
    }
    return all;
}
