/* borrowstate.h - an Allocate that other machines are asked for: what borrow.c and borrowbegin.c share.
 * Layer: io. */
#ifndef SNA_IO_BORROWSTATE_H
#define SNA_IO_BORROWSTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/local/lp.h"
#include "snanode/local/parcel.h"
#include "snanode/node/node.h"

#define BORROW_MACHINES_MAX 16 /* that are asked for one Allocate */
#define BORROW_HERE         0  /* among those that are exhausted: this node */

struct h2_stream;
struct server;

struct borrow {
    struct list link;
    struct server *server;
    uint32_t port; /* client that waits */
    uint32_t slot;
    char account[PARCEL_ACCOUNT_MAX + 1];
    struct lp_allocate m;     /* as the other machine gets it */
    char instead[NAME_ROOM8]; /* of the LU that the program has so far: when no machine has that any more */
    bool has_lu;              /* a machine has answered that does */
    struct h2_stream *st;
    uint64_t instance; /* that is asked now */
    uint64_t asked[BORROW_MACHINES_MAX];
    size_t n_asked;
    uint64_t exhausted[BORROW_MACHINES_MAX + 1]; /* those that have sessions, but none to spare */
    size_t n_exhausted, n_waited;                /* ... of which so many have been asked again */
    bool waits;                                  /* at one of them */
    uint16_t rc;                                 /* the answer when nobody has a session */
    uint32_t sense;
};

/* Whether the program waits for a session when it must. */
static inline bool borrow_is_patient(const struct borrow *b)
{
    return b->m.return_control != NODE_RETURN_IMMEDIATE;
}

/* The LU is there, but not the partner or the mode. */
bool borrow_lacks_partner(uint16_t rc);
/* Ask the next machine; false: there is none. */
bool borrow_next(struct borrow *b);
/* The program gets the answer of B, which is gone then; borrow_free: nobody is told. */
void borrow_refuse(struct borrow *b);
void borrow_free(struct borrow *b);

#endif
