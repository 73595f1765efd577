/* check_bad.c - what no program should do: the documented code, and never a crash. */
#include <pthread.h>
#include <stdio.h>

#include "tests/appc/block.h"
#include "tests/cpic/pageend.h"

#undef APPC /* blocks that are not there cannot be looked at */

static struct end a, b;

/* Opcode, octets of the basic and of the mapped block: typed from the pages, for pointers of 8 octets. */
static const struct {
    unsigned short opcode;
    unsigned short size[2];
} blocks[] = {
    {AP_M_ALLOCATE, {200, 200}},
    {AP_M_CONFIRM, {28, 28}},
    {AP_M_CONFIRMED, {24, 24}},
    {AP_M_DEALLOCATE, {40, 32}},
    {AP_M_FLUSH, {24, 24}},
    {AP_M_GET_ATTRIBUTES, {130, 130}},
    {AP_GET_TYPE, {28, 28}},
    {AP_GET_STATE, {28, 28}},
    {AP_M_PREPARE_TO_RECEIVE, {28, 28}},
    {AP_M_RECEIVE_AND_WAIT, {56, 56}},
    {AP_M_RECEIVE_AND_POST, {64, 64}},
    {AP_M_RECEIVE_IMMEDIATE, {56, 56}},
    {AP_M_REQUEST_TO_SEND, {24, 24}},
    {AP_M_SEND_DATA, {48, 48}},
    {AP_M_SEND_ERROR, {40, 36}},
    {AP_M_TEST_RTS, {28, 28}},
    {AP_TP_ENDED, {24, 24}},
    {AP_TP_STARTED, {92, 92}},
    {AP_RECEIVE_ALLOCATE, {156, 156}},
    {AP_GET_TP_PROPERTIES, {155, 155}},
    {AP_M_SEND_CONVERSATION, {208, 208}},
    {AP_SET_TP_PROPERTIES, {100, 100}},
    {AP_RECEIVE_ALLOCATE_EX, {176, 176}},
    {AP_RECEIVE_ALLOCATE_EX_END, {104, 104}},
    {AP_CNOS, {80, 80}},
    {AP_ACTIVATE_SESSION, {112, 112}},
    {AP_DEACTIVATE_SESSION, {96, 96}},
    {AP_GET_LU_STATUS, {44, 44}},
    {AP_DISPLAY, {128, 128}}, /* the shorter format, which the verb tells from the other by its contents */
    {AP_M_POST_ON_RECEIPT, {56, 56}},
    {AP_M_RECEIVE_LOG_DATA, {40, 40}},
    {AP_M_TEST_RTS_AND_POST, {32, 32}},
};
#define BLOCKS (int)(sizeof blocks / sizeof *blocks)

/* Verbs that name no TP. */
static bool without_tp(unsigned short opcode)
{
    static const unsigned short verbs[] = {
        AP_TP_STARTED, AP_RECEIVE_ALLOCATE, AP_RECEIVE_ALLOCATE_EX, AP_RECEIVE_ALLOCATE_EX_END,
        AP_CNOS,       AP_ACTIVATE_SESSION, AP_DEACTIVATE_SESSION,  AP_DISPLAY};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (opcode == verbs[i])
            return true;
    return false;
}

/* A block that ends where memory does is carried out; four octets less, and it is refused: blocks are where a
 * compiler would have them. */
static void at_end(unsigned short opcode, unsigned char opext, unsigned size)
{
    size_t n = (size + 3u) / 4 * 4;
    for (size_t missing = 0; missing <= 4; missing += 4) {
        struct appc_hdr h = {.opcode = opcode, .opext = opext, .primary_rc = 0x1234};
        unsigned char *p = page_end(n - missing);
        memset(p, 0, n - missing);
        memcpy(p, &h, sizeof h);
        APPC(p);
        memcpy(&h, p, sizeof h);
        if (missing)
            seen(&h);
        ck_assert_msg((h.primary_rc == AP_INVALID_VERB_SEGMENT) == (missing > 0), "%04X %02X: %04X",
                      APPC_FLIPI(opcode), opext, APPC_FLIPI(h.primary_rc));
        ck_assert_uint_ne(h.primary_rc, 0x1234);
    }
}

