/* The side information calls: the table is the node's, shared by all its programs [HIS:
 * Set_CPIC_Side_Information; A38]. */
#include <string.h>

#include "snanode/base/names.h"
#include "tp/conv/control.h"
#include "tp/libcpic/forked.h"
#include "tp/libcpic/product.h"
#include "tp/libcpic/rc.h"

static bool started(CM_INT32 *rc)
{
    if (!rc)
        return false;
    forked_watch();
    if (!library_started())
        *rc = product_error_stopped();
    return library_started();
}

/* Send the request in MSG and read a side message into M. */
static CM_INT32 ask(uint8_t *msg, size_t n, struct lp_side *m)
{
    int none;
    long got = n > 0 ? control_ask(msg, n, msg, &none) : -1;
    if (got < 0)
        return CM_PRODUCT_SPECIFIC_ERROR;
    return rc_of(lp_side_decode(msg, (size_t)got, m) < 0 ? control_no_answer() : cause_of_answer(m->rc, ""));
}

/* A service TP: up to 4 octets, the first 00-3F [HIS: Set_CPIC_Side_Information]. */
static bool take_tp_name(const SIDE_INFO *s, struct lp_side_set *m)
{
    char name[NAME_TP_ROOM];
    m->service_tp = s->TP_name_type == XC_SNA_SERVICE_TP;
    size_t n = sizeof s->TP_name;
    while (n > 0 && s->TP_name[n - 1] == ' ')
        n--;
    memcpy(name, s->TP_name, n);
    memcpy(m->tpn, name, n);
    m->tpn_n = (uint16_t)n;
    if (m->service_tp)
        return n >= 1 && n <= 4 && s->TP_name[0] < 0x40;
    return n == 0 || name_valid_tp(s->TP_name, n);
}

static bool valid(const SIDE_INFO *s)
{
    CM_INT32 sec = s->conversation_security_type;
    char name[NAME_ROOM8];
    size_t n = name_unpad(name, sizeof name, s->sym_dest_name, sizeof s->sym_dest_name);
    return s->sym_dest_name[0] != ' ' && name_valid_symdest(name, n) &&
           (s->TP_name_type == XC_APPLICATION_TP || s->TP_name_type == XC_SNA_SERVICE_TP) &&
           sec >= XC_SECURITY_NONE && sec <= XC_SECURITY_PROGRAM;
}

CM_ENTRY xcmssi(unsigned char *key_lock, SIDE_INFO *side_info_entry, CM_INT32 *side_info_entry_length,
                CM_INT32 *return_code)
{
    (void)key_lock;
    if (!started(return_code))
        return;
    struct lp_side_set m = {.service_tp = 0};
    const SIDE_INFO *s = side_info_entry;
    if (!s || !side_info_entry_length || *side_info_entry_length != sizeof *s || !valid(s) ||
        !take_tp_name(s, &m)) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    name_unpad(m.symdest, sizeof m.symdest, s->sym_dest_name, sizeof s->sym_dest_name);
    name_unpad(m.partner, sizeof m.partner, s->partner_LU_name, sizeof s->partner_LU_name);
    name_unpad(m.mode, sizeof m.mode, s->mode_name, sizeof s->mode_name);
    m.security = (uint8_t)s->conversation_security_type;
    char text[NAME_USER_ROOM];
    m.user_n = (uint16_t)name_unpad(text, sizeof text, s->security_user_ID, sizeof s->security_user_ID);
    memcpy(m.user, text, m.user_n);
    m.password_n = (uint16_t)name_unpad(text, sizeof text, s->security_password, sizeof s->security_password);
    memcpy(m.password, text, m.password_n);
    uint8_t msg[LP_MAX];
    struct lp_side answer;
    *return_code = ask(msg, lp_side_set_encode(&m, msg, sizeof msg), &answer);
    explicit_bzero(&m, sizeof m);
    explicit_bzero(text, sizeof text);
}

static void pad(unsigned char *field, size_t cap, const void *text, size_t n)
{
    memset(field, ' ', cap);
    memcpy(field, text, n < cap ? n : cap);
}

CM_ENTRY xcmesi(CM_INT32 *entry_number, unsigned char *sym_dest_name, SIDE_INFO *side_info_entry,
                CM_INT32 *side_info_entry_length, CM_INT32 *return_code)
{
    if (!started(return_code))
        return;
    SIDE_INFO *s = side_info_entry;
    if (!entry_number || *entry_number < 0 || (*entry_number == 0 && !sym_dest_name) || !s ||
        !side_info_entry_length || *side_info_entry_length != sizeof *s) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    struct lp_side_get m = {.index = (uint32_t)*entry_number};
    if (*entry_number == 0)
        name_unpad(m.symdest, sizeof m.symdest, sym_dest_name, 8);
    uint8_t msg[LP_MAX];
    struct lp_side a;
    *return_code = ask(msg, lp_side_get_encode(&m, msg, sizeof msg), &a);
    if (*return_code != CM_OK)
        return;
    memset(s, ' ', sizeof *s); /* the password stays blank */
    pad(s->sym_dest_name, sizeof s->sym_dest_name, a.symdest, strlen(a.symdest));
    pad(s->partner_LU_name, sizeof s->partner_LU_name, a.partner, strlen(a.partner));
    s->TP_name_type = a.service_tp ? XC_SNA_SERVICE_TP : XC_APPLICATION_TP;
    pad(s->TP_name, sizeof s->TP_name, a.tpn, a.tpn_n);
    pad(s->mode_name, sizeof s->mode_name, a.mode, strlen(a.mode));
    s->conversation_security_type = a.security;
    pad(s->security_user_ID, sizeof s->security_user_ID, a.user, a.user_n);
}

CM_ENTRY xcmdsi(unsigned char *key_lock, unsigned char *sym_dest_name, CM_INT32 *return_code)
{
    (void)key_lock;
    if (!started(return_code))
        return;
    if (!sym_dest_name) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    struct lp_side_del m;
    uint8_t msg[LP_MAX];
    struct lp_side a;
    name_unpad(m.symdest, sizeof m.symdest, sym_dest_name, 8);
    *return_code = ask(msg, lp_side_del_encode(&m, msg, sizeof msg), &a);
}
