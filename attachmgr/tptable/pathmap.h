/* pathmap.h - where the programs named by Windows paths are on this machine.  Layer: TP table (pure).
 *
 * The registry of a TP names its program as C:\tps\orderq.exe [HIS: Registry Entries for Clients].  A key
 * of our own, ...\SnaBase\Parameters\PathMap, says where such paths lead:
 *
 *   "C:\\tps"="/opt/tps"
 *
 * The longest prefix that ends where a name of the path ends wins; case does not count, and what follows the
 * prefix keeps its case. */
#ifndef ATTACHMGR_PATHMAP_H
#define ATTACHMGR_PATHMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "snanode/base/diag.h"

struct regfile;
struct reg_key;

struct pathmap_rule {
    char *from;       /* as compared: variables expanded, upper case, slashes, none at the end */
    char *to;         /* absolute path, no slash at the end */
    const char *file; /* owned by the regfile */
    unsigned line;
};

struct pathmap {
    struct pathmap_rule *rules; /* sorted by FROM */
    size_t n;
};

#define PATHMAP_PATH_MAX 4096

void pathmap_init(struct pathmap *m);
void pathmap_fini(struct pathmap *m);

/* Add the rules of the key K; NULL is no key.  Errors go to D.  Keys given earlier win.  Call pathmap_sort
 * after the last. */
void pathmap_add(struct pathmap *m, const struct reg_key *k, struct diag *d);
void pathmap_sort(struct pathmap *m, struct diag *d);

/* PATH without the quotation marks around it.  *REST (REST may be NULL) is what follows the closing one,
 * "" if nothing.  The caller frees.  NULL when out of memory. */
char *pathmap_unquote(const char *path, const char **rest);

/* PATH with %VAR% replaced: SystemDrive, SystemRoot and windir have the values of every Windows machine;
 * other names stay as they are, so that a rule may be written with them.  The caller frees.  NULL when out of
 * memory. */
char *pathmap_expand(const char *path);

/* PATH (unquoted) as a path of this machine; one that begins with a slash is that already.  The caller
 * frees.  NULL when no rule covers it, or out of memory, which *NOMEM says. */
char *pathmap_apply(const struct pathmap *m, const char *path, bool *nomem);

#endif
