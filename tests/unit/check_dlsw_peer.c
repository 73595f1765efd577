#include "snanode/dlsw/peer.h"
#include "tests/unit/dlswfix.h"
#include "tests/unit/octets.h"

#define SEEDS 40 /* each test runs so often; a seed says in which of the ways, and what chance does */

/* How the two are connected, and whether one TCP connection is left when it is done. */
static const struct {
    bool single;
    uint8_t connections;
    int left;
} ways[] = {{false, 2, 2}, {false, 1, 1}, {true, 1, 1}};
#define WAYS OCTETS_ROWS(ways)

static struct dlsw_pair *connected(int i)
{
    int way = i % WAYS;
    struct dlsw_pair *w = dlsw_new((uint32_t)i, ways[way].single, ways[way].connections);
    if (ways[way].single)
        dlsw_connect(w, (int)dlsw_random(w, 2));
    else
        dlsw_connect_all(w);
    return w;
}

static struct dlsw_pair *up(int i)
{
    struct dlsw_pair *w = connected(i);
    dlsw_run(w);
    ck_assert(peer_is_up(w->e[0].p) && peer_is_up(w->e[1].p));
    return w;
}

static struct dlsw_pair *established(int i)
{
    struct dlsw_pair *w = up(i);
    ck_assert_uint_ne(dlsw_open(w, 0), 0);
    dlsw_run(w);
    ck_assert_int_eq(dlsw_state(w, 0), CST_ESTABLISHED);
    ck_assert_int_eq(dlsw_state(w, 1), CST_ESTABLISHED);
    return w;
}

static struct dlsw_pair *in_contact(int i)
{
    struct dlsw_pair *w = established(i);
    int who = (int)dlsw_random(w, 2);
    ck_assert(peer_contact(w->e[who].p, w->e[who].u.id, w->now));
    dlsw_run(w);
    ck_assert_uint_eq(w->e[who].u.contacted, 1);
    ck_assert_uint_eq(w->e[!who].u.contact, 1);
    ck_assert_int_eq(dlsw_state(w, 0), CST_CONNECTED);
    ck_assert_int_eq(dlsw_state(w, 1), CST_CONNECTED);
    return w;
}

static int connections(const struct dlsw_pair *w)
{
    return w->e[0].pipes[PEER_OURS].open + w->e[0].pipes[PEER_THEIRS].open;
}

/* ---- two of them ---- */

START_TEST(comes_up)
{
    for (int seed = _i; seed < SEEDS; seed += WAYS) {
        struct dlsw_pair *w = up(seed);
        ck_assert_int_eq(connections(w), ways[seed % WAYS].left);
        for (int i = 0; i < 2; i++) {
            ck_assert_uint_eq(w->e[i].u.up, 1);
            ck_assert_uint_eq(w->e[i].u.lost, 0);
            ck_assert_mem_eq(peer_caps(w->e[i].p)->macs[0].value, dlsw_macs[!i], SSP_MAC_LEN);
            ck_assert(capex_has_sap(peer_caps(w->e[i].p), 0x04));
        }
        /* With two, the one on port 2065 of the higher address is gone. */
        if (ways[seed % WAYS].left == 1 && !ways[seed % WAYS].single)
            ck_assert(w->e[w->higher].pipes[PEER_OURS].open);
        dlsw_free(w);
    }
}
END_TEST

/* Two nodes on one machine: neither address is the higher one, and nobody waits for the other. */
START_TEST(equal_addresses)
{
    struct dlsw_pair *w = dlsw_new(1, false, 1);
    w->equal = true;
    dlsw_connect_all(w);
    dlsw_run(w);
    ck_assert(peer_is_up(w->e[0].p) && peer_is_up(w->e[1].p));
    ck_assert_int_eq(connections(w), 2);
    dlsw_free(w);
}
END_TEST

