/* secrets.h - no message of a reader shows what may be a password.  Layer: tests. */
#ifndef TESTS_UNIT_SECRETS_H
#define TESTS_UNIT_SECRETS_H

#include <check.h>
#include <string.h>

#include "snanode/base/diag.h"

/* D has messages, and none of them holds the text SECRET. */
static inline void secrets_check(const struct diag *d, const char *secret)
{
    ck_assert_uint_gt(d->errors + d->warnings, 0);
    for (const struct diag_line *l = d->head; l; l = l->next)
        ck_assert_msg(!strstr(l->text, secret), "%s", l->text);
}

#endif
