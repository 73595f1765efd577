/* state.h - what the attach manager keeps, for its own files only.  Layer: attach manager (pure).
 *
 *   am_key  8 characters, what routing looks at
 *     am_name  a full TP name with that key
 *       am_queue  Attaches for that name on one local LU: all of them route alike, so the queue is routed,
 *                 not the Attach; oldest first
 *       am_reg    the name as accepted on one TP: who has registered it, and the Accepts of it, oldest first
 *   am_tp   a row of the service table: a configured TP, or one known only by somebody's Accept
 *   am_copy a copy of a TP that we asked for; am_proc a process that has spoken to us; am_accept its Accept
 *
 * Everything has one owner and is found by number, name or key through a hash table; there are no reference
 * counts.  A key, name, queue or reg exists as long as there is something in it. */
#ifndef ATTACHMGR_STATE_H
#define ATTACHMGR_STATE_H

#include "attachmgr/attachmgr.h"
#include "attachmgr/directory/directory.h"
#include "attachmgr/match.h"
#include "attachmgr/near.h"
#include "snanode/base/hash.h"
#include "snanode/base/timers.h"
#include "snanode/base/list.h"

#define AM_AVOID_MAX 4

enum am_timer_kind { AM_TIMER_ATTACH, AM_TIMER_ACCEPT, AM_TIMER_START };

struct am_key {
    struct hash_node by_key;
    uint64_t key;
    struct list names;
};

struct am_name {
    struct hash_node by_name;
    struct list in_key;
    struct am_key *key;
    struct match_name name;
    struct list queues;
    struct match_ready *ready; /* the regs of this name */
};

struct am_queue {
    struct list in_name;
    struct list in_todo; /* to be routed anew */
    struct list in_tp;   /* on the list of TP's queues; on the manager's UNMATCHED when TP is NULL */
    struct am_name *name;
    struct am_tp *tp;
    char lu[NAME_ROOM8];
    bool syncpt;      /* sync level SYNCPT: no Accept of ours asks for it [A5] */
    struct list fifo; /* am_attach.in_queue of those that any Accept may take */
    unsigned length;  /* of the fifo */
    unsigned asking;  /* ... of them: guests whose machine is being asked */
    unsigned n; /* Attaches, also those bound to a copy of a nonqueued TP or away, and holds that keep the
                   queue */
};

struct am_attach {
    struct hash_node by_conv;
    struct list in_all;   /* arrival order over everything */
    struct list in_queue; /* on the fifo of the queue, or on TP's bound list; on none while it is away */
    struct am_queue *queue;
    struct am_copy *copy; /* the copy that was started for it */
    struct timer timer;
    uint32_t conv;
    uint64_t seq, arrived_ms, deadline_ms;
    struct am_tp *bound; /* nonqueued TP whose COPY alone may take it; NULL: it waits in its queue */
    uint64_t away;       /* instance of the machine that it was sent to, 0 = it is here */
    uint64_t
        avoid[AM_AVOID_MAX]; /* machines that did not take it, which are not asked again until AGAIN_MS */
    unsigned n_avoid;
    uint64_t again_ms;
    bool guest; /* from another machine, which has the LU */
    bool asked; /* ... and is asked whether it is to be handed over */
    bool ours;  /* ... and has said so: from now on it is as any other */
    struct fmh5 fmh5;
};

struct am_tp {
    struct match_cand cand;
    struct match_node *aliases; /* its AcceptNames */
    struct near_node *nears;    /* of its name and of them */
    size_t n_aliases;
    struct list in_all;
    const struct tp_entry *entry; /* what configures it.  Of a TP known by an Accept only: the entry of the
                                     same name, for security and Timeout, or NULL */
    bool configured;              /* the row is the entry's own */
    enum tp_kind kind;
    struct list in_dirty; /* while a process is removed or an Accept is registered: on the list of rows that
                             change by it */
    struct list queues, bound, copies, regs;
    unsigned waiting;  /* Attaches */
    unsigned members;  /* registrations by processes */
    unsigned failures; /* copies in a row that took nothing */
    uint64_t next_start_ms;
    struct timer timer;
    uint64_t starts, accepted, rejected;
    uint64_t mark; /* reload MARK has seen it */
};

struct am_reg {
    struct match_ready ready; /* in the list of the name; cand leads to the TP */
    struct list in_tp;
    struct am_name *name;
    struct am_tp *tp;
    struct list slots;   /* outstanding Accepts, oldest first */
    struct list members; /* processes */
};

struct am_member {
    struct list in_reg, in_proc;
    struct am_reg *reg;
    struct am_proc *proc;
};

