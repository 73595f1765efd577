/* The TPs that TPSETUP, or somebody with a registry editor, has set up [HIS: Registry Entries for Clients;
 * Q316787].
 *
 * One walk over the keys picks those that can be a TP's by the shape of their path (tpplace.c), reads their
 * values (tpcandidate.c, tpvalue.c), and settles afterwards which of two entries for the same TP counts
 * (tpduplicate.c). */
#include "attachmgr/tptable/tptable.h"

#include <stdlib.h>
#include <string.h>

#include "attachmgr/tptable/progname.h"
#include "attachmgr/registry/regtext.h"
#include "attachmgr/tptable/tpaccess.h"
#include "attachmgr/tptable/tpbuild.h"
#include "attachmgr/tptable/tpdomain.h"
#include "attachmgr/tptable/tplaunch.h"
#include "attachmgr/tptable/tpvalue.h"

#define QUEUE_LIMIT_DEFAULT 2048
#define SENSE_NO_SUCH_TP    0x084C0000u

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
        .bind_retry = 1,
    };
}

static void entry_fini(struct tp_entry *e)
{
    regtext_wipe_free(e->users, e->n_users * sizeof *e->users);
    free(e->path);
    free(e->program);
    free(e->parameters);
    if (e->accept_names)
        free(e->accept_names[0]); /* all names are in one block of memory */
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
    for (size_t i = 0; i < t->n_client_names; i++)
        free(t->client_names[i].program);
    free(t->client_names);
    free(t->entries);
    free(t->clients);
    free(t->client_group);
    free(t->conversion_table);
    tpaccess_fini(t);
    tpdomain_free(t->domain);
    tphttp_fini(&t->http);
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
    const char *lu = NULL;
    int best = 0;
    for (size_t i = 0; i < t->n_clients; i++) {
        int fit = progname_fits(t->clients[i].program, program);
        if (fit > best) {
            best = fit;
            lu = t->clients[i].lu;
        }
    }
    return lu;
}

const char *tptable_client_tp(const struct tp_table *t, const char *program)
{
    const char *name = NULL;
    int best = 0;
    for (size_t i = 0; i < t->n_client_names; i++) {
        int fit = progname_fits(t->client_names[i].program, program);
        if (fit > best) {
            best = fit;
            name = t->client_names[i].name;
        }
    }
    return name;
}

/* ---- building it ---- */

static void take_client_group(struct builder *b)
{
    const struct tpvalue_owner o = {b->d, "SnaBase\\Parameters"};
    const struct reg_value *v = reg_value(tpkey_service(b, "SnaBase\\Parameters"), "ClientGroup");
    if (!v)
        v = reg_value(tpkey_software(b, "SnaBase\\Parameters"), "ClientGroup");
    if (v && tpvalue_text(&o, v, TPVALUE_SZ) && v->text_n > 0)
        tpvalue_string(&o, v, TPVALUE_SZ, &b->t->client_group);
}

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

static void take_domain(struct builder *b)
{
    const struct reg_key *k = tpkey_service(b, "SnaBase\\Parameters\\Domain");
    b->t->domain = tpdomain_new(k, b->d);
    if (b->t->domain)
        b->t->domain->file = own_file(b, k->values->file);
}

static void take_http(struct builder *b)
{
    tphttp_take(&b->t->http, tpkey_service(b, "SnaServr\\Parameters"), b->d);
    b->t->http.file = own_file(b, b->t->http.file);
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

/* The PathMap keys below SOFTWARE of ROOT: there may also be one of 32-bit programs and one of each user. */
static void read_pathmaps(struct builder *b, const char *root)
{
    struct tpplace_parts parts;
    for (const struct reg_key *k = b->reg->keys; k; k = k->next) {
        tpplace_split(k->path, &parts);
        if (parts.n == 6 && tpplace_is(&parts, 0, root) && tpplace_is(&parts, 1, "SOFTWARE") &&
            tpplace_is(&parts, 2, "Microsoft") && tpplace_is(&parts, 3, "SnaBase") &&
            tpplace_is(&parts, 4, "Parameters") && tpplace_is(&parts, 5, "PathMap"))
            pathmap_add(&b->map, k, b->d);
    }
}

static void read_pathmap(struct builder *b)
{
    pathmap_init(&b->map);
    pathmap_add(&b->map, tpkey_service(b, "SnaBase\\Parameters\\PathMap"), b->d);
    read_pathmaps(b, "HKEY_LOCAL_MACHINE");
    read_pathmaps(b, "HKEY_CURRENT_USER");
    pathmap_sort(&b->map, b->d);
}

void tptable_build(struct tp_table *t, const struct regfile *reg, struct diag *d)
{
    struct builder b = {.t = t, .reg = reg, .d = d};
    if (!copy_files(&b)) {
        diag_error(d, "registry", 0, "out of memory");
        return;
    }
    tpplace_control_set(b.reg, b.control_set);
    read_pathmap(&b);
    for (const struct reg_key *k = reg->keys; k; k = k->next)
        tpcandidate_take(&b, k);
    tpduplicate_settle(&b);
    keep_entries(&b);
    tpclient_take(&b);
    tpswitch_take(&b);
    take_client_group(&b);
    const struct reg_key *base = tpkey_service(&b, "SnaBase\\Parameters");
    tpaccess_build(t, base ? base : tpkey_software(&b, "SnaBase\\Parameters"),
                   tpkey_service(&b, "SnaBase\\Parameters\\AllocateAccess"), d);
    take_domain(&b);
    take_http(&b);
    pathmap_fini(&b.map);
    free(b.cand);
}
