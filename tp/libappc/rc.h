/* rc.h - outcomes of the engine as the return codes of APPC.  Inside the library only. */
#ifndef LIBAPPC_RC_H
#define LIBAPPC_RC_H

#include <stdbool.h>
#include <stdint.h>

#include "tp/conv/outcome.h"

struct appc_rc {
    unsigned short primary;
    unsigned int secondary;
};

/* The codes for OUTCOME of a conversation verb, MAPPED or basic.  SENSE came with it, 0 = none. */
struct appc_rc appc_rc_of(enum outcome outcome, uint32_t sense, bool mapped);

#endif