/* The partner does not close what it should: both connections stay. */
START_TEST(second_connection_stays)
{
    struct dlsw_pair *w = dlsw_new(1, false, 1);
    w->higher = true;
    for (int i = 0; i < 2; i++) { /* each believes that the other one has the higher address */
        w->e[i].pipes[PEER_OURS].open = w->e[i].pipes[PEER_THEIRS].open = true;
        for (int c = 0; c < PEER_CONNS; c++)
            ck_assert(peer_connected(w->e[i].p, (enum peer_conn)c, -1, w->now));
    }
    dlsw_run(w);
    ck_assert(!peer_is_up(w->e[0].p));
    ck_assert_uint_eq(dlsw_open(w, 0), 0);
    dlsw_wait(w, 5000, true);
    ck_assert(peer_is_up(w->e[0].p) && peer_is_up(w->e[1].p));
    ck_assert_int_eq(connections(w), 2);
    ck_assert_uint_ne(dlsw_open(w, 0), 0);
    dlsw_run(w);
    ck_assert_int_eq(dlsw_state(w, 1), CST_ESTABLISHED);
    dlsw_free(w);
}
END_TEST

START_TEST(a_third_connection)
{
    struct dlsw_pair *w = up(_i);
    for (int c = 0; c < PEER_CONNS; c++)
        ck_assert(!peer_connected(w->e[0].p, (enum peer_conn)c, 1, w->now));
    ck_assert(peer_is_up(w->e[0].p));
    dlsw_free(w);
}
END_TEST

START_TEST(a_life)
{
    for (int seed = _i; seed < SEEDS; seed += WAYS) {
        struct dlsw_pair *w = established(seed);
        struct dlsw_user *a = &w->e[0].u, *b = &w->e[1].u;
        static const uint8_t xid[] = {0x32, 0x1D, 0x05, 0xD0, 0x00, 0x01};
        ck_assert_uint_eq(a->established, 1);
        ck_assert_uint_eq(b->established, 1);
        ck_assert_uint_eq(b->offered, 1);
        ck_assert_uint_eq(a->lf, 4399);
        ck_assert_uint_eq(b->lf, 4399);
        ck_assert(peer_send_xid(w->e[0].p, a->id, NULL, 0, w->now)); /* the null XID */
        dlsw_run(w);
        ck_assert_uint_eq(b->xids, 1);
        ck_assert_uint_eq(b->xid_n, 0);
        ck_assert(peer_send_xid(w->e[1].p, b->id, xid, sizeof xid, w->now));
        dlsw_run(w);
        ck_assert_uint_eq(a->xid_n, sizeof xid);
        ck_assert_mem_eq(a->xid, xid, sizeof xid);
        ck_assert(!peer_send_piu(w->e[0].p, a->id, xid, 4, w->now)); /* not in contact */
        ck_assert(peer_contact(w->e[1].p, b->id, w->now));
        dlsw_run(w);
        ck_assert(peer_send_piu(w->e[0].p, a->id, (const uint8_t *)"\0\0\0\0", 4, w->now));
        ck_assert(peer_send_piu(w->e[1].p, b->id, (const uint8_t *)"\0\0\0\0", 4, w->now));
        dlsw_run(w);
        ck_assert_uint_eq(a->received, 1);
        ck_assert_uint_eq(b->received, 1);
        ck_assert(peer_halt(w->e[0].p, a->id, w->now));
        dlsw_run(w);
        ck_assert_uint_eq(a->down, 1);
        ck_assert_uint_eq(a->cause, PEER_CAUSE_LOCAL);
        ck_assert_uint_eq(b->down, 1);
        ck_assert_uint_eq(b->cause, PEER_CAUSE_HALTED);
        ck_assert(peer_is_up(w->e[0].p) && peer_is_up(w->e[1].p));
        ck_assert_uint_ne(dlsw_open(w, 1), 0); /* and once more, the other way */
        dlsw_run(w);
        ck_assert_int_eq(dlsw_state(w, 0), CST_ESTABLISHED);
        dlsw_free(w);
    }
}
END_TEST

static void number(uint8_t *piu, uint32_t n)
{
    memcpy(piu, &n, sizeof n);
}

