/* harness.h - the base of the tests of libcpic: a node of their own, and conversations with both sides in one
 * process, so that every step is in the order in which it is written. */
#ifndef TESTS_CPIC_HARNESS_H
#define TESTS_CPIC_HARNESS_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cpic/cover.h"

/* ---- the node ---- */

/* Start a node in a new temporary directory and set SNANODE_SOCKET; ends the program when that fails. */
void node_start(void);
/* End it, and remove the directory. */
void node_stop(void);
/* The node dies, and leaves its socket behind until node_stop. */
void node_kill(void);
/* Whether the node has logged TEXT. */
bool node_logged(const char *text);
/* Run snactl with the words up to NULL; its exit status.  Output is discarded. */
int snactl(const char *word, ...);

/* All of a test program's main: node, suite, closing line. */
int harness_main(Suite *s);

/* For a program of very many small tests, each in a process of its own: the address sanitizer does not search
 * for leaks at the end of each, which takes many times as long as the test.  The other programs have this
 * search. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
#define NO_LEAK_SEARCH                                                                                       \
    const char *__asan_default_options(void)                                                                 \
    {                                                                                                        \
        return "detect_leaks=0";                                                                             \
    }

/* ---- one side of a conversation ---- */

struct side {
    unsigned char id[CM_CID_SIZE];
    const char *call; /* the last one, for the record when it completes later */
    CM_INT32 rts, data, len, status;
    CM_INT32 want; /* requested_length must stay where it is while a Receive is incomplete */
    unsigned char buf[32768];
};

#define OK  CM_OK
#define PC  CM_PROGRAM_PARAMETER_CHECK
#define SC  CM_PROGRAM_STATE_CHECK
#define PSE CM_PRODUCT_SPECIFIC_ERROR
#define OI  CM_OPERATION_INCOMPLETE
#define ONA CM_OPERATION_NOT_ACCEPTED

/* Each issues the call with the side's own outputs, filled with what no call returns, and gives the rc. */
CM_INT32 s_init(struct side *s, const char *symdest);
CM_INT32 s_alloc(struct side *s);
CM_INT32 s_accept(struct side *s);
CM_INT32 s_cancel(struct side *s);
CM_INT32 s_confirm(struct side *s);
CM_INT32 s_confirmed(struct side *s);
CM_INT32 s_deal(struct side *s);
CM_INT32 s_flush(struct side *s);
CM_INT32 s_ptr(struct side *s);
CM_INT32 s_rcv(struct side *s, CM_INT32 want);
CM_INT32 s_rts(struct side *s);
CM_INT32 s_send(struct side *s, const void *p, CM_INT32 n);
CM_INT32 s_error(struct side *s);
CM_INT32 s_test(struct side *s);
/* CM_xxx_STATE, or -1 when the ID is void. */
CM_INT32 s_state(struct side *s);

/* The ID that another thread's Accept has given S meanwhile goes to SEEN; false: none yet.  A blocking Accept
 * tells nobody when it writes the ID, so whoever wants to cancel it has to look. */
bool glance(struct side *s, struct side *seen);

/* cmwait: the completed operation's rc; fails the test unless it is S's. */
CM_INT32 s_wait(struct side *s);
/* cmwait finds nothing. */
void nothing_waits(void);

/* Set_ calls whose value is a number: SET(cmsdt, side, CM_DEALLOCATE_ABEND) fails the test unless CM_OK. */
#define SET_RC(call, side, value)                                                                            \
    ({                                                                                                       \
        CM_INT32 v_ = (value), rc_ = -1;                                                                     \
        call((side)->id, &v_, &rc_);                                                                         \
        rc_;                                                                                                 \
    })
#define SET(call, side, value) ck_assert_rc(SET_RC(call, side, value), CM_OK)
/* ... and names. */
#define SET_TEXT_RC(call, side, text)                                                                        \
    ({                                                                                                       \
        CM_INT32 n_ = (CM_INT32)strlen(text), rc_ = -1;                                                      \
        call((side)->id, (unsigned char *)(uintptr_t)(text), &n_, &rc_);                                     \
        rc_;                                                                                                 \
    })
