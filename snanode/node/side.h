/* side.h - side information in memory: what the files configured, and what programs have set since.
 * Layer: node (pure).  [HIS: Set_CPIC_Side_Information; A38]
 * An administrator changes what all programs see.  What any other program sets is seen by the programs of its
 * user, and covers a configured destination for them alone. */
#ifndef SNA_NODE_SIDE_H
#define SNA_NODE_SIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/local/lp.h"
#include "snanode/config/config.h"
#include "snanode/node/secret.h"

#define SIDE_PER_USER 1000 /* destinations that programs of one user may set */

struct side_entry {
    struct cfg_side side; /* without its password; set by a program when its file is NULL */
    uint64_t secret;      /* the password's number in the table's secrets, 0 = none */
    bool private;         /* of the programs of UID */
    unsigned uid;
};

struct side_table {
    struct side_entry *v;
    size_t n, cap;
    uint32_t *slots; /* by name: the number of an entry, from 1; 0 = free.  At most half of them are in use */
    size_t n_slots;  /* a power of two, or 0 */
    struct secrets secrets;
};

/* Who changes an entry. */
struct side_by {
    unsigned uid;
    bool admin; /* may change what all programs see */
};

/* CFG's entries, and beside or over them those of T that programs have set.  -1: out of memory, T is as it
 * was. */
int side_load(struct side_table *t, const struct node_config *cfg);
void side_free(struct side_table *t);

/* The destination NAME as programs of UID see it, or NULL. */
const struct side_entry *side_find(const struct side_table *t, const char *name, unsigned uid);

/* Set or replace an entry.  0, CM_PROGRAM_PARAMETER_CHECK, or LP_RC_*. */
uint16_t side_set(struct side_table *t, const struct lp_side_set *m, struct side_by by);

/* Delete the entry that BY sees under NAME.  A configured one is seen again when the own one goes. */
uint16_t side_delete(struct side_table *t, const char *name, struct side_by by);

/* Entry INDEX (1-based) of those that programs of UID see, or NAME when INDEX is 0. */
void side_extract(const struct side_table *t, const struct lp_side_get *m, unsigned uid, struct lp_side *out);

#endif