/* Both send all they can; each consumes by chance.  dlsw_obey() sees that credit and order hold. */
START_TEST(credit_is_never_exceeded)
{
    for (int seed = _i; seed < 12; seed += WAYS) {
        enum { PIUS = 600 };
        struct dlsw_pair *w = in_contact(seed);
        static uint8_t piu[4000];
        bool blocked[2] = {false, false};
        unsigned refused = 0;
        /* What a user can take is sometimes far below the window. */
        for (int i = 0; i < 2; i++) {
            uint32_t more = dlsw_random(w, 30);
            w->e[i].u.room += more;
            ck_assert(peer_take(w->e[i].p, w->e[i].u.id, more, w->now));
        }
        for (int steps = 0; w->e[0].u.received < PIUS || w->e[1].u.received < PIUS; steps++) {
            int i = (int)dlsw_random(w, 2);
            struct dlsw_user *u = &w->e[i].u;
            ck_assert_int_lt(steps, 2000000);
            blocked[i] = blocked[i] && u->ready == 0;
            if (!blocked[i] && u->sent < PIUS) {
                number(piu, u->sent);
                u->ready = 0;
                bool sent = peer_send_piu(w->e[i].p, u->id, piu, 4 + dlsw_random(w, sizeof piu - 4), w->now);
                u->sent += sent;
                blocked[i] = !sent;
                refused += !sent;
            }
            if (u->held > 0 && dlsw_random(w, 3) == 0) {
                uint32_t k = 1 + dlsw_random(w, u->held);
                u->held -= k;
                u->room += k;
                ck_assert(peer_take(w->e[i].p, u->id, k, w->now));
            }
            dlsw_settle(w, i);
            dlsw_move(w, (int)dlsw_random(w, 2), (enum peer_conn)dlsw_random(w, 2), 1 + dlsw_random(w, 9000));
        }
        ck_assert_uint_gt(refused, 0);
        ck_assert_int_eq(dlsw_state(w, 0), CST_CONNECTED);
        dlsw_free(w);
    }
}
END_TEST

/* A user who can take less than half of the window gets what it can take, and no more. */
START_TEST(small_room)
{
    for (int seed = _i; seed < 12; seed += WAYS) {
        struct dlsw_pair *w = up(seed);
        w->e[1].u.room = 3;
        ck_assert_uint_ne(dlsw_open(w, 0), 0);
        dlsw_run(w);
        ck_assert(peer_contact(w->e[0].p, w->e[0].u.id, w->now));
        dlsw_run(w);
        uint32_t total = 0;
        for (int i = 0; i < 50; i++) {
            uint8_t piu[4];
            number(piu, total);
            if (peer_send_piu(w->e[0].p, w->e[0].u.id, piu, sizeof piu, w->now))
                total++;
            dlsw_run(w);
        }
        ck_assert_uint_eq(w->e[1].u.received, 3);
        ck_assert_uint_eq(total, 3);
        w->e[1].u.room += 2;
        ck_assert(peer_take(w->e[1].p, w->e[1].u.id, 2, w->now));
        dlsw_run(w);
        ck_assert_uint_eq(w->e[0].u.ready, 1);
        dlsw_free(w);
    }
}
END_TEST

START_TEST(crossed_opens)
{
    for (int seed = _i; seed < SEEDS; seed += WAYS) {
        struct dlsw_pair *w = up(seed);
        uint32_t a = dlsw_open(w, 0);
        for (uint32_t k = dlsw_random(w, 12); k > 0; k--)
            dlsw_move(w, (int)dlsw_random(w, 2), (enum peer_conn)dlsw_random(w, 2), 1 + dlsw_random(w, 100));
        uint32_t taken = w->e[1].u.id, b = taken ? taken : dlsw_open(w, 1);
        dlsw_run(w);
        ck_assert_uint_ne(a, 0);
        ck_assert_uint_ne(b, 0);
        ck_assert_int_eq(dlsw_state(w, 0), CST_ESTABLISHED);
        ck_assert_int_eq(dlsw_state(w, 1), CST_ESTABLISHED);
        const struct circuit *ca = peer_circuit(w->e[0].p, w->e[0].u.id),
                             *cb = peer_circuit(w->e[1].p, w->e[1].u.id);
        ck_assert_int_ne(ca->origin, cb->origin);
        ck_assert_uint_eq(ca->theirs.correlator, cb->id);
        ck_assert_uint_eq(cb->theirs.correlator, ca->id);
        ck_assert_uint_eq(w->e[0].u.established, 1);
        ck_assert_uint_eq(w->e[1].u.established, 1);
        ck_assert_uint_eq(w->e[0].u.down + w->e[1].u.down, 0);
        ck_assert(peer_contact(w->e[0].p, w->e[0].u.id, w->now));
        dlsw_run(w);
        ck_assert_int_eq(dlsw_state(w, 1), CST_CONNECTED);
        dlsw_free(w);
    }
}
END_TEST