struct am_proc {
    struct hash_node by_id;
    uint32_t id;
    int pid;
    struct list in_copy;
    struct am_copy *copy; /* whose token it presented */
    struct list members, accepts;
    unsigned n_members;   /* at most AM_NAMES_MAX */
    struct am_tp *served; /* whose Attach it got last; gone when it is none of its members' */
    uint64_t mark;        /* last counted for status MARK */
};

struct am_slot {
    struct list in_reg;
    struct am_reg *reg;
    struct am_accept *accept;
};

struct am_accept {
    struct hash_node by_id;
    struct list in_proc;
    struct am_proc *proc;
    struct timer timer;
    uint32_t id;
    uint64_t seq;
    uint64_t mark;
    size_t n_slots;
    struct am_slot *slots;
};

struct am_copy {
    struct hash_node by_token;
    struct list in_tp;
    struct am_tp *tp;
    uint64_t token;
    struct list procs;        /* that presented the token */
    struct am_attach *attach; /* it was started for, while that still waits */
    uint32_t first_proc;      /* nonqueued: who took the Attach */
    int pid;
    int status;
    bool exited; /* the process that the caller started */
    unsigned accepts, delivered;
};

struct attachmgr {
    const struct tp_table *table;
    const struct cipher *cipher; /* for password substitutes, NULL = none */
    uint64_t seed, tokens;       /* tokens made so far */
    uint64_t seq, order, mark;
    uint64_t offers; /* am_offers_version */
    struct match_index index;
    struct hash nears; /* struct near_node */
    struct hash keys, names, attaches, accepts, procs, copies;
    struct timers timers;
    struct list all;             /* Attaches, oldest first */
    struct list tps;             /* configured ones in file order, then the others */
    struct list unmatched;       /* queues */
    struct list todo;            /* queues to be routed anew */
    struct list fresh;           /* rows (in_dirty) that the Accept at hand has made usable */
    unsigned n_unmatched;        /* Attaches in them */
    unsigned n_away;             /* Attaches that other machines have */
    struct directory *directory; /* of the domain, NULL = none */
    unsigned n_members;
    struct am_tp **scratch; /* the TPs that a name leads to, while an Accept is registered */
    size_t scratch_n, scratch_cap;
};

/* ---- effects.c ---- */

