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

struct conv;

#define BUFFER_MAX 32767 /* octets of one Send_Data or Receive [HIS: Send_Data] */

/* What a step of an operation came to. */
enum step {
    STEP_DONE, /* op->rc is the return code */
    STEP_READ, /* go on when the descriptor can be read */
    STEP_WRITE,
};

/* One call that flows.  It lives on the caller's stack while it runs, and in the conversation when it has
 * returned CM_OPERATION_INCOMPLETE. */
struct op {
    enum step (*step)(struct conv *c, struct op *op);
    int stage; /* private to STEP */
    CM_INT32 rc;
    CM_INT32 *rts;        /* request_to_send_received, or NULL */
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

struct conv {
    unsigned char id[CM_CID_SIZE];
    atomic_int refs;
    atomic_bool busy; /* a call is under way (or an operation incomplete) */
    atomic_bool cancelled;
    bool accepted;      /* came in by Accept_Conversation */
    _Atomic(int) state; /* enum conv_state */

    /* characteristics [HIS: Initial Conversation Characteristics]; those that one thread may set while a call
     * of another one reads them are atomic */
    _Atomic(CM_INT32) type, sync_level, send_type, deallocate_type, prepare_type, receive_type;
    _Atomic(CM_INT32) error_direction, fill, return_control, processing_mode, security;
    char mode[CM_MN_SIZE + 1], partner[CM_PLN_SIZE + 1];
    unsigned char tpn[CM_TPN_SIZE];
    unsigned tpn_n;
    bool service_tp;         /* TPN is an SNA service TP's, raw octets */
    bool partner_is_service; /* from side information */
    char user[CM_UID_SIZE + 1], password[CM_PW_SIZE + 1];
    unsigned user_n, password_n;
    uint64_t secret; /* number of the destination's password, which only the node has; 0 = PASSWORD counts */
    pthread_mutex_t log_lock; /* held while LOG is set or taken: cmsld may meet the error that sends it */
    unsigned char log[CM_LD_SIZE];
    _Atomic(unsigned) log_n;
    char lu[NAME_ROOM8]; /* local LU alias, "" = the node chooses */

    /* the half-sessions */
    struct chain tx;
    atomic_bool tx_begun; /* its flag as of the last write, for Cancel in another thread */
    uint8_t *tx_buf;
    struct record_out out_record; /* basic: where Send_Data stands */
    struct inbound_state rx_state;
    struct record_in rx_record;
    uint8_t *rx_buf;
    size_t rx_cap;
    struct inbound cur; /* frame under consumption, if HAVE_CUR */
    size_t cur_off;
    bool have_cur;
    struct list inq;  /* frames read ahead, struct queued_frame */
    size_t inq_n;     /* octets of them */
    struct list outq; /* frames that the socket did not take yet */
    bool rts;         /* Request_To_Send came and was not yet reported */
    bool negative;    /* -RSP(0846) came: the FMH-7 behind it means purging */
    unsigned purging; /* chains of the partner's to discard: one for each -RSP that we sent */
    bool owe_dr1;     /* the confirmation we owe was asked with DR1 too */
    bool eof;         /* nothing more will come */
    bool waits;       /* steps of the operation may wait in the kernel */

    /* the node's side of it */
    int fd;   /* conversation socket, -1 = none */
    int port; /* control port while Allocate or Accept waits, and an Accept is not finished; else -1 */
    uint32_t node_id;
    uint32_t slot_no;
    struct stats_slot *slot; /* never NULL */
    uint32_t max_ru;

    /* asynchrony */
    struct op op;  /* the incomplete operation */
    bool pending;  /* OP has returned CM_OPERATION_INCOMPLETE and has not been collected */
    bool complete; /* ... and is done: op.rc holds */
    char *cause;   /* ... and why, when that is CM_PRODUCT_SPECIFIC_ERROR (cause.h); ours to free */
    bool stepping; /* a thread is carrying OP on */
    bool passed;   /* ... and a waiter has passed it over meanwhile */
    enum notify notify;
    int event;              /* WinCPICSetEvent's descriptor, -1 = none */
    unsigned char *id_at;   /* where the program keeps the ID it called with (window message) */
    struct list async_link; /* on the list of incomplete operations */
};

/* ---- op.c: whose work a thread does ---- */

/* The accepted conversation that this thread has used last: what it allocates then is on behalf of its
 * invoker. */
uint32_t context_get(void);

/* ---- table.c: conversation IDs ---- */

/* A new conversation in state RESET with the characteristics of Initialize_Conversation, entered in the table
 * with one reference for the table and one for the caller.  NULL: no memory, or the limit is reached
 * (product_error has it). */
struct conv *conv_new(void);
/* The conversation with this ID, referenced; NULL when there is none. */
struct conv *conv_get(const unsigned char *id);
void conv_put(struct conv *c);
/* Take it out of the table: its ID is void from now on.  The last conv_put frees it. */
void conv_void(struct conv *c);
/* Call F for each conversation, referenced during the call. */
void conv_each(void (*f)(struct conv *c, void *arg), void *arg);
/* After fork, in the child: forget all. */
void conv_forget_all(void);
/* Unloading (unload.c): a thread of the program is inside a call; void all conversations, without a last
 * word. */
bool conv_is_used(void);
void conv_unload(void);

/* ---- channel.c: the conversation's socket ---- */

/* Make the next frame current.  1: have_cur; 0: nothing there now (only when !WAIT); -1: nothing will come.
 * Request_To_Send and what is purged are dealt with here. */
int channel_read(struct conv *c, bool wait);
/* Write N frames; the socket takes all, or the rest is queued.  -1: the partner is gone. */
int channel_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait);
/* Write what is queued: 1 all gone, 0 not yet, -1 gone. */
int channel_drain(struct conv *c, bool wait);
/* The last frame that is queued is a Request_To_Send. */
bool channel_signal_waits(const struct conv *c);
/* What is queued goes out at once, also to a partner that does not read. */
void channel_hurry(struct conv *c);
/* One frame, in the same way, over a call of another thread. */
void channel_say_over(struct conv *c, const struct chain_frame *f);
/* Read ahead whatever has come, without waiting. */
void channel_ahead(struct conv *c);
void channel_free(struct conv *c);

