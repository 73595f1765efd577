/* check_long.c - records of 32 KB and more: the longest that one Send takes, and longer ones by continued logical
 * records, over every RU size, to every kind of Receive, blocking and not [HIS: Receive; C29]. */
#include <pthread.h>

#include "tests/cpic/harness.h"

static struct pair p;
static const char *const modes[] = {"RU256", "RU1024", "RU4096", "RU65527"};

#define MODES 4
#define KINDS 3 /* mapped; basic with fill LL; basic with fill BUFFER */

/* What is sent: octets, the sizes of the Sends, and (mapped and LL) of the records that come out of it. */
struct load {
    unsigned char out[400000];
    size_t n;
    CM_INT32 sends[64], records[64];
    int n_sends, n_records;
};
static struct load load;

static unsigned char octet(size_t i)
{
    return (unsigned char)(i * 2654435761u >> 24);
}

static void add_record(size_t n, bool ll, bool continued)
{
    unsigned char *at = load.out + load.n;
    for (size_t i = 0; i < n; i++)
        at[i] = octet(load.n + i);
    if (ll) {
        at[0] = (unsigned char)(n >> 8 | (continued ? 0x80 : 0));
        at[1] = (unsigned char)n;
    }
    load.n += n;
    load.records[load.n_records++] = (CM_INT32)n;
}

/* Everything near the longest, as records of one Send each. */
static void load_records(bool ll)
{
    static const CM_INT32 n[] = {32767, 32766, 32765, 32764, 32763, 32762, 32761, 2, 32767, 32767};
    memset(&load, 0, sizeof load);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        add_record((size_t)n[i], ll, false);
        load.sends[load.n_sends++] = n[i];
    }
}

/* One GDS variable of more than 200,000 octets: logical records that say that the next one continues them.  The Sends
 * cut it where they like, also between the octets of an LL. */
static void load_concatenation(void)
{
    memset(&load, 0, sizeof load);
    for (int i = 0; i < 6; i++)
        add_record(32767, true, true);
    add_record(5000, true, false);
    add_record(32767, true, true); /* and another one of two */
    add_record(2, true, false);
    for (size_t at = 0; at < load.n; at += (size_t)load.sends[load.n_sends++]) {
        size_t left = load.n - at, n = load.n_sends % 2 ? 32766 : 32767;
        load.sends[load.n_sends] = (CM_INT32)(left < n ? left : n);
    }
}

static void open_long(int mode, int kind)
{
    pair_open(&p,
              (struct how){kind == 0 ? CM_MAPPED_CONVERSATION : CM_BASIC_CONVERSATION, CM_NONE, modes[mode]});
    if (kind == 2)
        SET(cmsf, &p.b, CM_FILL_BUFFER);
}

/* How far B has come, and what each Receive has to give. */
struct taken {
    size_t at;     /* octets */
    int record;    /* mapped, LL */
    size_t in_rec; /* octets of this record */
    bool ended;
};

static void take(struct taken *t, CM_INT32 rc, int kind, CM_INT32 want)
{
    if (rc == CM_DEALLOCATED_NORMAL)
        t->ended = true;
    else
        ck_assert_rc(rc, CM_OK);
    if (p.b.data == CM_NO_DATA_RECEIVED)
        return;
    ck_assert_int_le(p.b.len, want);
    ck_assert_uint_le(t->at + (size_t)p.b.len, load.n);
    ck_assert_mem_eq(p.b.buf, load.out + t->at, (size_t)p.b.len);
    t->at += (size_t)p.b.len;
    if (kind == 2) {
        ck_assert_int_eq(p.b.data, CM_DATA_RECEIVED);
        if (!t->ended)
            ck_assert_int_eq(p.b.len, want);
        return;
    }
    t->in_rec += (size_t)p.b.len;
    ck_assert_int_lt(t->record, load.n_records);
    if (t->in_rec < (size_t)load.records[t->record]) {
        ck_assert_int_eq(p.b.data, CM_INCOMPLETE_DATA_RECEIVED);
        ck_assert_int_eq(p.b.len, want);
    } else {
        ck_assert_int_eq(p.b.data, CM_COMPLETE_DATA_RECEIVED);
        ck_assert_uint_eq(t->in_rec, load.records[t->record]);
        t->record++;
        t->in_rec = 0;
    }
}

static void all_taken(const struct taken *t, int kind)
{
    ck_assert_uint_eq(t->at, load.n);
    if (kind != 2)
        ck_assert_int_eq(t->record, load.n_records);
    ck_assert_state(&p.a, -1);
    ck_assert_state(&p.b, -1);
}

static const CM_INT32 wants[] = {32767, 32763, 4096, 32767};

/* ---- blocking: the sender is a thread ---- */

static void *sender(void *arg)
{
    size_t at = 0;
    (void)arg;
    for (int i = 0; i < load.n_sends; i++) {
        CM_INT32 rc = s_send(&p.a, load.out + at, load.sends[i]);
        if (rc != CM_OK)
            return (void *)(intptr_t)rc;
        at += (size_t)load.sends[i];
    }
    return (void *)(intptr_t)s_deal(&p.a);
}

static void run_blocking(int mode, int kind)
{
    pthread_t thread;
    void *rc;
    struct taken t = {.at = 0};
    open_long(mode, kind);
    SET(cmspm, &p.b, CM_BLOCKING);
    ck_assert_int_eq(pthread_create(&thread, NULL, sender, NULL), 0);
    for (int i = 0; !t.ended; i++)
        take(&t, s_rcv(&p.b, wants[i % 4]), kind, wants[i % 4]);
    pthread_join(thread, &rc);
    ck_assert_rc((CM_INT32)(intptr_t)rc, CM_OK);
    all_taken(&t, kind);
}

