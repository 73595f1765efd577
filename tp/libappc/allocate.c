/* ALLOCATE and SEND_CONVERSATION [HIS: ALLOCATE; HIS: SEND_CONVERSATION]. */
#include <string.h>

#include "tp/conv/begin.h"
#include "tp/conv/failure.h"
#include "tp/conv/run.h"
#include "tp/conv/sending.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"
#include "tp/libappc/field.h"
#include "tp/verbs/memory.h"
#include "tp/libappc/verbs.h"

/* What the blocks of both verbs have in common. */
struct wish {
    unsigned char type, sync_level, return_control, security;
    const unsigned char *plu_alias, *fqplu_name, *mode_name, *tp_name, *user_id, *pwd, *pip;
    unsigned short pip_dlen;
};

/* The secondary code for a parameter that is out of its range, else 0 [HIS: ALLOCATE].  A proxy needs the
 * product's host security, and encrypted passwords depend on the partner: both are refused, and not weakened
 * [P4]. */
static unsigned int parameter_wrong(const struct wish *w, const char *mode)
{
    if (w->return_control > AP_WHEN_CONV_GROUP_ALLOCATED)
        return AP_BAD_RETURN_CONTROL;
    if (w->security > AP_PGM)
        return AP_BAD_SECURITY;
    if (w->sync_level > AP_CONFIRM_SYNC_LEVEL) /* AP_SYNCPT among them [P3] */
        return AP_BAD_SYNC_LEVEL;
    if (w->type > AP_MAPPED_CONVERSATION)
        return AP_BAD_CONV_TYPE;
    if (w->type == AP_MAPPED_CONVERSATION && strcmp(mode, "SNASVCMG") == 0)
        return AP_NO_USE_OF_SNASVCMG;
    if (w->pip_dlen > 32767)
        return AP_PIP_LEN_INCORRECT;
    if (w->pip_dlen > 0 && !memory_readable(w->pip, w->pip_dlen))
        return AP_INVALID_DATA_SEGMENT;
    return 0;
}

static unsigned credential(char out[NAME_USER_ROOM], const unsigned char *field)
{
    return (unsigned)field_take_ebcdic(out, field, NAME_USER_MAX);
}

static void fill_attach(struct conv_attach *a, const struct wish *w, const struct tp *tp)
{
    a->type = w->type;
    a->sync_level = w->sync_level;
    a->return_control = w->return_control == AP_IMMEDIATE ? CONV_IMMEDIATE : CONV_WHEN_ALLOCATED;
    a->security = w->security;
    a->on_behalf = tp->on_behalf;
    strcpy(a->lu, tp->lu);
    field_take_ebcdic(a->mode, w->mode_name, NAME_MAX8);
    if (field_is_zero(w->plu_alias, NAME_MAX8))
        field_take_ebcdic(a->partner, w->fqplu_name, NAME_FQ_MAX);
    else
        field_take(a->partner, w->plu_alias, NAME_MAX8);
    a->tpn_n = field_take_tp(a->tpn, w->tp_name, &a->service_tp);
    a->user_n = credential(a->user, w->user_id);
    a->password_n = credential(a->password, w->pwd);
}

/* A conversation in INITIALIZE, entered.  NULL: the codes are set. */
static struct conv *prepare(struct call *v, const struct wish *w)
{
    char mode[NAME_ROOM8];
    field_take_ebcdic(mode, w->mode_name, NAME_MAX8);
    unsigned int bad = parameter_wrong(w, mode);
    if (bad) {
        call_parameter(v, bad);
        return NULL;
    }
    if (w->pip_dlen > 0) { /* no TP here takes them [P5] */
        call_rc(v, AP_ALLOCATION_ERROR, AP_PIP_NOT_ALLOWED);
        return NULL;
    }
    struct conv *c = call_conv_new(v);
    if (!c)
        return NULL;
    fill_attach(&c->attach, w, v->tp);
    appc_of(c)->type = w->type;
    appc_of(c)->mapped_verbs = v->mapped;
    conv_set_state(c, CS_INITIALIZE);
    op_enter(c);
    return c;
}

/* A TP keeps its LU. */
static void keep_lu(struct tp *tp, const struct appc *a)
{
    strcpy(tp->local, a->conv.attach.local);
    strcpy(tp->lu, a->conv.attach.local_alias);
}

