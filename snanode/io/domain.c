/* Joins the attach manager, which knows what this node offers, the directory, which judges what others offer,
 * and the engine, which carries both. */
#include "snanode/io/domain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "attachmgr/directory/directory.h"
#include "attachmgr/tptable/tpdomain.h"
#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/domain/engine.h"
#include "snanode/io/domain/pairs.h"
#include "snanode/io/event.h"
#include "snanode/io/watch.h"

enum {
    OFFER_EVERY_MS = 20, /* changes that come faster are told together */
    NEWS_A_TURN = 1000,  /* others want their turn too */
    CLOSE_MS = 1000      /* for the last words */
};

struct domain {
    struct server *server;
    struct tp_domain *key; /* what it was made from: is in s->loaded, and compared when that changes */
    char name[TPDOMAIN_NAME_MAX + 1];
    struct directory *dir;
    struct directory_effects fx;
    struct engine *engine;
    struct pairs *pairs; /* NULL = no connections with other machines */
    struct watch *news;
    char lost[400]; /* why, "" = reached */
    uint64_t offered_version, offered_ms;
    bool offered;
};

/* ---- what this node offers ---- */

static void offer(struct domain *m, const struct entry *e)
{
    if (!directory_offer(m->dir, e))
        log_warn("domain %s: an entry of this machine is not told: no memory, or more than %u", m->name,
                 (unsigned)DIRECTORY_ENTRIES_MAX);
}

static enum entry_kind kind_of(enum tp_kind kind)
{
    return kind == TP_QUEUED ? ENTRY_QUEUED : kind == TP_NONQUEUED ? ENTRY_NONQUEUED : ENTRY_OPERATOR;
}

static void offer_tp(void *arg, const struct am_offer *o)
{
    struct entry e = {.type = ENTRY_TP};
    e.u.tp.name = o->name;
    snprintf(e.u.tp.lu, sizeof e.u.tp.lu, "%s", o->lu);
    e.u.tp.kind = kind_of(o->kind);
    e.u.tp.alias = o->alias;
    e.u.tp.running = o->running;
    e.u.tp.waiting = o->waiting;
    offer(arg, &e);
}

/* Whether an Allocate that names no LU may have it [D27]. */
static bool is_default(const struct node_config *cfg, const struct cfg_lu *lu)
{
    for (size_t i = 0; i < cfg->n_users; i++)
        if (strcmp(cfg->users[i].local_lu, lu->alias) == 0)
            return true;
    return lu->default_pool;
}

static void offer_lu(struct domain *m, const struct node_config *cfg, const struct cfg_lu *lu)
{
    struct entry e = {.type = ENTRY_LU};
    snprintf(e.u.lu.alias, sizeof e.u.lu.alias, "%s", lu->alias);
    snprintf(e.u.lu.name, sizeof e.u.lu.name, "%s.%s", lu->netname, lu->luname);
    e.u.lu.pool = is_default(cfg, lu);
    offer(m, &e);
}

static void offer_all(struct domain *m, uint64_t now)
{
    struct server *s = m->server;
    const struct node_config *cfg = &s->loaded->cfg;
    m->offered = true;
    m->offered_ms = now;
    m->offered_version = am_offers_version(s->am);
    directory_offer_begin(m->dir);
    am_each_offer(s->am, offer_tp, m);
    for (size_t i = 0; i < cfg->n_lus; i++)
        if (tpdomain_offers(m->key, cfg->lus[i].alias))
            offer_lu(m, cfg, &cfg->lus[i]);
    directory_offer_end(m->dir, now, &m->fx);
}

/* ---- effects ---- */

static void carry_out(struct domain *m)
{
    for (size_t i = 0; i < m->fx.n; i++) {
        const struct directory_effect *x = &m->fx.v[i];
        switch (x->kind) {
        case DIRECTORY_FX_PUT:
            if (!engine_put(m->engine, x->key, x->text, x->n))
                log_warn("domain %s: no memory to put entry %s; it is put again in its time", m->name,
                         x->key);
            break;
        case DIRECTORY_FX_DELETE:
            engine_delete(m->engine, x->key);
            break;
        case DIRECTORY_FX_EVENT:
            event_report(m->server, x->event, x->text);
            break;
        }
    }
    m->fx.n = 0;
}

static void report(struct domain *m, enum sna_event e, const char *fmt, const char *text)
{
    char line[600];
    snprintf(line, sizeof line, fmt, m->name, text);
    event_report(m->server, e, line);
}

/* ---- news ---- */

