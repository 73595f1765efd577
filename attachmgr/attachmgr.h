/* attachmgr.h - the attach manager: which TP an Attach is for, who waits, who is started.
 * Layer: attach manager (pure): takes events and the time, gives effects; the caller carries them out.
 *
 * Three kinds of thing meet here, each known to the caller by a number of its own:
 *   an Attach  (conversation id)  that has arrived on a local LU and wants a TP;
 *   an Accept  (accept id)        that a process has outstanding;
 *   a copy     (token)            of an autostarted TP that the manager asked the caller to start.
 * What it decides, and why: docs/decisions/attach.md. */
#ifndef ATTACHMGR_ATTACHMGR_H
#define ATTACHMGR_ATTACHMGR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/match.h"
#include "attachmgr/tptable/tptable.h"
#include "snanode/base/events.h"
#include "snanode/base/names.h"
#include "snanode/wire/fmh5.h"

struct attachmgr;

enum am_effect_kind {
    AM_FX_DELIVER,     /* hand Attach CONV to Accept ACCEPT */
    AM_FX_REJECT,      /* refuse Attach CONV with SENSE; TEXT says why, for the log */
    AM_FX_START,       /* start a copy of ENTRY; it must present TOKEN; LU is the Attach's local LU alias */
    AM_FX_ACCEPT_FAIL, /* Accept ACCEPT ends without an Attach; WHY says why */
    AM_FX_STOP,        /* end the process of copy TOKEN (operator) */
    AM_FX_EVENT,       /* log event EVENT [A48] with TEXT */
};

/* Names that one process may register for its Accepts, each once for every row of the service table that it
 * is on. */
#define AM_NAMES_MAX 1000

enum am_fail {
    AM_FAIL_TIMEOUT, /* its Timeout ran out: return code 25 [A22] */
    AM_FAIL_PROCESS, /* not the process that was started: the token is of no copy that runs, of another copy
                        than the process presented before, or of a nonqueued copy that took its Attach in
                        another process: return code 20 [A20] */
    AM_FAIL_NO_NAME, /* no usable TP name: there is nothing to wait for (25) */
    AM_FAIL_MEMORY,  /* out of memory */
    AM_FAIL_NAMES,   /* the process has AM_NAMES_MAX names */
};

struct am_effect {
    enum am_effect_kind kind;
    enum am_fail why; /* of AM_FX_ACCEPT_FAIL */
    uint32_t conv;
    uint32_t accept;
    uint64_t token;
    uint32_t sense;
    enum sna_event event;
    bool told; /* of AM_FX_REJECT: the log has a warning of its cause already */
    const struct tp_entry *entry;
    char lu[NAME_ROOM8];
    char text[384]; /* AM_FX_START: the Attach's TP name as a program would give it, "" when there is no
                       Attach */
};

/* Effects in the order in which they must be carried out.  Grows as needed; the caller resets N to 0, and
 * frees V in the end.  LOST counts effects for which there was no memory: when a call of am_attach or
 * am_accept raises it, that Attach or Accept is not known to the manager and the caller must end it. */
struct am_effects {
    struct am_effect *v;
    size_t n, cap;
    size_t lost;
};

/* A manager over TABLE, which must outlive it or be replaced with am_reload.  SEED makes tokens: the caller
 * gives 64 random bits.  NULL when out of memory. */
struct attachmgr *am_new(const struct tp_table *table, uint64_t seed);
void am_free(struct attachmgr *am);

/* TABLE takes the place of the table so far, which may be freed once the effects made up to now are carried
 * out.  Entries are the same when name, LU and kind are.  New ones are known at once, and Attaches that wait
 * are routed anew.  A copy whose entry is gone runs on; what it has registered then counts as
 * operator-started. */
void am_reload(struct attachmgr *am, const struct tp_table *table, uint64_t now_ms, struct am_effects *fx);

/* An Attach has arrived for LU (alias), whose start timeout is TP_TIMEOUT_S seconds.  A is copied. */
void am_attach(struct attachmgr *am, uint32_t conv, const struct fmh5 *a, const char *lu,
               unsigned tp_timeout_s, uint64_t now_ms, struct am_effects *fx);

/* The invoker went away, or the session was cut, before the Attach was delivered. */
void am_attach_gone(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx);

/* An Accept by process PROC (the caller's number for it).  NAMES: the local TP names of the program, ASCII,
 * in order; LU: alias it registers on ("" = what the registry says, else any).  TOKEN: of the copy the
 * process is, or 0; a process that has shown it once need not again.  A nonqueued copy gets the Attach it was
 * started for, if it names it in full, and no other: a further Accept of it waits until its Timeout.  LU does
 * not count for names of the TP that a copy was started as, nor do any names restrict what else a queued copy
 * accepts: another name is registered as operator-started.  The Accept is over with AM_FX_DELIVER or
 * AM_FX_ACCEPT_FAIL. */
