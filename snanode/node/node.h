/* node.h - the node: processes, conversations and sessions, and every decision about them.
 * Layer: node (pure): requests and the time in, effects out.  It knows no socket and no TP; what an Attach is
 * for is the attach manager's business (attachmgr/attachmgr.h). */
#ifndef SNA_NODE_NODE_H
#define SNA_NODE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/events.h"
#include "snanode/base/hash.h"
#include "snanode/base/idtab.h"
#include "snanode/base/list.h"
#include "snanode/base/names.h"
#include "snanode/local/lp.h"
#include "snanode/config/config.h"
#include "snanode/lu62/cipher.h"
#include "snanode/node/conversation.h"
#include "snanode/node/effects.h"
#include "snanode/node/path.h"
#include "snanode/node/roster.h"
#include "snanode/node/session.h"
#include "snanode/node/side.h"

/* A program that is connected. */
struct process {
    struct list link;
    struct hash_node by_id;
    struct hash_node by_machine; /* of one that stands for a machine */
    uint32_t id;
    uint64_t cookie; /* proof for its ports */
    int pid;
    unsigned uid;
    bool machine;    /* stands for another machine of the domain: its word is taken for users */
    uint64_t lender; /* instance of the machine whose LU it used last, 0 = this one's */
    uint64_t token;  /* of the copy that it says it is; 0 = started by hand */
    char program[NAME_PROGRAM_ROOM];
    char lu[NAME_ROOM8];             /* local LU it got first; it keeps it [A41], "" = none yet */
    char default_lu[NAME_ROOM8];     /* of its user or group, "" = none */
    char default_remote[NAME_ROOM8]; /* partner that a blank name means, "" = none */
    uint32_t context;                /* conversation it accepted last */
    char user[NAME_USER_ROOM]; /* ... and the user that was verified for it, "" = none; both outlive it */
    struct list sides;         /* struct conversation_side */
    unsigned n_conversations;
    /* What it allocated last, and how often in a row; who allocated what it accepted last, and how often in a
     * row; conversations that it accepts before a session may stay with it again (io/stays.c). */
    const struct session_pool *last_pool;
    char last_tp[NAME_TP_ROOM];
    unsigned alike;
    uint32_t invoker;
    unsigned same_invoker, barren;
    unsigned ports; /* further connections, counted by who has them */
    uint64_t since_ms;
};

/* What the registry says of all sessions. */
struct node_rules {
    unsigned session_timeout_ms; /* idle sessions are unbound after this (SESTIMEOUT), 0 = never */
    unsigned allocate_wait_ms;   /* how long an Allocate waits for a session, 0 = without limit */
    bool no_substitutes;         /* for passwords: sessions are begun without them from now on (NOPWDSUB) */
    bool no_bind_retry;          /* automatic sessions that were refused are not begun again (BINDRETRY 0) */
    bool keep_limits;            /* of a partner that refuses a BIND for them (RENEGLIMITS is NO) */
    unsigned session_margin;     /* so many fewer than negotiated are activated (SessionLimitMargin) */
};

struct node {
    const struct node_config *cfg;
    struct list processes;
    struct hash processes_by_id;
    struct hash machines; /* struct process, by the hash of its program's name */
    struct list pools;
    struct list pairs;          /* struct lu_pair */
    struct hash pairs_by_names; /* ... whichever of the two is which */
    struct roster sessions;     /* of all pools */
    struct hash guests_by_session;
    struct list guests;     /* struct session_pool: of conversations whose session another machine has */
    struct list injections; /* struct injection */
    struct list news;      /* struct session: what has been bound, bid for, or ended, and not been told yet */
    struct list touched;   /* struct session_pool: who waits there is to be looked at */
    struct list exchanges; /* struct exchange */
    struct list sessions_ending;   /* struct session: the partner has the next word, the oldest first */
    struct hash paths;             /* struct half */
    struct node_carriers carriers; /* set by whoever has links */
    struct idtab convs;            /* struct conversation */
    uint32_t next_process, next_session, next_luw;
    uint32_t n_sessions; /* of all pools, in any state */
    uint16_t next_snf;   /* identifier of an expedited request */
    struct side_table sides;
    /* Give back sessions of POOL that are kept though no conversation has them; NULL, or whether there were
     * any. */
    bool (*spare)(void *arg, const struct session_pool *pool);
    void *spare_arg;
    const char *(*client_lu)(void *arg, const char *program); /* local LU of a program, from the registry */
    void *client_lu_arg;
    /* Events [A48], NULL = only logged. */
    void (*event)(void *arg, enum sna_event e, const char *text);
    void *event_arg;
    /* Whether a program may allocate on a local LU (SnaBase\\Parameters\\AllocateAccess); NULL: every one
     * may.  CALLER is node_allocate's. */
    bool (*may_allocate)(void *arg, const struct process *p, const void *caller, const char *lu);
    void *may_allocate_arg;
    /* Whether another machine of the domain offers the local LU of this alias, "" = one of its pool; NULL:
     * there is no domain. */
    bool (*elsewhere)(void *arg, const char *alias);
    void *elsewhere_arg;
    /* AP_SAMENosUser: name of the account UID, for who asks for security SAME and has no user; NULL:
     * nobody's. */
    const char *(*account_name)(unsigned uid);
    /* DES and randomness; NULL: there are none, and so no password substitutes, and no session of a pair that
     * has a key. */
    const struct cipher *cipher;
    bool new_lu_each_time; /* GETNEWTPID: the local LU is chosen for each conversation */
    struct node_rules rules;
    uint64_t wake_at; /* when node_tick() is wanted, UINT64_MAX = not foreseen */
    uint64_t allocates, refused;
    uint64_t activations, unbinds, refused_binds; /* sessions */
};

