/* config_build.h - how the reader of command files builds a node_config.  Layer: node (pure).
 * Private to snacfg.c and config.c; everybody else reads the finished configuration through config.h. */
#ifndef SNA_NODE_CONFIG_BUILD_H
#define SNA_NODE_CONFIG_BUILD_H

#include "snanode/node/config.h"

/* The tables of a node_config; each entry begins with its name. */
enum cfg_kind { CFG_LU, CFG_RLU, CFG_MODE, CFG_SIDE, CFG_KIND_N };

/* Entry of that name, or NULL. */
void *config_find(const struct node_config *c, enum cfg_kind kind, const char *name);

/* A new entry with the defaults of attach sheet 7.1 to 7.3; the caller has seen that there is none of that
 * name.  NULL when memory is short.  Pointers to other entries of the table are void afterwards. */
void *config_add(struct node_config *c, enum cfg_kind kind, const char *name);

/* Give an entry the values that a new one has, but for its name. */
void config_reset(struct node_config *c, enum cfg_kind kind, void *entry);

/* Remove an entry; pointers to other entries of the table are void afterwards. */
void config_remove(struct node_config *c, enum cfg_kind kind, const char *name);

/* Append a copy of *P to the N partners at *V.  False when memory is short. */
bool config_add_partner(struct cfg_partner **v, size_t *n, const struct cfg_partner *p);

/* The configuration's own copy of a file name.  NULL when memory is short. */
const char *config_file(struct node_config *c, const char *name);

/* A mode's name as people write it: the blank mode is BLANK. */
const char *config_mode_shown(const char *name);

#define CONFIG_ERRORS_MAX 100

/* diag_error(), but the error number CONFIG_ERRORS_MAX is followed by a line that says that no more will be
 * shown, and none is.  Readers stop when config_full(). */
void config_error(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
bool config_full(const struct diag *d);

#endif
