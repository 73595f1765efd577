/* byteorder.h - numbers that a program has written in the byte order that its library does not expect.  COBOL
 * has two: COMP-5 is that of the machine, COMP-4 (BINARY, COMP) usually that of the mainframe.
 * For the entry points of COBOL programs, in libcpic and libcpiccob. */
#ifndef LIBCPIC_BYTEORDER_H
#define LIBCPIC_BYTEORDER_H

#include <stdint.h>

#include "tp/libcpic/entry.h"

/* What a library expects, and where a program with other numbers belongs. */
struct byteorder {
    const char *library, *usage;             /* "libcpic", "COMP-5" */
    const char *other_library, *other_usage; /* "libcpiccob", "COMP-4" */
};

/* The same number with its octets in the other order. */
int32_t byteorder_swap(int32_t n);

/* For a call that has refused its parameters: when a number that it was given is impossible in the order that
 * the library expects, and possible (1 to 32767) in the other one, say so on stderr, the first time in this
 * process.  SWAP: the library expects the order that is not the machine's. */
void byteorder_explain(const struct entry *e, const struct byteorder *expected, bool swap);

#endif
