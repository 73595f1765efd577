/* progformat.h - what kind of file a program is, by its first octets.  Layer: launching (pure). */
#ifndef SNA_LAUNCH_PROGFORMAT_H
#define SNA_LAUNCH_PROGFORMAT_H

#include <stddef.h>
#include <stdint.h>

#define PROGFORMAT_HEAD 4096 /* octets that are enough to tell */

/* Say in OUT (CAP octets) why a machine that runs programs like the one that begins with OWN (N_OWN octets,
 * an ELF file) cannot run a file that begins with HEAD (N octets): "a Windows program (PE, x86-64)".  Returns
 * OUT, or NULL when it can: it is an ELF program of that machine, or a script; the path of the loader or
 * interpreter that it wants is then in OUT, "" for none. */
const char *progformat_fault(const uint8_t *head, size_t n, const uint8_t *own, size_t n_own, char *out,
                             size_t cap);

#endif
