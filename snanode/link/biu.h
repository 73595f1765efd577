/* biu.h - a BIU that waits: RH and RU in memory of its own.  Layer: link (pure). */
#ifndef SNA_LINK_BIU_H
#define SNA_LINK_BIU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/wire/rh.h"

struct biu {
    struct list link;
    bool expedited;
    bool of_node; /* the node's, not a program's */
    bool refusal; /* no request: here the program has refused what the partner sends next; RU: the sense data
                   */
    uint16_t snf;
    uint32_t conv; /* on its way to a program: of which conversation */
    struct rh rh;
    size_t n;             /* octets of the RU */
    uint8_t head[RH_LEN]; /* room for the encoded RH: biu_octets() */
    uint8_t ru[];
};

/* Encode the RH, and return RH and RU one behind the other: RH_LEN + n octets. */
const uint8_t *biu_octets(struct biu *u);

/* With the RU made of the A_N octets of A and the B_N of B.  NULL when there is no memory; free() it. */
struct biu *biu_new(const struct rh *rh, const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n);

/* Free all that are on the list. */
void biu_free_all(struct list *l);

/* The first of the list, taken off; NULL when it is empty. */
struct biu *biu_take(struct list *l);

#endif
