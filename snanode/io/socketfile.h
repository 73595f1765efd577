/* socketfile.h - the name of the node's socket in the file system, and the lock beside it.  Layer: io.
 * Only one node at a time has a name.  Nothing is removed except a socket that a node has left behind. */
#ifndef SNA_IO_SOCKETFILE_H
#define SNA_IO_SOCKETFILE_H

#include <stdbool.h>
#include <sys/types.h>

struct socketfile {
    const char *path;
    int lock_fd; /* PATH.lock, held while the node has the name; -1 = not held */
    dev_t dev;   /* of the socket that was made, so that no other socket is removed */
    ino_t ino;
};

/* Take the lock of PATH, which outlives F.  0; -1 with a message on stderr that says who has it. */
int socketfile_lock(struct socketfile *f, const char *path);

/* Make the socket, with mode 0600, or 0660 for the group GID when there is one.  Returns a descriptor that
 * listens; -1 with a message on stderr that names what is in the way. */
int socketfile_listen(struct socketfile *f, bool has_gid, gid_t gid);

/* Admit the group GID to the socket of somebody else, at PATH, if the node may change it and it does not
 * admit the group already.  0; -1 with errno. */
int socketfile_admit(const char *path, gid_t gid);

/* Remove the socket, if the one that was made is still there. */
void socketfile_remove(const struct socketfile *f);

/* Release the lock, so that another node may have the name. */
void socketfile_release(struct socketfile *f);

#endif
