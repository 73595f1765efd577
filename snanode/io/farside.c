#include "snanode/io/farside.h"

#include <stdio.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/h2.h"
#include "snanode/io/relay.h"
#include "snanode/wire/sense.h"

static uint64_t name_hash(const char *name)
{
    return hash_octets(0, name, strlen(name));
}

struct process *farside_process(struct server *s, const char *machine)
{
    char name[NAME_PROGRAM_ROOM];
    snprintf(name, sizeof name, "machine %s", machine);
    uint64_t hash = name_hash(name);
    for (struct hash_node *h = hash_first(&s->node->machines, hash); h; h = hash_next(h)) {
        struct process *p = LIST_OWNER(h, struct process, by_machine);
        if (strcmp(p->program, name) == 0)
            return p;
    }
    struct process *p = node_process_add(s->node, 0, CHANNEL_NOBODY, name, 0, 0, now_ms());
    if (p) {
        p->machine = true;
        hash_add(&s->node->machines, &p->by_machine, hash);
    }
    return p;
}

void farside_forget(struct server *s, uint32_t process)
{
    const struct process *p = process ? node_process(s->node, process) : NULL;
    if (p && p->n_conversations == 0)
        node_process_gone(s->node, process, now_ms(), &s->nfx);
}

void farside_end(struct relay *r)
{
    channel_end_side(r->server, r->ch->conv, r->process, r->far);
}

void farside_drop(struct relay *r)
{
    struct h2_stream *st = r->st;
    r->st = NULL;
    h2_stream_free(st);
}

static bool somebody_is_left(const struct conversation *c, const struct relay *r)
{
    return c->far_open || (c->sides[!r->far].process && !c->sides[!r->far].over);
}

/* Who is left is told before its socket is cut.  A machine that had done with its side can lose it no more:
 * what it has sent ends with its last word. */
void farside_cut(struct relay *r)
{
    struct server *s = r->server;
    uint32_t conv = r->ch->conv;
    const struct conversation *c = node_conversation(s->node, conv);
    if (!c || c->sides[r->far].over)
        return;
    if (!somebody_is_left(c, r)) {
        farside_end(r);
        return;
    }
    node_cut(s->node, conv, SENSE_SESSION_RESET, now_ms(), &s->nfx);
    node_end(s->node, conv, r->process, r->far, now_ms(), &s->nfx);
}

void farside_over(void *relay, bool whole, const char *why)
{
    struct relay *r = relay;
    if (!whole || !r->begun) {
        r->lost(r, whole ? "it has ended the stream before its time" : why);
        return;
    }
    r->whole = true;
    farside_end(r);
}

void farside_wrong(struct relay *r, const struct parcel *p)
{
    log_warn("machine %s: a parcel of type %u does not belong here", h2_stream_machine(r->st), p->type);
    r->lost(r, "it does not follow the protocol");
}
