/* certificate.h - the certificates that a configuration asks for, read with it.  Layer: io.
 * A reload reads them again, and connections that are made afterwards show the new ones. */
#ifndef SNA_IO_LINK_CERTIFICATE_H
#define SNA_IO_LINK_CERTIFICATE_H

#include <stddef.h>
#include <time.h>

struct cfg_tls;
struct diag;
struct node_config;
struct tls;

#define CERTIFICATE_WARN_DAYS 30 /* before it ends */

struct certificate {
    const char *kind, *name;     /* of whom: link or connection, of the configuration */
    const struct cfg_tls *files; /* of the configuration */
    struct tls *tls;             /* owned */
};

struct certificate_list {
    struct certificate *v;
    size_t n;
};

/* Read those of this node's links and connections in C, which is valid and outlives L.  What cannot be used
 * is an error in D, what has ended or soon will is a warning.  Touches nothing of the node. */
void certificates_read(struct certificate_list *l, const struct node_config *c, struct diag *d);
void certificates_free(struct certificate_list *l);

/* The one for FILES (config_conn_tls), or NULL. */
const struct certificate *certificates_find(const struct certificate_list *l, const struct cfg_tls *files);

/* Days from NOW until EXPIRES, rounded down; negative when it is over. */
long certificate_days(time_t expires, time_t now);

/* The day of T, such as 2027-01-31. */
void certificate_date(time_t t, char out[16]);

#endif
