/* call.h - a verb that a program has issued, and what all verbs do before and after their operation.  Inside
 * the library only. */
#ifndef LIBAPPC_CALL_H
#define LIBAPPC_CALL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tp/conv/begin.h"
#include "tp/conv/conv.h"
#include "tp/conv/op.h"
#include "tp/libappc/rc.h"
#include "tp/libappc/states.h"
#include "tp/libappc/tp.h"
#include "tp/verbs/completion.h"
#include "winappc.h"

struct verb_row;

struct call {
    void *vcb;
    const struct verb_row *row;
    bool mapped, extended;
    bool nonblocking;      /* the call returns at once */
    bool posted;           /* ... because the verb itself is RECEIVE_AND_POST */
    bool ran;              /* an operation has begun, and was not refused */
    bool incomplete;       /* ... and has left an operation behind: the block is not yet complete */
    struct completion how; /* with NONBLOCKING */
    struct conv *watched;  /* the verb has interrupted a TEST_RTS_AND_POST; referenced */
    struct tp *tp;         /* of the verb; the library lets go of it when the call returns */
};

/* How a program is to be told that a session is over which it has activated. */
struct session_watch {
    struct appc_hdr hdr; /* first: it is the block of a verb of the library's own */
    int event;           /* -1 = none */
    unsigned short *status;
};

/* A conversation of APPC, or what stands for a verb for sessions while that waits. */
struct appc {
    struct conv conv; /* first: conv_new makes both */
    uint8_t tp_id[TP_ID_SIZE];
    bool mapped_verbs;            /* which verbs the program uses */
    unsigned char type;           /* what the Attach says: AP_MAPPED_CONVERSATION ... */
    struct completion how;        /* of the operation that is left behind */
    uint8_t asked[BEGIN_ASK_MAX]; /* RECEIVE_ALLOCATE: the name, as an Accept has it; a verb for sessions: the
                                     message, and its answer */
    unsigned asked_n;
    struct session_watch watch;
    _Atomic(struct test_rts_and_post *) posted; /* TEST_RTS_AND_POST that is outstanding, or NULL */
    bool manager;                               /* RECEIVE_ALLOCATE_EX: whatever the name, for attach.lu */
};

static inline struct appc *appc_of(struct conv *c)
{
    return (struct appc *)c;
}

/* Places in op.to. */
enum call_to {
    TO_VCB,
    TO_RTS,  /* unsigned char: rts_rcvd, or NULL */
    TO_DONE, /* call_done, or NULL: the verb's own results, with OUTCOME_OK */
};
/* Gives the results of a verb to its block.  Returns the codes. */
typedef struct appc_rc call_done(struct appc *a, struct op *op, void *vcb);

/* Set the codes of the block. */
void call_rc(struct call *v, unsigned short primary, unsigned int secondary);
static inline void call_parameter(struct call *v, unsigned int secondary)
{
    call_rc(v, AP_PARAMETER_CHECK, secondary);
}
static inline void call_state(struct call *v, unsigned int secondary)
{
    call_rc(v, AP_STATE_CHECK, secondary);
}

/* The TP whose ID is at ID, into v->tp.  False, with the codes set, when there is none. */
bool call_tp(struct call *v, const uint8_t id[TP_ID_SIZE]);
/* The conversation of a verb: its block begins as struct confirmed does.  Referenced; NULL with the codes set
 * when an ID is wrong or the verb is of the other form. */
struct conv *call_find(struct call *v);
/* The same, and it is this thread's until call_run or call_refuse: no other verb is under way. */
struct conv *call_enter(struct call *v);
/* The same for a verb that receives: a POST_ON_RECEIPT ends. */
struct conv *call_enter_receive(struct call *v);
/* The same for a verb that may overtake a posted receive (async_enter_over). */
struct conv *call_enter_over(struct call *v, bool *over);
/* Check that V may be issued now.  False: it may not, and C is released. */
bool call_allowed(struct call *v, struct conv *c, enum appc_verb verb);
/* Refuse the verb, and release C. */
void call_refuse(struct call *v, struct conv *c, unsigned short primary, unsigned int secondary);
/* Run OP, which sets the codes, and release C. */
void call_run(struct call *v, struct conv *c, struct op *op, unsigned char *rts, call_done *done);
/* In place of call_run, for a verb that needs no operation: set the codes and RTS, and release C.  False: C
 * has been cancelled. */
bool call_at_once(struct call *v, struct conv *c, unsigned char *rts);
/* The codes of an operation that no call_run has ended. */
void call_outcome(struct call *v, struct conv *c, enum outcome outcome);

/* A conversation of V's TP. NULL, with the codes set: there is no memory, or the limit is reached. */
struct conv *call_conv_new(struct call *v);

/* Write whether a Request_To_Send has come. */
void call_report_rts(struct conv *c, unsigned char *rts);

extern const struct op_face face_of_appc;

#endif
