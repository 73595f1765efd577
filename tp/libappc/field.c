#include "tp/libappc/field.h"

#include <string.h>

#include "snanode/base/ebcdic.h"

enum { EBCDIC_BLANK = 0x40, LAST_SERVICE = 0x3F };

size_t field_take(char *out, const uint8_t *p, size_t n)
{
    while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == 0))
        n--;
    memcpy(out, p, n);
    out[n] = '\0';
    return strlen(out); /* a NUL ends it */
}

static size_t without_padding(const uint8_t *p, size_t n)
{
    while (n > 0 && (p[n - 1] == EBCDIC_BLANK || p[n - 1] == 0))
        n--;
    return n;
}

size_t field_take_ebcdic(char *out, const uint8_t *p, size_t n)
{
    n = without_padding(p, n);
    memcpy(out, p, n);
    ebcdic_decode((uint8_t *)out, n);
    out[n] = '\0';
    return strlen(out);
}

void field_give(uint8_t *p, size_t n, const char *text)
{
    size_t k = strlen(text);
    memset(p, ' ', n);
    memcpy(p, text, k < n ? k : n);
}

void field_give_ebcdic(uint8_t *p, size_t n, const char *text)
{
    field_give(p, n, text);
    ebcdic_encode(p, n);
}

bool field_is_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

unsigned field_take_tp(uint8_t out[NAME_TP_MAX], const uint8_t p[NAME_TP_MAX], bool *service)
{
    size_t n = without_padding(p, NAME_TP_MAX);
    *service = n > 0 && p[0] <= LAST_SERVICE;
    memcpy(out, p, n);
    size_t raw = *service ? 1 : 0;
    ebcdic_decode(out + raw, n - raw);
    return (unsigned)n;
}

void field_give_tp(uint8_t p[NAME_TP_MAX], const uint8_t *name, unsigned n)
{
    unsigned raw = n > 0 && name[0] <= LAST_SERVICE && name[0] != ' ' ? 1 : 0;
    memset(p, EBCDIC_BLANK, NAME_TP_MAX);
    memcpy(p, name, n);
    ebcdic_encode(p + raw, n - raw);
}

/* Prefixes of service TP names [Q148970]. */
static const char *prefix_of(uint8_t first)
{
    static const struct {
        uint8_t octet;
        const char *prefix;
    } known[] = {{0x07, "DDM"}, {0x20, "DIA"}, {0x21, "SNAD"}, {0x24, "FS"}, {0x30, "PO"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].octet == first)
            return known[i].prefix;
    return "UN";
}

unsigned field_take_local_tp(char out[NAME_TP_MAX + 4], const uint8_t p[NAME_TP_MAX])
{
    uint8_t name[NAME_TP_MAX];
    bool service;
    unsigned n = field_take_tp(name, p, &service), at = 0;
    if (service) {
        strcpy(out, prefix_of(name[0]));
        at = (unsigned)strlen(out);
    }
    for (unsigned i = service ? 1 : 0; i < n && at < NAME_TP_MAX; i++)
        out[at++] = (char)name[i];
    out[at] = '\0';
    return at;
}
