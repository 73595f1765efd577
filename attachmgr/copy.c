/* Copies of autostarted TPs.  A copy exists from the request to start it until its process has ended and no
 * process that presented its token is connected: a TP may fork, and its first process exit [A27].  Without
 * fast_fail, a copy that ended without taking its Attach is kept until that Attach times out, because the
 * product does not notice such an end [A13]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "attachmgr/state.h"
#include "snanode/wire/sense.h"

enum { BACKOFF_FIRST_MS = 100, BACKOFF_MOST_MS = 5000 };

/* ---- tokens ---- */

static uint64_t rotl(uint64_t x, unsigned b)
{
    return (x << b) | (x >> (64 - b));
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotl(v[1], 13) ^ v[0];
    v[3] = rotl(v[3], 16) ^ v[2];
    v[0] = rotl(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotl(v[1], 17) ^ v[2];
    v[3] = rotl(v[3], 21) ^ v[0];
    v[2] = rotl(v[2], 32);
}

/* SipHash-2-4 (Aumasson and Bernstein, 2012) of one number.  A plain generator would not do: each copy is
 * given one of the numbers, and could compute the next. */
static uint64_t sip_u64(uint64_t k0, uint64_t k1, uint64_t x)
{
    uint64_t v[4] = {k0 ^ 0x736F6D6570736575u, k1 ^ 0x646F72616E646F6Du, k0 ^ 0x6C7967656E657261u,
                     k1 ^ 0x7465646279746573u};
    const uint64_t block[2] = {x, (uint64_t)8 << 56};
    for (int i = 0; i < 2; i++) {
        v[3] ^= block[i];
        sip_round(v);
        sip_round(v);
        v[0] ^= block[i];
    }
    v[2] ^= 0xFF;
    for (int i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static uint64_t new_token(struct attachmgr *am)
{
    uint64_t token;
    do
        token = sip_u64(am->seed, hash_u64(~am->seed), ++am->tokens);
    while (!token || copy_find(am, token));
    return token;
}

/* ---- one copy ---- */

struct am_copy *copy_find(const struct attachmgr *am, uint64_t token)
{
    struct hash_node *e = hash_first(&am->copies, hash_u64(token));
    return e ? LIST_OWNER(e, struct am_copy, by_token) : NULL;
}

bool am_token_known(const struct attachmgr *am, uint64_t token)
{
    return copy_find(am, token) != NULL;
}

static struct am_copy *copy_new(struct attachmgr *am, struct am_tp *tp)
{
    struct am_copy *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->tp = tp;
    c->token = new_token(am);
    list_init(&c->procs);
    list_append(&tp->copies, &c->in_tp);
    hash_add(&am->copies, &c->by_token, hash_u64(c->token));
    tp->starts++;
    return c;
}

void copy_free(struct attachmgr *am, struct am_copy *c)
{
    LIST_FOREACH_SAFE(e, &c->procs) {
        LIST_OWNER(e, struct am_proc, in_copy)->copy = NULL;
        list_remove(e);
    }
    list_remove(&c->in_tp);
    hash_remove(&am->copies, &c->by_token);
    free(c);
}

static void say_start(const struct am_copy *c, const struct am_attach *a, const char *lu,
                      struct am_effects *fx)
{
    struct am_effect *x = fx_add(fx, AM_FX_START);
    x->token = c->token;
    x->entry = c->tp->entry;
    snprintf(x->lu, sizeof x->lu, "%s", lu);
    if (a) {
        x->conv = a->conv;
        snprintf(x->text, sizeof x->text, "%s", a->queue->name->name.s);
    }
}

bool copy_start(struct attachmgr *am, struct am_tp *tp, struct am_attach *a, const char *lu, uint64_t now_ms,
                struct am_effects *fx)
{
    struct am_copy *c = fx_room(fx, 1) ? copy_new(am, tp) : NULL;
    if (!c) { /* out of memory: the timer refuses the Attach later, for a caller may be walking a list */
        if (a) {
            a->deadline_ms = now_ms;
            timer_set(&am->timers, &a->timer, now_ms);
        }
        return false;
    }
    if (a) {
        a->copy = c;
        c->attach = a;
        if (tp->kind == TP_NONQUEUED) {
            a->bound = tp;
            a->queue->length--;
            list_remove(&a->in_queue);
            list_append(&tp->bound, &a->in_queue);
        }
    }
    say_start(c, a, lu, fx);
    return true;
}

void copy_if_needed(struct attachmgr *am, struct am_tp *tp, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a;
    if (tp->kind != TP_QUEUED || tp_live(tp) || !(a = queue_oldest(tp)))
        return;
    if (now_ms < tp->next_start_ms)
        timer_set(&am->timers, &tp->timer, tp->next_start_ms);
    else
        copy_start(am, tp, a, a->queue->lu, now_ms, fx);
}

/* ---- ends ---- */

/* 0, 100, 200, 400 ... 5000 ms after the first, second ... copy in a row that took nothing. */
static void back_off(struct am_tp *tp, uint64_t now_ms)
{
    unsigned n = tp->failures++;
    uint64_t wait = n ? (uint64_t)BACKOFF_FIRST_MS << (n < 8 ? n - 1 : 7) : 0;
    tp->next_start_ms = now_ms + (wait < BACKOFF_MOST_MS ? wait : BACKOFF_MOST_MS);
}

/* The copy is over: forget it, and see to the Attaches that still wait for its TP. */
static void copy_over(struct attachmgr *am, struct am_copy *c, uint64_t now_ms, struct am_effects *fx)
{
    struct am_tp *tp = c->tp;
    if (c->attach)
        c->attach->copy = NULL;
    if (c->delivered)
        tp->failures = 0;
    else
        back_off(tp, now_ms);
    copy_free(am, c);
    copy_if_needed(am, tp, now_ms, fx);
    tp_put(am, tp);
}

static void end_text(const struct am_copy *c, char *out, size_t cap)
{
    const char *what = c->accepts ? "without taking the Attach" : "before its first Accept";
    if (WIFSIGNALED(c->status))
        snprintf(out, cap, "the program (pid %d) was ended by signal %d %s", c->pid, WTERMSIG(c->status),
                 what);
    else
        snprintf(out, cap, "the program (pid %d) ended with exit status %d %s", c->pid,
                 WEXITSTATUS(c->status), what);
}

/* True when the Attach that C was started for is refused because C has ended: what killed this copy would
 * kill the next, and no other copy may take the Attach of a nonqueued one. */
static bool attach_falls_with(const struct attachmgr *am, const struct am_copy *c)
{
    return c->attach && am->table->sw.fast_fail && (!c->delivered || c->attach->bound);
}

void copy_check_end(struct attachmgr *am, struct am_copy *c, uint64_t now_ms, struct am_effects *fx)
{
    struct am_attach *a = c->attach;
    char text[120];
    if (!c->exited || !list_empty(&c->procs))
        return;
    if (a && !attach_falls_with(am, c) && (!c->delivered || a->bound))
        return; /* the product does not notice such an end: the Attach waits on */
    if (attach_falls_with(am, c)) {
        end_text(c, text, sizeof text);
        a->copy = NULL; /* so that refusing it does not come back here */
        c->attach = NULL;
        attach_refuse(am, a, SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_OTHER, text, now_ms, fx);
    }
    copy_over(am, c, now_ms, fx);
}

void am_started(struct attachmgr *am, uint64_t token, int pid, uint64_t now_ms)
{
    struct am_copy *c = copy_find(am, token);
    (void)now_ms;
    if (c)
        c->pid = pid;
}

void am_start_failed(struct attachmgr *am, uint64_t token, int err, uint64_t now_ms, struct am_effects *fx)
{
    struct am_copy *c = copy_find(am, token);
    struct am_attach *a = c ? c->attach : NULL;
    char text[120];
    if (!c)
        return;
    snprintf(text, sizeof text, "the program could not be started: %s", strerror(err));
    if (a) {
        a->copy = NULL;
        c->attach = NULL;
        attach_refuse(am, a, SENSE_TP_UNAVAILABLE_NO_RETRY, AM_REF_START, text, now_ms, fx);
    } else {
        refusal_event_start(c->tp->cand.name.s, text, fx);
    }
    copy_over(am, c, now_ms, fx);
}

void am_exited(struct attachmgr *am, uint64_t token, int status, uint64_t now_ms, struct am_effects *fx)
{
    struct am_copy *c = copy_find(am, token);
    if (!c)
        return;
    c->exited = true;
    c->status = status;
    copy_check_end(am, c, now_ms, fx);
}

/* ---- operator ---- */

unsigned am_start(struct attachmgr *am, const char *name, uint64_t now_ms, struct am_effects *fx)
{
    struct match_name wanted;
    unsigned n = 0;
    match_name_from_ascii(&wanted, name);
    for (struct am_tp *tp = tp_named(am, &wanted); tp; tp = tp_named_next(tp)) {
        if (tp->kind != TP_QUEUED || tp_live(tp))
            continue;
        struct am_attach *a = queue_oldest(tp); /* one may wait for the back-off */

        n += copy_start(am, tp, a, a ? a->queue->lu : tp->cand.lu, now_ms, fx);
    }
    return n;
}

unsigned am_stop(struct attachmgr *am, const char *name, struct am_effects *fx)
{
    struct match_name wanted;
    unsigned n = 0;
    match_name_from_ascii(&wanted, name);
    for (struct am_tp *tp = tp_named(am, &wanted); tp; tp = tp_named_next(tp))
        LIST_FOREACH(f, &tp->copies) {
            struct am_effect *x = fx_add(fx, AM_FX_STOP);
            if (!x)
                return n;
            x->token = LIST_OWNER(f, struct am_copy, in_tp)->token;
            x->entry = tp->entry;
            n++;
        }
    return n;
}
