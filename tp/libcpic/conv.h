/* conv.h - a conversation as the library keeps it, and the operation that is under way on it.
 * Inside the library only; the machines are snanode/lu62's. */
#ifndef LIBCPIC_CONV_H
#define LIBCPIC_CONV_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "cpic.h"
#include "snanode/base/list.h"
#include "snanode/base/names.h"
#include "snanode/local/stats.h"
#include "snanode/lu62/chain.h"
#include "snanode/lu62/inbound.h"
#include "snanode/lu62/record.h"
#include "snanode/lu62/verb.h"
#include "tp/libcpic/life.h"

struct conv;

#define BUFFER_MAX 32767 /* octets of one Send_Data or Receive [HIS: Send_Data] */

/* The result of one step of an operation. */
enum step {
    STEP_DONE, /* op->rc is the return code */
    STEP_READ, /* go on when the descriptor can be read */
    STEP_WRITE,
};

/* One call that sends or receives.  The struct lives on the caller's stack while the call runs, and in the
 * conversation after the call has returned CM_OPERATION_INCOMPLETE. */
struct op {
    enum step (*step)(struct conv *c, struct op *op);
    int stage; /* private to STEP */
    /* An operation that is done and still has its port: give its result to the program.  Returns false when
     * the program has cancelled the operation; the node then ends the conversation. */
    bool (*keep)(struct conv *c);
    CM_INT32 rc;
    CM_INT32 *rts;        /* request_to_send_received, or NULL */
    bool waits;           /* steps may wait in the kernel */
    bool accept;          /* Accept: no conversation yet */
    bool receive;         /* a Receive: some calls may overtake it */
    bool reads;           /* ... that waits for input, whatever is queued for output */
    enum conv_state next; /* state after CM_OK, 0 = unchanged */
    bool ends;            /* the conversation is over after CM_OK */

    /* Send_Data, Confirm, Prepare_To_Receive, Deallocate, Flush */
    struct seg in[4];
    unsigned n_in;
    uint8_t head[4], head2[2]; /* GDS headers of a mapped record */
    enum chain_end end;
    bool check;    /* look for a partner's error before sending */
    bool abend;    /* Deallocate(ABEND) after the data */
    uint8_t *copy; /* nonblocking: the program's data, ours to free */

    /* Receive */
    unsigned char *buf;
    size_t want, got;
    bool immediate;
    enum record_form form; /* as fill was when it was issued */
    CM_INT32 *data, *length, *status;
};

enum notify { NOTIFY_WAIT, NOTIFY_EVENT, NOTIFY_WINDOW, NOTIFY_STEP };

/* What the conversation's Attach says, and what Allocate asks the node for [HIS: Initial Conversation
 * Characteristics].  What one thread may set while a call of another thread reads it is atomic. */
struct conv_attach {
    _Atomic(CM_INT32) type, sync_level, return_control, security;
    char lu[NAME_ROOM8]; /* local LU alias, "" = the node chooses */
    char mode[CM_MN_SIZE + 1], partner[CM_PLN_SIZE + 1];
    unsigned char tpn[CM_TPN_SIZE];
    unsigned tpn_n;
    bool service_tp; /* TPN is an SNA service TP's, raw octets */
    char user[CM_UID_SIZE + 1], password[CM_PW_SIZE + 1];
    unsigned user_n, password_n;
    uint64_t secret; /* number of the destination's password, which only the node has; 0 = PASSWORD counts */
};

/* The other characteristics: how the calls of CPI-C do what they do. */
struct conv_modes {
    _Atomic(CM_INT32) send_type, deallocate_type, prepare_type, receive_type;
    _Atomic(CM_INT32) error_direction, fill, processing_mode;
};

/* The log data of the next error. */
struct conv_log {
    pthread_mutex_t lock; /* held while TEXT is set or taken: cmsld may meet the error that sends it */
    unsigned char text[CM_LD_SIZE];
    _Atomic(unsigned) n;
};

/* The half-session: the machines of snanode/lu62, and what the frames have said. */
struct conv_half {
    struct chain tx;
    atomic_bool tx_begun; /* its flag as of the last write, for Cancel in another thread */
    uint8_t *tx_buf;
    struct record_out sent; /* basic: where Send_Data stands */
    struct inbound_state rx;
    struct record_in record; /* where Receive stands */
    struct inbound cur;      /* frame under consumption, if HAVE_CUR */
    size_t cur_off;
    bool have_cur;
    bool rts;         /* Request_To_Send came and was not yet reported */
    bool negative;    /* -RSP(0846) came: the FMH-7 behind it means purging */
    unsigned purging; /* chains of the partner's to discard: one for each -RSP that we sent */
    bool owe_dr1;     /* the confirmation we owe was asked with DR1 too */
};