/* ---- nonblocking: both sides in one thread, each call as far as it goes ---- */

static CM_INT32 next_send(int i, size_t *at)
{
    CM_INT32 rc;
    if (i == load.n_sends)
        return s_deal(&p.a);
    unsigned char *copy = malloc((size_t)load.sends[i]); /* the program's buffer is its own again at once */
    memcpy(copy, load.out + *at, (size_t)load.sends[i]);
    rc = s_send(&p.a, copy, load.sends[i]);
    memset(copy, 0xEE, (size_t)load.sends[i]);
    free(copy);
    *at += (size_t)load.sends[i];
    return rc;
}

static void run_nonblocking(int mode, int kind)
{
    struct taken t = {.at = 0};
    size_t at = 0;
    int sent = 0, got = 0;
    bool sending = false, receiving = false;
    open_long(mode, kind);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    while (!t.ended) {
        while (!sending && sent <= load.n_sends) {
            CM_INT32 rc = next_send(sent++, &at);
            sending = rc == OI;
            if (!sending)
                ck_assert_rc(rc, CM_OK);
        }
        while (!receiving && !t.ended) {
            CM_INT32 want = wants[got++ % 4], rc = s_rcv(&p.b, want);
            receiving = rc == OI;
            if (!receiving)
                take(&t, rc, kind, want);
        }
        if (t.ended)
            break;
        unsigned char id[CM_CID_SIZE];
        CM_INT32 op = -1, rc = -1;
        cmwait(id, &op, &rc);
        ck_assert_rc(rc, CM_OK);
        if (memcmp(id, p.a.id, sizeof id) == 0) {
            ck_assert(sending);
            sending = false;
            ck_assert_rc(op, CM_OK);
        } else {
            ck_assert(receiving);
            receiving = false;
            take(&t, op, kind, wants[(got - 1) % 4]);
        }
    }
    if (sending)
        ck_assert_rc(s_wait(&p.a), CM_OK);
    all_taken(&t, kind);
    nothing_waits();
}

START_TEST(records)
{
    int mode = _i % MODES, kind = _i / MODES % KINDS;
    load_records(kind > 0);
    if (_i / MODES / KINDS)
        run_nonblocking(mode, kind);
    else
        run_blocking(mode, kind);
}
END_TEST

START_TEST(concatenation)
{
    int mode = _i % MODES, kind = 1 + _i / MODES % 2;
    load_concatenation();
    if (_i / MODES / 2)
        run_nonblocking(mode, kind);
    else
        run_blocking(mode, kind);
}
END_TEST

/* Several logical records in one Send of 32767 octets, the last one cut by its end. */
START_TEST(several_in_one)
{
    int mode = _i % MODES, kind = 1 + _i / MODES % 2;
    memset(&load, 0, sizeof load);
    add_record(16384, true, false);
    add_record(2, true, false);
    add_record(16380, true, false);
    add_record(32767, true, false); /* one octet of its LL is in the first Send */
    load.sends[load.n_sends++] = 32767;
    load.sends[load.n_sends++] = 32766;
    run_blocking(mode, kind);
}
END_TEST

/* Above 32767 nothing happens, whatever the mode and the type are, and what comes then is whole. */
START_TEST(too_long)
{
    static const CM_INT32 n[] = {32768, 65535, 65536, 1 << 20, 0x7FFFFFFF, -1, -32768, (CM_INT32)0x80000000};
    int mode = _i % MODES, kind = _i / MODES % KINDS;
    CM_INT32 how = _i / MODES / KINDS ? CM_NON_BLOCKING : CM_BLOCKING;
    open_long(mode, kind);
    SET(cmspm, &p.a, how);
    SET(cmspm, &p.b, how);
    load_records(kind > 0);
    for (size_t i = 0; i < sizeof n / sizeof *n; i++) {
        ck_assert_rc(s_send(&p.a, load.out, n[i]), PC);
        ck_assert_state(&p.a, CM_SEND_STATE);
        ck_assert_rc(s_rcv(&p.b, n[i]), PC);
        ck_assert_state(&p.b, CM_RECEIVE_STATE);
    }
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    CM_INT32 sent = s_send(&p.a, load.out, 32767);
    CM_INT32 flushed = sent == OI ? OI : s_flush(&p.a);
    CM_INT32 rc = s_rcv(&p.b, 32767);
    for (int waits = (sent == OI || flushed == OI) + (rc == OI); waits > 0; waits--) {
        unsigned char id[CM_CID_SIZE];
        CM_INT32 op = -1, wrc = -1;
        cmwait(id, &op, &wrc);
        ck_assert_rc(wrc, CM_OK);
        ck_assert_rc(op, CM_OK);
        if (sent == OI && memcmp(id, p.a.id, sizeof id) == 0) { /* now for the rest, which it has kept */
            sent = CM_OK;
            waits += s_flush(&p.a) == OI;
        }
    }
    ck_assert_got(&p.b, kind == 2 ? CM_DATA_RECEIVED : CM_COMPLETE_DATA_RECEIVED, 32767,
                  CM_NO_STATUS_RECEIVED);
    ck_assert_mem_eq(p.b.buf, load.out, 32767);
    pair_close(&p);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C long records");
    TCase *t = tcase_create("long");
    tcase_set_timeout(t, 30);
    tcase_add_loop_test(t, records, 0, MODES * KINDS * 2);
    tcase_add_loop_test(t, concatenation, 0, MODES * 2 * 2);
    tcase_add_loop_test(t, several_in_one, 0, MODES * 2);
    tcase_add_loop_test(t, too_long, 0, MODES * KINDS * 2);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
