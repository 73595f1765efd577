/* The sections of DISPLAY [HIS: DISPLAY].  The node shows one object an answer.  What does not fit is only
 * counted, which its answers have the numbers for; the rest of a section is not asked for then. */
#include "tp/libappc/shown.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "snanode/local/lp.h"
#include "snanode/wire/bind.h"
#include "tp/conv/control.h"
#include "tp/libappc/field.h"
#include "winappc.h"

#define DLC_OF_DLSW "IBMTRNET" /* MAC addresses and SAPs are those of a token ring [P27] */

enum { GROUP_ALIGN = 4 };

static long ask(const struct lp_display *m, uint8_t msg[LP_MAX])
{
    int fd;
    return control_ask(msg, lp_display_encode(m, msg, LP_MAX), msg, &fd);
}
/* Ask by M, whose answer TYPE goes to *OUT.  False: there is none. */
#define ASKED(type)                                                                                          \
    static bool ask_##type(const struct lp_display *m, struct lp_##type *out)                                \
    {                                                                                                        \
        uint8_t msg[LP_MAX];                                                                                 \
        long n = ask(m, msg);                                                                                \
        bool good = n > 0 && lp_##type##_decode(msg, (size_t)n, out) == 0;                                   \
        if (n > 0 && !good)                                                                                  \
            control_no_answer();                                                                             \
        return good;                                                                                         \
    }
ASKED(node_shown)
ASKED(lu_shown)
ASKED(partner_shown)
ASKED(mode_shown)
ASKED(session_shown)
ASKED(connection_shown)

/* ---- the buffer ---- */

static size_t padded(size_t n)
{
    return (n + GROUP_ALIGN - 1) / GROUP_ALIGN * GROUP_ALIGN;
}

static bool fits(const struct shown *s, size_t n)
{
    return s->cap - s->used >= n;
}

static void *take(struct shown *s, size_t n)
{
    if (!fits(s, padded(n)))
        return NULL;
    void *p = s->at + s->used;
    s->used += padded(n);
    return memset(p, 0, padded(n));
}

void *shown_room(struct shown *s, size_t n)
{
    s->needed += padded(n);
    return take(s, n);
}

static unsigned short u16(uint64_t n)
{
    return n < UINT16_MAX ? (unsigned short)n : UINT16_MAX;
}

/* The head of a section: its length, how many groups are here, and how many there are. */
struct head {
    unsigned int length;
    unsigned short here, total;
};
_Static_assert(sizeof(struct head) == sizeof(LU62_INFO_SECT) &&
                   sizeof(struct head) == sizeof(SESS_INFO_SECT) &&
                   sizeof(struct head) == sizeof(LINK_INFO_SECT) &&
                   sizeof(struct head) == sizeof(LINK_DEF_INFO_SECT),
               "heads are alike");

static void finish(void *where, unsigned here, uint64_t total)
{
    struct head h = {.length = sizeof h, .here = u16(here), .total = u16(total > here ? total : here)};
    if (where)
        memcpy(where, &h, sizeof h);
}

/* ---- the node ---- */

bool shown_node(const char *connection, struct lp_node_shown *out)
{
    struct lp_display m = {.what = LP_DISPLAY_NODE};
    snprintf(m.name, sizeof m.name, "%s", connection);
    return ask_node_shown(&m, out);
}

/* NETID.NAME into two fields. */
static void give_parts(const char *fq, unsigned char net[8], unsigned char name[8])
{
    char part[NAME_FQ_ROOM];
    const char *dot = strchr(fq, '.');
    snprintf(part, sizeof part, "%.*s", dot ? (int)(dot - fq) : 0, fq);
    field_give_ebcdic(net, NAME_MAX8, part);
    field_give_ebcdic(name, NAME_MAX8, dot ? dot + 1 : fq);
}

