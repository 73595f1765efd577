/* The charts of sessions and conversations over a link, frame by frame.  Two nodes with their links stand
 * back to back in memory; programs are the library's chains.  Each table is typed from its chart: who sends,
 * the flow, the request or response header, and the RU, of which "*" leaves the rest open.  The first frame
 * that differs is shown. */
#include <stdio.h>

#include "snanode/base/ebcdic.h"
#include "snanode/config/config_build.h"
#include "snanode/link/link.h"
#include "snanode/local/frame.h"
#include "snanode/lu62/chain.h"
#include "snanode/lu62/inbound.h"
#include "snanode/node/exchange.h"
#include "snanode/node/internal.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/th.h"
#include "tests/unit/cfgfix.h"
#include "tests/unit/octets.h"

enum { LINK = 1, FRAMES = 64, RU_SHOWN = 40, FAR_CONV = 1 };

/* ---- what has flowed ---- */

struct seen {
    char from;
    bool expedited;
    char rh[2 * RH_LEN + 1], ru[2 * RU_SHOWN + 1];
};
static struct seen seen[FRAMES];
static unsigned n_seen;
static bool paced; /* the chart shows what pacing adds: else that is left out */

struct row {
    char from;
    const char *flow, *rh, *ru;
};

static void hex(char *out, const uint8_t *p, size_t n, size_t most)
{
    *out = '\0';
    for (size_t i = 0; i < n && i < most; i++)
        sprintf(out + 2 * i, "%02X", p[i]);
}

static void note(char from, const uint8_t *piu, size_t n)
{
    struct th th;
    struct rh rh;
    uint8_t header[RH_LEN];
    ck_assert_uint_lt(n_seen, FRAMES);
    ck_assert_int_eq(th_decode(piu, n, &th, NULL), TH_LEN);
    ck_assert_int_eq(rh_decode(piu + TH_LEN, n - TH_LEN, &rh, NULL), RH_LEN);
    if (!paced && rh.rri && rh.pi && !rh.dr1i && !rh.dr2i)
        return;
    rh.pi = rh.pi && paced;
    rh.rlwi = rh.rlwi && paced;
    rh_encode(&rh, header);
    struct seen *s = &seen[n_seen++];
    *s = (struct seen){.from = from, .expedited = th.efi};
    hex(s->rh, header, RH_LEN, RH_LEN);
    hex(s->ru, piu + TH_LEN + RH_LEN, n - TH_LEN - RH_LEN, RU_SHOWN);
}

static bool same_ru(const char *got, const char *want)
{
    for (; *want && *want != '*'; got++, want++)
        if (*got != *want && (*want != '.' || !*got))
            return false;
    return *want == '*' || !*got;
}

/* All that has flowed since the last look is the N rows. */
static void chart(const char *name, const struct row *rows, unsigned n)
{
    for (unsigned i = 0; i < n || i < n_seen; i++) {
        const struct seen *s = &seen[i];
        const struct row *r = &rows[i];
        ck_assert_msg(i < n, "%s: behind its end comes %c %c %s %s", name, s->from, s->expedited ? 'X' : 'N',
                      s->rh, s->ru);
        ck_assert_msg(i < n_seen, "%s: row %u, %c %s %s %s, is missing", name, i + 1, r->from, r->flow, r->rh,
                      r->ru);
        bool same = s->from == r->from && s->expedited == (*r->flow == 'X') && strcmp(s->rh, r->rh) == 0 &&
                    same_ru(s->ru, r->ru);
        ck_assert_msg(same, "%s: row %u is %c %c %s %s, not %c %s %s %s", name, i + 1, s->from,
                      s->expedited ? 'X' : 'N', s->rh, s->ru, r->from, r->flow, r->rh, r->ru);
    }
    n_seen = 0;
}
#define CHART(name, ...)                                                                                     \
    do {                                                                                                     \
        static const struct row rows_[] = {__VA_ARGS__};                                                     \
        chart(name, rows_, sizeof rows_ / sizeof *rows_);                                                    \
    } while (0)

