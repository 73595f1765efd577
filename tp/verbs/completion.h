/* completion.h - how a program learns that a verb is complete which it has issued without waiting.  Inside
 * the libraries only. */
#ifndef VERBS_COMPLETION_H
#define VERBS_COMPLETION_H

#include <stdbool.h>
#include <stdint.h>

struct completion {
    int fd;           /* an event, or a window; -1 = none */
    bool window;      /* FD is a window: a message goes there */
    unsigned message; /* ... with this number */
    uint64_t ticket;  /* the handle that the program has for the verb */
};

/* What a window gets: WAPPCMESSAGE of winappc.h and WCSVMESSAGE of wincsv.h. */
struct completion_message {
    unsigned int message;
    uintptr_t ticket;
    intptr_t vcb;
};

/* Tell the program that the verb of VCB is complete.  Call it last, under async_lock: the thread that reads
 * the message may issue the next verb at once. */
void completion_tell(const struct completion *how, void *vcb);

#endif
