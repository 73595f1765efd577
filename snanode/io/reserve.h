/* reserve.h - memory for libraries that do not survive the lack of it.  Layer: io.
 * Some of libevent's functions end the process when they get no memory half-way (bufferevent_free of one that
 * is not made whole, evhttp_clear_headers of a request without headers), as does OpenSSL while it loads DES.
 * What they ask for is small, so it comes from small blocks of the node's while the system has none: for its
 * main thread alone. */
#ifndef SNA_IO_RESERVE_H
#define SNA_IO_RESERVE_H

#include <stdbool.h>
#include <stddef.h>

enum {
    RESERVE_BLOCK = 1024, /* octets: the smallest piece of an evbuffer; what is larger has no reserve */
    RESERVE_BLOCKS = 1024
};

/* As malloc, realloc and free, but from the reserve when the system has none; whether P is of the reserve. */
void *reserve_take(size_t n);
void *reserve_resize(void *p, size_t n);
void reserve_give_back(void *p);
bool reserve_has(const void *p);

/* Whether at least half of the blocks are left.  Nothing that is made of libevent's objects (a connection, a
 * stream) begins without that: what has begun gets its blocks. */
bool reserve_suffices(void);

#endif