/* ---- two nodes ---- */

static const char *const commands[2] = {
    "server A /add /netname:NET /cpname:A\n"
    "mode #INTER /add /sessionlim:4 /conwin:2 /conlose:2\n"
    "mode ONE /add /sessionlim:1 /conwin:1\nmode THEIRS /add /sessionlim:2 /conwin:0 /conlose:2\n"
    "appcllu LEFT /add /server:A\nconnection L /add /conntype:IP-DLC\n"
    "appcrlu RIGHT /add /connection:L /netname:NET /luname:RIGHT %s\n",
    "server B /add /netname:NET /cpname:B\n"
    "mode #INTER /add /sessionlim:4 /conwin:2 /conlose:2\n"
    "mode ONE /add /sessionlim:1 /conwin:0 /conlose:1\nmode THEIRS /add /sessionlim:2 /conwin:2 /conlose:0\n"
    "appcllu RIGHT /add /server:B\nconnection L /add /conntype:IP-DLC\n"
    "appcrlu LEFT /add /connection:L /netname:NET /luname:LEFT %s\n",
};
static const char *const names[2] = {"LEFT", "RIGHT"};

static struct end {
    struct node_config cfg;
    struct node *node;
    struct node_effects fx;
    struct process *process;
    struct link l;
    /* its program, in the last conversation that has begun */
    uint32_t conv, address;
    bool has_conv;
    struct chain tx;
    uint8_t buf[2048];
    struct inbound_state rx;
    struct inbound last; /* what it has read */
    unsigned n_read;
} ends[2];

static uint64_t now;
static struct sna_err err;
static struct chain_frame frames[CHAIN_FRAMES];

static struct end *other(const struct end *e)
{
    return e == &ends[0] ? &ends[1] : &ends[0];
}

static enum carrier_state reach(void *arg, const char *alias, const char *fq, uint32_t *carrier)
{
    (void)arg, (void)alias, (void)fq;
    *carrier = LINK;
    return CARRIER_UP;
}

static int address(void *arg, uint32_t carrier, uint64_t *out)
{
    struct end *e = arg;
    (void)carrier;
    *out = link_address(&e->l);
    return *out ? 0 : -1;
}

static void link_effects(struct end *e, const struct link_effects *fx);

static bool is_bound(const struct rh *rh, const uint8_t *ru, size_t n)
{
    return rh->rri && !rh->eri && rh->category == RH_SC && n > 0 && ru[0] == BIND_CODE;
}

/* ME: 0 for the primary. */
static void open_session(struct end *e, uint32_t at, const uint8_t *ru, size_t n, unsigned me)
{
    struct bind b;
    struct activate_session a;
    ck_assert_int_gt(bind_decode(ru, n, &b, &err), 0);
    activate_result(&b, &a);
    const struct link_half half = {.pipe = {.send_ru = a.send_ru[me],
                                            .send_window = a.window[me],
                                            .recv_window = a.window[!me],
                                            .adaptive = a.adaptive},
                                   .recv_ru = a.send_ru[!me]};
    ck_assert_int_eq(link_open(&e->l, at, &half), 0);
}

static void program_begins(struct end *e, uint32_t conv, uint32_t at, bool allocates)
{
    e->conv = conv;
    e->address = at;
    e->has_conv = true;
    chain_init(&e->tx, e->buf, 1024, !allocates);
    inbound_init(&e->rx, allocates);
}

static void allocated(struct end *e, uint32_t conv)
{
    struct path path;
    uint8_t fmh5[FMH5_MAX];
    bool bb;
    ck_assert(node_far_path(e->node, conv, &path));
    size_t n = node_far_begin(e->node, conv, fmh5, &bb);
    ck_assert_int_eq(link_converse(&e->l, (uint32_t)path.address, conv, fmh5, n, bb), 0);
    program_begins(e, conv, (uint32_t)path.address, true);
}

