/* pcapng.h - capture files of the pcapng format: blocks <-> octets.  Layer: wire (pure).
 * [PCAPNG]  Three kinds of block are written: the section header in front, a description of each interface
 * (for this node: of each link), and the packets.  They are written big-endian, with times in nanoseconds.
 * The reader takes both byte orders and any resolution, and skips blocks and options that it does not
 * know. */
#ifndef SNA_WIRE_PCAPNG_H
#define SNA_WIRE_PCAPNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "snanode/base/err.h"

#define PCAPNG_DATA_MAX       65535 /* octets of one packet that are kept (the snapshot length) */
#define PCAPNG_TEXT_MAX       1024  /* octets of a name or comment; longer ones are cut */
#define PCAPNG_PACKET_MAX     (PCAPNG_DATA_MAX + PCAPNG_TEXT_MAX + 64) /* of a block in all */
#define PCAPNG_INTERFACES_MAX 64                                       /* of one section */
#define PCAPNG_BLOCK_MAX      (1 << 24)                                /* of a block to be read */

/* The kind of packets of an interface.  docs/wireshark.md says what Wireshark does with each. */
enum pcapng_link {
    PCAPNG_ETHERNET = 1,
    PCAPNG_RAW_IP = 101,    /* an IPv4 or IPv6 packet without anything in front */
    PCAPNG_UPPER_PDU = 252, /* Wireshark's own: begins with the name of the dissector */
};

enum pcapng_direction { PCAPNG_UNKNOWN = 0, PCAPNG_INBOUND = 1, PCAPNG_OUTBOUND = 2 };

/* Text in a file, without a NUL at the end.  P is NULL when there is none. */
struct pcapng_text {
    const char *p;
    size_t n;
};

struct pcapng_packet {
    uint32_t interface;         /* number of its interface block in the section, from 0 */
    uint64_t time_ns;           /* since 1970-01-01 UTC */
    uint8_t direction;          /* enum pcapng_direction */
    const uint8_t *data;        /* the octets kept */
    size_t n;                   /* octets at DATA, at most PCAPNG_DATA_MAX when written */
    size_t whole;               /* octets of the original packet; at least N */
    struct pcapng_text comment; /* for the reader of the capture */
};

/* Encode a section header into OUT (CAP octets); APPLICATION names the program that writes it.  Returns
 * octets written, or -1 when it does not fit. */
ssize_t pcapng_encode_section(const char *application, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

/* Encode the description of an interface: the kind of its packets, and its name (if_name).  Returns octets
 * written, or -1 when it does not fit. */
ssize_t pcapng_encode_interface(enum pcapng_link link, const char *name, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

/* Encode a packet.  Returns octets written, at most PCAPNG_PACKET_MAX, or -1 when it does not fit, when N is
 * above PCAPNG_DATA_MAX or above WHOLE, or when there is no such direction. */
ssize_t pcapng_encode_packet(const struct pcapng_packet *in, uint8_t *out, size_t cap)
    __attribute__((warn_unused_result));

enum pcapng_kind { PCAPNG_OTHER, PCAPNG_SECTION, PCAPNG_INTERFACE, PCAPNG_PACKET };

struct pcapng_block {
    enum pcapng_kind kind;
    struct pcapng_text text;     /* PCAPNG_SECTION: the application; PCAPNG_INTERFACE: the name */
    uint16_t link;               /* PCAPNG_INTERFACE: enum pcapng_link, or another */
    struct pcapng_packet packet; /* PCAPNG_PACKET */
};

/* What a reader knows of the current section.  All zero at the beginning of a file. */
struct pcapng_reader {
    bool in_section;
    bool little;
    uint32_t interfaces;                       /* seen in this section */
    uint8_t resolution[PCAPNG_INTERFACES_MAX]; /* if_tsresol of each */
};

/* Decode the block at the front of P (N octets).  Returns octets used; 0 when the block goes on beyond P; or
 * -1 with *E set (SENSE_PARAMETER) when it is not a block of a capture.  *OUT and *R change only when octets
 * are used; *OUT points into P. */
ssize_t pcapng_decode(struct pcapng_reader *r, const uint8_t *p, size_t n, struct pcapng_block *out,
                      struct sna_err *e) __attribute__((warn_unused_result));

#endif
