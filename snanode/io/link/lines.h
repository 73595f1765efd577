/* lines.h - all connections of the configuration, and the ports at which they are called.  Layer: io. */
#ifndef SNA_IO_LINK_LINES_H
#define SNA_IO_LINK_LINES_H

struct server;

/* Before anything else.  0, or -1 when there is no memory. */
int lines_init(struct server *s) __attribute__((warn_unused_result));

/* The configuration is in force: make what is new, end what is gone or has changed, listen where it says, and
 * begin what is to be up. */
void lines_apply(struct server *s);

/* Where ADDRESS of the configuration is listened at, with the port that the system has chosen; NULL: nowhere.
 */
const char *lines_listen(const struct server *s, const char *address);

/* The node stops: end all in order, and take no call. */
void lines_stop(struct server *s);
/* Whether any is still ending. */
int lines_ending(const struct server *s);
void lines_free(struct server *s);

#endif
