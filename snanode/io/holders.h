/* holders.h - how many connections and conversations each user and each process has, and how many they may
 * have. Layer: io. A program has one connection, and a port for each call that waits (an Accept or an
 * Allocate). A conversation counts for the user who allocates it, as long as the node has its sockets.
 * Limits: ConnectionsPerUser, ConnectionsPerProcess and ConversationsPerUser of SnaServr\\Parameters
 * (snanode-registry(5)). */
#ifndef SNA_IO_HOLDERS_H
#define SNA_IO_HOLDERS_H

#include "snanode/io/client.h"

#define RESERVED_FDS                                                                                         \
    24 /* descriptors that programs do not get: for tools, their answers, and files that are read */
/* Of these, kept for root and the node's own user: a connection without a hello may not be a tool. */
#define OWNER_FDS 12

/* Descriptors that a process with more than half of them does not get: they are for other programs, also of
 * its own user.  So many, but never more than a sixteenth of all. */
#define OTHERS_FDS 128

/* Count client C, or stop counting it.  -1: out of memory. */
int holders_add(struct server *s, struct client *c);
void holders_remove(struct server *s, struct client *c);

/* The same for a conversation of UID, a user who has a connection; and for its pair of sockets, which it gets
 * with its session. */
void holders_add_conversation(struct server *s, unsigned uid);
void holders_add_pair(struct server *s, unsigned uid);
void holders_remove_pair(struct server *s, unsigned uid);
void holders_remove_conversation(struct server *s, unsigned uid);

/* The page in which programs of UID count frames (hints.h); NULL: there is none.  It is there as long as UID
 * has a connection or a conversation. */
struct hints *holders_hints(const struct server *s, unsigned uid);
/* Its descriptor, made when it is first asked for; -1 = none. */
int holders_hints_fd(struct server *s, unsigned uid);

/* Process PID has taken N descriptors of the node, or given them back.  One that cannot be counted for want
 * of memory takes what it likes. */
void holders_took(struct server *s, int pid, unsigned n);
void holders_gave(struct server *s, int pid, unsigned n);

unsigned holders_connections(const struct server *s, unsigned uid);

/* Whether process PID may have the descriptor FD: LP_RC_OK, or why not. */
uint32_t holders_judge_process(const struct server *s, int pid, int fd);

/* Whether a new connection FD of UID, process PID, may send its hello: LP_RC_OK up to the user's limit and
 * for a few more, which may be tools; else why not (LP_RC_*). */
uint32_t holders_judge_new(const struct server *s, unsigned uid, int pid, int fd);

/* The answer to the hello of the program or port C: LP_RC_OK, or why there is no room (LP_RC_*). */
uint32_t holders_judge(const struct server *s, const struct client *c, const struct process *p);

/* Whether UID may have one more conversation, and one more pair of sockets: LP_RC_OK, or why not. */
uint32_t holders_judge_conversation(const struct server *s, unsigned uid);
uint32_t holders_judge_pair(const struct server *s, unsigned uid);

/* Whether descriptor FD is one of those that are kept. */
bool holders_reserved(int fd);

void holders_free(struct server *s);

#endif
