/* face.h - the face of CPI-C above the engine: what every call of a conversation needs.
 * Inside the library only. */
#ifndef LIBCPIC_FACE_H
#define LIBCPIC_FACE_H

#include "cpic.h"
#include "tp/conv/conv.h"
#include "tp/conv/op.h"
#include "tp/libcpic/rc.h"

#define BUFFER_MAX 32767 /* octets of one Send_Data or Receive [HIS: Send_Data] */

/* The characteristics that are no part of the Attach: how the calls do what they do [HIS: Initial
 * Conversation Characteristics].  Atomic: one thread may set what a call of another thread reads. */
struct cpic_modes {
    _Atomic(CM_INT32) send_type, deallocate_type, prepare_type, receive_type;
    _Atomic(CM_INT32) error_direction, fill, processing_mode;
};

/* A conversation of CPI-C. */
struct cpic {
    struct conv conv; /* first: conv_new makes both */
    struct cpic_modes modes;
    int event;       /* WinCPICSetEvent's descriptor, -1 = none */
    unsigned number; /* for the trace of calls: conversations of this process, from 1 */
    unsigned call;   /* ... which call the operation that is left behind is of */
};

static inline struct cpic *cpic_of(struct conv *c)
{
    return (struct cpic *)c;
}

/* Places in op.to: what a call has been given for its results, or NULL. */
enum face_to {
    TO_RTS,    /* CM_INT32: request_to_send_received */
    TO_DATA,   /* CM_INT32: data_received, of Receive like the next two */
    TO_LENGTH, /* CM_INT32: received_length */
    TO_STATUS, /* CM_INT32: status_received */
    TO_ID,     /* unsigned char: the ID with which the program called (window message) */
};
_Static_assert(TO_ID < OP_TO, "op.to is too short");

extern const struct op_face face_of_cpic;

/* A new conversation with the characteristics of Initialize_Conversation, as conv_new.  NULL: cause.h has the
 * reason. */
struct conv *face_conv_new(void);
void face_forked(void); /* after fork, in the child */

/* For calls that neither send nor receive (Set, Extract): the conversation, referenced; NULL with *RC set. */
struct conv *face_find(unsigned char *id, CM_INT32 *rc);
/* For a call that sends or receives.  Returns NULL with *RC set when there is no such conversation, or
 * another call is under way on it.  Otherwise the conversation is referenced, and this thread's until
 * face_run or op_leave. */
struct conv *face_enter(unsigned char *id, CM_INT32 *rc);
/* The same for a call that may overtake an incomplete Receive (async_enter_over). */
struct conv *face_enter_over(unsigned char *id, CM_INT32 *rc, bool *over);
/* Refuse the call: releases C and sets *RC. */
OUT_OF_LINE void face_refuse(struct conv *c, CM_INT32 code, CM_INT32 *rc);

/* Run OP in the processing mode of C.  Sets *RC, and releases C. */
void face_run(struct conv *c, struct op *op, unsigned char *id_at, CM_INT32 *rc);
/* The same for Accept, whose processing mode is not that of the conversation. */
void face_run_mode(struct conv *c, struct op *op, bool nonblocking, unsigned char *id_at, CM_INT32 *rc);

/* A call may do without an operation what needs none; not when it is called from the blocking hook, which
 * face_run refuses. */
bool face_at_once(void);
/* ... and it may wait meanwhile: C is blocking, and no hook is to be called. */
bool face_waits(struct conv *c);
/* ... and it has: sets *RTS and *RC, and releases C.  Whether *RC is CM_OK. */
bool face_done(struct conv *c, CM_INT32 *rts, CM_INT32 *rc);

/* Report in *RTS whether a Request_To_Send has come. */
void face_report_rts(struct conv *c, CM_INT32 *rts);

#endif