bool shown_global(struct shown *s, void **where)
{
    struct lp_node_shown n;
    struct utsname os;
    unsigned major = 0, minor = 0, version = 0, release = 0, fix = 0;
    if (!shown_node(s->connection, &n))
        return false;
    if (uname(&os) == 0)
        sscanf(os.release, "%u.%u", &major, &minor);
    sscanf(n.version, "%u.%u.%u", &version, &release, &fix);
    SNA_GLOBAL_INFO_SECT g = {.version = (unsigned char)major,
                              .release = (unsigned char)minor,
                              .node_type = AP_LEN,
                              .appc_version = (unsigned char)version,
                              .appc_release = (unsigned char)release,
                              .appc_fixlevel = (unsigned char)fix};
    give_parts(n.name, g.net_name, g.pu_name);
    for (int i = 0; i < 4; i++)
        g.node_id[i] = (unsigned char)(n.node_id >> (24 - 8 * i));
    memset(&g.product_set_id, 0xF0, sizeof g.product_set_id); /* zeros in EBCDIC */
    field_give(g.alias_cp_name, sizeof g.alias_cp_name, n.server);
    *where = shown_room(s, sizeof g);
    if (*where)
        memcpy(*where, &g, sizeof g);
    return true;
}

/* ---- LUs, their partners, and the modes of both ---- */

static bool put_modes(struct shown *s, struct lp_display m, unsigned short *n)
{
    struct lp_mode_shown r;
    m.what = LP_DISPLAY_MODE;
    for (m.at = 0;; m.at = r.next) {
        if (!ask_mode_shown(&m, &r))
            return false;
        void *p = r.found ? take(s, sizeof(MODE_OVERLAY)) : NULL;
        if (!p)
            return true;
        MODE_OVERLAY o = {.mode_entry_len = sizeof o,
                          .mode_sess_lim = r.limit,
                          .min_conwinners_source = r.winners,
                          .min_conwinners_target = r.losers,
                          .act_sessions = r.active,
                          .act_conwinners_source = r.won,
                          .act_conwinners_target = r.lost,
                          .implicit_mode = r.implicit};
        field_give_ebcdic(o.mode_name, sizeof o.mode_name, r.name);
        memcpy(p, &o, sizeof o);
        ++*n;
    }
}

static PLU62_OVERLAY partner_of(const struct lp_partner_shown *r)
{
    PLU62_OVERLAY o = {.plu62_overlay_len = sizeof o - sizeof o.plu62_entry_len,
                       .plu_sess_lim = !r->parallel, /* 0: there is no limit but those of the modes */
                       .dest_addr_len = (unsigned char)r->mac_n,
                       .par_sess_supp = r->parallel ? AP_SUPPORTED : AP_NOT_SUPPORTED,
                       .def_already_ver = r->already_verified,
                       .def_conv_sec = AP_SUPPORTED,
                       .def_sess_sec = r->keyed,
                       .act_already_ver = (r->active_security & BIND_SEC_ALREADY_VERIFIED) != 0,
                       .act_conv_sec = (r->active_security & BIND_SEC_ACCESS) != 0,
                       .implicit_part = AP_NO};
    field_give(o.plu_alias, sizeof o.plu_alias, r->alias);
    field_give_ebcdic(o.plu_un_name, sizeof o.plu_un_name, r->uninterpreted);
    field_give_ebcdic(o.fqplu_name, sizeof o.fqplu_name, r->fq);
    field_give(o.dlc_name, sizeof o.dlc_name, r->mac_n ? DLC_OF_DLSW : "");
    memcpy(o.dest_addr, r->mac, r->mac_n);
    return o;
}

static bool put_partners(struct shown *s, struct lp_display m, unsigned short *n)
{
    struct lp_partner_shown r;
    for (m.at = 0;; m.at = r.next) {
        m.what = LP_DISPLAY_PARTNER;
        if (!ask_partner_shown(&m, &r))
            return false;
        size_t begin = s->used;
        void *p = r.found ? take(s, sizeof(PLU62_OVERLAY)) : NULL;
        if (!p)
            return true;
        PLU62_OVERLAY o = partner_of(&r);
        m.partner = (uint32_t)r.next - 1;
        if (!put_modes(s, m, &o.num_modes))
            return false;
        o.plu62_entry_len = (unsigned int)(s->used - begin);
        memcpy(p, &o, sizeof o);
        ++*n;
    }
}

