/* Links and connections as a whole: who listens where, who shows which certificate, which end stations talk.
 * Whether files are there is nothing that pure code can know: snanode/io/load.c looks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/config/config_build.h"

static struct cfg_link *link_on(const struct node_config *c, const char *name, const char *server)
{
    struct cfg_link *l = *name ? config_next(c, CFG_LINK, name, NULL) : NULL;
    while (l && strcmp(l->server, server) != 0)
        l = config_next(c, CFG_LINK, name, l);
    return l;
}

/* ---- what the two together say ---- */

const struct cfg_tls *config_conn_tls(const struct node_config *c, const struct cfg_conn *conn)
{
    const struct cfg_link *l = link_on(c, conn->link, conn->server);
    return l && l->tls.on && !*conn->tls.certificate ? &l->tls : &conn->tls;
}

const char *config_conn_listen(const struct node_config *c, const struct cfg_conn *conn)
{
    const struct cfg_link *l = link_on(c, conn->link, conn->server);
    return *conn->listen || !l ? conn->listen : l->listen;
}

bool config_split_address(const char *address, char host[CFG_ADDRESS_CAP], unsigned *port)
{
    const char *colon = strrchr(address, ':');
    size_t n = colon ? (size_t)(colon - address) : 0;
    if (n < 1 || n >= CFG_ADDRESS_CAP)
        return false;
    bool bracketed = n > 2 && *address == '[' && address[n - 1] == ']';
    memcpy(host, address + bracketed, n - 2 * bracketed);
    host[n - 2 * bracketed] = '\0';
    *port = (unsigned)strtoul(colon + 1, NULL, 10);
    return true;
}

/* ---- end stations ---- */

static void mac_of_text(const char *hex, uint8_t mac[CFG_MAC_N])
{
    uint64_t v = strtoull(hex, NULL, 16);
    for (int i = CFG_MAC_N - 1; i >= 0; i--, v >>= 8)
        mac[i] = (uint8_t)v;
}