static void hear(void *arg, const struct engine_news *news)
{
    struct domain *m = arg;
    switch (news->kind) {
    case ENGINE_BACK:
        m->lost[0] = '\0';
        report(m, EVENT(DOMAIN_BACK), news->text);
        directory_back(m->dir, now_ms(), &m->fx);
        break;
    case ENGINE_LOST:
        snprintf(m->lost, sizeof m->lost, "%s", news->text);
        report(m, EVENT(DOMAIN_LOST), news->text);
        directory_lost(m->dir);
        break;
    case ENGINE_SYNCED:
        directory_synced(m->dir);
        break;
    case ENGINE_PUT:
        directory_learn(m->dir, news->key, news->text, news->n, now_ms(), &m->fx);
        break;
    case ENGINE_DELETE:
        directory_forget(m->dir, news->key, &m->fx);
        break;
    }
}

static void on_news(void *arg)
{
    struct domain *m = arg;
    engine_take(m->engine, NEWS_A_TURN, hear, m);
    if (m->pairs)
        am_domain_changed(m->server->am, now_ms(), &m->server->afx);
}

/* ---- life ---- */

/* A name of this machine that a registry does not give: its server's, without what stands behind a \. */
static void machine_name(const struct server *s, const struct tp_domain *key, char *out)
{
    const char *name = key->machine ? key->machine : s->loaded->cfg.server;
    snprintf(out, ENTRY_MACHINE_ROOM, "%.*s", (int)strcspn(name, "\\"), name);
}

