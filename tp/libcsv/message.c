/* LOG_MESSAGE and TRANSFER_MS_DATA: both have the node log something. */
#include <string.h>

#include "snanode/base/names.h"
#include "tp/libcsv/request.h"
#include "tp/verbs/memory.h"

static void take_field(char *out, size_t cap, const unsigned char *p, size_t n)
{
    name_unpad(out, cap, (const char *)p, strnlen((const char *)p, n));
}

/* ---- LOG_MESSAGE ---- */

static void logged(void *vcb, enum requested how)
{
    static const unsigned short codes[REQUESTED_N] = {
        [REQUESTED_OK] = SV_OK,
        [REQUESTED_NO_NODE] = SV_COMM_SUBSYSTEM_NOT_LOADED,
        [REQUESTED_LOST] = SV_COMM_SUBSYSTEM_NOT_LOADED,
        [REQUESTED_REFUSED] = SV_UNEXPECTED_DOS_ERROR,
        [REQUESTED_STOPPED] = SV_COMM_SUBSYSTEM_NOT_LOADED,
    };
    csv_rc(vcb, codes[how], 0);
}

/* No page says how MKMSGF lays out a message file, so the message is its number and the inserted text: what
 * is documented for a message that is too long [V5]. */
void verb_log_message(struct csv_call *v)
{
    struct log_message *b = v->vcb;
    struct lp_note m = {.kind = b->msg_act == SV_INTRV ? LP_NOTE_INTERVENTION : LP_NOTE_MESSAGE,
                        .number = b->msg_num};
    if (b->msg_act > SV_NO_INTRV) {
        csv_parameter(b, SV_INVALID_MESSAGE_ACTION);
        return;
    }
    if (!memory_readable(b->msg_ins_ptr, b->msg_ins_len)) {
        csv_parameter(b, SV_INVALID_DATA_SEGMENT);
        return;
    }
    take_field(m.file, sizeof m.file, b->msg_file_name, sizeof b->msg_file_name);
    take_field(m.origin, sizeof m.origin, b->origntr_id, sizeof b->origntr_id);
    m.text_n = b->msg_ins_len < sizeof m.text ? b->msg_ins_len : (uint16_t)sizeof m.text;
    if (m.text_n > 0)
        memcpy(m.text, b->msg_ins_ptr, m.text_n);
    request_note(v, &m, logged);
}

/* ---- TRANSFER_MS_DATA ---- */

/* Octets of the request unit that would go to the host [Formats: NMVT; V6]. */
#define RU_MAX      512
#define NS_HEADER   8
#define MAJOR       4  /* LL and key of the major vector */
#define DATE_TIME   10 /* subvector 01 */
#define PRODUCT_SET 15 /* subvector 10, with the name of this product */

static bool option(const struct transfer_ms_data *b, unsigned shift)
{
    return !(b->options >> shift & 1); /* a bit that is on says no */
}

static unsigned ru_size(const struct transfer_ms_data *b)
{
    unsigned n = b->dlen;
    if (option(b, SV_TIME_STAMP_SUBVECTOR_SHIFT))
        n += DATE_TIME;
    if (b->data_type == SV_USER_DEFINED) /* the other options do not count, and it is not sent */
        return n;
    if (option(b, SV_PRODUCT_SET_ID_SUBVECTOR_SHIFT))
        n += PRODUCT_SET;
    return b->data_type == SV_NMVT ? n : n + NS_HEADER + MAJOR;
}

/* The node has no session with an SSCP: what was to be sent is in the log, and is not sent. */
static void transferred(void *vcb, enum requested how)
{
    const struct transfer_ms_data *b = vcb;
    bool send = b->data_type != SV_USER_DEFINED && option(b, SV_SSCP_PU_SESSION_SHIFT);
    switch (how) {
    case REQUESTED_OK:
        csv_rc(vcb, send ? SV_STATE_CHECK : SV_OK, send ? SV_SSCP_PU_SESSION_NOT_ACTIVE : 0);
        break;
    case REQUESTED_LOST:
        csv_rc(vcb, SV_SERVER_RESOURCES_LOST, SV_SERVER_CONN_FAILURE);
        break;
    case REQUESTED_STOPPED:
        csv_rc(vcb, SV_CANCELLED, 0);
        break;
    default:
        logged(vcb, how);
    }
}

void verb_transfer_ms_data(struct csv_call *v)
{
    struct transfer_ms_data *b = v->vcb;
    struct lp_note m = {.kind = LP_NOTE_MANAGEMENT, .number = b->data_type};
    unsigned int bad = b->data_type > SV_PDSTATS_SUBVECTORS ? SV_INVALID_DATA_TYPE
                       : !memory_readable(b->dptr, b->dlen) ? SV_INVALID_DATA_SEGMENT
                       : ru_size(b) > RU_MAX                ? SV_DATA_EXCEEDS_RU_SIZE
                                                            : 0;
    if (bad) {
        csv_parameter(b, bad);
        return;
    }
    take_field(m.origin, sizeof m.origin, b->origntr_id, sizeof b->origntr_id);
    m.text_n = b->dlen;
    if (b->dlen > 0)
        memcpy(m.text, b->dptr, b->dlen);
    request_note(v, &m, transferred);
}