static void carry_out(struct end *e)
{
    for (size_t i = 0; i < e->fx.n; i++) {
        const struct node_effect x = e->fx.v[i];
        struct piu p;
        if (x.kind == NODE_FX_SEND) {
            effects_piu(&e->fx, &x, &p);
            uint32_t at = (uint32_t)p.path.address;
            ck_assert_msg(link_send(&e->l, at, p.expedited, p.snf, &p.rh, p.ru, p.n, now, &err) == 0, "%s",
                          err.text);
            if (is_bound(&p.rh, p.ru, p.n))
                open_session(e, at, p.ru, p.n, 1);
        } else if (x.kind == NODE_FX_ALLOCATED) {
            allocated(e, x.conv);
        }
    }
    e->fx.n = 0;
    const char *bad = node_check(e->node);
    ck_assert_msg(!bad, "checker: %s", bad);
}

static void attach_comes(struct end *e, const struct link_effect *x)
{
    struct fmh5 a;
    struct link_effects fx = {.n = 0};
    const struct path path = {.carrier = LINK, .address = x->address};
    ssize_t used = fmh5_decode(x->ru, x->n, &a, &err);
    ck_assert_msg(used > 0, "no Attach: %s", err.text);
    uint32_t conv = node_far_attach(e->node, &path, &a, now, &e->fx);
    ck_assert_uint_ne(conv, 0);
    program_begins(e, conv, x->address, false);
    ck_assert_int_eq(link_accept(&e->l, x->address, conv, &x->rh, x->ru + used, x->n - (size_t)used, &fx), 0);
    link_effects(e, &fx);
}

static void received(struct end *e, const struct link_effect *x)
{
    const struct piu p = {.path = {.carrier = LINK, .address = x->address},
                          .expedited = x->expedited,
                          .snf = x->snf,
                          .rh = x->rh,
                          .ru = x->ru,
                          .n = x->n};
    if (is_bound(&x->rh, x->ru, x->n))
        open_session(e, x->address, x->ru, x->n, 0);
    bool mine = node_receive(e->node, &p, now, &e->fx);
    carry_out(e);
    if (!mine && !x->rh.rri)
        attach_comes(e, x);
    carry_out(e);
}

/* A program reads all that is there. */
static void read_all(struct end *e, uint32_t at)
{
    static uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    uint32_t conv;
    size_t n;
    while ((n = link_front(&e->l, at, &conv, frame)) > 0) {
        struct link_effects fx = {.n = 0};
        inbound_read(&e->rx, frame, n, &e->last);
        e->n_read++;
        link_pop(&e->l, at, &fx);
        link_effects(e, &fx);
    }
}

static void link_effects(struct end *e, const struct link_effects *fx)
{
    for (unsigned i = 0; i < fx->n; i++) {
        const struct link_effect x = fx->v[i];
        switch (x.kind) {
        case LINK_FX_XID: {
            struct link_effects more = {.n = 0};
            link_xid(&other(e)->l, x.ru, x.n, now, &more);
            link_effects(other(e), &more);
            break;
        }
        case LINK_FX_CONTACT:
        case LINK_FX_CONTACTED: {
            struct link_effects more = {.n = 0};
            (x.kind == LINK_FX_CONTACT ? link_contact : link_contacted)(&other(e)->l, now, &more);
            link_effects(other(e), &more);
            break;
        }
        case LINK_FX_BIND:
        case LINK_FX_RECEIVED:
            received(e, &x);
            break;
        case LINK_FX_FRAME:
            read_all(e, x.address);
            break;
        case LINK_FX_OVER:
            e->has_conv = e->has_conv && e->conv != x.conv;
            node_end(e->node, x.conv, e->process->id, SIDE_A, now, &e->fx);
            node_far_over(e->node, x.conv, now, &e->fx);
            carry_out(e);
            break;
        case LINK_FX_BROKEN: {
            const struct path path = {.carrier = LINK, .address = x.address};
            node_far_broken(e->node, &path, x.sense, now, &e->fx);
            carry_out(e);
            break;
        }
        default:
            break;
        }
    }
}

