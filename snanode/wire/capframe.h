/* capframe.h - how a capture shows a link: as frames that Wireshark dissects.  Layer: wire (pure).
 * A node sees the octets of a TCP stream, or a PIU, but no packets.  There are two encapsulations:
 *  - the stream as packets of IPv4 or IPv6 and TCP with right lengths, sequence numbers and checksums, for
 *    interfaces of PCAPNG_RAW_IP.  On ports 2065 and 2067 Wireshark's dlsw dissector takes it, TLS or not.
 *  - a PIU or the I-field of an XID alone, for interfaces of PCAPNG_UPPER_PDU.
 * RFC 791, 8200 and 9293 have the headers, [WIRESHARK: Export PDU] the tags. */
#ifndef SNA_WIRE_CAPFRAME_H
#define SNA_WIRE_CAPFRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CAPFRAME_IN_FRONT 60                          /* octets that an encoder writes in front of the data */
#define CAPFRAME_DATA_MAX (65535 - CAPFRAME_IN_FRONT) /* of one frame */

enum capframe_flags {
    CAPFRAME_FIN = 0x01,
    CAPFRAME_SYN = 0x02, /* alone it opens the connection; with CAPFRAME_ACK it answers */
    CAPFRAME_RST = 0x04,
    CAPFRAME_PSH = 0x08,
    CAPFRAME_ACK = 0x10,
};

/* One TCP connection.  End 0 is the one that connected.  The caller fills in addresses, ports and the first
 * sequence numbers. */
struct capframe_stream {
    bool v6;
    uint8_t address[2][16]; /* network order; 4 octets of it for IPv4 */
    uint16_t port[2];
    uint32_t next[2]; /* sequence number of the next octet that this end sends */
};

/* Encode N octets at DATA, sent by end FROM (0 or 1) with FLAGS, into OUT (CAP octets), and advance the
 * stream.  The caller splits more than CAPFRAME_DATA_MAX octets into several frames.  Returns
 * octets written, or -1 when it does not fit; then the stream does not change. */
ssize_t capframe_encode_tcp(struct capframe_stream *s, int from, uint8_t flags, const uint8_t *data, size_t n,
                            uint8_t *out, size_t cap) __attribute__((warn_unused_result));

enum capframe_pdu { CAPFRAME_PIU, CAPFRAME_XID };

/* Encode a PIU, or the I-field of an XID, of N octets into OUT (CAP octets).  Returns octets written, or -1
 * when it does not fit. */
ssize_t capframe_encode_pdu(enum capframe_pdu kind, const uint8_t *pdu, size_t n, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

#endif
