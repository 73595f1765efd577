/* The end of the node: drain, then end the TPs, then the loop. */
#include "snanode/io/stop.h"

#include <signal.h>
#include <stdio.h>

#include "snanode/base/log.h"
#include "snanode/base/plural.h"
#include "snanode/io/away.h"
#include "snanode/io/borrow.h"
#include "snanode/io/channel.h"
#include "snanode/io/child.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/lend.h"
#include "snanode/io/link/lines.h"
#include "snanode/io/listener.h"
#include "snanode/io/supervisor.h"
#include "snanode/io/watch.h"
#include "snanode/io/stays.h"
#include "snanode/wire/sense.h"

#define HALT_S 2 /* for the partners of links to answer UNBINDs and HALT_DLs */
#define MARGIN_S                                                                                             \
    5 /* for all that needs no waiting, when a service manager asks how long the end may take                \
       */

static void on_grace_over(void *arg)
{
    struct server *s = arg;
    child_signal(s, CHILD_ALL, SIGKILL);
}

static void end_now(struct server *s)
{
    static const struct timeval grace = {.tv_sec = CHILD_GRACE_S};
    if (s->ending)
        return;
    s->ending = true;
    for (const struct channel *ch = channel_next(s, NULL); ch; ch = channel_next(s, ch))
        channel_cut(s, ch->conv, SENSE_SESSION_RESET);
    child_signal(s, CHILD_ALL, SIGTERM);
    s->grace = watch_new(s, -1, 0, on_grace_over, s);
    if (!s->grace || watch_add(s->grace, &grace) < 0)
        child_signal(s, CHILD_ALL,
                     SIGKILL); /* no memory for a clock: a process that ignores SIGTERM would stay for ever */
}

static void on_drain_over(void *arg)
{
    struct server *s = arg;
    if (!s->ending) {
        log_warn("%u conversation%s not ended: cutting %s", s->node->convs.n,
                 plural(s->node->convs.n, " has", "s have"), plural(s->node->convs.n, "it", "them"));
        supervisor_status("stopping: the limit has come, and open conversations are cut");
    }
    end_now(s);
}

static void on_halt_over(void *arg)
{
    struct server *s = arg;
    s->halt_over = true;
}

/* The partners and the machines of the domain are told; one that does not answer is not waited for. */
static void halt_links(struct server *s)
{
    static const struct timeval patience = {.tv_sec = HALT_S};
    s->halting = true;
    lines_stop(s);
    domain_halt(s);
    s->halt = watch_new(s, -1, 0, on_halt_over, s);
    if (!s->halt || watch_add(s->halt, &patience) < 0)
        s->halt_over = true;
}

void stop_further(struct server *s)
{
    if (!s->ending && s->node->convs.n == 0)
        end_now(s);
    if (s->ending && !child_any(s) && !s->halting)
        halt_links(s);
    if (s->ending && !child_any(s) && (s->halt_over || (!lines_ending(s) && !domain_ending(s))))
        event_base_loopbreak(s->base);
}

/* Nothing new begins: refuse waiting Attaches and Allocates. */
static void refuse_waiting(struct server *s)
{
    uint32_t i = 0;
    const struct conversation *c;
    borrow_end(s);
    while ((c = idtab_next(&s->node->convs, &i))) {
        uint32_t id = c->id;
        struct channel *ch = channel_of(s, id);
        if (c->state == CONV_ATTACHING) {
            am_attach_gone(s->am, id, now_ms(), &s->afx);
            if (away_is_guest(s, id)) {
                away_not_here(s, id);
                continue;
            }
            channel_refuse(s, id, SENSE_TP_UNAVAILABLE_RETRY);
            node_refuse(s->node, id, now_ms(), &s->nfx);
        } else if (c->state == CONV_WAITING && ch) {
            struct lp_allocated m = {.rc = LP_RC_STOPPING};
            if (!lend_answer(ch, &m))
                client_answer_allocate(s, ch->port, &m, -1);
            node_allocate_cancel(s->node, id, now_ms(), &s->nfx);
        }
    }
}

static void say(const struct server *s)
{
    char text[200];
    snprintf(text, sizeof text, "stopping: %u conversation%s, %u TP%s", s->node->convs.n,
             plural_s(s->node->convs.n), s->n_children, plural_s(s->n_children));
    log_info("%s", text);
    supervisor_stopping(s->drain_s + CHILD_GRACE_S + HALT_S + MARGIN_S, text);
}

void stop_begin(struct server *s)
{
    const struct timeval drain = {.tv_sec = s->drain_s};
    if (s->stopping) { /* asked twice: do not wait any longer */
        end_now(s);
    } else {
        s->stopping = true;
        stays_recall_all(s);
        say(s);
        listener_close(s);
        domain_leave(s);
        refuse_waiting(s);
        s->drain = watch_new(s, -1, 0, on_drain_over, s);
        if (!s->drain || watch_add(s->drain, &drain) < 0)
            end_now(s); /* no memory for a clock */
    }
}
