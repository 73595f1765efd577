/* codepage.h - the code pages of GET_CP_CONVERT_TABLE.  Inside the library only. */
#ifndef LIBCSV_CODEPAGE_H
#define LIBCSV_CODEPAGE_H

#include <stdbool.h>
#include <stdint.h>

/* The characters of code page NUMBER in Unicode, each of them once.  False: it is not one of those that are
 * documented [HIS: GET_CP_CONVERT_TABLE], *OUT is as it was. */
bool codepage_get(unsigned number, uint16_t out[256]);

/* The table from the characters SOURCE to those of TARGET, two code pages.  What TARGET has not becomes
 * *SUBSTITUTE; NULL: an octet that no other character has, so that the table of the other direction, made
 * likewise, leads back. */
void cptable_make(uint8_t table[256], const uint16_t source[256], const uint16_t target[256],
                  const uint8_t *substitute);

#endif
