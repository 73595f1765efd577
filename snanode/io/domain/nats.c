/* The engine over NATS: a key-value bucket of JetStream in memory, one for each domain.
 *
 * Two threads: one writes and makes the connection, one waits for what others write.  A connection that fails
 * in any way is given up whole and made anew, with the bucket and the watch: so there is one way back, from
 * whatever has happened to the server. */
#include <nats/nats.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snanode/io/context.h"
#include "snanode/io/domain/engine.h"
#include "snanode/io/domain/handover.h"

enum {
    CONNECT_MS = 2000,
    ANSWER_MS = 5000,
    PAUSE_MS = 250, /* between two attempts; twice as long each time, up to */
    PAUSE_MOST_MS = 4000,
    LOOK_MS = 60000, /* how long the reader waits at once */
    CAUSE = 400      /* room for a reason */
};

struct engine {
    struct handover h;
    pthread_t writer, reader;
    char *texts; /* of the strings in SET */
    struct engine_settings set;
    const char **servers;
    bool begun; /* libnats */
    char bucket[64];
    char told[CAUSE]; /* the reason that was told last, "" = reached */
    natsConnection *nc;
    jsCtx *js;
    kvStore *kv;
    kvWatcher *watcher;
    _Atomic uint64_t heard;          /* latest revision that the reader has seen */
    uint64_t unheard;                /* a revision of ours that it has not, 0 = none */
    uint64_t since_ms;               /* ... since then */
    char witness[HANDOVER_KEY_ROOM]; /* a key that the bucket has, because we have put it; "" = none */
    uint64_t looked_ms;              /* when that was looked for last */
};

/* ---- reasons ---- */

/* The servers, without users and passwords. */
static const char *servers_text(const struct engine *e, char *out, size_t cap)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < e->set.n_servers && n < cap; i++) {
        const char *url = e->servers[i], *host = strstr(url, "://") + 3, *at = strrchr(host, '@');
        n += (size_t)snprintf(out + n, cap - n, "%s%.*s%s", i ? " " : "", (int)(host - url), url,
                              at ? at + 1 : host);
    }
    return out;
}

/* Why STATUS came from connecting. */
static void why_not_connected(const struct engine *e, natsStatus status, char *why)
{
    char servers[200];
    const char *said = nats_GetLastError(NULL);
    servers_text(e, servers, sizeof servers);
    switch (status) {
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
        snprintf(why, CAUSE,
                 "%s: the server does not take the credentials; correct Credentials, or user and password in "
                 "Servers",
                 servers);
        break;
    case NATS_SECURE_CONNECTION_REQUIRED:
        snprintf(why, CAUSE, "%s: the server wants TLS; write tls:// in Servers", servers);
        break;
    case NATS_SECURE_CONNECTION_WANTED:
        snprintf(why, CAUSE, "%s: the server has no TLS; write nats:// in Servers", servers);
        break;
    case NATS_SSL_ERROR:
        snprintf(why, CAUSE, "%s: TLS: %.120s; correct CA, Certificate or Key", servers,
                 said ? said : "failed");
        break;
    case NATS_NO_SERVER:
    case NATS_TIMEOUT:
        snprintf(why, CAUSE, "%s: no server answers; start one, or correct Servers", servers);
        break;
    default:
        snprintf(why, CAUSE, "%s: %s: %.120s", servers, natsStatus_GetText(status), said ? said : "");
    }
}

/* Why STATUS, or ERROR of JetStream, came for the bucket. */
static void why_no_bucket(const struct engine *e, natsStatus status, char *why)
{
    const char *said = nats_GetLastError(NULL);
    bool none = status == NATS_NO_RESPONDERS || status == NATS_NO_SERVER_SUPPORT ||
                (said && (strstr(said, "10076") || strstr(said, "10039") || strstr(said, "not enabled")));
    if (none)
        snprintf(
            why, CAUSE,
            "the server has no JetStream; start nats-server with --jetstream, or with jetstream {} in its "
            "configuration");
    else
        snprintf(why, CAUSE, "bucket %s: %s: %.160s", e->bucket, natsStatus_GetText(status),
                 said ? said : "");
}

/* ---- the connection ---- */

