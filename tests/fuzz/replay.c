/* replay.c - runs a fuzz target without a fuzzer: over each file named, over its beginnings, and over copies
 * with a few octets changed (always the same ones).  Inputs that a fuzzer finds are added as files. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIXES 400  /* at most so many beginnings of a file */
#define CHANGES  1000 /* so many changed copies */
#define FILE_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static uint64_t state = 0x5EED;

static uint32_t next(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

/* In memory of exactly that size, so that the address sanitizer sees who reads beyond it. */
static void run(const uint8_t *data, size_t n)
{
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy)
        exit(1);
    memcpy(copy, data, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static unsigned replay(const char *name)
{
    static uint8_t data[FILE_MAX], changed[FILE_MAX];
    FILE *f = fopen(name, "rb");
    unsigned runs = 1;
    if (!f) {
        perror(name);
        exit(1);
    }
    size_t n = fread(data, 1, sizeof data, f);
    fclose(f);
    run(data, n);
    size_t step = n / PREFIXES + 1;
    for (size_t k = 0; k < n; k += step, runs++)
        run(data, k);
    for (int i = 0; n > 0 && i < CHANGES; i++, runs++) {
        memcpy(changed, data, n);
        for (uint32_t k = next() % 8 + 1; k > 0; k--)
            changed[next() % n] = (uint8_t)next();
        run(changed, n);
    }
    return runs;
}

int main(int argc, char **argv)
{
    unsigned runs = 0;
    for (int i = 1; i < argc; i++)
        runs += replay(argv[i]);
    printf("%s: %u inputs from %d files\n", argv[0], runs, argc - 1);
    return runs == 0;
}
