/* ssp.h - messages of the Switch-to-Switch Protocol: octets <-> struct.  Layer: dlsw (pure).
 * [DLSW: SSP Frame Formats; DLSW: Address Parameters; DLSW: Message Types] */
#ifndef SNA_DLSW_SSP_H
#define SNA_DLSW_SSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define SSP_VERSION     0x31
#define SSP_SHORT       16 /* octets of the information header, which is also the front of the other one */
#define SSP_LONG        72 /* octets of the control header */
#define SSP_DATA_MAX    65535
#define SSP_MESSAGE_MAX (255 + SSP_DATA_MAX) /* no message is longer, whatever its header says */
#define SSP_MAC_LEN     6

enum ssp_type {
    SSP_CANUREACH = 0x03, /* with SSP_EXPLORER _ex, without it _cs */
    SSP_ICANREACH = 0x04,
    SSP_REACH_ACK = 0x05,
    SSP_DGRMFRAME = 0x06,
    SSP_XIDFRAME = 0x07,
    SSP_CONTACT = 0x08,
    SSP_CONTACTED = 0x09,
    SSP_INFOFRAME = 0x0A,
    SSP_ENTER_BUSY = 0x0C,
    SSP_EXIT_BUSY = 0x0D,
    SSP_HALT_DL = 0x0E,
    SSP_DL_HALTED = 0x0F,
    SSP_RESTART_DL = 0x10,
    SSP_DL_RESTARTED = 0x11,
    SSP_NETBIOS_NQ = 0x12,
    SSP_NETBIOS_NR = 0x13,
    SSP_DATAFRAME = 0x14,
    SSP_HALT_DL_NOACK = 0x19,
    SSP_NETBIOS_ANQ = 0x1A,
    SSP_NETBIOS_ANR = 0x1B,
    SSP_KEEPALIVE = 0x1D,
    SSP_CAP_EXCHANGE = 0x20,
    SSP_IFCM = 0x21,
    SSP_TEST_CIRCUIT_REQ = 0x7A,
    SSP_TEST_CIRCUIT_RSP = 0x7B,
};

#define SSP_EXPLORER  0x80 /* of ssp.flags */
#define SSP_LF_SMALL  0x80 /* of ssp.lf: a smaller size may be returned */
#define SSP_LF_CODE   0x3F /* of ssp.lf: ssp_lf_size() */
#define SSP_TO_TARGET 1    /* ssp.direction */
#define SSP_TO_ORIGIN 2

/* What one end calls a circuit.  The other end repeats it and reads nothing in it. */
struct ssp_id {
    uint32_t port, correlator;
};

/* An end of a circuit.  The MAC address is in the order of bits of a token ring, as it is written for SNA. */
struct ssp_address {
    uint8_t mac[SSP_MAC_LEN];
    uint8_t sap;
};

struct ssp {
    uint8_t type;         /* enum ssp_type, or what the partner sent */
    uint8_t flow;         /* the flow control octet, see window.h */
    uint16_t n;           /* octets of data behind the header */
    struct ssp_id remote; /* the receiver's name of the circuit */
    /* From here: of the control header; 0 when the message has the short one. */
    uint8_t lf; /* largest frame: SSP_LF_SMALL and a code */
    uint8_t flags;
    uint8_t priority;                  /* of the circuit: 1 low to 4 highest, 0 unsupported */
    uint8_t direction;                 /* SSP_TO_TARGET or SSP_TO_ORIGIN */
    uint16_t dlc_n;                    /* octets of a LAN header in the data; 0 for SNA */
    struct ssp_address origin, target; /* origin: whose side sent CANUREACH */
    struct ssp_id origin_id, target_id;
    uint32_t origin_transport, target_transport;
};

/* What is known of a type. */
#define SSP_IS_KNOWN      1
#define SSP_IS_SHORT      2 /* it is sent with the short header */
#define SSP_NEEDS_CIRCUIT 4 /* it must name a circuit of the receiver */
#define SSP_CARRIES_FLOW  8 /* its flow control octet means something */
unsigned ssp_traits(uint8_t type);

/* For the log; "unknown" for a type without a name. */
const char *ssp_type_name(uint8_t type);

/* How long the message at the front of P (N octets) is, header and data.  Returns 0 when that takes more
 * octets than N, or -1 with *E set (offset and text) when no message begins so. */
ssize_t ssp_measure(const uint8_t *p, size_t n, struct sna_err *e) __attribute__((warn_unused_result));

/* Decode the header of the message at the front of P (N octets).  Its second type field is not read.  A
 * header that is longer than the type needs is accepted: older senders do that.  Returns the octets of the
 * header, or -1 with *E set.  *OUT only on success. */
ssize_t ssp_decode(const uint8_t *p, size_t n, struct ssp *out, struct sna_err *e)
    __attribute__((warn_unused_result));

/* Encode the header of IN into OUT (CAP octets); IN->n octets of data are to follow.  Returns octets written,
 * SSP_SHORT or SSP_LONG as the type demands, or -1 when they do not fit. */
ssize_t ssp_encode(const struct ssp *in, uint8_t *out, size_t cap) __attribute__((warn_unused_result));

/* The octets of a MAC address with their bits in the other order: Ethernet's from a token ring's and back. */
void ssp_mac_flip(const uint8_t *in, uint8_t *out);

bool ssp_same_address(const struct ssp_address *a, const struct ssp_address *b);

/* Largest frame: octets that a code (the low six bits are read) stands for, and the code of the largest size
 * that is not above OCTETS. */
unsigned ssp_lf_size(uint8_t code);
uint8_t ssp_lf_code(unsigned octets);

#endif
