/* An Attach on its way from its conversation to a TP: to the attach manager and, by its effects, on to an
 * Accept, to a new copy of the TP, or back to the invoker. */
#include "snanode/io/attach.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attachmgr/tptable/tplaunch.h"
#include "snanode/base/log.h"
#include "snanode/io/away.h"
#include "snanode/io/channel.h"
#include "snanode/io/child.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/event.h"
#include "snanode/io/stays.h"
#include "snanode/io/launch/launch.h"
#include "snanode/io/launch/program.h"
#include "snanode/io/tpout.h"
#include "snanode/io/watch.h"
#include "snanode/node/inject.h"
#include "snanode/wire/sense.h"

#define STARTS_A_TURN 4 /* copies started before others are heard again: exec is not free */

static void attach_arrives(struct server *s, struct channel *ch, const char *lu, unsigned timeout_s)
{
    log_debug("conversation %u: Attach for %s on %s", ch->conv, node_conversation(s->node, ch->conv)->tp, lu);
    if (s->stopping) {
        channel_refuse(s, ch->conv, SENSE_TP_UNAVAILABLE_RETRY);
        node_refuse(s->node, ch->conv, now_ms(), &s->nfx);
        return;
    }
    size_t lost = s->afx.lost;
    ch->attached_ms = ch->attached_ms ? ch->attached_ms : now_ms();
    am_attach(s->am, ch->conv, ch->attach, lu, timeout_s, now_ms(), &s->afx);
    stays_recall_for_attach(s, ch->conv);
    if (s->afx.lost != lost) { /* no memory: the attach manager does not know it */
        channel_refuse(s, ch->conv, SENSE_TP_UNAVAILABLE_RETRY);
        node_refuse(s->node, ch->conv, now_ms(), &s->nfx);
    }
}

/* ---- faults that an operator has ordered ---- */

static void on_held_over(void *arg)
{
    struct channel *ch = arg;
    struct server *s = ch->server;
    const struct conversation *c = node_conversation(s->node, ch->conv);
    channel_unwatch(ch);
    if (!c || c->state != CONV_ATTACHING || !ch->attach)
        return;
    const char *lu = c->pool->lu[!c->side_of_pool];
    const struct cfg_lu *cfg = config_lu(&s->loaded->cfg, lu);
    attach_arrives(s, ch, lu, cfg ? cfg->tp_timeout_s : 60);
}

/* The channel's watch is free from when the Attach flows; it ends with the channel. */
static bool hold(struct server *s, struct channel *ch, unsigned ms)
{
    struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
    if (ms == 0 || ch->watch)
        return false;
    ch->watch = watch_new(s, -1, 0, on_held_over, ch);
    return ch->watch && watch_add(ch->watch, &tv) == 0;
}

/* Whether an order has taken the Attach out of its way. */
static bool injected(struct server *s, struct channel *ch, const char *lu)
{
    struct list *orders = &s->node->injections;
    const char *tp = node_conversation(s->node, ch->conv)->tp;
    if (list_empty(orders))
        return false;
    uint32_t sense = inject_sense(orders, INJECT_ATTACH, lu, NULL, tp);
    if (!sense)
        return hold(s, ch, inject_delay_ms(orders, lu, tp));
    s->rejected++;
    metrics_rejected(&s->metrics, sense);
    log_info("conversation %u refused as ordered: %s", ch->conv, sense_name(sense));
    channel_refuse(s, ch->conv, sense);
    node_refuse(s->node, ch->conv, now_ms(), &s->nfx);
    return true;
}

static void flows(struct server *s, struct channel *ch)
{
    char lu[NAME_ROOM8];
    unsigned timeout_s;
    ch->attach = calloc(1, sizeof *ch->attach);
    if (!ch->attach || node_attach(s->node, ch->conv, ch->attach, lu, &timeout_s) < 0) {
        log_warn("conversation %u: its Attach cannot be built", ch->conv);
        channel_refuse(s, ch->conv, SENSE_TP_UNAVAILABLE_RETRY);
        return;
    }
    if (!injected(s, ch, lu))
        attach_arrives(s, ch, lu, timeout_s);
}

void attach_from_link(void *channel, struct fmh5 *a, const char *lu, bool trusted)
{
    struct channel *ch = channel;
    struct server *s = ch->server;
    const struct cfg_lu *cfg = config_lu(&s->loaded->cfg, lu);
    ch->attach = a;
    if (a->already_verified && !trusted) {
        s->rejected++;
        metrics_rejected(&s->metrics, SENSE_SECURITY_NOT_VALID);
        log_warn("conversation %u: Attach for TP %s on %s refused: the partner names a user as already "
                 "verified, and "
                 "is not trusted (/alreadyverified of its appcrlu)",
                 ch->conv, node_conversation(s->node, ch->conv)->tp, lu);
        channel_refuse(s, ch->conv, SENSE_SECURITY_NOT_VALID);
        node_refuse(s->node, ch->conv, now_ms(), &s->nfx);
    } else if (!injected(s, ch, lu)) {
        attach_arrives(s, ch, lu, cfg ? cfg->tp_timeout_s : 60);
    }
}

