/* load.h - configuration files into memory, and what there is to say about them.  Layer: io.
 * Shared by snanode and snacheck, so that both say the same. */
#ifndef SNA_IO_LOAD_H
#define SNA_IO_LOAD_H

#include <stddef.h>

#include "attachmgr/tptable/tptable.h"
#include "snanode/config/config.h"
#include "snanode/io/link/certificate.h"

struct loaded {
    struct node_config cfg;
    struct tp_table tps;
    struct certificate_list certificates;
    struct diag diag; /* everything there was to say */
};

struct file_list {
    const char **v;
    size_t n;
    const char *server; /* command files: which of their nodes is meant, NULL = the first */
};

/* Read all files and judge them as a whole.  The result is usable when its diag has no errors; NULL when out
 * of memory.  load_print writes every message on stderr, one a line. */
struct loaded *load_files(const struct file_list *commands, const struct file_list *registry);
void load_print(const struct loaded *l);
/* What there is in L, in a line for a person ("1 local LU, 2 modes, ..."), into OUT (CAP octets), which it
 * returns. */
const char *load_summary(const struct loaded *l, char *out, size_t cap);
void loaded_free(struct loaded *l);

#endif
