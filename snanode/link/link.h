/* link.h - one link: a carrier, a link station, and the half-sessions over it.  Layer: link (pure).
 * [Formats: TH; LU62PP; L68 to L72]
 *
 *      node's session layer        link_send()  -->  LINK_FX_RECEIVED, LINK_FX_BIND
 *      conversations' sockets      link_put()   -->  LINK_FX_FRAME, link_front()
 *      ------------------------------------------------------------------------------
 *      carrier (DLSw, a queue...)  link_xid() link_receive() ...  -->  LINK_FX_XID ..., link_next()
 *
 * The carrier is pulled: as long as it has credit it takes PIUs by link_next() and link_sent().  So a carrier
 * without credit holds back one PIU and nothing is lost.  Half-sessions take turns, one PIU each; those of a
 * mode of high priority have four turns to one of the others.
 *
 * Every call that takes *FX appends at most LINK_EFFECTS effects.  They are carried out before the next call:
 * the octets in them belong to whoever called. */
#ifndef SNA_LINK_LINK_H
#define SNA_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/idtab.h"
#include "snanode/base/list.h"
#include "snanode/link/lfsid.h"
#include "snanode/link/pipe.h"
#include "snanode/link/station.h"

#define LINK_EFFECTS   8
#define LINK_UNBIND_MS 30000u /* an UNBIND without an answer is given up after this [L140] */

enum link_effect_kind {
    /* to the carrier */
    LINK_FX_XID, /* send an XID: RU, N octets; 0 is a null XID */
    LINK_FX_CONTACT,
    LINK_FX_CONTACTED,
    /* to the node */
    LINK_FX_UP,      /* sessions may be begun; link_station() says with whom */
    LINK_FX_CHANGED, /* the partner has changed its values */
    LINK_FX_DOWN, /* all sessions are lost, for SENSE and TEXT; the carrier is to be closed if it is there */
    LINK_FX_BIND, /* a BIND has come: as RECEIVED, ADDRESS is new */
    LINK_FX_RECEIVED, /* an RU for the node on ADDRESS */
    LINK_FX_BROKEN,   /* the half-session at ADDRESS is broken: unbind it with SENSE */
    LINK_FX_CLOSED,   /* ADDRESS is free: the last response has flowed */
    /* to conversations */
    LINK_FX_FRAME, /* link_front() at ADDRESS has one */
    LINK_FX_ROOM,  /* sockets of ADDRESS may be read again */
    LINK_FX_OVER,  /* the bracket of CONV has ended: ADDRESS is free for another one */
};

struct link_effect {
    uint8_t kind; /* enum link_effect_kind */
    bool expedited;
    uint16_t snf;
    uint32_t address;
    uint32_t conv;
    struct rh rh;
    const uint8_t *ru;
    size_t n;
    uint32_t sense;
    const char *text; /* static */
};

struct link_effects {
    unsigned n;
    struct link_effect v[LINK_EFFECTS];
};

struct link_params {
    struct station_config station;
    uint32_t max_sessions;
};

/* Of a session whose BIND has been answered. */
struct link_half {
    struct pipe_params pipe;
    uint32_t recv_ru; /* octets of the largest RU that may come; 0 = no limit */
    bool high;        /* mode of high priority */
};

struct link_session;

struct link {
    struct station station;
    struct lfsid lfsid;
    struct idtab sessions; /* of struct link_session */
    uint32_t max_sessions;
    struct list ready[2]; /* sessions with something to send: of low and of high priority */
    struct list unbinds;  /* sessions whose UNBIND has no answer, the oldest first */
    unsigned turns;       /* of high priority since the last one of low */
    struct list strays;   /* answers to PIUs of no session: struct biu, with the address in CONV */
    unsigned n_strays;
    struct list rest; /* frames that sessions have left behind: struct biu */
    uint8_t *out;     /* the PIU of link_next() */
    size_t out_n;     /* 0 = none */
    uint64_t dropped; /* PIUs that nothing could be made of */
};