START_TEST(unknown_station)
{
    struct dlsw_pair *w = up(_i);
    struct ssp_address remote = {.mac = {0x40, 0, 0, 0, 0, 0x77}, .sap = 0x04};
    w->e[0].u.id = peer_open(w->e[0].p, 0x04, &remote, 20, w->now);
    ck_assert_uint_ne(w->e[0].u.id, 0);
    dlsw_wait(w, 31000, true);
    ck_assert_uint_eq(w->e[0].u.down, 1);
    ck_assert_uint_eq(w->e[0].u.cause, PEER_CAUSE_NOT_FOUND);
    memcpy(remote.mac, dlsw_macs[1], SSP_MAC_LEN);
    remote.sap = 0x08; /* that SAP is not answered for */
    w->e[0].u.id = peer_open(w->e[0].p, 0x04, &remote, 20, w->now);
    dlsw_wait(w, 31000, true);
    ck_assert_uint_eq(w->e[0].u.down, 2);
    ck_assert_uint_eq(w->e[1].u.offered, 0);
    dlsw_free(w);
}
END_TEST

START_TEST(offer_not_taken)
{
    struct dlsw_pair *w = up(_i);
    w->e[1].u.deaf = true;
    ck_assert_uint_ne(dlsw_open(w, 0), 0);
    dlsw_run(w);
    ck_assert_uint_eq(w->e[1].u.offered, 1);
    ck_assert_int_eq(dlsw_state(w, 0), CST_START);
    dlsw_wait(w, 61000, true);
    ck_assert_uint_eq(w->e[0].u.down, 1);
    ck_assert_uint_eq(w->e[0].u.cause, PEER_CAUSE_NO_ANSWER);
    ck_assert_uint_eq(w->e[1].u.down, 1); /* the offer is void */
    dlsw_free(w);
}
END_TEST

START_TEST(contact_not_answered)
{
    struct dlsw_pair *w = established(_i);
    w->e[1].u.silent = true;
    ck_assert(peer_contact(w->e[0].p, w->e[0].u.id, w->now));
    ck_assert(!peer_contact(w->e[0].p, w->e[0].u.id, w->now));
    dlsw_run(w);
    ck_assert_int_eq(dlsw_state(w, 1), CST_CONTACT_PENDING);
    dlsw_wait(w, 31000, true);
    ck_assert_uint_eq(w->e[0].u.cause, PEER_CAUSE_NO_ANSWER);
    ck_assert_uint_eq(w->e[1].u.cause, PEER_CAUSE_HALTED);
    dlsw_free(w);
}
END_TEST

START_TEST(both_halt)
{
    struct dlsw_pair *w = in_contact(_i);
    for (int i = 0; i < 2; i++)
        ck_assert(peer_halt(w->e[i].p, w->e[i].u.id, w->now));
    ck_assert(!peer_halt(w->e[0].p, w->e[0].u.id, w->now)); /* it is on its way */
    dlsw_run(w);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(w->e[i].u.down, 1);
        ck_assert_uint_eq(w->e[i].u.cause, PEER_CAUSE_LOCAL);
    }
    ck_assert(!peer_halt(w->e[0].p, 4711, w->now));
    dlsw_free(w);
}
END_TEST

