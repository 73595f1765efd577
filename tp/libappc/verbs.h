/* verbs.h - all verbs: their opcodes, the sizes of their blocks, and what carries each out.  Inside the
 * library only. */
#ifndef LIBAPPC_VERBS_H
#define LIBAPPC_VERBS_H

#include <stdbool.h>
#include <stddef.h>

#include "tp/libappc/call.h"

struct verb_row {
    unsigned short opcode;
    const char *name;             /* "SEND_DATA" */
    unsigned short basic, mapped; /* octets of the block of each form; 0: there is no such form */
    unsigned short extended[2];   /* the same with AP_EXTD_VCB, basic and mapped; 0: as without it */
    void (*run)(struct call *v);
};

/* The verb with this opcode, as it is in the block; NULL when there is none. */
const struct verb_row *verb_find(unsigned short opcode);
/* Whether the form is told by opext: a verb of conversations with an MC_ form. */
static inline bool verb_has_forms(const struct verb_row *row)
{
    return row->mapped > 0;
}
/* Octets of the block for this opext, 0: no such form. */
size_t verb_size(const struct verb_row *row, unsigned char opext);
/* Carry out the verb of VCB.  HOW is NULL when the call waits; else how the program learns of the completion
 * of a verb that goes on.  Returns true when it does. */
bool verb_issue(void *vcb, struct completion *how);

void verb_tp_started(struct call *v); /* start.c */
void verb_receive_allocate(struct call *v);
void verb_receive_allocate_ex(struct call *v);
void verb_receive_allocate_ex_end(struct call *v);
void verb_tp_ended(struct call *v); /* ended.c */
void verb_allocate(struct call *v); /* allocate.c */
void verb_send_conversation(struct call *v);
void verb_confirm(struct call *v); /* send.c */
void verb_confirmed(struct call *v);
void verb_deallocate(struct call *v);
void verb_flush(struct call *v);
void verb_prepare_to_receive(struct call *v);
void verb_send_data(struct call *v);
void verb_receive_and_wait(struct call *v); /* receive.c */
void verb_receive_immediate(struct call *v);
void verb_receive_and_post(struct call *v);
void verb_post_on_receipt(struct call *v);
void verb_request_to_send(struct call *v); /* error.c */
void verb_send_error(struct call *v);
void verb_test_rts(struct call *v);
void verb_receive_log_data(struct call *v);
void verb_test_rts_and_post(struct call *v); /* rts.c */
void verb_get_attributes(struct call *v);    /* info.c */
void verb_get_state(struct call *v);
void verb_get_type(struct call *v);
void verb_get_tp_properties(struct call *v);
void verb_set_tp_properties(struct call *v);
void verb_get_lu_status(struct call *v);
void verb_display(struct call *v); /* display.c */
void verb_cnos(struct call *v);    /* session.c */
void verb_activate_session(struct call *v);
void verb_deactivate_session(struct call *v);

#endif
