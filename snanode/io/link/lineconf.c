/* What a line is: its name and state, and what it takes from its connection of the configuration. */
#include "snanode/io/link/lineconf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "snanode/io/context.h"

const char *line_state_name(enum line_state st)
{
    static const char *const names[LINE_STATE_N] = {
        [LINE_INACTIVE] = "inactive",   [LINE_WAITING] = "waiting", [LINE_CALLING] = "calling",
        [LINE_EXCHANGE] = "exchanging", [LINE_CIRCUIT] = "circuit", [LINE_ACTIVE] = "active",
        [LINE_ENDING] = "ending",
    };
    return st < LINE_STATE_N ? names[st] : "?";
}

struct line *line_by_id(const struct server *s, uint32_t id)
{
    LIST_FOREACH(i, &s->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        if (l->id == id)
            return l;
    }
    return NULL;
}

struct line *line_by_name(const struct server *s, const char *name)
{
    LIST_FOREACH(i, &s->lines) {
        struct line *l = LIST_OWNER(i, struct line, link);
        if (strcmp(l->conf.name, name) == 0)
            return l;
    }
    return NULL;
}

bool line_can_call(const struct line *l)
{
    return *l->conf.peer && l->conf.direction != CFG_DIR_INCOMING;
}

bool line_is_up(const struct line *l)
{
    return l->state == LINE_ACTIVE && link_is_up(&l->station_link);
}

bool line_is_single(const struct line *l)
{
    return l->tls.on || !line_can_call(l) || !*l->listen || l->conf.direction == CFG_DIR_OUTGOING;
}

static void fq(const char *netname, const char *name, char out[NAME_FQ_ROOM])
{
    *out = '\0';
    if (*name)
        snprintf(out, NAME_FQ_ROOM, "%.8s.%.8s", netname, name);
}

static void set_station(struct line *l)
{
    static const uint8_t roles[] = {[CFG_ROLE_NEGOTIABLE] = XID3_NEGOTIABLE,
                                    [CFG_ROLE_PRIMARY] = XID3_PRIMARY,
                                    [CFG_ROLE_SECONDARY] = XID3_SECONDARY};
    const struct node_config *c = &l->server->loaded->cfg;
    const struct cfg_conn *k = &l->conf;
    struct station_config *st = &l->station;
    *st = (struct station_config){.role = roles[k->role],
                                  .max_btu = (uint16_t)k->max_btu,
                                  .product = "snanode",
                                  .retry_ms = 2000,
                                  .retries = 5};
    if (*k->local_cpname)
        fq(k->local_netname, k->local_cpname, st->cp_name);
    else
        fq(c->netname, c->cpname, st->cp_name);
    fq(k->netname, k->cpname, st->partner);
    st->block = (uint16_t)strtoul(k->local_block, NULL, 16);
    st->id = (uint32_t)strtoul(k->local_node, NULL, 16);
    st->check_id = *k->remote_block && *k->remote_node;
    st->partner_block = (uint16_t)strtoul(k->remote_block, NULL, 16);
    st->partner_id = (uint32_t)strtoul(k->remote_node, NULL, 16);
    if (getrandom(&st->seed, sizeof st->seed, 0) < 0)
        st->seed = now_ms();
}

static unsigned frame_for(unsigned btu)
{
    static const unsigned sizes[] = {516, 1470, 2052, 4399, 8130, 11407, 17749};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (btu <= sizes[i])
            return sizes[i];
    return 17749;
}

struct peer *line_make_peer(const struct line *l)
{
    struct peer_params pp;
    peer_params_init(&pp, l->mac, l->sap);
    pp.single = line_is_single(l);
    pp.max_circuits = 4;
    pp.lf = frame_for(l->conf.max_btu);
    pp.circuit_ms = 10000;
    pp.keepalive_ms = l->conf.keepalive_s * 1000u / 3;
    return peer_new(&pp);
}

void line_configure(struct line *l, const struct cfg_conn *conn)
{
    const struct node_config *c = &l->server->loaded->cfg;
    l->conf = *conn;
    l->conf.kept = NULL;
    l->conf.file = NULL;
    l->tls = *config_conn_tls(c, conn);
    snprintf(l->listen, sizeof l->listen, "%s",
             conn->direction == CFG_DIR_OUTGOING ? "" : config_conn_listen(c, conn));
    l->has_mac = config_conn_local_mac(c, conn, l->mac);
    l->has_remote = config_conn_remote_mac(conn, l->remote.mac);
    l->sap = (uint8_t)strtoul(conn->local_sap, NULL, 16);
    l->remote.sap = (uint8_t)strtoul(conn->remote_sap, NULL, 16);
    set_station(l);
}

static bool same_tls(const struct cfg_tls *a, const struct cfg_tls *b)
{
    return a->on == b->on && strcmp(a->certificate, b->certificate) == 0 && strcmp(a->key, b->key) == 0 &&
           strcmp(a->ca, b->ca) == 0;
}

bool line_is(const struct line *l, const struct node_config *c, const struct cfg_conn *conn)
{
    const struct cfg_conn *a = &l->conf;
    const char *listen = conn->direction == CFG_DIR_OUTGOING ? "" : config_conn_listen(c, conn);
    uint8_t mac[CFG_MAC_N] = {0}, remote[CFG_MAC_N] = {0};
    return config_conn_local_mac(c, conn, mac) == l->has_mac && memcmp(mac, l->mac, sizeof mac) == 0 &&
           config_conn_remote_mac(conn, remote) == l->has_remote &&
           memcmp(remote, l->remote.mac, sizeof remote) == 0 && strcmp(listen, l->listen) == 0 &&
           same_tls(config_conn_tls(c, conn), &l->tls) && strcmp(a->peer, conn->peer) == 0 &&
           strcmp(a->peer_name, conn->peer_name) == 0 && strcmp(a->record, conn->record) == 0 &&
           a->direction == conn->direction && a->role == conn->role && a->max_btu == conn->max_btu &&
           a->keepalive_s == conn->keepalive_s && strcmp(a->local_sap, conn->local_sap) == 0 &&
           strcmp(a->remote_sap, conn->remote_sap) == 0 && strcmp(a->netname, conn->netname) == 0 &&
           strcmp(a->cpname, conn->cpname) == 0 && strcmp(a->local_netname, conn->local_netname) == 0 &&
           strcmp(a->local_cpname, conn->local_cpname) == 0 &&
           strcmp(a->local_block, conn->local_block) == 0 && strcmp(a->local_node, conn->local_node) == 0 &&
           strcmp(a->remote_block, conn->remote_block) == 0 &&
           strcmp(a->remote_node, conn->remote_node) == 0 && a->retry_limit == conn->retry_limit &&
           a->retry_delay_s == conn->retry_delay_s;
}
