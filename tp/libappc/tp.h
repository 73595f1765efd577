/* tp.h - the transaction programs of this process, by their IDs: one for each TP_STARTED and each
 * RECEIVE_ALLOCATE.  Inside the library only. */
#ifndef LIBAPPC_TP_H
#define LIBAPPC_TP_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/names.h"

#define TP_ID_SIZE 8
#define TP_MAX     15000 /* in a process [HIS: APPC Verb Summary] */

struct tp {
    uint8_t id[TP_ID_SIZE];
    unsigned refs;   /* tp.c's, like the next three */
    unsigned active; /* verbs that threads are in */
    bool ending;     /* TP_ENDED is under way */
    uint32_t number;
    char lu[NAME_ROOM8];       /* local LU alias, "" = the default */
    char local[NAME_FQ_ROOM];  /* its name, once a conversation has begun; "" until then */
    uint8_t name[NAME_TP_MAX]; /* EBCDIC, padded */
    char user[NAME_USER_ROOM];
    uint32_t on_behalf; /* the node's number of the conversation that it was invoked by, 0 = none */
};

/* A new TP, with a reference for the table and one for the caller.  NULL: there is no memory, or the limit is
 * reached. */
struct tp *tp_new(void);
/* The TP with this ID, for a verb: referenced, and TP_ENDED waits for tp_put.  NULL: there is none, or it is
 * ending; *BUSY says which. */
struct tp *tp_get(const uint8_t id[TP_ID_SIZE], bool *busy);
void tp_put(struct tp *tp);

/* TP_ENDED: from now on no verb gets TP.  False: another TP_ENDED is under way. */
bool tp_begin_end(struct tp *tp);
/* Wait until no thread but this one is in a verb of TP. */
void tp_await(struct tp *tp);
/* Its ID is void. */
void tp_void(struct tp *tp);
/* All are void: Cleanup. */
void tp_void_all(void);
void tp_forked(void); /* after fork, in the child */

#endif
