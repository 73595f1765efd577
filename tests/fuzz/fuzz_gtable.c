/* Any octets as a table of type G.  What is read as a table has the digits of the file in it. */
#include <stdlib.h>

#include "tp/libcsv/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned digits(const uint8_t *data, size_t n)
{
    unsigned k = 0;
    for (size_t i = 0; i < n; i++)
        k += data[i] != '\r' && data[i] != '\n' && data[i] != 0x1A;
    return k;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct gtable t;
    uint8_t all[256], out[256];
    if (gtable_parse(&t, (const char *)data, n) < 0)
        return 0;
    if (digits(data, n) != 2 * sizeof t || n > GTABLE_FILE_MAX)
        abort();
    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    gtable_convert(&t, true, all, out, sizeof all);
    for (unsigned i = 0; i < 256; i++)
        if (out[i] != t.to_ebcdic[i])
            abort();
    return 0;
}
