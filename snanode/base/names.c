#include "snanode/base/names.h"

#include <string.h>

static bool all_in(const char *s, size_t n, const char *more)
{
    if (n < 1 || n > NAME_MAX8)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            continue;
        if (c == '\0' || !strchr(more, c))
            return false;
    }
    return true;
}

bool name_valid_lu_alias(const char *s, size_t n)
{
    return all_in(s, n, "$#@%");
}

bool name_valid_lu(const char *s, size_t n)
{
    return all_in(s, n, "$#@");
}

bool name_valid_symdest(const char *s, size_t n)
{
    return all_in(s, n, "$#@");
}

bool name_valid_fq(const char *s, size_t n)
{
    const char *dot = memchr(s, '.', n);
    if (!dot)
        return false;
    size_t net = (size_t)(dot - s);
    return (net == 0 || name_valid_lu(s, net)) && name_valid_lu(dot + 1, n - net - 1);
}

bool name_valid_tp(const uint8_t *s, size_t n)
{
    if (n < 1 || n > NAME_TP_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (s[i] <= 0x20 || s[i] > 0x7e)
            return false;
    return true;
}

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void name_fold(char *s)
{
    for (; *s; s++)
        *s = upper(*s);
}

size_t name_unpad(char *out, size_t cap, const void *field, size_t n)
{
    const char *f = field;
    const char *nul = memchr(f, '\0', n);
    if (nul)
        n = (size_t)(nul - f);
    while (n > 0 && f[n - 1] == ' ')
        n--;
    if (n > cap - 1)
        n = cap - 1;
    memcpy(out, f, n);
    out[n] = '\0';
    return n;
}

int name_casecmp(const char *a, const char *b)
{
    while (*a && upper(*a) == upper(*b)) {
        a++;
        b++;
    }
    return (unsigned char)upper(*a) - (unsigned char)upper(*b);
}
