/* The public functions of all CPI-C calls: straight to what they are inside the library (cpic_...), or with a
 * line of the trace.  They are made from the prototypes (scripts/make-apitrace).  This file knows all calls,
 * and no file knows it. */
#include "cpic.h"
#include "tp/libcpic/apitrace.h"

#define APITRACE_CALLS
#include "apitrace_calls.h"
