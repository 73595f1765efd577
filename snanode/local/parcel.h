/* parcel.h - what two machines of a domain say to each other about one conversation.  Layer: local (pure).
 * [D13]  A stream of HTTP/2 carries parcels in both directions, one behind the other: a type, the length in
 * three octets, and so many octets.  docs/domain.md says who sends which when. */
#ifndef SNA_LOCAL_PARCEL_H
#define SNA_LOCAL_PARCEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/names.h"
#include "snanode/local/frame.h"
#include "snanode/local/lp.h"
#include "snanode/wire/fmh5.h"

enum parcel_type {
    PARCEL_ATTACH = 1, /* struct parcel_attach: the first one, from the machine with the LU */
    PARCEL_READY,      /* the Attach would be handed over now.  Empty */
    PARCEL_GO,         /* ... it is to be: it goes nowhere else any more.  Empty */
    PARCEL_NOT_HERE,   /* nothing here matches it.  Empty */
    PARCEL_REFUSED,    /* the Attach is refused: sense (4 octets), why (text) */
    PARCEL_FRAME,      /* a frame of a conversation's socket (frame.h) */
    PARCEL_ALLOCATE,   /* struct parcel_allocate: the first one, from the machine with the invoker */
    PARCEL_ALLOCATED,  /* ... struct parcel_allocated: what has become of it, from that with the LU */
    PARCEL_END_        /* one more than the last */
};

#define PARCEL_HDR      4
#define PARCEL_BODY_MAX (FRAME_HDR + FRAME_RU_MAX)
#define PARCEL_TEXT_MAX 384 /* of PARCEL_REFUSED */

#define PARCEL_ACCOUNT_MAX 63

struct parcel {
    uint8_t type; /* enum parcel_type */
    const uint8_t *body;
    size_t n; /* octets of BODY */
};

/* The header of a parcel of TYPE with a body of N octets, into OUT. */
void parcel_header(uint8_t out[PARCEL_HDR], enum parcel_type type, size_t n);

/* The parcel at the front of P (N octets), which OUT->body then points into.  Returns its octets, header
 * included; 0 when it has not come whole, or when not even its length has; -1 when no such parcel exists. */
ssize_t parcel_take(const uint8_t *p, size_t n, struct parcel *out) __attribute__((warn_unused_result));

/* An Attach that another machine is to hand over. */
struct parcel_attach {
    uint32_t conv;       /* number of the conversation, for the logs of both */
    uint32_t left_ms;    /* it may wait for so long */
    uint32_t max_ru;     /* of its session */
    char lu[NAME_ROOM8]; /* alias of the LU that it has come for */
    char local[NAME_FQ_ROOM];
    char partner_lu[NAME_ROOM8]; /* alias of the invoker's LU, "" = none */
    char partner[NAME_FQ_ROOM];
    char mode[NAME_ROOM8];
    struct fmh5 fmh5; /* with the nonces of its session */
};

#define PARCEL_ATTACH_MAX 512 /* octets of its body */

/* The body of PARCEL_ATTACH.  Returns its octets; 0 when A is not valid or does not fit in CAP. */
size_t parcel_attach_write(const struct parcel_attach *a, uint8_t *out, size_t cap);
/* ... and the other way.  False, with *WHY set to a constant text, when P (N octets) is none.  Names hold
 * printable characters only. */
bool parcel_attach_read(const uint8_t *p, size_t n, struct parcel_attach *a, const char **why);

/* An Allocate of a program whose machine does not have the LU.  M is as the program's machine vouches for it:
 * with a user that it has verified, or a user and password; its numbers of secrets and contexts are 0. */
struct parcel_allocate {
    char account[PARCEL_ACCOUNT_MAX + 1]; /* of the program's user, "" = it has no name */
    struct lp_allocate m;
};
struct parcel_allocated {
    char lu[NAME_ROOM8], partner_lu[NAME_ROOM8]; /* aliases, when RC is 0 */
    struct lp_allocated m;
};

#define PARCEL_ALLOCATE_MAX 768 /* octets of either body */

/* The bodies.  Octets, or 0 when they do not fit. */
size_t parcel_allocate_write(const struct parcel_allocate *a, uint8_t *out, size_t cap);
size_t parcel_allocated_write(const struct parcel_allocated *a, uint8_t *out, size_t cap);
/* ... and the other way; false: they are of another version of lp.h, or no such body. */
bool parcel_allocate_read(const uint8_t *p, size_t n, struct parcel_allocate *a);
bool parcel_allocated_read(const uint8_t *p, size_t n, struct parcel_allocated *a);

/* The body of PARCEL_REFUSED. */
size_t parcel_refused_write(uint32_t sense, const char *text, uint8_t *out, size_t cap);
/* TEXT gets at most PARCEL_TEXT_MAX octets and a NUL; what is not printable in it becomes a question mark. */
bool parcel_refused_read(const uint8_t *p, size_t n, uint32_t *sense, char text[PARCEL_TEXT_MAX + 1]);

#endif
