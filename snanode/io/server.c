#include "snanode/io/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "snanode/base/log.h"
#include "snanode/io/access.h"
#include "snanode/io/account.h"
#include "snanode/io/child.h"
#include "snanode/io/holders.h"
#include "snanode/io/logfile.h"
#include "snanode/io/tpout.h"

uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- effects ---- */

static void allocated(struct server *s, uint32_t conv)
{
    struct channel *ch = channel_of(s, conv);
    struct lp_allocated m;
    if (!ch)
        return;
    node_allocated(s->node, conv, &m);
    uint32_t port = ch->port;
    ch->port = 0;
    uint32_t rc = channel_open(s, ch);
    if (rc != LP_RC_OK) {
        log_warn("conversation %u cannot begin: %s", conv, lp_reason(rc));
        m = (struct lp_allocated){.rc = (uint16_t)rc};
        client_answer_allocate(s, port, &m, -1);
        struct process *p = node_process(s->node, client_process(s, port));
        if (p)
            node_end(s->node, conv, p, SIDE_A, now_ms(), &s->nfx);
        return;
    }
    client_answer_allocate(s, port, &m, ch->fd[SIDE_A]);
}

static void node_effects(struct server *s)
{
    struct node_effects fx = s->nfx; /* carrying them out may lead to more */
    s->nfx = s->nfx_spare;
    for (size_t i = 0; i < fx.n; i++) {
        struct node_effect *e = &fx.v[i];
        switch (e->kind) {
        case NODE_FX_ALLOCATED:
            allocated(s, e->conv);
            break;
        case NODE_FX_REFUSED: {
            struct lp_allocated m = {.rc = e->rc, .sense = e->sense};
            struct channel *ch = channel_of(s, e->conv);
            if (ch)
                client_answer_allocate(s, ch->port, &m, -1);
            break;
        }
        case NODE_FX_WITHDRAW:
            am_attach_gone(s->am, e->conv, now_ms(), &s->afx);
            break;
        case NODE_FX_ABEND:
            channel_abend(s, e->conv, e->side, e->sense);
            break;
        case NODE_FX_CUT:
            channel_cut(s, e->conv, e->sense);
            break;
        case NODE_FX_CLOSE:
            channel_close(s, e->conv);
            break;
        }
    }
    fx.n = 0;
    s->nfx_spare = fx;
}

static void arm_tick(struct server *s)
{
    uint64_t at = am_deadline(s->am), c = client_deadline(s);
    at = at < c ? at : c;
    at = at < s->node->wake_at ? at : s->node->wake_at;
    c = logfile_deadline();
    at = at < c ? at : c;
    if (at >= s->tick_at)
        return; /* a tick that comes too early finds nothing to do, and costs less than to set it anew each
                   time */
    s->tick_at = at;
    uint64_t now = now_ms(), in = at > now ? at - now : 0;
    struct timeval tv = {.tv_sec = (time_t)(in / 1000), .tv_usec = (suseconds_t)(in % 1000 * 1000)};
    if (evtimer_add(s->ev_tick, &tv) < 0)
        s->tick_at = UINT64_MAX; /* no memory: the next event tries again */
}

void server_settle(struct server *s)
{
    if (s->settling)
        return;
    s->settling = true;
    while (s->nfx.n > 0 || s->afx.n > 0) {
        if (s->nfx.n > 0)
            node_effects(s);
        if (s->afx.n > 0)
            attach_effects(s);
    }
    s->settling = false;
    arm_tick(s);
    if (s->stopping)
        server_stop_further(s);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct server *s = arg;
    uint64_t now = now_ms();
    (void)fd;
    (void)what;
    s->tick_at = UINT64_MAX;
    am_tick(s->am, now, &s->afx);
    client_tick(s, now);
    node_tick(s->node, now, &s->nfx);
    logfile_tick();
    server_settle(s);
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    attach_start_some(arg);
    server_settle(arg);
}

static void on_stop(evutil_socket_t sig, short what, void *arg)
{
    (void)sig;
    (void)what;
    server_stop(arg);
}

static void on_child(evutil_socket_t sig, short what, void *arg)
{
    (void)sig;
    (void)what;
    child_reap(arg);
    server_settle(arg);
}

static void on_hup(evutil_socket_t sig, short what, void *arg)
{
    (void)sig;
    (void)what;
    logfile_reopen();
    if (!server_reload(arg, 0))
        log_error("reload: no memory to read the files with");
}

