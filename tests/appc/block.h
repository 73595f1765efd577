/* block.h - verbs as the tests issue them: one end of a conversation, and a function for each verb that fills
 * in its block. */
#ifndef TESTS_APPC_BLOCK_H
#define TESTS_APPC_BLOCK_H

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/cpic/harness.h"
#include "winappc.h"

struct end {
    unsigned char tp_id[8];
    unsigned int conv_id;
    bool mapped;
    unsigned short primary; /* of the last verb */
    unsigned int secondary;
    unsigned short what; /* of the last receive */
    unsigned dlen;
    unsigned char rts, state;
    _Alignas(8) unsigned char buf[65535]; /* data, or a block */
};

/* What a verb has returned, for scripts/appc-coverage: the environment variable APPC_COVERAGE names the file.
 */
void seen(const void *vcb);
/* Put 0xFF into every reserved field of a block. */
void reserved_fill(void *vcb);
/* Each verb that waits writes down what it returned.  With APPC_RESERVED in the environment the reserved
 * fields of its block are not zero, and everything is as it is otherwise. */
static inline void appc_seen(void *vcb)
{
    if (getenv("APPC_RESERVED"))
        reserved_fill(vcb);
    APPC(vcb);
    seen(vcb);
}
#undef APPC
#define APPC(vcb) appc_seen(vcb)

/* The codes of a block, also kept in E. */
#define DONE(e, vcb) (seen(&(vcb)), (e)->secondary = (vcb).secondary_rc, (e)->primary = (vcb).primary_rc)
/* The head of a conversation verb for E. */
#define HEAD(e, name)                                                                                        \
    {                                                                                                        \
        .opcode = AP_M_##name, .opext = (e)->mapped ? AP_MAPPED_CONVERSATION : AP_BASIC_CONVERSATION,        \
        .conv_id = (e)->conv_id                                                                              \
    }
#define IDS(e, vcb) memcpy((vcb).tp_id, (e)->tp_id, sizeof(e)->tp_id)

/* TEXT in EBCDIC, padded to N octets. */
void ebcdic_field(unsigned char *p, size_t n, const char *text);
void ascii_field(unsigned char *p, size_t n, const char *text);

/* Each issues the verb and returns primary_rc. */
unsigned short a_started(struct end *e);
unsigned short a_ended(struct end *e, unsigned char type);
struct allocate a_wish(const struct end *e, unsigned char sync); /* to LUREMOTE, TP BYHAND, mode RU4096 */
unsigned short a_allocate_as(struct end *e, struct allocate *b);
unsigned short a_allocate(struct end *e, unsigned char sync);
/* The node knows that this process accepts as TP: it has waited for an Attach in vain. */
void a_register(const char *tp);
unsigned short a_receive_allocate(struct end *e, const char *tp);
/* RECEIVE_ALLOCATE_EX: its block is in e->buf.  And its end. */
unsigned short a_manage(struct end *e, const char *lu, unsigned timeout);
unsigned short a_manage_end(struct end *e, const char *lu);
unsigned short a_confirm(struct end *e);
unsigned short a_confirmed(struct end *e);
unsigned short a_deallocate(struct end *e, unsigned char type);
unsigned short a_flush(struct end *e);
unsigned short a_prepare(struct end *e, unsigned char type);
unsigned short a_send(struct end *e, const void *p, unsigned n, unsigned char type);
unsigned short a_wait(struct end *e, unsigned n, unsigned char rtn_status, unsigned char fill);
unsigned short a_immediate(struct end *e, unsigned n);
unsigned short a_rts(struct end *e);
unsigned short a_test_rts(struct end *e);
unsigned short a_error(struct end *e, unsigned char type, unsigned char dir);
unsigned char a_state(struct end *e); /* conv_state, or AP_RESET_STATE when the ID is void */

#define ck_rc(e, p, s)                                                                                       \
    do {                                                                                                     \
        ck_assert_msg((e)->primary == (p) && (e)->secondary == (s), "%04X %08X, not %04X %08X",              \
                      APPC_FLIPI((e)->primary), APPC_FLIPL((e)->secondary), APPC_FLIPI(p), APPC_FLIPL(s));   \
    } while (0)
#define ck_ok(verb, e)                                                                                       \
    do {                                                                                                     \
        verb;                                                                                                \
        ck_rc(e, AP_OK, 0);                                                                                  \
    } while (0)

/* A TP of a new end, which uses mapped verbs or basic ones. */
void a_begin(struct end *a, bool mapped);
/* Two ends: A in SEND with its Attach sent, B in RECEIVE. */
void ends_open(struct end *a, struct end *b, bool mapped, unsigned char sync);
/* Both TPs end. */
void ends_close(struct end *a, struct end *b);

#endif
