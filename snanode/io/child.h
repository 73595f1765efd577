/* child.h - the processes that the node has started, and what they have left behind.  Layer: io. */
#ifndef SNA_IO_CHILD_H
#define SNA_IO_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "attachmgr/tptable/tptable.h"
#include "snanode/base/list.h"

struct server;
struct tpout;

/* One copy of a TP that the node started and that has not been waited for. */
struct child {
    struct list link;
    pid_t pid; /* leader of its session and process group */
    uint64_t token;
    bool asked;                /* to end */
    struct tpout *out;         /* what it writes; NULL = into a file, or it has closed it */
    char name[TP_KEY_MAX + 1]; /* of its TP */
};

/* Processes whose parent has ended become children of the node, so that their numbers stay theirs until the
 * node has seen their end: only then may it send them signals. */
void child_adopt(void);

struct child *child_new(const char *name, uint64_t token); /* NULL when out of memory */
void child_add(struct server *s, struct child *c, pid_t pid);
struct child *child_of(const struct server *s, pid_t pid);
/* See to the processes that have ended. */
void child_reap(struct server *s);
/* SIG, SIGTERM or SIGKILL, to the copy with TOKEN or to all: to the first process with all its process group,
 * and to those that have shown the token and have lost their parent. */
#define CHILD_ALL 0
void child_signal(struct server *s, uint64_t token, int sig);
/* SIGTERM to the copy with TOKEN and, if it has not ended after the time of grace, SIGKILL; without memory
 * for a clock there is no grace. */
#define CHILD_GRACE_S 3
void child_stop(struct server *s, uint64_t token);
void child_forget_all(struct server *s); /* the node ends */
/* Is any process of any copy still there? */
bool child_any(const struct server *s);

#endif
