#include "tp/libappc/logdata.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "tp/conv/failure.h"

enum { HEAD = 4, ERROR_LOG = 0x12E1 };

static size_t two(const uint8_t *p)
{
    return (size_t)p[0] << 8 | p[1];
}

bool logdata_valid(const uint8_t *p, size_t n)
{
    return n >= HEAD && two(p) == n && two(p + 2) == ERROR_LOG;
}

/* Behind the head come the product set ID and the message, each with a length of two octets that counts
 * itself. What does not fit that form is a message as a whole: it is for people. */
static void find_message(const uint8_t **p, size_t *n)
{
    const uint8_t *at = *p + HEAD;
    size_t left = *n - HEAD;
    *p = at;
    *n = left;
    if (left < 2 || two(at) < 2 || two(at) + 2 > left)
        return;
    left -= two(at);
    at += two(at);
    if (two(at) < 2 || two(at) > left)
        return;
    *p = at + 2;
    *n = two(at) - 2;
}

void logdata_keep(struct conv *c, const uint8_t *p, size_t n)
{
    uint8_t text[CONV_LOG_MAX];
    find_message(&p, &n);
    n = n < sizeof text ? n : sizeof text;
    memcpy(text, p, n);
    ebcdic_decode(text, n);
    conv_set_log(c, text, (unsigned)n);
}
