/* What one machine offers: its TPs and LUs. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/dirstate.h"

static uint64_t item_hash(const struct machine *m, enum entry_type type, uint32_t number)
{
    return hash_u64(m->instance ^ hash_u64((uint64_t)type << 32 | number));
}

struct item *item_find(const struct directory *d, const struct machine *m, enum entry_type type,
                       uint32_t number)
{
    for (struct hash_node *h = hash_first(&d->items, item_hash(m, type, number)); h; h = hash_next(h)) {
        struct item *i = LIST_OWNER(h, struct item, by_key);
        if (i->machine == m && i->type == type && i->number == number)
            return i;
    }
    return NULL;
}

static size_t octets(const struct item *i)
{
    return sizeof *i + i->name_n + 1u;
}

void item_free(struct directory *d, struct item *i)
{
    hash_remove(&d->items, &i->by_key);
    if (i->type == ENTRY_TP)
        hash_remove(&d->names, &i->by_name);
    else
        hash_remove(&d->lus, &i->by_name);
    list_remove(&i->in_pool);
    list_remove(&i->in_machine);
    i->machine->n_items--;
    d->octets -= octets(i);
    free(i);
}

static struct match_name name_of(const struct item *i)
{
    struct match_name name = {.n = i->name_n};
    memcpy(name.s, i->name, i->name_n);
    return name;
}

static struct item *item_new(const struct entry *e)
{
    const char *name = e->type == ENTRY_TP ? e->u.tp.name.s : e->u.lu.name;
    size_t n = e->type == ENTRY_TP ? e->u.tp.name.n : strlen(name);
    struct item *i = calloc(1, sizeof *i + n + 1);
    if (!i)
        return NULL;
    list_init(&i->in_pool);
    memcpy(i->name, name, n);
    i->name_n = (uint8_t)n;
    i->type = (uint8_t)e->type;
    return i;
}

static void fill(struct item *i, const struct entry *e)
{
    i->version = e->version;
    if (e->type == ENTRY_TP) {
        memcpy(i->lu, e->u.tp.lu, sizeof i->lu);
        i->kind = (uint8_t)e->u.tp.kind;
        i->flag = e->u.tp.alias;
        i->running = e->u.tp.running;
        i->waiting = e->u.tp.waiting;
    } else {
        memcpy(i->lu, e->u.lu.alias, sizeof i->lu);
        i->flag = e->u.lu.pool;
    }
}

static bool same_name(const struct item *i, const struct entry *e)
{
    return e->type == ENTRY_TP ? i->name_n == e->u.tp.name.n && !memcmp(i->name, e->u.tp.name.s, i->name_n)
                               : strcmp(i->name, e->u.lu.name) == 0;
}

/* TPs are not looked for by their LU. */
static bool same_alias(const struct item *i, const struct entry *e)
{
    return e->type == ENTRY_TP || strcmp(i->lu, e->u.lu.alias) == 0;
}

static void enter_pool(struct directory *d, struct item *i)
{
    list_remove(&i->in_pool);
    if (i->type == ENTRY_LU && i->flag)
        list_append(&d->pool, &i->in_pool);
}

uint64_t item_lu_hash(const char *alias)
{
    return hash_octets(ENTRY_LU, alias, strlen(alias));
}

const char *item_put(struct directory *d, struct machine *m, uint32_t number, const struct entry *e)
{
    struct item *old = item_find(d, m, e->type, number);
    if (old)
        old->epoch = d->epoch;
    if (e->version <= m->entry.since || (old && e->version <= old->version))
        return NULL; /* told again, or late */
    if (old && same_name(old, e) && same_alias(old, e)) {
        fill(old, e);
        enter_pool(d, old);
        return NULL;
    }
    if (!old && m->n_items == DIRECTORY_ENTRIES_MAX)
        return "the machine has more entries than a node keeps";
    struct item *i = item_new(e);
    if (!i)
        return "out of memory";
    if (old)
        item_free(d, old);
    fill(i, e);
    i->machine = m;
    i->number = number;
    i->epoch = d->epoch;
    hash_add(&d->items, &i->by_key, item_hash(m, e->type, number));
    if (e->type == ENTRY_TP)
        hash_add(&d->names, &i->by_name, hash_u64(match_key(&e->u.tp.name)));
    else
        hash_add(&d->lus, &i->by_name, item_lu_hash(i->lu));
    enter_pool(d, i);
    list_append(&m->items, &i->in_machine);
    m->n_items++;
    d->octets += octets(i);
    return NULL;
}

void item_entry(const struct item *i, struct entry *e)
{
    memset(e, 0, sizeof *e);
    e->type = (enum entry_type)i->type;
    e->version = i->version;
    if (i->type == ENTRY_TP) {
        e->u.tp.name = name_of(i);
        memcpy(e->u.tp.lu, i->lu, sizeof i->lu);
        e->u.tp.kind = (enum entry_kind)i->kind;
        e->u.tp.alias = i->flag;
        e->u.tp.running = i->running;
        e->u.tp.waiting = i->waiting;
    } else {
        memcpy(e->u.lu.alias, i->lu, sizeof i->lu);
        memcpy(e->u.lu.name, i->name, i->name_n + 1u);
        e->u.lu.pool = i->flag;
    }
}

/* hash_u64 is a bijection, so the same hash is the same key. */
struct item *item_first(const struct directory *d, uint64_t key)
{
    struct hash_node *h = hash_first(&d->names, hash_u64(key));
    return h ? LIST_OWNER(h, struct item, by_name) : NULL;
}

struct item *item_next(const struct item *i)
{
    struct hash_node *h = hash_next(&i->by_name);
    return h ? LIST_OWNER(h, struct item, by_name) : NULL;
}
