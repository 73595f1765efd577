/* note.h - what programs have for the log: LOG_MESSAGE and TRANSFER_MS_DATA of the Common Service Verbs.
 * Layer: io. */
#ifndef SNA_IO_NOTE_H
#define SNA_IO_NOTE_H

#include <stddef.h>
#include <stdint.h>

struct client;

/* The note MSG of N octets has come on port C: log and answer it.  Returns 0; -1: C is no program's port, or
 * the message is not a note. */
int note_take(struct client *c, const uint8_t *msg, size_t n);

#endif
