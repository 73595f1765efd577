/* octets.h - for tests of codecs: octets from hexadecimal text, and copies that are exactly as long as they
 * say, so that the address sanitizer sees a decoder that reads one octet too many. */
#ifndef SNA_TESTS_OCTETS_H
#define SNA_TESTS_OCTETS_H

#include <check.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct octets {
    size_t n;
    uint8_t v[512];
};

static inline unsigned octets_digit(char c)
{
    ck_assert_msg(isxdigit((unsigned char)c), "'%c' is no hexadecimal digit", c);
    return (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* Pairs of digits; blanks and '|' between pairs are for the reader. */
static inline struct octets octets_of(const char *hex)
{
    struct octets o = {0};
    for (; *hex; hex += 2) {
        while (*hex == ' ' || *hex == '|')
            hex++;
        if (!*hex)
            break;
        ck_assert_uint_lt(o.n, sizeof o.v);
        o.v[o.n++] = (uint8_t)(octets_digit(hex[0]) << 4 | octets_digit(hex[1]));
    }
    return o;
}

/* A copy of N octets with nothing behind it; the caller frees. */
static inline uint8_t *octets_exact(const void *p, size_t n)
{
    uint8_t *copy = malloc(n);
    ck_assert(copy || n == 0);
    if (n > 0)
        memcpy(copy, p, n);
    return copy;
}

/* For main(): run one suite; returns the exit status. */
static inline int octets_run(Suite *s)
{
    SRunner *sr = srunner_create(s);
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define OCTETS_ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

#endif
