/* call.h - a verb that a program has issued.  Inside the library only. */
#ifndef LIBCSV_CALL_H
#define LIBCSV_CALL_H

#include <stdbool.h>

#include "tp/verbs/completion.h"
#include "wincsv.h"

struct csv_row;

struct csv_call {
    void *vcb;
    const struct csv_row *row;
    const struct completion *how; /* of WinAsyncCSV; NULL: the call waits */
    bool incomplete;              /* the verb goes on after the call */
};

/* Set the codes of the block. */
static inline void csv_rc(void *vcb, unsigned short primary, unsigned int secondary)
{
    struct csv_hdr *h = vcb;
    h->primary_rc = primary;
    h->secondary_rc = secondary;
}
static inline void csv_parameter(void *vcb, unsigned int secondary)
{
    csv_rc(vcb, SV_PARAMETER_CHECK, secondary);
}

struct csv_row {
    unsigned short opcode;
    const char *name;    /* "CONVERT" */
    unsigned short size; /* octets of the block */
    void (*run)(struct csv_call *v);
};

/* The verb with this opcode, as it is in the block; NULL when there is none. */
const struct csv_row *csv_find(unsigned short opcode);
/* Carry out the verb of VCB, with HOW without waiting.  Returns true when it goes on. */
bool csv_issue(void *vcb, const struct completion *how);

void verb_convert(struct csv_call *v); /* convert.c */
void verb_get_cp_convert_table(struct csv_call *v);
void verb_log_message(struct csv_call *v); /* message.c */
void verb_transfer_ms_data(struct csv_call *v);
void verb_define_trace(struct csv_call *v); /* csvtrace.c */
void verb_copy_trace_to_file(struct csv_call *v);

#endif