/* The LU R, which fits with its partners and modes. */
static bool put_lu(struct shown *s, const struct lp_lu_shown *r)
{
    size_t begin = s->used;
    void *p = take(s, sizeof(LU62_OVERLAY));
    LU62_OVERLAY o = {.lu62_overlay_len = sizeof o - sizeof o.lu62_entry_len,
                      .default_lu = AP_NO,
                      .lu_local_addr = r->number,
                      .max_tps = 255,
                      .lu_type = AP_LU62};
    unsigned char net[NAME_MAX8];
    give_parts(r->fq, net, o.lu_name);
    field_give(o.lu_alias, sizeof o.lu_alias, r->alias);
    field_give_ebcdic(o.fqlu_name, sizeof o.fqlu_name, r->fq);
    if (!put_partners(s, (struct lp_display){.lu = (uint32_t)r->next - 1}, &o.num_plus))
        return false;
    o.lu62_entry_len = (unsigned int)(s->used - begin);
    memcpy(p, &o, sizeof o);
    return true;
}

bool shown_lu62(struct shown *s, void **where)
{
    struct lp_display m = {.what = LP_DISPLAY_LU};
    struct lp_lu_shown r;
    unsigned here = 0;
    uint32_t total = 0;
    bool full = (*where = shown_room(s, sizeof(LU62_INFO_SECT))) == NULL;
    for (;; m.at = r.next) {
        if (!ask_lu_shown(&m, &r))
            return false;
        if (m.at == 0)
            total = r.total;
        if (!r.found)
            break;
        size_t size = padded(sizeof(LU62_OVERLAY)) + (size_t)r.partners * padded(sizeof(PLU62_OVERLAY)) +
                      (size_t)r.modes * padded(sizeof(MODE_OVERLAY));
        s->needed += size;
        full = full || !fits(s, size);
        if (full)
            continue;
        if (!put_lu(s, &r))
            return false;
        here++;
    }
    finish(*where, here, total);
    return true;
}

/* ---- sessions ---- */

static SESS_OVERLAY session_of(const struct lp_session_shown *r)
{
    SESS_OVERLAY o = {.sess_entry_len = sizeof o,
                      .conv_id = r->conv,
                      .send_ru_size = u16(r->send_ru),
                      .rcv_ru_size = u16(r->recv_ru),
                      .send_pacing_size = r->send_window,
                      .rcv_pacing_size = r->recv_window,
                      .daf = (unsigned char)(r->addresses >> 16),
                      .oaf = (unsigned char)(r->addresses >> 8),
                      .odai = (unsigned char)r->addresses,
                      .sess_type = LU_LU_SESSION,
                      .conn_type = AP_PEER_SESSION,
                      .pacing_type = r->adaptive ? AP_ADAPTIVE : AP_FIXED};
    for (int i = 0; i < 4; i++)
        o.sess_id[i] = (unsigned char)(r->session >> (24 - 8 * i)); /* as ACTIVATE_SESSION gives it [P17] */
    field_give(o.lu_alias, sizeof o.lu_alias, r->lu);
    field_give(o.plu_alias, sizeof o.plu_alias, r->partner);
    field_give_ebcdic(o.mode_name, sizeof o.mode_name, r->mode);
    field_give_ebcdic(o.link_id, sizeof o.link_id, r->connection);
    field_give_ebcdic(o.fqlu_name, sizeof o.fqlu_name, r->fq);
    field_give_ebcdic(o.fqplu_name, sizeof o.fqplu_name, r->partner_fq);
    return o;
}

bool shown_sessions(struct shown *s, void **where)
{
    struct lp_display m = {.what = LP_DISPLAY_SESSION};
    struct lp_session_shown r;
    unsigned here = 0;
    uint32_t total = 0;
    bool full = (*where = shown_room(s, sizeof(SESS_INFO_SECT))) == NULL;
    for (;; m.at = r.next) {
        if (!ask_session_shown(&m, &r))
            return false;
        if (m.at == 0)
            total = r.total;
        void *p = r.found && !full ? take(s, sizeof(SESS_OVERLAY)) : NULL;
        if (!p)
            break;
        SESS_OVERLAY o = session_of(&r);
        memcpy(p, &o, sizeof o);
        here++;
    }
    total = total > here ? total : here; /* some have begun meanwhile */
    s->needed += (uint64_t)total * padded(sizeof(SESS_OVERLAY));
    finish(*where, here, total);
    return true;
}

/* ---- connections ---- */

