#include "snanode/io/server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/local/notice.h"
#include "snanode/wire/sense.h"

#define EVENTS_MAX 256 /* rows kept for snactl */

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
    if (channel_open(s, ch) < 0) {
        log_warn("conversation %u: no descriptors left for its sockets", conv);
        m = (struct lp_allocated){.rc = 20};
        client_answer_allocate(s, port, &m, -1);
        struct process *p = node_process(s->node, client_process(s, port));
        if (p)
            node_end(s->node, conv, p, now_ms(), &s->nfx);
        return;
    }
    client_answer_allocate(s, port, &m, ch->fd[SIDE_A]);
}

static void node_effects(struct server *s)
{
    struct node_effects fx = s->nfx;
    s->nfx = (struct node_effects){.v = NULL};
    for (size_t i = 0; i < fx.n; i++) {
        struct node_effect *e = &fx.v[i];
        switch (e->kind) {
        case NODE_FX_ALLOCATED:
            allocated(s, e->conv);
            break;
        case NODE_FX_REFUSED: {
            struct lp_allocated m = {.rc = e->rc};
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
        case NODE_FX_CLOSE:
            channel_close(s, e->conv);
            break;
        }
    }
    if (s->nfx.v) { /* carrying them out has led to more: keep those, give the memory back */
        free(fx.v);
    } else {
        fx.n = 0;
        s->nfx = fx;
    }
}

static void arm_tick(struct server *s)
{
    uint64_t at = am_deadline(s->am), c = client_deadline(s);
    at = at < c ? at : c;
    if (at == s->tick_at)
        return;
    s->tick_at = at;
    if (at == UINT64_MAX) {
        evtimer_del(s->ev_tick);
        return;
    }
    uint64_t now = now_ms(), in = at > now ? at - now : 0;
    struct timeval tv = {.tv_sec = (time_t)(in / 1000), .tv_usec = (suseconds_t)(in % 1000 * 1000)};
    evtimer_add(s->ev_tick, &tv);
}

static void stop_further(struct server *s);

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
        stop_further(s);
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
    attach_reap(arg);
    server_settle(arg);
}

static void on_hup(evutil_socket_t sig, short what, void *arg)
{
    (void)sig;
    (void)what;
    struct lp_answer out = {.exit = 0};
    json_decref(server_reload(arg, &out));
}

/* ---- reload ---- */

static json_t *messages(const struct diag *d)
{
    json_t *rows = json_array();
    for (const struct diag_line *l = d->head; l; l = l->next) {
        log_line(l->warning ? LOG_LV_WARN : LOG_LV_ERROR, "%s", l->text);
        json_t *o = json_object();
        json_t *text = json_string(l->text);
        json_object_set_new(o, "message", text ? text : json_string("(not UTF-8)"));
        json_array_append_new(rows, o);
    }
    return rows;
}

json_t *server_reload(struct server *s, struct lp_answer *out)
{
    struct loaded *new = load_files(s->commands, s->registry), *old = s->loaded;
    json_t *rows = new ? messages(&new->diag) : json_array();
    if (!new || new->diag.errors || node_reload(s->node, &new->cfg) < 0) {
        snprintf(out->text, sizeof out->text, "%u errors; the configuration in force stays",
                 new ? new->diag.errors : 0);
        out->exit = 1;
        log_error("reload: %s", out->text);
        loaded_free(new);
        return rows;
    }
    /* What points at the old entries is done before they go. */
    server_settle(s);
    attach_start_all(s);
    server_settle(s);
    s->loaded = new;
    s->node->client_lu_arg = &new->tps;
    server_inited_old(s);
    am_reload(s->am, &new->tps, now_ms(), &s->afx);
    server_settle(s);
    attach_start_all(s);
    loaded_free(old);
    snprintf(out->text, sizeof out->text, "%zu local LUs, %zu modes, %zu destinations, %zu TPs", new->cfg.n_lus,
             new->cfg.n_modes, new->cfg.n_sides, new->tps.n_entries);
    log_info("reload: %s", out->text);
    return rows;
}

/* ---- life ---- */

