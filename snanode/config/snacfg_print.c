/* The option tables read backwards.  Default values are printed, too, unless they are empty: so the text
 * says everything, and means the same when a default changes. */
#include "snanode/config/snacfg_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

#define VALUE_CAP 512

static void put(struct snacfg_text *t, const char *s)
{
    snacfg_text_add(t, s, strlen(s));
}

/* ---- one object ---- */

/* In quotation marks, unless it is plain. */
static void put_word(struct snacfg_text *t, const char *s)
{
    bool plain = *s && !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")];
    put(t, plain ? "" : "\"");
    put(t, s);
    put(t, plain ? "" : "\"");
}

/* The name as a command has it: qualified when several objects have the alias. */
static void put_name(const struct node_config *c, const struct resource *res, void *object, bool bare,
                     struct snacfg_text *out)
{
    const char *name = object, *owner = config_owner(res->kind, object);
    void *first = owner ? config_next(c, res->kind, name, NULL) : NULL;
    char text[CFG_USER_CAP + CFG_SERVER_CAP + 4];
    if (first && config_next(c, res->kind, name, first))
        snprintf(text, sizeof text, "%s%s:%s", strchr(owner, '\\') ? "\\\\" : "", owner, name);
    else if (res->kind == CFG_SERVER && strchr(name, '\\'))
        snprintf(text, sizeof text, "\\\\%s", name);
    else
        snprintf(text, sizeof text, "%s", res->kind == CFG_MODE ? config_mode_shown(name) : name);
    if (bare)
        put(out, text);
    else
        put_word(out, text);
}

/* A predefined mode exists before any command. */
static bool is_predefined(const struct resource *res, const void *object)
{
    return res->kind == CFG_MODE && ((const struct cfg_mode *)object)->predefined;
}

static void print_secret(const struct resource *res, const void *object, struct snacfg_text *out)
{
    const struct cfg_side *s = object;
    if (res->kind == CFG_SIDE && *s->password) {
        put(out, " /secpassword:");
        put_word(out, s->password);
    }
}

/* RESOURCE NAME /add and all its options, on one line. */
static void print_object(const struct node_config *c, const struct resource *res, void *object, bool secrets,
                         struct snacfg_text *out)
{
    char value[VALUE_CAP];
    const char *kept = snacfg_kept_options(res->kind, object);
    put(out, res->name);
    if (res->kind != CFG_KIND_N) {
        put(out, " ");
        put_name(c, res, object, false, out);
        put(out, is_predefined(res, object) ? "" : " /add");
    }
    for (size_t i = 0; i < res->n_options; i++) {
        const struct option *o = &res->options[i];
        if (!o->type || !o->type->get || !o->type->get(o, object, value, sizeof value))
            continue;
        put(out, " /");
        put(out, o->name);
        put(out, ":");
        put_word(out, value);
    }
    if (kept)
        put(out, kept);
    if (secrets)
        print_secret(res, object, out);
    put(out, "\n");
}

static void print_partners(const struct node_config *c, const struct resource *res, void *object,
                           struct snacfg_text *out)
{
    const struct cfg_lu *lu = object;
    const struct cfg_rlu *rlu = object;
    const struct cfg_partner *v = res->kind == CFG_LU ? lu->partners : rlu->partners;
    size_t n = res->kind == CFG_LU ? lu->n_partners : rlu->n_partners;
    for (size_t i = 0; i < n; i++) {
        put(out, res->name);
        put(out, " ");
        put_name(c, res, object, false, out);
        put(out, " /addpartner:\"");
        if (*v[i].qualifier) {
            put(out, strchr(v[i].qualifier, '\\') ? "\\\\" : "");
            put(out, v[i].qualifier);
            put(out, ":");
        }
        put(out, v[i].lu);
        put(out, ",");
        put(out, config_mode_shown(v[i].mode));
        put(out, "\"\n");
    }
}

/* ---- all ---- */

static bool same_values(const struct resource *res, const void *a, const void *b)
{
    char x[VALUE_CAP], y[VALUE_CAP];
    for (size_t i = 0; i < res->n_options; i++) {
        const struct option *o = &res->options[i];
        if (!o->type || !o->type->get)
            continue;
        bool in_a = o->type->get(o, a, x, sizeof x), in_b = o->type->get(o, b, y, sizeof y);
        if (in_a != in_b || (in_a && strcmp(x, y) != 0))
            return false;
    }
    return true;
}