START_TEST(end_of_page)
{
    if (sizeof(void *) != 8)
        return;
    for (int i = 0; i < BLOCKS; i++)
        for (unsigned char form = 0; form < 2; form++)
            at_end(blocks[i].opcode, form, blocks[i].size[form]);
}
END_TEST

/* With AP_EXTD_VCB some blocks are longer, and the others are as they are. */
START_TEST(extended_at_end)
{
    static const struct {
        unsigned short opcode;
        unsigned short size[2];
    } extended[] = {{AP_M_ALLOCATE, {232, 200}},       {AP_M_DEALLOCATE, {64, 56}},
                    {AP_M_GET_ATTRIBUTES, {164, 164}}, {AP_GET_TP_PROPERTIES, {191, 191}},
                    {AP_TP_STARTED, {96, 96}},         {AP_M_SEND_DATA, {48, 48}}};
    if (sizeof(void *) != 8)
        return;
    for (size_t i = 0; i < sizeof extended / sizeof *extended; i++)
        for (unsigned char form = 0; form < 2; form++)
            at_end(extended[i].opcode, AP_EXTD_VCB | form, extended[i].size[form]);
}
END_TEST

/* A mapped DEALLOCATE has no log data: its block ends where the basic one has their address. */
START_TEST(deallocate_at_end)
{
    ends_open(&a, &b, true, AP_NONE);
    struct mc_deallocate d = HEAD(&a, DEALLOCATE);
    IDS(&a, d);
    d.dealloc_type = AP_ABEND;
    unsigned char *p = page_end(offsetof(struct mc_deallocate, callback));
    memcpy(p, &d, offsetof(struct mc_deallocate, callback));
    APPC(p);
    memcpy(&d, p, offsetof(struct mc_deallocate, callback));
    DONE(&a, d);
    ck_rc(&a, AP_OK, 0);
    ends_close(&a, &b);
}
END_TEST

START_TEST(no_block)
{
    static const unsigned char read_only[256] = {0x14};
    APPC(NULL);
    APPC((void *)8);
    APPC(page_end(8));
    APPC((void *)(uintptr_t)read_only);
}
END_TEST

START_TEST(unknown)
{
    for (unsigned op = 0; op < 0x10000; op += 0x33) {
        struct {
            struct appc_hdr h;
            unsigned char more[512];
        } v = {.h = {.opcode = APPC_FLIPI(op), .opext = 2}};
        APPC(&v);
        ck_assert_uint_eq(v.h.primary_rc, AP_INVALID_VERB);
    }
}
END_TEST

/* Data that are not there, or not all of them. */
START_TEST(data_nowhere)
{
    ends_open(&a, &b, true, AP_NONE);
    a_send(&a, (void *)16, 10, AP_NONE);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT);
    unsigned char *p = page_end(10);
    memset(p, 'x', 10);
    a_send(&a, p, 11, AP_NONE);
    ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT);
    ck_ok(a_send(&a, p, 10, AP_SEND_DATA_FLUSH), &a);
    struct mc_receive_and_wait r = HEAD(&b, RECEIVE_AND_WAIT);
    IDS(&b, r);
    r.dptr = p;
    r.max_len = 11;
    APPC(&r);
    DONE(&b, r);
    ck_rc(&b, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT);
    r.max_len = 10;
    APPC(&r);
    DONE(&b, r);
    ck_rc(&b, AP_OK, 0);
    ends_close(&a, &b);
}
END_TEST

/* What one verb has found is believed by the next, but no more than that [P30]: neither what lies behind it
 * nor that it can be written. */
START_TEST(data_known)
{
    static const unsigned char read_only[] = "0123456789";
    ends_open(&a, &b, true, AP_NONE);
    unsigned char *p = page_end(10);
    for (int i = 0; i < 2; i++) {
        ck_ok(a_send(&a, p, 10, AP_NONE), &a);
        ck_ok(a_send(&a, read_only, 10, AP_SEND_DATA_FLUSH), &a);
        a_send(&a, p, 11, AP_NONE);
        ck_rc(&a, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT);
    }
    struct mc_receive_and_wait r = HEAD(&b, RECEIVE_AND_WAIT);
    IDS(&b, r);
    r.max_len = 10;
    for (int i = 0; i < 2; i++) {
        r.dptr = (unsigned char *)(uintptr_t)read_only;
        APPC(&r);
        DONE(&b, r);
        ck_rc(&b, AP_PARAMETER_CHECK, AP_INVALID_DATA_SEGMENT);
        r.dptr = p;
        APPC(&r);
        DONE(&b, r);
        ck_rc(&b, AP_OK, 0);
    }
    ends_close(&a, &b);
}
END_TEST

