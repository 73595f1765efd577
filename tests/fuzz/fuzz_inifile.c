/* TPs in the INI form, and what is made of them. */
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/registry/inifile.h"
#include "attachmgr/tptable/tptable.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct regfile reg;
    struct tp_table t;
    struct diag d;
    regfile_init(&reg);
    tptable_init(&t);
    diag_init(&d);
    inifile_read(&reg, "f.ini", p, n, &d);
    tptable_build(&t, &reg, &d);
    tptable_fini(&t);
    regfile_fini(&reg);
    diag_fini(&d);
    return 0;
}
