/* tplaunch.h - settings, beyond those of the product, for starting a copy of a TP.  Layer: TP table (pure).
 * Our own key <TP>\Parameters\Launch; a key of its own, because every further value of Parameters is a
 * user. */
#ifndef ATTACHMGR_TPLAUNCH_H
#define ATTACHMGR_TPLAUNCH_H

#include <stdint.h>

#include "attachmgr/tptable/tpvalue.h"

struct tp_launch {
    char *directory;    /* WorkingDirectory: a path of this machine; NULL = the node's */
    char *output;       /* OutputFile: stdout and stderr are appended there; NULL = the node's log */
    char *user;         /* RunAs: local user; only a node that runs as root can */
    char *wine;         /* Wine: path of the wine that runs a program for Windows; NULL = that in PATH */
    char *wine_prefix;  /* WinePrefix: folder of Wine's files; NULL = Wine's own default */
    char *environment;  /* Environment (multi-string): NAME=value, each NUL-terminated, then an empty one */
    uint32_t memory_mb; /* MaxMemoryMB: address space; 0 = the node's limit */
    uint32_t files;     /* MaxOpenFiles */
    uint32_t cpu_s;     /* MaxCpuSeconds */
};

/* The values of Launch key K.  NULL when K is NULL or sets nothing, or when a value has a fault, which has
 * been reported. */
struct tp_launch *tplaunch_new(const struct tpvalue_owner *o, const struct reg_key *k);
void tplaunch_free(struct tp_launch *l);

#endif