/* A node over CFG, which must outlive it.  NULL when out of memory. */
struct node *node_new(const struct node_config *cfg);
void node_free(struct node *n);

/* CFG takes the place of the configuration so far.  Sessions and conversations go on; limits of modes that
 * are still there change at once; side information that programs have set stays.  -1: out of memory, nothing
 * changed. */
int node_reload(struct node *n, const struct node_config *cfg, uint64_t now_ms, struct node_effects *fx);

/* From now on, and for what is idle or waits already. */
void node_set_rules(struct node *n, const struct node_rules *rules, uint64_t now_ms, struct node_effects *fx);

/* When node_tick() is wanted, UINT64_MAX = not foreseen. */
uint64_t node_deadline(const struct node *n);
/* Sessions that have been idle for too long are unbound, Allocates that have waited for too long refused. */
void node_tick(struct node *n, uint64_t now_ms, struct node_effects *fx);

/* Walk all objects and compare every counter and link with what it stands for.  NULL, or what is wrong (for
 * tests and for snactl check; static). */
const char *node_check(const struct node *n);

/* Room in FX for all that the conversations and sessions of N, and one more, can lead to.  0, or -1 when
 * there is no memory. */
int node_reserve(const struct node *n, struct node_effects *fx);

/* ---- what comes on carriers (path.h) ---- */

/* P has come for this node: the one way in, for its own LUs among each other and for links alike.  P's octets
 * must not stand in FX.  False: it is a matter of the conversation that has the session of P's path, and not
 * of the node; of a bracket that the partner begins the node has taken notice. */
bool node_receive(struct node *n, const struct piu *p, uint64_t now_ms, struct node_effects *fx);
/* The bracket that the partner began on the session of PATH has ended, by either side's CEB, and no
 * conversation of this node had it. */
void node_bracket_over(struct node *n, const struct path *path, uint64_t now_ms, struct node_effects *fx);
/* ---- conversations over links (far.c): one side is a program of this node, the other one is on a link ----
 */

/* Where the session of CONV is, when that is a link and its bracket has not ended there. */
bool node_far_path(const struct node *n, uint32_t conv, struct path *out);
/* The Attach of CONV, allocated here to a remote partner, goes to the link: N octets of FMH-5 in OUT
 * (FMH5_MAX), with the begin bracket indicator if *BB.  Returns N, 0 when there is no such conversation.  The
 * conversation is running from then on. */
size_t node_far_begin(struct node *n, uint32_t conv, uint8_t *out, bool *bb);
/* The Attach A has come on the session of PATH, of whose bracket node_receive() has taken notice.  Returns
 * the new conversation, or 0: there is no session that could have it, or no memory. */
uint32_t node_far_attach(struct node *n, const struct path *path, const struct fmh5 *a, uint64_t now_ms,
                         struct node_effects *fx);
/* The Attach A has come on the session of PATH: the nonces by which the substitute in it is verified, for the
 * attach manager. */
void node_attach_nonces(const struct node *n, const struct path *path, struct fmh5 *a);
/* The bracket of CONV has ended on its link. */
void node_far_over(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx);
/* The session of PATH cannot go on: an UNBIND with SENSE. */
void node_far_broken(struct node *n, const struct path *path, uint32_t sense, uint64_t now_ms,
                     struct node_effects *fx);
/* The partner LU that the session of PATH is with; NULL: none that is defined. */
const struct cfg_rlu *node_far_partner(const struct node *n, const struct path *path);

/* ---- conversations of other machines of the domain (guest.c) ---- */

