/* apitrace.h - a file with a line for each CPI-C call of this process, when SNANODE_API_TRACE names one.
 * Inside the library only.  Man page cpic(3) has the fields. */
#ifndef LIBCPIC_APITRACE_H
#define LIBCPIC_APITRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "tp/conv/conv.h"

extern bool apitrace_on; /* read only; set when the library is loaded */

#define APITRACE_LINE 2048 /* octets */

struct apitrace_line {
    size_t n;
    char v[APITRACE_LINE];
};

/* A call that is under way; apitrace.c fills it in. */
struct apitrace_call {
    unsigned call, outer;
    void **args;
    char conv[24];         /* as the line names it */
    const char *was;       /* its state before */
    struct timespec begun; /* by the clock on the wall */
    uint64_t begun_us;     /* ... by one that nobody sets */
    struct apitrace_line in;
};

/* Before and after CALL, a number of apitrace_calls.h, with the arguments ARGS. */
void apitrace_before(struct apitrace_call *t, unsigned call, void **args);
void apitrace_after(struct apitrace_call *t);

/* The call that this thread is in, for apitrace_completed(). */
unsigned apitrace_current(void);
/* OP, which CALL has left incomplete, is done and has given its results to the program. */
void apitrace_completed(struct conv *c, const struct op *op, unsigned call);

#endif
