/* The tables are plain arrays in the order of the command files, because that is the order in which they
 * are shown; a hash index beside each one finds entries by name.  All tables are handled alike: an entry
 * begins with its name. */
#include "snanode/config/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/base/names.h"
#include "snanode/config/config_build.h"

#define DEFAULT_TIMEOUT_S 60

/* The predefined modes [HIS: APPC Mode Definition].  The compressed twins have the values of their base
 * modes.  The page has no values for RSYNPRTN, which gets those of #INTER, and no RU sizes and pacing for
 * the two service modes. */
static const struct cfg_mode predefined[] = {
#define MODE(n, lim, win, lose, high, pace, ru)                                                              \
    .name = n, .session_limit = lim, .min_winners = win, .min_losers = lose, .high_priority = high,          \
    .pace_send = pace, .pace_recv = pace, .max_send_ru = ru, .max_recv_ru = ru, .predefined = true
    {MODE("#BATCH", 8, 4, 0, false, 3, 1024), .auto_partner = true},
    {MODE("#BATCHSC", 8, 4, 0, false, 3, 1024), .auto_partner = true},
    {MODE("", 8, 4, 0, false, 3, 1024), .auto_partner = true},
    {MODE("#INTER", 8, 4, 0, true, 7, 1024), .auto_partner = true},
    {MODE("#INTERSC", 8, 4, 0, true, 7, 1024), .auto_partner = true},
    {MODE("#BATCHC", 8, 4, 0, false, 3, 1024), .auto_partner = true},
    {MODE("#INTERC", 8, 4, 0, true, 7, 1024), .auto_partner = true},
    {MODE("QPCSUPP", 64, 32, 0, true, 7, 1024), .auto_partner = true},
    {MODE("QSERVER", 8, 4, 0, true, 7, 1024), .auto_partner = true},
    {MODE("RSYNPRTN", 8, 4, 0, true, 7, 1024), .auto_partner = true},
    {MODE("SNASVCMG", 2, 1, 1, true, 7, 512), .reserved = true},
    {MODE("CPSVCMG", 2, 1, 1, true, 7, 512), .reserved = true},
#undef MODE
};

/* ---- the tables ---- */

static const struct layout {
    size_t base, n;        /* offsets of the two in struct node_config */
    size_t size, name_cap; /* of an entry, and of its name */
    size_t owner;          /* offset of its server or connection, 0 = none */
    size_t foreign;
    size_t file, line;
} layouts[CFG_KIND_N] = {
#define TABLE(table, count, type, name)                                                                      \
    .base = offsetof(struct node_config, table), .n = offsetof(struct node_config, count),                   \
    .size = sizeof(struct type), .name_cap = sizeof(((struct type *)0)->name),                               \
    .file = offsetof(struct type, file), .line = offsetof(struct type, line)
#define OWNED(type, field) .owner = offsetof(struct type, field), .foreign = offsetof(struct type, foreign)
    [CFG_SERVER] = {TABLE(servers, n_servers, cfg_server, name)},
    [CFG_LINK] = {TABLE(links, n_links, cfg_link, name), OWNED(cfg_link, server)},
    [CFG_CONN] = {TABLE(conns, n_conns, cfg_conn, name), OWNED(cfg_conn, server)},
    [CFG_LU] = {TABLE(lus, n_lus, cfg_lu, alias), OWNED(cfg_lu, server)},
    [CFG_RLU] = {TABLE(rlus, n_rlus, cfg_rlu, alias), OWNED(cfg_rlu, connection)},
    [CFG_MODE] = {TABLE(modes, n_modes, cfg_mode, name)},
    [CFG_SIDE] = {TABLE(sides, n_sides, cfg_side, name)},
    [CFG_USER] = {TABLE(users, n_users, cfg_user, name)},
#undef TABLE
#undef OWNED
};

#define NAME_FIRST(type, name)                                                                               \
    _Static_assert(offsetof(struct type, name) == 0, "an entry begins with its name")
