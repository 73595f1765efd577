#include "snanode/io/httpguard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* ---- names ---- */

static bool is_port(const char *p)
{
    if (*p == '\0')
        return true;
    if (*p != ':')
        return false;
    for (p++; *p >= '0' && *p <= '9'; p++)
        ;
    return *p == '\0';
}

bool httpguard_host(const char *host, httpguard_known *known, const void *arg)
{
    char name[256];
    unsigned char address[16];
    bool v6 = host && *host == '[';
    size_t n = host ? strcspn(host + v6, v6 ? "]" : ":") : 0;
    if (n == 0 || n >= sizeof name)
        return false;
    memcpy(name, host + v6, n);
    name[n] = '\0';
    const char *after = host + v6 + n;
    if (v6)
        return *after == ']' && is_port(after + 1) && inet_pton(AF_INET6, name, address) == 1;
    if (!is_port(after))
        return false;
    return inet_pton(AF_INET, name, address) == 1 || strcasecmp(name, "localhost") == 0 ||
           (known && known(arg, name));
}

/* ---- tokens ---- */

/* Every octet of SAID (N octets) is compared, whatever the others are. */
static bool same(const char *said, size_t n, const char *token)
{
    size_t token_n = strlen(token);
    volatile unsigned char differ = n != token_n;
    for (size_t i = 0; i < n; i++)
        differ |= (unsigned char)(said[i] ^ token[i % (token_n + 1)]);
    return token_n > 0 && !differ;
}

static int base64_value(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *p = c ? strchr(digits, c) : NULL;
    return p ? (int)(p - digits) : -1;
}

/* Decode TEXT up to its padding into OUT (CAP octets).  Returns octets, or -1: it is no base64, or too long.
 */
static int base64_decode(const char *text, char *out, size_t cap)
{
    unsigned bits = 0, have = 0;
    size_t n = 0;
    for (; *text && *text != '='; text++) {
        int v = base64_value(*text);
        if (v < 0 || n == cap)
            return -1;
        bits = bits << 6 | (unsigned)v;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have & 0xFF);
        }
    }
    return text[strspn(text, "=")] ? -1 : (int)n;
}

/* What follows SCHEME and blanks in the header TEXT, or NULL. */
static const char *after_scheme(const char *text, const char *scheme)
{
    size_t n = strlen(scheme);
    if (strncasecmp(text, scheme, n) != 0 || text[n] != ' ')
        return NULL;
    return text + n + strspn(text + n, " ");
}

bool httpguard_authorized(const char *authorization, const char *token)
{
    char plain[HTTPGUARD_TOKEN_MAX + 128];
    const char *said = authorization ? after_scheme(authorization, "Bearer") : NULL;
    if (said)
        return same(said, strlen(said), token);
    said = authorization ? after_scheme(authorization, "Basic") : NULL;
    int n = said ? base64_decode(said, plain, sizeof plain) : -1;
    const char *colon = n > 0 ? memchr(plain, ':', (size_t)n) : NULL;
    bool good = colon && same(colon + 1, (size_t)(plain + n - colon - 1), token);
    explicit_bzero(plain, sizeof plain);
    return good;
}

bool httpguard_read_token(const char *text, size_t n, char out[HTTPGUARD_TOKEN_MAX + 1], const char **why)
{
    const char *end = memchr(text, '\n', n);
    n = end ? (size_t)(end - text) : n;
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t' || text[n - 1] == '\r'))
        n--;
    *why = n < HTTPGUARD_TOKEN_MIN   ? "its first line has less than 16 characters"
           : n > HTTPGUARD_TOKEN_MAX ? "its first line has more than 128 characters"
                                     : NULL;
    for (size_t i = 0; i < n && !*why; i++)
        if (text[i] <= ' ' || text[i] > '~')
            *why = "its first line has characters other than those of ASCII, or blanks";
    if (*why)
        return false;
    memcpy(out, text, n);
    out[n] = '\0';
    return true;
}
