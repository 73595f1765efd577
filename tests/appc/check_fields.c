/* check_fields.c - what the verbs of the product got wrong in the field (tests/e2e/ARTICLES.md), by the
 * number of the article. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/appc/block.h"
#include "tests/cpic/barrier.h"

static struct end a, b;

/* ---- TPs ---- */

/* Q170776: more than 256 TPs of one program; Q130386: all of them end. */
START_TEST(many_tps)
{
    enum { TPS = 600 };
    static unsigned char ids[TPS][8];
    for (int i = 0; i < TPS; i++) {
        ck_assert_uint_eq(a_started(&a), AP_OK);
        memcpy(ids[i], a.tp_id, 8);
    }
    for (int i = 0; i < TPS; i++) {
        memcpy(a.tp_id, ids[i], 8);
        ck_ok(a_ended(&a, AP_SOFT), &a);
        ck_assert_uint_ne(a_ended(&a, AP_SOFT), AP_OK);
    }
}
END_TEST

/* Q170289: it starts and cleans up many times, and DISPLAY still works. */
START_TEST(many_startups)
{
    static unsigned char buffer[AP_DISPLAY_BUFFER_MAX];
    WAPPCDATA d;
    for (int i = 0; i < 300; i++) {
        ck_assert_int_eq(WinAPPCStartup(0x0001, &d), 0);
        struct display s = {.opcode = AP_DISPLAY,
                            .init_sect_len = AP_DISPLAY_INIT_LEN,
                            .num_sections = AP_DISPLAY_SECTIONS,
                            .buffer_len = sizeof buffer,
                            .buffer_ptr = buffer};
        APPC(&s);
        ck_assert_uint_eq(s.primary_rc, AP_OK);
        ck_assert_int_ne(WinAPPCCleanup(), 0);
    }
}
END_TEST

/* Q165047: the local LU of an accepted conversation is not its partner. */
START_TEST(accepted_lu)
{
    unsigned char want[17];
    ends_open(&a, &b, true, AP_NONE);
    struct get_tp_properties p = {.opcode = AP_GET_TP_PROPERTIES, .opext = AP_EXTD_VCB};
    IDS(&b, p);
    APPC(&p);
    ck_assert_uint_eq(p.primary_rc, AP_OK);
    ebcdic_field(want, 17, "TESTNET.REMOTE");
    ck_assert_mem_eq(p.fqlu_name, want, 17);
    ends_close(&a, &b);
}
END_TEST

/* Q815308: an ALLOCATE that failed leaves the TP as it was. */
START_TEST(allocate_fails)
{
    a_begin(&a, true);
    for (int i = 0; i < 3; i++) {
        struct allocate w = a_wish(&a, AP_NONE);
        if (i == 0)
            ascii_field(w.plu_alias, 8, "NOSUCH");
        else if (i == 1)
            ebcdic_field(w.mode_name, 8, "NOSUCH");
        ck_assert_int_eq(a_allocate_as(&a, &w) == AP_OK, i == 2);
    }
    ck_ok(a_deallocate(&a, AP_ABEND), &a);
    ck_ok(a_ended(&a, AP_SOFT), &a);
}
END_TEST

/* ---- verbs in the background ---- */

static void in_background(int event, void *vcb)
{
    eventfd_t n;
    ck_assert_ptr_nonnull(WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)vcb));
    ck_assert_int_eq(eventfd_read(event, &n), 0);
}

