/* Switches of the node: attach sheet 2.5, and our own for what that leaves to the emulator. */
#include "attachmgr/tpbuild.h"
#include "attachmgr/tpvalue.h"

static void take_switch(const struct tpvalue_owner *o, const struct reg_key *k, const char *name, bool *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v)
        tpvalue_yes_no(o, v, out);
}

static void take_number(const struct tpvalue_owner *o, const struct reg_key *k, const char *name,
                        uint32_t least, uint32_t most, uint32_t *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v)
        tpvalue_dword(o, v, least, most, out);
}

void tpswitch_take(struct builder *b)
{
    const struct tpvalue_owner o = {b->d, "SnaServr\\Parameters"};
    const struct reg_key *k = tpkey_service(b, "SnaServr\\Parameters");
    struct tp_switches *sw = &b->t->sw;
    take_switch(&o, k, "DloadMatchTPOnly", &sw->match_tp_only);
    take_switch(&o, k, "DloadMatchLocalFirst", &sw->match_local_first);
    take_switch(&o, k, "HoldUnmatched", &sw->hold_unmatched);
    take_switch(&o, k, "FastFail", &sw->fast_fail);
    take_switch(&o, k, "AllocateFailure20", &sw->allocate_failure_20);
    take_number(&o, k, "UnmatchedSense", 1, UINT32_MAX, &sw->unmatched_sense);
    take_number(&o, k, "QueueLimit", 1, 65535, &sw->queue_limit);
    const struct reg_value *timeout = reg_value(k, "SESTIMEOUT"); /* the product's own: "a number" */
    if (timeout)
        tpvalue_number(&o, timeout, 0, 86400, &sw->session_timeout_s);
    take_number(&o, k, "AllocateWait", 0, 86400, &sw->allocate_wait_s);
}
