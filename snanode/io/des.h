/* des.h - DES, from OpenSSL, and randomness for the pure code.  Layer: io. */
#ifndef SNA_IO_DES_H
#define SNA_IO_DES_H

#include "snanode/lu62/cipher.h"

/* The functions of pure code, over a library context of our own: whatever else uses OpenSSL in this process
 * does not get the legacy algorithms.  DES is loaded when it is first needed; when it cannot be, the log says
 * so once, and each call fails.  Static. */
const struct cipher *des_cipher(void);

/* Free what was loaded. */
void des_unload(void);

#endif