/* ---- op.c: running operations ---- */

/* Look up ID for a call that flows.  NULL with *RC set when there is none, or another call is under way.
 * Else the conversation is referenced and busy until op_run or op_leave. */
struct conv *op_enter(unsigned char *id, CM_INT32 *rc);
/* The same for a call that may overtake an incomplete Receive: *OVER is then set, and the Receive stands
 * still until op_leave_over. */
struct conv *op_enter_over(unsigned char *id, CM_INT32 *rc, bool *over);
void op_leave(struct conv *c);
void op_leave_over(struct conv *c, bool over);
/* Run OP to its end (blocking) or as far as it goes, and use it up; sets *RC; gives C back. */
void op_run(struct conv *c, struct op *op, unsigned char *id_at, CM_INT32 *rc);
/* For Accept, whose mode is not the conversation's. */
void op_run_mode(struct conv *c, struct op *op, bool nonblocking, unsigned char *id_at, CM_INT32 *rc);
/* For calls that never flow (Set, Extract): referenced, not busy. */
struct conv *conv_enter(unsigned char *id, CM_INT32 *rc);
/* Refuse: gives C back, sets *RC. */
void op_refuse(struct conv *c, CM_INT32 code, CM_INT32 *rc);
/* The control port that the operation waits on; -1 = none.  Cancel looks at it. */
void op_set_port(struct conv *c, int port);
/* State table: CM_OK, or CM_PROGRAM_STATE_CHECK. */
CM_INT32 op_check(const struct conv *c, enum verb v);

/* ---- async.c: incomplete operations ---- */

/* OP of C (in c->op) goes on in the background. */
void async_add(struct conv *c);
/* Guards c->port and incomplete operations. */
void async_lock(void);
void async_unlock(void);
/* Withdraw the Allocate or Accept that waits on C's port, if one does; under the lock.  The node answers at
 * once, maybe with a conversation that came just before. */
void async_withdraw(struct conv *c);
/* Complete what is incomplete on C with RC; under the lock. */
void async_complete(struct conv *c, CM_INT32 rc);
/* Carry C's operation on as far as it goes without waiting; under the lock, which is given up meanwhile. */
void async_carry_on(struct conv *c);
/* The incomplete Receive of C gives way to a call that ends it.  It has passed the turn, so what follows is
 * said as from RECEIVE, also when the program still sees SEND or SEND_PENDING [C55]. */
static inline void receive_gives_way(struct conv *c)
{
    c->state = CS_RECEIVE;
}
/* Under the lock: wait until nobody carries C's operation on.  True when that is a Receive which is
 * incomplete: it then stands still as long as the lock is held. */
bool async_hold_receive(struct conv *c);
/* Cancel from any thread: whatever is under way on C returns CM_DEALLOCATED_ABEND, and C is over. */
void conv_cancel(struct conv *c);
/* op.c: apply what a finished OP means. */
void op_finish(struct conv *c, struct op *op);

/* ---- verbs shared between files ---- */

/* An Accept has brought an Attach, and still has its port: the program takes it now.  False: it has cancelled
 * the Accept, and the node ends the conversation that had come. */
bool accept_keep(struct conv *c);

/* Before sending: is an error of the partner's there?  STEP_DONE with the return code in op->rc; STEP_READ: a
 * negative response came and what it announces is on its way; STEP_WRITE: nothing, go on. */
enum step send_look_for_error(struct conv *c, struct op *op);

/* Conversation over: socket closed, node told, ID void. */
void conv_end(struct conv *c);
/* State change that the statistics page shows. */
void conv_set_state(struct conv *c, enum conv_state s);
/* What a frame that ends or disturbs sending means: state changes, return code.  TURN: we have the right to
 * send and must give it up when the conversation goes on. */
CM_INT32 conv_take_error(struct conv *c, bool turn);
/* The session is lost or the partner broke the rules. */
CM_INT32 conv_lost(struct conv *c, uint32_t sense);
/* The conversation ended without a last word: a failure of the node, which would have said one. */
CM_INT32 conv_node_lost(struct conv *c);
/* Send -RSP(0846) if NEGATIVE, then an FMH-7 with SENSE and the log data; LAST ends the conversation. */
void conv_send_error(struct conv *c, uint32_t sense, bool negative, bool last);
/* Abend from any state and end: Deallocate(ABEND), Cancel, Cleanup. */
void conv_abend(struct conv *c, uint32_t sense, bool flush);
/* *RTS and clear, if RTS. */
void conv_report_rts(struct conv *c, CM_INT32 *rts);
/* The N octets at LOG are the log data of the next error; 0: there are none. */
void conv_set_log(struct conv *c, const unsigned char *log, unsigned n);
/* Octets and records moved, for the statistics page. */
void conv_count(struct conv *c, size_t sent, bool sent_record, size_t received, bool received_record);

#endif
