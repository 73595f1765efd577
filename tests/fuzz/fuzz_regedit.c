/* Any octets as a registry file that is edited: nothing may change but what was asked for. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regedit.h"
#include "attachmgr/registry/regfile.h"

#define KEY "HKEY_LOCAL_MACHINE\\S\\T"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool ok)
{
    if (!ok)
        abort();
}

static bool is_ours(const char *path)
{
    return strncasecmp(path, KEY, sizeof KEY - 1) == 0 &&
           (path[sizeof KEY - 1] == '\\' || !path[sizeof KEY - 1]);
}

static bool same(const struct reg_value *v, const struct reg_value *w)
{
    return w && v->type == w->type && v->dword == w->dword && v->n == w->n && v->text_n == w->text_n &&
           (v->n == 0 || memcmp(v->data, w->data, v->n) == 0) &&
           (!v->text || memcmp(v->text, w->text, v->text_n) == 0) && strcmp(v->name, w->name) == 0;
}

/* Every value of X is in Y, but for those of our key when only OTHERS. */
static void covers(const struct regfile *x, const struct regfile *y, bool others)
{
    for (const struct reg_key *k = x->keys; k; k = k->next) {
        const struct reg_key *l = regfile_key(y, k->path);
        must(l || (others && is_ours(k->path)));
        for (const struct reg_value *v = k->values; v && !(others && is_ours(k->path)); v = v->next)
            must(same(v, reg_value(l, v->name)));
    }
}

static bool has_ours(const struct regfile *x)
{
    for (const struct reg_key *k = x->keys; k; k = k->next)
        if (is_ours(k->path))
            return true;
    return false;
}

static void edit(const uint8_t *data, size_t n, const struct regfile *old, struct diag *d)
{
    static const struct regwrite_value set = {.name = "v", .type = REG_SZ, .text = "a \"\\b"};
    struct regedit e;
    struct regfile reg;
    struct regtext out = {.p = NULL};
    regfile_init(&reg);
    must(regedit_init(&e, "e.reg", data, n, d) == 0 && regedit_text(&e, &out));
    must(out.n == n && memcmp(out.p, data, n) == 0);
    must(regedit_set(&e, KEY, &set) == REGTEXT_OK);
    regedit_remove_value(&e, KEY, "w");
    regtext_reset(&out);
    must(regedit_text(&e, &out) && regfile_read(&reg, "new.reg", out.p, out.n, d) == 0);
    covers(old, &reg, true);
    covers(&reg, old, true);
    const struct reg_value *v = reg_value(regfile_key(&reg, KEY), "v");
    must(v && v->type == REG_SZ && strcmp(v->text, set.text) == 0 && strcmp(v->name, "v") == 0);
    must(!reg_value(regfile_key(&reg, KEY), "w"));
    regedit_remove_key(&e, KEY);
    regtext_reset(&out);
    must(regedit_text(&e, &out));
    regfile_fini(&reg);
    must(regfile_read(&reg, "gone.reg", out.p, out.n, d) == 0 && !regfile_key(&reg, KEY));
    covers(old, &reg, true);
    covers(&reg, old, true);
    if (!has_ours(old))
        must(out.n == n && memcmp(out.p, data, n) == 0);
    regfile_fini(&reg);
    regedit_fini(&e);
    regtext_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct regfile old;
    struct diag d;
    diag_init(&d);
    regfile_init(&old);
    if (regfile_read(&old, "old.reg", data, n, &d) == 0)
        edit(data, n, &old, &d);
    regfile_fini(&old);
    diag_fini(&d);
    return 0;
}