static natsStatus options(const struct engine *e, natsOptions **out)
{
    const struct engine_settings *set = &e->set;
    int64_t ping = set->lease_s * 1000 / 3;
    natsStatus s = natsOptions_Create(out);
    natsOptions *o = *out;
    if (s == NATS_OK)
        s = natsOptions_SetServers(o, e->servers, (int)set->n_servers);
    if (s == NATS_OK)
        s = natsOptions_SetName(o, set->machine);
    if (s == NATS_OK)
        s = natsOptions_SetTimeout(o, CONNECT_MS);
    if (s == NATS_OK)
        s = natsOptions_SetAllowReconnect(o, false);
    if (s == NATS_OK)
        s = natsOptions_SetPingInterval(o, ping < 1000 ? 1000 : ping);
    if (s == NATS_OK)
        s = natsOptions_SetMaxPingsOut(o, 2);
    if (s == NATS_OK && set->credentials)
        s = natsOptions_SetUserCredentialsFromFiles(o, set->credentials, NULL);
    if (s == NATS_OK && set->tls)
        s = natsOptions_SetSecure(o, true);
    if (s == NATS_OK && set->tls && set->ca)
        s = natsOptions_LoadCATrustedCertificates(o, set->ca);
    if (s == NATS_OK && set->tls && set->certificate)
        s = natsOptions_LoadCertificatesChain(o, set->certificate, set->key);
    return s;
}

static bool reach_server(struct engine *e, char *why)
{
    natsOptions *o = NULL;
    natsStatus s = options(e, &o);
    if (s == NATS_OK)
        s = natsConnection_Connect(&e->nc, o);
    if (s != NATS_OK)
        why_not_connected(e, s, why);
    natsOptions_Destroy(o);
    return s == NATS_OK;
}

/* In memory: what is in it is put anew by those who live, and the rest had better go. */
static natsStatus make_bucket(struct engine *e)
{
    kvConfig c;
    natsStatus s = kvConfig_Init(&c);
    c.Bucket = e->bucket;
    c.Description = "what the machines of a domain of snanode offer";
    c.History = 1;
    c.MaxValueSize = (int32_t)e->set.octets;
    c.TTL = (int64_t)e->set.keep_s * 1000000000;
    c.StorageType = js_MemoryStorage;
    c.Replicas = (int)e->set.replicas;
    if (s == NATS_OK)
        s = js_CreateKeyValue(&e->kv, e->js, &c);
    return s;
}

static bool reach_bucket(struct engine *e, char *why)
{
    jsOptions o;
    natsStatus s = jsOptions_Init(&o);
    o.Wait = ANSWER_MS;
    if (s == NATS_OK)
        s = natsConnection_JetStream(&e->js, e->nc, &o);
    if (s == NATS_OK)
        s = js_KeyValue(&e->kv, e->js, e->bucket);
    if (s == NATS_NOT_FOUND && (s = make_bucket(e)) != NATS_OK)
        s = js_KeyValue(&e->kv, e->js, e->bucket) == NATS_OK ? NATS_OK : s; /* another node was quicker */
    e->heard = e->unheard = 0;
    e->witness[0] = '\0';
    e->looked_ms = now_ms();
    if (s == NATS_OK)
        s = kvStore_WatchAll(&e->watcher, e->kv, NULL);
    if (s != NATS_OK)
        why_no_bucket(e, s, why);
    return s == NATS_OK;
}

static void give_up(struct engine *e)
{
    kvWatcher_Destroy(e->watcher);
    kvStore_Destroy(e->kv);
    jsCtx_Destroy(e->js);
    natsConnection_Destroy(e->nc);
    e->watcher = NULL;
    e->kv = NULL;
    e->js = NULL;
    e->nc = NULL;
}

/* ---- the reader ---- */

/* One thing that others have written; false when that is over. */
static bool hear(struct engine *e)
{
    kvEntry *entry = NULL;
    natsStatus s = kvWatcher_Next(&entry, e->watcher, LOOK_MS);
    bool good = true;
    if (s == NATS_TIMEOUT)
        return true;
    if (s != NATS_OK)
        return false;
    if (!entry)
        return handover_tell(&e->h, ENGINE_SYNCED, NULL, NULL, 0);
    e->heard = kvEntry_Revision(entry);
    if (strlen(kvEntry_Key(entry)) < HANDOVER_KEY_ROOM) { /* else no node has written it */
        bool put = kvEntry_Operation(entry) == kvOp_Put;
        good = handover_tell(&e->h, put ? ENGINE_PUT : ENGINE_DELETE, kvEntry_Key(entry),
                             kvEntry_Value(entry), put ? (size_t)kvEntry_ValueLen(entry) : 0);
    }
    kvEntry_Destroy(entry);
    return good;
}