void attach_comes(void *channel)
{
    struct channel *ch = channel;
    channel_unwatch(ch);
    flows(ch->server, ch);
}

void attach_look(struct server *s, uint32_t conv)
{
    struct channel *ch = channel_of(s, conv);
    if (!ch || !ch->watch || ch->attach || ch->last_n)
        return;
    struct pollfd p = {ch->fd[SIDE_B], POLLIN, 0};
    if (poll(&p, 1, 0) != 1 || !(p.revents & POLLIN))
        return;
    attach_comes(ch);
    attach_effects(s); /* the sender may be gone next, and an Accept that got the Attach needs its answer */
}

/* ---- effects of the attach manager ---- */

/* The program is gone and has not got it: what the invoker has sent is still in the socket, so another Accept
 * may have it. */
static void route_again(struct server *s, struct channel *ch)
{
    const struct conversation *c = node_conversation(s->node, ch->conv);
    if (!c)
        return;
    node_accept_undo(s->node, ch->conv);
    if (away_again(s, ch))
        return;
    const char *lu = c->pool->lu[!c->side_of_pool];
    const struct cfg_lu *cfg = config_lu(&s->loaded->cfg, lu);
    attach_arrives(s, ch, lu, cfg ? cfg->tp_timeout_s : 60);
}

/* Whoever was handed end B may have kept a duplicate of it, so nobody else gets the conversation: it ends as
 * that of a TP that died. */
void attach_unwanted(struct server *s, uint32_t conv, uint32_t process)
{
    stays_recall_process(s, process);
    node_fail(s->node, conv, process, SIDE_B, now_ms(), &s->nfx);
}

static void deliver(struct server *s, const struct am_effect *e)
{
    struct channel *ch = channel_of(s, e->conv);
    struct process *p = node_process(s->node, client_process(s, e->accept));
    struct lp_accepted m;
    if (!ch || !p || !ch->attach)
        return;
    /* A user ID counts as verified when this TP's entry had it checked [A35]. */
    bool verified = ch->attach->has_user && e->entry && e->entry->security;
    channel_accepted_by(ch, p->uid);
    node_accept(s->node, e->conv, p, client_slot(s, e->accept), verified, ch->attach, &m);
    if (e->to_manager) {
        m.password_n = ch->attach->password_n;
        memcpy(m.password, ch->attach->password, m.password_n);
    }
    stays_grant(s, ch, p, e);
    int sent = client_answer_accept(s, e->accept, &m, ch->fd[SIDE_B]);
    explicit_bzero(&m, sizeof m);
    if (sent < 0) {
        stays_recall(s, ch);
        route_again(s, ch);
        return;
    }
    channel_forget_attach(ch);
    s->delivered++;
    metrics_took(&s->metrics.attach_wait, now_ms() - ch->attached_ms, 1);
    log_debug("conversation %u: accepted by process %d", e->conv, p->pid);
}

/* A copy that could not be started has had its warning. */
static void reject(struct server *s, const struct am_effect *e)
{
    const struct conversation *c = node_conversation(s->node, e->conv);
    s->rejected++;
    metrics_rejected(&s->metrics, e->sense);
    log_line(e->told ? LOG_LV_INFO : LOG_LV_WARN,
             "conversation %u: Attach for TP %s on %s refused: %s (%s)%s%s", e->conv, c ? c->tp : "?", e->lu,
             sense_name(e->sense), sense_text(e->sense), e->text[0] ? ": " : "", e->text);
    if (away_refused(s, e))
        return;
    channel_refuse(s, e->conv, e->sense);
    node_refuse(s->node, e->conv, now_ms(), &s->nfx);
}

/* ---- copies ---- */

struct start {
    struct list link;
    uint64_t token;
    const struct tp_entry *entry;
    char lu[NAME_ROOM8];
    char name[TP_KEY_MAX + 1]; /* TP name that the Attach asked for */
};

static void want_start(struct server *s, const struct am_effect *e)
{
    struct start *w = calloc(1, sizeof *w);
    if (!w) {
        am_start_failed(s->am, e->token, ENOMEM, now_ms(), &s->afx);
        return;
    }
    w->token = e->token;
    w->entry = e->entry;
    strcpy(w->lu, e->lu);
    snprintf(w->name, sizeof w->name, "%s", e->text[0] ? e->text : e->entry->name);
    list_append(&s->starts, &w->link);
    watch_fire(s->starts_go_on);
}

