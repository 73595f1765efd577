/* Both machines of a pair may call at one moment, and then there are two connections.  Each of them lets the
 * one that the machine with the lower name has made be the one, and the machine that has made the other one
 * ends it when its streams are over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/io/context.h"
#include "snanode/io/domain/pairstate.h"
#include "snanode/io/event.h"

#define SWEEP_MS       60000
#define LONGEST_WAIT_S 5 /* between calls of a machine that cannot be reached */

/* ---- pairs ---- */

struct pair *pair_find(const struct pairs *p, uint64_t instance)
{
    struct hash_node *h = hash_first(&p->by_instance, hash_u64(instance)); /* a bijection */
    return h ? LIST_OWNER(h, struct pair, by_instance) : NULL;
}

struct pair *pair_get(struct pairs *p, uint64_t instance, const char *machine)
{
    struct pair *q = pair_find(p, instance);
    if (q || !(q = calloc(1, sizeof *q)))
        return q;
    q->pairs = p;
    q->instance = instance;
    snprintf(q->machine, sizeof q->machine, "%s", machine);
    list_init(&q->conns);
    list_init(&q->waiting);
    backoff_init(&q->backoff, LONGEST_WAIT_S, 0, instance ^ p->self.instance);
    list_append(&p->pairs, &q->link);
    hash_add(&p->by_instance, &q->by_instance, hash_u64(instance));
    return q;
}

void pair_free(struct pair *q)
{
    hash_remove(&q->pairs->by_instance, &q->by_instance);
    list_remove(&q->link);
    dial_cancel(q->dial);
    free(q);
}

/* Pairs of machines that are gone, or were not reached for long; now and then. */
void pairs_sweep(struct pairs *p, uint64_t now)
{
    if (now < p->swept_ms + SWEEP_MS)
        return;
    p->swept_ms = now;
    LIST_FOREACH_SAFE(e, &p->pairs) {
        struct pair *q = LIST_OWNER(e, struct pair, link);
        if (list_empty(&q->conns) && list_empty(&q->waiting) && !q->dial && now > q->again_ms + SWEEP_MS)
            pair_free(q);
    }
}

void pair_fail_waiting(struct pair *q, const char *why)
{
    struct h2_stream *st;
    while ((st = h2_stream_first(&q->waiting)))
        h2_stream_fail(st, why);
}

void pairs_report(struct pairs *p, enum sna_event e, const char *fmt, const char *a, const char *b)
{
    char text[600];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, fmt, a, b);
#pragma GCC diagnostic pop
    event_report(p->server, e, text);
}

/* It could not be reached. */
void pair_failed(struct pair *q, const char *why)
{
    uint32_t ms = 0;
    backoff_next(&q->backoff, &ms);
    q->again_ms = now_ms() + ms;
    if (strcmp(q->why, why) != 0)
        pairs_report(q->pairs, EVENT(MACHINE_NOT_REACHED), q->machine, why);
    snprintf(q->why, sizeof q->why, "%s", why);
    pair_fail_waiting(q, q->why);
}

/* ---- its connections ---- */

void conn_free(struct conn *c)
{
    list_remove(&c->link);
    free(c);
}

/* Whether A, of two connections of one pair, is the one: that of the machine with the lower name. */
static bool goes_before(const struct conn *a, const struct conn *b)
{
    const struct pair *q = a->pair;
    int order = strcmp(q->pairs->self.machine, q->machine);
    bool we = order ? order < 0 : q->pairs->self.instance < q->instance;
    return a->ours != b->ours && a->ours == we;
}

struct conn *pair_the_one(const struct pair *q)
{
    struct conn *best = NULL;
    LIST_FOREACH(e, &q->conns) {
        struct conn *c = LIST_OWNER(e, struct conn, link);
        if (c->up && !c->going && (!best || goes_before(c, best)))
            best = c;
    }
    return best;
}

void pair_end_others(struct pair *q)
{
    const struct conn *one = pair_the_one(q);
    LIST_FOREACH(e, &q->conns) {
        struct conn *c = LIST_OWNER(e, struct conn, link);
        if (c == one || !c->up || c->going || !c->ours)
            continue;
        c->going = true;
        h2_go(c->h2);
    }
}

unsigned pairs_connections_with(const struct pairs *p, const char *machine)
{
    unsigned n = 0;
    LIST_FOREACH(e, &p->pairs) {
        const struct pair *q = LIST_OWNER(e, struct pair, link);
        if (strcmp(q->machine, machine) == 0)
            LIST_FOREACH(f, &q->conns)
                n++;
    }
    return n;
}
