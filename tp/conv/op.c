#include "tp/conv/op.h"

#include "tp/conv/cause.h"
#include "tp/conv/failure.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"

static _Thread_local uint32_t context;

uint32_t op_context(void)
{
    return context;
}

static void context_use(const struct conv *c)
{
    if (c->node.accepted && c->node.id)
        context = c->node.id;
}

bool op_enter(struct conv *c)
{
    if (!life_move(&c->life, LIFE_ENTER, NULL))
        return false;
    context_use(c);
    c->sense = 0;
    return true;
}

/* Who cancelled while a call was under way has left the end to the thread inside.  That thread is alone now:
 * nobody enters a conversation that is over. */
void op_leave(struct conv *c)
{
    enum life was;
    life_move(&c->life, LIFE_LEAVE, &was);
    if (life_is_cancelled(was) && c->state != CS_RESET)
        conv_abend(c);
    conv_put(c);
}

enum outcome op_check(const struct conv *c, enum verb v)
{
    enum conv_state s = (enum conv_state)c->state;
    if (verb_cell(v, s) == CELL_STATE_CHECK)
        return OUTCOME_STATE_CHECK;
    if (c->attach.type == CONV_BASIC && verb_needs_boundary(v, s) && record_out_open(&c->half.sent))
        return OUTCOME_STATE_CHECK;
    return OUTCOME_OK;
}

enum outcome op_at_once(struct conv *c)
{
    bool cancelled = life_is_cancelled(c->life);
    if (cancelled && c->node.id)
        conv_abend(c);
    conv_stamp(c);
    cause_set_sense(c->sense);
    return cancelled ? OUTCOME_CANCELLED : OUTCOME_OK;
}

void op_finish(struct conv *c, struct op *op)
{
    bool cancelled = c->node.port >= 0 ? !op->keep(c) : life_is_cancelled(c->life);
    if (cancelled) {
        if (c->node.id)
            conv_abend(c);
        op->outcome = OUTCOME_CANCELLED;
    } else if (op->outcome == OUTCOME_OK && op->ends) {
        conv_end_well(c, op->waits);
    } else if (op->outcome == OUTCOME_OK && op->next) {
        conv_set_state(c, op->next);
    }
    conv_stamp(c);
    context_use(c);
    cause_set_sense(c->sense);
    if (op->face && op->face->give)
        op->face->give(c, op);
}
