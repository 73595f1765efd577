/* progformat.h - what kind of file a program is, according to its first octets.  Layer: launching (pure). */
#ifndef SNA_LAUNCH_PROGFORMAT_H
#define SNA_LAUNCH_PROGFORMAT_H

#include <stddef.h>
#include <stdint.h>

#define PROGFORMAT_HEAD 4096 /* this many octets are enough to tell */

/* Write to OUT (CAP octets) why this machine cannot run a file that begins with HEAD (N octets).  OWN (N_OWN
 * octets) is the beginning of an ELF program that it can run.  Such as: "a Windows program (PE, x86-64)".
 * Returns OUT, or NULL when the machine can run the file: an ELF program for it, or a script.  OUT is then
 * the path of the loader or interpreter that the file needs, "" for none. */
const char *progformat_fault(const uint8_t *head, size_t n, const uint8_t *own, size_t n_own, char *out,
                             size_t cap);

/* 32 or 64 for a program of Windows (PE, x86 or x86-64) that begins with HEAD (N octets); 0 for anything
 * else. */
unsigned progformat_windows_bits(const uint8_t *head, size_t n);

#endif