/* Programs may map it, and only read it.  Without it they ask every time. */
static void make_notice(struct server *s)
{
    s->notice_fd = memfd_create("snanode-notice", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (s->notice_fd < 0 || ftruncate(s->notice_fd, NOTICE_SIZE) < 0)
        return;
    void *p = mmap(NULL, NOTICE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, s->notice_fd, 0);
    const int seals = F_SEAL_FUTURE_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    if (p != MAP_FAILED && fcntl(s->notice_fd, F_ADD_SEALS, seals) == 0) {
        s->notice = p;
        return;
    }
    if (p != MAP_FAILED)
        munmap(p, NOTICE_SIZE);
    close(s->notice_fd);
    s->notice_fd = -1;
}

void server_inited_old(struct server *s)
{
    if (s->notice)
        atomic_fetch_add(&s->notice->inited, 1);
}

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

int server_init(struct server *s)
{
    uint64_t seed;
    s->listen_fd = s->lock_fd = s->notice_fd = -1;
    s->tick_at = UINT64_MAX;
    list_init(&s->ungreeted);
    list_init(&s->children);
    list_init(&s->starts);
    list_init(&s->events);
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed || make_events(s) < 0)
        return -1;
    make_notice(s);
    s->node = node_new(&s->loaded->cfg);
    s->am = am_new(&s->loaded->tps, seed);
    if (!s->node || !s->am)
        return -1;
    s->node->client_lu = client_lu;
    s->node->client_lu_arg = &s->loaded->tps;
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
    client_close_all(s);
    for (uint32_t i = 0; i < s->n_by_conv; i++)
        if (s->by_conv[i])
            channel_close(s, s->by_conv[i]->conv);
    free(s->by_conv);
    am_free(s->am);
    node_free(s->node);
    idtab_fini(&s->clients);
    LIST_FOREACH_SAFE(l, &s->events)
    free(LIST_OWNER(l, struct event_row, link));
    LIST_FOREACH_SAFE(c, &s->children)
    free(LIST_OWNER(c, struct child, link));
    LIST_FOREACH_SAFE(p, &s->starts)
    free(LIST_OWNER(p, struct child, link));
    free(s->nfx.v);
    free(s->afx.v);
    struct event **evs[] = {&s->ev_tick, &s->ev_resume, &s->ev_term, &s->ev_int, &s->ev_chld, &s->ev_hup};
    for (size_t i = 0; i < sizeof evs / sizeof *evs; i++)
        free_event(evs[i]);
    if (s->base)
        event_base_free(s->base);
    if (s->notice)
        munmap(s->notice, NOTICE_SIZE);
    if (s->notice_fd >= 0)
        close(s->notice_fd);
}

/* ---- stopping: drain, then end the TPs, then the loop ---- */

#define DRAIN_S 3 /* for conversations that are under way */
#define GRACE_S 3 /* for TPs that were asked to end */

/* Each TP is the leader of a process group: what it has started itself is meant too. */
static void end_children(struct server *s, int sig)
{
    LIST_FOREACH(l, &s->children)
    kill(-LIST_OWNER(l, struct child, link)->pid, sig);
}

static void on_grace_over(evutil_socket_t fd, short what, void *arg)
{
    struct server *s = arg;
    (void)fd;
    (void)what;
    log_warn("%u TPs have not ended: killing them", s->n_children);
    end_children(s, SIGKILL);
}

static void end_now(struct server *s)
{
    static const struct timeval grace = {.tv_sec = GRACE_S};
    if (s->ending)
        return;
    s->ending = true;
    for (uint32_t i = 0; i < s->n_by_conv; i++)
        if (s->by_conv[i])
            channel_cut(s, s->by_conv[i]->conv, SENSE_SESSION_RESET);
    end_children(s, SIGTERM);
    event_base_once(s->base, -1, EV_TIMEOUT, on_grace_over, s, &grace);
}

static void on_drain_over(evutil_socket_t fd, short what, void *arg)
{
    struct server *s = arg;
    (void)fd;
    (void)what;
    if (!s->ending)
        log_warn("%u conversations have not ended: cutting them", s->node->convs.n);
    end_now(s);
    server_settle(s);
}

/* After every event: is it time for the next step? */
static void stop_further(struct server *s)
{
    if (!s->ending && s->node->convs.n == 0)
        end_now(s);
    if (s->ending && s->n_children == 0)
        event_base_loopbreak(s->base);
}

void server_stop(struct server *s)
{
    static const struct timeval drain = {.tv_sec = DRAIN_S};
    if (s->stopping) { /* told twice: no more patience */
        end_now(s);
    } else {
        s->stopping = true;
        log_info("stopping: %u conversations, %u TPs", s->node->convs.n, s->n_children);
        listener_close(s);
        event_base_once(s->base, -1, EV_TIMEOUT, on_drain_over, s, &drain);
    }
    server_settle(s);
}

/* ---- events ---- */

void server_event(struct server *s, unsigned id, const char *text)
{
    log_info("event %u: %s", id, text);
    time_t now = time(NULL);
    LIST_FOREACH(l, &s->events)
    {
        struct event_row *r = LIST_OWNER(l, struct event_row, link);
        if (r->id == id && strcmp(r->text, text) == 0) {
            r->count++;
            r->last = now;
            return;
        }
    }
    struct event_row *r = calloc(1, sizeof *r);
    if (!r)
        return;
    *r = (struct event_row){.id = id, .count = 1, .first = now, .last = now};
    snprintf(r->text, sizeof r->text, "%s", text);
    list_append(&s->events, &r->link);
    if (++s->n_events > EVENTS_MAX) {
        struct event_row *old = LIST_OWNER(s->events.next, struct event_row, link);
        list_remove(&old->link);
        free(old);
        s->n_events--;
    }
}
