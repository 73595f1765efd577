/* directory.h - what the machines of a domain offer.  Layer: directory (pure): takes entries and the time,
 * gives effects; the caller carries them out with the engine of the domain.  [D1; D2; D3]
 *
 * Every node of a domain keeps its entries (entry.h) where all can watch them: one of the machine, which it
 * renews, and one for each TP and local LU.  An entry may be stale: it says who should be asked, and the
 * answer of the owner decides.
 *
 * A machine's lease runs by this node's own clock from when its entry was last seen with a new version, so
 * clocks that are apart do no harm.  While the engine is lost nobody's lease ends: what is known is used. */
#ifndef ATTACHMGR_DIRECTORY_DIRECTORY_H
#define ATTACHMGR_DIRECTORY_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/directory/entry.h"
#include "snanode/base/events.h"

struct directory;

/* Entries of a machine, TPs and LUs together; one beyond it is refused. */
#define DIRECTORY_ENTRIES_MAX 8192
/* Machines, and earlier starts of them whose entries are still there. */
#define DIRECTORY_MACHINES_MAX 16384
/* An entry is put anew so often, and kept three times as long without it: also by the engine. */
#define DIRECTORY_REFRESH_S 1200
#define DIRECTORY_KEEP_S    (3 * DIRECTORY_REFRESH_S)

enum directory_effect_kind {
    DIRECTORY_FX_PUT,    /* TEXT, N octets, under KEY */
    DIRECTORY_FX_DELETE, /* KEY */
    DIRECTORY_FX_EVENT   /* log EVENT with TEXT, a string */
};

struct directory_effect {
    enum directory_effect_kind kind;
    enum sna_event event;
    char key[ENTRY_KEY_ROOM];
    size_t n;
    char text[ENTRY_TEXT_MAX];
};

/* Effects in their order.  Grows as needed; the caller resets N to 0, and frees V in the end.  An effect for
 * which there is no memory is not lost: a put is tried again, an event is not told. */
struct directory_effects {
    struct directory_effect *v;
    size_t n, cap;
};

/* Who this node is in the domain. */
struct directory_self {
    char machine[ENTRY_MACHINE_ROOM];
    uint64_t instance; /* greater than before for each start: milliseconds since 1970 in the upper 48 bits */
    struct entry_machine entry;
};

/* An empty directory of a node that has lost its engine.  SEED: 64 random bits.  NULL: out of memory. */
struct directory *directory_new(const struct directory_self *self, uint64_t seed);
void directory_free(struct directory *d);

/* ---- the engine ---- */

/* The engine can be reached (again): everything that this node offers is put.  What others offer comes by
 * directory_learn, and directory_synced says that there was no more at this moment. */
void directory_back(struct directory *d, uint64_t now_ms, struct directory_effects *fx);
void directory_synced(struct directory *d);
void directory_lost(struct directory *d);

/* The entry of KEY is N octets of TEXT; or there is none any more. */
void directory_learn(struct directory *d, const char *key, const char *text, size_t n, uint64_t now_ms,
                     struct directory_effects *fx);
void directory_forget(struct directory *d, const char *key, struct directory_effects *fx);

/* When directory_tick has something to do next (UINT64_MAX = never), and do it. */
uint64_t directory_deadline(const struct directory *d);
void directory_tick(struct directory *d, uint64_t now_ms, struct directory_effects *fx);

/* ---- what this node offers ---- */

/* All of it, between begin and end: what is not told again is not offered any more.  Of E, type and u count.
 * False when out of memory, or when there are DIRECTORY_ENTRIES_MAX already. */
void directory_offer_begin(struct directory *d);
bool directory_offer(struct directory *d, const struct entry *e);
void directory_offer_end(struct directory *d, uint64_t now_ms, struct directory_effects *fx);

/* The node ends in order: its entries go. */
void directory_leave(struct directory *d, struct directory_effects *fx);

/* ---- what others offer ---- */

struct directory_choice {
    uint64_t instance;   /* of the machine that an Attach should go to; 0 = this one, or nowhere */
    const char *machine; /* its name and address, NULL with 0; good until something is learned */
    const char *address;
    bool better;             /* nothing here is as good: it was not chosen at random from equals with HERE */
    struct match_found here; /* what this machine has for it, whoever is chosen */
};

/* Machines, by instance, that an Attach is not to be sent to. */
struct directory_avoid {
    const uint64_t *v;
    size_t n;
};

/* Where an Attach for NAME on LU should go, when the search of this machine came to HERE.  By the passes of
 * [A1] with the order of RULES [D8]; of equals a machine that has a TP of the whole name before one whose
 * first 8 characters fit [A3], and among those any, at random.  What this machine has counts as one of
 * them.  Machines that take no connections, or have no certificate, do not count, nor do those of AVOID (NULL
 * = none).  D may be NULL: there is no domain. */
struct directory_choice directory_choose(struct directory *d, const struct match_found *here,
                                         const struct match_name *name, const char *lu,
                                         const struct match_rules *rules,
                                         const struct directory_avoid *avoid);

/* Whether another machine has the attach manager of the LU with the alias LU.  D may be NULL. */
bool directory_has_manager(const struct directory *d, const char *lu);

/* The instance of the machine that is asked for the local LU of alias LU, "" = for one of its default pool;
 * 0 = there is none.  SAME, if it is one of them, else any of them at random [D20].  Machines count as in
 * directory_choose.  D may be NULL. */
uint64_t directory_lender(struct directory *d, const char *lu, uint64_t same,
                          const struct directory_avoid *avoid);

/* Where the machine INSTANCE takes connections, and its name; false when it is not known, or takes none.  D
 * may be NULL. */
bool directory_address(const struct directory *d, uint64_t instance, const char **machine,
                       const char **address);

struct directory_machine_view {
    const char *machine;
    uint64_t instance;
    const struct entry_machine *entry;
    bool self;
    bool live;           /* its lease runs */
    uint64_t renewed_ms; /* when it was last seen renewed: of this node, when it last renewed */
    unsigned tps, lus;
    unsigned refused; /* entries that could not be read or were too many */
};

/* Each machine, this node first; and what the machine INSTANCE offers. */
void directory_each_machine(const struct directory *d,
                            void (*cb)(void *arg, const struct directory_machine_view *v), void *arg);
void directory_each_entry(const struct directory *d, uint64_t instance,
                          void (*cb)(void *arg, const struct entry *e), void *arg);

struct directory_counts {
    size_t machines, entries;
    size_t octets; /* of memory, for the entries of others */
};
struct directory_counts directory_counts(const struct directory *d);

#endif
