#include "snanode/base/names.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/base/log.h"

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

const char *name_show_tp(char *out, size_t cap, const uint8_t *s, size_t n, bool service)
{
    if (!service)
        return log_clean(out, cap, s, n);
    size_t k = (size_t)snprintf(out, cap, "X'");
    for (size_t i = 0; i < n && k + 4 <= cap; i++)
        k += (size_t)snprintf(out + k, cap - k, "%02X", i ? ebcdic_from_ascii[s[i]] : s[i]);
    if (k + 2 <= cap)
        snprintf(out + k, cap - k, "'");
    return out;
}