/* What another machine says of the session of its conversation. */
struct guest_session {
    const char *lu, *local;           /* of the LU that the Attach has come for: alias and name */
    const char *partner_lu, *partner; /* of the invoker's LU; the alias may be "" */
    const char *mode;
    uint32_t max_ru;
};

/* The Attach A has come from the machine that P stands for, which has the invoker's side.  Returns the new
 * conversation, which waits for a TP of this node; 0: no memory. */
uint32_t node_guest_attach(struct node *n, const struct guest_session *g, const struct fmh5 *a,
                           struct process *p, uint64_t now_ms, struct node_effects *fx);

/* Access security that a machine asks for in the name of a program: a user that it has verified. */
#define NODE_SECURITY_VERIFIED 3

#define NODE_RETURN_IMMEDIATE 1
/* Return control of an Allocate for which there may be a session elsewhere: WHEN_SESSION_ALLOCATED, but
 * LP_RC_UNSUCCESSFUL when it would have to wait until another conversation ends. */
#define NODE_RETURN_UNLESS_EXHAUSTED 0x80

/* What the machine is asked that P is to have an LU of: M as OUT, without anything that only this node
 * knows.  Its LU is "" when the machine is to choose one of its pool. */
void node_borrow_ask(const struct node *n, const struct process *p, const struct lp_allocate *m,
                     struct lp_allocate *out);
/* The machine that MACHINE stands for has a session G for the request M of P, which has no password any
 * more.  Returns the new conversation, which is running; 0: no memory. */
uint32_t node_borrow(struct node *n, const struct guest_session *g, const struct lp_allocate *m,
                     struct process *p, struct process *machine, uint64_t now_ms, struct node_effects *fx);

/* ---- carriers ---- */

/* CARRIER is up: whoever waits for it goes on. */
void node_path_up(struct node *n, uint32_t carrier, uint64_t now_ms, struct node_effects *fx);
/* CARRIER is down, or could not be activated; CAUSE is for the log.  All its sessions are lost, with
 * CM_RESOURCE_FAILURE_RETRY for their conversations, and CM_ALLOCATE_FAILURE_RETRY for whoever waits for it.
 */
void node_path_down(struct node *n, uint32_t carrier, const char *cause, uint64_t now_ms,
                    struct node_effects *fx);
/* CARRIER is to be taken down, and still carries: all its sessions are unbound, idle ones with type 01,
 * others with 0F.  Conversations end as with node_path_down() [L141]. */
void node_path_end(struct node *n, uint32_t carrier, uint64_t now_ms, struct node_effects *fx);

/* ---- processes ---- */

struct process *node_process_add(struct node *n, int pid, unsigned uid, const char *program, uint64_t token,
                                 uint64_t cookie, uint64_t now_ms);
struct process *node_process(const struct node *n, uint32_t id);
/* However it ended: its sides of all conversations are over, abnormally. */
void node_process_gone(struct node *n, uint32_t id, uint64_t now_ms, struct node_effects *fx);

/* ---- requests ---- */

/* Initialize_Conversation: side information and the local LU, or a return code in OUT->rc. */
void node_init(const struct node *n, struct process *p, const struct lp_init *m, struct lp_inited *out);

/* Allocate by P.  CALLER is for may_allocate alone: what it needs to know of the connection that asks, NULL =
 * nothing.  Returns the conversation's id; the effects say what became of it (nothing yet: it waits for a
 * session).  0: refused with *RC.  FX gets room for all that this conversation can lead to. */
uint32_t node_allocate(struct node *n, struct process *p, const void *caller, const struct lp_allocate *m,
                       uint64_t now_ms, struct node_effects *fx, uint16_t *rc);
/* The program withdrew an Allocate that waits. */
void node_allocate_cancel(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx);
/* What the invoker is told of its new conversation. */
void node_allocated(const struct node *n, uint32_t conv, struct lp_allocated *out);

/* The invoker has sent: its Attach flows.  OUT is the FMH-5 as octets of a session carry it, decoded again by
 * the partner LU; LU the partner's alias (a local LU).  -1: there is no such conversation waiting to
 * attach. */
int node_attach(struct node *n, uint32_t conv, struct fmh5 *out, char lu[NAME_ROOM8], unsigned *tp_timeout_s);

/* Process P takes the Attach.  VERIFIED: its user ID was checked. */
void node_accept(struct node *n, uint32_t conv, struct process *p, uint32_t slot, bool verified,
                 const struct fmh5 *a, struct lp_accepted *out);
/* The process is gone and could not be told of it: the Attach is on its way again.  One that was handed over
 * never is. */
