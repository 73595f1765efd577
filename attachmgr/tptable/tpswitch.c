/* Switches of the node: those of the product [Q312853; Q138859], and our own for what its documents leave
 * open. */
#include <string.h>

#include "attachmgr/tptable/tpbuild.h"
#include "attachmgr/tptable/tpvalue.h"

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

/* The product's own, of which its documents only say that they are numbers. */
static void take_either(const struct tpvalue_owner *o, const struct reg_key *k, const char *name,
                        uint32_t most, uint32_t *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v)
        tpvalue_number(o, v, 0, most, out);
}

/* These say when a BIND or CNOS is repeated and when CNOS is run, which only partners across a link can
 * tell.  Here CNOS runs at the first use, and again when the partner has forgotten its limits. */
static void take_retries(const struct tpvalue_owner *o, const struct reg_key *k, struct tp_switches *sw)
{
    const struct reg_value *cnos = reg_value(k, "RETRYCNOS"), *limits = reg_value(k, "RENEGLIMITS");
    bool at_reconnect;
    take_number(o, k, "BINDRETRY", 0, UINT32_MAX, &sw->bind_retry);
    take_switch(o, k, "RenegCNOSAtReconnect", &at_reconnect);
    if (cnos)
        tpvalue_text(o, cnos, TPVALUE_SZ);
    if (limits && tpvalue_text(o, limits, TPVALUE_SZ))
        sw->keep_limits = strcmp(limits->text, "NO") == 0; /* all else means yes [Q138859] */
}

void tpswitch_take(struct builder *b)
{
    const struct tpvalue_owner o = {b->d, "SnaServr\\Parameters"};
    const struct reg_key *k = tpkey_service(b, "SnaServr\\Parameters");
    struct tp_switches *sw = &b->t->sw;
    take_switch(&o, k, "DloadMatchTPOnly", &sw->match_tp_only);
    take_switch(&o, k, "DloadMatchLocalFirst", &sw->match_local_first);
    take_switch(&o, k, "MatchOperatorFirst", &sw->match_operator_first);
    take_switch(&o, k, "HoldUnmatched", &sw->hold_unmatched);
    take_switch(&o, k, "FastFail", &sw->fast_fail);
    take_switch(&o, k, "AllocateFailure20", &sw->allocate_failure_20);
    take_number(&o, k, "UnmatchedSense", 1, UINT32_MAX, &sw->unmatched_sense);
    take_number(&o, k, "QueueLimit", 1, 65535, &sw->queue_limit);
    take_number(&o, k, "ConnectionsPerProcess", 1, 1u << 20, &sw->connections_per_process);
    take_number(&o, k, "ConnectionsPerUser", 1, 1u << 20, &sw->connections_per_user);
    take_number(&o, k, "ConversationsPerUser", 1, 1u << 20, &sw->conversations_per_user);
    take_either(&o, k, "SESTIMEOUT", 86400, &sw->session_timeout_s);
    take_number(&o, k, "AllocateWait", 0, 86400, &sw->allocate_wait_s);
    take_either(&o, k, "SessionLimitMargin", 32767, &sw->session_margin);
    sw->no_substitutes = reg_value(k, "NOPWDSUB") != NULL; /* even with the data NO [Q138859] */
    take_retries(&o, k, sw);
}
