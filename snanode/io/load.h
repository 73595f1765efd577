/* load.h - reads configuration files into memory, with messages about them.  Layer: io.
 * Shared by snanode and snacheck, so that both print the same messages. */
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
    struct diag diag; /* all messages */
};

struct file_list {
    const char **v;
    size_t n;
    const char *server; /* which node of the command files to be, NULL = the first */
};

/* Read all files and judge them as a whole.  The result is usable when its diag has no errors; NULL when out
 * of memory.  load_print writes every message to stderr, one on each line. */
struct loaded *load_files(const struct file_list *commands, const struct file_list *registry);
void load_print(const struct loaded *l);
/* Summarize L for a person in one line ("1 local LU, 2 modes, ...") in OUT (CAP octets).  Returns
 * OUT. */
const char *load_summary(const struct loaded *l, char *out, size_t cap);
/* Write to stdout which TPs of L are programs for Windows, and the Wine that runs each, one line each. */
void load_print_windows(const struct loaded *l);
void loaded_free(struct loaded *l);

#endif
