/* recording.h - records the traffic of links into files of limited size.  Layer: io.
 * The files are pcapng (snanode/wire/pcapng.h) and can be read while they grow: each block is written whole,
 * with one write to a regular file, so the event loop never waits for a reader.  When the file is full it
 * becomes FILE.1, FILE.1 becomes FILE.2 and so on, the oldest is removed, and a new file begins.  Memory:
 * one block, for all links. A file holds everything that was on the link, including passwords: only its owner
 * may read it. */
#ifndef SNA_IO_RECORDING_H
#define SNA_IO_RECORDING_H

#include <stdint.h>

#include "snanode/wire/pcapng.h"

#define RECORDING_LINK_NAME_MAX 64
#define RECORDING_FILE_MIN      (2 * PCAPNG_PACKET_MAX) /* octets: headers and the largest block fit */

struct recording_limits {
    uint64_t octets; /* of one file, at least RECORDING_FILE_MIN */
    unsigned files;  /* files that are kept, including the current one; at least 1 */
};

struct recording;

/* Begin to record into the file PATH; an existing file is kept as PATH.1, as if it were full.  APPLICATION
 * is the name of the program recorded in the files.  Returns the recording, which the caller frees
 * with recording_close(), or NULL with errno: EINVAL for limits that are too small, ELOOP for a symbolic
 * link, ENOTSUP for anything else that is not a regular file, or the system's error. */
struct recording *recording_open(const char *path, const struct recording_limits *limits,
                                 const char *application) __attribute__((warn_unused_result));

/* Add a link with packets of kind LINK under NAME, of which RECORDING_LINK_NAME_MAX octets count.  Returns
 * its number for pcapng_packet.interface, or -1 when there are PCAPNG_INTERFACES_MAX already. */
int recording_add_link(struct recording *r, enum pcapng_link link, const char *name);

/* Append a packet of a link of this recording; data above PCAPNG_DATA_MAX are cut.  When the file cannot be
 * written, the log says so once and the recording ends: a capture with gaps would mislead.  Later packets are
 * only counted. */
void recording_packet(struct recording *r, const struct pcapng_packet *k);

/* How many packets are missing because they could not be written. */
uint64_t recording_lost(const struct recording *r);

/* End and free it; NULL is allowed. */
void recording_close(struct recording *r);

#endif
