/* tphttp.h - the node's HTTP server: where it listens, what it shows, and to whom.  Layer: TP table (pure).
 * Our own values Metrics... of SnaServr\Parameters.  [T16 T17] */
#ifndef ATTACHMGR_TPHTTP_H
#define ATTACHMGR_TPHTTP_H

#include <stdbool.h>
#include <stdint.h>

struct reg_key;
struct diag;

#define TPHTTP_ADDRESS "127.0.0.1" /* default of MetricsAddress */

struct tp_http {
    uint32_t port;                   /* MetricsPort (dword); default 0: no server */
    bool page;                       /* MetricsPage: the page of the node as well; default NO */
    char *address;                   /* MetricsAddress: a number, as IPv4 or IPv6; NULL = TPHTTP_ADDRESS */
    char *certificate, *key, *token; /* MetricsCertificate and so on: files, NULL = none */
    const char *file;                /* where the first of them was configured; as long as the registry */
    unsigned line;
};

/* From the values of K, which may be NULL.  A fault is told to D, and then the server is off.  OUT is empty,
 * and the caller frees it. */
void tphttp_take(struct tp_http *out, const struct reg_key *k, struct diag *d);
void tphttp_fini(struct tp_http *h);

/* The address to listen at. */
const char *tphttp_address(const struct tp_http *h);

#endif