void am_accept(struct attachmgr *am, uint32_t accept, uint32_t proc, const char *const *names, size_t n_names,
               const char *lu, uint64_t token, uint64_t now_ms, struct am_effects *fx);

/* The program cancelled its Accept. */
void am_accept_gone(struct attachmgr *am, uint32_t accept, uint64_t now_ms, struct am_effects *fx);

/* Process PROC is gone, however it ended: all its Accepts and registrations go with it [A11]. */
void am_process_gone(struct attachmgr *am, uint32_t proc, uint64_t now_ms, struct am_effects *fx);

/* The caller started the copy TOKEN as PID, or could not (ERR = errno). */
void am_started(struct attachmgr *am, uint64_t token, int pid, uint64_t now_ms);
void am_start_failed(struct attachmgr *am, uint64_t token, int err, uint64_t now_ms, struct am_effects *fx);

/* The process that was started for TOKEN has ended (STATUS as waitpid gives it). */
void am_exited(struct attachmgr *am, uint64_t token, int status, uint64_t now_ms, struct am_effects *fx);

/* When am_tick has something to do next (UINT64_MAX = never), and do it. */
uint64_t am_deadline(const struct attachmgr *am);
void am_tick(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx);

/* Operator: reject all Attaches queued for the TPs called NAME.  Returns how many. */
unsigned am_purge(struct attachmgr *am, const char *name, uint64_t now_ms, struct am_effects *fx);

/* Operator: start a copy of each autostarted queued TP called NAME that has no live process; ask for the end
 * of all copies of the TPs called NAME.  Each returns how many. */
unsigned am_start(struct attachmgr *am, const char *name, uint64_t now_ms, struct am_effects *fx);
unsigned am_stop(struct attachmgr *am, const char *name, struct am_effects *fx);

/* True when TOKEN is that of a copy that was started and has not ended: its process runs, or one that has
 * shown the token is there, or, without fast_fail, the Attach that it was started for still waits. */
bool am_token_known(const struct attachmgr *am, uint64_t token);

/* ---- what the operator sees ---- */

struct am_tp_view {
    const char *name; /* TP name (registry key, or the name accepted by an operator-started program) */
    const char *lu;   /* "" = any */
    enum tp_kind kind;
    bool service;
    bool configured;    /* has a registry entry */
    const char *state;  /* "idle" no process, "starting" started and not yet accepted, "waiting" an Accept is
                                outstanding, "busy" running without an Accept outstanding */
    int pid;            /* a process of it (the latest), 0 if none */
    unsigned processes; /* copies that run now */
    unsigned queue_length;        /* Attaches that wait */
    unsigned accepts;             /* Accepts outstanding */
    uint64_t starts;              /* copies started */
    uint64_t accepted;            /* Attaches delivered */
    uint64_t rejected;            /* Attaches refused */
    uint64_t oldest_ms;           /* age of the oldest waiting Attach */
    const struct tp_entry *entry; /* NULL when not configured */
};

/* Calls CB for each TP, configured ones first in file order. */
void am_each_tp(const struct attachmgr *am, uint64_t now_ms, void (*cb)(void *, const struct am_tp_view *),
                void *arg);

/* What other machines of a domain may send Attaches for: a TP by its own name, by one of its AcceptNames, or
 * by another name that a program accepts. */
struct am_offer {
    struct match_name name;
    const char *lu; /* "" = any */
    enum tp_kind kind;
    bool alias;       /* by AcceptNames */
    unsigned running; /* processes, as far as they have accepted the name or were started for the TP */
    unsigned waiting; /* Accepts of the name outstanding */
};

/* Calls CB for each. */
void am_each_offer(const struct attachmgr *am, void (*cb)(void *, const struct am_offer *), void *arg);
/* Another number when am_each_offer may have another list; the counts in it do not matter. */
uint64_t am_offers_version(const struct attachmgr *am);

struct am_queue_view {
    uint32_t conv;
    const char *tp;    /* TP name of the Attach, ASCII, unprintable characters as \xNN */
    const char *lu;    /* local LU alias it arrived on */
    const char *entry; /* name of the TP it waits for, "" when nothing matched */
    const char *near;  /* then what comes near (near.h), else "" */
    uint64_t waited_ms;
    uint64_t left_ms; /* until it is refused */
};

void am_each_queued(const struct attachmgr *am, uint64_t now_ms,
                    void (*cb)(void *, const struct am_queue_view *), void *arg);

/* Every number here is a count of things that exist now; a checker compares them with what it counts. */
struct am_counts {
    unsigned attaches, accepts, copies, processes, registrations;
};
struct am_counts am_counts(const struct attachmgr *am);

/* For accepted-side extraction: pid known for PROC, set by the caller when the process first says hello. */
void am_process_pid(struct attachmgr *am, uint32_t proc, int pid);

#endif
