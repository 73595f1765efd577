/* Any octets as a registry file, and the TP table that it makes. */
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tptable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct regfile reg;
    struct tp_table table;
    struct diag d;
    diag_init(&d);
    regfile_init(&reg);
    tptable_init(&table);
    /* In two files, so that the second meets what the first has left. */
    regfile_read(&reg, "1.reg", data, n / 2, &d);
    regfile_read(&reg, "2.reg", data, n, &d);
    tptable_build(&table, &reg, &d);
    tptable_fini(&table);
    regfile_fini(&reg);
    diag_fini(&d);
    return 0;
}
