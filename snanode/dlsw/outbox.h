/* outbox.h - octets that wait for their TCP connection.  Layer: dlsw (pure).
 * The room is taken once, so putting octets into it does not fail for want of memory. */
#ifndef SNA_DLSW_OUTBOX_H
#define SNA_DLSW_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outbox {
    uint8_t *v;
    size_t cap;
    size_t from, n; /* the octets are v[from] to v[from + n - 1] */
};

int outbox_init(struct outbox *o, size_t cap) __attribute__((warn_unused_result)); /* -1 = no memory */
void outbox_fini(struct outbox *o);

/* Append N octets.  False when they do not fit: nothing is appended then. */
bool outbox_put(struct outbox *o, const void *p, size_t n);

/* The first N octets are gone. */
void outbox_drop(struct outbox *o, size_t n);

#endif
