/* The TPs that TPSETUP, or somebody with a registry editor, has set up: attach sheet section 2.
 *
 * One walk over the keys picks those that can be a TP's by the shape of their path (tpplace.c), reads their
 * values (tpvalue.c), and settles afterwards which of two entries for the same TP counts. */
#include "attachmgr/tptable.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/pathmap.h"
#include "attachmgr/regfile.h"
#include "attachmgr/regtext.h"
#include "attachmgr/tplaunch.h"
#include "attachmgr/tpaccess.h"
#include "attachmgr/tpplace.h"
#include "attachmgr/tpvalue.h"
#include "snanode/base/names.h"

#define QUEUE_LIMIT_DEFAULT 2048
#define SENSE_NO_SUCH_TP    0x084C0000u

/* What is needed of a TP only while the table is built. */
struct candidate {
    struct tp_entry e;
    enum tpplace place;
    bool dropped;
};

struct builder {
    struct tp_table *t;
    const struct regfile *reg;
    struct diag *d;
    struct pathmap map;
    char control_set[TPTABLE_CONTROL_SET_MAX + 1];
    struct candidate *cand;
    size_t n_cand, cap_cand;
};

void tptable_init(struct tp_table *t)
{
    *t = (struct tp_table){.entries = NULL};
    t->sw = (struct tp_switches){
        .match_local_first = true,
        .hold_unmatched = true,
        .fast_fail = true,
        .unmatched_sense = SENSE_NO_SUCH_TP,
        .queue_limit = QUEUE_LIMIT_DEFAULT,
        .session_timeout_s = 20,
    };
}

static void entry_fini(struct tp_entry *e)
{
    regtext_wipe_free(e->users, e->n_users * sizeof *e->users);
    free(e->path);
    free(e->program);
    free(e->parameters);
    if (e->accept_names)
        free(e->accept_names[0]); /* all names are in one piece of memory */
    free(e->accept_names);
    tplaunch_free(e->launch);
    *e = (struct tp_entry){.kind = TP_QUEUED};
}

void tptable_fini(struct tp_table *t)
{
    for (size_t i = 0; i < t->n_entries; i++)
        entry_fini(&t->entries[i]);
    for (size_t i = 0; i < t->n_clients; i++)
        free(t->clients[i].program);
    for (size_t i = 0; i < t->n_files; i++)
        free(t->files[i]);
    free(t->entries);
    free(t->clients);
    free(t->client_group);
    tpaccess_fini(t);
    free(t->files);
    tptable_init(t);
}

const char *tp_kind_name(enum tp_kind kind)
{
    switch (kind) {
    case TP_QUEUED:
        return "queued";
    case TP_NONQUEUED:
        return "nonqueued";
    case TP_OPERATOR:
        return "operator";
    }
    return "unknown";
}

const char *tptable_client_lu(const struct tp_table *t, const char *program)
{
    for (size_t i = 0; i < t->n_clients; i++)
        if (name_casecmp(t->clients[i].program, program) == 0)
            return t->clients[i].lu;
    return NULL;
}

/* ---- keys ---- */

