/* localname.h - the names under which this program accepts conversations.  Inside the library. */
#ifndef LIBCPIC_LOCALNAME_H
#define LIBCPIC_LOCALNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"

struct conv;

bool localname_given(void); /* Specify_Local_TP_Name was called: Accept does not block */
bool localname_any(void);   /* ... or the environment names the program */

/* Write the names in the form of an accept message; LU gets the alias from APPCLLU, or "".  Returns
 * octets. */
size_t localname_list(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8]);

void localname_forked(void); /* after fork, in the child: nobody holds the lock */
void localname_clear(void);  /* Cleanup */

#endif