/* HALT_DL is not answered: the circuit is gone all the same. */
START_TEST(halt_not_answered)
{
    struct dlsw_pair *w = in_contact(_i);
    ck_assert(peer_halt(w->e[0].p, w->e[0].u.id, w->now));
    dlsw_wait(w, 31000, false);
    ck_assert_uint_eq(w->e[0].u.down, 1);
    ck_assert_uint_eq(w->e[0].u.lost, 0);
    dlsw_free(w);
}
END_TEST

START_TEST(contact_before_its_time)
{
    struct dlsw_pair *w = up(_i);
    w->e[1].u.deaf = true;
    ck_assert_uint_ne(dlsw_open(w, 0), 0);
    ck_assert(!peer_contact(w->e[0].p, w->e[0].u.id, w->now)); /* nothing is known of the station */
    dlsw_run(w);
    ck_assert(peer_contact(w->e[0].p, w->e[0].u.id, w->now));
    ck_assert_int_eq(dlsw_state(w, 0), CST_START);
    dlsw_free(w);
}
END_TEST

START_TEST(restart)
{
    for (int seed = _i; seed < SEEDS; seed += WAYS) {
        struct dlsw_pair *w = in_contact(seed);
        int i = (int)dlsw_random(w, 2);
        bool both = dlsw_random(w, 2);
        ck_assert(peer_restart(w->e[i].p, w->e[i].u.id, w->now));
        ck_assert(!peer_restart(w->e[i].p, w->e[i].u.id, w->now));
        if (both)
            ck_assert(peer_restart(w->e[!i].p, w->e[!i].u.id, w->now));
        else
            ck_assert(peer_contact(w->e[i].p, w->e[i].u.id, w->now)); /* as soon as it can be */
        dlsw_run(w);
        ck_assert_uint_eq(w->e[0].u.restarted, 1);
        ck_assert_uint_eq(w->e[1].u.restarted, 1);
        if (both) {
            ck_assert_int_eq(dlsw_state(w, 0), CST_ESTABLISHED);
            ck_assert_int_eq(dlsw_state(w, 1), CST_ESTABLISHED);
            ck_assert(peer_contact(w->e[i].p, w->e[i].u.id, w->now));
            dlsw_run(w);
        }
        ck_assert_int_eq(dlsw_state(w, 0), CST_CONNECTED);
        ck_assert_int_eq(dlsw_state(w, 1), CST_CONNECTED);
        uint8_t piu[4];
        number(piu, 0);
        ck_assert(peer_send_piu(w->e[0].p, w->e[0].u.id, piu, 4, w->now));
        dlsw_run(w);
        ck_assert_uint_eq(w->e[1].u.received, 1);
        dlsw_free(w);
    }
}
END_TEST

START_TEST(nonactivation)
{
    struct dlsw_pair *w = in_contact(_i);
    uint8_t xid[29] = {0x32, 29};
    ck_assert(!peer_send_xid(w->e[0].p, w->e[0].u.id, xid, sizeof xid, w->now));
    xid[9] = 0x0C;
    ck_assert(peer_send_xid(w->e[0].p, w->e[0].u.id, xid, sizeof xid, w->now));
    dlsw_run(w);
    ck_assert_uint_eq(w->e[1].u.xids, 1);
    ck_assert_int_eq(dlsw_state(w, 1), CST_CONNECTED);
    dlsw_free(w);
}
END_TEST

