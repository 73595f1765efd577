/* libFuzzer entry: any octets as a message of the local protocol, read as every type; what is accepted is
 * written again and has to be the same octets.
 *   clang -fsanitize=fuzzer,address,undefined -I. -D_GNU_SOURCE tests/fuzz/fuzz_lp.c snanode/local/lp.c */
#include <stdlib.h>
#include <string.h>

#include "snanode/local/lp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define X(name, UPPER, number)                                                                               \
    static void try_##name(const uint8_t *data, size_t size)                                                 \
    {                                                                                                        \
        struct lp_##name m;                                                                                  \
        uint8_t again[LP_MAX];                                                                               \
        memset(&m, 0xff, sizeof m);                                                                          \
        if (lp_##name##_decode(data, size, &m) < 0)                                                          \
            return;                                                                                          \
        size_t n = lp_##name##_encode(&m, again, sizeof again);                                              \
        if (lp_type(data, size) != (number) || n != size || memcmp(again, data, n) != 0)                     \
            abort();                                                                                         \
    }
LP_MESSAGES(X)
#undef X

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
#define X(name, UPPER, number) try_##name(data, size);
    LP_MESSAGES(X)
#undef X
    return 0;
}