/* The socket of the conversation. */
struct conv_channel {
    int fd; /* -1 = none */
    uint8_t *buf;
    size_t cap;
    struct list in;  /* frames read ahead, struct queued_frame */
    size_t in_n;     /* octets of them */
    struct list out; /* frames that the socket did not take yet */
    bool eof;        /* nothing more will come */
};

/* The node's side of the conversation. */
struct conv_node {
    int port;      /* control port while Allocate or Accept waits, and an Accept is not finished; else -1 */
    uint32_t id;   /* the node's number of the conversation, 0 = it has none */
    bool accepted; /* this side is the one that accepted */
    uint32_t max_ru;
    uint32_t slot_no;
    struct stats_slot *slot; /* never NULL */
};

/* An operation that is left behind, and how the program learns of its end. */
struct conv_later {
    struct op op; /* op.rc is its result when LIFE says that it is complete */
    char *cause;  /* why that is CM_PRODUCT_SPECIFIC_ERROR (cause.h); ours to free */
    enum notify notify;
    int event;            /* WinCPICSetEvent's descriptor, -1 = none */
    unsigned char *id_at; /* where the program keeps the ID it called with (window message) */
    struct list link;     /* on the list of incomplete operations */
};

struct conv {
    unsigned char id[CM_CID_SIZE];
    atomic_int refs;
    atomic_int life;  /* enum life: who may do something with it now */
    atomic_int state; /* enum conv_state */
    struct conv_attach attach;
    struct conv_modes modes;
    struct conv_log log;
    struct conv_half half;
    struct conv_channel channel;
    struct conv_node node;
    struct conv_later later;
};

/* ---- op.c: whose work a thread does ---- */

/* The accepted conversation that this thread has used last: the thread allocates further conversations on
 * behalf of the invoker of that conversation. */
uint32_t context_get(void);

/* ---- table.c: conversation IDs ---- */

/* A new conversation in state RESET with the characteristics of Initialize_Conversation, entered in the table
 * with one reference for the table and one for the caller.  NULL: no memory, or the limit is reached
 * (product_error has it). */
struct conv *conv_new(void);
/* The conversation with this ID, referenced; NULL when there is none. */
struct conv *conv_get(const unsigned char *id);
void conv_put(struct conv *c);
/* Remove the conversation from the table: its ID is void from now on.  The last conv_put frees it. */
void conv_void(struct conv *c);
/* Call F for each conversation, referenced during the call. */
void conv_each(void (*f)(struct conv *c, void *arg), void *arg);
/* After fork, in the child: forget all conversations. */
void conv_forked(void);
/* Unloading (unload.c): a thread of the program is inside a call; void all conversations, without telling the
 * partners. */
bool conv_is_used(void);
void conv_unload(void);

/* ---- channel.c: the conversation's socket ---- */

/* Make the next frame current.  Returns 1: have_cur is set; 0: no frame is there now (only when !WAIT); -1:
 * no frame will come.  This function handles Request_To_Send and frames that are purged. */
int channel_read(struct conv *c, bool wait);
/* Write N frames; what the socket does not take is queued.  Returns -1 when the partner is gone. */
int channel_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait);
/* Write the queued frames.  Returns 1: all are written; 0: some are left; -1: the partner is gone. */
int channel_drain(struct conv *c, bool wait);
/* True when the last queued frame is a Request_To_Send. */
bool channel_signal_waits(const struct conv *c);
/* Write the queued frames at once, even to a partner that does not read. */
void channel_hurry(struct conv *c);
/* Write one frame in the same way while another thread is in a call of this conversation. */
void channel_say_over(struct conv *c, const struct chain_frame *f);
/* Read all frames that have arrived into the queue of frames, without waiting. */
void channel_ahead(struct conv *c);
void channel_free(struct conv *c);

/* ---- op.c: running operations ---- */

/* Look up ID for a call that sends or receives.  Returns NULL with *RC set when there is no such
 * conversation, or another call is under way on it.  Otherwise the conversation is referenced, and busy until
 * op_run or op_leave. */
struct conv *op_enter(unsigned char *id, CM_INT32 *rc);
/* The same for a call that may overtake an incomplete Receive.  In this case *OVER is set, and the Receive
 * makes no progress until op_leave_over. */