/* One PIU of E arrives at the other side.  False: it has none. */
static bool step(struct end *e)
{
    const uint8_t *piu;
    struct link_effects fx = {.n = 0};
    size_t n = link_next(&e->l, &piu, &fx);
    link_effects(e, &fx);
    if (n == 0)
        return fx.n > 0;
    note(e == ends ? 'A' : 'B', piu, n);
    uint8_t *own = octets_exact(piu, n);
    link_sent(&e->l);
    fx.n = 0;
    link_receive(&other(e)->l, own, n, &fx);
    link_effects(other(e), &fx);
    free(own);
    return true;
}

static void quiet(void)
{
    while (step(&ends[0]) || step(&ends[1]))
        ck_assert_uint_lt(n_seen, FRAMES);
}

static void start(const char *options)
{
    struct link_effects fx = {.n = 0};
    now = 1000;
    for (unsigned i = 0; i < 2; i++) {
        struct end *e = &ends[i];
        char text[640];
        struct link_params lp = {.station = {.cp_name = "NET.A",
                                             .block = 0x05D,
                                             .id = 1,
                                             .role = XID3_NEGOTIABLE,
                                             .max_btu = 2048,
                                             .retry_ms = 1000,
                                             .retries = 3},
                                 .max_sessions = 100};
        memset(e, 0, sizeof *e);
        lp.station.cp_name[4] = (char)('A' + i);
        lp.station.id += i;
        ck_assert_int_eq(link_init(&e->l, &lp), 0);
        snprintf(text, sizeof text, commands[i], options);
        cfgfix_read(&e->cfg, text);
        e->node = node_new(&e->cfg);
        ck_assert_ptr_nonnull(e->node);
        e->node->carriers = (struct node_carriers){.arg = e, .reach = reach, .address = address};
        e->process = node_process_add(e->node, 100, 1, "test", 0, 7, now);
    }
    link_established(&ends[1].l, false, now, &fx);
    link_established(&ends[0].l, true, now, &fx);
    link_effects(&ends[0], &fx);
    ck_assert(link_is_up(&ends[0].l) && link_is_up(&ends[1].l));
    quiet();
    n_seen = 0;
}

static void setup(void)
{
    paced = false;
    start("/parallelsess:no");
}

static void teardown(void)
{
    for (unsigned i = 0; i < 2; i++) {
        link_fini(&ends[i].l);
        node_free(ends[i].node);
        node_effects_free(&ends[i].fx);
        config_fini(&ends[i].cfg);
    }
}

/* ---- what programs do ---- */

static struct end *const a = &ends[0], *const b = &ends[1];

static uint32_t allocate(struct end *e, const char *mode)
{
    struct lp_allocate m = {.type = 1, .tpn_n = 2, .tpn = "TP", .sync = 1};
    uint16_t rc = 0;
    strcpy(m.lu, names[e == &ends[1]]);
    strcpy(m.partner, names[e == &ends[0]]);
    strcpy(m.mode, mode);
    uint32_t conv = node_allocate(e->node, e->process, NULL, &m, now, &e->fx, &rc);
    ck_assert_msg(conv, "Allocate: %u", rc);
    carry_out(e);
    return conv;
}

static void put_frame(struct end *e, const struct chain_frame *f)
{
    uint8_t octets[FRAME_HDR + 2048];
    size_t n = FRAME_HDR;
    struct link_effects fx = {.n = 0};
    memcpy(octets, f->hdr, FRAME_HDR);
    for (unsigned k = 0; k < f->n_segs; n += f->segs[k++].n)
        memcpy(octets + n, f->segs[k].p, f->segs[k].n);
    link_put(&e->l, e->address, e->conv, octets, n, &fx);
    link_effects(e, &fx);
}

