#include "snanode/io/load.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachmgr/directory/entry.h"
#include "attachmgr/registry/inifile.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tpdomain.h"
#include "snanode/base/names.h"
#include "snanode/base/plural.h"
#include "snanode/io/launch/program.h"
#include "snanode/io/launch/wine.h"
#include "snanode/io/link/tls.h"

/* Move the N octets at TEXT to new memory of CAP octets.  TEXT is wiped and freed: it may hold passwords. */
static char *move(char *text, size_t n, size_t cap)
{
    char *room = malloc(cap);
    if (room && n > 0)
        memcpy(room, text, n);
    if (text)
        explicit_bzero(text, n);
    free(text);
    return room;
}

/* Read the rest of FD, *N octets; NULL with errno. */
static char *read_all(int fd, size_t expected, size_t *n)
{
    size_t cap = expected + 1; /* one more, so that the end is seen without another round */
    char *text = move(NULL, 0, cap);
    ssize_t got = 0;
    while (text && (got = read(fd, text + *n, cap - *n)) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        *n += (size_t)got;
        if (*n == cap)
            text = move(text, *n, cap *= 2);
    }
    if (text && got < 0) { /* for example, a directory */
        explicit_bzero(text, *n);
        free(text);
        text = NULL;
    }
    return text;
}

/* Read the whole file NAME, *N octets; NULL with errno. */
static char *read_file(const char *name, size_t *n)
{
    struct stat st;
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    *n = 0;
    if (fd < 0)
        return NULL;
    bool sized = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size < SSIZE_MAX;
    char *text = read_all(fd, sized ? (size_t)st.st_size : 65536, n);
    int e = errno;
    close(fd);
    errno = e;
    return text;
}

static void read_commands(struct node_config *cfg, const char *name, struct diag *d)
{
    size_t n;
    char *text = read_file(name, &n);
    if (!text) {
        diag_error(d, name, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    snacfg_read(cfg, name, text, n, d);
    explicit_bzero(text, n);
    free(text);
}

static void read_registry(struct regfile *reg, const char *name, struct diag *d)
{
    size_t n;
    char *text = read_file(name, &n);
    if (!text) {
        diag_error(d, name, 0, "cannot be read: %s", strerror(errno));
        return;
    }
    if (inifile_is(name))
        inifile_read(reg, name, text, n, d);
    else
        regfile_read(reg, name, text, n, d);
    explicit_bzero(text, n);
    free(text);
}

/* A TP may be installed later, so a missing program is only worth a warning.  A program that was in order for
 * the entry before need not be looked at again. */
static void check_programs(const struct tp_table *t, struct diag *d)
{
    char why[300];
    const char *good = "";
    for (size_t i = 0; i < t->n_entries; i++) {
        const struct tp_entry *e = &t->entries[i];
        if (e->kind == TP_OPERATOR || !e->program || (!e->launch && strcmp(e->program, good) == 0))
            continue;
        bool bad = program_why(e->program, e->launch, 0, why, sizeof why);
        good = bad || e->launch ? "" : e->program;
        if (bad)
            diag_warn(d, e->file, e->line,
                      "TP %s: %s: %s; Attaches for it will be refused until that is mended", e->name,
                      e->program, why);
    }
}

void load_print_windows(const struct loaded *l)
{
    char path[PATH_MAX], why[300];
    struct wine how;
    for (size_t i = 0; i < l->tps.n_entries; i++) {
        const struct tp_entry *e = &l->tps.entries[i];
        if (e->kind == TP_OPERATOR || !e->program || program_find(e->program, path, sizeof path) != 0 ||
            wine_find(path, e->launch, &how, why, sizeof why) != 1 ||
            wine_lacks(path, e->launch, &how, why, sizeof why))
            continue;
        printf("TP %s: %s: Windows program, runs under Wine at %s, prefix %s\n", e->name, path, how.wine,
               how.prefix[0] ? how.prefix : "of its user");
    }
}

/* The name in the domain of a node that is given none: its server's, up to a backslash. */
static void check_machine(const struct tp_domain *t, const char *server, struct diag *d)
{
    char name[CFG_SERVER_CAP];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(server, "\\"), server);
    if (!t->machine && !entry_machine_valid(name))
        diag_error(d, t->file, t->line,
                   "SnaBase\\Parameters\\Domain: the name of the server, %s, can be no name in a domain; set "
                   "Machine to 1 to 15 letters, digits, - and _",
                   server);
}

/* By what machine_name() of domain.c makes of SERVER, which NULL stands for "not known". */
static void check_name(const struct tp_domain *t, const char *server, const struct tls *tls, struct diag *d)
{
    char name[CFG_SERVER_CAP];
    snprintf(name, sizeof name, "%.*s", server ? (int)strcspn(server, "\\") : 0, server ? server : "");
    const char *machine = t->machine ? t->machine : name;
    if (*machine && !tls_has_name(tls, machine))
        diag_warn(
            d, t->file, t->line,
            "SnaBase\\Parameters\\Domain: certificate %s does not have the name of this machine, %s, as "
            "subject alternative name (DNS); no other machine will take it",
            t->certificate, machine);
}

/* The certificate for other machines, where all of its files are there. */
static void check_certificate(const struct tp_domain *t, const char *server, struct diag *d)
{
    char why[600], date[16];
    if (!t->certificate || !t->key || !t->ca || access(t->certificate, R_OK) < 0 ||
        access(t->key, R_OK) < 0 || access(t->ca, R_OK) < 0)
        return;
    const struct tls_files files = {t->certificate, t->key, t->ca};
    struct tls *tls = tls_new(&files, why, sizeof why);
    if (!tls) {
        diag_warn(d, t->file, t->line, "SnaBase\\Parameters\\Domain: %s", why);
        return;
    }
    long days = certificate_days(tls_expires(tls), time(NULL));
    certificate_date(tls_expires(tls), date);
    if (days < CERTIFICATE_WARN_DAYS)
        diag_warn(d, t->file, t->line, "SnaBase\\Parameters\\Domain: certificate %s %s on %s", t->certificate,
                  days < 0 ? "has ended" : "ends", date);
    check_name(t, server, tls, d);
    tls_free(tls);
}

/* They may come later, as programs may. */
static void check_domain(const struct tp_domain *t, const char *server, struct diag *d)
{
    const char *const files[][2] = {
        {"Credentials", t->credentials}, {"Certificate", t->certificate}, {"Key", t->key}, {"CA", t->ca}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i][1] && access(files[i][1], R_OK) < 0)
            diag_warn(d, t->file, t->line, "SnaBase\\Parameters\\Domain: %s: %s cannot be read: %s",
                      files[i][0], files[i][1], strerror(errno));
    check_certificate(t, server, d);
}