static void *read_on(void *arg)
{
    struct engine *e = arg;
    while (hear(e))
        ;
    handover_break(&e->h);
    nats_ReleaseThreadMemory();
    return NULL;
}

/* ---- the writer ---- */

/* Whether the reader still reads the bucket that we write.  When another machine has made the bucket anew,
 * the server says nothing: revisions begin again, and what we write does not come back to the reader. */
static natsStatus still_heard(struct engine *e, uint64_t before, uint64_t revision)
{
    uint64_t now = now_ms(); /* nats_Now is a clock that somebody may set */
    if (revision <= before)
        return NATS_MISMATCH;
    if (e->unheard && e->heard >= e->unheard)
        e->unheard = 0;
    if (e->unheard)
        return now - e->since_ms > ANSWER_MS ? NATS_MISMATCH : NATS_OK;
    e->unheard = revision;
    e->since_ms = now;
    return NATS_OK;
}

/* Whether the bucket still has what we have put, asked about once for each renewal.  The server forgets what
 * is old by its own clock, which somebody may set, and tells nobody [D30]. */
static natsStatus still_kept(struct engine *e)
{
    kvEntry *entry = NULL;
    uint64_t now = now_ms();
    if (!e->witness[0] || now - e->looked_ms < e->set.lease_s * 250ull)
        return NATS_OK;
    e->looked_ms = now;
    natsStatus s = kvStore_Get(&entry, e->kv, e->witness);
    kvEntry_Destroy(entry);
    return s;
}

static natsStatus delete_one(struct engine *e, const char *key)
{
    if (strcmp(e->witness, key) == 0)
        e->witness[0] = '\0';
    return kvStore_Delete(e->kv, key);
}

static natsStatus write_one(struct engine *e, const struct handover_order *o)
{
    uint64_t before = e->heard, revision = 0;
    natsStatus s = still_kept(e);
    if (s != NATS_OK || !o->text)
        return s == NATS_OK ? delete_one(e, o->key) : s;
    s = kvStore_Put(&revision, e->kv, o->key, o->text, (int)o->n);
    if (s == NATS_OK && !e->witness[0])
        snprintf(e->witness, sizeof e->witness, "%s", o->key);
    return s == NATS_OK ? still_heard(e, before, revision) : s;
}

static void why_not_written(const struct engine *e, natsStatus status, char *why)
{
    const char *said = nats_GetLastError(NULL);
    switch (status) {
    case NATS_OK: /* the reader has seen it */
    case NATS_CONNECTION_CLOSED:
    case NATS_CONNECTION_DISCONNECTED:
        snprintf(why, CAUSE, "the server has ended the connection");
        break;
    case NATS_TIMEOUT:
        snprintf(why, CAUSE, "the server has not answered for %d s", ANSWER_MS / 1000);
        break;
    case NATS_NO_RESPONDERS:
        snprintf(why, CAUSE, "bucket %s is not there any more; it is made again", e->bucket);
        break;
    case NATS_NOT_FOUND:
        snprintf(why, CAUSE, "bucket %s has lost entries of this machine; they are put again", e->bucket);
        break;
    case NATS_MISMATCH:
        snprintf(why, CAUSE, "bucket %s has been made anew; it is read again", e->bucket);
        break;
    default:
        snprintf(why, CAUSE, "bucket %s: %s: %.160s", e->bucket, natsStatus_GetText(status),
                 said ? said : "");
    }
}

static void write_on(struct engine *e, char *why)
{
    struct handover_order *o;
    natsStatus s = NATS_OK;
    while (s == NATS_OK && (o = handover_next(&e->h))) {
        s = write_one(e, o);
        handover_order_free(o);
    }
    why_not_written(e, s, why);
}

static void tell_lost(struct engine *e, const char *why)
{
    if (strcmp(e->told, why) != 0)
        handover_tell(&e->h, ENGINE_LOST, NULL, why, strlen(why));
    snprintf(e->told, sizeof e->told, "%s", why);
}

static void tell_back(struct engine *e)
{
    char url[256] = "";
    natsConnection_GetConnectedUrl(e->nc, url, sizeof url);
    const char *at = strrchr(url, '@'), *scheme = strstr(url, "://");
    const char *where = at ? at + 1 : scheme ? scheme + 3 : url; /* no password */
    handover_tell(&e->h, ENGINE_BACK, NULL, where, strlen(where));
    e->told[0] = '\0';
}

