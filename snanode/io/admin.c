/* The commands of snactl: a table of words, and what each does. */
#include "snanode/io/admin.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/plural.h"
#include "snanode/io/context.h"
#include "snanode/io/rows.h"
#include "snanode/io/show.h"
#include "snanode/io/watch.h"

typedef json_t *do_fn(struct server *s, char **words, int n, struct lp_answer *out);

static bool stands_alone(char **words, int n, struct lp_answer *out)
{
    if (n > 1)
        admin_refuse(out, 2, "%s takes no further words", words[0]);
    return n == 1;
}

static json_t *do_stop(struct server *s, char **words, int n, struct lp_answer *out)
{
    static const struct timeval soon = {.tv_usec = 1000};
    if (stands_alone(words, n, out))
        watch_add(s->terminate, &soon); /* after this answer is on its way */
    return NULL;
}

static json_t *do_purge(struct server *s, const char *name, struct lp_answer *out)
{
    unsigned k = am_purge(s->am, name, now_ms(), &s->afx);
    snprintf(out->text, sizeof out->text, "%u %s refused", k, plural(k, "Attach", "Attaches"));
    return NULL;
}

static json_t *do_start(struct server *s, const char *name, struct lp_answer *out)
{
    unsigned k = am_start(s->am, name, now_ms(), &s->afx);
    snprintf(out->text, sizeof out->text, k ? "%u started" : "nothing to start: not a queued TP, or it runs",
             k);
    out->exit = k == 0;
    return NULL;
}

static json_t *do_stop_tp(struct server *s, const char *name, struct lp_answer *out)
{
    unsigned k = am_stop(s->am, name, &s->afx);
    snprintf(out->text, sizeof out->text, k ? "%u asked to end" : "no copy that this node started runs", k);
    out->exit = k == 0;
    return NULL;
}

static json_t *do_status(struct server *s, char **words, int n, struct lp_answer *out)
{
    return stands_alone(words, n, out) ? show_status(s) : NULL;
}

static json_t *do_link(struct server *s, char **words, int n, struct lp_answer *out)
{
    return stands_alone(words, n, out) ? show_link(s) : NULL;
}

/* tp show NAME: one row of the table; tp purge NAME: refuse what waits */
static json_t *do_tp(struct server *s, char **words, int n, struct lp_answer *out)
{
    if (n == 3 && strcmp(words[1], "purge") == 0)
        return do_purge(s, words[2], out);
    if (n == 3 && strcmp(words[1], "start") == 0)
        return do_start(s, words[2], out);
    if (n == 3 && strcmp(words[1], "stop") == 0)
        return do_stop_tp(s, words[2], out);
    if (n == 3 && strcmp(words[1], "show") == 0) {
        json_t *some = show_tp_named(s, words[2]);
        if (json_array_size(some) == 0) {
            out->exit = 1;
            snprintf(out->text, sizeof out->text, "no TP %.64s is registered or configured", words[2]);
        }
        return some;
    }
    out->exit = 2;
    snprintf(out->text, sizeof out->text, "tp takes nothing, or show, start, stop or purge and a NAME");
    return NULL;
}

/* domain: its machines; domain tp, domain lu: what they offer */
static json_t *do_domain(struct server *s, char **words, int n, struct lp_answer *out)
{
    if (n > 2 || (n == 2 && strcmp(words[1], "tp") != 0 && strcmp(words[1], "lu") != 0)) {
        admin_refuse(out, 2, "domain takes nothing, or tp or lu");
        return NULL;
    }
    if (!s->domain && s->loaded->tps.domain) {
        admin_refuse(out, 1, "this node could not enter its domain; its log says why");
        return NULL;
    }
    if (!s->domain) {
        admin_refuse(out, 1,
                     "this node is in no domain; the key SnaBase\\Parameters\\Domain of the registry "
                     "puts it into one");
        return NULL;
    }
    return n == 1 ? show_domain(s) : show_domain_offers(s, words[1]);
}

static json_t *do_metrics(struct server *s, char **words, int n, struct lp_answer *out)
{
    (void)s;
    if (stands_alone(words, n, out))
        out->exit = ADMIN_METRICS;
    return NULL;
}

static json_t *do_reload(struct server *s, char **words, int n, struct lp_answer *out)
{
    (void)s;
    if (stands_alone(words, n, out))
        out->exit = ADMIN_RELOAD;
    return NULL;
}

static const struct {
    const char *word;
    rows_fn *show; /* what the word shows that stands alone */
    do_fn *run;    /* all else; NULL: it takes no further words */
    enum {
        EVERYBODY,
        ALONE,  /* for everybody alone, and with the word SHOWS if there is one; else it changes what runs */
        CHANGES /* what runs: not for everybody (access.h) */
    } kind;
    const char *shows;
} commands[] = {
    {"status", NULL, do_status, EVERYBODY, NULL},
    {"lu", show_lu, NULL, EVERYBODY, NULL},
    {"plu", show_plu, NULL, EVERYBODY, NULL},
    {"mode", show_mode, NULL, EVERYBODY, NULL},
    {"session", show_session, NULL, EVERYBODY, NULL},
    {"conversation", show_conversation, NULL, EVERYBODY, NULL},
    {"tp", show_tp, do_tp, ALONE, "show"},
    {"queue", show_queue, NULL, EVERYBODY, NULL},
    {"side", show_side, NULL, EVERYBODY, NULL},
    {"link", NULL, do_link, EVERYBODY, NULL},
    {"event", show_event, NULL, EVERYBODY, NULL},
    {"domain", NULL, do_domain, EVERYBODY, NULL},
    {"check", NULL, admin_check, EVERYBODY, NULL},
    {"activate", NULL, admin_activate, CHANGES, NULL},
    {"deactivate", NULL, admin_deactivate, CHANGES, NULL},
    {"cnos", show_cnos, admin_cnos, ALONE, NULL},
    {"cut", NULL, admin_cut, CHANGES, NULL},
    {"inject", NULL, admin_inject, ALONE, "list"},
    {"metrics", NULL, do_metrics, EVERYBODY, NULL},
    {"trace", NULL, admin_trace, ALONE, NULL},
    {"reload", NULL, do_reload, CHANGES, NULL},
    {"stop", NULL, do_stop, CHANGES, NULL},
};

static bool for_everybody(size_t i, char **words, int n)
{
    if (commands[i].kind == ALONE)
        return n == 1 || (commands[i].shows && strcmp(words[1], commands[i].shows) == 0);
    return commands[i].kind == EVERYBODY;
}

int admin_command(struct server *s, char **words, int n, bool may_change, struct lp_answer *out)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(words[0], commands[i].word) != 0)
            continue;
        if (!may_change && !for_everybody(i, words, n)) {
            admin_refuse(out, 1, "%s is for the node's user, root and the members of AdminGroup", words[0]);
            return -1;
        }
        if (n == 1 && commands[i].show)
            return rows_file(commands[i].show, s);
        if (commands[i].run)
            return rows_file_of(commands[i].run(s, words, n, out));
        return admin_refuse(out, 2, "%s takes no further words", words[0]);
    }
    return admin_refuse(out, 2, "%.64s is not a command of this node", words[0]);
}