/* The changes to the modes that every configuration begins with. */
static void print_predefined(const struct node_config *c, const struct resource *res, struct snacfg_text *out)
{
    const struct cfg_mode *p;
    for (size_t i = 0; (p = config_predefined_at(i)); i++) {
        struct cfg_mode *m = config_mode(c, p->name);
        if (!m) {
            put(out, "mode ");
            put_word(out, config_mode_shown(p->name));
            put(out, " /delete\n");
        } else if (!same_values(res, m, p)) {
            print_object(c, res, m, false, out);
        }
    }
}

/* Kept commands stand where the documents' order puts them: links first, all others between the LUs and
 * the users. */
static void print_kept(const struct node_config *c, bool links, struct snacfg_text *out)
{
    for (size_t i = 0; i < c->n_kept; i++)
        if (c->kept[i].is_link == links) {
            put(out, c->kept[i].text);
            put(out, "\n");
        }
}

static void print_resource(const struct node_config *c, const struct resource *res, bool secrets,
                           struct snacfg_text *out)
{
    void *object;
    if (res->kind == CFG_MODE)
        print_predefined(c, res, out);
    for (size_t i = 0; (object = config_entry(c, res->kind, i)); i++)
        if (!is_predefined(res, object))
            print_object(c, res, object, secrets, out);
    if (res->kind == CFG_RLU) /* all LUs are there now */
        for (const struct resource *r = res - 1; r <= res; r++)
            for (size_t i = 0; (object = config_entry(c, r->kind, i)); i++)
                print_partners(c, r, object, out);
    if (res->kind == CFG_LINK || res->kind == CFG_RLU)
        print_kept(c, res->kind == CFG_LINK, out);
}

void snacfg_print(const struct node_config *c, bool secrets, struct snacfg_text *out)
{
    struct node_config *of =
        (struct node_config *)(uintptr_t)c; /* tables give entries that may be changed; here none is */
    for (size_t i = 0; i < SNACFG_RESOURCE_N; i++) {
        const struct resource *res = &snacfg_resources[i];
        if (res->kind != CFG_KIND_N)
            print_resource(c, res, secrets, out);
        else if (c->audit_level >= 0 || c->diagnostic_kept)
            print_object(c, res, of, false, out);
    }
}

/* ---- parts ---- */

/* NAME: VALUE, one a line. */
static void show_kept_options(const struct resource *res, const void *object, struct snacfg_text *out)
{
    const char *p = snacfg_kept_options(res->kind, object);
    for (size_t n; p && (n = snacfg_kept_word(p)); p += n) {
        size_t name = 2 + strcspn(p + 2, " :"), value = name < n ? name + 1 : n;
        size_t quote = value < n && p[value] == '"';
        put(out, "  ");
        snacfg_text_add(out, p + 2, name - 2); /* after the blank and the slash */
        put(out, ": ");
        snacfg_text_add(out, p + value + quote, n - value - 2 * quote);
        put(out, "\n");
    }
}

static void show_settings(const struct node_config *c, const struct resource *res, void *object,
                          struct snacfg_text *out)
{
    struct snacfg_text partners = {.s = NULL};
    char value[VALUE_CAP];
    put(out, res->name);
    if (res->kind != CFG_KIND_N) {
        put(out, " ");
        put_name(c, res, object, true, out);
    }
    put(out, "\n");
    for (size_t i = 0; i < res->n_options; i++) {
        const struct option *o = &res->options[i];
        if (!o->type || !o->type->get || !o->type->get(o, object, value, sizeof value))
            continue;
        put(out, "  ");
        put(out, o->name);
        put(out, ": ");
        put(out, value);
        put(out, "\n");
    }
    show_kept_options(res, object, out);
    if (res->kind == CFG_LU || res->kind == CFG_RLU)
        print_partners(c, res, object, &partners);
    for (char *line = partners.s; line && *line; line = strchr(line, '\n') + 1) {
        char *value_at = strstr(line, " /addpartner:\"") + 14;
        put(out, "  partner: ");
        snacfg_text_add(out, value_at, strcspn(value_at, "\""));
        put(out, "\n");
    }
    snacfg_text_fini(&partners);
}

static void show_object(const struct node_config *c, const struct resource *res, void *object,
                        enum snacfg_show how, struct snacfg_text *out)
{
    if (how == SNACFG_SETTINGS) {
        show_settings(c, res, object, out);
    } else if (how == SNACFG_LIST) {
        put_name(c, res, object, true, out);
        put(out, "\n");
    } else {
        print_object(c, res, object, false, out);
        if (res->kind == CFG_LU || res->kind == CFG_RLU)
            print_partners(c, res, object, out);
    }
}

