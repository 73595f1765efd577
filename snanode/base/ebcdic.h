/* ebcdic.h - conversion between ASCII, used at the API, and EBCDIC (CCSID 037), used on the wire.  Layer:
 * base (pure). The tables are one-to-one over all 256 values (ASCII side: ISO 8859-1), so a conversion can be
 * undone. */
#ifndef SNA_BASE_EBCDIC_H
#define SNA_BASE_EBCDIC_H

#include <stddef.h>
#include <stdint.h>

extern const uint8_t ebcdic_from_ascii[256];
extern const uint8_t ebcdic_to_ascii[256];

/* In place, N octets. */
void ebcdic_encode(uint8_t *p, size_t n); /* ASCII to EBCDIC */
void ebcdic_decode(uint8_t *p, size_t n); /* EBCDIC to ASCII */

#endif
