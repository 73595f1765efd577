/* Keys of a registry file. */
#include <string.h>

#include "attachmgr/registry/regread.h"
#include "attachmgr/registry/regtree.h"

/* The registry's own limits: characters in one key's name, levels of keys. */
#define KEY_NAME_MAX  255
#define KEY_LEVEL_MAX 512

/* The bracket that ends the key's name.  Names may hold brackets, so it is the first that nothing follows. */
static const char *closing_bracket(const struct regcursor *c)
{
    const char *p = c->p;
    while ((p = memchr(p, ']', (size_t)(c->end - p))) != NULL) {
        p++;
        struct regcursor rest = {p, c->end};
        if (p == c->end || ((*p == ' ' || *p == '\t' || *p == ';') && regcursor_at_end(&rest)))
            return p - 1;
    }
    return NULL;
}

/* What is wrong with the key name from P to END (after its root), or NULL. */
static const char *key_name_fault(const char *p, const char *end)
{
    unsigned level = 0;
    while (p < end) {
        p++;
        const char *next = memchr(p, '\\', (size_t)(end - p));
        if (!next)
            next = end;
        if (next == p)
            return "empty name between two backslashes or at the end of the key";
        if (next - p > KEY_NAME_MAX)
            return "a name in the key is longer than 255 characters";
        if (++level > KEY_LEVEL_MAX)
            return "the key has more than 512 levels";
        p = next;
    }
    return NULL;
}

/* Write the key name from P to END to OUT, with the long name of its root.  False after an error. */
static bool key_path(struct regread *rd, const char *p, const char *end, struct regtext *out)
{
    const char *rest = memchr(p, '\\', (size_t)(end - p));
    if (!rest)
        rest = end;
    const char *root = regtree_root(p, (size_t)(rest - p));
    const char *fault = root ? key_name_fault(rest, end)
                             : "the key does not begin with a root key: HKEY_LOCAL_MACHINE (HKLM), "
                               "HKEY_CURRENT_USER (HKCU)...";
    if (fault) {
        regread_fail(rd, rd->line, "%s", fault);
        return false;
    }
    regtext_reset(out);
    if (regtext_add(out, root, strlen(root)) && regtext_add(out, rest, (size_t)(end - rest)))
        return true;
    regread_nomem(rd);
    return false;
}

static void delete_key(struct regread *rd, const struct regtext *path)
{
    if (!memchr(path->p, '\\', path->n)) {
        regread_fail(rd, rd->line, "a root key cannot be deleted: name the key below it");
        return;
    }
    if (!regtree_delete(rd->r, path->p, path->n))
        regread_nomem(rd);
    rd->place = IN_DELETED_KEY;
}

void regkey_line(struct regread *rd, struct regcursor *c)
{
    rd->place = IN_BAD_KEY;
    const char *end = closing_bracket(c);
    if (!end) {
        regread_fail(rd, rd->line, "key without end: the line must be [KEY], or [-KEY] to delete it");
        return;
    }
    const char *p = c->p + 1;
    bool deletion = *p == '-';
    if (!key_path(rd, p + deletion, end, &rd->str))
        return;
    if (deletion) {
        delete_key(rd, &rd->str);
        return;
    }
    rd->key = regtree_key(rd->r, rd->str.p, rd->str.n, rd->file, rd->line);
    if (rd->key)
        rd->place = IN_KEY;
    else
        regread_nomem(rd);
}
