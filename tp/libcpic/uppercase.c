/* The calls under the names of COBOL, in libcpic: for numbers in the byte order of the machine (COMP-5).  For
 * COMP-4 there is libcpiccob. */
#include "tp/libcpic/byteorder.h"
#include "tp/libcpic/entry.h"

static void entry_before(struct entry *e)
{
    (void)e;
}

static void entry_after(struct entry *e)
{
    static const struct byteorder expected = {"libcpic", "COMP-5", "libcpiccob", "COMP-4"};
    const CM_INT32 *rc = e->given[e->n - 1];
    if (rc && *rc == CM_PROGRAM_PARAMETER_CHECK)
        byteorder_explain(e, &expected, false);
}

#include "cobol_calls.def"
