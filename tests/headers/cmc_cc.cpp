// cmc.h alone, twice, from C++; compiled, never run.
#include "cmc.h"
#include "cmc.h"

extern "C" {
typedef void (*id_call)(unsigned char *, CM_INT32 *);
typedef const char *(*name_call)(CM_INT32);
}

id_call headers_cmc_calls[] = {cmaccp, cmallc, cmcanc, cmcfmd, cmdeal, cmflus, cmptr, cmrts};
name_call headers_cmc_name = xcrcname;
CM_INT32 headers_cmc_constants[] = {CM_OK, CM_NONBLOCKING, CM_LD_SIZE};
SIDE_INFO headers_cmc_side;
