/* CONVERT and GET_CP_CONVERT_TABLE: neither needs a node. */
#include <stddef.h>

#include "tp/libcsv/call.h"
#include "tp/libcsv/charset.h"
#include "tp/libcsv/codepage.h"
#include "tp/verbs/memory.h"

/* Why the verb may not be carried out, 0 = it may.  T gets the table of type G. */
static unsigned int refusal(const struct convert *b, struct gtable *t)
{
    if (b->direction > SV_EBCDIC_TO_ASCII)
        return SV_INVALID_DIRECTION;
    if (b->char_set > SV_G)
        return SV_INVALID_CHARACTER_SET;
    if (!memory_readable(b->source, b->len) || !memory_writable(b->target, b->len))
        return SV_INVALID_DATA_SEGMENT;
    if (b->char_set == SV_G && gtable_load(t) < 0)
        return SV_TABLE_ERROR;
    if (b->char_set == SV_A && b->len > 0 &&
        !charset_begins_a(b->direction == SV_ASCII_TO_EBCDIC, b->source[0]))
        return SV_INVALID_FIRST_CHARACTER;
    return 0;
}

void verb_convert(struct csv_call *v)
{
    struct convert *b = v->vcb;
    bool to_ebcdic = b->direction == SV_ASCII_TO_EBCDIC, all;
    struct gtable t;
    unsigned int bad = refusal(b, &t);
    if (bad) {
        csv_parameter(b, bad);
        return;
    }
    if (b->char_set == SV_G)
        all = gtable_convert(&t, to_ebcdic, b->source, b->target, b->len);
    else
        all = charset_convert(b->char_set == SV_A ? CHARSET_A : CHARSET_AE, to_ebcdic, b->source, b->target,
                              b->len);
    if (all)
        csv_rc(b, SV_OK, 0);
    else
        csv_parameter(b, SV_CONVERSION_ERROR); /* it is done all the same [HIS: CONVERT] */
}

void verb_get_cp_convert_table(struct csv_call *v)
{
    struct get_cp_convert_table *b = v->vcb;
    uint16_t source[256], target[256];
    if (!codepage_get(b->source_cp, source)) {
        csv_parameter(b, SV_INVALID_SOURCE_CODE_PAGE);
    } else if (!codepage_get(b->target_cp, target)) {
        csv_parameter(b, SV_INVALID_TARGET_CODE_PAGE);
    } else if (b->char_not_fnd > SV_ROUND_TRIP) {
        csv_parameter(b, SV_INVALID_CHAR_NOT_FOUND);
    } else if (!memory_writable(b->conv_tbl_addr, 256)) {
        csv_parameter(b, SV_INVALID_DATA_SEGMENT);
    } else {
        cptable_make(b->conv_tbl_addr, source, target,
                     b->char_not_fnd == SV_SUBSTITUTE ? &b->substitute_char : NULL);
        csv_rc(b, SV_OK, 0);
    }
}
