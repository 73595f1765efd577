/* The configuration read again, and put in force when it is good. */
#include <jansson.h>
#include <stdio.h>

#include "snanode/base/log.h"
#include "snanode/io/access.h"
#include "snanode/io/server.h"

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
    struct access *access = new && !new->diag.errors ? access_new(&new->tps) : NULL;
    if (!access || node_reload(s->node, &new->cfg, now_ms(), &s->nfx) < 0) {
        snprintf(out->text, sizeof out->text, "%u errors; the configuration in force stays",
                 new ? new->diag.errors : 0);
        out->exit = 1;
        log_error("reload: %s", out->text);
        loaded_free(new);
        access_free(access);
        return rows;
    }
    /* What points at the old entries is done before they go. */
    server_settle(s);
    attach_start_all(s);
    server_settle(s);
    s->loaded = new;
    access_free(s->access);
    s->access = access;
    server_switches(s);
    notice_inited_old(s);
    am_reload(s->am, &new->tps, now_ms(), &s->afx);
    server_settle(s);
    attach_start_all(s);
    loaded_free(old);
    snprintf(out->text, sizeof out->text, "%zu local LUs, %zu modes, %zu destinations, %zu TPs",
             new->cfg.n_lus, new->cfg.n_modes, new->cfg.n_sides, new->tps.n_entries);
    log_info("reload: %s", out->text);
    return rows;
}