NAME_FIRST(cfg_server, name);
NAME_FIRST(cfg_link, name);
NAME_FIRST(cfg_conn, name);
NAME_FIRST(cfg_lu, alias);
NAME_FIRST(cfg_rlu, alias);
NAME_FIRST(cfg_mode, name);
NAME_FIRST(cfg_side, name);
NAME_FIRST(cfg_user, name);

struct table {
    char *base; /* first entry */
    size_t n, size;
};

static struct table table_of(const struct node_config *c, enum cfg_kind kind)
{
    struct table t = {NULL, c->n_all[kind], layouts[kind].size};
    memcpy(&t.base, (const char *)c + layouts[kind].base, sizeof t.base); /* all pointers look alike */
    return t;
}

static void table_set(struct node_config *c, enum cfg_kind kind, void *base, size_t n)
{
    memcpy((char *)c + layouts[kind].base, &base, sizeof base);
    memcpy((char *)c + layouts[kind].n, &n, sizeof n);
    c->n_all[kind] = n;
}

static bool is_foreign(enum cfg_kind kind, const char *entry)
{
    return layouts[kind].foreign && *(const bool *)(entry + layouts[kind].foreign);
}

/* Users are accounts of other systems, whose case does not count; all other names are upper case. */
static bool same_name(enum cfg_kind kind, const char *a, const char *b)
{
    return kind == CFG_USER ? name_casecmp(a, b) == 0 : strcmp(a, b) == 0;
}

/* Make the index anew for the N entries, with room for as many again. */
static bool index_build(struct cfg_index *ix, const struct table *t, size_t n)
{
    if (!config_index_clear(ix, n))
        return false;
    for (size_t i = 0; i < n; i++)
        config_index_put(ix, t->base + i * t->size, i);
    return true;
}

void *config_next(const struct node_config *c, enum cfg_kind kind, const char *name, const void *prev)
{
    const struct cfg_index *ix = &c->index[kind];
    if (!ix->n_slots)
        return NULL;
    struct table t = table_of(c, kind);
    bool seen = !prev;
    for (size_t i = config_index_slot(ix, name); ix->slots[i]; i = config_index_next(ix, i)) {
        char *entry = t.base + (ix->slots[i] - 1) * t.size;
        if (seen && same_name(kind, entry, name))
            return entry;
        seen |= entry == prev;
    }
    return NULL;
}

void *config_find(const struct node_config *c, enum cfg_kind kind, const char *name)
{
    void *entry = config_next(c, kind, name, NULL);
    while (entry && is_foreign(kind, entry))
        entry = config_next(c, kind, name, entry);
    return entry;
}

void *config_entry(const struct node_config *c, enum cfg_kind kind, size_t i)
{
    struct table t = table_of(c, kind);
    return i < t.n ? t.base + i * t.size : NULL;
}

char *config_owner(enum cfg_kind kind, void *entry)
{
    return layouts[kind].owner ? (char *)entry + layouts[kind].owner : NULL;
}

/* Free what an entry owns, and leave no password in freed memory. */
static void entry_fini(enum cfg_kind kind, void *entry)
{
    if (kind == CFG_LU)
        free(((struct cfg_lu *)entry)->partners);
    else if (kind == CFG_RLU)
        free(((struct cfg_rlu *)entry)->partners);
    else if (kind == CFG_CONN)
        free(((struct cfg_conn *)entry)->kept);
    else if (kind == CFG_USER)
        free(((struct cfg_user *)entry)->kept);
    else if (kind == CFG_SIDE)
        explicit_bzero(entry, sizeof(struct cfg_side));
}