/* ---- life ---- */

static const char *client_lu(void *arg, const char *program)
{
    return tptable_client_lu(arg, program);
}

static int make_events(struct server *s)
{
    s->base = event_base_new();
    if (!s->base)
        return -1;
    s->ev_tick = evtimer_new(s->base, on_tick, s);
    s->ev_resume = event_new(s->base, -1, 0, on_resume, s);
    s->ev_term = evsignal_new(s->base, SIGTERM, on_stop, s);
    s->ev_int = evsignal_new(s->base, SIGINT, on_stop, s);
    s->ev_chld = evsignal_new(s->base, SIGCHLD, on_child, s);
    s->ev_hup = evsignal_new(s->base, SIGHUP, on_hup, s);
    if (!s->ev_tick || !s->ev_resume || !s->ev_term || !s->ev_int || !s->ev_chld || !s->ev_hup)
        return -1;
    evsignal_add(s->ev_term, NULL);
    evsignal_add(s->ev_int, NULL);
    evsignal_add(s->ev_chld, NULL);
    evsignal_add(s->ev_hup, NULL);
    return 0;
}

static bool may_allocate(void *arg, const struct process *p, const char *lu)
{
    const struct server *s = arg;
    return access_allocate(s->access, lu, s->asking_fd, p->uid);
}

static void node_says(void *arg, unsigned id, const char *text)
{
    server_event(arg, id, text);
}

void server_switches(struct server *s)
{
    const struct tp_table *t = &s->loaded->tps;
    s->node->client_lu = client_lu;
    s->node->client_lu_arg = &s->loaded->tps;
    s->node->event = node_says;
    s->node->event_arg = s;
    s->node->new_lu_each_time = t->getnewtpid;
    s->node->account_name = t->same_no_user ? account_name : NULL;
    s->node->may_allocate = t->n_access ? may_allocate : NULL;
    s->node->may_allocate_arg = s;
    const struct node_rules rules = {.session_timeout_ms = t->sw.session_timeout_s * 1000,
                                     .allocate_wait_ms = t->sw.allocate_wait_s * 1000,
                                     .session_margin = t->sw.session_margin};
    node_set_rules(s->node, &rules, now_ms(), &s->nfx);
}

int server_init(struct server *s)
{
    uint64_t seed, base;
    s->listen_fd = s->socketfile.lock_fd = s->notice_fd = -1;
    s->tick_at = UINT64_MAX;
    list_init(&s->holders);
    list_init(&s->ungreeted);
    list_init(&s->children);
    list_init(&s->outputs);
    list_init(&s->graces);
    list_init(&s->starts);
    list_init(&s->events);
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed || getrandom(&base, sizeof base, 0) != sizeof base ||
        make_events(s) < 0)
        return -1;
    notice_open(s);
    s->node = node_new(&s->loaded->cfg);
    s->am = am_new(&s->loaded->tps, seed);
    if (!s->node || !s->am)
        return -1;
    s->node->sides.secrets.base = base >> 1;
    s->access = access_new(&s->loaded->tps);
    if (!s->access)
        return -1;
    server_switches(s);
    s->started_ms = now_ms();
    s->started = time(NULL);
    return 0;
}

static void free_event(struct event **e)
{
    if (*e)
        event_free(*e);
    *e = NULL;
}

void server_fini(struct server *s)
{
    s->settling = true; /* nothing is carried out any more */
    server_reload_forget(s);
    client_close_all(s);
    tpout_close_all(s);
    for (uint32_t i = 0; i < s->n_by_conv; i++)
        if (s->by_conv[i])
            channel_close(s, s->by_conv[i]->conv);
    free(s->by_conv);
    holders_free(s);
    am_free(s->am);
    node_free(s->node);
    access_free(s->access);
    idtab_fini(&s->clients);
    LIST_FOREACH_SAFE(l, &s->events)
        free(LIST_OWNER(l, struct event_row, link));
    child_forget_all(s);
    attach_forget_starts(s);
    free(s->nfx.v);
    free(s->nfx_spare.v);
    free(s->afx.v);
    struct event **evs[] = {&s->ev_tick, &s->ev_resume, &s->ev_term, &s->ev_int, &s->ev_chld, &s->ev_hup};
    for (size_t i = 0; i < sizeof evs / sizeof *evs; i++)
        free_event(evs[i]);
    if (s->base)
        event_base_free(s->base);
    notice_close(s);
}
