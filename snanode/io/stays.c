#include "snanode/io/stays.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "attachmgr/attachmgr.h"
#include "snanode/base/log.h"
#include "snanode/io/channel.h"
#include "snanode/io/context.h"
#include "snanode/io/holders.h"
#include "snanode/io/trace.h"
#include "snanode/io/watch.h"
#include "snanode/local/hint.h"
#include "snanode/node/conversation.h"

#define LOOK_US   100000 /* a session that nobody has used for so long is taken back */
#define ALIKE     2      /* conversations of an invoker, and of a TP, that were like the one before */
#define FEW       4      /* brackets: a grant that brought no more was not worth it */
#define BARREN    64     /* conversations of the TP without a grant after such a one */
#define PLAUSIBLE 65536u /* brackets between two looks: the word is the programs' */

struct stay_at {
    struct list link; /* on the server's stays */
    struct channel *ch;
    uint32_t grant;
    uint32_t seen;     /* lower half of the word, as of the last look */
    uint64_t brackets; /* since the grant */
    struct fmh5 attach;
};

static struct conversation *conversation_of(struct server *s, const struct stay_at *y)
{
    return node_conversation(s->node, y->ch->conv);
}

/* ---- the books ---- */

/* The brackets since the last look, of which LOW tells. */
static void count(struct server *s, struct stay_at *y, uint32_t low)
{
    uint32_t n = ((low & ~(STAY_COUNT - 1u)) - (y->seen & ~(STAY_COUNT - 1u))) >> STAY_COUNT_SHIFT;
    struct conversation *c = conversation_of(s, y);
    y->seen = low;
    if (n == 0 || n > PLAUSIBLE)
        return;
    y->brackets += n;
    s->brackets += n;
    s->node->allocates += n;
    s->delivered += n;
    metrics_took(&s->metrics.attach_wait, 0, n); /* the TP was in Accept, each time */
    if (!c)
        return;
    am_bracketed(s->am, c->sides[SIDE_B].process, n);
    c->since_ms = now_ms();
    if (c->session)
        c->session->conversations += n;
}

/* ---- taking back ---- */

static void forget(struct stay_at *y)
{
    list_remove(&y->link);
    y->ch->stay = NULL;
    explicit_bzero(&y->attach, sizeof y->attach);
    free(y);
}

static void end_side(struct server *s, uint32_t conv, unsigned side)
{
    const struct conversation *c = node_conversation(s->node, conv);
    if (c && c->sides[side].process)
        channel_end_side(s, conv, c->sides[side].process, side);
}

/* The TP sleeps in its Accept on this pair. */
static void cut(const struct channel *ch)
{
    if (ch->fd[SIDE_B] >= 0)
        shutdown(ch->fd[SIDE_B], SHUT_RDWR);
}

/* The invoker has allocated and nothing has flowed: it is as if its Attach had not been delivered. */
static void undo(struct server *s, struct channel *ch, const struct fmh5 *attach)
{
    node_accept_undo(s->node, ch->conv);
    if (node_attach_again(s->node, ch->conv, attach, now_ms()) < 0)
        log_warn("conversation %u: its Attach cannot be built", ch->conv);
    channel_close_pair(s, ch);
    s->node->allocates++;
}

void stays_recall(struct server *s, struct channel *ch)
{
    struct stay_at *y = ch ? ch->stay : NULL;
    if (!y)
        return;
    uint32_t low = ch->hint ? stay_take(&ch->hint->stay, y->grant) : 0;
    struct stay_due due = stay_due(low);
    struct conversation *c = conversation_of(s, y);
    struct process *tp = c ? node_process(s->node, c->sides[SIDE_B].process) : NULL;
    uint32_t conv = ch->conv;
    count(s, y, low ? low : y->seen);
    if (tp && y->brackets < FEW)
        tp->barren = BARREN;
    log_debug("conversation %u: the session is taken back after %llu more brackets, word %x", conv,
              (unsigned long long)y->brackets, low);
    if (due.cut)
        cut(ch);
    if (due.move)
        undo(s, ch, &y->attach);
    forget(y);
    if (due.end_invoker)
        end_side(s, conv, SIDE_A);
    if (due.end_tp && !due.move)
        end_side(s, conv, SIDE_B);
}

/* Those of which WANTED (NULL: all) says so. */
static void recall_some(struct server *s,
                        bool (*wanted)(struct server *s, const struct conversation *c, uint32_t arg),
                        uint32_t arg)
{
    LIST_FOREACH_SAFE(l, &s->stays) {
        struct stay_at *y = LIST_OWNER(l, struct stay_at, link);
        const struct conversation *c = conversation_of(s, y);
        if (!wanted || !c || wanted(s, c, arg))
            stays_recall(s, y->ch);
    }
}

void stays_recall_all(struct server *s)
{
    recall_some(s, NULL, 0);
}

static bool is_of(struct server *s, const struct conversation *c, uint32_t process)
{
    (void)s;
    return c->sides[SIDE_A].process == process || c->sides[SIDE_B].process == process;
}

void stays_recall_process(struct server *s, uint32_t process)
{
    recall_some(s, is_of, process);
}

static bool waits(struct server *s, const struct conversation *c, uint32_t conv)
{
    return am_waits_for(s->am, conv, c->sides[SIDE_B].process);
}

void stays_recall_for_attach(struct server *s, uint32_t conv)
{
    if (!list_empty(&s->stays))
        recall_some(s, waits, conv);
}

static bool is_rival(struct server *s, const struct conversation *c, uint32_t process)
{
    return am_rivals(s->am, c->sides[SIDE_B].process, process);
}

