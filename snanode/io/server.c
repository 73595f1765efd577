#include "snanode/io/server.h"

#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "snanode/io/access.h"
#include "snanode/io/admin.h"
#include "snanode/io/attach.h"
#include "snanode/io/lend.h"
#include "snanode/io/bridge.h"
#include "snanode/io/carrier.h"
#include "snanode/io/channel.h"
#include "snanode/io/child.h"
#include "snanode/io/connection.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/event.h"
#include "snanode/io/des.h"
#include "snanode/io/holders.h"
#include "snanode/io/http.h"
#include "snanode/io/inforce.h"
#include "snanode/io/launch/launchfew.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/expiry.h"
#include "snanode/io/link/lines.h"
#include "snanode/io/link/stream.h"
#include "snanode/io/notice.h"
#include "snanode/io/relay.h"
#include "snanode/io/reload.h"
#include "snanode/io/supervisor.h"
#include "snanode/io/tap.h"
#include "snanode/io/tpout.h"
#include "snanode/io/sessionverb.h"
#include "snanode/io/trace.h"
#include "snanode/io/turn.h"

int server_init(struct server *s)
{
    uint64_t seed, base;
    s->listen_fd = s->socketfile.lock_fd = s->notice_fd = -1;
    s->tick_at = UINT64_MAX;
    list_init(&s->borrows);
    list_init(&s->borrows_new);
    list_init(&s->holders);
    list_init(&s->ungreeted);
    list_init(&s->children);
    list_init(&s->outputs);
    list_init(&s->graces);
    list_init(&s->starts);
    list_init(&s->events);
    list_init(&s->streams);
    for (unsigned i = 0; i < PAUSED_LISTS; i++)
        list_init(&s->paused[i]);
    list_init(&s->lines);
    list_init(&s->callports);
    list_init(&s->asks);
    list_init(&s->orders);
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed || getrandom(&base, sizeof base, 0) != sizeof base ||
        hash_init(&s->clients_by_process) < 0 || hash_init(&s->children_by_pid) < 0 ||
        hash_init(&s->takers) < 0 || turn_init(s) < 0)
        return -1;
    launchfew_init(); /* without it a start takes longer when there are many descriptors */
    notice_open(s);
    s->node = node_new(&s->loaded->cfg);
    s->am = am_new(&s->loaded->tps, seed);
    if (!s->node || !s->am)
        return -1;
    s->node->sides.secrets.base = base >> 1;
    s->node->cipher = des_cipher();
    am_set_cipher(s->am, des_cipher());
    s->access = access_new(&s->loaded->tps);
    if (!s->access)
        return -1;
    carrier_init(s);
    lend_init(s);
    tap_init(s);
    if (lines_init(s) < 0)
        return -1;
    inforce_apply(s);
    domain_configure(s);
    s->started_ms = now_ms();
    s->started = time(NULL);
    return 0;
}

void server_fini(struct server *s)
{
    s->settling = true; /* nothing is carried out any more */
    reload_forget(s);
    supervisor_leave(s);
    domain_close(s);
    connection_close_all(s);
    http_end(s); /* its readers listen to the trace */
    trace_free(s);
    tpout_close_all(s);
    lines_free(s);
    stream_cut_all(s);
    dial_names_end(s);
    expiry_end(s);
    for (struct channel *ch = channel_next(s, NULL), *next; ch; ch = next) {
        next = channel_next(s, ch);
        bridge_free(ch);
        for (unsigned side = 0; side < 2; side++)
            if (ch->relay[side])
                relay_free(ch->relay[side]);
        channel_close(s, ch->conv);
    }
    free(s->by_conv);
    holders_free(s);
    am_free(s->am);
    node_free(s->node);
    des_unload();
    access_free(s->access);
    idtab_fini(&s->clients);
    hash_fini(&s->clients_by_process);
    LIST_FOREACH_SAFE(l, &s->events)
        free(LIST_OWNER(l, struct event_row, link));
    child_forget_all(s);
    hash_fini(&s->children_by_pid);
    attach_forget_starts(s);
    admin_forget_all(s);
    sessionverb_forget_all(s);
    node_effects_free(&s->nfx);
    node_effects_free(&s->nfx_spare);
    free(s->afx.v);
    turn_fini(s);
    notice_close(s);
}
