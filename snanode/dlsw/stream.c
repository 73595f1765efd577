#include "snanode/dlsw/stream.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/dlsw/ssp.h"

enum { FRONT = 4 }; /* octets that say how long the message is */

int stream_init(struct stream *s)
{
    *s = (struct stream){.v = malloc(SSP_MESSAGE_MAX)};
    return s->v ? 0 : -1;
}

void stream_fini(struct stream *s)
{
    free(s->v);
    s->v = NULL;
}

void stream_reset(struct stream *s)
{
    s->n = 0;
    s->given = false;
}

/* Fill up to WANTED octets. */
static size_t fill(struct stream *s, const uint8_t *p, size_t n, size_t wanted)
{
    size_t k = s->n >= wanted ? 0 : wanted - s->n;
    if (k > n)
        k = n;
    memcpy(s->v + s->n, p, k);
    s->n += k;
    return k;
}

ssize_t stream_take(struct stream *s, const uint8_t *p, size_t n, const uint8_t **message, size_t *whole,
                    struct sna_err *e)
{
    *message = NULL;
    *whole = 0;
    if (s->given)
        stream_reset(s);
    if (n == 0)
        return 0;
    if (s->n == 0) { /* most messages come in one piece */
        ssize_t len = ssp_measure(p, n, e);
        if (len < 0)
            return -1;
        if (len > 0 && (size_t)len <= n) {
            *message = p;
            *whole = (size_t)len;
            return len;
        }
    }
    size_t used = fill(s, p, n, FRONT);
    ssize_t len = ssp_measure(s->v, s->n, e);
    if (len < 0)
        return -1;
    if (len == 0)
        return (ssize_t)used;
    used += fill(s, p + used, n - used, (size_t)len);
    if (s->n == (size_t)len) {
        *message = s->v;
        *whole = s->n;
        s->given = true;
    }
    return (ssize_t)used;
}
