/* cause.h - why a stream could not be made, or has ended.  Layer: io. */
#ifndef SNA_IO_LINK_CAUSE_H
#define SNA_IO_LINK_CAUSE_H

enum stream_cause {
    CAUSE_NONE,
    CAUSE_CLOSED,       /* the peer has ended it in order */
    CAUSE_RESET,        /* the peer, or its system, has cut it */
    CAUSE_TIMED_OUT,    /* the peer has not answered in time */
    CAUSE_REFUSED,      /* nobody listens there */
    CAUSE_UNREACHABLE,  /* no way to that network or machine */
    CAUSE_NO_HOST,      /* the name has no address */
    CAUSE_PEER_REFUSED, /* TLS: the peer's certificate is not the configured one */
    CAUSE_WE_REFUSED,   /* TLS: the peer does not take our certificate */
    CAUSE_NOT_TLS,      /* what came is not TLS */
    CAUSE_TLS_VERSION,  /* the peer has no TLS 1.3 */
    CAUSE_TLS,          /* anything else in TLS */
    CAUSE_LOCAL,        /* this system: memory, descriptors */
    CAUSE_N
};

/* Whom, what happened: a line for a person. */
struct stream_end {
    enum stream_cause cause;
    char text[300];
};

/* What ERROR, an errno of connecting, reading or writing, means. */
enum stream_cause cause_of_errno(int error);

/* A word for CAUSE, such as "refused". */
const char *cause_name(enum stream_cause cause);

/* Fill E. */
void cause_set(struct stream_end *e, enum stream_cause cause, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
