/* winappc.h in C, alone and with the CPI-C headers. */
#include "winappc.h"
#include "appc_c.h"
#include "wincpic.h"
#include <stdint.h>

int use(void);
int use(void)
{
    struct tp_started vcb = {0};
    vcb.opcode = AP_TP_STARTED;
    APPC(&vcb);
    APPC((long)&vcb); /* as programs for Windows do */
    APPC_C((intptr_t)(char *)&vcb);
    return vcb.primary_rc == AP_OK;
}