/* 4000 and a hash of NETNAME.CPNAME (FNV-1a). */
static void mac_of_names(const char *netname, const char *cpname, uint8_t mac[CFG_MAC_N])
{
    char name[18];
    uint32_t h = 2166136261u;
    snprintf(name, sizeof name, "%.8s.%.8s", netname, cpname);
    for (const char *s = name; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    const uint8_t v[CFG_MAC_N] = {0x40,      0x00, (uint8_t)(h >> 24), (uint8_t)(h >> 16), (uint8_t)(h >> 8),
                                  (uint8_t)h};
    memcpy(mac, v, sizeof v);
}

bool config_conn_local_mac(const struct node_config *c, const struct cfg_conn *conn, uint8_t mac[CFG_MAC_N])
{
    if (*conn->local_mac)
        mac_of_text(conn->local_mac, mac);
    else if (*conn->local_cpname)
        mac_of_names(conn->local_netname, conn->local_cpname, mac);
    else if (*c->cpname)
        mac_of_names(c->netname, c->cpname, mac);
    return *conn->local_mac || *conn->local_cpname || *c->cpname;
}

bool config_conn_remote_mac(const struct cfg_conn *conn, uint8_t mac[CFG_MAC_N])
{
    if (*conn->remote_mac)
        mac_of_text(conn->remote_mac, mac);
    else if (*conn->cpname)
        mac_of_names(conn->netname, conn->cpname, mac);
    return *conn->remote_mac || *conn->cpname;
}

/* ---- session keys ---- */

bool config_rlu_key(const struct cfg_rlu *rlu, uint8_t key[CFG_KEY_N])
{
    if (rlu->key_type == CFG_KEY_HEX) {
        uint64_t v = strtoull(rlu->key, NULL, 16);
        for (int i = CFG_KEY_N - 1; i >= 0; i--, v >>= 8)
            key[i] = (uint8_t)v;
    } else if (rlu->key_type == CFG_KEY_CHAR) {
        memcpy(key, rlu->key, CFG_KEY_N);
        ebcdic_encode(key, CFG_KEY_N);
    }
    return rlu->key_type == CFG_KEY_HEX || rlu->key_type == CFG_KEY_CHAR;
}

/* ---- checks ---- */

/* What is said with a name, for messages about either kind. */
struct place {
    const char *kind, *name, *file;
    unsigned line;
};

static struct place place_of_link(const struct cfg_link *l)
{
    return (struct place){"link", l->name, l->file, l->line};
}

static struct place place_of_conn(const struct cfg_conn *conn)
{
    return (struct place){"connection", conn->name, conn->file, conn->line};
}

static void missing(const struct place *p, const char *what, struct diag *d)
{
    config_error(d, p->file, p->line, "%s is missing (%s %s)", what, p->kind, p->name);
}

static void check_files(const struct place *p, const struct cfg_tls *tls, struct diag *d)
{
    if (tls->on && !*tls->certificate)
        missing(p, "/tls:yes needs a certificate: /certificate", d);
    else if (tls->on && !*tls->key)
        missing(p, "/tls:yes needs the key of the certificate: /key", d);
    else if (!tls->on && (*tls->certificate || *tls->key || *tls->ca))
        diag_warn(d, p->file, p->line, "without /tls:yes, /%s has no effect (%s %s)",
                  *tls->certificate ? "certificate"
                  : *tls->key       ? "key"
                                    : "ca",
                  p->kind, p->name);
}

static void check_link(const struct cfg_link *l, struct diag *d)
{
    const struct place p = place_of_link(l);
    if (l->type != CFG_LINK_DLSW)
        return;
    if (!*l->listen)
        missing(&p, "/listen", d);
    check_files(&p, &l->tls, d);
}

static bool is_fingerprint(const char *peer_name)
{
    return strncmp(peer_name, CFG_FINGERPRINT, strlen(CFG_FINGERPRINT)) == 0;
}

static void check_tls(const struct node_config *c, const struct cfg_conn *conn, struct diag *d)
{
    const struct place p = place_of_conn(conn);
    const struct cfg_link *l = link_on(c, conn->link, conn->server);
    const struct cfg_tls *tls = config_conn_tls(c, conn);
    if (tls == &conn->tls)
        check_files(&p, tls, d);
    if (conn->tls.on && l && !l->tls.on && !*conn->listen && conn->direction != CFG_DIR_OUTGOING)
        config_error(d, p.file, p.line,
                     "/tls:yes, but link %s is called without TLS: give the link /tls:yes, or the connection "
                     "/calldirection:Outgoing (connection %s)",
                     l->name, conn->name);
    if (tls->on && !*conn->peer_name)
        missing(&p, "with TLS the peer is known by its certificate: /peername", d);
    else if (tls->on && *tls->certificate && !*tls->ca && !is_fingerprint(conn->peer_name))
        missing(&p, "/peername is a name, which needs the authority that vouches for it: /ca", d);
    else if (!tls->on && *conn->peer_name)
        diag_warn(d, p.file, p.line, "without /tls:yes, /peername has no effect (connection %s)", conn->name);
}

static void check_addresses(const struct node_config *c, const struct cfg_conn *conn, struct diag *d)
{
    const struct place p = place_of_conn(conn);
    if (*conn->link && !link_on(c, conn->link, conn->server))
        config_error(d, p.file, p.line, "3843: link %s is not defined (connection %s)", conn->link,
                     conn->name);
    if (conn->direction == CFG_DIR_OUTGOING && !*conn->peer)
        missing(&p, "/peer", d);
    else if (conn->direction == CFG_DIR_INCOMING && !*conn->listen && !*conn->link)
        missing(&p, "/listen, or /linkservice,", d);
    else if (!*conn->peer && !*conn->listen && !*conn->link)
        missing(&p, "/peer, /listen or /linkservice", d);
}

/* Two connections of the same two end stations would be one circuit. */
static bool is_same_circuit(const struct cfg_conn *a, const struct cfg_conn *b)
{
    return strcmp(a->server, b->server) == 0 && strcmp(a->peer, b->peer) == 0 &&
           strcmp(a->remote_mac, b->remote_mac) == 0 && strcmp(a->remote_sap, b->remote_sap) == 0 &&
           strcmp(a->local_mac, b->local_mac) == 0 && strcmp(a->local_sap, b->local_sap) == 0 &&
           strcmp(a->netname, b->netname) == 0 && strcmp(a->cpname, b->cpname) == 0;
}

static void check_circuit(const struct node_config *c, const struct cfg_conn *conn, struct diag *d)
{
    for (const struct cfg_conn *o = c->conns; o < conn; o++)
        if (o->type == CFG_CONN_DLSW && *conn->peer && is_same_circuit(o, conn)) {
            config_error(d, conn->file, conn->line,
                         "3969: connection %s has the same peer, MAC addresses and SAPs (connection %s)",
                         o->name, conn->name);
            return;
        }
}

static void check_conn(const struct node_config *c, struct cfg_conn *conn, struct diag *d)
{
    const struct place p = place_of_conn(conn);
    if (conn->broken)
        return;
    if (!*conn->netname != !*conn->cpname)
        config_error(d, p.file, p.line, "/netname and /cpname go together (connection %s)", conn->name);
    if (!*conn->local_netname != !*conn->local_cpname)
        config_error(d, p.file, p.line, "/localnetname and /localcpname go together (connection %s)",
                     conn->name);
    if (conn->type == CFG_CONN_NONE) {
        missing(&p, "/conntype", d);
    } else if (conn->type == CFG_CONN_DLSW) {
        check_addresses(c, conn, d);
        check_tls(c, conn, d);
        check_circuit(c, conn, d);
        if (!conn->max_btu)
            conn->max_btu = CFG_MAX_BTU;
    } else if (!conn->foreign) {
        diag_warn(d, p.file, p.line,
                  "this node has only links of type DLSW: nothing is reached over this one (connection %s)",
                  conn->name);
    }
}

/* ---- ports ---- */

struct listener {
    struct place place;
    const char *server;
    char host[CFG_ADDRESS_CAP];
    unsigned port;
};

static void add_listener(struct listener *v, size_t *n, const char *address, const char *server,
                         struct place place)
{
    struct listener *l = &v[*n];
    *l = (struct listener){.place = place, .server = server};
    if (*address && config_split_address(address, l->host, &l->port) && l->port)
        ++*n;
}

static bool is_any(const char *host)
{
    return strcmp(host, "*") == 0 || strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

static bool is_same_port(const struct listener *a, const struct listener *b)
{
    return a->port == b->port && strcmp(a->server, b->server) == 0 &&
           (strcmp(a->host, b->host) == 0 || is_any(a->host) || is_any(b->host));
}

static void check_ports(const struct node_config *c, struct diag *d)
{
    size_t n = 0, most = c->n_all[CFG_LINK] + c->n_all[CFG_CONN];
    struct listener *v = calloc(most + 1, sizeof *v);
    if (!v) {
        config_error(d, "configuration", 0, "out of memory");
        return;
    }
    for (size_t i = 0; i < c->n_all[CFG_LINK]; i++)
        add_listener(v, &n, c->links[i].listen, c->links[i].server, place_of_link(&c->links[i]));
    for (size_t i = 0; i < c->n_all[CFG_CONN]; i++)
        if (c->conns[i].type == CFG_CONN_DLSW)
            add_listener(v, &n, c->conns[i].listen, c->conns[i].server, place_of_conn(&c->conns[i]));
    for (size_t i = 1; i < n; i++) {
        size_t k = 0;
        while (k < i && !is_same_port(&v[k], &v[i]))
            k++;
        if (k < i)
            config_error(d, v[i].place.file, v[i].place.line,
                         "%s %s listens at port %u already: connections share a port by /linkservice (%s %s)",
                         v[k].place.kind, v[k].place.name, v[i].port, v[i].place.kind, v[i].place.name);
    }
    free(v);
}

void config_check_links(struct node_config *c, struct diag *d)
{
    for (size_t i = 0; i < c->n_all[CFG_LINK]; i++)
        check_link(&c->links[i], d);
    for (size_t i = 0; i < c->n_all[CFG_CONN]; i++)
        check_conn(c, &c->conns[i], d);
    check_ports(c, d);
}
