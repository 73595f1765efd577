/* err.h - why a peer's octets were refused.  Layer: base (pure).
 * A decoder that fails returns -1 and records here what to answer.  System errors use errno instead. */
#ifndef SNA_BASE_ERR_H
#define SNA_BASE_ERR_H

#include <stddef.h>
#include <stdint.h>

struct sna_err {
    uint32_t sense;   /* sense code to answer with (wire/sense.h) */
    size_t offset;    /* octet at which the fault was seen */
    const char *text; /* short, static, for the log */
};

/* Fill *E (which may be NULL) and return -1, so that a decoder can `return sna_err_set(...)`. */
static inline int sna_err_set(struct sna_err *e, uint32_t sense, size_t offset, const char *text)
{
    if (e)
        *e = (struct sna_err){.sense = sense, .offset = offset, .text = text};
    return -1;
}

#endif
