/* conversation.h - one conversation as the node knows it, from Allocate until both sides have done with it.
 * Layer: node (pure). */
#ifndef SNA_NODE_CONVERSATION_H
#define SNA_NODE_CONVERSATION_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/base/list.h"
#include "snanode/base/names.h"
#include "snanode/node/waiter.h"
#include "snanode/wire/fmh5.h"

enum conversation_state {
    CONV_WAITING,   /* for a session */
    CONV_ALLOCATED, /* has one; the Attach has not flowed */
    CONV_ATTACHING, /* the Attach is with the attach manager */
    CONV_RUNNING,   /* the two TPs talk */
    CONV_REFUSED,   /* the Attach was refused; the invoker has still to notice */
    CONV_CUT,       /* its session was lost; the two sides have still to notice */
    CONV_STATE_N
};

enum { SIDE_A = 0, SIDE_B = 1 }; /* who allocated, who accepted */

struct conversation_side {
    struct list link; /* on its process's conversations */
    uint32_t process; /* 0 = nobody (yet, or any more) */
    uint32_t slot;    /* in the process's statistics page */
    bool over;        /* this side has done with it */
    bool is_b;        /* which side this is */
};

struct conversation {
    uint32_t id;
    enum conversation_state state;
    struct session_pool *pool;
    struct session *session; /* while it has one: not while it waits, nor once its bracket has ended */
    uint32_t max_ru;         /* of that session */
    uint8_t side_of_pool;    /* which LU of the pool allocated */
    bool far_open;           /* one side is on a link, and its bracket has not ended there: node_far_over() */
    struct waiter wait;      /* while CONV_WAITING */
    struct conversation_side sides[2];
    char tp[NAME_TP_ROOM]; /* TP name for people (name_show_tp) */
    uint8_t type, sync;    /* CPI-C values */
    uint8_t security;
    char user[NAME_USER_ROOM]; /* that came with the Attach and was verified, "" = none */
    uint64_t since_ms;         /* Allocate */
    uint8_t *attach;           /* the FMH-5 as it will flow, until it has; FMH5_MAX octets */
    uint8_t attach_n;
};

const char *conversation_state_name(enum conversation_state s);

#endif
