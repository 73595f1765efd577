/* One waiting Attach: the tables and lists that it is on, from its arrival to its end. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/state.h"

struct am_tp *attach_tp(const struct am_attach *a)
{
    return a->away ? NULL : a->bound ? a->bound : a->queue->tp;
}

struct am_attach *attach_find(const struct attachmgr *am, uint32_t conv)
{
    struct hash_node *e = hash_first(&am->attaches, hash_u64(conv));
    return e ? LIST_OWNER(e, struct am_attach, by_conv) : NULL;
}

/* How many Attaches wait where A waits. */
static unsigned *waiting_with(struct attachmgr *am, const struct am_attach *a)
{
    struct am_tp *tp = attach_tp(a);
    if (a->away)
        return &am->n_away;
    return tp ? &tp->waiting : &am->n_unmatched;
}

struct am_attach *attach_new(struct attachmgr *am, uint32_t conv, const struct fmh5 *f,
                             const struct match_name *name, const char *lu)
{
    bool syncpt = f->sync == FMH5_SYNC_SYNCPT;
    struct am_name *n = name_find(am, name);
    struct am_queue *q = n ? queue_find(n, lu, syncpt) : NULL;
    struct am_attach *a = calloc(1, sizeof *a);
    if (!a || timers_promise(&am->timers) < 0) {
        free(a);
        return NULL;
    }
    if (!q && !(q = queue_new(am, name, lu, syncpt))) {
        attach_free(am, a);
        return NULL;
    }
    a->timer.kind = AM_TIMER_ATTACH;
    a->conv = conv;
    a->fmh5 = *f;
    a->seq = ++am->seq;
    a->queue = q;
    q->n++;
    q->length++;
    list_append(&q->fifo, &a->in_queue);
    list_append(&am->all, &a->in_all);
    hash_add(&am->attaches, &a->by_conv, hash_u64(conv));
    (*waiting_with(am, a))++;
    return a;
}

/* The credentials must not stay behind in memory that will be used again. */
void attach_free(struct attachmgr *am, struct am_attach *a)
{
    timers_release(&am->timers, &a->timer);
    explicit_bzero(&a->fmh5, sizeof a->fmh5);
    free(a);
}

void attach_leave_copy(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct am_copy *c = a->copy;
    if (!c)
        return;
    a->copy = NULL;
    c->attach = NULL;
    copy_check_end(am, c, now_ms, fx);
}

void attach_drop(struct attachmgr *am, struct am_attach *a, uint64_t now_ms, struct am_effects *fx)
{
    struct am_queue *q = a->queue;
    struct am_tp *tp = attach_tp(a), *queue_tp = q->tp;
    (*waiting_with(am, a))--;
    hash_remove(&am->attaches, &a->by_conv);
    list_remove(&a->in_all);
    list_remove(&a->in_queue);
    q->n--;
    q->length -= !a->bound && !a->away;
    q->asking -= a->asked && !a->ours;
    attach_leave_copy(am, a, now_ms, fx);
    attach_free(am, a);
    queue_put(am, q);
    if (tp && tp != queue_tp)
        tp_put(am, tp);
    if (queue_tp)
        tp_put(am, queue_tp);
}

/* ---- to another machine and back ---- */

/* A machine answers in its own time: the one that has the TP says when an Attach has waited too long.  Only
 * one that does not answer at all is not waited for longer than this. */
enum { SILENCE_MS = 10000 };

static bool for_manager(const struct am_attach *a)
{
    const struct am_tp *tp = attach_tp(a);
    return tp && match_takes_all(&tp->cand);
}

void attach_arm(struct attachmgr *am, struct am_attach *a)
{
    uint64_t at = for_manager(a) ? UINT64_MAX : a->deadline_ms;
    if (a->away)
        at += SILENCE_MS;
    else if (a->n_avoid && a->again_ms < at)
        at = a->again_ms;
    if (at == UINT64_MAX)
        timer_stop(&am->timers, &a->timer);
    else
        timer_set(&am->timers, &a->timer, at);
}

bool attach_is_late(const struct am_attach *a, uint64_t now_ms)
{
    return now_ms >= a->deadline_ms && !for_manager(a);
}

void attach_go_away(struct attachmgr *am, struct am_attach *a, uint64_t instance)
{
    struct am_queue *q = a->queue;
    (*waiting_with(am, a))--;
    list_remove(&a->in_queue);
    q->length--;
    a->away = instance;
    (*waiting_with(am, a))++;
    attach_arm(am, a);
}

/* Its place among the others is that of its arrival. */
void attach_come_back(struct attachmgr *am, struct am_attach *a)
{
    struct am_queue *q = a->queue;
    struct list *before = q->fifo.prev;
    (*waiting_with(am, a))--;
    while (before != &q->fifo && LIST_OWNER(before, struct am_attach, in_queue)->seq > a->seq)
        before = before->prev;
    a->in_queue.prev = before;
    a->in_queue.next = before->next;
    before->next->prev = &a->in_queue;
    before->next = &a->in_queue;
    q->length++;
    a->away = 0;
    (*waiting_with(am, a))++;
    attach_arm(am, a);
}