static void put(struct end *e, const char *data, enum chain_end end)
{
    struct seg in = {(const uint8_t *)data, strlen(data)};
    unsigned k = chain_put(&e->tx, &in, 1, end, frames);
    for (unsigned i = 0; i < k; i++)
        put_frame(e, &frames[i]);
    chain_done(&e->tx);
    quiet();
}

static void put_error(struct end *e, uint32_t sense, bool refuse, bool last)
{
    uint8_t fmh7[FMH7_MAX], ru[4];
    ssize_t n = fmh7_encode(sense, NULL, 0, fmh7, sizeof fmh7);
    if (refuse) {
        frame_reject(frames, SENSE_ERP_MESSAGE_FORTHCOMING, ru);
        put_frame(e, frames);
    }
    chain_drop(&e->tx);
    chain_error(&e->tx, fmh7, (size_t)n, last, frames);
    put_frame(e, frames);
    quiet();
}

static void respond(struct end *e)
{
    frame_response(frames, false, true);
    put_frame(e, frames);
    quiet();
}

static void signals(struct end *e)
{
    uint8_t ru[5];
    frame_signal(frames, ru);
    put_frame(e, frames);
    quiet();
}

/* A conversation from A on a session that is there and idle, of which nothing has flowed. */
static void converse(void)
{
    allocate(a, "ONE");
    quiet();
    put(a, "x", CHAIN_DEALLOCATE);
    n_seen = 0;
    allocate(a, "ONE");
    ck_assert_uint_eq(n_seen, 0);
}

/* ... and A's first data are there, with the chain open. */
static void sending(void)
{
    converse();
    put(a, "d", CHAIN_FLUSH);
    n_seen = 0;
}

static struct session *only(struct end *e)
{
    LIST_FOREACH(l, &e->node->pools) {
        struct session_pool *p = LIST_OWNER(l, struct session_pool, link);
        if (!list_empty(&p->sessions))
            return LIST_OWNER(p->sessions.next, struct session, link);
    }
    ck_abort();
}

/* ---- the charts: [LU62PP] has the order, [Formats: RH] the headers ---- */

START_TEST(activation_with_cnos_first)
{
    struct lu_partner p;
    uint8_t side;
    teardown();
    start("");
    paced = true;
    const struct cfg_lu *lu = config_lu(&a->cfg, "LEFT");
    ck_assert_int_eq(lu_partner_find(&a->cfg, lu, "RIGHT", &p), 0);
    struct session_pool *pool = pool_find(a->node, lu, &p, config_mode(&a->cfg, "#INTER"), "#INTER", &side);
    node_activate(a->node, pool, side, ORDER_EITHER, 7, now, &a->fx);
    carry_out(a);
    quiet();
    CHART("session activation with CNOS first", {'A', "X", "6B8000", "31*"}, {'B', "X", "EB8000", "31*"},
          {'A', "N", "0B9120",
           "0D0502FF0003D000000206F100"
           "00191210*"},
          {'B', "X", "830100", "00...."}, {'B', "N", "039101", "00191210*"}, {'A', "X", "6B8000", "31*"},
          {'A', "X", "830100", "00...."}, /* the reply has asked for it */
          {'B', "X", "EB8000", "31*"},
          {'A', "N", "4B9101", "0400060000"}, /* PI: the first request of the session */
          {'B', "X", "830100", "00...."});
}
END_TEST

/* In the first bracket there is no BB.  The first window of an adaptive session is one request [L57], so the
 * grant comes before the next one, and not behind it. */
