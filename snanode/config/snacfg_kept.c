/* Commands about what this node has not: kept as they were said, to be printed again.  They are not
 * judged. */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_edit.h"
#include "snanode/config/snacfg_option.h"

/* /password, /secpassword and the like; the /passwords of hsdomain is none. */
static bool is_password(const struct snacfg_word *w)
{
    size_t n = strlen(w->text), tail = strlen("password");
    return *w->text == '/' && n > tail && name_casecmp(w->text + n - tail, "password") == 0;
}

static bool is_same_object(const struct cfg_kept *a, const struct cfg_kept *b)
{
    return a->name_n == b->name_n && name_casecmp(a->name, b->name) == 0;
}

static void kept_fini(struct cfg_kept *k)
{
    free(k->name);
    free(k->text);
}

static void drop(struct node_config *c, const struct cfg_kept *object)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_kept; i++)
        if (is_same_object(&c->kept[i], object))
            kept_fini(&c->kept[i]);
        else
            c->kept[n++] = c->kept[i];
    c->n_kept = n;
}

static bool append(struct node_config *c, const struct cfg_kept *k)
{
    if ((c->n_kept & (c->n_kept - 1)) == 0) { /* room is always a power of two */
        struct cfg_kept *more = realloc(c->kept, (c->n_kept ? 2 * c->n_kept : 1) * sizeof *more);
        if (!more)
            return false;
        c->kept = more;
    }
    c->kept[c->n_kept++] = *k;
    return true;
}

/* RESOURCE NAME, and the whole command without its passwords. */
static bool write_command(struct cfg_kept *k, const struct snacfg_command *words)
{
    struct snacfg_text text = {.s = NULL};
    for (size_t i = 0; i < words->n; i++) {
        if (i && is_password(&words->words[i]))
            continue;
        if (i)
            snacfg_text_add(&text, " ", 1);
        snacfg_put_word(&text, &words->words[i]);
        if (i == 1 && text.s) {
            k->name = strdup(text.s);
            k->name_n = text.n;
        }
    }
    if (text.s && !text.failed)
        k->text = strdup(text.s);
    snacfg_text_fini(&text);
    return k->name && k->text;
}

bool snacfg_keep(struct node_config *c, const struct snacfg_command *words)
{
    struct cfg_kept k = {.is_link = name_casecmp(words->words[0].text, "link") == 0};
    bool deletes = false, ok = write_command(&k, words);
    for (size_t i = 2; i < words->n; i++)
        deletes = deletes || name_casecmp(words->words[i].text, "/delete") == 0;
    if (ok && deletes)
        drop(c, &k);
    if (ok && !deletes && append(c, &k))
        return true;
    kept_fini(&k);
    return ok && deletes;
}
