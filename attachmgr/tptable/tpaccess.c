#include "attachmgr/tptable/tpaccess.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tptable.h"
#include "attachmgr/tptable/tpvalue.h"

#define BLANKS " \t,;"

static void free_names(char **who)
{
    for (size_t i = 0; who && who[i]; i++)
        free(who[i]);
    free(who);
}

/* "user, @group" as a list; NULL when there is no name in it, or no memory (*NOMEM). */
static char **split(const char *text, bool *nomem)
{
    size_t n = 0, cap = strlen(text) / 2 + 2;
    char **who = calloc(cap, sizeof *who);
    *nomem = !who;
    for (const char *p = text + strspn(text, BLANKS); who && *p; p += strspn(p, BLANKS)) {
        size_t k = strcspn(p, BLANKS);
        who[n] = strndup(p, k);
        *nomem = !who[n];
        if (*nomem)
            break;
        n++;
        p += k;
    }
    if (n > 0 && !*nomem)
        return who;
    free_names(who);
    return NULL;
}

static void take_lu(struct tp_table *t, const struct tpvalue_owner *o, const struct reg_value *v)
{
    struct tp_access *a = &t->access[t->n_access];
    struct reg_value alias = {.name = v->name,
                              .type = REG_SZ,
                              .text = v->name,
                              .text_n = strlen(v->name),
                              .file = v->file,
                              .line = v->line};
    bool nomem;
    *a = (struct tp_access){.who = NULL};
    tpvalue_lu(o, &alias, a->lu);
    if (!a->lu[0] || !tpvalue_text(o, v, TPVALUE_SZ))
        return;
    a->who = split(v->text, &nomem);
    if (nomem)
        tpvalue_fault_nomem(o, v);
    else if (!a->who)
        tpvalue_fault(o, v, "names no user and no @group; remove it to let everybody allocate");
    else
        t->n_access++;
}

void tpaccess_build(struct tp_table *t, const struct reg_key *base, const struct reg_key *access,
                    struct diag *d)
{
    const struct tpvalue_owner o = {d, "SnaBase\\Parameters"}, a = {d, "SnaBase\\Parameters\\AllocateAccess"};
    const struct reg_value *v = base ? reg_value(base, "AdminGroup") : NULL;
    if (v && tpvalue_text(&o, v, TPVALUE_SZ) && v->text_n > 0)
        tpvalue_string(&o, v, TPVALUE_SZ, &t->admin_group);
    if (!access || access->index.n == 0)
        return;
    t->access = calloc(access->index.n, sizeof *t->access);
    if (!t->access) {
        tpvalue_fault_nomem(&a, access->values);
        return;
    }
    for (v = access->values; v; v = v->next)
        if (v->name[0])
            take_lu(t, &a, v);
}

void tpaccess_fini(struct tp_table *t)
{
    for (size_t i = 0; i < t->n_access; i++)
        free_names(t->access[i].who);
    free(t->access);
    free(t->admin_group);
    t->access = NULL;
    t->n_access = 0;
    t->admin_group = NULL;
}
