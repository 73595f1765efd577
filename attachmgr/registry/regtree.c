/* The keys and values of registry files, found by hashing.
 *
 * An export of a whole registry has hundreds of thousands of keys, and a hostile one may delete them again
 * and again; so deleting a key does not go through all keys.  It leaves a note, "all below PATH that is
 * older than this", and each lookup asks for the notes on the prefixes of its path.  One sweep at the end
 * of the file removes the keys that the notes name, and then the notes. */
#include "attachmgr/registry/regtree.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regtext.h"

struct deletion {
    struct reg_node node; /* must be first */
    unsigned stamp;
};

static const struct {
    const char *brief, *full;
} roots[] = {
    {"HKLM", "HKEY_LOCAL_MACHINE"}, {"HKCU", "HKEY_CURRENT_USER"},   {"HKCR", "HKEY_CLASSES_ROOT"},
    {"HKU", "HKEY_USERS"},          {"HKCC", "HKEY_CURRENT_CONFIG"},
};

static char upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* FNV-1a over the name in upper case. */
#define HASH_START 2166136261u

static uint32_t hash_more(uint32_t h, char c)
{
    return (h ^ (uint8_t)upper(c)) * 16777619u;
}

static uint32_t hash_name(const char *name, size_t n)
{
    uint32_t h = HASH_START;
    for (size_t i = 0; i < n; i++)
        h = hash_more(h, name[i]);
    return h;
}

static bool same_name(const char *name, const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && name[i] != '\0' && upper(name[i]) == upper(s[i]))
        i++;
    return i == n && name[n] == '\0';
}

static struct reg_node *index_find(const struct reg_index *x, uint32_t hash, const char *name, size_t n)
{
    if (x->n_slots == 0)
        return NULL;
    struct reg_node *e = x->slots[hash & (x->n_slots - 1)];
    while (e && (e->hash != hash || !same_name(e->name, name, n)))
        e = e->chain;
    return e;
}

static bool index_grow(struct reg_index *x)
{
    size_t n_slots = x->n_slots ? x->n_slots * 2 : 16;
    struct reg_node **slots = calloc(n_slots, sizeof(struct reg_node *));
    if (!slots)
        return false;
    for (size_t i = 0; i < x->n_slots; i++) {
        struct reg_node *next;
        for (struct reg_node *e = x->slots[i]; e; e = next) {
            next = e->chain;
            e->chain = slots[e->hash & (n_slots - 1)];
            slots[e->hash & (n_slots - 1)] = e;
        }
    }
    free(x->slots);
    x->slots = slots;
    x->n_slots = n_slots;
    return true;
}

static bool index_add(struct reg_index *x, struct reg_node *e)
{
    if (x->n >= x->n_slots && !index_grow(x))
        return false;
    struct reg_node **slot = &x->slots[e->hash & (x->n_slots - 1)];
    e->chain = *slot;
    *slot = e;
    x->n++;
    return true;
}

static void index_remove(struct reg_index *x, struct reg_node *e)
{
    struct reg_node **p = &x->slots[e->hash & (x->n_slots - 1)];
    while (*p != e)
        p = &(*p)->chain;
    *p = e->chain;
    x->n--;
}

static void index_fini(struct reg_index *x)
{
    free(x->slots);
    *x = (struct reg_index){.slots = NULL};
}

/* E's name becomes a copy of NAME. */
static bool node_init(struct reg_node *e, uint32_t hash, const char *name, size_t n)
{
    e->chain = NULL;
    e->hash = hash;
    e->name = strndup(name, n);
    return e->name != NULL;
}

/* ---- values ---- */

static void value_clear(struct reg_value *v)
{
    regtext_wipe_free(v->text, v->text_n);
    regtext_wipe_free(v->data, v->n);
    v->text = NULL;
    v->data = NULL;
    v->text_n = v->n = 0;
    v->type = REG_NONE;
    v->dword = 0;
}

static void value_free(struct reg_value *v)
{
    value_clear(v);
    free(v->node.name);
    free(v);
}

struct reg_value *regtree_value(struct reg_key *k, const char *name, size_t n)
{
    uint32_t hash = hash_name(name, n);
    struct reg_value *v = (struct reg_value *)index_find(&k->index, hash, name, n);
    if (v) {
        value_clear(v);
        return v;
    }
    v = calloc(1, sizeof *v);
    if (!v)
        return NULL;
    if (!node_init(&v->node, hash, name, n) || !index_add(&k->index, &v->node)) {
        value_free(v);
        return NULL;
    }
    v->name = v->node.name;
    v->link = k->tail;
    *k->tail = v;
    k->tail = &v->next;
    return v;
}

void regtree_delete_value(struct reg_key *k, const char *name, size_t n)
{
    struct reg_value *v = (struct reg_value *)index_find(&k->index, hash_name(name, n), name, n);
    if (!v)
        return;
    index_remove(&k->index, &v->node);
    *v->link = v->next;
    if (v->next)
        v->next->link = v->link;
    else
        k->tail = v->link;
    value_free(v);
}

struct reg_value *reg_value(const struct reg_key *k, const char *name)
{
    if (!k)
        return NULL;
    size_t n = strlen(name);
    return (struct reg_value *)index_find(&k->index, hash_name(name, n), name, n);
}