/* Make room for K more effects; false when out of memory. */
bool fx_room(struct am_effects *fx, size_t k);
/* The new effect, zeroed but for its kind; NULL when out of memory (then fx->lost counts it). */
struct am_effect *fx_add(struct am_effects *fx, enum am_effect_kind kind);
/* E happened: fx_event(fx, EVENT(NAME), ...). */
void fx_event(struct am_effects *fx, enum sna_event e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void fx_accept_fail(struct am_effects *fx, uint32_t accept, enum am_fail why, const char *text);

/* ---- tpnames.c ---- */

/* The empty name, under which the attach managers of LUs are registered [Q235406]. */
extern const struct match_name name_of_managers;

struct am_key *key_find(const struct attachmgr *am, uint64_t key);
struct am_name *name_find(const struct attachmgr *am, const struct match_name *name);
struct am_name *name_get(struct attachmgr *am, const struct match_name *name); /* NULL when out of memory */
/* Free N, and its key, when nothing is left in them. */
void name_put(struct attachmgr *am, struct am_name *n);

/* ---- queue.c: Attaches that wait for one name on one LU ---- */

struct am_queue *queue_find(const struct am_name *n, const char *lu, bool syncpt);
struct am_queue *queue_new(struct attachmgr *am, const struct match_name *name, const char *lu, bool syncpt);
void queue_put(struct attachmgr *am, struct am_queue *q); /* frees it when it holds nothing */
/* Its oldest Attach that any Accept may take, or NULL. */
struct am_attach *queue_head(const struct am_queue *q);
/* The oldest Attach that waits in the queues of TP, or NULL. */
struct am_attach *queue_oldest(const struct am_tp *tp);

/* ---- attach.c: one Attach that waits ---- */

struct am_attach *attach_find(const struct attachmgr *am, uint32_t conv);
/* One for NAME on LU, in its queue; NULL when out of memory. */
struct am_attach *attach_new(struct attachmgr *am, uint32_t conv, const struct fmh5 *f,
                             const struct match_name *name, const char *lu);
/* The TP that A waits for, or NULL. */
struct am_tp *attach_tp(const struct am_attach *a);
/* The copy that was started for A is no longer for it.  That may end the copy. */
void attach_leave_copy(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx);
/* Take A off everything and free it. */
void attach_drop(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx);
void attach_free(struct attachmgr *am, struct am_attach *a);
/* A, which waits in its queue, goes to the machine INSTANCE; and is back in its place. */
void attach_go_away(struct attachmgr *am, struct am_attach *a, uint64_t instance);
void attach_come_back(struct attachmgr *am, struct am_attach *a);
/* Set the timer of A to when something is next to be done about it. */
void attach_arm(struct attachmgr *am, struct am_attach *a);
/* Whether A has waited as long as it may.  What waits for an attach manager may wait for ever. */
bool attach_is_late(const struct am_attach *a, uint64_t now_ms);

/* ---- elsewhere.c: other machines of the domain ---- */

struct match_rules elsewhere_rules(const struct attachmgr *am);
/* Where an Attach for NAME on LU, for which this machine has HERE, should go.  A: the Attach if it waits
 * already, else NULL. */
struct directory_choice elsewhere_choose(const struct attachmgr *am, const struct match_name *name,
                                         const char *lu, const struct match_found *here,
                                         const struct am_attach *a);
/* Send A to the machine INSTANCE; false, with nothing done, when out of memory. */
bool elsewhere_send(struct attachmgr *am, struct am_attach *a, uint64_t instance, uint64_t now_ms,
                    struct am_effects *fx);
/* Send those of Q to other machines for which one of them is better than HERE. */
void elsewhere_send_better(struct attachmgr *am, struct am_queue *q, const struct match_found *here,
                           uint64_t now_ms, struct am_effects *fx);

/* ---- guest.c: Attaches that have come from other machines ---- */

/* Whether A is to be asked for before it is handed over. */
bool guest_has_to_ask(const struct am_attach *a);
/* Ask the machine of A.  False: out of memory. */
bool guest_ask(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx);
/* Nothing here is for the guests of Q any more. */
void guest_send_back(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx);
/* The oldest Attach of Q that READY, who accepts its name, may take or be asked for: no more are asked for
 * than there are Accepts.  NULL: none. */
struct am_attach *guest_next_for(const struct am_queue *q, struct match_ready *ready);

/* ---- refusal.c ---- */

/* Which events a refusal brings with it, besides NEGATIVE_RESPONSE and TP_NOT_INVOKED [A48]. */
enum am_refusal {
    AM_REF_OTHER,
    AM_REF_UNMATCHED, /* NO_INVOKABLE_TP */
    AM_REF_SILENT,    /* START_TIMED_OUT: a copy was started and never accepted */
    AM_REF_START,     /* INVOCATION_FAILED, NOT_EXECUTED */
};

struct refusal {
    uint32_t sense; /* 0 = none */
    enum am_refusal why;
    const char *text;
};

/* How an Attach is refused for which there is no TP. */
struct refusal refusal_no_tp(const struct attachmgr *am, bool syncpt);
/* The program of TP cannot be started: WHY. */
void refusal_event_start(const char *tp, const char *why, struct am_effects *fx);
/* A has just arrived, matches nothing, and will be refused in WAIT_S seconds unless a program accepts it:
 * EVENT_NOT_IN_TABLE.  There is no event when an operator-started TP comes near: its program may just not be
 * there yet. */
void refusal_foretell(const struct attachmgr *am, const struct am_attach *a, unsigned wait_s,
                      struct am_effects *fx);
/* The effects of refusing the Attach CONV.  Returns false when out of memory. */
bool refusal_say(const struct attachmgr *am, uint32_t conv, const struct match_name *name, const char *lu,
                 struct am_tp *tp, struct refusal r, struct am_effects *fx);
/* Refuse a waiting Attach and forget it, or, if the effect finds no room, try again a little later. */
void attach_refuse(struct attachmgr *am, struct am_attach *a, uint32_t sense, enum am_refusal why,
                   const char *text, uint64_t now_ms, struct am_effects *fx);
/* A has waited as long as it may: refuse it. */
void attach_expired(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx);

/* ---- route.c: from an Attach to its TP ---- */

/* Deliver the Attach of the nonqueued copy C to ACC, an Accept of one of its processes; ACC is freed.
 * */
void route_bound(struct attachmgr *am, struct am_copy *c, struct am_accept *acc, uint64_t now_ms,
                 struct am_effects *fx);
/* Something has changed for all names with KEY: route their queues anew. */
void route_key(struct attachmgr *am, uint64_t key, uint64_t now_ms, struct am_effects *fx);
void route_all(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx);
/* ... for all names that TP may take. */
void route_tp(struct attachmgr *am, const struct am_tp *tp, uint64_t now_ms, struct am_effects *fx);
/* A, which is not away, is looked at anew: it may go to another machine. */
void route_attach(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx);
/* Deliver what can be delivered of Q, start copies, refuse Attaches or let them wait.  Q may be freed by it.
 */
void route_queue(struct attachmgr *am, struct am_queue *q, uint64_t now_ms, struct am_effects *fx);
/* An Accept is outstanding: give it the oldest Attach that would be routed to it. */
void route_feed(struct attachmgr *am, struct am_accept *acc, uint64_t now_ms, struct am_effects *fx);

/* ---- copy.c: copies that are started and end ---- */

struct am_copy *copy_find(const struct attachmgr *am, uint64_t token);
void copy_free(struct attachmgr *am, struct am_copy *c);
/* Start a copy of TP for A (which may be NULL).  Returns false when out of memory: the timer of A then
 * refuses A at once. */
bool copy_start(struct attachmgr *am, struct am_tp *tp, struct am_attach *a, const char *lu, uint64_t now_ms,
                struct am_effects *fx);
/* A queued TP with Attaches and no live process gets a copy, now or after the back-off. */
void copy_if_needed(struct attachmgr *am, struct am_tp *tp, uint64_t now_ms, struct am_effects *fx);
/* Something that kept C alive has gone. */
void copy_check_end(struct attachmgr *am, struct am_copy *c, uint64_t now_ms, struct am_effects *fx);

/* ---- servicetable.c: the service table ---- */

struct am_tp *tp_new(struct attachmgr *am, const struct match_name *name, const char *lu, enum tp_kind kind,
                     const struct tp_entry *entry, bool configured);
/* Free the row if it is not configured (any more) and nothing refers to it. */
void tp_put(struct attachmgr *am, struct am_tp *tp);
void tp_free(struct attachmgr *am, struct am_tp *tp);
bool tp_live(const struct am_tp *tp);
/* The entry from which a row without an entry of its own takes security and Timeout: that for NAME on LU,
 * else for NAME on any LU, else the first for NAME; or NULL.  So a protected name is protected on whatever LU
 * it is registered. */
const struct tp_entry *tp_entry_for(const struct attachmgr *am, const struct match_name *name,
                                    const char *lu);
/* Reload: ENTRY is the row's entry from now on, or the row has none any more.  Running and registered
 * processes stay; a queued TP without an entry is from then on an operator-started one. */
void tp_set_entry(struct attachmgr *am, struct am_tp *tp, const struct tp_entry *entry);
void tp_withdraw(const struct attachmgr *am, struct am_tp *tp);
/* The rows called NAME, in no order: first, and next after TP; NULL: no more. */
struct am_tp *tp_named(const struct attachmgr *am, const struct match_name *name);
struct am_tp *tp_named_next(const struct am_tp *tp);
/* Fill am->scratch with the rows on which process P is registered when it accepts NAME on LU ("" = what the
 * registry says); 0, or -1 when out of memory.  A program that was started by hand is registered on the
 * configured row of that name.  But the Attaches of a nonqueued row belong to its copies, so there the
 * program gets an operator-started row of its own. */
int row_targets(struct attachmgr *am, const struct am_proc *p, const struct match_name *name, const char *lu);

/* ---- registration.c: processes, their registrations and Accepts ---- */

struct am_proc *proc_find(const struct attachmgr *am, uint32_t id);
/* The same, and a new one if need be; NULL when out of memory. */
struct am_proc *proc_get(struct attachmgr *am, uint32_t id);
/* The registration of P in R, or NULL. */
struct am_member *member_find(const struct am_proc *p, const struct am_reg *r);
/* Remove the registration M; its row goes on DIRTY, for members_gone. */
void member_leave(struct attachmgr *am, struct am_member *m, struct list *dirty);
/* Processes have left the rows on DIRTY: route anew what waits there. */
void members_gone(struct attachmgr *am, struct list *dirty, uint64_t now_ms, struct am_effects *fx);
/* A new Accept with no names yet; NULL when out of memory. */
struct am_accept *accept_new(struct attachmgr *am, uint32_t id, struct am_proc *p);
/* Register ACC for NAME on LU.  0, or -1 when out of memory or names. */
int accept_register(struct attachmgr *am, struct am_accept *acc, const struct match_name *name,
                    const char *lu);
/* ACC has all its names, with the result RC of registering them: it waits for an Attach, gets one, or fails.
 */
void accept_begin(struct attachmgr *am, struct am_accept *acc, int rc, uint64_t now_ms,
                  struct am_effects *fx);
struct am_accept *accept_find(const struct attachmgr *am, uint32_t id);
void accept_free(struct attachmgr *am, struct am_accept *acc);
void accept_expired(struct attachmgr *am, struct am_accept *acc, struct am_effects *fx);
void proc_free(struct attachmgr *am, struct am_proc *p); /* must have no Accepts or registrations */

#endif
