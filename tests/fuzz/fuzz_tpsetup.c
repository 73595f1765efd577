/* tpsetup's editor: any texts as the settings of a TP that is added, replaced, changed or removed in a
 * registry file of any octets.  The first two octets choose the operation and the settings; then come eight
 * texts, each up to a NUL (name, path, arguments, local LU, further names, timeout, user, password); the rest
 * is the file. */
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/setup/tpchange.h"
#include "attachmgr/setup/tpwhere.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { NAME, PATH, ARGUMENTS, LU, FURTHER, TIMEOUT, USER, PASSWORD, N_TEXTS };
enum op { ADD, REPLACE, CLEAN, CHANGE, REMOVE, N_OPS };

static void must(bool ok)
{
    if (!ok)
        abort();
}

/* The N_TEXTS texts at *P, copied; false when there are fewer. */
static bool take_texts(const uint8_t **p, size_t *n, char *texts[N_TEXTS])
{
    for (int i = 0; i < N_TEXTS; i++) {
        const uint8_t *end = *n > 0 ? memchr(*p, '\0', *n) : NULL;
        if (!end)
            return false;
        texts[i] = strdup((const char *)*p);
        must(texts[i] != NULL);
        *n -= (size_t)(end + 1 - *p);
        *p = end + 1;
    }
    return true;
}

/* What cannot be taken is refused with a reason, and leaves the settings as they were. */
static void settings(struct tpspec *s, uint8_t given, char *const texts[N_TEXTS])
{
    struct tpspec_why why = {""};
    bool ok = true;
    tpspec_init(s);
    ok &= tpspec_name(s, texts[NAME], given & 1, &why);
    ok &= !(given & 2) || tpspec_path(s, texts[PATH], &why);
    ok &= !(given & 4) || tpspec_command_line(s, texts[ARGUMENTS], &why);
    ok &= !(given & 8) || tpspec_lu(s, texts[LU], &why);
    ok &= !(given & 16) || tpspec_accept_names(s, texts[FURTHER], &why);
    ok &= !(given & 32) || tpspec_timeout(s, texts[TIMEOUT], &why) ||
          tpspec_timeout_seconds(s, texts[TIMEOUT], &why);
    if (given & 64)
        ok &= tpspec_user(s, texts[USER], texts[PASSWORD], &why);
    else if (given & 128)
        ok &= tpspec_remove_user(s, texts[USER], &why);
    must(ok || why.text[0]);
    static const enum tp_kind kinds[] = {TP_QUEUED, TP_NONQUEUED, TP_OPERATOR};
    s->kind = kinds[given % 3];
    s->service = given & 4 && given & 8;
    s->security = given & 64;
    s->given |= given & 16 ? TPSPEC_KIND | TPSPEC_SECURITY : TPSPEC_SERVICE;
}

static bool edit(enum op op, struct regedit *e, const struct regfile *reg, const struct tpspec *s,
                 struct tpspec_why *why)
{
    if (op == CHANGE)
        return tpchange_change(e, reg, s, why);
    if (op == REMOVE)
        return tpchange_remove(e, reg, s->name, why);
    return tpchange_add(e, reg, s, op != ADD, op == CLEAN, why);
}

static bool has(const struct regfile *reg, const struct tpspec *s)
{
    return tpchange_exists(reg, s->name);
}

/* A value that is no number or no text of its own is kept, but what was given is there as it was given. */
static void judge(enum op op, const struct regfile *old, const struct regfile *now, const struct tpspec *s)
{
    struct tpwhere w[TPWHERE_ENTRIES];
    must(has(now, s) == (op != REMOVE));
    must(op != ADD || !has(old, s));
    if (op == REMOVE)
        return;
    must(tpwhere_find(now, s->name, w) == 1);
    const struct reg_value *v = reg_value(w[0].key, "LocalLU");
    if (s->given & TPSPEC_LU && s->lu[0])
        must(v && v->text && strcmp(v->text, s->lu) == 0);
    v = reg_value(w[0].key, "SNAServiceType");
    if (s->given & TPSPEC_KIND && !tpwhere_is_service(&w[0]))
        must(v && v->type == REG_DWORD && v->dword == (uint32_t)s->kind);
    for (size_t i = 0; i < s->n_users; i++) {
        v = reg_value(w[0].key, s->users[i].name);
        must(s->users[i].remove ? !v : v && v->text && strcmp(v->text, s->users[i].password) == 0);
    }
}

/* The file as it is then can be read again, and a second time nothing is left to do. */
static void do_it(enum op op, const uint8_t *file, size_t n, const struct regfile *old,
                  const struct tpspec *s, struct diag *d)
{
    struct regedit e;
    struct regfile now;
    struct regtext out = {.p = NULL};
    struct tpspec_why why = {""};
    must(regedit_init(&e, "e.reg", file, n, d) == 0);
    bool done = edit(op, &e, old, s, &why);
    must(done || why.text[0]);
    if (done && regedit_text(&e, &out)) {
        regfile_init(&now);
        must(regfile_read(&now, "new.reg", out.p, out.n, d) == 0);
        judge(op, old, &now, s);
        regfile_fini(&now);
    }
    regedit_fini(&e);
    regtext_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *texts[N_TEXTS] = {NULL};
    struct regfile old;
    struct diag d;
    struct tpspec s;
    if (n < 2)
        return 0;
    const uint8_t *p = data + 2;
    n -= 2;
    diag_init(&d);
    regfile_init(&old);
    if (take_texts(&p, &n, texts)) {
        settings(&s, data[1], texts);
        if (s.name[0] && regfile_read(&old, "old.reg", p, n, &d) == 0)
            do_it((enum op)(data[0] % N_OPS), p, n, &old, &s, &d);
        tpspec_fini(&s);
    }
    for (int i = 0; i < N_TEXTS; i++)
        free(texts[i]);
    regfile_fini(&old);
    diag_fini(&d);
    return 0;
}
