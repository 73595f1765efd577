/* stream.h - one connection to a peer, TCP or TLS, as octets in and octets out.  Layer: io.
 * Nobody waits for it, and it never holds more than its marks: the user says how much of what came it has
 * taken, and is told when what it wrote is too much. */
#ifndef SNA_IO_LINK_STREAM_H
#define SNA_IO_LINK_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/io/link/cause.h"

struct server;
struct stream;
struct tls;

#define STREAM_READ_ONCE (64 * 1024) /* octets that are read at once */
#define STREAM_READ_HIGH                                                                                     \
    (128 * 1024) /* when so many wait for the user, no more are read, and the peer waits */
#define STREAM_WRITE_HIGH (256 * 1024) /* octets that wait for the peer; then the user should */
#define STREAM_WRITE_LOW  (64 * 1024)

#define STREAM_HANDSHAKE_S 10 /* the peer has so long to show who it is */
#define STREAM_CLOSE_S     5  /* ... and so long to take what is left */

/* What the user is told, with the ARG of stream_new.  In each of these it may call everything below. */
struct stream_user {
    /* The stream can be used.  PEER: position in the names of stream_how of who it is, -1 without TLS.  A
     * peer with TLS 1.3 may still refuse our certificate: what it sends first is the proof that it does not.
     */
    void (*up)(void *arg, int peer);
    /* N octets have come.  Returns how many of them it has taken; the rest is offered again after
     * stream_resume, and until then the peer has to wait.  An end is not seen behind what is not taken. */
    size_t (*received)(void *arg, const uint8_t *p, size_t n);
    /* What was written has become less than STREAM_WRITE_LOW, after stream_write had returned false. */
    void (*writable)(void *arg);
    /* The stream has ended, and is gone after this. */
    void (*down)(void *arg, const struct stream_end *why);
};

struct stream_how {
    struct tls *tls;          /* NULL = without */
    bool connecting;          /* whether this end has made the connection */
    const char *const *names; /* with TLS: whom the peer may be (tls.h) */
    size_t n_names;
    unsigned keepalive_s; /* a peer that does not answer for so long is lost; 0 = never */
    unsigned handshake_s; /* 0 = STREAM_HANDSHAKE_S */
};

/* A stream on FD, a connected TCP socket, which is the stream's now, and closed also in case of failure.
 * Nothing is told before the next turn of the loop.  NULL: out of memory. */
struct stream *stream_new(struct server *s, int fd, const struct stream_how *how,
                          const struct stream_user *user, void *arg);

/* Write N octets, after up.  All are taken; false when more than STREAM_WRITE_HIGH wait now: the user should
 * wait for writable.  When memory is short, the stream goes down. */
bool stream_write(struct stream *st, const void *p, size_t n);

/* Octets that wait to be written, and octets that have come and wait for the user. */
size_t stream_waiting(const struct stream *st);
size_t stream_unread(const struct stream *st);

/* Offer again what received has not taken. */
void stream_resume(struct stream *st);

/* Whether the peer's certificate has the subject alternative name NAME; without TLS it has none. */
bool stream_peer_has_name(const struct stream *st, const char *name);

/* The address of the peer, for messages. */
const char *stream_peer(const struct stream *st);

/* End ST: what was written goes out, for at most STREAM_CLOSE_S, and nothing is told any more. */
void stream_close(struct stream *st);
/* End ST at once, with a reset where anything is under way. */
void stream_cut(struct stream *st);

/* The node ends: all at once. */
void stream_cut_all(struct server *s);

/* The address of a socket as text, such as 127.0.0.1:2065 or [::1]:2065. */
#define STREAM_ADDRESS_CAP 80
struct sockaddr;
void stream_show_address(const struct sockaddr *sa, char out[STREAM_ADDRESS_CAP]);

#endif
