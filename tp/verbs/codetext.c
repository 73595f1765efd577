#include "tp/verbs/codetext.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "tp/verbs/memory.h"

/* What each block begins with, whatever its interface. */
struct head {
    uint16_t opcode;
    uint8_t octets[2];
    uint16_t primary;
    uint32_t secondary;
};

static const char *find(const struct codetext_name *names, size_t n, uint32_t code)
{
    for (size_t i = 0; i < n; i++)
        if (names[i].code == code)
            return names[i].name;
    return NULL;
}

int codetext_write(const struct codetext *t, const void *vcb, unsigned n, unsigned char *buffer)
{
    char text[256];
    struct head h;
    size_t used = n < sizeof text ? n : sizeof text; /* what is behind that is not touched */
    if (!memory_readable(vcb, sizeof h) || n == 0 || !memory_writable(buffer, used))
        return 0;
    memcpy(&h, vcb, sizeof h);
    const char *name = find(t->primary, t->n_primary, h.primary);
    int k = snprintf(text, sizeof text, "%s (%04X)", name ? name : "an unknown code", be16toh(h.primary));
    if (h.secondary) {
        name = find(t->secondary, t->n_secondary, h.secondary);
        k += snprintf(text + k, sizeof text - (size_t)k, ", %s (%08X)",
                      name ? name : t->other(be32toh(h.secondary)), be32toh(h.secondary));
    }
    if ((unsigned)k >= n)
        return 0;
    memcpy(buffer, text, (size_t)k + 1);
    return k;
}
