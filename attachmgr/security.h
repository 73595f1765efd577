/* security.h - may this Attach have this TP.  Layer: attach manager (pure).  [A30] to [A33] */
#ifndef ATTACHMGR_SECURITY_H
#define ATTACHMGR_SECURITY_H

#include <stdint.h>

#include "attachmgr/tptable/tptable.h"
#include "snanode/lu62/cipher.h"
#include "snanode/wire/fmh5.h"

/* Returns 0, or SENSE_SECURITY_NOT_VALID.  E is NULL for a TP without a registry entry, and for an Attach
 * that has not been matched yet: then only what holds for every TP is checked.  C has the DES that a password
 * substitute is verified with; NULL: none is valid. */
uint32_t security_check(const struct tp_entry *e, const struct fmh5 *a, const struct cipher *c);

#endif
