/* All verbs, and the entry points [HIS: WINCSV Definition]. */
#include "tp/conv/control.h"
#include "tp/libcsv/call.h"
#include "tp/libcsv/csvtrace.h"
#include "tp/verbs/memory.h"

#define ROW(OPCODE, vcb)                                                                                     \
    {                                                                                                        \
        SV_##OPCODE, #OPCODE, sizeof(struct vcb), verb_##vcb                                                 \
    }
static const struct csv_row rows[] = {
    ROW(CONVERT, convert),           ROW(COPY_TRACE_TO_FILE, copy_trace_to_file),
    ROW(DEFINE_TRACE, define_trace), ROW(GET_CP_CONVERT_TABLE, get_cp_convert_table),
    ROW(LOG_MESSAGE, log_message),   ROW(TRANSFER_MS_DATA, transfer_ms_data),
};

const struct csv_row *csv_find(unsigned short opcode)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].opcode == opcode)
            return &rows[i];
    return NULL;
}

/* A verb that goes on may be complete by now, and its block another's. */
static void run(struct csv_call *v)
{
    v->row->run(v);
    if (!v->incomplete)
        csvtrace_verb(v->row->name, v->vcb, v->row->size);
}

bool csv_issue(void *vcb, const struct completion *how)
{
    struct csv_call v = {.vcb = vcb, .how = how};
    const struct csv_hdr *h = vcb;
    if (!vcb || !memory_writable(vcb, sizeof *h)) /* there is no place for a code */
        return false;
    v.row = csv_find(h->opcode);
    if (!v.row)
        csv_rc(vcb, SV_INVALID_VERB, 0);
    else if (!memory_writable(vcb, v.row->size))
        csv_rc(vcb, SV_INVALID_VERB_SEGMENT, 0);
    else if (!library_started())
        csv_rc(vcb, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    else
        run(&v);
    return v.incomplete;
}

/* The macros of wincsv.h take an address of any type. */
void(ACSSVC)(void *vcb)
{
    csv_issue(vcb, NULL);
}

void(ACSSVC_C)(void *vcb)
{
    csv_issue(vcb, NULL);
}

void(ACSSVC_P)(void *vcb)
{
    csv_issue(vcb, NULL);
}

void(WINCSV)(void *vcb)
{
    csv_issue(vcb, NULL);
}