/* After so many steps the TCP connections are lost: everything ends, and all begins anew. */
START_TEST(lost_at_each_stage)
{
    for (int seed = _i; seed < 240; seed += WAYS) {
        struct dlsw_pair *w = connected(seed);
        for (int k = seed / 3; k > 0; k--) {
            dlsw_move(w, (int)dlsw_random(w, 2), (enum peer_conn)dlsw_random(w, 2), 1 + dlsw_random(w, 200));
            if (peer_is_up(w->e[0].p) && !w->e[0].u.id && !w->e[0].u.down)
                dlsw_open(w, 0);
            if (dlsw_state(w, 0) == CST_ESTABLISHED)
                peer_contact(w->e[0].p, w->e[0].u.id, w->now);
            if (dlsw_state(w, 0) == CST_CONNECTED && k % 50 == 0)
                peer_restart(w->e[0].p, w->e[0].u.id, w->now);
            if (dlsw_state(w, 0) == CST_CONNECTED && k % 70 == 0)
                peer_halt(w->e[0].p, w->e[0].u.id, w->now);
            dlsw_settle(w, 0);
        }
        uint32_t down[2], ids[2];
        bool was[2][PEER_CONNS];
        for (int i = 0; i < 2; i++) {
            down[i] = w->e[i].u.down;
            ids[i] = w->e[i].u.id;
            for (int c = 0; c < PEER_CONNS; c++) { /* what was on its way is gone */
                was[i][c] = w->e[i].pipes[c].open;
                w->e[i].pipes[c].open = false;
                w->e[i].pipes[c].n = 0;
            }
        }
        for (int i = 0; i < 2; i++)
            for (int c = 0; c < PEER_CONNS; c++)
                if (was[i][c]) {
                    peer_disconnected(w->e[i].p, (enum peer_conn)c, PEER_CAUSE_RESET, w->now);
                    dlsw_settle(w, i);
                }
        for (int i = 0; i < 2; i++) {
            ck_assert_uint_eq(w->e[i].u.lost, 1);
            ck_assert_uint_eq(w->e[i].u.lost_cause, PEER_CAUSE_RESET);
            ck_assert_uint_eq(w->e[i].u.down, down[i] + (ids[i] != 0));
            ck_assert(!peer_is_up(w->e[i].p));
            ck_assert_uint_eq(peer_deadline(w->e[i].p), UINT64_MAX);
            w->e[i].u = (struct dlsw_user){.room = 20};
        }
        if (ways[seed % WAYS].single)
            dlsw_connect(w, 1);
        else
            dlsw_connect_all(w);
        dlsw_run(w);
        ck_assert_uint_ne(dlsw_open(w, 1), 0);
        dlsw_run(w);
        ck_assert_int_eq(dlsw_state(w, 0), CST_ESTABLISHED);
        dlsw_free(w);
    }
}
END_TEST

START_TEST(stopped)
{
    struct dlsw_pair *w = in_contact(_i);
    peer_stop(w->e[0].p, w->now);
    dlsw_settle(w, 0);
    ck_assert_uint_eq(w->e[0].u.lost_cause, PEER_CAUSE_STOPPED);
    ck_assert_uint_eq(w->e[0].u.cause, PEER_CAUSE_STOPPED);
    ck_assert_uint_eq(w->e[1].u.lost_cause, PEER_CAUSE_CLOSED);
    ck_assert_uint_eq(w->e[1].u.cause, PEER_CAUSE_CLOSED);
    ck_assert_int_eq(connections(w), 0);
    dlsw_free(w);
}
END_TEST

/* ---- time ---- */

START_TEST(keepalive)
{
    struct dlsw_pair *w = in_contact(_i);
    dlsw_wait(w, 3600 * 1000, true); /* an idle hour */
    ck_assert_uint_eq(w->e[0].u.lost + w->e[1].u.lost, 0);
    ck_assert_int_eq(dlsw_state(w, 0), CST_CONNECTED);
    dlsw_wait(w, 29000, true);
    dlsw_wait(w, 59000, false); /* nothing flows any more, and that is not long enough */
    ck_assert_uint_eq(w->e[0].u.lost, 0);
    dlsw_wait(w, 91000, false);
    ck_assert_uint_eq(w->e[0].u.lost, 1);
    ck_assert(w->e[0].u.lost_cause == PEER_CAUSE_STALLED || w->e[0].u.lost_cause == PEER_CAUSE_KEEPALIVE);
    ck_assert_uint_eq(w->e[0].u.down, 1);
    dlsw_free(w);
}
END_TEST

/* The partner's node hangs as soon as the connection is active.  TCP still takes what is sent to it, for a
 * while. */
