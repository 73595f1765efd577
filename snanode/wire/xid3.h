/* xid3.h - XID of format 3, with which two type 2.1 nodes negotiate a link: octets <-> struct.
 * Layer: wire (pure).  [Formats: XID; Q149444; Codes: 1016]  Names are kept as on the wire: EBCDIC, not
 * padded.  Control vectors that have no field here are skipped. */
#ifndef SNA_WIRE_XID3_H
#define SNA_WIRE_XID3_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"
#include "snanode/base/names.h"

#define XID3_MAX         255 /* the length field is one octet */
#define XID3_FIXED       29  /* octets before the control vectors, with the usual DLC section */
#define XID3_PRODUCT_MAX 32  /* characters kept of a product's name */
#define XID3_BTU_MIN     99  /* every node must accept this many octets in one BTU [Codes: 1016] */

/* Offsets of fields, reported in an XID negotiation error. */
#define XID3_AT_LENGTH  1
#define XID3_AT_NODE_ID 2
#define XID3_AT_STATE   9
#define XID3_AT_TG      16
#define XID3_AT_ROLE    19
#define XID3_AT_BTU     21

enum xid3_state {
    XID3_NO_STATES = 0,   /* the sender does not know the exchange states */
    XID3_NEGOTIATION = 1, /* negotiation proceeding: role and TG number are being settled */
    XID3_PRENEGOTIATION = 2,
    XID3_NONACTIVATION = 3, /* on a link that is up: something has changed */
};

enum xid3_role { XID3_SECONDARY = 0, XID3_PRIMARY = 1, XID3_RESERVED_ROLE = 2, XID3_NEGOTIABLE = 3 };

/* EBCDIC. */
struct xid3_name {
    uint8_t n;
    uint8_t s[NAME_FQ_MAX];
};

struct xid3 {
    uint16_t block;           /* node identification: 12 bits */
    uint32_t id;              /* ... and 20 */
    bool no_init_self;        /* INIT-SELF may not be sent to the sender */
    bool no_independent_bind; /* stand-alone BIND is not accepted */
    bool whole_bind_sender;   /* sends BINDs only in one PIU */
    bool whole_bind_receiver; /* accepts BINDs only in one PIU */
    bool no_actpu;            /* no session with an SSCP is requested */
    bool network_node, cp_services, cp_sessions;
    uint8_t state;         /* enum xid3_state */
    bool secondary_nonact; /* secondary-initiated nonactivation exchange is supported */
    bool cp_name_change;
    bool bind_pacing_send, bind_pacing_recv; /* adaptive pacing of BINDs */
    bool quiesce_tg;
    bool complete_supported, complete; /* negotiation-complete indicator */
    uint8_t tg;                        /* transmission group number; 0 = none proposed */
    bool abm;                          /* asynchronous balanced mode, as on a LAN */
    uint8_t role;                      /* enum xid3_role */
    uint8_t transmit;                  /* 0 two-way alternate, 1 simultaneous */
    bool nonact_sender;                /* this nonactivation XID begins the exchange */
    uint16_t max_btu;                  /* octets that the sender accepts in one BTU: TH, RH and RU */
    uint8_t max_in;                    /* I-frames before an acknowledgement */

    struct xid3_name cp_name;   /* CV 0E type F4; empty = none */
    struct xid3_name link_name; /* CV 0E type F7: link station name; empty = none */
    uint8_t product_n;          /* CV 10: software product's common name, EBCDIC; 0 = none */
    uint8_t product[XID3_PRODUCT_MAX];
    bool error;        /* CV 22: the sender gives up because of what it received */
    uint16_t error_at; /* offset of the octet that it cannot accept */
    uint8_t error_bit;
    uint32_t error_sense;
    bool hpr; /* decoding only: CV 61 is present */
};

/* Node identification as the number by which roles are decided. */
uint32_t xid3_node_id(const struct xid3 *x);

/* Encode into OUT (CAP octets) with correct lengths, including those inside the product set identifier.
 * Returns octets written, at most XID3_MAX, or -1 when it does not fit or a field is out of range. */
ssize_t xid3_encode(const struct xid3 *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* Decode the XID3 in P (N octets), which is the whole I-field.  Wrong lengths inside a control vector are
 * accepted [Q149444]; a vector that runs beyond the XID is not.  Returns N, or -1 with *E set: the sense for
 * the negotiation error, and the offset.  *OUT only on success. */
ssize_t xid3_decode(const uint8_t *p, size_t n, struct xid3 *out, struct sna_err *e)
    __attribute__((warn_unused_result));

#endif
