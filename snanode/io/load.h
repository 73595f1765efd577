/* load.h - configuration files into memory, and what there is to say about them.  Layer: io.
 * Shared by snanode and snacheck, so that both say the same. */
#ifndef SNA_IO_LOAD_H
#define SNA_IO_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "attachmgr/tptable.h"
#include "snanode/node/config.h"

struct loaded {
    struct node_config cfg;
    struct tp_table tps;
    unsigned errors, warnings;
};

struct file_list {
    const char **v;
    size_t n;
};

/* Read all files, judge them as a whole, print every message on stderr.  The result is usable when errors is 0;
 * loaded_fini in any case. */
void load_files(struct loaded *l, const struct file_list *commands, const struct file_list *registry);
void loaded_fini(struct loaded *l);

#endif