struct conv *op_enter_over(unsigned char *id, CM_INT32 *rc, bool *over);
void op_leave(struct conv *c);
void op_leave_over(struct conv *c, bool over);
/* Run OP to its end (blocking) or as far as it goes without waiting.  Sets *RC, and releases OP and C. */
void op_run(struct conv *c, struct op *op, unsigned char *id_at, CM_INT32 *rc);
/* The same for Accept, whose processing mode is not that of the conversation. */
void op_run_mode(struct conv *c, struct op *op, bool nonblocking, unsigned char *id_at, CM_INT32 *rc);
/* For calls that neither send nor receive (Set, Extract): the conversation is referenced, not busy. */
struct conv *conv_enter(unsigned char *id, CM_INT32 *rc);
/* Refuse the call: releases C and sets *RC. */
void op_refuse(struct conv *c, CM_INT32 code, CM_INT32 *rc);
/* Set the control port on which the operation waits, for Cancel; -1 = none. */
void op_set_port(struct conv *c, int port);
/* Look into the state table.  Returns CM_OK or CM_PROGRAM_STATE_CHECK. */
CM_INT32 op_check(const struct conv *c, enum verb v);

/* ---- async.c: incomplete operations ---- */

/* Continue the operation of C (c->op) in the background. */
void async_add(struct conv *c);
/* Guards c->port and incomplete operations. */
void async_lock(void);
void async_unlock(void);
/* Withdraw the Allocate or Accept that waits on C's port, if there is one; under the lock.  The node answers
 * at once, perhaps with a conversation that arrived just before. */
void async_withdraw(struct conv *c);
/* Complete the incomplete operation of C with RC; under the lock. */
void async_complete(struct conv *c, CM_INT32 rc);
/* Continue C's operation as far as it goes without waiting.  Called under the lock, which is released
 * meanwhile. */
void async_carry_on(struct conv *c);
/* End the incomplete Receive of C in favour of a call that ends it.  The Receive has passed the turn, so that
 * call acts as in RECEIVE, even when the program still sees SEND or SEND_PENDING [C55]. */
static inline void receive_gives_way(struct conv *c)
{
    c->state = CS_RECEIVE;
}
/* Under the lock: wait until no thread continues C's operation.  Returns true when the operation is an
 * incomplete Receive, which then makes no progress as long as the lock is held. */
bool async_hold_receive(struct conv *c);
/* Cancel from any thread: the call under way on C returns CM_DEALLOCATED_ABEND, and C ends. */
void conv_cancel(struct conv *c);
/* op.c: apply the result of a finished OP to C. */
void op_finish(struct conv *c, struct op *op);

/* ---- verbs shared between files ---- */

/* Before sending, look for an error from the partner.  Returns STEP_DONE with the return code in op->rc;
 * STEP_READ: a negative response has arrived, and the FMH-7 that it announces is on its way; STEP_WRITE:
 * there is no error. */
enum step send_look_for_error(struct conv *c, struct op *op);

/* ---- state.c: where a conversation stands ---- */

/* Change the state, also in the statistics page. */
void conv_set_state(struct conv *c, enum conv_state s);
/* Count octets and records for the statistics page. */
void conv_count(struct conv *c, size_t sent, bool sent_record, size_t received, bool received_record);
/* If RTS is not NULL, report a Request_To_Send in *RTS and clear it. */
void conv_report_rts(struct conv *c, CM_INT32 *rts);
/* End the conversation: close its socket, tell the node, void its ID. */
void conv_end(struct conv *c);

/* ---- failure.c: what goes wrong ---- */

/* Handle a frame that ends or interrupts sending: change the state, return the return code.  TURN: we have
 * the right to send, and must give it up if the conversation continues. */
CM_INT32 conv_take_error(struct conv *c, bool turn);
/* The session is lost, or the partner has broken the protocol. */
CM_INT32 conv_lost(struct conv *c, uint32_t sense);
/* The conversation ended without a frame that says why: the node has failed, as it would have written one. */
CM_INT32 conv_node_lost(struct conv *c);
/* Send -RSP(0846) if NEGATIVE, then an FMH-7 with SENSE and the log data; LAST ends the conversation. */
void conv_send_error(struct conv *c, uint32_t sense, bool negative, bool last);
/* Cancel, Cleanup: abend from any state and end, whatever is buffered. */
void conv_abend(struct conv *c);
/* Deallocate(ABEND): the same after what is buffered, the Attach with it.  WAIT: until there is room for it.
 */
void conv_flush_abend(struct conv *c, bool wait);
/* Deallocate(ABEND) after a flush of its own. */
void conv_abend_now(struct conv *c);
/* Make the N octets at LOG the log data of the next error; N = 0: there are none. */
void conv_set_log(struct conv *c, const unsigned char *log, unsigned n);

#endif
