/* libFuzzer entry: any octets as a command file, read, read over it once more, and validated.
 * clang -fsanitize=fuzzer,address,undefined -I. -D_GNU_SOURCE tests/fuzz/fuzz_snacfg.c snanode/base/[dn]*.c
 *       snanode/node/config*.c snanode/node/snacfg*.c */
#include "snanode/node/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct node_config c;
    struct diag d;
    config_init(&c);
    diag_init(&d);
    snacfg_read(&c, "fuzz", data, size, &d);
    snacfg_read(&c, "again", data, size, &d);
    config_validate(&c, &d);
    config_fini(&c);
    diag_fini(&d);
    return 0;
}