/* A TP that is not there, a conversation that is not, and one of the other form: for each verb of
 * conversations.
 */
START_TEST(ids)
{
    static const unsigned short verbs[] = {
        AP_M_CONFIRM,          AP_M_CONFIRMED,          AP_M_DEALLOCATE,       AP_M_FLUSH,
        AP_M_GET_ATTRIBUTES,   AP_M_PREPARE_TO_RECEIVE, AP_M_RECEIVE_AND_WAIT, AP_M_RECEIVE_IMMEDIATE,
        AP_M_REQUEST_TO_SEND,  AP_M_SEND_DATA,          AP_M_SEND_ERROR,       AP_M_TEST_RTS,
        AP_M_RECEIVE_LOG_DATA, AP_M_RECEIVE_AND_POST,   AP_M_POST_ON_RECEIPT,  AP_GET_TYPE,
        AP_GET_STATE,          AP_M_TEST_RTS_AND_POST};
    unsigned n = sizeof verbs / sizeof *verbs;
    ends_open(&a, &b, _i, AP_NONE);
    for (unsigned i = 0; i < 2 * n; i++) {
        unsigned char form = i % 2 ? AP_MAPPED_CONVERSATION : AP_BASIC_CONVERSATION;
        struct confirmed *v = (struct confirmed *)page_end(208);
        memset(v, 0, 208);
        v->opcode = verbs[i / 2];
        v->opext = form;
        APPC(v);
        DONE(&a, *v);
        ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_TP_ID);
        IDS(&a, *v);
        APPC(v);
        DONE(&a, *v);
        ck_rc(&a, AP_PARAMETER_CHECK, AP_BAD_CONV_ID);
        v->conv_id = a.conv_id;
        if (form == _i || verbs[i / 2] == AP_GET_TYPE || verbs[i / 2] == AP_GET_STATE)
            continue;
        APPC(v);
        DONE(&a, *v);
        ck_rc(&a, AP_CONVERSATION_TYPE_MIXED, 0);
    }
    ends_close(&a, &b);
}
END_TEST

/* A block of each verb and each form, nearly all zeros, through CHECK. */
static void each_verb(void (*check)(struct appc_hdr *h))
{
    for (int i = 0; i < 2 * BLOCKS; i++) {
        union {
            struct appc_hdr h;
            unsigned char octets[256];
        } v = {.h = {.opcode = blocks[i / 2].opcode, .opext = i % 2}};
        check(&v.h);
    }
}

static void names_no_tp(struct appc_hdr *h)
{
    if (without_tp(h->opcode))
        return;
    APPC(h);
    seen(h);
    ck_assert_uint_eq(h->primary_rc, AP_PARAMETER_CHECK);
    ck_assert_uint_eq(h->secondary_rc, AP_BAD_TP_ID);
}

START_TEST(no_tp)
{
    each_verb(names_no_tp);
}
END_TEST

static void not_loaded(struct appc_hdr *h)
{
    APPC(h);
    seen(h);
    ck_assert_uint_eq(h->primary_rc, AP_COMM_SUBSYSTEM_NOT_LOADED);
    ck_assert_uint_eq(h->secondary_rc, AP_NO_NODE_ACTIVE);
}

/* After Cleanup. */
START_TEST(stopped)
{
    a_begin(&a, true);
    ck_assert_int_ne(WinAPPCCleanup(), 0);
    each_verb(not_loaded);
}
END_TEST

static void blocks_already(struct appc_hdr *h)
{
    APPC(h);
    seen(h);
    ck_assert_uint_eq(h->primary_rc, AP_THREAD_BLOCKING);
}

static int hook(void)
{
    each_verb(blocks_already);
    return FALSE;
}