/* A later start has a greater number, unless the clock was put back meanwhile. */
static uint64_t instance(void)
{
    struct timespec t;
    uint16_t chance = 0;
    clock_gettime(CLOCK_REALTIME, &t);
    if (getrandom(&chance, sizeof chance, 0) != sizeof chance)
        chance = (uint16_t)t.tv_nsec;
    return ((uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000) << 16 | chance;
}

/* What others are told: as configured, with the port that the system has chosen. */
static void show_address(const struct tp_domain *key, const struct pairs *p, char out[ENTRY_ADDRESS_ROOM])
{
    const char *listen = key->listen ? key->listen : "", *colon = strrchr(listen, ':');
    if (colon && p && strtoul(colon + 1, NULL, 10) == 0)
        snprintf(out, ENTRY_ADDRESS_ROOM, "%.*s:%u", (int)(colon - listen), listen, pairs_port(p));
    else
        snprintf(out, ENTRY_ADDRESS_ROOM, "%s", listen);
}

static struct directory *make_directory(const struct server *s, const struct tp_domain *key, uint64_t number,
                                        const struct pairs *pairs)
{
    struct directory_self self = {.instance = number, .entry.lease_s = key->lease_s};
    uint64_t seed = self.instance;
    machine_name(s, key, self.machine);
    if (pairs)
        snprintf(self.entry.cert, sizeof self.entry.cert, "%s", self.machine);
    show_address(key, pairs, self.entry.address);
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        log_debug("no random bits for the directory");
    return directory_new(&self, seed);
}

static struct engine *make_engine(const struct server *s, const struct tp_domain *key, int *fd, char *why,
                                  size_t cap)
{
    char machine[ENTRY_MACHINE_ROOM];
    machine_name(s, key, machine);
    const struct engine_settings set = {.domain = key->name,
                                        .machine = machine,
                                        .servers = key->servers,
                                        .n_servers = key->n_servers,
                                        .tls = key->tls,
                                        .credentials = key->credentials,
                                        .certificate = key->certificate,
                                        .key = key->key,
                                        .ca = key->ca,
                                        .lease_s = key->lease_s,
                                        .keep_s = DIRECTORY_KEEP_S,
                                        .replicas = key->replicas,
                                        .octets = ENTRY_TEXT_MAX};
    return engine_open(&set, fd, why, cap);
}

static struct pairs_how pairs_how(const struct server *s, const struct tp_domain *key, uint64_t number)
{
    struct pairs_how how = {.self.instance = number,
                            .listen = key->listen,
                            .certificate = key->certificate,
                            .key = key->key,
                            .ca = key->ca,
                            .silence_s = key->lease_s};
    snprintf(how.self.domain, sizeof how.self.domain, "%s", key->name);
    machine_name(s, key, how.self.machine);
    return how;
}

/* Without them this machine sees what the others offer, and everything stays where it is. */
static struct pairs *make_pairs(struct server *s, const struct tp_domain *key, uint64_t number)
{
    const struct pairs_how how = pairs_how(s, key, number);
    char why[600] = "Certificate, Key and CA are needed for it";
    struct pairs *p = NULL;
    if (key->certificate && key->key && key->ca)
        p = pairs_new(s, &how, s->machine_begins, why, sizeof why);
    if (!p && key->certificate)
        log_error("domain %s: no connections with other machines: %s", key->name, why);
    else if (!p)
        log_info("domain %s: no connections with other machines: %s", key->name, why);
    return p;
}

static void domain_free(struct domain *m)
{
    am_set_directory(m->server->am, NULL);
    pairs_free(m->pairs);
    watch_free(m->news);
    if (m->engine)
        engine_close(m->engine, CLOSE_MS);
    directory_free(m->dir);
    free(m->fx.v);
    free(m);
}

static void enter(struct server *s, struct tp_domain *key)
{
    struct domain *m = calloc(1, sizeof *m);
    char why[200] = "out of memory";
    int fd = -1;
    if (m) {
        m->server = s;
        m->key = key;
        snprintf(m->name, sizeof m->name, "%s", key->name);
        snprintf(m->lost, sizeof m->lost, "not reached yet");
        uint64_t number = instance();
        m->pairs = make_pairs(s, key, number);
        m->dir = make_directory(s, key, number, m->pairs);
        m->engine = m->dir ? make_engine(s, key, &fd, why, sizeof why) : NULL;
        m->news = m->engine ? watch_new(s, fd, EV_READ | EV_PERSIST, on_news, m) : NULL;
        if (m->news && watch_add(m->news, NULL) == 0) {
            s->domain = m;
            am_set_directory(s->am, m->pairs ? m->dir : NULL);
            return;
        }
        domain_free(m);
    }
    log_error("domain %s: this node does not take part: %s", key->name, why);
}

void domain_leave(struct server *s)
{
    struct domain *m = s->domain;
    if (!m)
        return;
    directory_leave(m->dir, &m->fx);
    carry_out(m);
    if (m->pairs)
        pairs_leave(m->pairs);
}

struct pairs *domain_pairs(const struct server *s)
{
    return s->domain ? s->domain->pairs : NULL;
}

void domain_halt(struct server *s)
{
    if (domain_pairs(s))
        pairs_end(domain_pairs(s));
}

/* The last of them goes out. */
bool domain_ending(const struct server *s)
{
    return domain_pairs(s) && !list_empty(&s->streams);
}

void domain_close(struct server *s)
{
    if (s->domain)
        domain_free(s->domain);
    s->domain = NULL;
}

static void read_certificate_again(struct domain *m)
{
    const struct pairs_how how = pairs_how(m->server, m->key, 0);
    char why[600];
    if (m->pairs && !pairs_read_again(m->pairs, &how, why, sizeof why))
        log_error("domain %s: the certificate is still the old one: %s", m->name, why);
}

/* The key that the domain was made from has been freed with its configuration when it is another one now. */
void domain_configure(struct server *s)
{
    struct tp_domain *key = s->loaded->tps.domain;
    if (s->domain && tpdomain_equal(s->domain->key, key)) {
        s->domain->key = key;
        s->domain->offered = false; /* LUs, or OfferLUs, may have changed */
        read_certificate_again(s->domain);
        return;
    }
    if (s->domain) {
        domain_leave(s);
        domain_close(s);
    }
    if (key)
        enter(s, key);
}

/* ---- each turn ---- */

static bool has_changed(const struct domain *m)
{
    return !m->offered || m->offered_version != am_offers_version(m->server->am);
}

void domain_settle(struct server *s)
{
    struct domain *m = s->domain;
    if (!m)
        return;
    if (has_changed(m) && !s->stopping) {
        uint64_t now = now_ms();
        if (!m->offered || now >= m->offered_ms + OFFER_EVERY_MS)
            offer_all(m, now);
    }
    carry_out(m);
}

uint64_t domain_deadline(const struct server *s)
{
    const struct domain *m = s->domain;
    if (!m)
        return UINT64_MAX;
    uint64_t at = directory_deadline(m->dir), offer_at = m->offered_ms + OFFER_EVERY_MS;
    return has_changed(m) && !s->stopping && offer_at < at ? offer_at : at;
}

/* The counts of what is offered go out with a renewal, so they are looked at before.  A port that somebody
 * else had may be free by then. */
void domain_tick(struct server *s, uint64_t now)
{
    struct domain *m = s->domain;
    if (!m || directory_deadline(m->dir) > now)
        return;
    if (m->pairs && m->key->listen)
        pairs_listen(m->pairs, m->key->listen);
    if (!s->stopping)
        offer_all(m, now);
    directory_tick(m->dir, now, &m->fx);
}

struct directory *domain_directory(const struct server *s)
{
    return s->domain ? s->domain->dir : NULL;
}

const char *domain_lost(const struct server *s)
{
    return s->domain && s->domain->lost[0] ? s->domain->lost : NULL;
}