/* The process of copy C, with its output led to where its entry says; PATH (PATH_MAX octets) gets the file
 * that it runs.  -1 with errno, and *WHAT is to blame. */
static pid_t launch(struct server *s, const struct start *w, struct child *c, char *path, const char **what)
{
    const struct tp_launch *l = w->entry->launch;
    int out = -1;
    if ((!l || !l->output) && (out = tpout_open(s, c)) < 0)
        return -1;
    pid_t pid = launch_tp(w->entry, w->name, w->lu, s->socket_path, w->token, out, path, what);
    int e = errno;
    if (out >= 0)
        close(out);
    errno = e;
    return pid;
}

/* Why WHAT of ENTRY made its start fail with E: a program's format says more than the number. */
static const char *reason(const struct tp_entry *entry, const char *what, int e, char *text, size_t cap)
{
    return what && what == entry->program ? program_why(what, entry->launch, e, text, cap) : strerror(e);
}

static void start(struct server *s, const struct start *w)
{
    struct child *c = child_new(w->entry->name, w->token);
    const char *what = w->entry->program;
    char text[300], path[PATH_MAX];
    errno = ENOMEM;
    pid_t pid = c ? launch(s, w, c, path, &what) : -1;
    if (pid < 0) {
        int why = errno;
        if (c)
            tpout_drop(c);
        free(c);
        s->launch_failures++;
        log_warn("TP %s: %s: %s", w->entry->name, what ? what : "no program",
                 reason(w->entry, what, why, text, sizeof text));
        am_start_failed(s->am, w->token, why, now_ms(), &s->afx);
        return;
    }
    child_add(s, c, pid);
    s->launches++;
    log_info("TP %s: started %s as process %d", w->entry->name, path, (int)pid);
    am_started(s->am, w->token, pid, now_ms());
}

static void start_next(struct server *s)
{
    struct start *w = LIST_OWNER(s->starts.next, struct start, link);
    list_remove(&w->link);
    if (am_token_known(s->am, w->token))
        start(s, w);
    free(w);
}

void attach_forget_starts(struct server *s)
{
    LIST_FOREACH_SAFE(l, &s->starts)
        free(LIST_OWNER(l, struct start, link));
}

void attach_start_all(struct server *s)
{
    while (!list_empty(&s->starts) && !s->stopping)
        start_next(s);
}

void attach_start_some(struct server *s)
{
    for (int i = 0; i < STARTS_A_TURN && !list_empty(&s->starts) && !s->stopping; i++)
        start_next(s);
    if (!list_empty(&s->starts) && !s->stopping)
        watch_fire(s->starts_go_on);
}

/* Nothing arrived in time, or an Accept that cannot be [A20; A22]. */
static void accept_fails(struct server *s, const struct am_effect *e)
{
    static const uint16_t codes[] = {[AM_FAIL_TIMEOUT] = LP_RC_PROGRAM_STATE_CHECK,
                                     [AM_FAIL_PROCESS] = LP_RC_NOT_ITS_TP,
                                     [AM_FAIL_NO_NAME] = LP_RC_PROGRAM_STATE_CHECK,
                                     [AM_FAIL_MEMORY] = LP_RC_MEMORY,
                                     [AM_FAIL_NAMES] = LP_RC_NAME_LIMIT,
                                     [AM_FAIL_TAKEN] = LP_RC_LU_TAKEN,
                                     [AM_FAIL_ENDED] = LP_RC_NOT_MANAGER};
    struct lp_accepted m = {.rc = codes[e->why]};
    client_answer_accept(s, e->accept, &m, -1);
}

void attach_effects(struct server *s)
{
    struct am_effects fx = s->afx;
    s->afx = (struct am_effects){.v = NULL};
    for (size_t i = 0; i < fx.n; i++) {
        struct am_effect *e = &fx.v[i];
        switch (e->kind) {
        case AM_FX_DELIVER:
            deliver(s, e);
            break;
        case AM_FX_REJECT:
            reject(s, e);
            break;
        case AM_FX_START:
            want_start(s, e);
            break;
        case AM_FX_ACCEPT_FAIL:
            accept_fails(s, e);
            break;
        case AM_FX_STOP:
            child_stop(s, e->token);
            break;
        case AM_FX_EVENT:
            event_report(s, e->event, e->text);
            break;
        case AM_FX_SEND:
            away_send(s, e);
            break;
        case AM_FX_READY:
            away_ready(s, e->conv);
            break;
        case AM_FX_NOT_HERE:
            away_not_here(s, e->conv);
            break;
        }
    }
    if (s->afx.v) {
        free(fx.v);
    } else {
        fx.n = 0;
        s->afx = fx;
    }
}
