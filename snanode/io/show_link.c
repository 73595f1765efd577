/* Links and connections as JSON rows.  Field names are part of snactl(1). */
#include <jansson.h>
#include <stdio.h>

#include "snanode/io/context.h"
#include "snanode/io/link/certificate.h"
#include "snanode/io/link/line.h"
#include "snanode/io/link/lines.h"
#include "snanode/io/link/tls.h"
#include "snanode/io/show.h"

#define SET(o, field, value) json_object_set_new(o, field, value)
#define TEXT(o, field, v)    SET(o, field, show_text(v))

/* The day on which the certificate ends, null without one. */
static json_t *certificate_end(const struct server *s, const struct cfg_tls *files)
{
    char date[16];
    const struct certificate *c = files->on ? certificates_find(&s->loaded->certificates, files) : NULL;
    if (!c)
        return json_null();
    certificate_date(tls_expires(c->tls), date);
    return json_string(date);
}

static json_t *mac(const uint8_t address[CFG_MAC_N], bool known)
{
    char text[2 * CFG_MAC_N + 1] = "";
    for (int i = 0; known && i < CFG_MAC_N; i++)
        snprintf(text + 2 * i, 3, "%02X", address[i]);
    return json_string(text);
}

/* What is known of an active connection. */
static void set_state(json_t *o, const struct line *l)
{
    char node[NAME_FQ_ROOM] = "";
    bool up = l && line_is_up(l);
    if (up)
        station_partner_name(&l->station_link.station, node);
    TEXT(o, "node", node);
    TEXT(o, "role", !up ? "" : l->station_link.station.primary ? "primary" : "secondary");
    SET(o, "btu", json_integer(up ? l->station_link.station.send_btu : 0));
    SET(o, "sessions", json_integer(up ? l->station_link.sessions.n : 0));
    SET(o, "octets_in", json_integer(l ? (json_int_t)l->octets_in : 0));
    SET(o, "octets_out", json_integer(l ? (json_int_t)l->octets_out : 0));
    SET(o, "since", json_integer(up ? (json_int_t)l->since : 0));
    TEXT(o, "why", l && !up ? l->why : "");
}

static json_t *link_row(const struct server *s, const struct cfg_link *l)
{
    json_t *o = json_object();
    TEXT(o, "name", l->name);
    TEXT(o, "kind", "link");
    const char *at = lines_listen(s, l->listen);
    TEXT(o, "state", at ? "listening" : "inactive");
    TEXT(o, "listen", l->listen);
    TEXT(o, "listening", at ? at : "");
    TEXT(o, "peer", "");
    SET(o, "tls", json_boolean(l->tls.on));
    TEXT(o, "activation", "");
    TEXT(o, "link", "");
    TEXT(o, "peer_name", "");
    TEXT(o, "local_mac", "");
    TEXT(o, "remote_mac", "");
    SET(o, "certificate_end", certificate_end(s, &l->tls));
    set_state(o, NULL);
    return o;
}

static json_t *connection_row(const struct server *s, const struct cfg_conn *conn)
{
    static const char *const activation[] = {"ondemand", "onserverstartup", "byadministrator"};
    const struct node_config *c = &s->loaded->cfg;
    const struct cfg_tls *tls = config_conn_tls(c, conn);
    uint8_t local[CFG_MAC_N], remote[CFG_MAC_N];
    json_t *o = json_object();
    TEXT(o, "name", conn->name);
    TEXT(o, "kind", "connection");
    const struct line *l = line_by_name(s, conn->name);
    const char *listen = conn->direction == CFG_DIR_OUTGOING ? "" : config_conn_listen(c, conn);
    const char *at = lines_listen(s, listen);
    TEXT(o, "state", l ? line_state_name((enum line_state)l->state) : "inactive");
    TEXT(o, "listen", listen);
    TEXT(o, "listening", at ? at : "");
    TEXT(o, "peer", conn->direction == CFG_DIR_INCOMING ? "" : conn->peer);
    SET(o, "tls", json_boolean(tls->on));
    TEXT(o, "activation", activation[conn->activation]);
    TEXT(o, "link", conn->link);
    TEXT(o, "peer_name", conn->peer_name);
    SET(o, "local_mac", mac(local, config_conn_local_mac(c, conn, local)));
    SET(o, "remote_mac", mac(remote, config_conn_remote_mac(conn, remote)));
    SET(o, "certificate_end", certificate_end(s, tls));
    set_state(o, l);
    return o;
}

json_t *show_link(struct server *s)
{
    const struct node_config *c = &s->loaded->cfg;
    json_t *rows = json_array();
    for (size_t i = 0; i < c->n_links; i++)
        json_array_append_new(rows, link_row(s, &c->links[i]));
    for (size_t i = 0; i < c->n_conns; i++)
        if (c->conns[i].type == CFG_CONN_DLSW)
            json_array_append_new(rows, connection_row(s, &c->conns[i]));
    return rows;
}
