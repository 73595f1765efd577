/* link_session.h - one address of a link: its session from BIND to the last response.  Layer: link (pure). */
#ifndef SNA_LINK_LINK_SESSION_H
#define SNA_LINK_LINK_SESSION_H

#include "snanode/link/link.h"
#include "snanode/link/segment.h"

struct link_session {
    struct list ready; /* on one of the link's lists, or alone */
    uint32_t id;       /* in the link's table */
    uint32_t address;
    bool open;           /* data flow */
    bool high;           /* priority */
    bool broken;         /* the node has been told: what comes is dropped until it unbinds */
    bool bound;          /* the positive response to BIND has flowed */
    bool unbind_out;     /* our UNBIND waits for its response */
    bool unbind_in;      /* the partner's waits for ours */
    uint16_t unbind_snf; /* of UNBIND_OUT */
    uint64_t unbind_by;  /* ms: when it is given up */
    struct list unbinds; /* on the link's unbinds while UNBIND_OUT */
    bool over;           /* when what is in CONTROL has flowed the address is free */
    struct list control; /* BIND, UNBIND, and their responses: struct biu */
    unsigned n_control;
    struct biu *cur; /* going out in segments: octets up to AT are out */
    size_t at;
    struct segment_in in;
    struct pipe pipe;
};

struct link_session *link_session_find(const struct link *l, uint32_t address);
/* A session at ADDRESS (of the partner's half), or at a new one of ours when ADDRESS is 0; NULL: it cannot
 * be. */
struct link_session *link_session_new(struct link *l, uint32_t address);
/* Frees its address too; what is left for programs goes to l->rest. */
void link_session_free(struct link *l, struct link_session *s);
/* No more data: the pipe's queues go, but for what programs have not read. */
void link_session_shut(struct link *l, struct link_session *s);
/* Put it on or off the ready list, after anything has changed. */
void link_session_touch(struct link *l, struct link_session *s);

/* Append an effect. */
void link_effect(struct link_effects *fx, struct link_effect e);
/* What the pipe has to say after a call: the end of a bracket, room. */
void link_session_report(struct link_session *s, struct link_effects *fx);
void link_session_break(struct link_session *s, const struct sna_err *e, struct link_effects *fx);

/* Queue a control RU on S; bounded.  0, or -1 with *E set. */
int link_session_control(struct link_session *s, uint16_t snf, const struct rh *rh, const uint8_t *ru,
                         size_t n, struct sna_err *e);

/* The request code in a response RU of session control, or in a request; 0 = none. */
uint8_t link_control_code(const struct rh *rh, const uint8_t *ru, size_t n);

#endif
