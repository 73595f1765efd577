/* libFuzzer entry: a DLSw partner under a script.  Records of an octet that says what happens, one that says
 * how much, and octets of the partner.  What the node sends is messages, what it grants its user can take,
 * and what it holds stays small.
 *   clang -fsanitize=fuzzer,address,undefined -I. -D_GNU_SOURCE tests/fuzz/fuzz_dlsw.c
 *       snanode/{base,dlsw}/?*.c */
#include <stdlib.h>
#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/dlsw/peer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 7 };

struct run {
    struct peer *p;
    uint64_t now;
    uint32_t last;      /* circuit */
    uint32_t room;      /* of all circuits: only one is accepted at a time */
    uint32_t with_room; /* the circuit that has the room */
    bool up[PEER_CONNS];
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void settle(struct run *r)
{
    struct peer_effect e;
    while (peer_effect_next(r->p, &e))
        switch (e.kind) {
        case PEER_FX_OFFERED:
            r->last = e.id;
            if (!r->with_room) {
                r->with_room = e.id;
                r->room = ROOM;
                must(peer_accept(r->p, e.id, ROOM, r->now));
            }
            break;
        case PEER_FX_CONTACT:
            must(peer_contacted(r->p, e.id, r->now));
            break;
        case PEER_FX_PIU:
            must(e.id == r->with_room && r->room > 0);
            r->room--;
            if (e.n % 2) {
                r->room++;
                must(peer_take(r->p, e.id, 1, r->now));
            }
            break;
        case PEER_FX_DOWN:
            must(!peer_circuit(r->p, e.id));
            if (e.id == r->with_room)
                r->with_room = 0;
            break;
        case PEER_FX_CLOSE:
            must(r->up[e.conn]);
            r->up[e.conn] = false;
            break;
        case PEER_FX_LOST:
            must(peer_deadline(r->p) == UINT64_MAX && r->with_room == 0);
            break;
        default:
            break;
        }
}

static void read_all(struct run *r, enum peer_conn conn)
{
    const uint8_t *v;
    size_t n;
    while ((n = peer_output(r->p, conn, &v)) > 0) {
        struct ssp s;
        struct sna_err e;
        ssize_t whole = ssp_measure(v, n, &e);
        must(whole > 0 && (size_t)whole <= n && ssp_decode(v, n, &s, &e) > 0);
        must(n < 65536 + 2 * (size_t)SSP_MESSAGE_MAX + 8192);
        peer_sent(r->p, conn, (size_t)whole, r->now);
        settle(r);
    }
}

static void feed(struct run *r, enum peer_conn conn, struct rd data)
{
    while (rd_left(&data) > 0) {
        size_t used = peer_input(r->p, conn, data.p, rd_left(&data), r->now);
        must(used <= rd_left(&data));
        settle(r);
        if (used == 0)
            return;
        rd_bytes(&data, used);
    }
}

static void act(struct run *r, uint8_t how)
{
    static const uint8_t octets[255] = {0x32, 29}; /* an XID, or a PIU */
    struct ssp_address remote = {.mac = {0x40, 0, 0, 0, 0, how & 1}, .sap = 4};
    switch (how % 8) {
    case 0:
        if (!r->with_room) {
            r->with_room = peer_open(r->p, 0x04, &remote, ROOM, r->now);
            r->room = ROOM;
            r->last = r->with_room;
        }
        break;
    case 1:
        peer_contact(r->p, r->last, r->now);
        break;
    case 2:
        peer_send_piu(r->p, r->last, octets, how, r->now);
        break;
    case 3:
        peer_send_xid(r->p, r->last, octets, octets[1], r->now);
        break;
    case 4:
        peer_restart(r->p, r->last, r->now);
        break;
    case 5:
        peer_halt(r->p, r->last, r->now);
        break;
    case 6:
        if (r->with_room) {
            peer_take(r->p, r->with_room, how, r->now);
            r->room += how;
        }
        break;
    default:
        peer_stop(r->p, r->now);
    }
}

static void connection(struct run *r, uint8_t how)
{
    enum peer_conn conn = how & 1 ? PEER_THEIRS : PEER_OURS;
    if (r->up[conn]) {
        r->up[conn] = false;
        peer_disconnected(r->p, conn, PEER_CAUSE_CLOSED, r->now);
    } else {
        r->up[conn] = peer_connected(r->p, conn, how & 2 ? 1 : -1, r->now);
    }
}

static void step(struct run *r, uint8_t what, uint8_t how, struct rd *script)
{
    switch (what % 8) {
    case 0: /* more often than the others: the partner speaks */
    case 1:
    case 2:
        if (how > rd_left(script))
            how = (uint8_t)rd_left(script);
        const uint8_t *p = rd_bytes(script, how);
        feed(r, what & 1 ? PEER_THEIRS : PEER_OURS, rd_make(p, how));
        break;
    case 3:
        connection(r, how);
        break;
    case 4:
        act(r, how);
        break;
    case 5:
        r->now += (uint64_t)how * 1000;
        if (peer_deadline(r->p) <= r->now)
            peer_tick(r->p, r->now);
        break;
    default:
        read_all(r, what & 1 ? PEER_THEIRS : PEER_OURS);
    }
    settle(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run r = {.now = 1000};
    struct peer_params params;
    struct rd script = rd_make(data, size);
    peer_params_init(&params, (const uint8_t[]){0x40, 0, 0, 0, 0, 9}, 0x04);
    uint8_t way = rd_u8(&script);
    params.single = way & 1;
    params.caps.connections = way & 2 ? 2 : 1;
    params.caps.window = 3;
    params.max_circuits = 4;
    r.p = peer_new(&params);
    must(r.p != NULL);
    while (rd_left(&script) >= 2) {
        uint8_t what = rd_u8(&script), how = rd_u8(&script);
        step(&r, what, how, &script);
    }
    peer_free(r.p);
    return 0;
}
