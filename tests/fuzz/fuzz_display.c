/* DISPLAY: any octets as what programs ask of the node, while sessions begin and end.  Each answer is a
 * message of its kind, the next place is behind the one that was asked for, and whoever goes from place to
 * place sees as many objects as the answer about place 0 has counted. An input is a sequence of steps: 0 and
 * two octets, a session begins; 1 and one, a session ends; else a length and so many octets of a request. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/diag.h"
#include "snanode/io/client.h"
#include "snanode/io/context.h"
#include "snanode/io/display.h"
#include "snanode/io/link/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- what display.c needs of its neighbours ---- */

static uint8_t answer[LP_MAX];
static size_t answer_n;

int client_send(struct client *c, const uint8_t *msg, size_t n, int fd)
{
    (void)c;
    (void)fd;
    memcpy(answer, msg, n);
    answer_n = n;
    return 0;
}

struct line *line_by_id(const struct server *s, uint32_t id)
{
    (void)s;
    (void)id;
    return NULL;
}

struct line *line_by_name(const struct server *s, const char *name)
{
    (void)s;
    (void)name;
    return NULL;
}

bool line_is_up(const struct line *l)
{
    (void)l;
    return false;
}

/* ---- the node ---- */

static const char commands[] =
    "server N /add /netname:NET /cpname:N\n"
    "mode WIDE /add /sessionlim:9 /conwin:4 /conlose:4\n"
    "appcllu A /add /server:N /defaultpool:yes\n"
    "appcllu B /add /server:N\n"
    "appcllu C /add /server:N\n"
    "connection LINK /add /conntype:DLSW /peer:\"127.0.0.1:1\" /calldirection:Outgoing /netname:F /cpname:F\n"
    "appcrlu R /add /connection:LINK /netname:F /luname:R\n";
static const char by_name[] = "appcllu D /add /server:N /autopartner:no\n";

static struct node_config cfg;
static struct server server;
static struct client client = {.server = &server};
static struct node_effects fx;

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void begin(bool more)
{
    char text[1024];
    struct diag d;
    diag_init(&d);
    snprintf(text, sizeof text, "%s%s", commands, more ? by_name : "");
    config_init(&cfg);
    snacfg_read(&cfg, "fuzz", text, strlen(text), &d);
    config_validate(&cfg, &d);
    must(d.errors == 0);
    diag_fini(&d);
    server.node = node_new(&cfg);
    must(server.node != NULL);
    client.process = node_process_add(server.node, 1, 1, "fuzz", 0, 7, 0)->id;
}

static void end(void)
{
    node_free(server.node);
    node_effects_free(&fx);
    config_fini(&cfg);
}

/* What goes from one LU of the node to another is back at once. */
static void settle(void)
{
    static uint8_t ru[65536];
    for (size_t i = 0; i < fx.n; i++) {
        struct piu p;
        if (fx.v[i].kind != NODE_FX_SEND)
            continue;
        effects_piu(&fx, &fx.v[i], &p);
        if (p.path.carrier != CARRIER_LOCAL)
            continue;
        memcpy(ru, p.ru, p.n);
        p.ru = ru;
        node_receive(server.node, &p, 0, &fx);
    }
    fx.n = 0;
    must(!node_check(server.node));
}

static void session_begins(unsigned a, unsigned b)
{
    struct lu_partner partner;
    uint8_t side;
    const struct cfg_lu *lu = &cfg.lus[a % cfg.n_lus];
    const struct cfg_mode *mode = config_mode(&cfg, a & 0x80 ? "WIDE" : "#INTER");
    if (lu_partner_find(&cfg, lu, cfg.lus[b % cfg.n_lus].alias, &partner) < 0)
        return;
    struct session_pool *p = pool_find(server.node, lu, &partner, mode, mode->name, &side);
    must(p != NULL);
    node_activate(server.node, p, side, ORDER_EITHER, 1, 0, &fx);
    settle();
}

static void session_ends(unsigned id)
{
    struct session *s = session_by_id(server.node, id);
    if (!s)
        return;
    node_deactivate(server.node, s, id & 1, 0, &fx);
    settle();
}

/* ---- requests ---- */

/* Whether the answer shows something; *NEXT, *TOTAL as it says. */
static bool shown(uint8_t what, uint64_t *next, uint32_t *total)
{
    struct lp_node_shown node;
    struct lp_lu_shown lu = {.found = 0};
    struct lp_partner_shown partner = {.found = 0};
    struct lp_mode_shown mode = {.found = 0};
    struct lp_session_shown session = {.found = 0};
    struct lp_connection_shown connection = {.found = 0};
    *next = *total = 0;
    switch (what) {
    case LP_DISPLAY_NODE:
        must(lp_node_shown_decode(answer, answer_n, &node) == 0 && node.found);
        return false;
    case LP_DISPLAY_LU:
        must(lp_lu_shown_decode(answer, answer_n, &lu) == 0);
        *next = lu.next, *total = lu.total;
        return lu.found;
    case LP_DISPLAY_PARTNER:
        must(lp_partner_shown_decode(answer, answer_n, &partner) == 0);
        *next = partner.next;
        return partner.found;
    case LP_DISPLAY_MODE:
        must(lp_mode_shown_decode(answer, answer_n, &mode) == 0);
        *next = mode.next;
        return mode.found;
    case LP_DISPLAY_SESSION:
        must(lp_session_shown_decode(answer, answer_n, &session) == 0);
        *next = session.next, *total = session.total;
        return session.found;
    default:
        must(lp_connection_shown_decode(answer, answer_n, &connection) == 0);
        *next = connection.next, *total = connection.total;
        return connection.found;
    }
}

static bool ask(const uint8_t *msg, size_t n, uint64_t *next, uint32_t *total)
{
    struct lp_display m;
    bool good = lp_display_decode(msg, n, &m) == 0 && m.what <= LP_DISPLAY_CONNECTION;
    answer_n = 0;
    must((display_show(&client, msg, n) == 0) == good && (answer_n > 0) == good);
    bool found = good && shown(m.what, next, total);
    must(!found || *next > m.at);
    must(!good || m.at == 0 || *total == 0);
    return found;
}

/* From place to place. */
static void walk(uint8_t what, bool counted)
{
    struct lp_display m = {.what = what};
    uint8_t msg[LP_MAX];
    uint64_t next;
    uint32_t total, of, n = 0;
    bool more = ask(msg, lp_display_encode(&m, msg, sizeof msg), &next, &of);
    while (more) {
        must(++n < 10000);
        m.at = next;
        more = ask(msg, lp_display_encode(&m, msg, sizeof msg), &next, &total);
    }
    must(!counted || n == of);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t next;
    uint32_t total;
    begin(size > 0 && data[0] & 1);
    for (size_t at = 1; at < size;) {
        size_t n = data[at++], left = size - at;
        if (n == 0 && left >= 2) {
            session_begins(data[at], data[at + 1]);
            at += 2;
        } else if (n == 1 && left >= 1) {
            session_ends(data[at++]);
        } else {
            n = n < left ? n : left;
            ask(data + at, n, &next, &total);
            at += n;
        }
    }
    for (uint8_t what = LP_DISPLAY_LU; what <= LP_DISPLAY_CONNECTION; what++)
        walk(what, what != LP_DISPLAY_PARTNER && what != LP_DISPLAY_MODE);
    end();
    return 0;
}
