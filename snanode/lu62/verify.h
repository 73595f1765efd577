/* verify.h - LU-LU verification: two LUs that share a key prove it to each other while a session begins.
 * Layer: lu62 (pure, no memory).  [Formats: BIND; Formats: FMH-12]  The basic protocol:
 *
 *   primary                                     secondary
 *     | BIND, random data RD1 (user data 11)        |
 *     |-------------------------------------------->|
 *     | RSP(BIND), E(RD1) (12) and RD2 (11)         |
 *     |<--------------------------------------------|
 *     | FMH-12, E(RD2), in front of everything else |
 *     |-------------------------------------------->|
 *
 * E is DES with the key of the pair.  Whatever does not fit is 080F6051. */
#ifndef SNA_LU62_VERIFY_H
#define SNA_LU62_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"
#include "snanode/lu62/cipher.h"
#include "snanode/wire/bind.h"

#define VERIFY_FMH12_N (2 + CIPHER_N) /* octets of an FMH-12 */

enum verify_state {
    VERIFY_NEW,     /* no BIND has flowed */
    VERIFY_OFF,     /* the pair has no key */
    VERIFY_ASKED,   /* primary: RD1 has gone out with the BIND */
    VERIFY_DUE,     /* primary: the secondary has proved it; the FMH-12 has to go */
    VERIFY_AWAITED, /* secondary: has answered; the FMH-12 has to come, and nothing else */
    VERIFY_DONE,    /* each knows that the other has the key */
    VERIFY_REFUSED, /* the session must not go on */
    VERIFY_STATE_N
};

enum verify_event {
    VERIFY_DO_PLAIN,  /* a BIND without random data was sent, or received by an LU without a key */
    VERIFY_DO_BIND,   /* a BIND with random data was sent */
    VERIFY_GOT_BIND,  /* ... was received, and answered likewise */
    VERIFY_GOT_PROOF, /* the answer has the right E(RD1), and RD2 */
    VERIFY_DO_PROOF,  /* the FMH-12 goes */
    VERIFY_GOT_FMH12, /* it came, and E(RD2) is right */
    VERIFY_GOT_OTHER, /* another request came */
    VERIFY_GOT_BAD,   /* something is wrong or missing */
    VERIFY_EVENT_N
};

/* One end of a session. */
struct verify {
    uint8_t state;           /* enum verify_state */
    uint8_t sent[CIPHER_N];  /* random data of this LU */
    uint8_t proof[CIPHER_N]; /* primary: what the FMH-12 says */
};

/* The state behind E in state S; VERIFY_REFUSED where E must not come. */
enum verify_state verify_next(enum verify_state s, enum verify_event e);

/* KEY is NULL where the pair has none.  Each returns 0; or -1 with *E set, SENSE_SECURITY_NOT_VALID for the
 * UNBIND or the negative response, or SENSE_INSUFFICIENT where C is NULL or has no DES. */

/* Primary: puts random data into the BIND B that is to go. */
int verify_bind(struct verify *v, const struct cipher *c, const uint8_t *key, struct bind *b,
                struct sna_err *e) __attribute__((warn_unused_result));
/* Secondary: answers the BIND IN in its response OUT. */
int verify_answer(struct verify *v, const struct cipher *c, const uint8_t *key, const struct bind *in,
                  struct bind *out, struct sna_err *e) __attribute__((warn_unused_result));
/* Primary: judges the response RSP, and keeps what the FMH-12 will say. */
int verify_check(struct verify *v, const struct cipher *c, const uint8_t *key, const struct bind *rsp,
                 struct sna_err *e) __attribute__((warn_unused_result));
/* Primary: the FMH-12 that has to go now, in OUT.  Returns VERIFY_FMH12_N; 0: none has to. */
size_t verify_proof(struct verify *v, uint8_t out[VERIFY_FMH12_N]);
/* Secondary: whether a request has to be the FMH-12. */
bool verify_awaits(const struct verify *v);
/* ... and this one (N octets; FI: it begins with an FM header) is taken for it. */
int verify_proved(struct verify *v, const struct cipher *c, const uint8_t *key, bool fi, const uint8_t *ru,
                  size_t n, struct sna_err *e) __attribute__((warn_unused_result));

/* Whether RANDOM is what V has sent and waits for the answer to: a partner that asks for it wants us to
 * answer our own question. */
bool verify_reflected(const struct verify *v, const uint8_t random[CIPHER_N]);

#endif
