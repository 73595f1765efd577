/* conv.h - a conversation as the engine keeps it, and the operation that is under way on it.  The machines
 * are snanode/lu62's; a face (tp/libcpic) makes calls of it.  Inside the library only. */
#ifndef CONV_CONV_H
#define CONV_CONV_H

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/base/names.h"
#include "snanode/local/stats.h"
#include "snanode/lu62/chain.h"
#include "snanode/lu62/inbound.h"
#include "snanode/lu62/record.h"
#include "snanode/lu62/verb.h"
#include "tp/conv/life.h"
#include "tp/conv/outcome.h"

/* The calls that move data take into themselves what they call (FLAT), but for what they seldom need, so that
 * their way is short: few instructions, few lines of the cache, little of the stack. */
#define FLAT        __attribute__((flatten))
#define OUT_OF_LINE __attribute__((noinline))

#define CONV_ID_SIZE 8
#define CONV_LOG_MAX 512 /* octets of log data */

struct conv;
struct op;

/* ---- an operation ---- */

/* The result of one step of an operation. */
enum step {
    STEP_DONE, /* op->outcome holds */
    STEP_READ, /* go on when the descriptor can be read */
    STEP_WRITE,
};

/* How a program learns that an incomplete operation is done, when no thread waits for it. */
struct op_notice {
    void (*complete)(struct conv *c); /* called once, under async_lock */
    bool collects; /* COMPLETE collects the operation: a thread that waits does not see it */
};

/* What a face adds to its operations.  Each may be NULL. */
struct op_face {
    /* The operation is done, outcome and results hold: give them to the program. */
    void (*give)(struct conv *c, struct op *op);
    /* While a call waits: True when the face wants to poll itself; poll as poll(2) without a limit.  Returns
     * false when the program wants the call to end. */
    bool (*polls)(void);
    bool (*poll)(struct pollfd *p, unsigned n);
    /* Called under async_lock when an operation becomes incomplete; NULL: a thread that waits reports it. */
    const struct op_notice *(*notice)(struct conv *c);
};

#define OP_TO 5 /* places in the program */

/* One call that sends or receives.  The struct lives on the caller's stack while the call runs, and in the
 * conversation after the call has returned incomplete. */
struct op {
    enum step (*step)(struct conv *c, struct op *op);
    int stage;                                        /* private to STEP */
    enum step (*then)(struct conv *c, struct op *op); /* Allocate: what follows it in SEND, NULL = nothing */
    /* An operation that is done and still has its port: give its result to the program.  Returns false when
     * the program has cancelled the operation; the node then ends the conversation. */
    bool (*keep)(struct conv *c);
    enum outcome outcome;
    bool waits;           /* steps may wait in the kernel */
    bool accept;          /* Accept: no conversation yet */
    bool receive;         /* a Receive: some calls may overtake it */
    bool peeks;           /* ... that takes nothing: a Receive ends it */
    bool watches;         /* looks for a Request_To_Send: each call ends it */
    bool reads;           /* ... that waits for input, whatever is queued for output */
    enum conv_state next; /* state after OUTCOME_OK, 0 = unchanged */
    bool ends;            /* the conversation is over after OUTCOME_OK */
    const struct op_face *face;
    void *to[OP_TO]; /* the face's own: where the program wants results */

    /* Accept: the names under which C is accepted, as in an accept message; LU gets the alias.  NULL: as the
       attach manager of attach.lu, for MANAGE_S seconds. */
    uint32_t manage_s;
    size_t (*names)(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8]);

    /* Send_Data, Confirm, Prepare_To_Receive, Deallocate, Flush */
    struct seg in[RECORD_MAPPED_PIECES];
    unsigned n_in;
    struct record_heads heads; /* GDS headers of a mapped record */
    enum chain_end end;
    bool check;     /* look for a partner's error before sending */
    bool abend;     /* abend after the data */
    uint32_t sense; /* what an abend says */
    uint8_t *copy;  /* nonblocking: the program's data, ours to free */

    /* Send_Error in SEND_PENDING: what was received is wrong, not what was to be sent */
    bool receive_error;
    bool service; /* Send_Error: of a service TP, not of a program */

    /* Receive */
    uint8_t *buf;
    size_t want, got; /* octets */
    bool immediate;
    bool status_apart;     /* a status never comes together with data */
    bool end_apart;        /* nor does the end of the conversation */
    enum record_form form; /* as it was when the call was issued */
    enum rcv_data data;    /* results, as GOT is */
    enum rcv_status status;
};

/* ---- a conversation ---- */

/* Values in an Attach; the numbers are the local protocol's (lp.h). */
enum conv_type { CONV_BASIC, CONV_MAPPED, CONV_TYPE_N };
enum conv_sync { CONV_SYNC_NONE, CONV_SYNC_CONFIRM, CONV_SYNC_N };
enum conv_return_control { CONV_WHEN_ALLOCATED, CONV_IMMEDIATE, CONV_RETURN_CONTROL_N };
enum conv_security { CONV_SECURITY_NONE, CONV_SECURITY_SAME, CONV_SECURITY_PROGRAM, CONV_SECURITY_N };