#define SET_TEXT(call, side, text) ck_assert_rc(SET_TEXT_RC(call, side, text), CM_OK)

#define ck_assert_rc(is, should)                                                                             \
    do {                                                                                                     \
        CM_INT32 is_ = (is), should_ = (should);                                                             \
        ck_assert_msg(is_ == should_, "%s is %s, not %s", #is, xcrcname(is_), xcrcname(should_));            \
    } while (0)
#define ck_assert_state(side, should)                                                                        \
    do {                                                                                                     \
        CM_INT32 is_ = s_state(side), should_ = (should);                                                    \
        ck_assert_msg(is_ == should_, "state of %s is %d, not %d", #side, (int)is_, (int)should_);           \
    } while (0)
/* What the last Receive gave. */
#define ck_assert_got(side, d, n, st)                                                                        \
    do {                                                                                                     \
        ck_assert_int_eq((side)->data, (d));                                                                 \
        if ((side)->data != CM_NO_DATA_RECEIVED)                                                             \
            ck_assert_int_eq((side)->len, (n));                                                              \
        ck_assert_int_eq((side)->status, (st));                                                              \
    } while (0)

/* ---- two sides ---- */

struct pair {
    struct side a, b;
};

struct how {
    CM_INT32 type, sync;
    const char *mode; /* NULL: RU4096 */
};
#define MAPPED         ((struct how){CM_MAPPED_CONVERSATION, CM_NONE, NULL})
#define MAPPED_CONFIRM ((struct how){CM_MAPPED_CONVERSATION, CM_CONFIRM, NULL})
#define BASIC          ((struct how){CM_BASIC_CONVERSATION, CM_NONE, NULL})
#define BASIC_CONFIRM  ((struct how){CM_BASIC_CONVERSATION, CM_CONFIRM, NULL})

/* A in INITIALIZE with everything set that Allocate needs: partner LUREMOTE, TP name TPN. */
void side_begin(struct side *a, struct how h, const char *tpn);
/* A in SEND with its Attach sent, B in RECEIVE.  B accepts as TP name PAIR. */
void pair_open(struct pair *p, struct how h);
/* Both ended, whatever state they were in. */
void pair_close(struct pair *p);
/* A side of a new pair in state WANT (CM_xxx_STATE); *PEER is the other one, NULL in INITIALIZE.  In the
 * CONFIRM states the peer's call is incomplete.  *P must outlive them. */
struct side *side_in(struct pair *p, CM_INT32 want, struct how h, struct side **peer);

/* ---- a partner that speaks frames: what programs of other products can do ---- */

/* B is replaced: an endless Receive holds the conversation, and the returned descriptor reads and writes
 * frames in B's place.  cmwait would carry that Receive on, so it must not be called from then on. */
int puppet(struct side *b);
void puppet_reject(int fd);                           /* -RSP(0846): errors behind it purge */
void puppet_error(int fd, uint32_t sense, bool last); /* FMH-7 */
void puppet_unbind(int fd, uint32_t sense);           /* session outage; 0 = normal */
/* One of them: the outage; or an error, behind -RSP(0846) when it is to purge. */
void puppet_say(int fd, uint32_t sense, bool unbind, bool reject, bool last);
void puppet_data(int fd, const void *p, size_t n, bool turn);
void puppet_frame(int fd, const void *p, size_t n); /* any octets */

/* Whole seconds that a loop may look for a condition, 1 ms apart. */
#define PATIENCE 10
#define WAIT_FOR(cond)                                                                                       \
    do {                                                                                                     \
        int turns_ = PATIENCE * 1000;                                                                        \
        while (!(cond) && turns_-- > 0)                                                                      \
            nap();                                                                                           \
        ck_assert_msg(turns_ > 0, "never: %s", #cond);                                                       \
    } while (0)
void nap(void); /* 1 ms */

#endif
