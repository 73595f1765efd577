/* dirstate.h - what a directory keeps, for the files of this folder only.  Layer: directory (pure).
 *
 *   machine  one start of a node: its own entry, and its items
 *   item     a TP or LU that a machine offers
 *   own      a TP or LU that this node offers
 *
 * A machine may be known by its items before its own entry comes; it is of no use until then. */
#ifndef ATTACHMGR_DIRECTORY_DIRSTATE_H
#define ATTACHMGR_DIRECTORY_DIRSTATE_H

#include "attachmgr/directory/directory.h"
#include "snanode/base/hash.h"
#include "snanode/base/list.h"
#include "snanode/base/timers.h"

enum directory_timer { DIR_TIMER_LEASE, DIR_TIMER_RENEW };

enum machine_state {
    MACHINE_UNKNOWN, /* its own entry has not come */
    MACHINE_LIVE,
    MACHINE_GONE /* its lease is over; what it offers is kept for the case that it comes back */
};

struct machine {
    struct hash_node by_instance, by_name;
    struct list in_all;
    struct timer timer;
    enum machine_state state;
    bool proven;         /* seen renewed or new: not only found among what was there */
    bool clash, garbage; /* told */
    char name[ENTRY_MACHINE_ROOM];
    uint64_t instance;
    uint64_t version;
    uint64_t renewed_ms;
    uint64_t asked; /* it is judged when our own entry of this version has come back; 0 = its lease runs */
    uint32_t epoch; /* directory's, when its own entry last came */
    struct entry_machine entry;
    struct list items;
    unsigned n_items, refused;
    uint64_t search; /* choice.c: the last one that has counted it */
};

struct item {
    struct hash_node by_key;  /* machine, type and number */
    struct hash_node by_name; /* TPs: what routing looks at; LUs: their alias */
    struct list in_pool;      /* LUs of the default pool */
    struct list in_machine;
    struct machine *machine;
    uint64_t version;
    uint32_t number;
    uint32_t epoch; /* as of its machine */
    uint32_t running, waiting;
    uint8_t type, kind;
    bool flag; /* TPs: alias; LUs: pool */
    char lu[NAME_ROOM8];
    uint8_t name_n;
    char name[]; /* TP name, or NETID.LUNAME; with a NUL */
};

struct own {
    struct hash_node by_what;
    struct list in_all; /* the one that was put longest ago first */
    struct entry e;
    uint32_t number;
    bool wanted;  /* in the offer that is being told */
    bool changed; /* has to be put */
    bool recount; /* its counts have changed, which is put with the next renewal */
    uint32_t was_running, was_waiting;
    uint64_t put_ms;
};

struct directory {
    struct directory_self self;
    bool lost, synced;
    bool left;
    bool garbage, full; /* told */
    uint64_t version;   /* the latest that was put */
    uint64_t renewed_ms;
    uint64_t random, search;
    uint32_t epoch;   /* how often the engine was back */
    uint32_t numbers; /* the latest number of an own */
    struct hash machines, machine_names, items, names, lus, owns;
    struct list all_machines, all_owns, pool; /* POOL: struct item */
    size_t n_owns, octets;
    struct timers timers;
    struct timer renew;
};

/* ---- direffects.c ---- */

/* A new effect, zeroed but for its kind; NULL when out of memory. */
struct directory_effect *directory_fx(struct directory_effects *fx, enum directory_effect_kind kind);
void directory_fx_event(struct directory_effects *fx, enum sna_event e, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- machine.c ---- */

struct machine *machine_find(const struct directory *d, uint64_t instance);
/* The one of K, made when it is new; NULL when out of memory or when there are too many. */
struct machine *machine_get(struct directory *d, const struct entry_key *k, uint64_t now_ms,
                            struct directory_effects *fx);
void machine_free(struct directory *d, struct machine *m);
/* M has put its own entry. */
void machine_renewed(struct directory *d, struct machine *m, const struct entry *e, uint64_t now_ms,
                     struct directory_effects *fx);
/* M has taken its entry away. */
void machine_left(struct directory *d, struct machine *m, struct directory_effects *fx);
/* Its time is up: its lease, or that for which it is kept. */
void machine_expired(struct directory *d, struct machine *m, uint64_t now_ms, struct directory_effects *fx);
/* This node's own entry has come back with VERSION: machines whose end waits for that are gone. */
void machine_judge(struct directory *d, uint64_t version, uint64_t now_ms, struct directory_effects *fx);
/* Everything that the engine has was told: what it does not have any more of those that it has goes. */
void machine_sweep(struct directory *d);
/* The engine is back: everybody has a whole lease to show itself. */
void machine_grace(struct directory *d, uint64_t now_ms);
/* An entry of M is refused for the reason WHY. */
void machine_refuse(struct machine *m, const char *key, const char *why, struct directory_effects *fx);

/* ---- item.c ---- */

struct item *item_find(const struct directory *d, const struct machine *m, enum entry_type type,
                       uint32_t number);
/* E under NUMBER of M; NULL, or why not. */
const char *item_put(struct directory *d, struct machine *m, uint32_t number, const struct entry *e);
void item_free(struct directory *d, struct item *i);
/* I as the entry that it was. */
void item_entry(const struct item *i, struct entry *e);
/* The TPs with a routing key, in no order. */
struct item *item_first(const struct directory *d, uint64_t key);
struct item *item_next(const struct item *i);

/* The hash of a local LU's alias, in LUS. */
uint64_t item_lu_hash(const char *alias);

/* ---- choice.c ---- */

uint64_t directory_random(struct directory *d);
/* Whether M can be called, and is not one of AVOID (NULL = none). */
bool directory_can_call(const struct machine *m, const struct directory_avoid *avoid);

/* ---- own.c ---- */

/* Put the machine's own entry, and what has to be put; and when to do so again. */
void own_renew(struct directory *d, uint64_t now_ms, struct directory_effects *fx);
void own_all_anew(struct directory *d);
void own_free_all(struct directory *d);

#endif