START_TEST(allocate_send_flush)
{
    paced = true;
    allocate(a, "ONE");
    quiet();
    n_seen = 0;
    put(a, "1", CHAIN_FLUSH);
    put(a, "2", CHAIN_FLUSH);
    put(a, "3", CHAIN_TURN);
    CHART("Allocate, send, flush: first bracket", {'A', "N", "0A9100", "..0502FF*"},
          {'B', "X", "830100", "00...."}, {'A', "N", "009100", "32"}, {'B', "X", "830100", "00...."},
          {'A', "N", "019020", "33"});
    put(b, "4", CHAIN_TURN);
    CHART("... the partner's data", {'B', "N", "039120", "34"}, {'A', "X", "830100", "00...."});
    put(a, "5", CHAIN_DEALLOCATE);
    CHART("... Deallocate, flush", {'A', "N", "039001", "35"});
    allocate(a, "ONE");
    put(a, "6", CHAIN_FLUSH);
    put(a, "7", CHAIN_FLUSH);
    put(a, "8", CHAIN_DEALLOCATE);
    CHART("Allocate, send, flush", {'A', "N", "0A9080", "..0502FF*"}, {'A', "N", "009100", "37"},
          {'B', "X", "830100", "00...."}, {'A', "N", "019001", "38"});
}
END_TEST

START_TEST(allocate_rejected)
{
    converse();
    put(a, "d", CHAIN_FLUSH);
    put_error(b, SENSE_TPN_NOT_RECOGNIZED, true, true);
    CHART("Allocate rejected", {'A', "N", "0A9080", "..0502FF*"}, {'B', "N", "879000", "08460000"},
          {'A', "N", "019020", ""}, {'B', "N", "0B8001", "070710086021*"}, {'A', "N", "838000", ""});
}
END_TEST

/* -RSP goes even when the turn has come already, as the product sends it. */
START_TEST(allocate_rejected_with_the_turn)
{
    converse();
    put(a, "d", CHAIN_TURN);
    put_error(b, SENSE_TPN_NOT_RECOGNIZED, true, true);
    CHART("Allocate rejected, with the turn", {'A', "N", "0B90A0", "..0502FF*"},
          {'B', "N", "879000", "08460000"}, {'B', "N", "0B8001", "070710086021*"}, {'A', "N", "838000", ""});
}
END_TEST

START_TEST(allocate_rejected_at_confirm)
{
    converse();
    put(a, "d", CHAIN_CONFIRM);
    put_error(b, SENSE_TPN_NOT_RECOGNIZED, true, true);
    CHART("Allocate rejected, with RQD2", {'A', "N", "0B2080", "..0502FF*"}, {'B', "N", "873000", "08460000"},
          {'B', "N", "0B8001", "070710086021*"}, {'A', "N", "838000", ""});
}
END_TEST

START_TEST(confirm)
{
    sending();
    put(a, "1", CHAIN_CONFIRM);
    respond(b);
    CHART("Confirm", {'A', "N", "012000", "31"}, {'B', "N", "832000", ""});
    put(a, "2", CHAIN_CONFIRM);
    put_error(b, SENSE_PROG_ERROR, true, false);
    CHART("Confirm, refused", {'A', "N", "032000", "32"}, {'B', "N", "873000", "08460000"},
          {'B', "N", "0A9000", "070708890000*"});
}
END_TEST

START_TEST(prepare_to_receive)
{
    sending();
    put(a, "1", CHAIN_TURN);
    CHART("Prepare-to-receive, flush", {'A', "N", "019020", "31"});
    put(b, "2", CHAIN_TURN);
    n_seen = 0;
    put(a, "3", CHAIN_CONFIRM_TURN);
    respond(b);
    put(b, "4", CHAIN_FLUSH);
    CHART("Prepare-to-receive, confirm, short locks", {'A', "N", "032020", "33"}, {'B', "N", "832000", ""},
          {'B', "N", "029000", "34"});
}
END_TEST