/* Q279879: CNOS and its kin, issued without waiting, complete. */
START_TEST(asynchronous_control)
{
    static unsigned char buffer[AP_DISPLAY_BUFFER_MAX];
    int event = eventfd(0, EFD_CLOEXEC);
    struct cnos c = {.opcode = AP_CNOS, .set_negotiable = AP_YES};
    struct activate_session s = {
        .opcode = AP_ACTIVATE_SESSION, .polarity = AP_POL_EITHER, .type = AP_ACT_ACTIVE};
    struct deactivate_session t = {.opcode = AP_DEACTIVATE_SESSION, .type = AP_DEACT_CLEANUP};
    struct display d = {.opcode = AP_DISPLAY,
                        .init_sect_len = AP_DISPLAY_INIT_LEN,
                        .num_sections = AP_DISPLAY_SECTIONS,
                        .buffer_len = sizeof buffer,
                        .buffer_ptr = buffer};
    ascii_field(c.lu_alias, 8, "LULOCAL");
    ascii_field(c.plu_alias, 8, "LUREMOTE");
    ebcdic_field(c.mode_name, 8, "RU256");
    memcpy(s.lu_alias, c.lu_alias, 8);
    memcpy(s.plu_alias, c.plu_alias, 8);
    memcpy(s.mode_name, c.mode_name, 8);
    memcpy(t.lu_alias, c.lu_alias, 8);
    memcpy(t.plu_alias, c.plu_alias, 8);
    memcpy(t.mode_name, c.mode_name, 8);
    for (int i = 0; i < 3; i++) {
        c.plu_mode_sess_lim = i % 2 ? 2 : 0;
        c.min_conwinners_source = i % 2 ? 1 : 0;
        in_background(event, &c);
        ck_assert_uint_eq(c.primary_rc, AP_OK);
        if (i != 1)
            continue;
        in_background(event, &s);
        ck_assert_uint_eq(s.primary_rc, AP_OK);
        in_background(event, &d);
        ck_assert_uint_eq(d.primary_rc, AP_OK);
        memcpy(t.session_id, s.session_id, 8);
        in_background(event, &t);
        ck_assert_uint_eq(t.primary_rc, AP_OK);
    }
    close(event);
}
END_TEST

/* ---- another node ---- */

/* Q885431: the node is gone under eight conversations of one TP, and another one is there.  All are told, and
 * all can begin another conversation at once, for the same TP. */
enum { TOGETHER = 8 };

struct together {
    pthread_t thread;
    pthread_barrier_t *up, *gone, *again;
    struct end e;
    unsigned short begun, lost, anew, ended;
};

static void *together(void *arg)
{
    struct together *t = arg;
    t->begun = a_allocate(&t->e, AP_NONE);
    pthread_barrier_wait(t->up);
    pthread_barrier_wait(t->gone);
    t->lost = a_send(&t->e, "x", 1, AP_SEND_DATA_FLUSH);
    if (t->lost == AP_OK)
        t->lost = a_wait(&t->e, 10, AP_NO, 0);
    pthread_barrier_wait(t->again);
    t->anew = a_allocate(&t->e, AP_NONE);
    t->ended = t->anew == AP_OK ? a_deallocate(&t->e, AP_ABEND) : 0xFFFF;
    return NULL;
}

START_TEST(node_returns)
{
    NOT_OVER_LINK(RAW_FRAMES);
    static struct together t[TOGETHER];
    pthread_barrier_t up, gone, again;
    node_start(); /* one that nobody else needs */
    memset(&a, 0, sizeof a);
    a.mapped = true;
    ck_assert_uint_eq(a_started(&a), AP_OK);
    pthread_barrier_init(&up, NULL, TOGETHER + 1);
    pthread_barrier_init(&gone, NULL, TOGETHER + 1);
    pthread_barrier_init(&again, NULL, TOGETHER + 1);
    for (int i = 0; i < TOGETHER; i++) {
        t[i] = (struct together){.up = &up, .gone = &gone, .again = &again, .e = a};
        pthread_create(&t[i].thread, NULL, together, &t[i]);
    }
    pthread_barrier_wait(&up);
    node_kill();
    node_stop();
    node_start();
    pthread_barrier_wait(&gone);
    pthread_barrier_wait(&again);
    for (int i = 0; i < TOGETHER; i++) {
        pthread_join(t[i].thread, NULL);
        ck_assert_uint_eq(t[i].begun, AP_OK);
        ck_assert_uint_eq(t[i].lost, AP_COMM_SUBSYSTEM_ABENDED);
        ck_assert_msg(t[i].anew == AP_OK, "ALLOCATE: %04X %08X", t[i].anew, t[i].e.secondary);
        ck_assert_uint_eq(t[i].ended, AP_OK);
    }
    ck_ok(a_ended(&a, AP_SOFT), &a);
    node_stop();
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC, field problems");
    TCase *tc = tcase_create("verbs");
    tcase_add_test(tc, many_tps);
    tcase_add_test(tc, many_startups);
    tcase_add_test(tc, accepted_lu);
    tcase_add_test(tc, allocate_fails);
    tcase_add_test(tc, asynchronous_control);
    tcase_add_test(tc, node_returns);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
