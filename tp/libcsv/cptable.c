#include <string.h>

#include "tp/libcsv/codepage.h"

#define NOWHERE 256

static unsigned find(const uint16_t page[256], uint16_t character)
{
    unsigned i = 0;
    while (i < NOWHERE && page[i] != character)
        i++;
    return i;
}

/* Characters without an equivalent go in order to the octets that are left: the other direction pairs the
 * same ones. */
static unsigned next_left(const uint16_t source[256], const uint16_t target[256], unsigned from)
{
    while (from < NOWHERE && find(source, target[from]) < NOWHERE)
        from++;
    return from;
}

void cptable_make(uint8_t table[256], const uint16_t source[256], const uint16_t target[256],
                  const uint8_t *substitute)
{
    unsigned left = next_left(source, target, 0);
    for (unsigned i = 0; i < 256; i++) {
        unsigned at = find(target, source[i]);
        if (at < NOWHERE) {
            table[i] = (uint8_t)at;
        } else if (substitute) {
            table[i] = *substitute;
        } else {
            table[i] = (uint8_t)left;
            left = next_left(source, target, left + 1);
        }
    }
}
