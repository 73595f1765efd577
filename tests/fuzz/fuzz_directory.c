/* libFuzzer entry: any octets as what others have written into the directory of a domain: KEY, NUL, TEXT,
 * NUL, and so on.  An empty text deletes, and an empty key lets a second go by.  Each text is also read as an
 * entry of every type; what is accepted is written, and read again as the same. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/directory/directory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_entry(const char *text, size_t n, enum entry_type type)
{
    struct entry e, f;
    char again[ENTRY_TEXT_MAX];
    if (!entry_read(text, n, type, &e) &&
        (entry_read(again, entry_write(&e, again), type, &f) || memcmp(&e, &f, sizeof e) != 0))
        abort();
}

static void count(void *arg, const struct entry *e)
{
    char text[ENTRY_TEXT_MAX];
    entry_write(e, text);
    (*(size_t *)arg)++;
}

struct total {
    const struct directory *d;
    size_t entries;
};

static void look(void *arg, const struct directory_machine_view *v)
{
    struct total *t = arg;
    size_t n = 0;
    directory_each_entry(t->d, v->instance, count, &n);
    if (n != v->tps + v->lus)
        abort();
    t->entries += n;
}

static void choose(struct directory *d)
{
    const struct match_found none = {.rank = -1};
    const struct match_rules rules = {.order = MATCH_ANYWHERE};
    struct match_name name;
    match_name_from_ascii(&name, "ORDERS");
    struct directory_choice c = directory_choose(d, &none, &name, "LUA", &rules, NULL);
    if ((c.instance != 0) != (c.machine != NULL))
        abort();
}

/* The octets of the next string at *P, which is moved behind its NUL; NULL at the end. */
static const char *next(const char **p, const char *end, size_t *n)
{
    const char *s = *p, *nul = memchr(s, 0, (size_t)(end - s));
    if (!nul)
        return NULL;
    *n = (size_t)(nul - s);
    *p = nul + 1;
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct directory_self self = {
        .machine = "HOSTA", .instance = 5, .entry = {.address = "a:1", .lease_s = 15}};
    struct directory *d = directory_new(&self, 1);
    struct directory_effects fx = {0};
    const char *p = (const char *)data, *end = p + size, *key, *text;
    uint64_t now = 1000;
    size_t k, n;
    if (!d)
        return 0;
    directory_back(d, now, &fx);
    while ((key = next(&p, end, &k)) && (text = next(&p, end, &n))) {
        for (const char *type = "mtl"; *type; type++)
            try_entry(text, n, (enum entry_type)(unsigned char)*type);
        if (!k)
            directory_tick(d, now += 1000, &fx);
        else if (n)
            directory_learn(d, key, text, n, now, &fx);
        else
            directory_forget(d, key, &fx);
        choose(d);
        fx.n = 0;
    }
    directory_synced(d);
    struct total t = {d, 0};
    directory_each_machine(d, look, &t);
    if (t.entries > directory_counts(d).entries)
        abort();
    directory_free(d);
    free(fx.v);
    return 0;
}
