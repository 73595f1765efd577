/* cnos.h - change number of sessions: the verb, at its source and at its target.  Layer: node (pure).
 * [HIS: CNOS; S3]  Limits go from 0 to n and from n to 0, never from n to m. */
#ifndef SNA_NODE_CNOS_H
#define SNA_NODE_CNOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/node/node.h"
#include "snanode/wire/cnos.h"

/* What an operator or a program asks for, seen from the source LU. */
struct cnos_ask {
    bool reset; /* to 0; else the three limits below */
    unsigned limit, winners, losers;
    unsigned auto_activate;
    bool drain_source, drain_target; /* reset: Allocates that wait are still served */
    bool target_responsible;
    bool all_modes;         /* reset only */
    bool within_definition; /* set_negotiable is AP_NO: the limit of the mode's definition is not exceeded */
};

enum cnos_code {
    CNOS_RC_ACCEPTED,
    CNOS_RC_NEGOTIATED,
    CNOS_RC_RAISE,         /* n to m */
    CNOS_RC_AUTO_ACTIVATE, /* above the limit */
    CNOS_RC_ALL_NOT_ZERO,
    CNOS_RC_SNASVCMG_LIMITS,
    CNOS_RC_WINNERS, /* both sides' minimum winners are more than the limit */
    CNOS_RC_CLOSED,
    CNOS_RC_NO_MODE,
    CNOS_RC_SNASVCMG_EARLY, /* to be reset after all others */
    CNOS_RC_LOCAL_RACE,     /* one is under way here */
    CNOS_RC_COMMAND_RACE,   /* ... at the partner, and its name is higher */
    CNOS_RC_NO_SESSION,     /* none for the exchange itself */
    CNOS_RC_SINGLE,         /* the partner has no parallel sessions: nothing to negotiate */
    CNOS_RC_DEFINITION,     /* above the limit of the mode's definition */
    CNOS_RC_SNASVCMG_DRAINS,
    CNOS_RC_RESPONSIBLE, /* the target of a pair with single sessions */
    CNOS_RC_DRAIN,       /* of a mode that is closed without it */
    CNOS_RC_N
};

/* The product's numbers, and words for a person. */
uint16_t cnos_primary(enum cnos_code c);
uint32_t cnos_secondary(enum cnos_code c);
const char *cnos_text(enum cnos_code c);

#define CNOS_MODE "SNASVCMG" /* what the exchange itself has a session of */

bool cnos_is_control(const struct session_pool *p);

/* LU number SIDE of P asks.  NODE_FX_CNOS with TAG says what has become of it, now or later. */
void node_cnos(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
               uint32_t tag, uint64_t now_ms, struct node_effects *fx);

/* What the source's LU says to it. */
enum cnos_code cnos_judge(const struct session_pool *p, unsigned side, const struct cnos_ask *ask);
/* The limit of SNASVCMG is fixed, and that of a pair with single sessions is both LUs' own affair: nobody is
 * asked. */
enum cnos_code cnos_alone(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                          uint64_t now_ms, struct node_effects *fx);
/* Octets of C's mode name, without the blanks that some pad it with. */
size_t cnos_mode_length(const struct cnos *c);

/* The parts of an exchange, as two nodes have them (node/exchange.h has the flow).  cnos_begin: the request
 * (CNOS_MAX octets at most), and P is locked. cnos_target: the partner's LU number SIDE answers.  cnos_end:
 * what the answer says is done, P is unlocked. */
enum cnos_code cnos_begin(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                          uint8_t *gds, size_t *len);
size_t cnos_target(struct node *n, struct session_pool *p, unsigned side, const uint8_t *gds, size_t len,
                   uint8_t reply[CNOS_MAX], uint64_t now_ms, struct node_effects *fx);
enum cnos_code cnos_end(struct node *n, struct session_pool *p, unsigned side, const struct cnos_ask *ask,
                        const uint8_t *reply, size_t len, uint64_t now_ms, struct node_effects *fx);

/* Before the first Allocate of LU number SIDE: the limits that the mode's definition says, unless somebody
 * has set some.  CNOS_RC_ACCEPTED when there are limits, if only 0, or when there will be: then whoever waits
 * in P is told. */
enum cnos_code cnos_first_use(struct node *n, struct session_pool *p, unsigned side, uint64_t now_ms,
                              struct node_effects *fx);
/* The partner has refused a BIND of LU number SIDE for its limits, and there is no other session of P: it has
 * forgotten what was agreed, as one that was started anew has, and it is agreed again [Q170070].  False: it
 * is not, because it has just been, or RENEGLIMITS or the kind of session forbids it. */
bool cnos_again(struct node *n, struct session_pool *p, unsigned side, uint64_t now_ms,
                struct node_effects *fx);

#endif
