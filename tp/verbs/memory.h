/* memory.h - whether the memory that a program has named is there: the documented codes take the place of a
 * crash [HIS: TP_STARTED; HIS: CONVERT].  Inside the libraries only. */
#ifndef VERBS_MEMORY_H
#define VERBS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the N octets at P can be read. */
bool memory_readable(const void *p, size_t n);
/* Whether the N octets at P, which nobody else uses now, can be read and written. */
bool memory_writable(void *p, size_t n);

#endif
