/* tlsmemory.h - OpenSSL's memory: whether it has ever got none.  Layer: io.
 * OpenSSL goes on where it can: a context that lacks a cipher, a certificate whose extensions could not be
 * read.  These stay as they are when there is memory again, so that nothing may be kept that was made while
 * OpenSSL got none. */
#ifndef SNA_IO_LINK_TLSMEMORY_H
#define SNA_IO_LINK_TLSMEMORY_H

#include <stdbool.h>

/* Count from here on.  Before anything of OpenSSL is called.  False: OpenSSL could not begin, and calling
 * anything of it would end the process. */
bool tls_memory_begin(void) __attribute__((warn_unused_result));

/* Whether OpenSSL may use the reserve (snanode/io/reserve.h): for what it does not survive otherwise, in the
 * node's main thread, and freed there. */
void tls_memory_reserved(bool on);

/* How often OpenSSL has got no memory, in any thread. */
unsigned long tls_memory_lost(void);

#endif