static const struct reg_key *key_at(const struct builder *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static const struct reg_key *key_at(const struct builder *b, const char *fmt, ...)
{
    char path[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(path, sizeof path, fmt, ap);
    va_end(ap);
    return n > 0 && (size_t)n < sizeof path ? regfile_key(b->reg, path) : NULL;
}

/* The key BELOW the Services key of the control set in use. */
static const struct reg_key *service_key(const struct builder *b, const char *below)
{
    return key_at(b, "HKLM\\SYSTEM\\%s\\Services\\%s", b->control_set, below);
}

/* How much the key PARTS says for its control set being the one to read: less is more, 3 is nothing. */
static int control_set_rank(const struct tpplace_parts *parts, const char *selected)
{
    if (parts->n < 3 || !tpplace_is(parts, 0, "HKEY_LOCAL_MACHINE") || !tpplace_is(parts, 1, "SYSTEM") ||
        !tpplace_is_control_set(parts, 2))
        return 3;
    return tpplace_is(parts, 2, "CurrentControlSet") ? 0 : tpplace_is(parts, 2, selected) ? 1 : 2;
}

/* Exports made away from the running machine have numbered control sets and no current one: then the one
 * counts that SYSTEM\Select names, else the lowest. */
void tptable_control_set(const struct regfile *reg, char out[TPTABLE_CONTROL_SET_MAX + 1])
{
    const struct reg_value *current = reg_value(regfile_key(reg, "HKLM\\SYSTEM\\Select"), "Current");
    char selected[TPTABLE_CONTROL_SET_MAX + 1] = "";
    int best = 3;
    if (current && current->type == REG_DWORD && current->dword < 1000)
        snprintf(selected, sizeof selected, "ControlSet%03u", (unsigned)current->dword);
    strcpy(out, "CurrentControlSet");
    for (const struct reg_key *k = reg->keys; k && best > 0; k = k->next) {
        struct tpplace_parts parts;
        tpplace_split(k->path, &parts);
        int rank = control_set_rank(&parts, selected);
        if (rank > best || rank == 3 || (rank == best && strncasecmp(parts.p[2], out, parts.len[2]) >= 0))
            continue;
        best = rank;
        snprintf(out, TPTABLE_CONTROL_SET_MAX + 1, "%.*s", (int)parts.len[2], parts.p[2]);
    }
}

/* ---- one TP ---- */

/* Is K, at PLACE, the entry of a TP, and of which kind?  Values of SNAServiceType that are no kind of TP
 * belong to other components, which register themselves in the same way (attach sheet 1.2); under TPs there
 * is nobody else. */
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

/* A service runs once, so it cannot be nonqueued (attach sheet 1.1, 2.2). */
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

/* The program that E->path, which V gave, is on this machine. */
static void find_program(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v,
                         struct tp_entry *e)
{
    const char *rest;
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
    e->program = pathmap_apply(&b->map, path);
    if (!e->program)
        warn_unmapped(o, v, path);
    free(path);
}

/* An autostarted TP needs a program: PathName, or ImagePath of the service (attach sheet 2.2). */
static void take_program(struct builder *b, const struct tpvalue_owner *o, const struct reg_key *k,
                         struct tp_entry *e)
{
    const struct reg_value *v = reg_value(k, "PathName");
    const char *wanted = "PathName";
    if (e->service) {
        v = reg_value(service_key(b, e->name), "ImagePath");
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

/* Another control set than the one that is read.  It matters when a TP is nowhere else. */
static void pass_over_control_set(struct builder *b, const struct tpvalue_owner *o, const struct reg_key *k,
                                  const struct tpplace_parts *parts)
{
    if (reg_value(k, "SNAServiceType") && !key_at(b, "HKLM\\SYSTEM\\%s\\%s", b->control_set, parts->p[3]))
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
    c->e.launch = tplaunch_new(o, key_at(b, "%s\\Launch", k->path));
    if (!c->e.parameters && !(c->e.parameters = strdup("")))
        diag_error(b->d, k->file, k->line, "%s: out of memory", o->what);
}

/* Values of a TP that stand one level too high. */
static void warn_misplaced(struct builder *b, const struct reg_key *k, const struct tpplace_parts *parts)
{
    if (parts->n >= 3 && parts->n < TPPLACE_PARTS && tpplace_is(parts, parts->n - 2, "TPs") &&
        reg_value(k, "SNAServiceType"))
        diag_warn(b->d, k->file, k->line,
                  "the settings of a TP must stand in its subkey Parameters; these are ignored");
}

static void take_key(struct builder *b, const struct reg_key *k)
{
    struct tpplace_parts parts;
    char name[NAME_TP_MAX * 4 + 1], shown[REGTEXT_SHOW], what[REGTEXT_SHOW + 4];
    size_t i = 0;
    tpplace_split(k->path, &parts);
    enum tpplace place = tpplace_of(&parts, &i);
    if (place == AT_PLACE_N) {
        warn_misplaced(b, k, &parts);
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

/* ---- the same TP in several places ---- */

static bool same_kind(const struct candidate *x, const struct candidate *y)
{
    return (x->e.kind == TP_OPERATOR) == (y->e.kind == TP_OPERATOR);
}

/* Keys have no case, but TP names have (attach sheet 4.3). */
static bool same_tp(const struct candidate *x, const struct candidate *y)
{
    return strcmp(x->e.name, y->e.name) == 0 && strcmp(x->e.lu, y->e.lu) == 0;
}

/* By TP, LU and whether an operator starts it; then by place, then as read (a candidate's address tells). */
static int by_tp(const void *a, const void *b)
{
    const struct candidate *x = *(struct candidate *const *)a, *y = *(struct candidate *const *)b;
    int c = strcmp(x->e.name, y->e.name);
    if (c == 0)
        c = strcmp(x->e.lu, y->e.lu);
    if (c == 0)
        c = (x->e.kind == TP_OPERATOR) - (y->e.kind == TP_OPERATOR);
    if (c == 0)
        c = (int)x->place - (int)y->place;
    return c ? c : (x > y) - (x < y);
}

/* LATER is a further entry for the TP of FIRST. */
static void settle_two(struct builder *b, const struct candidate *first, struct candidate *later)
{
    const struct tp_entry *x = &first->e, *y = &later->e;
    const char *on = y->lu[0] ? y->lu : "any LU";
    if (same_kind(first, later)) {
        diag_warn(b->d, y->file, y->line,
                  "TP %s on %s is configured already at %s:%u: that entry counts, this one "
                  "is ignored; remove one",
                  y->name, on, x->file, x->line);
        later->dropped = true;
    } else {
        diag_warn(b->d, y->file, y->line,
                  "TP %s on %s is %s-started here and autostarted at %s:%u: both count, "
                  "and an Attach may find the wrong one; remove one",
                  y->name, on, tp_kind_name(y->kind), x->file, x->line);
    }
}

/* The first place in the order of attach sheet 2.1 wins.  An operator-started and an autostarted entry for
 * one TP both stay, as the product has it (KB article Q240840). */
static void settle_doubles(struct builder *b)
{
    struct candidate **sorted = b->n_cand ? malloc(b->n_cand * sizeof *sorted) : NULL;
    if (!sorted) {
        if (b->n_cand)
            diag_error(b->d, b->cand[0].e.file, 0, "out of memory");
        return;
    }
    for (size_t i = 0; i < b->n_cand; i++)
        sorted[i] = &b->cand[i];
    qsort(sorted, b->n_cand, sizeof *sorted, by_tp);
    const struct candidate *first = sorted[0];
    for (size_t i = 1; i < b->n_cand; i++) {
        bool further = same_tp(first, sorted[i]);
        if (further)
            settle_two(b, first, sorted[i]);
        if (!further || !same_kind(first, sorted[i]))
            first = sorted[i];
    }
    free(sorted);
}

/* ---- programs that invoke, and switches ---- */

/* Values of the Client key that are no program (attach sheet 2.4, 2.7); those without a meaning here are
 * known so that they are not taken for one. */
static bool take_client_setting(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v)
{
    static const char *const ignored[] = {
        "", "GenerateLUWIDonTPSTARTED", "LUWIDSUP", "ResLocFlags", "CSVTBLG", "COMTBLG",
    };
    if (name_casecmp(v->name, "GETNEWTPID") == 0) {
        tpvalue_yes_no(o, v, &b->t->getnewtpid);
        return true;
    }
    if (name_casecmp(v->name, "AP_SAMENosUser") == 0) {
        tpvalue_yes_no(o, v, &b->t->same_no_user);
        return true;
    }
    if (name_casecmp(v->name, "UnverifiedAP_SAME") == 0) {
        uint32_t on = 0; /* the older name of AP_SAMENosUser */
        if (tpvalue_dword(o, v, 0, 1, &on) && on)
            b->t->same_no_user = true;
        return true;
    }
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        if (name_casecmp(v->name, ignored[i]) == 0)
            return true;
    return false;
}

static void take_client(struct builder *b, const struct tpvalue_owner *o, const struct reg_value *v)
{
    struct tp_client *c = &b->t->clients[b->t->n_clients];
    *c = (struct tp_client){.program = NULL};
    tpvalue_lu(o, v, c->lu);
    if (!c->lu[0])
        return;
    c->program = strdup(v->name);
    if (c->program)
        b->t->n_clients++;
    else
        tpvalue_fault_nomem(o, v);
}

/* The values of the key K but for those that STRONGER has too. */
static void take_clients(struct builder *b, const struct reg_key *k, const struct reg_key *stronger)
{
    if (!k || k->index.n == 0)
        return;
    const struct tpvalue_owner o = {b->d, "SnaBase\\Parameters\\Client"};
    struct tp_client *c = realloc(b->t->clients, (b->t->n_clients + k->index.n) * sizeof *c);
    if (!c) {
        tpvalue_fault_nomem(&o, k->values);
        return;
    }
    b->t->clients = c;
    for (const struct reg_value *v = k->values; v; v = v->next)
        if (!reg_value(stronger, v->name) && !take_client_setting(b, &o, v))
            take_client(b, &o, v);
}

static void take_switch(const struct tpvalue_owner *o, const struct reg_key *k, const char *name, bool *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v)
        tpvalue_yes_no(o, v, out);
}

static void take_number(const struct tpvalue_owner *o, const struct reg_key *k, const char *name,
                        uint32_t least, uint32_t most, uint32_t *out)
{
    const struct reg_value *v = reg_value(k, name);
    if (v)
        tpvalue_dword(o, v, least, most, out);
}

/* Attach sheet 2.5: when a BIND or CNOS is repeated and when CNOS is run, which only partners beyond a link can tell.
 * Here nothing is repeated, and CNOS runs at the first use. */
static void judge_retries(const struct tpvalue_owner *o, const struct reg_key *k)
{
    const struct reg_value *cnos = reg_value(k, "RETRYCNOS"), *limits = reg_value(k, "RENEGLIMITS");
    bool at_reconnect;
    uint32_t bind;
    take_number(o, k, "BINDRETRY", 0, UINT32_MAX, &bind);
    take_switch(o, k, "RenegCNOSAtReconnect", &at_reconnect);
    if (cnos)
        tpvalue_text(o, cnos, TPVALUE_SZ); /* whatever is not NO means yes */
    if (limits)
        tpvalue_text(o, limits, TPVALUE_SZ);
}

/* Attach sheet 2.5, and switches of our own for what the sheet leaves to the emulator. */
static void take_switches(struct builder *b)
{
    const struct tpvalue_owner o = {b->d, "SnaServr\\Parameters"};
    const struct reg_key *k = service_key(b, "SnaServr\\Parameters");
    struct tp_switches *sw = &b->t->sw;
    take_switch(&o, k, "DloadMatchTPOnly", &sw->match_tp_only);
    take_switch(&o, k, "DloadMatchLocalFirst", &sw->match_local_first);
    take_switch(&o, k, "HoldUnmatched", &sw->hold_unmatched);
    take_switch(&o, k, "FastFail", &sw->fast_fail);
    take_switch(&o, k, "AllocateFailure20", &sw->allocate_failure_20);
    take_number(&o, k, "UnmatchedSense", 1, UINT32_MAX, &sw->unmatched_sense);
    take_number(&o, k, "QueueLimit", 1, 65535, &sw->queue_limit);
    take_number(&o, k, "SESTIMEOUT", 0, 86400, &sw->session_timeout_s);
    take_number(&o, k, "AllocateWait", 0, 86400, &sw->allocate_wait_s);
    const struct reg_value *margin = reg_value(k, "SessionLimitMargin");
    if (margin)
        tpvalue_decimal(&o, margin, 32767, &sw->session_margin);
    judge_retries(&o, k);
}

static void take_client_group(struct builder *b)
{
    const struct tpvalue_owner o = {b->d, "SnaBase\\Parameters"};
    const struct reg_value *v = reg_value(service_key(b, "SnaBase\\Parameters"), "ClientGroup");
    if (!v)
        v = reg_value(regfile_key(b->reg, "HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters"), "ClientGroup");
    if (v && tpvalue_text(&o, v, TPVALUE_SZ) && v->text_n > 0)
        tpvalue_string(&o, v, TPVALUE_SZ, &b->t->client_group);
}

/* ---- the whole ---- */

static bool copy_files(struct builder *b)
{
    size_t n = b->reg->n_files;
    b->t->files = calloc(n ? n : 1, sizeof *b->t->files);
    if (!b->t->files)
        return false;
    for (; b->t->n_files < n; b->t->n_files++) {
        b->t->files[b->t->n_files] = strdup(b->reg->files[b->t->n_files]);
        if (!b->t->files[b->t->n_files])
            return false;
    }
    return true;
}

/* The table's own copy of FILE, which is REG's. */
static const char *own_file(const struct builder *b, const char *file)
{
    for (size_t i = 0; i < b->t->n_files; i++)
        if (b->reg->files[i] == file)
            return b->t->files[i];
    return "";
}

/* The candidates that count become the entries of the table, in the order in which they were read. */
static void keep_entries(struct builder *b)
{
    struct tp_table *t = b->t;
    t->entries = b->n_cand ? calloc(b->n_cand, sizeof *t->entries) : NULL;
    if (!t->entries && b->n_cand)
        diag_error(b->d, b->cand[0].e.file, 0, "out of memory");
    for (size_t i = 0; i < b->n_cand; i++) {
        struct candidate *c = &b->cand[i];
        if (c->dropped || !t->entries) {
            entry_fini(&c->e);
            continue;
        }
        c->e.file = own_file(b, c->e.file);
        t->entries[t->n_entries++] = c->e;
    }
}

static void read_pathmap(struct builder *b)
{
    pathmap_init(&b->map);
    pathmap_add(&b->map, service_key(b, "SnaBase\\Parameters\\PathMap"), b->d);
    pathmap_add(&b->map, regfile_key(b->reg, "HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\PathMap"),
                b->d);
    pathmap_add(&b->map, regfile_key(b->reg, "HKCU\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\PathMap"),
                b->d);
    pathmap_sort(&b->map, b->d);
}

void tptable_build(struct tp_table *t, const struct regfile *reg, struct diag *d)
{
    struct builder b = {.t = t, .reg = reg, .d = d};
    if (!copy_files(&b)) {
        diag_error(d, "registry", 0, "out of memory");
        return;
    }
    tptable_control_set(b.reg, b.control_set);
    read_pathmap(&b);
    for (const struct reg_key *k = reg->keys; k; k = k->next)
        take_key(&b, k);
    settle_doubles(&b);
    keep_entries(&b);
    const struct reg_key *system = service_key(&b, "SnaBase\\Parameters\\Client");
    const struct reg_key *software =
        regfile_key(reg, "HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters\\Client");
    take_clients(&b, system, NULL);
    take_clients(&b, software, system);
    take_switches(&b);
    take_client_group(&b);
    const struct reg_key *base = service_key(&b, "SnaBase\\Parameters");
    tpaccess_build(t, base ? base : regfile_key(reg, "HKLM\\SOFTWARE\\Microsoft\\SnaBase\\Parameters"),
                   service_key(&b, "SnaBase\\Parameters\\AllocateAccess"), d);
    pathmap_fini(&b.map);
    free(b.cand);
}