/* The partner's next request is the answer, and that of the program stays here [L59]. */
START_TEST(prepare_to_receive_long_locks)
{
    static const struct rh rqe2 = {.eci = true, .dr2i = true, .eri = true, .cdi = true};
    sending();
    struct chain_frame f = {.n_segs = 1, .ru_n = 1, .segs = {{(const uint8_t *)"1", 1}}};
    frame_header(f.hdr, false, &rqe2);
    put_frame(a, &f);
    quiet();
    respond(b);
    put(b, "2", CHAIN_FLUSH);
    CHART("Prepare-to-receive, confirm, long locks", {'A', "N", "013020", "31"}, {'B', "N", "029000", "32"});
}
END_TEST

START_TEST(request_to_send)
{
    sending();
    signals(b);
    put(a, "1", CHAIN_TURN);
    CHART("Request to send", {'B', "X", "4B8000", "C900010001"}, {'A', "X", "CB8000", "C9"},
          {'A', "N", "019020", "31"});
}
END_TEST

START_TEST(send_error_in_send)
{
    converse();
    put(a, "", CHAIN_FLUSH);
    put(a, "d", CHAIN_TURN);
    put(b, "d", CHAIN_TURN);
    n_seen = 0;
    put_error(a, SENSE_PROG_ERROR, false, false);
    CHART("Send-error in send state", {'A', "N", "0A9000", "07070889000.*"});
}
END_TEST

START_TEST(send_error_in_receive)
{
    sending();
    put(a, "1", CHAIN_FLUSH);
    put_error(b, SENSE_PROG_ERROR, true, false);
    CHART("Send-error in receive state", {'A', "N", "009000", "31"}, {'B', "N", "879000", "08460000"},
          {'A', "N", "019020", ""}, {'B', "N", "0A9000", "070708890000*"});
}
END_TEST

START_TEST(deallocate_flush)
{
    sending();
    put(a, "1", CHAIN_DEALLOCATE);
    CHART("Deallocate, flush", {'A', "N", "019001", "31"});
    allocate(a, "ONE");
    put(a, "2", CHAIN_TURN);
    put(b, "3", CHAIN_TURN);
    n_seen = 0;
    put(a, "", CHAIN_DEALLOCATE);
    CHART("Deallocate, flush, without data", {'A', "N", "4B9001", "0400060000"});
}
END_TEST

START_TEST(deallocate_confirm)
{
    sending();
    put(a, "1", CHAIN_CONFIRM_DEALLOCATE);
    respond(b);
    CHART("Deallocate, confirm", {'A', "N", "012001", "31"}, {'B', "N", "832000", ""});
    converse();
    put(a, "d", CHAIN_FLUSH);
    n_seen = 0;
    put(a, "2", CHAIN_CONFIRM_DEALLOCATE);
    put_error(b, SENSE_PROG_ERROR, true, false);
    put(b, "4", CHAIN_TURN);
    put(a, "5", CHAIN_DEALLOCATE);
    CHART("Deallocate, confirm refused: the bracket stays", {'A', "N", "012001", "32"},
          {'B', "N", "873000", "08460000"}, {'B', "N", "0A9000", "070708890000*"}, {'B', "N", "019020", "34"},
          {'A', "N", "039001", "35"});
}
END_TEST

START_TEST(deallocate_abend)
{
    sending();
    put_error(a, SENSE_ABEND_PROG, false, true);
    CHART("Deallocate, abend by the sender", {'A', "N", "098001", "070708640000*"}, {'B', "N", "838000", ""});
    converse();
    put(a, "d", CHAIN_FLUSH);
    n_seen = 0;
    put_error(b, SENSE_ABEND_PROG, true, true);
    CHART("Deallocate, abend by the receiver", {'B', "N", "879000", "08460000"}, {'A', "N", "019020", ""},
          {'B', "N", "0B8001", "070708640000*"}, {'A', "N", "838000", ""});
}
END_TEST

