/* inbound.h - the receiving half-session of a conversation: it turns a frame into its meaning.
 * Layer: lu62 (pure).  [Formats: RH; Formats: UNBIND; Formats: LUSTAT; Formats: FMH-7] */
#ifndef SNA_LU62_INBOUND_H
#define SNA_LU62_INBOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/lu62/chain.h"

enum in_kind {
    IN_DATA,      /* user octets (none in an LUSTAT); END says how they end */
    IN_ERROR,     /* FMH-7: Send_Error, abend or a refused Attach by its sense; LAST when the bracket ends */
    IN_POSITIVE,  /* +RSP: confirmed */
    IN_NEGATIVE,  /* -RSP with SENSE */
    IN_SIGNAL,    /* Request_To_Send */
    IN_UNBIND,    /* the session is gone, SENSE says why (0 = normal) */
    IN_VIOLATION, /* not a frame that LU 6.2 allows here; SENSE says what is wrong */
};

struct inbound {
    enum in_kind kind;
    enum chain_end end; /* IN_DATA, IN_ERROR: CHAIN_MORE while the chain is open */
    bool last;          /* IN_ERROR: CEB */
    bool definite1;     /* a +RSP to DR1 is owed (RQD1) */
    uint32_t sense;
    const uint8_t *ru; /* IN_DATA: user octets, inside the frame; IN_ERROR: those after the FMH-7 */
    size_t n;
    const uint8_t *gds; /* IN_ERROR: error log variable, NULL = none */
    size_t gds_n;
    const uint8_t *log; /* IN_ERROR: log message, EBCDIC, inside the frame */
    size_t log_n;
};

struct inbound_state {
    bool begun; /* BB has come (accepting side), or need not come */
    bool open;  /* a chain is open */
};

/* BEGUN: true for the side that allocated; false for the side that accepted, whose first frame has BB. */
void inbound_init(struct inbound_state *s, bool begun);

/* Read one frame (N octets).  Never fails: an invalid frame gives IN_VIOLATION. */
void inbound_read(struct inbound_state *s, const uint8_t *frame, size_t n, struct inbound *out);

#endif