/* The engine frames records for programs that use mapped verbs, whatever the Attach says.  A failure of any
 * kind leaves no conversation, and so no ID. */
static void begun(struct appc *a, const struct op *op)
{
    bool busy;
    struct tp *tp = tp_get(a->tp_id, &busy);
    if (op->outcome != OUTCOME_OK)
        conv_end(&a->conv);
    else
        a->conv.attach.type = a->mapped_verbs ? CONV_MAPPED : CONV_BASIC;
    if (!tp)
        return;
    if (op->outcome == OUTCOME_OK)
        keep_lu(tp, a);
    tp_put(tp);
}

static struct appc_rc allocated(struct appc *a, struct op *op, void *vcb)
{
    struct allocate *b = vcb;
    uint32_t sense = a->conv.sense;
    begun(a, op);
    b->sense_data = APPC_FLIPL(sense);
    if (op->outcome == OUTCOME_OK) {
        b->conv_id = conv_number(&a->conv);
        b->conv_group_id = 0;
    }
    return appc_rc_of(op->outcome, sense, a->mapped_verbs);
}

void verb_allocate(struct call *v)
{
    struct allocate *b = v->vcb;
    if (!call_tp(v, b->tp_id))
        return;
    struct wish w = {.type = v->mapped ? AP_MAPPED_CONVERSATION : b->conv_type,
                     .sync_level = b->synclevel,
                     .return_control = b->rtn_ctl,
                     .security = b->security,
                     .plu_alias = b->plu_alias,
                     .fqplu_name = b->fqplu_name,
                     .mode_name = b->mode_name,
                     .tp_name = b->tp_name,
                     .user_id = b->user_id,
                     .pwd = b->pwd,
                     .pip = b->pip_dptr,
                     .pip_dlen = b->pip_dlen};
    struct conv *c = prepare(v, &w);
    if (!c)
        return;
    struct op op = begin_allocate();
    call_run(v, c, &op, NULL, allocated);
}

/* ---- SEND_CONVERSATION: ALLOCATE, SEND_DATA and DEALLOCATE in one ---- */

static struct appc_rc sent(struct appc *a, struct op *op, void *vcb)
{
    struct send_conversation *b = vcb;
    struct appc_rc rc = appc_rc_of(op->outcome, a->conv.sense, a->mapped_verbs);
    bool busy;
    struct tp *tp = tp_get(a->tp_id, &busy);
    b->sense_data = APPC_FLIPL(a->conv.sense);
    if (tp && a->conv.attach.local[0])
        keep_lu(tp, a);
    if (tp)
        tp_put(tp);
    if (op->outcome != OUTCOME_OK && a->conv.state != CS_RESET)
        conv_end(&a->conv);
    return rc;
}

/* The data of a basic conversation are whole records. */
static bool whole_records(const struct send_conversation *b)
{
    struct record_out r = {.left = 0};
    return record_out_scan(&r, b->dptr, b->dlen) == 0 && !record_out_open(&r);
}

void verb_send_conversation(struct call *v)
{
    struct send_conversation *b = v->vcb;
    if (!call_tp(v, b->tp_id))
        return;
    if (b->dlen > 0 && !memory_readable(b->dptr, b->dlen)) {
        call_parameter(v, AP_INVALID_DATA_SEGMENT);
        return;
    }
    if (!v->mapped && !whole_records(b)) {
        call_parameter(v, AP_BAD_LL);
        return;
    }
    struct wish w = {.type = v->mapped ? AP_MAPPED_CONVERSATION : AP_BASIC_CONVERSATION,
                     .return_control = b->rtn_ctl,
                     .security = b->security,
                     .plu_alias = b->plu_alias,
                     .fqplu_name = b->fqplu_name,
                     .mode_name = b->mode_name,
                     .tp_name = b->tp_name,
                     .user_id = b->user_id,
                     .pwd = b->pwd,
                     .pip = b->pip_dptr,
                     .pip_dlen = b->pip_dlen};
    struct conv *c = prepare(v, &w);
    if (!c)
        return;
    struct op op = sending_end(CHAIN_DEALLOCATE);
    if (b->dlen > 0)
        sending_data(&op, v->mapped, b->dptr, b->dlen);
    begin_with_allocate(&op);
    conv_count(c, b->dlen, true, 0, false);
    call_run(v, c, &op, NULL, sent);
}