/* 0, or -1 when there is no memory. */
int link_init(struct link *l, const struct link_params *params) __attribute__((warn_unused_result));
void link_fini(struct link *l);

/* ---- the carrier ---- */

/* It reaches the adjacent node; ACTIVE: this side begins. */
void link_established(struct link *l, bool active, uint64_t now_ms, struct link_effects *fx);
void link_xid(struct link *l, const uint8_t *p, size_t n, uint64_t now_ms, struct link_effects *fx);
void link_contact(struct link *l, uint64_t now_ms, struct link_effects *fx);
void link_contacted(struct link *l, uint64_t now_ms, struct link_effects *fx);
/* A PIU (N octets). */
void link_receive(struct link *l, const uint8_t *piu, size_t n, struct link_effects *fx);
/* It is gone. */
void link_lost(struct link *l, const char *text, struct link_effects *fx);

/* The next PIU into *PIU, and its length; 0 = none.  It stays the same until link_sent(). */
size_t link_next(struct link *l, const uint8_t **piu, struct link_effects *fx);
void link_sent(struct link *l);

/* The time is NOW_MS.  The partner's answer to an UNBIND that is given up comes from here. */
void link_tick(struct link *l, uint64_t now_ms, struct link_effects *fx);
uint64_t link_deadline(const struct link *l); /* 0 = none */

/* End it: as link_lost(). */
void link_stop(struct link *l, struct link_effects *fx);

bool link_is_up(const struct link *l);
/* Whether it has no session, from BIND to the last response. */
bool link_is_unused(const struct link *l);

/* ---- the node ---- */

/* A new address for a session that is begun here.  0 when the link is down, full, or memory is short. */
uint32_t link_address(struct link *l) __attribute__((warn_unused_result));

/* An RU of the node: BIND, UNBIND, their responses, data flow control, conversations of its own.  SNF is for
 * responses and the expedited flow; requests of the normal flow get theirs here.  0, or -1 with *E set: no
 * such session, it is not open (normal flow), no memory. */
int link_send(struct link *l, uint32_t address, bool expedited, uint16_t snf, const struct rh *rh,
              const uint8_t *ru, size_t n, uint64_t now_ms, struct sna_err *e)
    __attribute__((warn_unused_result));

/* The BIND of ADDRESS has its positive response: data may flow.  0, or -1: no such session. */
int link_open(struct link *l, uint32_t address, const struct link_half *half)
    __attribute__((warn_unused_result));

/* ---- conversations: as the calls of pipe.h ---- */

/* 0, or -1: no such session, or it is not open. */
int link_converse(struct link *l, uint32_t address, uint32_t conv, const uint8_t *fmh5, size_t n, bool bb)
    __attribute__((warn_unused_result));
int link_accept(struct link *l, uint32_t address, uint32_t conv, const struct rh *rh, const uint8_t *data,
                size_t n, struct link_effects *fx) __attribute__((warn_unused_result));
void link_abandon(struct link *l, uint32_t address, uint32_t conv, uint32_t sense, struct link_effects *fx);

/* A frame of CONV's socket; what is wrong with it is LINK_FX_BROKEN. */
void link_put(struct link *l, uint32_t address, uint32_t conv, const uint8_t *frame, size_t n,
              struct link_effects *fx);
/* Whether to read another frame from CONV's socket.  When not, LINK_FX_ROOM comes. */
bool link_room(struct link *l, uint32_t address);

/* The first frame for a conversation, in OUT (FRAME_HDR + FRAME_RU_MAX octets); 0 = none. */
size_t link_front(const struct link *l, uint32_t address, uint32_t *conv, uint8_t *out);
void link_pop(struct link *l, uint32_t address, struct link_effects *fx);
/* The same for CONV when its session is gone: takes the frame off. */
size_t link_rest(struct link *l, uint32_t conv, uint8_t *out);
/* Nobody will ask for CONV's rest. */
void link_forget(struct link *l, uint32_t conv);

#endif
