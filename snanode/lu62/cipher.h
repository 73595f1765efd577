/* cipher.h - what pure code needs of cryptography, as functions that somebody else has (snanode/io/des.h).
 * Layer: lu62 (pure).  LU 6.2 knows DES alone [Formats: BIND]; it is weak today, and TLS on the link is what
 * keeps a secret. */
#ifndef SNA_LU62_CIPHER_H
#define SNA_LU62_CIPHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CIPHER_N 8 /* octets of a key and of a block */

struct cipher {
    /* OUT = IN enciphered with KEY, whose parity does not matter.  -1: DES is not to be had. */
    int (*des)(void *arg, const uint8_t key[CIPHER_N], const uint8_t in[CIPHER_N], uint8_t out[CIPHER_N]);
    /* N octets that nobody can foresee.  -1: there are none. */
    int (*random)(void *arg, uint8_t *out, size_t n);
    void *arg;
};

/* Whether A and B are the same, in a time that does not tell where they differ. */
static inline bool cipher_same(const uint8_t a[CIPHER_N], const uint8_t b[CIPHER_N])
{
    unsigned diff = 0;
    for (int i = 0; i < CIPHER_N; i++)
        diff |= (unsigned)(a[i] ^ b[i]);
    return diff == 0;
}

#endif
