/* issue.h - verbs as the tests of libcsv issue them. */
#ifndef TESTS_CSV_ISSUE_H
#define TESTS_CSV_ISSUE_H

#include <check.h>
#include <stdbool.h>
#include <string.h>

#include "wincsv.h"

/* Issue the verb of VCB, and note its codes for the count of verbs and codes (CSV_COVERAGE names a file). */
void issue(void *vcb);
/* The same for a verb that is complete. */
void issue_note(const void *vcb);

#define ck_codes(vcb, p, s)                                                                                  \
    ck_assert_msg((vcb).primary_rc == (p) && (vcb).secondary_rc == (s), "%04X %08X, not %04X %08X",          \
                  APPC_FLIPI((vcb).primary_rc), APPC_FLIPL((vcb).secondary_rc), APPC_FLIPI(p),               \
                  APPC_FLIPL(s))

/* Convert the N octets of TEXT in place; the codes are in the block that is returned. */
struct convert do_convert(unsigned char direction, unsigned char set, void *text, size_t n);

#endif