/* The thread waits in a verb already. */
START_TEST(in_hook)
{
    ends_open(&a, &b, true, AP_NONE);
    ck_assert(WinAPPCSetBlockingHook(hook) == NULL);
    a_wait(&b, 10, AP_NO, 0);
    ck_rc(&b, AP_CANCELED, 0);
    ck_assert_int_ne(WinAPPCUnhookBlockingHook(), 0);
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

/* Reserved fields may hold anything [P21]. */
START_TEST(reserved)
{
    a_register("BYHAND");
    a_begin(&a, true);
    struct allocate w = a_wish(&a, AP_NONE);
    w.reserv2 = 0xFF;
    memset(w.reserv3, 0xFF, sizeof w.reserv3);
    w.reserv4 = w.reserv7 = 0xFF;
    memset(w.reserv5, 0xFF, sizeof w.reserv5);
    memset(w.reserv8, 0xFF, sizeof w.reserv8);
    ck_ok(a_allocate_as(&a, &w), &a);
    struct mc_send_data d = HEAD(&a, SEND_DATA);
    IDS(&a, d);
    d.reserv2 = 0xFF;
    memset(&d.reserv4, 0xFF, sizeof d.reserv4);
    d.type = AP_SEND_DATA_FLUSH;
    APPC(&d);
    ck_assert_uint_eq(d.primary_rc, AP_OK);
    ck_ok(a_receive_allocate(&b, "BYHAND"), &b);
    ends_close(&a, &b);
}
END_TEST

START_TEST(local_lu)
{
    struct tp_started s = {.opcode = AP_TP_STARTED};
    memset(&a, 0, sizeof a);
    a.mapped = true;
    ascii_field(s.lu_alias, 8, "NOLU");
    APPC(&s);
    ck_assert_uint_eq(s.primary_rc, AP_OK);
    memcpy(a.tp_id, s.tp_id, 8);
    a_allocate(&a, AP_NONE);
    ck_rc(&a, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_LU_NOT_ACTIVE);
    ck_ok(a_ended(&a, AP_HARD), &a);
}
END_TEST

START_TEST(no_node)
{
    setenv("SNANODE_SOCKET", "/nonexistent/socket", 1);
    memset(&a, 0, sizeof a);
    a_started(&a);
    ck_rc(&a, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
}
END_TEST

static char other_code[] = "a code that no such block has";

/* Random octets in blocks of every verb, from many threads. */
static void *babble(void *arg)
{
    uint32_t x = (uint32_t)(uintptr_t)arg * 2654435761u + 1;
    for (int turn = 0; turn < 200; turn++) {
        union {
            struct appc_hdr h;
            struct tp_ended e;
            unsigned char octets[256];
        } v;
        for (size_t i = 0; i < sizeof v.octets; i++) {
            x = x * 1664525 + 1013904223;
            v.octets[i] = turn & 1 ? 0 : (unsigned char)(x >> 24);
        }
        v.h.opcode = blocks[(x >> 8) % BLOCKS].opcode;
        v.h.opext = x >> 28 & 0x81;
        if (v.h.opcode == AP_TP_STARTED) /* which nothing can go wrong with */
            continue;
        APPC(&v);
        if (without_tp(v.h.opcode) ? v.h.primary_rc == AP_OK
                                   : v.h.primary_rc != AP_PARAMETER_CHECK || v.h.secondary_rc != AP_BAD_TP_ID)
            return other_code;
    }
    return NULL;
}

START_TEST(threads)
{
    pthread_t t[64];
    void *bad;
    for (uintptr_t i = 0; i < 64; i++)
        pthread_create(&t[i], NULL, babble, (void *)i);
    for (int i = 0; i < 64; i++) {
        pthread_join(t[i], &bad);
        ck_assert_msg(!bad, "%s", (char *)bad);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC, bad input");
    TCase *tc = tcase_create("blocks");
    tcase_add_test(tc, end_of_page);
    tcase_add_test(tc, extended_at_end);
    tcase_add_test(tc, deallocate_at_end);
    tcase_add_test(tc, no_block);
    tcase_add_test(tc, unknown);
    tcase_add_test(tc, data_nowhere);
    tcase_add_test(tc, data_known);
    tcase_add_loop_test(tc, ids, 0, 2);
    tcase_add_test(tc, no_tp);
    tcase_add_test(tc, stopped);
    tcase_add_test(tc, in_hook);
    tcase_add_test(tc, reserved);
    tcase_add_test(tc, threads);
    suite_add_tcase(s, tc);
    tc = tcase_create("nodes");
    tcase_add_test(tc, local_lu);
    tcase_add_test(tc, no_node);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
