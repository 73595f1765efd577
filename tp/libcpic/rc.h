/* rc.h - outcomes as return codes of CPI-C.  Inside the library only. */
#ifndef LIBCPIC_RC_H
#define LIBCPIC_RC_H

#include "cpic.h"
#include "tp/conv/outcome.h"

CM_INT32 rc_of(enum outcome outcome);

#endif
