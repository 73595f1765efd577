#include "snanode/io/link/certificate.h"

#include <stdlib.h>

#include "snanode/config/config.h"
#include "snanode/io/link/tls.h"

#define DAY_S 86400

long certificate_days(time_t expires, time_t now)
{
    time_t left = expires - now;
    return left >= 0 ? (long)(left / DAY_S) : -(long)((-left + DAY_S - 1) / DAY_S);
}

void certificate_date(time_t t, char out[16])
{
    struct tm tm;
    gmtime_r(&t, &tm);
    strftime(out, 16, "%Y-%m-%d", &tm);
}

/* Where it was said. */
struct place {
    const char *kind, *name, *file;
    unsigned line;
};

static void warn_of_end(const struct place *p, const struct cfg_tls *files, time_t expires, struct diag *d)
{
    char date[16];
    long days = certificate_days(expires, time(NULL));
    certificate_date(expires, date);
    if (days < 0)
        diag_warn(d, p->file, p->line, "certificate %s has ended on %s: no peer will take it (%s %s)",
                  files->certificate, date, p->kind, p->name);
    else if (days < CERTIFICATE_WARN_DAYS)
        diag_warn(d, p->file, p->line, "certificate %s ends on %s, in %ld days (%s %s)", files->certificate,
                  date, days, p->kind, p->name);
}

static void read_one(struct certificate_list *l, const struct place *p, const struct cfg_tls *files,
                     struct diag *d)
{
    char why[600];
    const struct tls_files names = {files->certificate, files->key, files->ca};
    struct tls *tls = tls_new(&names, why, sizeof why);
    if (!tls) {
        diag_error(d, p->file, p->line, "%s (%s %s)", why, p->kind, p->name);
        return;
    }
    warn_of_end(p, files, tls_expires(tls), d);
    l->v[l->n++] = (struct certificate){p->kind, p->name, files, tls};
}

void certificates_read(struct certificate_list *l, const struct node_config *c, struct diag *d)
{
    *l = (struct certificate_list){.v = calloc(c->n_links + c->n_conns + 1, sizeof *l->v)};
    if (!l->v) {
        diag_error(d, "configuration", 0, "out of memory");
        return;
    }
    for (size_t i = 0; i < c->n_links; i++) {
        const struct cfg_link *k = &c->links[i];
        const struct place p = {"link", k->name, k->file, k->line};
        if (k->type == CFG_LINK_DLSW && k->tls.on)
            read_one(l, &p, &k->tls, d);
    }
    for (size_t i = 0; i < c->n_conns; i++) {
        const struct cfg_conn *k = &c->conns[i];
        const struct place p = {"connection", k->name, k->file, k->line};
        if (k->type == CFG_CONN_DLSW && k->tls.on && config_conn_tls(c, k) == &k->tls)
            read_one(l, &p, &k->tls, d);
    }
}

void certificates_free(struct certificate_list *l)
{
    for (size_t i = 0; i < l->n; i++)
        tls_free(l->v[i].tls);
    free(l->v);
    *l = (struct certificate_list){.n = 0};
}

const struct certificate *certificates_find(const struct certificate_list *l, const struct cfg_tls *files)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->v[i].files == files)
            return &l->v[i];
    return NULL;
}
