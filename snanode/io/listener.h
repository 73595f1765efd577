/* listener.h - how programs come in.  Layer: io. */
#ifndef SNA_IO_LISTENER_H
#define SNA_IO_LISTENER_H

struct server;

/* CONNECTED gets each connection that is let in: FD, which it then owns, and the process and user at its
 * other end; -1 when out of memory.  0; -1 with a message on stderr (another node has the socket, or it
 * cannot be made). */
int listener_open(struct server *s, int (*connected)(struct server *s, int fd, int pid, unsigned uid));
void listener_close(struct server *s);   /* nobody can connect any more */
void listener_release(struct server *s); /* another node may have the socket */
void listener_resume(struct server *s);  /* a descriptor has been freed */

#endif
