/* cmc.h alone, twice, with the long names; compiled, never run. */
#define READABLE_MACROS
#include "cmc.h"
#include "cmc.h"

typedef void (*id_call)(unsigned char *, CM_INT32 *);
typedef void (*init_call)(unsigned char CM_PTR, unsigned char CM_PTR, CM_INT32 CM_PTR);

id_call headers_cmc_calls[] = {cmaccp, cmallc, cmcanc, cmcfmd,     cmdeal,
                               cmflus, cmptr,  cmrts,  Deallocate, cmacci};
init_call headers_cmc_init = Initialize_Conversation;
CM_INT32 headers_cmc_constants[] = {CM_OK, CM_ALLOCATION_FAILURE_RETRY, CM_DEALLOCATED_NORMAL,
                                    CM_CALL_NOT_SUPPORTED};
SIDE_INFO headers_cmc_side;
