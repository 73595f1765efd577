/* One TP as its key of the registry sets it up [HIS: Registry Entries for Clients]. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regtext.h"
#include "attachmgr/tptable/tpbuild.h"
#include "attachmgr/tptable/tplaunch.h"
#include "attachmgr/tptable/tpvalue.h"
#include "snanode/base/names.h"

/* Is K, at PLACE, the entry of a TP, and of which kind?  Values of SNAServiceType that are no kind of TP
 * belong to other components, which register themselves in the same way [R8]; none of those is under TPs. */
static bool entry_kind(const struct tpvalue_owner *o, const struct reg_key *k, enum tpplace place)
{
    const struct reg_value *v = reg_value(k, "SNAServiceType");
    bool others = place == AT_SERVICE || place == AT_SOFTWARE_SERVICE;
    uint32_t kind;
    if (!v) {
        if (!others)
            diag_warn(o->d, k->file, k->line,
                      "%s: no SNAServiceType here, so this is not taken for a TP; "
                      "add it: dword:5 queued, 6 nonqueued, 1a operator-started",
                      o->what);
        return false;
    }
    if (!tpvalue_dword(o, v, 0, UINT32_MAX, &kind))
        return false;
    if (kind == TP_QUEUED || kind == TP_NONQUEUED || kind == TP_OPERATOR)
        return true;
    if (!others)
        diag_warn(o->d, v->file, v->line,
                  "%s: SNAServiceType %lu (hexadecimal %lx) is no kind of TP, so this is not "
                  "taken for one: 5 is queued, 6 nonqueued, 1a operator-started",
                  o->what, (unsigned long)kind, (unsigned long)kind);
    return false;
}

/* A service runs once, so it cannot be nonqueued [A17]. */
static void make_service_queued(const struct tpvalue_owner *o, const struct reg_key *k, struct tp_entry *e)
{
    if (!e->service || e->kind != TP_NONQUEUED)
        return;
    const struct reg_value *v = reg_value(k, "SNAServiceType");
    diag_warn(o->d, v->file, v->line,
              "%s: a service cannot be nonqueued (SNAServiceType 6); it is taken as queued (5)", o->what);
    e->kind = TP_QUEUED;
}

/* The directory of PATH as it would stand in a .reg file. */
static void show_directory(char out[REGTEXT_SHOW], const char *path)
{
    const char *end = strrchr(path, '\\');
    size_t n = 0;
    for (const char *p = path; p < (end ? end : path + strlen(path)) && n + 3 < REGTEXT_SHOW; p++) {
        if (*p == '\\')
            out[n++] = '\\';
        out[n++] = *p;
    }
    out[n] = '\0';
    char shown[REGTEXT_SHOW];
    strcpy(out, regtext_show(shown, out));
}

static void warn_unmapped(const struct tpvalue_owner *o, const struct reg_value *v, const char *path)
{
    char shown[REGTEXT_SHOW], dir[REGTEXT_SHOW];
    show_directory(dir, path);
    diag_warn(o->d, v->file, v->line,
              "%s: no PathMap entry leads %s to a program of this machine, so it cannot be "
              "started; add \"%s\"=\"/its/directory/here\" under ...\\SnaBase\\Parameters\\PathMap",
              o->what, regtext_show(shown, path), dir);
}

/* Find the program of this machine that E->path means; V is the value that gave the path. */
static void find_program(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v,
                         struct tp_entry *e)
{
    const char *rest;
    bool nomem;
    char *path = pathmap_unquote(e->path, &rest);
    if (!path) {
        tpvalue_fault_nomem(o, v);
        return;
    }
    if (*rest)
        diag_warn(b->d, v->file, v->line,
                  "%s: what follows the path of the program in %s is ignored; arguments go "
                  "into the value Parameters",
                  o->what, v->name);
    e->program = pathmap_apply(&b->map, path, &nomem);
    if (nomem)
        tpvalue_fault_nomem(o, v);
    else if (!e->program)
        warn_unmapped(o, v, path);
    free(path);
}

/* An autostarted TP needs a program: PathName, or ImagePath of the service [HIS: Registry Entries for
 * Clients]. */
