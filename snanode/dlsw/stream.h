/* stream.h - whole messages from the octets of one TCP connection.  Layer: dlsw (pure).
 * It holds one message at the most. */
#ifndef SNA_DLSW_STREAM_H
#define SNA_DLSW_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

struct stream {
    uint8_t *v; /* SSP_MESSAGE_MAX octets */
    size_t n;
    bool given; /* what is in V was given, and may be overwritten */
};

int stream_init(struct stream *s) __attribute__((warn_unused_result)); /* -1 when there is no memory */
void stream_fini(struct stream *s);
void stream_reset(struct stream *s); /* another connection begins */

/* Take octets from P (N octets), up to the end of one message.  Returns how many, or -1 with *E set when this
 * is no message, and then the connection is of no use.  *MESSAGE is the message of *WHOLE octets, or NULL
 * when it is not whole yet.  It stays valid until the next call, as long as P does. */
ssize_t stream_take(struct stream *s, const uint8_t *p, size_t n, const uint8_t **message, size_t *whole,
                    struct sna_err *e) __attribute__((warn_unused_result));

#endif
