/* attachmgr.h - the attach manager: which TP an Attach is for, who waits, who is started.
 * Layer: attach manager (pure): takes events and the time, gives effects; the caller carries them out.
 *
 * Three kinds of thing meet here, each known to the caller by a number of its own:
 *   an Attach  (conversation id)  that has arrived on a local LU and wants a TP;
 *   an Accept  (accept id)        that a process has outstanding;
 *   a copy     (token)            of an autostarted TP that the manager asked the caller to start.
 * docs/decisions/attach.md lists the decisions and their reasons. */
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
    AM_FX_SEND,        /* send Attach CONV to the machine INSTANCE of the domain; it has LEFT_MS */
    AM_FX_READY,       /* ask the machine that Attach CONV has come from whether it is to be handed over */
    AM_FX_NOT_HERE,    /* tell that machine that nothing here matches; the Attach is forgotten here */
};

/* How many names one process may register for its Accepts.  A name counts once for each row of the service
 * table that it is registered on. */
#define AM_NAMES_MAX 1000

enum am_fail {
    AM_FAIL_NOT,     /* it has not failed */
    AM_FAIL_TIMEOUT, /* its Timeout ran out: return code 25 [A22] */
    AM_FAIL_PROCESS, /* not the process that was started: the token belongs to no running copy, to another
                        copy than the one that this process has presented before, or to a nonqueued copy whose
                        Attach another process has taken: return code 20 [A20] */
    AM_FAIL_NO_NAME, /* no usable TP name, so nothing to wait for: return code 25 */
    AM_FAIL_MEMORY,  /* out of memory */
    AM_FAIL_NAMES,   /* the process has AM_NAMES_MAX names */
    AM_FAIL_TAKEN,   /* another process is the attach manager of the LU */
    AM_FAIL_ENDED,   /* the process has ended being the attach manager of the LU */
};

