/* The configuration in force: what it sets in the node, and how another one takes its place. */
#include "snanode/io/inforce.h"

#include "attachmgr/tptable/tpdomain.h"
#include "snanode/io/access.h"
#include "snanode/io/account.h"
#include "snanode/io/attach.h"
#include "snanode/io/borrow.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/domain.h"
#include "snanode/io/event.h"
#include "snanode/io/http.h"
#include "snanode/io/link/dial.h"
#include "snanode/io/link/expiry.h"
#include "snanode/io/link/lines.h"
#include "snanode/io/notice.h"
#include "snanode/io/stays.h"

static const char *client_lu(void *arg, const char *program)
{
    return tptable_client_lu(arg, program);
}

static bool may_allocate(void *arg, const struct process *p, const void *caller, const char *lu)
{
    const struct server *s = arg;
    const struct client *c = caller;
    if (p->machine) /* its word for who the user is */
        return (!s->loaded->tps.domain || tpdomain_offers(s->loaded->tps.domain, lu)) &&
               access_allocate_named(s->access, lu, caller);
    return access_allocate(s->access, lu, client_peer(c), p->uid);
}

static void node_says(void *arg, enum sna_event e, const char *text)
{
    event_report(arg, e, text);
}

void inforce_apply(struct server *s)
{
    const struct tp_table *t = &s->loaded->tps;
    stays_serve(s);
    s->node->client_lu = client_lu;
    s->node->client_lu_arg = &s->loaded->tps;
    s->node->elsewhere = t->domain ? borrow_offered : NULL;
    s->node->elsewhere_arg = s;
    s->node->event = node_says;
    s->node->event_arg = s;
    s->node->new_lu_each_time = t->getnewtpid;
    s->node->account_name = t->same_no_user ? account_name : NULL;
    s->node->may_allocate = t->n_access || (t->domain && t->domain->some_lus) ? may_allocate : NULL;
    s->node->may_allocate_arg = s;
    const struct node_rules rules = {.session_timeout_ms = t->sw.session_timeout_s * 1000,
                                     .allocate_wait_ms = t->sw.allocate_wait_s * 1000,
                                     .no_substitutes = t->sw.no_substitutes,
                                     .no_bind_retry = !t->sw.bind_retry,
                                     .keep_limits = t->sw.keep_limits,
                                     .session_margin = t->sw.session_margin};
    node_set_rules(s->node, &rules, now_ms(), &s->nfx);
    expiry_check(s);
    lines_apply(s);
    http_apply(s);
}

int inforce_replace(struct server *s, struct loaded *fresh)
{
    struct loaded *old = s->loaded;
    stays_recall_all(s);
    struct access *access = fresh->diag.errors ? NULL : access_new(&fresh->tps);
    if (!access || node_reload(s->node, &fresh->cfg, now_ms(), &s->nfx) < 0) {
        access_free(access);
        return -1;
    }
    /* What points at the old entries is done before they go. */
    s->settle(s);
    attach_start_all(s);
    s->settle(s);
    s->loaded = fresh;
    domain_configure(s);
    access_free(s->access);
    s->access = access;
    inforce_apply(s);
    dial_names_again(s);
    notice_inited_old(s);
    am_reload(s->am, &fresh->tps, now_ms(), &s->afx);
    s->settle(s);
    attach_start_all(s);
    loaded_free(old);
    return 0;
}
