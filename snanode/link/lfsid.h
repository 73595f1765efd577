/* lfsid.h - who has which session identifier on a link.  Layer: link (pure).
 * [Formats: TH; LU62PP]  A local form session identifier is 17 bits: ODAI, SIDH and SIDL.  The sender of the
 * BIND chooses it: ODAI 0 is the half of the primary link station, 1 that of the secondary, so that two nodes
 * never choose the same one.  It is kept as a number, ODAI in bit 16, SIDH and SIDL below; 0 is none. */
#ifndef SNA_LINK_LFSID_H
#define SNA_LINK_LFSID_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/wire/th.h"

#define LFSID_MAX 0x1FFFF

struct lfsid_page; /* the 256 identifiers of one ODAI and SIDH */

struct lfsid {
    struct lfsid_page *page[2][256];
    uint32_t n, limit;
    uint32_t next; /* SIDH and SIDL at which the search for a free one begins */
    bool odai;     /* of those that this side chooses */
};

/* SECONDARY: the role of this link station.  LIMIT: most sessions on the link. */
void lfsid_init(struct lfsid *t, bool secondary, uint32_t limit);
void lfsid_fini(struct lfsid *t);

/* A free identifier of this side's half for USER (not 0): 02/01 first [Q194324], then upwards and around, so
 * that one that was given back rests before it is used again.  0 when LIMIT sessions are there or memory is
 * short. */
uint32_t lfsid_take(struct lfsid *t, uint32_t user) __attribute__((warn_unused_result));

/* The partner has chosen ID, in its BIND, for what is USER here (not 0).  0, or -1: in use, of this side's
 * half, reserved (SIDH 00 and FF), or no room. */
int lfsid_enter(struct lfsid *t, uint32_t id, uint32_t user) __attribute__((warn_unused_result));

/* Who has ID; 0 = nobody. */
uint32_t lfsid_user(const struct lfsid *t, uint32_t id);

/* ID is free again: RSP(UNBIND) or -RSP(BIND) has flowed.  Harmless when it is free already. */
void lfsid_free(struct lfsid *t, uint32_t id);

/* Whether this side has chosen ID, which means that it sent the BIND. */
bool lfsid_is_ours(const struct lfsid *t, uint32_t id);

/* The identifier in the header of a PIU that has come, and the addresses of one that goes out.  The sender of
 * the BIND has SIDH for OAF' and SIDL for DAF'; its partner has them exchanged. */
uint32_t lfsid_of_th(const struct lfsid *t, const struct th *h);
void lfsid_to_th(const struct lfsid *t, uint32_t id, struct th *h);

#endif