/* What both sections say of a connection, and what is always the same [HIS: Active Link Information; HIS:
 * Link Definition Information]. */
#define SAME_OF_CONNECTION(o, r)                                                                             \
    do {                                                                                                     \
        field_give((o)->dlc_name, sizeof(o)->dlc_name, DLC_OF_DLSW);                                         \
        (o)->dest_addr_len = (unsigned char)(r)->mac_n;                                                      \
        memcpy((o)->dest_addr, (r)->mac, (r)->mac_n);                                                        \
        field_give_ebcdic((o)->adj_fq_cp_name, sizeof(o)->adj_fq_cp_name, "");                               \
        (o)->adj_node_type = AP_LEN;                                                                         \
        (o)->ls_role = (r)->role;                                                                            \
        (o)->line_type = AP_LT_SWITCHED;                                                                     \
        (o)->propagation_delay = AP_PROP_DELAY_MAXIMUM;                                                      \
        (o)->security = AP_SEC_NONSECURE;                                                                    \
    } while (0)

static LINK_OVERLAY link_of(const struct lp_connection_shown *r)
{
    static const unsigned char states[] = {0, AP_CONALS_PND, AP_XID_PND, AP_CONTACTED, AP_DISC_PND};
    LINK_OVERLAY o = {.link_entry_len = sizeof o,
                      .inbound_outbound = r->incoming ? AP_INBOUND : AP_OUTBOUND,
                      .state = r->state < sizeof states ? states[r->state] : 0,
                      .num_sessions = u16(r->sessions),
                      .ru_size = u16(r->btu),
                      .cp_cp_sess_spt = AP_NO,
                      .conn_type = AP_PEER_SESSION};
    SAME_OF_CONNECTION(&o, r);
    field_give_ebcdic(o.link_id, sizeof o.link_id, r->name);
    return o;
}

static LINK_DEF_OVERLAY definition_of(const struct lp_connection_shown *r)
{
    LINK_DEF_OVERLAY o = {.link_def_entry_len = sizeof o,
                          .preferred_nn_server = AP_NO,
                          .auto_act_link = r->automatic ? AP_YES : AP_NO,
                          .lim_res = r->demand ? AP_YES : AP_NO,
                          .solicit_sscp_session = AP_NO,
                          .initself = AP_NO,
                          .bind_support = AP_YES};
    SAME_OF_CONNECTION(&o, r);
    field_give_ebcdic(o.link_name, sizeof o.link_name, r->name);
    return o;
}

/* Both sections of connections: the groups have one length. */
static bool put_connections(struct shown *s, void **where, bool definitions)
{
    struct lp_display m = {.what = LP_DISPLAY_CONNECTION};
    struct lp_connection_shown r;
    unsigned here = 0;
    size_t size = definitions ? sizeof(LINK_DEF_OVERLAY) : sizeof(LINK_OVERLAY);
    bool full = (*where = shown_room(s, sizeof(LINK_INFO_SECT))) == NULL;
    uint32_t total = 0;
    for (;; m.at = r.next) {
        if (!ask_connection_shown(&m, &r))
            return false;
        if (m.at == 0)
            total = definitions ? r.total : r.active;
        if (!r.found || full)
            break;
        if (!definitions && r.state == 0)
            continue;
        const LINK_OVERLAY active = link_of(&r);
        const LINK_DEF_OVERLAY definition = definition_of(&r);
        void *p = take(s, size);
        full = p == NULL;
        if (p)
            memcpy(p, definitions ? (const void *)&definition : &active, size);
        here += p != NULL;
    }
    total = total > here ? total : here;
    s->needed += (uint64_t)total * padded(size);
    finish(*where, here, total);
    return true;
}

bool shown_links(struct shown *s, void **where)
{
    return put_connections(s, where, false);
}

bool shown_link_defs(struct shown *s, void **where)
{
    return put_connections(s, where, true);
}

/* ---- LUs of types 0 to 3: the node has none ---- */

bool shown_lu_0_3(struct shown *s, void **where)
{
    static const LU_0_3_INFO_SECT none = {.lu_0_3_init_sect_len = sizeof none};
    *where = shown_room(s, sizeof none);
    if (*where)
        memcpy(*where, &none, sizeof none);
    return true;
}
