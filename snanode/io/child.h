/* child.h - the processes that the node has started, and what they have left behind.  Layer: io. */
#ifndef SNA_IO_CHILD_H
#define SNA_IO_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attachmgr/tptable/tptable.h"
#include "snanode/base/hash.h"
#include "snanode/base/list.h"

struct server;
struct tpout;

/* One copy of a TP that the node started and that has not been waited for. */
struct child {
    struct list link;
    struct hash_node by_pid;
    pid_t pid; /* leader of its session and process group */
    uint64_t token;
    bool asked;                /* to end */
    struct tpout *out;         /* its output; NULL = it goes to a file, or the process has closed it */
    char name[TP_KEY_MAX + 1]; /* of its TP */
};

/* Make the node the parent of processes whose parent has ended.  Their numbers then stay theirs until the
 * node has seen their end, so that the node can send them signals safely. */
void child_adopt(void);

struct child *child_new(const char *name, uint64_t token); /* NULL when out of memory */
void child_add(struct server *s, struct child *c, pid_t pid);
struct child *child_of(const struct server *s, pid_t pid);
/* Handle the processes that have ended. */
void child_reap(struct server *s);
/* SIG, SIGTERM or SIGKILL, to the copy with TOKEN or to all: to the process group of the first process, and
 * to processes that have shown the token and have lost their parent: SIGTERM only when the first one has
 * ended. */
#define CHILD_ALL 0
void child_signal(struct server *s, uint64_t token, int sig);
/* Send SIGTERM to the copy with TOKEN and, if it has not ended after the grace time, SIGKILL.  Without memory
 * for a clock there is no grace time. */
#define CHILD_GRACE_S 3
void child_stop(struct server *s, uint64_t token);
void child_forget_all(struct server *s); /* the node ends */
/* Whether any process of any copy is still there. */
bool child_any(const struct server *s);

#endif
