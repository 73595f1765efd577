/* notice.h - the page by which the node tells programs that their knowledge is out of date.  Layer: local
 * (pure).  A memfd that only the node can write; a program gets it with the answer to an init that asks for
 * it. */
#ifndef SNA_LOCAL_NOTICE_H
#define SNA_LOCAL_NOTICE_H

#include <stdatomic.h>
#include <stdint.h>

#define NOTICE_SIZE 4096

struct notice {
    _Atomic uint32_t
        inited; /* an inited with another number is out of date: side information or local LUs have changed */
};

#endif