struct am_effect {
    enum am_effect_kind kind;
    enum am_fail why; /* of AM_FX_ACCEPT_FAIL */
    uint32_t conv;
    uint32_t accept;
    uint64_t token;
    uint32_t sense;
    enum sna_event event;
    bool told; /* of AM_FX_REJECT: the log already has a warning about the cause */
    const struct tp_entry *entry;
    bool to_manager; /* of AM_FX_DELIVER: to the attach manager of the LU, which checks credentials itself */
    uint64_t instance; /* of AM_FX_SEND */
    uint32_t left_ms;
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

/* A manager over TABLE, which must outlive it or be replaced with am_reload.  SEED: 64 random bits, from
 * which tokens are made.  NULL when out of memory. */
struct attachmgr *am_new(const struct tp_table *table, uint64_t seed);
void am_free(struct attachmgr *am);

/* C (which outlives AM) verifies password substitutes from now on; without it none is valid. */
struct cipher;
void am_set_cipher(struct attachmgr *am, const struct cipher *c);

/* TABLE replaces the present table, which may be freed once all effects made before this call are carried
 * out.  Entries with the same name, LU and kind are the same entry.  New entries count at once, and waiting
 * Attaches are routed anew.  A copy whose entry is gone runs on; its registrations then count as
 * operator-started. */
void am_reload(struct attachmgr *am, const struct tp_table *table, uint64_t now_ms, struct am_effects *fx);

/* An Attach has arrived for LU (alias), whose start timeout is TP_TIMEOUT_S seconds.  A is copied. */
void am_attach(struct attachmgr *am, uint32_t conv, const struct fmh5 *a, const char *lu,
               unsigned tp_timeout_s, uint64_t now_ms, struct am_effects *fx);

/* ---- in a domain of machines ---- [D14; D15; D16]
 *
 *   here, with the LU        AM_FX_SEND        ==>   am_attach_guest
 *   am_taken                 <==               AM_FX_READY             an Accept is outstanding there
 *   (it is delivered)        ==>               am_attach_go            AM_FX_DELIVER follows
 *   am_refused               <==               AM_FX_REJECT
 *   am_not_taken             <==               AM_FX_NOT_HERE, or the connection is lost
 *
 * Until am_taken the Attach is this machine's, and may go elsewhere; after am_attach_go it is that one's. */

struct directory;

/* What other machines offer is in D (which outlives AM or is replaced) from now on; NULL: there are none. */
void am_set_directory(struct attachmgr *am, struct directory *d);
/* Something has changed in the directory: Attaches that wait may go elsewhere. */
void am_domain_changed(struct attachmgr *am, uint64_t now_ms, struct am_effects *fx);

/* The machine that Attach CONV was sent to would hand it over now.  True: it is to; the Attach counts as
 * delivered and is forgotten here.  False: it is not there any more. */
bool am_taken(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx);
/* ... has nothing for it, or cannot be reached: it is matched anew while its time lasts, with the others
 * first. */
void am_not_taken(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx);
/* ... refuses it with SENSE; TEXT says why. */
void am_refused(struct attachmgr *am, uint32_t conv, uint32_t sense, const char *text, uint64_t now_ms,
                struct am_effects *fx);

/* An Attach has come from another machine, which has the LU called LU and gives it LEFT_MS.  It is matched
 * with what this machine has, and goes nowhere else.  OURS: it has been given to this machine for good. */
void am_attach_guest(struct attachmgr *am, uint32_t conv, const struct fmh5 *a, const char *lu,
                     uint32_t left_ms, bool ours, uint64_t now_ms, struct am_effects *fx);
/* ... which has said that it is to be handed over. */
void am_attach_go(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx);

/* Whether what PROCESS accepts is its alone, now: no Attach waits there, nobody else has an Accept, and its
 * own have no Timeout below a second. */
bool am_alone(const struct attachmgr *am, uint32_t process);
/* Whether the Attach of CONV waits for something that PROCESS accepts. */
bool am_waits_for(const struct attachmgr *am, uint32_t conv, uint32_t process);
/* PROCESS has got N more Attaches like its last one, on a session that stays with it. */
void am_bracketed(struct attachmgr *am, uint32_t process, uint64_t n);
/* Whether two processes accept the same. */
bool am_rivals(const struct attachmgr *am, uint32_t process, uint32_t other);

/* The invoker went away, or the session was cut, before the Attach was delivered; or the machine that it has
 * come from is gone. */
void am_attach_gone(struct attachmgr *am, uint32_t conv, uint64_t now_ms, struct am_effects *fx);

/* An Accept by process PROC (the caller's number for it).  NAMES: the local TP names of the program, ASCII,
 * in order.  LU: alias of the local LU to register on ("" = what the registry says, else any).  TOKEN: that
 * of the copy which the process belongs to, or 0; a process need present it only once.  A nonqueued copy gets
 * only the Attach that it was started for, and only when NAMES holds the full name of that Attach; each
 * further Accept waits until its Timeout.  LU is ignored for names of the TP that a copy was started as.  A
 * queued copy may accept other names, too: these are registered as operator-started.  AM_FX_DELIVER or
 * AM_FX_ACCEPT_FAIL ends the Accept. */
void am_accept(struct attachmgr *am, uint32_t accept, uint32_t proc, const char *const *names, size_t n_names,
               const char *lu, uint64_t token, uint64_t now_ms, struct am_effects *fx);

/* The program cancelled its Accept. */
void am_accept_gone(struct attachmgr *am, uint32_t accept, uint64_t now_ms, struct am_effects *fx);

/* ---- attach managers of LUs ---- [Q235406] wholelu.c
 *
 * An attach manager takes every Attach on its LU that no TP of that very LU takes.  One process is the attach
 * manager of an LU, in a whole domain; what waits for it waits until it is taken. */

/* Process PROC becomes the attach manager of LU (an alias), if it is not yet, and has an Accept outstanding
 * there, which ends as that of am_accept does, or fails after TIMEOUT_MS (UINT64_MAX = never). */
void am_manage(struct attachmgr *am, uint32_t accept, uint32_t proc, const char *lu, uint64_t timeout_ms,
               uint64_t now_ms, struct am_effects *fx);
/* PROC is no longer the attach manager of LU: its Accepts there fail, and what waits for it is matched anew.
 * AM_FAIL_NOT; AM_FAIL_ENDED when it is not the attach manager of LU, AM_FAIL_MEMORY when out of memory: then
 * nothing has changed. */
enum am_fail am_manage_end(struct attachmgr *am, uint32_t proc, const char *lu, uint64_t now_ms,
                           struct am_effects *fx);

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

/* True when TOKEN belongs to a copy that was started and is not over: its process runs, or a process that has
 * presented the token is connected, or, without fast_fail, the Attach that it was started for still waits. */
bool am_token_known(const struct attachmgr *am, uint64_t token);

/* ---- status, for the operator ---- */

struct am_tp_status {
    const char *name; /* TP name (registry key, or the name accepted by an operator-started program); "*" =
                         the attach manager of LU */
    const char *lu;   /* "" = any */
    enum tp_kind kind;
    bool service;
    bool configured;    /* has a registry entry */
    const char *state;  /* "idle" no process, "starting" started and not yet accepted, "waiting" an Accept is
                                outstanding, "busy" running without an Accept outstanding */
    int pid;            /* a process of it (the latest), 0 if none */
    uint32_t process;   /* ... its number, if it has spoken to us; else 0 */
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
void am_each_tp(const struct attachmgr *am, uint64_t now_ms, void (*cb)(void *, const struct am_tp_status *),
                void *arg);
/* ... for those called NAME, in no order. */
void am_each_tp_named(const struct attachmgr *am, const char *name, uint64_t now_ms,
                      void (*cb)(void *, const struct am_tp_status *), void *arg);

/* What other machines of a domain may send Attaches for: a TP by its own name, by one of its AcceptNames, or
 * by another name that a program accepts. */
struct am_offer {
    struct match_name name; /* empty: the attach manager of LU */
    const char *lu;         /* "" = any */
    enum tp_kind kind;
    bool alias;       /* by AcceptNames */
    unsigned running; /* processes, as far as they have accepted the name or were started for the TP */
    unsigned waiting; /* Accepts of the name outstanding */
};

/* Calls CB for each. */
void am_each_offer(const struct attachmgr *am, void (*cb)(void *, const struct am_offer *), void *arg);
/* Another number when am_each_offer may have another list; the counts in it do not matter. */
uint64_t am_offers_version(const struct attachmgr *am);

struct am_queued_status {
    uint32_t conv;
    const char *tp;      /* TP name of the Attach, ASCII, unprintable characters as \xNN */
    const char *lu;      /* local LU alias it arrived on */
    const char *entry;   /* name of the TP it waits for, "" when nothing matched */
    const char *near;    /* when nothing matched: what comes near (near.h), else "" */
    const char *machine; /* that has it, "" = this one */
    uint64_t waited_ms;
    uint64_t left_ms; /* until it is refused */
};

/* Calls CB for each waiting Attach, oldest first. */
void am_each_queued(const struct attachmgr *am, uint64_t now_ms,
                    void (*cb)(void *, const struct am_queued_status *), void *arg);

/* How many of each exist now. */
struct am_counts {
    unsigned attaches, accepts, copies, processes, registrations;
};
struct am_counts am_counts(const struct attachmgr *am);

/* Process PROC has process id PID.  The caller says so when the process says hello. */
void am_process_pid(struct attachmgr *am, uint32_t proc, int pid);

#endif
