/* listener.h - how programs connect.  Layer: io. */
#ifndef SNA_IO_LISTENER_H
#define SNA_IO_LISTENER_H

struct server;

/* Open the socket, or take HANDED, one that listens already and stays when the node has ended (-1 = none).
 * CONNECTED is called for each admitted connection with FD, which it then owns, and the process and user at
 * the other end; it returns -1 when out of memory.  Returns 0, or -1 with a message on stderr (another node
 * has the socket, or it cannot be made). */
int listener_open(struct server *s, int handed,
                  int (*connected)(struct server *s, int fd, int pid, unsigned uid));
void listener_close(struct server *s);   /* from now on nobody can connect */
void listener_release(struct server *s); /* from now on another node may have the socket */
void listener_resume(struct server *s);  /* a descriptor has been freed */

#endif
