/* pwsubst.h - password substitution: what an Attach carries in the place of a password.  Layer: lu62 (pure,
 * no memory).  [RFC4777]  Each LU of a session gives the other a nonce with the BIND or its answer, and
 * numbers the Attaches that it sends.  The substitute depends on both, so it is good for one Attach of one
 * session. */
#ifndef SNA_LU62_PWSUBST_H
#define SNA_LU62_PWSUBST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/err.h"
#include "snanode/lu62/cipher.h"

#define PWSUBST_NAME_MAX 10 /* octets of a user ID and of a password */
#define PWSUBST_GAP      16 /* numbers that may be left out: Attaches that have not arrived */

/* One end of a session on which substitutes flow. */
struct pwsubst {
    uint8_t own[CIPHER_N];     /* nonce that this LU has sent */
    uint8_t partner[CIPHER_N]; /* ... that came from the other one */
    uint64_t sent;             /* number of the last Attach sent */
    uint64_t got;              /* ... received */
    uint64_t unnumbered;       /* Attaches received since then that had no number */
};

/* What is enciphered for a user: in EBCDIC, N octets each, case as it comes; letters count as upper-case. */
struct pwsubst_user {
    uint8_t user_n, password_n;
    const uint8_t *user, *password;
};

/* The password token of U.  0; -1: DES is not to be had, or a name is longer than PWSUBST_NAME_MAX. */
int pwsubst_token(const struct cipher *c, const struct pwsubst_user *u, uint8_t token[CIPHER_N])
    __attribute__((warn_unused_result));

/* The substitute of U in Attach number SEQ from the LU with the nonce SENDER to the one with the nonce
 * RECEIVER. 0, or -1 as above. */
int pwsubst_make(const struct cipher *c, const struct pwsubst_user *u, const uint8_t sender[CIPHER_N],
                 const uint8_t receiver[CIPHER_N], uint64_t seq, uint8_t out[CIPHER_N])
    __attribute__((warn_unused_result));

/* The number of the Attach that P sends now, with a substitute or without. */
uint64_t pwsubst_next(struct pwsubst *p);

/* An Attach has come for P; SEQ (N octets) is its number, N = 0: it has none.  0; -1 with *E set when the
 * number does not grow or leaves out more than PWSUBST_GAP: the session has to go. */
int pwsubst_arrived(struct pwsubst *p, const uint8_t *seq, size_t n, struct sna_err *e)
    __attribute__((warn_unused_result));

/* Whether SUBSTITUTE, of the Attach number SEQ that came for the end with the nonces of P, is that of U. */
bool pwsubst_is(const struct cipher *c, const struct pwsubst *p, const struct pwsubst_user *u, uint64_t seq,
                const uint8_t substitute[CIPHER_N]);

/* A number as an Attach carries it. */
void pwsubst_put_seq(uint64_t seq, uint8_t out[CIPHER_N]);
uint64_t pwsubst_seq(const uint8_t in[CIPHER_N]);

#endif