void node_accept_undo(struct node *n, uint32_t conv);
/* ... and the invoker has not sent it yet: CONV is as it was when it had just got its session.  A: the Attach
 * of the conversation before, which was like it.  -1: no memory. */
int node_attach_again(struct node *n, uint32_t conv, const struct fmh5 *a, uint64_t now_ms);
/* The Attach was refused; the invoker is told by the caller, if it is still there. */
void node_refuse(struct node *n, uint32_t conv, uint64_t now_ms, struct node_effects *fx);

/* PROCESS (0: nobody) has done with SIDE, if that is its own. */
void node_end(struct node *n, uint32_t conv, uint32_t process, unsigned side, uint64_t now_ms,
              struct node_effects *fx);

/* PROCESS (0: nobody) has failed on SIDE, if that is its own: the partner is told as of a process that died.
 */
void node_fail(struct node *n, uint32_t conv, uint32_t process, unsigned side, uint64_t now_ms,
               struct node_effects *fx);

/* The session of CONV is lost: both sides are told SENSE; one that waits for a session is refused. */
void node_cut(struct node *n, uint32_t conv, uint32_t sense, uint64_t now_ms, struct node_effects *fx);
/* Activate a session from LU number SIDE of P, of the given polarity; either: as the contention winner if the
 * limits allow. NODE_FX_ACTIVATED with TAG says what has become of it, now or later. */
void node_activate(struct node *n, struct session_pool *p, unsigned side, enum order_polarity polarity,
                   uint32_t tag, uint64_t now_ms, struct node_effects *fx);
/* End S: when its conversation is over, or at once and the conversation with it (CLEANUP). */
void node_deactivate(struct node *n, struct session *s, bool cleanup, uint64_t now_ms,
                     struct node_effects *fx);

struct conversation *node_conversation(const struct node *n, uint32_t id);

/* ---- lu.c: who is who ---- */

/* Local LU of an invoking program but for the pool: the one it had, the registry's for the program, WANTED
 * (its environment's), its user's or group's.  NULL: none [A40]. */
const struct cfg_lu *lu_for_process(const struct node *n, const struct process *p, const char *wanted);
/* Whether that would be one alone, which then must exist: no other is looked for. */
bool lu_is_named(const struct node *n, const struct process *p, const char *wanted);
/* ... whether another machine offers it: its ALIAS, "" = it is of a pool. */
bool lu_elsewhere(const struct node *n, const struct process *p, const char *wanted, char alias[NAME_ROOM8]);
/* The alias that P wants, of any machine: WANTED, the one it has, the registry's, its user's; "" = of a pool.
 */
void lu_wanted(const struct node *n, const struct process *p, const char *wanted, char alias[NAME_ROOM8]);
bool lu_pool_empty(const struct node *n);
/* The default pool's member when it has only one, else NULL. */
const struct cfg_lu *lu_alone_in_pool(const struct node *n);
/* Whether P may allocate on LU; CALLER as in node_allocate. */
bool lu_admits(const struct node *n, const struct process *p, const void *caller, const struct cfg_lu *lu);
/* The member of the default pool that serves P, PARTNER and MODE best: of those that admit P one with an idle
 * contention winner session, then one that may have another session, an idle loser, the first that is
 * partnered; and so of the others.  NULL: the pool is empty. */
const struct cfg_lu *lu_from_pool(const struct node *n, const struct process *p, const void *caller,
                                  const char *partner, const char *mode);
/* The local LU that a name in a BIND means (LUNAME or NETID.LUNAME).  NULL: none. */
const struct cfg_lu *lu_local_by_name(const struct node_config *cfg, const char *name);

/* The partner that NAME (alias, or netid.luname) means to LU. */
struct lu_partner {
    const struct cfg_lu *local; /* the partner is this node's own LU */
    const struct cfg_rlu *remote;
    char alias[NAME_ROOM8];
    char fq[NAME_FQ_ROOM];
};
/* 0, or -1: there is no such LU. */
int lu_partner_find(const struct node_config *cfg, const struct cfg_lu *lu, const char *name,
                    struct lu_partner *out);
/* ... for a partner that is on a link, by LUNAME or NETID.LUNAME: never one of this node's own LUs, whatever
 * name it says it has. */
int lu_partner_on_link(const struct node_config *cfg, const char *name, struct lu_partner *out);
/* Whether P is this node's own, or a connection leads to it, be it up or not. */
bool node_reaches(const struct node *n, const struct lu_partner *p);
/* Whether LU and its partner may have sessions of MODE [F6]. */
bool lu_partnered(const struct cfg_lu *lu, const struct lu_partner *p, const struct cfg_mode *mode);
void lu_fq(const char *netname, const char *luname, char out[NAME_FQ_ROOM]);

#endif
