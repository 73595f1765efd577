/* Reads the configuration again, and puts it in force if it is valid.  A thread reads and judges the files,
 * because a large file takes seconds and the node must answer at once.  The thread touches nothing of the
 * node. */
#include "snanode/io/reload.h"

#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "snanode/base/log.h"
#include "snanode/base/plural.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/inforce.h"
#include "snanode/io/rows.h"
#include "snanode/io/supervisor.h"
#include "snanode/io/watch.h"

#define ASKERS_MAX 64

/* One reading of the files, and who asked for it. */
struct reading {
    struct server *server;
    pthread_t thread;
    int done_fd; /* written to when LOADED is there */
    struct watch *done;
    struct loaded *loaded;
    uint32_t asker[ASKERS_MAX]; /* clients */
    unsigned n_askers;
};

/* ---- what becomes of it ---- */

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

static void judge(struct server *s, struct loaded *fresh, struct lp_answer *out)
{
    if (fresh && inforce_replace(s, fresh) == 0) {
        load_summary(fresh, out->text, sizeof out->text);
        log_info("reload: %s", out->text);
        return;
    }
    unsigned errors = fresh ? fresh->diag.errors : 0;
    if (errors)
        snprintf(out->text, sizeof out->text, "%u error%s; the configuration in force stays", errors,
                 plural_s(errors));
    else
        snprintf(out->text, sizeof out->text, "out of memory; the configuration in force stays");
    out->exit = 1;
    log_error("reload: %s", out->text);
    loaded_free(fresh);
}

/* ---- reading ---- */

static void *read_files(void *arg)
{
    struct reading *r = arg;
    r->loaded = load_files(r->server->commands, r->server->registry);
    eventfd_write(r->done_fd, 1);
    return NULL;
}

static void reading_free(struct reading *r)
{
    watch_free(r->done);
    if (r->done_fd >= 0)
        close(r->done_fd);
    free(r);
}

static void answer(struct server *s, const struct reading *r, const struct lp_answer *out, json_t *rows)
{
    for (unsigned i = 0; i < r->n_askers; i++) {
        struct client *c = client_get(s, r->asker[i]);
        if (c)
            client_answer_tool(c, out, rows_file_of(json_copy(rows)));
    }
}

static void begin(struct reading *r);

static void finish(struct reading *r)
{
    struct server *s = r->server;
    struct lp_answer out = {.exit = 0};
    struct reading *next = s->read_next;
    json_t *rows = r->loaded ? messages(&r->loaded->diag) : json_array();
    judge(s, r->loaded, &out);
    answer(s, r, &out, rows);
    json_decref(rows);
    supervisor_ready(s, out.text);
    reading_free(r);
    s->reading = s->read_next = NULL;
    if (next)
        begin(next);
}

static void on_done(void *arg)
{
    struct reading *r = arg;
    pthread_join(r->thread, NULL);
    finish(r);
}

/* Signals are for the loop, so the thread starts with all of them blocked. */
static int make_thread(struct reading *r)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int e = pthread_create(&r->thread, NULL, read_files, r);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return e;
}

static void begin(struct reading *r)
{
    struct server *s = r->server;
    s->reading = r;
    supervisor_reloading(s);
    r->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    r->done = r->done_fd < 0 ? NULL : watch_new(s, r->done_fd, EV_READ, on_done, r);
    if (r->done && watch_add(r->done, NULL) == 0 && make_thread(r) == 0)
        return;
    r->loaded = load_files(s->commands, s->registry); /* without a thread everybody has to wait */
    finish(r);
}

static struct reading *reading_new(struct server *s)
{
    struct reading *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->server = s;
    r->done_fd = -1;
    return r;
}

bool reload_begin(struct server *s, uint32_t client)
{
    /* A reading under way may have read the files before this client changed them, so read them again
     * afterwards. */
    struct reading **wanted = s->reading ? &s->read_next : &s->reading;
    if (!*wanted && !(*wanted = reading_new(s)))
        return false;
    struct reading *r = *wanted;
    if (client && r->n_askers == ASKERS_MAX)
        return false;
    if (client)
        r->asker[r->n_askers++] = client;
    if (r == s->reading)
        begin(r);
    return true;
}

void reload_forget(struct server *s)
{
    if (s->reading) {
        pthread_join(s->reading->thread, NULL);
        loaded_free(s->reading->loaded);
        reading_free(s->reading);
    }
    if (s->read_next)
        reading_free(s->read_next);
}
