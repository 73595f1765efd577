/* config_build.h - how the reader of command files builds a node_config.  Layer: configuration (pure).
 * Only for the files that read, check and print command files; all others read the finished configuration
 * by config.h. */
#ifndef SNA_CONFIG_BUILD_H
#define SNA_CONFIG_BUILD_H

#include "snanode/config/config.h"

/* The tables of a node_config; each entry begins with its name. */
enum cfg_kind { CFG_SERVER, CFG_LINK, CFG_CONN, CFG_LU, CFG_RLU, CFG_MODE, CFG_SIDE, CFG_USER, CFG_KIND_N };
_Static_assert(CFG_KIND_N == CFG_TABLES, "one index each");

/* Entry of that name, or NULL; after validation only one of this node. */
void *config_find(const struct node_config *c, enum cfg_kind kind, const char *name);

/* The entries of that name, of any node: the first when PREV is NULL, then the one after PREV.  LUs may
 * have the same alias on several servers or connections. */
void *config_next(const struct node_config *c, enum cfg_kind kind, const char *name, const void *prev);

/* Entry number I of all nodes' entries, or NULL. */
void *config_entry(const struct node_config *c, enum cfg_kind kind, size_t i);

/* The server or connection that an entry is on ("" = not given); NULL when its kind has none. */
char *config_owner(enum cfg_kind kind, void *entry);

/* Set where an entry is defined, for messages. */
void config_place(enum cfg_kind kind, void *entry, struct cfg_at at);

/* Set whether an entry belongs to another node. */
void config_set_foreign(enum cfg_kind kind, void *entry, bool foreign);

/* Move the foreign entries after those of this node. */
void config_partition(struct node_config *c, enum cfg_kind kind);

/* A new entry with the documented defaults [HIS: Snacfg Reference]; the caller has checked that no entry
 * has that name and owner.  NULL when out of memory.  Pointers to other entries of the table are invalid
 * afterwards. */
void *config_add(struct node_config *c, enum cfg_kind kind, const char *name);

/* Give an entry the values of a new one, except for its name. */
void config_reset(struct node_config *c, enum cfg_kind kind, void *entry);

/* Remove an entry; pointers to other entries of the table are invalid afterwards. */
void config_remove(struct node_config *c, enum cfg_kind kind, void *entry);

/* The definition of a predefined mode, NULL when NAME is none; the one with number I, NULL after the last. */
const struct cfg_mode *config_predefined(const char *name);
const struct cfg_mode *config_predefined_at(size_t i);

/* Append a copy of *P to the N partners at *V.  False when out of memory. */
bool config_add_partner(struct cfg_partner **v, size_t *n, const struct cfg_partner *p);

/* The configuration's own copy of a file name.  NULL when out of memory. */
const char *config_file(struct node_config *c, const char *name);

/* A mode's name as people write it: the blank mode is BLANK. */
const char *config_mode_shown(const char *name);

/* The node that a remote LU is reached from: its connection's; NULL when that does not exist. */
const char *config_rlu_server(const struct node_config *c, const struct cfg_rlu *rlu);

/* Links and connections, of all nodes (config_link.c). */
void config_check_links(struct node_config *c, struct diag *d);

/* Check the partners of all nodes (config_pair.c). */
void config_check_pairs(const struct node_config *c, struct diag *d);

/* Indexes (config_index.c).  Nothing is in *IX any more, and there is room for N names and as many again.
 * False: out of memory. */
bool config_index_clear(struct cfg_index *ix, size_t n);
/* NAME stands at place AT. */
void config_index_put(struct cfg_index *ix, const char *name, size_t at);
/* What may stand under NAME is in the slots from this one on, up to a free one. */
size_t config_index_slot(const struct cfg_index *ix, const char *name);
size_t config_index_next(const struct cfg_index *ix, size_t slot);

/* When all else is valid, or again (config_survey.c). */
void config_survey(struct node_config *c);
void config_survey_fini(struct node_config *c);

/* An LU on SERVER, or NULL. */
struct cfg_lu *config_lu_on(const struct node_config *c, const char *alias, const char *server);
/* A remote LU reached from SERVER, over CONNECTION unless that is "".  *N: how many there are. */
struct cfg_rlu *config_rlu_on(const struct node_config *c, const char *alias, const char *server,
                              const char *connection, unsigned *n);

#define CONFIG_ERRORS_MAX 100

/* diag_error(), but after error number CONFIG_ERRORS_MAX a line says that no more are shown, and none are.
 * Readers stop when config_full(). */
void config_error(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
bool config_full(const struct diag *d);

#endif
