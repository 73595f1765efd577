/* supervisor.h - the service manager that started the node, if one did: what it hands over, and what it is
 * told. Layer: io.  The protocol is that of sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3):
 * variables of the environment, and datagrams.  Nobody is told when NOTIFY_SOCKET is not set. */
#ifndef SNA_IO_SUPERVISOR_H
#define SNA_IO_SUPERVISOR_H

#include <stddef.h>
#include <stdint.h>

struct server;

/* Read what the service manager has left in the environment, and remove it there, so that TPs do not inherit
 * it.  For the time before there are threads.  Call it once, first of all here. */
void supervisor_meet(void);

/* The socket that was handed over.  Returns its descriptor, and its name in PATH (CAP octets); -1: none was;
 * -2, with a message on stderr: what was handed over is no socket for the node. */
int supervisor_socket(char *path, size_t cap);

/* Programs may connect: say so, with the summary TEXT of the configuration, and from now on give signs of
 * life if they are wanted.  After a reload, say so again. */
void supervisor_ready(struct server *s, const char *text);

/* The configuration is being read again; supervisor_ready follows, whatever comes of it. */
void supervisor_reloading(const struct server *s);

/* The node stops, and needs at most LIMIT_S seconds; TEXT is for people. */
void supervisor_stopping(unsigned limit_s, const char *text);

/* TEXT says what the node is doing. */
void supervisor_status(const char *text);

/* No more signs of life. */
void supervisor_leave(struct server *s);

#endif
