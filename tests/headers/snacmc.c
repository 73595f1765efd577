/* sna/cmc.h, as programs for linux-sna include it, before and after the other name; compiled, never run. */
#include <sna/cmc.h>
#include "cmc.h"
#include <sna/cmc.h>

typedef void (*id_call)(unsigned char *, CM_INT32 *);

id_call headers_snacmc_calls[] = {cmaccp, cmallc};
CM_RETURN_CODE headers_snacmc_constants[] = {CM_OK, CM_DEALLOCATED_NORMAL};
