/* recording.h - what links carry, recorded into files of a limited size.  Layer: io.
 * The files are pcapng (snanode/wire/pcapng.h) and can be read while they grow: each block is written whole,
 * with one write to a regular file, so the event loop never waits for a reader.  When the file is full it
 * becomes FILE.1, what was FILE.1 becomes FILE.2 and so on, and a new one begins; the oldest goes.  Memory:
 * one block, for all links. A file holds what was on the link, passwords too: only its owner may read it. */
#ifndef SNA_IO_RECORDING_H
#define SNA_IO_RECORDING_H

#include <stdint.h>

#include "snanode/wire/pcapng.h"

#define RECORDING_LINK_NAME_MAX 64
#define RECORDING_FILE_MIN      (2 * PCAPNG_PACKET_MAX) /* octets: the headers and the largest block fit */

struct recording_limits {
    uint64_t octets; /* of one file, at least RECORDING_FILE_MIN */
    unsigned files;  /* that are kept, with the one that grows; at least 1 */
};

struct recording;

/* Begin to record into the file PATH; one that is there already is kept as PATH.1, as when it was full.
 * APPLICATION is the name of the program that the files give.  Returns the recording, which the caller frees
 * with recording_close(), or NULL with errno: EINVAL for limits that are too small, ELOOP for a symbolic
 * link, ENOTSUP for what is no regular file, or what the system said. */
struct recording *recording_open(const char *path, const struct recording_limits *limits,
                                 const char *application) __attribute__((warn_unused_result));

/* A link whose packets are LINK, by its NAME, of which RECORDING_LINK_NAME_MAX octets count.  Returns its
 * number for pcapng_packet.interface, or -1 when there are PCAPNG_INTERFACES_MAX already. */
int recording_add_link(struct recording *r, enum pcapng_link link, const char *name);

/* Append a packet of a link of this recording; data above PCAPNG_DATA_MAX are cut.  When the file cannot be
 * written, the log says so once and the recording is over: a capture with holes would mislead.  The packets
 * that come then are counted. */
void recording_packet(struct recording *r, const struct pcapng_packet *k);

/* Packets that are not in the files because they could not be written. */
uint64_t recording_lost(const struct recording *r);

/* End and free it; NULL is allowed. */
void recording_close(struct recording *r);

#endif