void config_reset(struct node_config *c, enum cfg_kind kind, void *entry)
{
    char name[CFG_USER_CAP];
    memcpy(name, entry, layouts[kind].name_cap);
    entry_fini(kind, entry);
    switch (kind) {
    case CFG_LU:
        *(struct cfg_lu *)entry = (struct cfg_lu){.tp_timeout_s = DEFAULT_TIMEOUT_S, .auto_partner = true};
        break;
    case CFG_RLU:
        *(struct cfg_rlu *)entry = (struct cfg_rlu){.auto_partner = true, .parallel = true};
        break;
    case CFG_MODE:
        *(struct cfg_mode *)entry = (struct cfg_mode){.session_limit = 1,
                                                      .auto_partner = true,
                                                      .high_priority = true,
                                                      .pace_send = 4,
                                                      .pace_recv = 4,
                                                      .max_send_ru = 1024,
                                                      .max_recv_ru = 1024};
        break;
    case CFG_CONN:
        *(struct cfg_conn *)entry = (struct cfg_conn){.remote_end = CFG_END_PEER,
                                                      .retry_delay_s = CFG_RETRY_DELAY_S,
                                                      .local_sap = "04",
                                                      .remote_sap = "04",
                                                      .keepalive_s = CFG_KEEPALIVE_S};
        break;
    default:
        memset(entry, 0, table_of(c, kind).size);
    }
    memcpy(entry, name, layouts[kind].name_cap);
}

/* Make room for one more entry.  Arrays double; realloc is not used, because it could leave passwords
 * behind. */
static bool table_grow(struct node_config *c, enum cfg_kind kind)
{
    struct table t = table_of(c, kind);
    if (t.n & (t.n - 1)) /* room is always a power of two */
        return true;
    char *base = calloc(t.n ? 2 * t.n : 1, t.size);
    if (!base)
        return false;
    if (t.n) {
        memcpy(base, t.base, t.n * t.size);
        explicit_bzero(t.base, t.n * t.size);
    }
    free(t.base);
    table_set(c, kind, base, t.n);
    return true;
}

void *config_add(struct node_config *c, enum cfg_kind kind, const char *name)
{
    struct cfg_index *ix = &c->index[kind];
    if (!table_grow(c, kind))
        return NULL;
    struct table t = table_of(c, kind);
    if (2 * (t.n + 1) > ix->n_slots && !index_build(ix, &t, t.n))
        return NULL;
    char *entry = t.base + t.n * t.size;
    memset(entry, 0, t.size);
    snprintf(entry, layouts[kind].name_cap, "%s", name);
    config_reset(c, kind, entry);
    config_index_put(ix, entry, t.n);
    table_set(c, kind, t.base, t.n + 1);
    return entry;
}

void config_remove(struct node_config *c, enum cfg_kind kind, void *entry)
{
    struct table t = table_of(c, kind);
    char *e = entry;
    size_t after = t.n - 1 - (size_t)(e - t.base) / t.size;
    entry_fini(kind, entry);
    memmove(e, e + t.size, after * t.size);
    explicit_bzero(t.base + (t.n - 1) * t.size, t.size);
    table_set(c, kind, t.base, t.n - 1);
    index_build(&c->index[kind], &t, t.n - 1); /* never grows, so never fails */
}

void config_place(enum cfg_kind kind, void *entry, struct cfg_at at)
{
    memcpy((char *)entry + layouts[kind].file, &at.file, sizeof at.file);
    memcpy((char *)entry + layouts[kind].line, &at.line, sizeof at.line);
}

void config_set_foreign(enum cfg_kind kind, void *entry, bool foreign)
{
    if (layouts[kind].foreign)
        *(bool *)((char *)entry + layouts[kind].foreign) = foreign;
}

void config_partition(struct node_config *c, enum cfg_kind kind)
{
    struct table t = table_of(c, kind);
    size_t own = 0;
    char *sorted = malloc(t.n * t.size + 1), *to = sorted;
    if (!sorted)
        return; /* then LUs of other nodes are shown among this node's */
    for (int foreign = 0; foreign < 2; foreign++)
        for (size_t i = 0; i < t.n; i++)
            if (is_foreign(kind, t.base + i * t.size) == foreign) {
                memcpy(to, t.base + i * t.size, t.size);
                to += t.size;
                own += !foreign;
            }
    if (t.n)
        memcpy(t.base, sorted, t.n * t.size);
    explicit_bzero(sorted, t.n * t.size);
    free(sorted);
    if (c->index[kind].n_slots)
        index_build(&c->index[kind], &t, t.n); /* never grows, so never fails */
    memcpy((char *)c + layouts[kind].n, &own, sizeof own);
}

