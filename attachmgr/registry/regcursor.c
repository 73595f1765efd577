#include "attachmgr/registry/regcursor.h"

#include <string.h>
#include <strings.h>

void regcursor_skip_blanks(struct regcursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
}

bool regcursor_at_end(struct regcursor *c)
{
    regcursor_skip_blanks(c);
    return c->p == c->end || *c->p == ';';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

unsigned regcursor_take_hex(struct regcursor *c, unsigned max, uint32_t *value)
{
    unsigned n = 0;
    *value = 0;
    while (c->p < c->end && hex_digit(*c->p) >= 0) {
        if (n++ == max)
            return n;
        *value = *value << 4 | (uint32_t)hex_digit(*c->p++);
    }
    return n;
}

bool regcursor_take_word(struct regcursor *c, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(c->end - c->p) < n || strncasecmp(c->p, word, n) != 0)
        return false;
    c->p += n;
    return true;
}
