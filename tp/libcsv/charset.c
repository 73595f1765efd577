#include "tp/libcsv/charset.h"

#include <string.h>

#include "snanode/base/ebcdic.h"

static const char upper_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ$#@0123456789";
#define BEGINS_A 29 /* letters and the special characters */
static const char lower_and_period[] = "abcdefghijklmnopqrstuvwxyz.";

static bool is_one_of(const char *set, size_t n, uint8_t c)
{
    return c && memchr(set, c, n);
}

static uint8_t to_upper(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? (uint8_t)(c - ('a' - 'A')) : c;
}

/* The character in ASCII; a string of type A that becomes EBCDIC may be in lower case. */
static uint8_t character(enum charset set, bool to_ebcdic, uint8_t octet)
{
    uint8_t c = to_ebcdic ? octet : ebcdic_to_ascii[octet];
    return set == CHARSET_A && to_ebcdic ? to_upper(c) : c;
}

static bool has(enum charset set, uint8_t c)
{
    return is_one_of(upper_and_digits, sizeof upper_and_digits - 1, c) ||
           (set == CHARSET_AE && is_one_of(lower_and_period, sizeof lower_and_period - 1, c));
}

static uint8_t convert_one(enum charset set, bool to_ebcdic, uint8_t octet, bool trailing)
{
    uint8_t c = character(set, to_ebcdic, octet);
    if (c == ' ' ? !trailing : !has(set, c))
        return 0;
    return to_ebcdic ? ebcdic_from_ascii[c] : c;
}

static size_t without_blanks(bool to_ebcdic, const uint8_t *p, size_t n)
{
    while (n > 0 && character(CHARSET_AE, to_ebcdic, p[n - 1]) == ' ')
        n--;
    return n;
}

bool charset_convert(enum charset set, bool to_ebcdic, const uint8_t *from, uint8_t *to, size_t n)
{
    size_t text = without_blanks(to_ebcdic, from, n);
    bool back = (uintptr_t)to > (uintptr_t)from; /* then the end of FROM would be overwritten unread */
    bool all = true;
    for (size_t k = 0; k < n; k++) {
        size_t i = back ? n - 1 - k : k;
        to[i] = convert_one(set, to_ebcdic, from[i], i >= text);
        all &= to[i] != 0;
    }
    return all;
}

bool charset_begins_a(bool to_ebcdic, uint8_t octet)
{
    uint8_t c = character(CHARSET_A, to_ebcdic, octet);
    return c == ' ' || is_one_of(upper_and_digits, BEGINS_A, c);
}