/* Is NAME, which may be qualified, the name of this object? */
static bool is_named(const struct resource *res, void *object, const char *name)
{
    char folded[CFG_USER_CAP], on[CFG_SERVER_CAP] = "";
    const char *own = object, *owner = config_owner(res->kind, object);
    char *colon;
    if (res->kind == CFG_USER)
        return name_casecmp(own, name) == 0;
    if (res->kind == CFG_MODE)
        return snacfg_take_mode(folded, name) && strcmp(own, folded) == 0;
    if (res->kind == CFG_SERVER)
        return snacfg_take_server(folded, name) && strcmp(own, folded) == 0;
    if (!snacfg_copy(name, folded, sizeof folded))
        return false;
    name_fold(folded);
    colon = owner ? strrchr(folded, ':') : NULL;
    if (colon)
        *colon++ = '\0';
    return strcmp(own, colon ? colon : folded) == 0 &&
           (!colon || (snacfg_take_server(on, folded) && strcmp(on, owner) == 0));
}

/* The object's name in RESOURCE NAME, without quotation marks; *N is its length. */
static const char *kept_name(const struct cfg_kept *k, size_t *n)
{
    const char *name = k->name + strcspn(k->name, " ");
    name += *name == ' ';
    size_t quote = *name == '"';
    *n = k->name_n - (size_t)(name - k->name) - 2 * quote;
    return name + quote;
}

static bool is_kept_of(const struct cfg_kept *k, const char *resource)
{
    size_t n = strcspn(k->name, " ");
    return strlen(resource) == n && strncasecmp(k->name, resource, n) == 0;
}

/* Are the two names the same, with or without backslashes before a machine's name? */
static bool is_kept_name(const char *a, size_t n, const char *b)
{
    size_t skip_a = strspn(a, "\\"), skip_b = strspn(b, "\\");
    return skip_a <= n && n - skip_a == strlen(b + skip_b) &&
           strncasecmp(a + skip_a, b + skip_b, n - skip_a) == 0;
}

/* Does an earlier command have the name of the one at I? */
static bool is_kept_before(const struct node_config *c, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (c->kept[k].name_n == c->kept[i].name_n && name_casecmp(c->kept[k].name, c->kept[i].name) == 0)
            return true;
    return false;
}

/* Of resources this node does not have, only the kept commands are known.  Returns the number of objects
 * shown; *FOUND: there are some of the resource. */
static int show_kept(const struct node_config *c, const char *resource, const char *name,
                     enum snacfg_show how, struct snacfg_text *out, bool *found)
{
    int shown = 0;
    for (size_t i = 0; i < c->n_kept; i++) {
        const struct cfg_kept *k = &c->kept[i];
        size_t n;
        const char *own = kept_name(k, &n);
        if (!is_kept_of(k, resource))
            continue;
        *found = true;
        bool again = is_kept_before(c, i);
        if ((name && !is_kept_name(own, n, name)) || (how == SNACFG_LIST && again))
            continue;
        if (how == SNACFG_LIST)
            snacfg_text_add(out, own, n);
        else
            put(out, k->text);
        put(out, "\n");
        shown += !again;
    }
    return shown;
}

int snacfg_show(const struct node_config *c, const char *resource, const char *name, enum snacfg_show how,
                struct snacfg_text *out)
{
    const struct resource *res = snacfg_resources, *end = snacfg_resources + SNACFG_RESOURCE_N;
    void *object;
    bool found = false;
    int n = show_kept(c, resource, name, how, out, &found);
    while (res < end && name_casecmp(res->name, resource) != 0)
        res++;
    if (res == end)
        return found ? n : -1;
    if (res->kind == CFG_KIND_N) {
        show_object(c, res, (void *)(uintptr_t)c, how == SNACFG_LIST ? SNACFG_SETTINGS : how, out);
        return 1;
    }
    for (size_t i = 0; (object = config_entry(c, res->kind, i)); i++)
        if (!name || is_named(res, object, name)) {
            show_object(c, res, object, how, out);
            n++;
        }
    if (n == 0 && name && res->kind == CFG_USER) /* it may be the name without the domain */
        for (size_t i = 0; (object = config_entry(c, res->kind, i)); i++)
            if (name_casecmp(snacfg_account(object), name) == 0) {
                show_object(c, res, object, how, out);
                n++;
            }
    return n;
}