START_TEST(bid_granted)
{
    converse();
    put(a, "d", CHAIN_DEALLOCATE);
    n_seen = 0;
    allocate(b, "ONE");
    quiet();
    put(b, "1", CHAIN_TURN);
    CHART("Contention loser bids, granted", {'B', "N", "4B8080", "0400060000"}, {'A', "N", "CB8000", "04"},
          {'B', "N", "0B9020", "..0502FF*"});
}
END_TEST

/* The session is to end behind the bracket, so nothing can be promised. */
START_TEST(bid_refused)
{
    converse();
    pool_set_limits(only(a)->pool, 0, 0, 0, 0);
    allocate(b, "ONE");
    quiet();
    CHART("Contention loser bids, refused", {'B', "N", "4B8080", "0400060000"},
          {'A', "N", "CF9000", "0813000004"});
}
END_TEST

START_TEST(bid_refused_rtr_follows)
{
    converse(); /* A has the session, and B does not know it yet */
    uint32_t conv = allocate(b, "ONE");
    quiet();
    CHART("Contention loser bids, RTR will follow", {'B', "N", "4B8080", "0400060000"},
          {'A', "N", "CF9000", "0814000004"});
    if (_i)
        node_allocate_cancel(b->node, conv, now, &b->fx);
    carry_out(b);
    put(a, "1", CHAIN_DEALLOCATE);
    if (_i) {
        CHART("... which nobody wants", {'A', "N", "0B9081", "..0502FF*"}, {'A', "N", "4B8000", "05"},
              {'B', "N", "CF9000", "0819000005"});
        return;
    }
    CHART("... and does", {'A', "N", "0B9081", "..0502FF*"}, {'A', "N", "4B8000", "05"},
          {'B', "N", "CB8000", "05"});
    put(b, "2", CHAIN_TURN);
    CHART("... the Attach", {'B', "N", "0B9020", "..0502FF*"});
}
END_TEST

START_TEST(normal_end)
{
    converse();
    put(a, "d", CHAIN_DEALLOCATE);
    n_seen = 0;
    node_deactivate(a->node, only(a), false, now, &a->fx);
    carry_out(a);
    quiet();
    CHART("Normal end", {'A', "N", "4B9000", "70"}, {'B', "N", "4B9000", "70"}, {'A', "X", "6B8000", "3201"},
          {'B', "X", "EB8000", "32"});
    ck_assert(a->node->n_sessions == 0 && b->node->n_sessions == 0);
}
END_TEST

START_TEST(end_by_failure)
{
    sending();
    const struct path path = only(b)->half[0].path;
    node_far_broken(b->node, &path, SENSE_ATTACH_CONTRADICTS_BIND, now, &b->fx);
    carry_out(b);
    quiet();
    CHART("UNBIND on failure", {'B', "X", "6B8000", "32FE10086040"}, {'A', "X", "EB8000", "32"});
    ck_assert(a->node->n_sessions == 0 && b->node->n_sessions == 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("charts");
    TCase *t = tcase_create("charts");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, activation_with_cnos_first);
    tcase_add_test(t, allocate_send_flush);
    tcase_add_test(t, allocate_rejected);
    tcase_add_test(t, allocate_rejected_with_the_turn);
    tcase_add_test(t, allocate_rejected_at_confirm);
    tcase_add_test(t, confirm);
    tcase_add_test(t, prepare_to_receive);
    tcase_add_test(t, prepare_to_receive_long_locks);
    tcase_add_test(t, request_to_send);
    tcase_add_test(t, send_error_in_send);
    tcase_add_test(t, send_error_in_receive);
    tcase_add_test(t, deallocate_flush);
    tcase_add_test(t, deallocate_confirm);
    tcase_add_test(t, deallocate_abend);
    tcase_add_test(t, bid_granted);
    tcase_add_test(t, bid_refused);
    tcase_add_loop_test(t, bid_refused_rtr_follows, 0, 2);
    tcase_add_test(t, normal_end);
    tcase_add_test(t, end_by_failure);
    suite_add_tcase(s, t);
    return octets_run(s);
}