/* What the conversation's Attach says, and what Allocate asks the node for.  What one thread may set while a
 * call of another thread reads it is atomic. */
struct conv_attach {
    _Atomic(int32_t) type, sync_level, return_control, security; /* enums above */
    char lu[NAME_ROOM8];                                         /* local LU alias, "" = the node chooses */
    /* When the conversation has begun: the names of both LUs, and their aliases, "" = the partner has none.
     */
    char local[NAME_FQ_ROOM], far[NAME_FQ_ROOM], local_alias[NAME_ROOM8], far_alias[NAME_ROOM8];
    char mode[NAME_ROOM8], partner[NAME_FQ_ROOM];
    uint8_t tpn[NAME_TP_MAX];
    unsigned tpn_n;
    bool service_tp; /* TPN is an SNA service TP's, raw octets */
    char user[NAME_USER_ROOM], password[NAME_USER_ROOM];
    unsigned user_n, password_n;
    uint64_t secret; /* number of the destination's password, which only the node has; 0 = PASSWORD counts */
    uint32_t on_behalf; /* Allocate: of the invoker of this conversation, the node's number; 0 = of nobody */
};

/* The log data of the next error. */
struct conv_log {
    pthread_mutex_t lock; /* held while TEXT is set or taken: who sets it may meet the error that sends it */
    uint8_t text[CONV_LOG_MAX];
    _Atomic(unsigned) n;
    uint8_t *into; /* the program's buffer for log variables that come, NULL = none; under LOCK */
    size_t into_n;
};

/* The half-session: the machines of snanode/lu62, and what the frames have said. */
struct conv_half {
    atomic_bool tx_begun;   /* its flag as of the last write, for Cancel in another thread */
    uint8_t *tx_buf;        /* room for the header of a frame, and the buffer of TX */
    struct record_out sent; /* basic: where Send_Data stands */
    struct inbound_state rx;
    struct record_in record; /* where Receive stands */
    struct inbound cur;      /* frame under consumption, if HAVE_CUR */
    size_t cur_off;
    bool have_cur;
    bool rts;         /* Request_To_Send came and was not yet reported */
    bool negative;    /* -RSP(0846) came: the FMH-7 behind it means purging */
    unsigned purging; /* chains of the partner's to discard: one for each -RSP that we sent */
    bool owe_dr1;     /* in the CONFIRM states: the confirmation was asked for with DR1 too */
    struct chain tx;
};

/* Frames that have come and gone, as heard.c counts them. */
struct conv_heard {
    uint32_t page, conv; /* where they are counted; PAGE 0: nowhere */
    unsigned side;
    uint32_t read, came; /* frames read; those that had come when this was last looked at */
};

/* The socket of the conversation. */
struct conv_channel {
    int fd; /* -1 = none */
    struct conv_heard heard;
    bool held; /* of a session that stays: allocated, and nothing has flowed (kept.h) */
    uint8_t *buf;
    size_t cap;
    struct list in;  /* frames read ahead, struct queued_frame */
    size_t in_n;     /* octets of them */
    struct list out; /* frames that the socket did not take yet */
    bool eof;        /* nothing more will come */
};

/* The node's side of the conversation. */
struct conv_node {
    int port; /* control port while Allocate or Accept waits, and an Accept is not finished; else -1 */
    _Atomic(uint32_t)
        id; /* the node's number of the conversation, 0 = it has none; Cancel in another thread reads it */
    bool accepted; /* this side is the one that accepted */
    bool moved;    /* data or the state, and the node is not told when */
    uint64_t told; /* the processor's counter when the node was told last (state.c) */
    uint32_t max_ru;
    uint32_t slot_no;
    struct stats_slot *slot; /* never NULL: OWN until the conversation begins, and if nobody reads */
    struct stats_slot own;
};

/* An operation that is left behind. */
struct conv_later {
    struct op op; /* op.outcome holds when LIFE says that it is complete */
    char *cause;  /* why that is OUTCOME_LOCAL_FAILURE (cause.h); ours to free */
    const struct op_notice *notice;
    struct list link; /* on the list of incomplete operations */
};

struct conv {
    uint8_t id[CONV_ID_SIZE];
    struct slot *slot;     /* its place in the table (table.c) */
    atomic_int life;       /* enum life: who may do something with it now */
    atomic_int state;      /* enum conv_state: what the two programs may say to each other now */
    uint32_t sense;        /* what came with the failure of the latest operation, 0 = nothing */
    struct conv_half half; /* what each call needs is side by side */
    struct conv_channel channel;
    struct conv_node node;
    struct conv_attach attach;
    struct conv_log log;
    struct conv_later later;
};

#endif
