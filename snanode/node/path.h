/* path.h - where the PIUs of a half-session go, and what the node has to know of the carriers.  Layer: node
 * (pure).
 *
 * What leaves the node for another half-session is an effect NODE_FX_SEND: effects_piu() makes a struct piu
 * of it. What comes from one is the input node_receive().  A *path* says which half-session: the carrier, and
 * an address within it.  Carrier 0 is this node itself: whoever carries out the effects hands such a PIU
 * straight back to node_receive(), in order and before anything else comes.  Every other carrier is a link,
 * and belongs to the caller: it puts a TH in front, segments, paces, and tells node_path_up() and
 * node_path_down().
 *
 * Addresses.  Of carrier 0 they are the node's own affair.  Of a link they are the caller's, and the same for
 * both directions: an LFSID (17 bits: ODAI, SIDH, SIDL), or what another kind of carrier has.  The node asks
 * for a free one when it sends a BIND (struct node_carriers) and takes what an incoming BIND comes on.  The
 * address is free again after the response to UNBIND, or a negative one to BIND, and when the carrier is
 * down.
 *
 * Sequence numbers.  SNF of an expedited request is an identifier that the node chooses, and its response has
 * the same.  A response of the normal flow has the SNF of its request as node_receive() was given it.  A
 * request of the normal flow has 0: whoever sees all requests of the half-session, those of its conversations
 * too, numbers them, and sets the pacing indicator. */
#ifndef SNA_NODE_PATH_H
#define SNA_NODE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/wire/rh.h"

#define CARRIER_LOCAL 0u /* within this node */

struct path {
    uint32_t carrier;
    uint64_t address;
};

/* One RU with its RH, on its way. */
struct piu {
    struct path path;
    bool expedited;
    uint16_t snf;
    struct rh rh;
    const uint8_t *ru; /* N octets, whoever made it owns them */
    size_t n;
};

/* How a partner LU can be reached. */
enum carrier_state {
    CARRIER_NONE,      /* not: no carrier leads to it, or one that is down and stays so */
    CARRIER_ON_DEMAND, /* it is down: NODE_FX_CARRIER asks for it, and node_path_up() or node_path_down()
                          answers */
    CARRIER_UP,
};

/* What the node asks of whoever has the carriers; a NULL function: there are none. */
struct node_carriers {
    void *arg;
    /* Which carrier reaches the partner LU called ALIAS ("" = has none) and FQ (NETID.NAME).  *CARRIER is set
     * unless the answer is CARRIER_NONE; it is not CARRIER_LOCAL. */
    enum carrier_state (*reach)(void *arg, const char *alias, const char *fq, uint32_t *carrier);
    /* A free address for a session that this node begins on CARRIER, which is up.  0, or -1: there is none.
     */
    int (*address)(void *arg, uint32_t carrier, uint64_t *address);
};

#endif