void stays_recall_rivals(struct server *s, uint32_t process)
{
    if (!list_empty(&s->stays))
        recall_some(s, is_rival, process);
}

/* ---- looking ---- */

static void on_look(void *arg)
{
    struct server *s = arg;
    static const struct timeval again = {.tv_usec = LOOK_US};
    LIST_FOREACH_SAFE(l, &s->stays) {
        struct stay_at *y = LIST_OWNER(l, struct stay_at, link);
        uint64_t word = atomic_load(&y->ch->hint->stay);
        uint32_t low = (uint32_t)word;
        if ((uint32_t)(word >> 32) != y->grant || low == y->seen || (low & STAY_OVER))
            stays_recall(s, y->ch);
        else
            count(s, y, low);
    }
    if (!list_empty(&s->stays))
        watch_add(s->stay_look, &again);
}

/* ---- granting ---- */

/* The invoker of C has come again for the same. */
static bool is_alike(struct process *a, const struct conversation *c)
{
    bool same = a->last_pool == c->pool && strcmp(a->last_tp, c->tp) == 0;
    a->last_pool = c->pool;
    strcpy(a->last_tp, c->tp);
    a->alike = same ? a->alike + (a->alike < ALIKE) : 0;
    return a->alike >= ALIKE;
}

/* P has accepted from the same invoker again.  With several in turn no session is worth its grant: the next
 * invoker's Attach takes it back. */
static bool is_one_invoker(struct process *p, const struct process *a)
{
    p->same_invoker = p->invoker == a->id ? p->same_invoker + (p->same_invoker < ALIKE) : 0;
    p->invoker = a->id;
    return p->same_invoker >= ALIKE;
}

static bool may_stay(struct server *s, const struct channel *ch, const struct conversation *c,
                     struct process *a, struct process *p, const struct am_effect *e)
{
    const struct session *n = c->session;
    bool alike = is_alike(a, c), one = is_one_invoker(p, a);
    if (!alike || !one || a == p)
        return false;
    if (p->barren > 0) {
        p->barren--;
        return false;
    }
    return ch->hint && ch->uid == p->uid && n && c->pool->local_pair && !c->pool->guest &&
           !n->half[0].secure && !n->half[1].secure && !ch->bridge && !ch->relay[SIDE_A] &&
           !ch->relay[SIDE_B] && !ch->attach->has_password && !e->to_manager && !ch->tracked && !s->domain &&
           !s->page && !s->stopping && list_empty(&s->node->injections) && !trace_status(s).on &&
           am_alone(s->am, p->id);
}

void stays_grant(struct server *s, struct channel *ch, struct process *p, const struct am_effect *e)
{
    static const struct timeval look = {.tv_usec = LOOK_US};
    struct conversation *c = node_conversation(s->node, ch->conv);
    struct process *a = c ? node_process(s->node, c->sides[SIDE_A].process) : NULL;
    if (!s->stays_allowed || (log_most >= LOG_LV_DEBUG && !s->stays_unseen))
        return;
    if (!a || a->machine || !may_stay(s, ch, c, a, p, e))
        return;
    struct stay_at *y = calloc(1, sizeof *y);
    if (!y || (list_empty(&s->stays) && watch_add(s->stay_look, &look) < 0)) {
        free(y);
        return;
    }
    if (++s->stay_grants == 0)
        s->stay_grants = 1;
    s->stays_so_far++;
    *y = (struct stay_at){.ch = ch, .grant = s->stay_grants, .attach = *ch->attach};
    ch->stay = y;
    list_append(&s->stays, &y->link);
    uint64_t word = stay_granted(y->grant);
    y->seen = (uint32_t)word;
    atomic_store(&ch->hint->stay, word);
    log_debug("conversation %u: the session stays with processes %d and %d", ch->conv, a->pid, p->pid);
}

int stays_rejoin(struct server *s, struct channel *ch, watch_fn *on_attach, uint16_t *rc)
{
    if (ch->stay) /* it was the program that gave it back */
        stays_recall(s, ch);
    const struct conversation *c = node_conversation(s->node, ch->conv);
    *rc = LP_RC_MEMORY;
    if (!c || c->state != CONV_ALLOCATED || ch->fd[SIDE_A] >= 0)
        return -1;
    *rc = (uint16_t)channel_open(s, ch, on_attach);
    return *rc == LP_RC_OK ? ch->fd[SIDE_A] : -1;
}

void stays_over(struct channel *ch)
{
    if (!ch)
        return;
    if (ch->hint)
        atomic_store(&ch->hint->stay, 0);
    if (ch->stay)
        forget(ch->stay);
}

static bool spare(void *arg, const struct session_pool *pool)
{
    struct server *s = arg;
    bool any = false;
    LIST_FOREACH_SAFE(l, &s->stays) {
        struct stay_at *y = LIST_OWNER(l, struct stay_at, link);
        const struct conversation *c = conversation_of(s, y);
        if (c && c->pool == pool) {
            stays_recall(s, y->ch);
            any = true;
        }
    }
    return any;
}

void stays_serve(struct server *s)
{
    s->node->spare = spare;
    s->node->spare_arg = s;
}

int stays_init(struct server *s)
{
    const char *v = getenv("SNANODE_STAY");
    s->stays_allowed = !v || strcmp(v, "0") != 0;
    s->stays_unseen = v && strcmp(v, "1") == 0;
    list_init(&s->stays);
    s->stay_look = watch_new(s, -1, 0, on_look, s);
    return s->stay_look ? 0 : -1;
}