/* ---- keys ---- */

static void key_clear(struct reg_key *k)
{
    struct reg_value *next;
    for (struct reg_value *v = k->values; v; v = next) {
        next = v->next;
        value_free(v);
    }
    k->values = NULL;
    k->tail = &k->values;
    index_fini(&k->index);
}

static void key_free(struct reg_key *k)
{
    key_clear(k);
    free(k->node.name);
    free(k);
}

/* Has K, or a key above it, been deleted since K was made? */
static bool key_is_deleted(const struct regfile *r, const struct reg_key *k)
{
    if (r->deleted.n == 0)
        return false;
    uint32_t h = HASH_START;
    for (size_t i = 0;; i++) {
        char c = k->path[i];
        if (c == '\\' || c == '\0') {
            const struct deletion *d = (const struct deletion *)index_find(&r->deleted, h, k->path, i);
            if (d && d->stamp > k->stamp)
                return true;
        }
        if (c == '\0')
            return false;
        h = hash_more(h, c);
    }
}

struct reg_key *regtree_key(struct regfile *r, const char *path, size_t n, const char *file, unsigned line)
{
    uint32_t hash = hash_name(path, n);
    struct reg_key *k = (struct reg_key *)index_find(&r->index, hash, path, n);
    if (k) {
        if (!key_is_deleted(r, k))
            return k;
        key_clear(k);
    } else {
        k = calloc(1, sizeof *k);
        if (!k)
            return NULL;
        k->tail = &k->values;
        if (!node_init(&k->node, hash, path, n) || !index_add(&r->index, &k->node)) {
            key_free(k);
            return NULL;
        }
        k->path = k->node.name;
        k->link = r->tail;
        *r->tail = k;
        r->tail = &k->next;
    }
    k->stamp = r->stamp;
    k->file = file;
    k->line = line;
    return k;
}

bool regtree_delete(struct regfile *r, const char *path, size_t n)
{
    uint32_t hash = hash_name(path, n);
    struct deletion *d = (struct deletion *)index_find(&r->deleted, hash, path, n);
    if (!d) {
        d = calloc(1, sizeof *d);
        if (!d)
            return false;
        if (!node_init(&d->node, hash, path, n) || !index_add(&r->deleted, &d->node)) {
            free(d->node.name);
            free(d);
            return false;
        }
    }
    d->stamp = ++r->stamp;
    return true;
}

static void key_remove(struct regfile *r, struct reg_key *k)
{
    index_remove(&r->index, &k->node);
    *k->link = k->next;
    if (k->next)
        k->next->link = k->link;
    else
        r->tail = k->link;
    key_free(k);
}

void regtree_sweep(struct regfile *r)
{
    struct reg_key *next;
    for (struct reg_key *k = r->keys; k && r->deleted.n > 0; k = next) {
        next = k->next;
        if (key_is_deleted(r, k))
            key_remove(r, k);
    }
    for (size_t i = 0; i < r->deleted.n_slots; i++) {
        struct reg_node *e = r->deleted.slots[i];
        while (e) {
            struct reg_node *chain = e->chain;
            free(e->name);
            free(e);
            e = chain;
        }
    }
    index_fini(&r->deleted);
}

const char *regtree_root(const char *root, size_t n)
{
    for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
        if (same_name(roots[i].brief, root, n) || same_name(roots[i].full, root, n))
            return roots[i].full;
    return NULL;
}

struct reg_key *regfile_key(const struct regfile *r, const char *path)
{
    const char *rest = strchrnul(path, '\\');
    const char *root = regtree_root(path, (size_t)(rest - path));
    if (!root)
        return NULL;
    uint32_t h = hash_name(root, strlen(root));
    for (const char *c = rest; *c; c++)
        h = hash_more(h, *c);
    struct reg_key *k =
        r->index.n_slots ? (struct reg_key *)r->index.slots[h & (r->index.n_slots - 1)] : NULL;
    size_t rest_n = strlen(rest);
    for (; k; k = (struct reg_key *)k->node.chain)
        if (k->node.hash == h && same_name(k->path + strcspn(k->path, "\\"), rest, rest_n) &&
            same_name(root, k->path, strcspn(k->path, "\\")))
            return k;
    return NULL;
}

/* ---- the whole ---- */

const char *regtree_file(struct regfile *r, const char *name)
{
    char **files = realloc(r->files, (r->n_files + 1) * sizeof *files);
    if (!files)
        return NULL;
    r->files = files;
    char *copy = strdup(name);
    if (copy)
        files[r->n_files++] = copy;
    return copy;
}

void regfile_init(struct regfile *r)
{
    *r = (struct regfile){.keys = NULL};
    r->tail = &r->keys;
}

void regfile_fini(struct regfile *r)
{
    struct reg_key *next;
    for (struct reg_key *k = r->keys; k; k = next) {
        next = k->next;
        key_free(k);
    }
    r->keys = NULL;
    regtree_sweep(r);
    index_fini(&r->index);
    for (size_t i = 0; i < r->n_files; i++)
        free(r->files[i]);
    free(r->files);
    regfile_init(r);
}
