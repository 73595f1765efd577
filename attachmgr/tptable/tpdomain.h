/* tpdomain.h - the domain of machines that this node belongs to.  Layer: TP table (pure).
 * Our own key SnaBase\Parameters\Domain.  [D10] */
#ifndef ATTACHMGR_TPDOMAIN_H
#define ATTACHMGR_TPDOMAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"

#define TPDOMAIN_NAME_MAX    32
#define TPDOMAIN_MACHINE_MAX 15
#define TPDOMAIN_LEASE_S     15
#define TPDOMAIN_SERVERS_MAX 16

struct tp_domain {
    char *name;
    char *machine;  /* NULL: the node's own name */
    char **servers; /* URLs, NULL-terminated, never empty */
    size_t n_servers;
    char *servers_text;           /* what they point into */
    bool tls;                     /* one of them begins with tls:// */
    char *credentials;            /* file, NULL = none */
    char *listen;                 /* HOST:PORT, port 0: the system chooses; NULL = no connections are taken */
    char *certificate, *key, *ca; /* files in PEM, NULL = none */
    bool some_lus; /* OfferLUs is there: the others may use LUS alone; else all local LUs [D26] */
    char (*lus)[NAME_ROOM8];
    size_t n_lus;
    uint32_t lease_s;
    uint32_t replicas;
    const char *file; /* where it was configured; owned by the table */
    unsigned line;
};

struct reg_key;
struct diag;

/* From the values of K, which may be NULL: NULL when there are none, or when they are wrong, which is told to
 * D. */
struct tp_domain *tpdomain_new(const struct reg_key *k, struct diag *d);
void tpdomain_free(struct tp_domain *t);

/* Whether programs of other machines may use local LU ALIAS. */
bool tpdomain_offers(const struct tp_domain *t, const char *alias);

/* The same in all that connections and the directory are made from: OfferLUs does not count.  Either may be
 * NULL. */
bool tpdomain_equal(const struct tp_domain *a, const struct tp_domain *b);

#endif
