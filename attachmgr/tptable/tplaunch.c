#include "attachmgr/tptable/tplaunch.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/names.h"

void tplaunch_free(struct tp_launch *l)
{
    if (!l)
        return;
    free(l->directory);
    free(l->output);
    free(l->user);
    free(l->wine);
    free(l->wine_prefix);
    free(l->environment);
    free(l);
}

static void take_path(const struct tpvalue_owner *o, const struct reg_value *v, char **out)
{
    tpvalue_string(o, v, TPVALUE_SZ, out);
    if (*out && (*out)[0] != '/') {
        tpvalue_fault(o, v, "must be an absolute path of this machine, one that begins with a slash");
        free(*out);
        *out = NULL;
    }
}

/* Strings one after another: each must be NAME=value. */
static void take_environment(const struct tpvalue_owner *o, const struct reg_value *v, char **out)
{
    size_t n = 0;
    if (v->type != REG_MULTI_SZ || !v->text) {
        tpvalue_fault(o, v, "has the wrong type: it must be a list of texts (REG_MULTI_SZ, hex(7):)");
        return;
    }
    for (const char *s = v->text; *s; s += strlen(s) + 1) {
        if (s[0] == '=' || !strchr(s, '=')) {
            tpvalue_fault(o, v, "must be a list of NAME=value");
            return;
        }
        n = (size_t)(s - v->text) + strlen(s) + 1;
    }
    free(*out);
    *out = malloc(n + 1);
    if (!*out) {
        tpvalue_fault_nomem(o, v);
        return;
    }
    memcpy(*out, v->text, n);
    (*out)[n] = '\0';
}

static void take_value(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_launch *l)
{
    if (name_casecmp(v->name, "WorkingDirectory") == 0)
        take_path(o, v, &l->directory);
    else if (name_casecmp(v->name, "OutputFile") == 0)
        take_path(o, v, &l->output);
    else if (name_casecmp(v->name, "Wine") == 0)
        take_path(o, v, &l->wine);
    else if (name_casecmp(v->name, "WinePrefix") == 0)
        take_path(o, v, &l->wine_prefix);
    else if (name_casecmp(v->name, "RunAs") == 0)
        tpvalue_string(o, v, TPVALUE_SZ, &l->user);
    else if (name_casecmp(v->name, "Environment") == 0)
        take_environment(o, v, &l->environment);
    else if (name_casecmp(v->name, "MaxMemoryMB") == 0)
        tpvalue_dword(o, v, 1, 1u << 20, &l->memory_mb);
    else if (name_casecmp(v->name, "MaxOpenFiles") == 0)
        tpvalue_dword(o, v, 4, 1u << 20, &l->files);
    else if (name_casecmp(v->name, "MaxCpuSeconds") == 0)
        tpvalue_dword(o, v, 1, UINT32_MAX, &l->cpu_s);
    else
        tpvalue_fault(o, v,
                      "is no setting of Launch: WorkingDirectory, OutputFile, RunAs, Environment, "
                      "MaxMemoryMB, MaxOpenFiles, MaxCpuSeconds, Wine, WinePrefix");
}

struct tp_launch *tplaunch_new(const struct tpvalue_owner *o, const struct reg_key *k)
{
    if (!k || !k->values)
        return NULL;
    struct tp_launch *l = calloc(1, sizeof *l);
    if (!l) {
        tpvalue_fault_nomem(o, k->values);
        return NULL;
    }
    for (const struct reg_value *v = k->values; v; v = v->next)
        take_value(o, v, l);
    return l;
}
