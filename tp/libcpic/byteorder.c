#include "tp/libcpic/byteorder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define MOST 32767 /* no length, and no value of a characteristic, is larger */

int32_t byteorder_swap(int32_t n)
{
    return (int32_t)__builtin_bswap32((uint32_t)n);
}

/* The I-th word of NAMES, and its length in *N. */
static const char *word(const char *names, unsigned i, int *n)
{
    while (i-- > 0)
        names = strchr(names, ' ') + 1;
    *n = (int)strcspn(names, " ");
    return names;
}

void byteorder_explain(const struct entry *e, const struct byteorder *expected, bool swap)
{
    static atomic_flag said = ATOMIC_FLAG_INIT;
    for (unsigned i = 0; i < e->n; i++) {
        if (e->letters[i] != '<' || !e->given[i])
            continue;
        int32_t raw, n;
        memcpy(&raw, e->given[i], sizeof raw);
        int32_t taken = swap ? byteorder_swap(raw) : raw;
        int32_t meant = byteorder_swap(taken);
        if (meant < 1 || meant > MOST || (taken >= 0 && taken <= MOST) || atomic_flag_test_and_set(&said))
            continue;
        const char *name = word(e->names, i, &n);
        fprintf(stderr,
                "%s: %s: %.*s is %d, which is %d with its octets in the other order: the numbers of this "
                "program are %s, and %s takes %s; link the program with -l%s\n",
                expected->library, e->name, n, name, taken, meant, expected->other_usage, expected->library,
                expected->usage, expected->other_library + strlen("lib"));
    }
}