static void check_offers(const struct tp_domain *t, const struct node_config *cfg, struct diag *d)
{
    for (size_t i = 0; i < t->n_lus; i++)
        if (!config_lu(cfg, t->lus[i]))
            diag_warn(d, t->file, t->line,
                      "SnaBase\\Parameters\\Domain: OfferLUs: %s is not a local LU of this node; it is not "
                      "offered",
                      t->lus[i]);
}

/* LocalLU of a TP or of a program that names no LU: the entry is never matched [A1].  In a domain it may be
 * an LU of another machine. */
static void check_aliases(struct loaded *l)
{
    for (size_t i = 0; i < l->tps.n_entries; i++) {
        const struct tp_entry *e = &l->tps.entries[i];
        if (e->lu[0] && !config_lu(&l->cfg, e->lu))
            diag_warn(&l->diag, e->file, e->line,
                      "TP %s: LocalLU %s is not a local LU of this node; no Attach will reach it", e->name,
                      e->lu);
    }
}

void load_print(const struct loaded *l)
{
    for (const struct diag_line *m = l->diag.head; m; m = m->next)
        fprintf(stderr, "%s\n", m->text);
}

struct loaded *load_files(const struct file_list *commands, const struct file_list *registry)
{
    struct loaded *l = malloc(sizeof *l);
    struct regfile reg;
    if (!l)
        return NULL;
    diag_init(&l->diag);
    l->certificates = (struct certificate_list){.n = 0};
    regfile_init(&reg);
    config_init(&l->cfg);
    if (commands->server)
        snprintf(l->cfg.wanted, sizeof l->cfg.wanted, "%s", commands->server);
    name_fold(l->cfg.wanted);
    tptable_init(&l->tps);
    for (size_t i = 0; i < commands->n; i++)
        read_commands(&l->cfg, commands->v[i], &l->diag);
    if (commands->n > 0)
        config_validate(&l->cfg, &l->diag);
    for (size_t i = 0; i < registry->n; i++)
        read_registry(&reg, registry->v[i], &l->diag);
    tptable_build(&l->tps, &reg, &l->diag);
    if (l->diag.errors == 0)
        certificates_read(&l->certificates, &l->cfg, &l->diag);
    if (l->diag.errors == 0) {
        check_programs(&l->tps, &l->diag);
        if (l->tps.domain)
            check_domain(l->tps.domain, commands->n > 0 ? l->cfg.server : NULL, &l->diag);
        if (l->tps.domain && commands->n > 0) {
            check_machine(l->tps.domain, l->cfg.server, &l->diag);
            check_offers(l->tps.domain, &l->cfg, &l->diag);
        }
        if (commands->n > 0 && !(l->tps.domain && l->tps.domain->certificate))
            check_aliases(l);
    }
    regfile_fini(&reg);
    malloc_trim(0); /* an export of a whole registry takes hundreds of megabytes while it is read */
    return l;
}

const char *load_summary(const struct loaded *l, char *out, size_t cap)
{
    size_t lus = l->cfg.n_lus, modes = l->cfg.n_modes, sides = l->cfg.n_sides, tps = l->tps.n_entries;
    snprintf(out, cap, "%zu local LU%s, %zu mode%s, %zu destination%s, %zu TP%s", lus, plural_s(lus), modes,
             plural_s(modes), sides, plural_s(sides), tps, plural_s(tps));
    return out;
}

void loaded_free(struct loaded *l)
{
    if (!l)
        return;
    certificates_free(&l->certificates);
    config_fini(&l->cfg);
    tptable_fini(&l->tps);
    diag_fini(&l->diag);
    free(l);
}
