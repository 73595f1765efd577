/* relay.h - a conversation that has its other side on another machine of the domain: frames between the
 * program's socket and a stream.  Layer: io.  The node has one end of the socket pair, as the other program
 * would.  What comes from the program goes into the stream as long as that has room; what comes from the
 * stream goes into the socket as long as that has room, and else the other machine has to wait.  So each side
 * stops the other one in bounded memory. */
#ifndef SNA_IO_RELAY_H
#define SNA_IO_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct channel;
struct h2_stream;
struct server;
struct watch;

struct relay {
    struct server *server;
    struct channel *ch;   /* NULL: its Attach has not come yet */
    struct h2_stream *st; /* NULL: gone */
    uint32_t process;     /* that stands for the other machine, 0 = none yet */
    unsigned far;         /* which end is the node's: that of the other machine */
    bool guest;           /* the invoker and its LU are on the other machine */
    bool lent;            /* ... the invoker alone */
    bool borrowed;        /* the LU and its session are on the other machine; if none of these: the TP is */
    bool begun;           /* frames flow: the Attach goes nowhere else any more */
    bool whole;           /* the other side has ended in order */
    /* Its stream is of no use any more, because of WHY; set by whoever speaks on it.  R may be gone
     * afterwards.
     */
    void (*lost)(struct relay *r, const char *why);
    uint64_t deadline_ms; /* of a guest's Attach */
    struct watch *reads, *writes;
    bool paused; /* the stream has no room */
};

/* One for CH, which may be NULL so far, by its end FAR.  NULL: out of memory. */
struct relay *relay_new(struct server *s, struct channel *ch, unsigned far);
void relay_attach(struct relay *r, struct channel *ch);
/* Frames flow from now on.  0, or -1: out of memory. */
int relay_begin(struct relay *r);
/* A frame for the program; false: its socket is full, and the stream is resumed when it is not. */
bool relay_give(struct relay *r, const uint8_t *frame, size_t n);
/* The stream of the relay at RELAY has room again: for struct h2_stream_user. */
void relay_room(void *relay);
/* R goes, and its stream: in order when both sides have ended so. */
void relay_free(struct relay *r);
/* That of CONV which has end FAR; NULL = none. */
struct relay *relay_at(const struct server *s, uint32_t conv, unsigned far);
/* ... which is concerned with its Attach: a guest's, or one to the machine with the TP. */
struct relay *relay_of_attach(const struct server *s, uint32_t conv);

#endif