/* Here, because the loop must not wait: libnats 3.4 that finds no memory to begin with waits for itself. */
static bool begin_library(struct engine *e, char *why)
{
    if (!e->begun && nats_Open(-1) == NATS_OK)
        e->begun = true;
    if (!e->begun)
        snprintf(why, CAUSE,
                 "libnats cannot begin for want of memory: end other programs, and start the node again");
    return e->begun;
}

/* A connection, as long as it lasts.  False when there was none. */
static bool serve(struct engine *e)
{
    char why[CAUSE] = "";
    bool there = begin_library(e, why) && reach_server(e, why) && reach_bucket(e, why);
    if (there) {
        handover_up(&e->h, true);
        tell_back(e);
        there = pthread_create(&e->reader, NULL, read_on, e) == 0;
        if (there) {
            write_on(e, why);
            handover_up(&e->h, false);
            /* This ends the reader's wait, too.  To stop the watcher under it would lose what it has just
             * heard. */
            natsConnection_Close(e->nc);
            pthread_join(e->reader, NULL);
        } else {
            snprintf(why, sizeof why, "no memory for a thread");
        }
    }
    give_up(e);
    tell_lost(e, why);
    return there;
}

static void *run(void *arg)
{
    struct engine *e = arg;
    unsigned ms = PAUSE_MS;
    do {
        if (serve(e))
            ms = PAUSE_MS;
        else if (ms < PAUSE_MOST_MS)
            ms *= 2;
    } while (handover_pause(&e->h, ms));
    if (e->begun)
        nats_ReleaseThreadMemory();
    return NULL;
}

/* ---- for the loop ---- */

static char *keep(char **at, const char *s)
{
    char *p = *at;
    if (!s)
        return NULL;
    *at = stpcpy(p, s) + 1;
    return p;
}

static size_t room(const char *s)
{
    return s ? strlen(s) + 1 : 0;
}

static bool copy_settings(struct engine *e, const struct engine_settings *set)
{
    size_t n = room(set->domain) + room(set->machine) + room(set->credentials) + room(set->certificate) +
               room(set->key) + room(set->ca);
    for (size_t i = 0; i < set->n_servers; i++)
        n += room(set->servers[i]);
    char *at = e->texts = malloc(n + 1);
    e->servers = calloc(set->n_servers + 1, sizeof *e->servers);
    if (!e->texts || !e->servers)
        return false;
    e->set = *set;
    e->set.servers = NULL;
    e->set.domain = keep(&at, set->domain);
    e->set.machine = keep(&at, set->machine);
    e->set.credentials = keep(&at, set->credentials);
    e->set.certificate = keep(&at, set->certificate);
    e->set.key = keep(&at, set->key);
    e->set.ca = keep(&at, set->ca);
    for (size_t i = 0; i < set->n_servers; i++)
        e->servers[i] = keep(&at, set->servers[i]);
    snprintf(e->bucket, sizeof e->bucket, "snanode-%s", set->domain);
    return true;
}

static void engine_free(struct engine *e)
{
    free(e->texts);
    free(e->servers);
    free(e);
}

/* Signals are the loop's, so the threads of libnats too begin with all of them blocked. */
static int start_thread(struct engine *e)
{
    sigset_t all, old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    int rc = pthread_create(&e->writer, NULL, run, e);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return rc;
}

struct engine *engine_open(const struct engine_settings *set, int *fd, char *why, size_t cap)
{
    struct engine *e = calloc(1, sizeof *e);
    *fd = -1;
    snprintf(why, cap, "out of memory");
    if (!e)
        return NULL;
    if (!copy_settings(e, set) || handover_init(&e->h) < 0) {
        engine_free(e);
        return NULL;
    }
    if (start_thread(e) != 0) {
        handover_fini(&e->h);
        engine_free(e);
        return NULL;
    }
    *fd = e->h.fd;
    return e;
}

void engine_take(struct engine *e, unsigned most, void (*fn)(void *arg, const struct engine_news *news),
                 void *arg)
{
    handover_take(&e->h, most, fn, arg);
}

bool engine_put(struct engine *e, const char *key, const char *text, size_t n)
{
    return handover_order(&e->h, key, text, n);
}

bool engine_delete(struct engine *e, const char *key)
{
    return handover_order(&e->h, key, NULL, 0);
}

/* A thread that libnats holds longer is left to the end of the process. */
void engine_close(struct engine *e, unsigned ms)
{
    struct timespec until;
    handover_close(&e->h);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000l;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    if (pthread_clockjoin_np(e->writer, NULL, CLOCK_MONOTONIC, &until) != 0) {
        pthread_detach(e->writer);
        return;
    }
    handover_fini(&e->h);
    engine_free(e);
}
