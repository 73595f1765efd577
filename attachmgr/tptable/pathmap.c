#include "attachmgr/tptable/pathmap.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/registry/regtext.h"
#include "snanode/base/names.h"

/* PathName is expanded whether it is REG_SZ or REG_EXPAND_SZ [A18]. */
static const struct {
    const char *name, *value;
} variables[] = {
    {"SystemDrive", "C:"},
    {"SystemRoot", "C:\\WINDOWS"},
    {"windir", "C:\\WINDOWS"},
};

void pathmap_init(struct pathmap *m)
{
    *m = (struct pathmap){.rules = NULL};
}

void pathmap_fini(struct pathmap *m)
{
    for (size_t i = 0; i < m->n; i++) {
        free(m->rules[i].from);
        free(m->rules[i].to);
    }
    free(m->rules);
    pathmap_init(m);
}

char *pathmap_unquote(const char *path, const char **rest)
{
    const char *end = path + strlen(path);
    const char *after = end;
    if (*path == '"') {
        path++;
        end = strchrnul(path, '"');
        after = *end ? end + 1 : end;
        after += strspn(after, " ");
    }
    if (rest)
        *rest = after;
    return strndup(path, (size_t)(end - path));
}

/* The value of the variable whose name is the N characters at NAME, or NULL. */
static const char *variable(const char *name, size_t n)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        if (strlen(variables[i].name) == n && strncasecmp(variables[i].name, name, n) == 0)
            return variables[i].value;
    return NULL;
}

char *pathmap_expand(const char *path)
{
    struct regtext out = {.p = NULL};
    bool ok = true;
    while (*path && ok) {
        size_t plain = strcspn(path + 1, "%") + 1; /* to the next percent sign that may begin or end a name */
        const char *value = *path == '%' && path[plain] == '%' ? variable(path + 1, plain - 1) : NULL;
        if (value)
            ok = regtext_add(&out, value, strlen(value));
        else
            ok = regtext_add(&out, path, plain);
        path += value ? plain + 1 : plain;
    }
    char *s = ok ? regtext_dup(&out) : NULL;
    regtext_fini(&out);
    return s;
}

static void slashes(char *s)
{
    for (; *s; s++)
        if (*s == '\\')
            *s = '/';
}

static void cut_slashes_at_end(char *s)
{
    size_t n = strlen(s);
    while (n > 0 && s[n - 1] == '/')
        s[--n] = '\0';
}

/* PATH in the form in which rules are compared, but not yet in upper case.  NULL when out of memory. */
static char *plain_form(const char *path)
{
    char *bare = pathmap_unquote(path, NULL);
    char *s = bare ? pathmap_expand(bare) : NULL;
    free(bare);
    if (s)
        slashes(s);
    return s;
}

/* What keeps V from being a rule, or NULL. */
static const char *rule_fault(const struct reg_value *v)
{
    if ((v->type != REG_SZ && v->type != REG_EXPAND_SZ) || !v->text || strlen(v->text) != v->text_n)
        return "must be text (REG_SZ)";
    if (v->text[0] != '/')
        return "must lead to an absolute path of this machine, one that begins with a slash";
    if (v->name[strspn(v->name, "\\/\" ")] == '\0')
        return "must be named after a path or the beginning of one, such as \"C:\\\\tps\"";
    return NULL;
}

static bool rule_init(struct pathmap_rule *rule, const struct reg_value *v)
{
    *rule = (struct pathmap_rule){
        .from = plain_form(v->name), .to = strdup(v->text), .file = v->file, .line = v->line};
    if (!rule->from || !rule->to) {
        free(rule->from);
        free(rule->to);
        return false;
    }
    name_fold(rule->from);
    cut_slashes_at_end(rule->from);
    cut_slashes_at_end(rule->to);
    return true;
}

void pathmap_add(struct pathmap *m, const struct reg_key *k, struct diag *d)
{
    if (!k || k->index.n == 0)
        return;
    struct pathmap_rule *rules = realloc(m->rules, (m->n + k->index.n) * sizeof *rules);
    if (!rules) {
        diag_error(d, k->file, k->line, "out of memory");
        return;
    }
    m->rules = rules;
    for (const struct reg_value *v = k->values; v; v = v->next) {
        char name[REGTEXT_SHOW];
        const char *fault = rule_fault(v);
        if (fault)
            diag_error(d, v->file, v->line, "PathMap entry \"%s\" %s", regtext_show(name, v->name), fault);
        else if (rule_init(&rules[m->n], v))
            m->n++;
        else
            diag_error(d, v->file, v->line, "out of memory");
    }
}

static int by_from(const void *a, const void *b)
{
    const struct pathmap_rule *x = a, *y = b;
    return strcmp(x->from, y->from);
}

/* By path; rules for the same path in the order of their lines, so that the message names the later one. */
static int by_from_and_line(const void *a, const void *b)
{
    const struct pathmap_rule *x = a, *y = b;
    int c = by_from(x, y);
    return c ? c : (x->line > y->line) - (x->line < y->line);
}

void pathmap_sort(struct pathmap *m, struct diag *d)
{
    if (m->n == 0)
        return;
    qsort(m->rules, m->n, sizeof m->rules[0], by_from_and_line);
    size_t kept = 0;
    for (size_t i = 1; i < m->n; i++) {
        struct pathmap_rule *first = &m->rules[kept], *rule = &m->rules[i];
        if (strcmp(first->from, rule->from) != 0) {
            m->rules[++kept] = *rule;
            continue;
        }
        if (strcmp(first->to, rule->to) != 0)
            diag_error(d, rule->file, rule->line,
                       "PathMap entry leads elsewhere than the one for the same path at %s:%u: remove one",
                       first->file, first->line);
        free(rule->from);
        free(rule->to);
    }
    m->n = kept + 1;
}

/* The rule for exactly the path FROM. */
static const struct pathmap_rule *find_rule(const struct pathmap *m, char *from)
{
    const struct pathmap_rule key = {.from = from};
    return m->n ? bsearch(&key, m->rules, m->n, sizeof key, by_from) : NULL;
}

/* The longest rule for a beginning of FOLDED; what it covers ends at *N.  FOLDED is shortened on the way. */
static const struct pathmap_rule *longest_rule(const struct pathmap *m, char *folded, size_t *n)
{
    size_t end = strlen(folded);
    while (end > 0) {
        while (end > 0 && folded[end - 1] == '/')
            folded[--end] = '\0';
        const struct pathmap_rule *rule = find_rule(m, folded);
        if (rule) {
            *n = end;
            return rule;
        }
        while (end > 0 && folded[end - 1] != '/')
            end--;
    }
    return NULL;
}

static char *join(const char *to, const char *rest)
{
    size_t n = strlen(to), more = strlen(rest);
    char *s = malloc(n + more + 1);
    if (!s)
        return NULL;
    memcpy(s, to, n);
    memcpy(s + n, rest, more + 1);
    return s;
}

char *pathmap_apply(const struct pathmap *m, const char *path, bool *nomem)
{
    char *program = NULL;
    *nomem = false;
    if (path[0] == '/') {
        program = strdup(path);
        *nomem = !program;
        return program;
    }
    if (strlen(path) > PATHMAP_PATH_MAX)
        return NULL;
    char *plain = plain_form(path);
    char *folded = plain ? strdup(plain) : NULL;
    *nomem = !folded;
    if (folded) {
        size_t n;
        name_fold(folded);
        const struct pathmap_rule *rule = longest_rule(m, folded, &n);
        if (rule) {
            program = join(rule->to, plain + n);
            *nomem = !program;
        }
    }
    free(folded);
    free(plain);
    return program;
}