static void take_program(struct builder *b, const struct tpvalue_owner *o, const struct reg_key *k,
                         struct tp_entry *e)
{
    const struct reg_value *v = reg_value(k, "PathName");
    const char *wanted = "PathName";
    if (e->service) {
        v = reg_value(tpkey_service(b, e->name), "ImagePath");
        wanted = "ImagePath (in the key of the service itself)";
        if (v)
            tpvalue_string(o, v, TPVALUE_PATH, &e->path);
    }
    if (e->kind == TP_OPERATOR) {
        free(e->path);
        e->path = NULL;
        return;
    }
    if (e->path && e->path[0])
        find_program(b, o, v, e);
    else
        diag_warn(b->d, v ? v->file : k->file, v ? v->line : k->line,
                  "%s: no program in %s, so it cannot be started", o->what, wanted);
}

/* K is in a control set that is not read.  Warn if the TP is set up nowhere else. */
static void pass_over_control_set(struct builder *b, const struct tpvalue_owner *o, const struct reg_key *k,
                                  const struct tpplace_parts *parts)
{
    if (reg_value(k, "SNAServiceType") && !tpkey_at(b, "HKLM\\SYSTEM\\%s\\%s", b->control_set, parts->p[3]))
        diag_warn(b->d, k->file, k->line, "%s: set up in %.*s, which is ignored because %s is read", o->what,
                  (int)parts->len[2], parts->p[2], b->control_set);
}

static struct candidate *candidate_add(struct builder *b)
{
    if (b->n_cand == b->cap_cand) {
        size_t cap = b->cap_cand ? b->cap_cand * 2 : 64;
        struct candidate *c = realloc(b->cand, cap * sizeof *c);
        if (!c)
            return NULL;
        b->cand = c;
        b->cap_cand = cap;
    }
    struct candidate *c = &b->cand[b->n_cand++];
    memset(c, 0, sizeof *c);
    return c;
}

/* K, at PLACE, is the entry of the TP called NAME. */
static void take_tp(struct builder *b, const struct tpvalue_owner *o, const struct reg_key *k,
                    enum tpplace place, const char *name, size_t n)
{
    if (!entry_kind(o, k, place))
        return;
    if (!name_valid_tp((const uint8_t *)name, n)) {
        diag_error(b->d, k->file, k->line,
                   "%s: the key's name is no TP name: it must be 1 to %d printable ASCII "
                   "characters without blanks",
                   o->what, TP_KEY_MAX);
        return;
    }
    struct candidate *c = candidate_add(b);
    if (!c) {
        diag_error(b->d, k->file, k->line, "%s: out of memory", o->what);
        return;
    }
    c->place = place;
    c->e.service = place == AT_SERVICE || place == AT_SOFTWARE_SERVICE;
    c->e.timeout_ms = TP_TIMEOUT_INFINITE;
    c->e.file = k->file;
    c->e.line = k->line;
    memcpy(c->e.name, name, n);
    tpvalue_entry(o, k, &c->e);
    make_service_queued(o, k, &c->e);
    take_program(b, o, k, &c->e);
    c->e.launch = tplaunch_new(o, tpkey_at(b, "%s\\Launch", k->path));
    if (!c->e.parameters && !(c->e.parameters = strdup("")))
        diag_error(b->d, k->file, k->line, "%s: out of memory", o->what);
}

void tpcandidate_take(struct builder *b, const struct reg_key *k)
{
    struct tpplace_parts parts;
    char name[NAME_TP_MAX * 4 + 1], shown[REGTEXT_SHOW], what[REGTEXT_SHOW + 4];
    size_t i = 0;
    tpplace_split(k->path, &parts);
    enum tpplace place = tpplace_of(&parts, &i);
    if (place == AT_PLACE_N) {
        tpmisplaced_warn(b, k, &parts);
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)parts.len[i], parts.p[i]);
    snprintf(what, sizeof what, "TP %s", regtext_show(shown, name));
    const struct tpvalue_owner o = {b->d, what};
    if (place <= AT_SYSTEM_TPS && !tpplace_is(&parts, 2, b->control_set))
        pass_over_control_set(b, &o, k, &parts);
    else
        take_tp(b, &o, k, place, parts.p[i], parts.len[i]);
}
