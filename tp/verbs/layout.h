/* layout.h - says at compile time where a field of a verb control block is.  Inside the libraries only. */
#ifndef VERBS_LAYOUT_H
#define VERBS_LAYOUT_H

#include <stddef.h>

#define WIDE (sizeof(void *) == 8)
/* The offset of FIELD in struct VCB: with pointers of 4 octets and packed to 4, and with pointers of 8
 * octets. */
#define AT(vcb, field, off32, off64)                                                                         \
    _Static_assert(offsetof(struct vcb, field) == (WIDE ? (off64) : (off32)), #vcb "." #field)
#define SIZE(vcb, n32, n64) _Static_assert(sizeof(struct vcb) == (WIDE ? (n64) : (n32)), #vcb)

#endif