bool config_add_partner(struct cfg_partner **v, size_t *n, const struct cfg_partner *p)
{
    if ((*n & (*n - 1)) == 0) {
        struct cfg_partner *more = realloc(*v, (*n ? 2 * *n : 1) * sizeof *more);
        if (!more)
            return false;
        *v = more;
    }
    (*v)[(*n)++] = *p;
    return true;
}

const char *config_file(struct node_config *c, const char *name)
{
    char **files = realloc(c->files, (c->n_files + 1) * sizeof *files);
    if (!files)
        return NULL;
    c->files = files;
    char *copy = strdup(name);
    if (copy)
        c->files[c->n_files++] = copy;
    return copy;
}

const char *config_mode_shown(const char *name)
{
    return *name ? name : "BLANK";
}

#define PREDEFINED_N (sizeof predefined / sizeof predefined[0])

const struct cfg_mode *config_predefined_at(size_t i)
{
    return i < PREDEFINED_N ? &predefined[i] : NULL;
}

const struct cfg_mode *config_predefined(const char *name)
{
    for (size_t i = 0; i < PREDEFINED_N; i++)
        if (strcmp(predefined[i].name, name) == 0)
            return &predefined[i];
    return NULL;
}

void config_init(struct node_config *c)
{
    *c = (struct node_config){.audit_level = -1};
    for (size_t i = 0; i < PREDEFINED_N; i++) {
        struct cfg_mode *m = config_add(c, CFG_MODE, predefined[i].name);
        if (m)
            *m = predefined[i];
    }
}

void config_fini(struct node_config *c)
{
    for (int kind = 0; kind < CFG_KIND_N; kind++) {
        struct table t = table_of(c, kind);
        for (size_t i = 0; i < t.n; i++)
            entry_fini(kind, t.base + i * t.size);
        free(t.base);
        free(c->index[kind].slots);
    }
    config_survey_fini(c);
    for (size_t i = 0; i < c->n_kept; i++) {
        free(c->kept[i].name);
        free(c->kept[i].text);
    }
    free(c->kept);
    free(c->diagnostic_kept);
    for (size_t i = 0; i < c->n_files; i++)
        free(c->files[i]);
    free(c->files);
    *c = (struct node_config){.audit_level = -1};
}

struct cfg_lu *config_lu(const struct node_config *c, const char *alias)
{
    return config_find(c, CFG_LU, alias);
}

struct cfg_rlu *config_rlu(const struct node_config *c, const char *alias)
{
    return config_find(c, CFG_RLU, alias);
}

struct cfg_mode *config_mode(const struct node_config *c, const char *name)
{
    return config_find(c, CFG_MODE, name);
}

struct cfg_side *config_side(const struct node_config *c, const char *name)
{
    return config_find(c, CFG_SIDE, name);
}

struct cfg_conn *config_conn(const struct node_config *c, const char *name)
{
    return config_find(c, CFG_CONN, name);
}

struct cfg_link *config_link(const struct node_config *c, const char *name)
{
    return config_find(c, CFG_LINK, name);
}

int config_log_level(const struct node_config *c)
{
    switch (c->audit_level) {
    case 0:
        return LOG_LV_ERROR;
    case 6:
    case 8:
        return LOG_LV_INFO;
    case 10:
        return LOG_LV_WARN;
    default:
        return -1;
    }
}

void config_error(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
{
    char text[900];
    va_list ap;
    if (config_full(d))
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    diag_error(d, file, line, "%s", text);
    if (config_full(d))
        diag_error(d, file, line, "%d errors, the rest is not shown", CONFIG_ERRORS_MAX);
}

bool config_full(const struct diag *d)
{
    return d->errors >= CONFIG_ERRORS_MAX;
}
