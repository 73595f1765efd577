/* story.h - what the PIUs of a capture tell: conversations, step by step, and what their sessions carry
 * besides. Layer: trace (pure).  The PIUs of a trace name their conversation in a comment; on a recorded link
 * it is found by the session and the Attach.  So one reader serves both. */
#ifndef SNA_TRACE_STORY_H
#define SNA_TRACE_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"
#include "snanode/lu62/inbound.h"
#include "snanode/lu62/record.h"

#define STORY_HEAD 24 /* octets of data that are kept for a look */

enum step_kind {
    STEP_DATA,      /* octets, or none; END says how they end */
    STEP_ERROR,     /* FMH-7 with SENSE */
    STEP_CONFIRMED, /* +RSP */
    STEP_NEGATIVE,  /* -RSP with SENSE */
    STEP_SIGNAL,    /* Request_To_Send */
    STEP_UNBIND,    /* the session is lost */
    STEP_SESSION,   /* of a session: TEXT says what */
    STEP_ODD,       /* no frame that may come here; SENSE says why */
};

struct step {
    uint64_t time_ns;
    enum step_kind kind;
    uint8_t from; /* 0 invoker, 1 acceptor; of a session: who sent the BIND, and who got it */
    bool attach;  /* the Attach leads it */
    bool node;    /* the node has sent it, in the name of FROM */
    bool last;    /* the conversation ends with it */
    enum chain_end end;
    uint32_t sense, lost;     /* LOST: frames missing before it */
    uint32_t octets, records; /* of the user, and records that begin in it */
    uint8_t head[STORY_HEAD]; /* first octets of the user */
    uint8_t head_n;
    char text[64];     /* STEP_SESSION; STEP_ERROR: log data, as far as they fit */
    const uint8_t *ru; /* the whole RU */
    size_t n;
};

struct story {
    bool session;            /* of a session, not of a conversation */
    bool service;            /* the conversation is one of the nodes' own (change number of sessions) */
    bool begun, over, wrong; /* the Attach was seen; its end; something unusual */
    uint32_t conversation;   /* the node's number, 0 = there is none: COUNT is for people */
    uint32_t count;          /* from 1: which conversation of programs it is, 0 = none */
    uint32_t number;         /* of the session, 0 = not known */
    char program[2][80];     /* invoker and acceptor, "" = not known */
    char lu[2][NAME_FQ_ROOM];
    char mode[NAME_ROOM8], tp[4 * NAME_TP_MAX + 1], user[NAME_USER_ROOM];
    const char *type, *sync; /* "mapped" and so on, "" = not known */
    struct step *steps;
    size_t n_steps, cap;
    /* Private to story.c. */
    uint8_t invoker_who;
    struct inbound_state rx[2];
    struct record_in records[2];
    bool aligned[2], in_record[2];
    uint8_t ll[2]; /* octets of an LL that are to come */
};

struct stories {
    struct story **v;
    size_t n, cap;
    bool bad;                 /* no memory: something is missing */
    struct story_line *lines; /* private: one direction of a session each */
    size_t n_lines, cap_lines;
    void **owned; /* private: RUs put together from segments */
    size_t n_owned, cap_owned;
};

/* One packet of a capture: a PIU, of link number LINK.  COMMENT (NULL = none) is not ended by a NUL. */
struct story_piu {
    uint32_t link;
    uint64_t time_ns;
    uint8_t direction;  /* enum pcapng_direction */
    const uint8_t *piu; /* must live as long as the stories do */
    size_t n;
    const char *comment;
    size_t comment_n;
};

/* Take the next PIU, in the order of the capture.  Returns the story that has a step more by it, or NULL. */
struct story *stories_take(struct stories *s, const struct story_piu *k);
/* Forget Y, one of S: what comes of it later is the middle of a new story. */
void stories_forget(struct stories *s, struct story *y);
/* All have been taken: give the conversations of programs their numbers. */
void stories_number(struct stories *s);
void stories_free(struct stories *s);

#endif