START_TEST(hangs_at_once)
{
    struct dlsw_pair *w = up(_i);
    struct dlsw_end *end = &w->e[0];
    uint64_t start = w->now, takes = _i % 2 ? 100000 : 40000; /* ms until the window of TCP is full */
    while (end->u.lost == 0) {
        const uint8_t *data;
        for (int c = 0; c < PEER_CONNS && w->now < start + takes; c++)
            peer_sent(end->p, (enum peer_conn)c, peer_output(end->p, (enum peer_conn)c, &data), w->now);
        ck_assert_uint_le(peer_deadline(end->p), start + 90000);
        w->now = peer_deadline(end->p);
        peer_tick(end->p, w->now);
        dlsw_settle(w, 0);
    }
    ck_assert_uint_eq(end->u.lost_cause, PEER_CAUSE_KEEPALIVE);
    dlsw_free(w);
}
END_TEST

START_TEST(second_connection_never_comes)
{
    struct dlsw_pair *w = dlsw_new(1, false, 1);
    dlsw_connect(w, 0);
    dlsw_run(w);
    ck_assert(!peer_takes_input(w->e[0].p));
    dlsw_wait(w, 29999, true);
    ck_assert_uint_eq(w->e[0].u.lost, 0);
    dlsw_wait(w, 1, true);
    ck_assert_uint_eq(w->e[0].u.lost_cause, PEER_CAUSE_CAPEX_TIME);
    ck_assert_int_eq(connections(w), 0);
    dlsw_free(w);
}
END_TEST

/* The partner's node hangs: it reads nothing.  PIUs are refused, and what is unsent stays small. */
START_TEST(does_not_read)
{
    struct dlsw_pair *w = in_contact(_i);
    static uint8_t piu[30000];
    const uint8_t *data;
    unsigned sent = 0;
    w->e[1].u.room += 1000;
    ck_assert(peer_take(w->e[1].p, w->e[1].u.id, 1000, w->now));
    dlsw_run(w);
    for (int i = 0; i < 100; i++)
        sent += peer_send_piu(w->e[0].p, w->e[0].u.id, piu, sizeof piu, w->now);
    size_t unsent = peer_output(w->e[0].p, PEER_OURS, &data) + peer_output(w->e[0].p, PEER_THEIRS, &data);
    ck_assert_uint_eq(sent, 3);
    ck_assert_uint_eq(unsent, 3 * (16 + sizeof piu));
    ck_assert(!peer_takes_input(w->e[0].p));
    dlsw_wait(w, 91000, false);
    ck_assert_uint_eq(w->e[0].u.lost_cause, PEER_CAUSE_STALLED);
    dlsw_free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dlsw_peer");
    TCase *tc = tcase_create("pair");
    tcase_add_loop_test(tc, comes_up, 0, WAYS);
    tcase_add_test(tc, equal_addresses);
    tcase_add_test(tc, second_connection_stays);
    tcase_add_loop_test(tc, a_third_connection, 0, 3);
    tcase_add_loop_test(tc, a_life, 0, WAYS);
    tcase_add_loop_test(tc, credit_is_never_exceeded, 0, WAYS);
    tcase_add_loop_test(tc, small_room, 0, WAYS);
    tcase_add_loop_test(tc, crossed_opens, 0, WAYS);
    tcase_add_loop_test(tc, unknown_station, 0, 3);
    tcase_add_loop_test(tc, offer_not_taken, 0, 3);
    tcase_add_loop_test(tc, contact_not_answered, 0, 3);
    tcase_add_loop_test(tc, both_halt, 0, 3);
    tcase_add_loop_test(tc, halt_not_answered, 0, 3);
    tcase_add_loop_test(tc, contact_before_its_time, 0, 3);
    tcase_add_loop_test(tc, restart, 0, WAYS);
    tcase_add_loop_test(tc, nonactivation, 0, 3);
    tcase_add_loop_test(tc, lost_at_each_stage, 0, WAYS);
    tcase_add_loop_test(tc, stopped, 0, 3);
    suite_add_tcase(s, tc);
    tc = tcase_create("time");
    tcase_add_loop_test(tc, keepalive, 0, 6);
    tcase_add_loop_test(tc, hangs_at_once, 0, 6);
    tcase_add_test(tc, second_connection_never_comes);
    tcase_add_loop_test(tc, does_not_read, 0, 3);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
