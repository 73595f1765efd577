/* check_display.c - DISPLAY: each section against a node whose objects the test knows, buffers of every
 * length, and what the verb refuses. */
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

#include "tests/appc/block.h"
#include "tests/cpic/barrier.h"
#include "tests/cpic/pageend.h"

static struct end a, b;
static _Alignas(8) unsigned char buffer[AP_DISPLAY_BUFFER_MAX + 8];

static struct display wish(void)
{
    memset(buffer, 0xEE, sizeof buffer);
    return (struct display){.opcode = AP_DISPLAY,
                            .init_sect_len = AP_DISPLAY_INIT_LEN,
                            .num_sections = AP_DISPLAY_SECTIONS,
                            .buffer_len = AP_DISPLAY_BUFFER_MAX,
                            .buffer_ptr = buffer};
}

static void show(struct display *d)
{
    APPC(d);
    DONE(&a, *d);
}

static void show_ok(struct display *d)
{
    show(d);
    ck_rc(&a, AP_OK, 0);
    ck_assert_uint_eq(d->display_len, d->area_needed);
}

#define IS_ASCII(field, text) is_field(field, sizeof(field), text, ascii_field)
#define IS_NAME(field, text)  is_field(field, sizeof(field), text, ebcdic_field)
static bool is_field(const unsigned char *p, size_t n, const char *text,
                     void (*make)(unsigned char *, size_t, const char *))
{
    unsigned char want[64];
    make(want, n, text);
    return memcmp(p, want, n) == 0;
}

START_TEST(global)
{
    struct display d = wish();
    d.sna_global_info = AP_YES;
    show_ok(&d);
    const SNA_GLOBAL_INFO_SECT *g = d.sna_global_info_ptr;
    ck_assert_ptr_eq(g, buffer);
    ck_assert(IS_NAME(g->net_name, "TESTNET") && IS_NAME(g->pu_name, "TESTNODE"));
    ck_assert(IS_ASCII(g->alias_cp_name, "TESTNODE"));
    ck_assert_uint_eq(g->node_type, AP_LEN);
    ck_assert_uint_gt(g->version, 0);
    ck_assert_uint_eq(g->product_set_id.serial_number[6], 0xF0);
    ck_assert_ptr_null(d.lu62_info_ptr);
}
END_TEST

/* ---- LUs ---- */

static const void *behind(const void *group, unsigned n)
{
    return (const unsigned char *)group + n;
}

static const LU62_OVERLAY *lu_named(const LU62_INFO_SECT *s, const char *alias)
{
    const LU62_OVERLAY *lu = behind(s, s->lu62_init_sect_len);
    for (unsigned i = 0; i < s->num_lu62s; i++, lu = behind(lu, lu->lu62_entry_len))
        if (IS_ASCII(lu->lu_alias, alias))
            return lu;
    return NULL;
}

static const PLU62_OVERLAY *partner_named(const LU62_OVERLAY *lu, const char *alias)
{
    const PLU62_OVERLAY *p = behind(lu, lu->lu62_overlay_len + sizeof lu->lu62_entry_len);
    for (unsigned i = 0; i < lu->num_plus; i++, p = behind(p, p->plu62_entry_len))
        if (IS_ASCII(p->plu_alias, alias))
            return p;
    return NULL;
}

static const MODE_OVERLAY *mode_named(const PLU62_OVERLAY *p, const char *name)
{
    const MODE_OVERLAY *m = behind(p, p->plu62_overlay_len + sizeof p->plu62_entry_len);
    for (unsigned i = 0; i < p->num_modes; i++, m = behind(m, m->mode_entry_len))
        if (IS_NAME(m->mode_name, name))
            return m;
    return NULL;
}

/* The mode RU4096 of LULOCAL and LUREMOTE, now. */
static MODE_OVERLAY mode_now(void)
{
    struct display d = wish();
    d.lu62_info = AP_YES;
    show_ok(&d);
    const LU62_OVERLAY *lu = lu_named(d.lu62_info_ptr, "LULOCAL");
    return *mode_named(partner_named(lu, "LUREMOTE"), "RU4096");
}

/* All groups end where the section does, which two ways of counting say. */
static void check_lengths(const struct display *d)
{
    const LU62_INFO_SECT *s = d->lu62_info_ptr;
    const unsigned char *end = buffer + d->display_len;
    const LU62_OVERLAY *lu = behind(s, s->lu62_init_sect_len);
    for (unsigned i = 0; i < s->num_lu62s; i++, lu = behind(lu, lu->lu62_entry_len)) {
        const PLU62_OVERLAY *p = behind(lu, lu->lu62_overlay_len + sizeof lu->lu62_entry_len);
        for (unsigned k = 0; k < lu->num_plus; k++, p = behind(p, p->plu62_entry_len)) {
            const MODE_OVERLAY *m = behind(p, p->plu62_overlay_len + sizeof p->plu62_entry_len);
            for (unsigned j = 0; j < p->num_modes; j++)
                m = behind(m, m->mode_entry_len);
            ck_assert_ptr_eq(m, behind(p, p->plu62_entry_len));
        }
        ck_assert_ptr_eq(p, behind(lu, lu->lu62_entry_len));
    }
    ck_assert_ptr_eq(lu, end);
}

START_TEST(lus)
{
    char names[64][9];
    int n = 0, code;
    struct display d = wish();
    d.lu62_info = AP_YES;
    show_ok(&d);
    check_lengths(&d);
    ck_assert_uint_eq(d.lu62_info_ptr->num_lu62s, d.lu62_info_ptr->total_lu62s);
    ck_assert_uint_eq(d.lu62_info_ptr->num_lu62s, 2);
    const LU62_OVERLAY *lu = lu_named(d.lu62_info_ptr, "LULOCAL");
    ck_assert_ptr_nonnull(lu);
    ck_assert(IS_NAME(lu->fqlu_name, "TESTNET.LULOCAL") && IS_NAME(lu->lu_name, "LULOCAL"));
    ck_assert_uint_eq(lu->default_lu, AP_NO);
    ck_assert_uint_eq(lu->lu_type, AP_LU62);
    GetAppcConfig(NULL, (char *)(uintptr_t) "LULOCAL", NULL, &n, 64, names[0], &code);
    ck_assert_int_eq(lu->num_plus, n);
    for (int i = 0; i < n; i++)
        ck_assert_ptr_nonnull(partner_named(lu, names[i]));
    const PLU62_OVERLAY *one = partner_named(lu, "ONELU"), *remote = partner_named(lu, "LUREMOTE");
    ck_assert(IS_NAME(one->fqplu_name, "FARNET.ONE") && IS_NAME(remote->fqplu_name, "TESTNET.REMOTE"));
    ck_assert_uint_eq(one->par_sess_supp, AP_NOT_SUPPORTED);
    ck_assert_uint_eq(one->plu_sess_lim, 1);
    ck_assert_uint_eq(remote->par_sess_supp, AP_SUPPORTED);
    ck_assert_uint_eq(remote->dest_addr_len, over_link() ? 6 : 0);
    ck_assert_uint_eq(partner_named(lu, "FARLU")->def_already_ver, 0);
    ck_assert_uint_eq(remote->def_already_ver, 1);
    ck_assert_ptr_nonnull(mode_named(remote, "#INTER"));
    ck_assert_ptr_null(mode_named(remote, "SNASVCMG"));
}
END_TEST

/* ---- sessions ---- */

static const SESS_OVERLAY *session_of(const struct display *d, const unsigned char *id, const char *lu)
{
    const SESS_OVERLAY *s = behind(d->sess_info_ptr, d->sess_info_ptr->sess_sect_len);
    for (unsigned i = 0; i < d->sess_info_ptr->num_sessions; i++, s = behind(s, s->sess_entry_len))
        if (memcmp(s->sess_id, id, 8) == 0 && IS_ASCII(s->lu_alias, lu))
            return s;
    return NULL;
}

static void session_verb(void *vcb, unsigned char *lu, unsigned char *plu, unsigned char *mode)
{
    ascii_field(lu, 8, "LULOCAL");
    ascii_field(plu, 8, "LUREMOTE");
    ebcdic_field(mode, 8, "RU4096");
    APPC(vcb);
}

START_TEST(sessions)
{
    struct activate_session s = {.opcode = AP_ACTIVATE_SESSION, .polarity = AP_POL_FIRST_SPEAKER};
    struct deactivate_session e = {.opcode = AP_DEACTIVATE_SESSION, .type = AP_DEACT_CLEANUP};
    session_verb(&s, s.lu_alias, s.plu_alias, s.mode_name);
    ck_assert_uint_eq(s.primary_rc, AP_OK);
    MODE_OVERLAY with = mode_now();
    ck_assert_uint_ge(with.act_sessions, 1);
    ck_assert_uint_eq(with.act_sessions, with.act_conwinners_source + with.act_conwinners_target);
    ck_assert_uint_eq(with.mode_sess_lim, 2000);
    struct display d = wish();
    d.sess_info = AP_YES;
    show_ok(&d);
    const SESS_OVERLAY *o = session_of(&d, s.session_id, "LULOCAL");
    ck_assert_ptr_nonnull(o);
    ck_assert(IS_ASCII(o->plu_alias, "LUREMOTE") && IS_NAME(o->mode_name, "RU4096"));
    ck_assert(IS_NAME(o->fqlu_name, "TESTNET.LULOCAL") && IS_NAME(o->fqplu_name, "TESTNET.REMOTE"));
    ck_assert_uint_eq(o->send_ru_size, 4096);
    ck_assert_uint_eq(o->rcv_ru_size, 4096);
    ck_assert_uint_eq(o->sess_type, LU_LU_SESSION);
    ck_assert_uint_eq(o->conn_type, AP_PEER_SESSION);
    ck_assert_uint_eq(o->conv_id, 0);
    ck_assert(IS_NAME(o->link_id, over_link() ? "OUT" : ""));
    ck_assert_uint_eq(o->oaf != 0, over_link());
    ck_assert_int_eq(session_of(&d, s.session_id, "LUREMOTE") != NULL, !over_link());
    memcpy(e.session_id, s.session_id, 8);
    session_verb(&e, e.lu_alias, e.plu_alias, e.mode_name);
    ck_assert_uint_eq(e.primary_rc, AP_OK);
    WAIT_FOR(mode_now().act_sessions == with.act_sessions - 1);
    d = wish();
    d.sess_info = AP_YES;
    show_ok(&d);
    ck_assert_ptr_null(session_of(&d, s.session_id, "LULOCAL"));
}
END_TEST

/* A session that has a conversation says which. */
static unsigned in_use(void)
{
    struct display d = wish();
    unsigned n = 0;
    d.sess_info = AP_YES;
    show_ok(&d);
    const SESS_OVERLAY *s = behind(d.sess_info_ptr, d.sess_info_ptr->sess_sect_len);
    for (unsigned i = 0; i < d.sess_info_ptr->num_sessions; i++, s = behind(s, s->sess_entry_len))
        n += s->conv_id != 0 && IS_ASCII(s->lu_alias, "LULOCAL");
    return n;
}

START_TEST(conversation)
{
    struct end other;
    unsigned before = in_use();
    ends_open(&other, &b, true, AP_NONE);
    ck_assert_uint_eq(in_use(), before + 1);
    ends_close(&other, &b);
    WAIT_FOR(in_use() == before);
}
END_TEST

/* ---- connections, and what the node does not have ---- */

START_TEST(links)
{
    struct display d = wish();
    d.link_info = d.link_def_info = d.lu_0_3_info = AP_YES;
    show_ok(&d);
    unsigned n = over_link() ? 2 : 0; /* NOWHERE has no link service of this node */
    ck_assert_uint_eq(d.link_info_ptr->num_links, n);
    ck_assert_uint_eq(d.link_info_ptr->total_links, n);
    ck_assert_uint_eq(d.link_def_info_ptr->num_link_def, n);
    ck_assert_uint_eq(d.link_def_info_ptr->total_link_def, n);
    ck_assert_uint_eq(d.lu_0_3_info_ptr->num_lu_0_3s, 0);
    ck_assert_uint_eq(d.lu_0_3_info_ptr->lu_0_3_init_sect_len, sizeof(LU_0_3_INFO_SECT));
    const LINK_OVERLAY *l = behind(d.link_info_ptr, d.link_info_ptr->link_init_sect_len);
    const LINK_DEF_OVERLAY *f = behind(d.link_def_info_ptr, d.link_def_info_ptr->link_def_init_sect_len);
    for (unsigned i = 0; i < n; i++, l = behind(l, l->link_entry_len), f = behind(f, f->link_def_entry_len)) {
        bool out = IS_NAME(l->link_id, "OUT");
        ck_assert(out || IS_NAME(l->link_id, "IN"));
        ck_assert(IS_NAME(f->link_name, out ? "OUT" : "IN"));
        ck_assert(IS_ASCII(l->dlc_name, "IBMTRNET") && IS_ASCII(f->dlc_name, "IBMTRNET"));
        ck_assert_uint_eq(l->state, AP_CONTACTED);
        ck_assert_uint_eq(l->inbound_outbound, out ? AP_OUTBOUND : AP_INBOUND);
        ck_assert_uint_eq(l->dest_addr_len, f->dest_addr_len);
        ck_assert_mem_eq(l->dest_addr, f->dest_addr, sizeof l->dest_addr);
        ck_assert_uint_eq(l->propagation_delay, AP_PROP_DELAY_MAXIMUM);
        ck_assert_uint_gt(l->ru_size, 0);
    }
}
END_TEST

/* Sections without a documented layout are nowhere, and are no error. */
START_TEST(absent)
{
    struct display d = wish();
    d.gw_info = d.x25_physical_link_info = d.sys_def_info = d.lu_def_info = AP_YES;
    d.plu_def_info = d.mode_def_info = AP_YES;
    d.gw_info_ptr = (void *)buffer;
    d.mode_def_info_ptr = (void *)buffer;
    show_ok(&d);
    ck_assert_uint_eq(d.area_needed, 0);
    ck_assert_ptr_null(d.gw_info_ptr);
    ck_assert_ptr_null(d.mode_def_info_ptr);
    ck_assert_uint_eq(buffer[0], 0xEE);
}
END_TEST

/* ---- buffers ---- */

static void all_that_is_there(struct display *d)
{
    d->sna_global_info = d->lu62_info = d->sess_info = d->link_info = d->lu_0_3_info = d->link_def_info =
        AP_YES;
}

/* A buffer of any length gets what fits, and nothing behind it is touched. */
START_TEST(short_buffers)
{
    struct display d = wish();
    all_that_is_there(&d);
    show_ok(&d);
    unsigned area = d.area_needed, step = area / 150 + 1;
    ck_assert_uint_gt(area, 200);
    for (unsigned n = 0; n < area + step; n += n < 160 ? 1 : step) {
        d = wish();
        all_that_is_there(&d);
        d.buffer_len = n;
        if (n == 0)
            d.buffer_ptr = NULL;
        show(&d);
        ck_rc(&a, n < area ? AP_STATE_CHECK : AP_OK, n < area ? AP_DISPLAY_INFO_EXCEEDS_LEN : 0);
        ck_assert_uint_eq(d.area_needed, area);
        ck_assert_uint_le(d.display_len, n);
        ck_assert_uint_eq(buffer[n], 0xEE);
        if (d.lu62_info_ptr)
            ck_assert_uint_le(d.lu62_info_ptr->num_lu62s, d.lu62_info_ptr->total_lu62s);
    }
}
END_TEST

START_TEST(bad_buffer)
{
    struct display d = wish();
    d.buffer_ptr = (unsigned char *)16;
    show(&d);
    ck_rc(&a, AP_STATE_CHECK, AP_INVALID_DATA_SEGMENT);
    d.buffer_ptr = page_end(10);
    d.buffer_len = 11;
    show(&d);
    ck_rc(&a, AP_STATE_CHECK, AP_INVALID_DATA_SEGMENT);
    d.buffer_len = 10;
    show_ok(&d); /* nothing is asked for */
    d.sna_global_info = AP_YES;
    d.buffer_ptr = page_end(57); /* at an odd address */
    d.buffer_len = 57;
    show_ok(&d);
}
END_TEST

/* ---- blocks ---- */

#define REFUSED(change)                                                                                      \
    do {                                                                                                     \
        d = wish();                                                                                          \
        change;                                                                                              \
        show(&d);                                                                                            \
        ck_rc(&a, AP_PARAMETER_CHECK, AP_DISPLAY_INVALID_CONSTANT);                                          \
    } while (0)

START_TEST(refused)
{
    struct display d;
    REFUSED(d.init_sect_len = 51);
    REFUSED(d.init_sect_len = AP_DISPLAY_EE_INIT_LEN);
    REFUSED(d.num_sections = 15);
    REFUSED((d.num_sections = 9, d.init_sect_len = AP_DISPLAY_INIT_LEN));
    REFUSED(d.reserv2[0] = 1);
    REFUSED(d.reserv2[0] = 2);
    REFUSED(d.reserv2[0] = AP_EXTD_VCB);
    REFUSED(d.reserv2[1] = 1);
    REFUSED(d.am_info = AP_YES);
    REFUSED(d.tp_info = AP_YES);
    REFUSED(d.adapter_info = AP_YES);
    REFUSED(d.ms_info = AP_YES);
    REFUSED(d.sess_info = 2);
    d = wish();
    d.init_sect_len = 50;
    show_ok(&d);
    d.init_sect_len = offsetof(struct display, sna_global_info_ptr);
    show_ok(&d);
}
END_TEST

/* The block of nine sections may end where memory does; the other one is longer. */
START_TEST(short_format)
{
    static const unsigned lengths[] = {44, AP_DISPLAY_EE_INIT_LEN,
                                       offsetof(struct display_ee, sna_global_info_ptr)};
    struct display_ee *e = (void *)page_end(sizeof *e);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct display d = wish();
        memcpy(e, &d, offsetof(struct display, sna_global_info));
        e->init_sect_len = lengths[i];
        e->num_sections = AP_DISPLAY_EE_SECTIONS;
        e->sna_global_info = e->link_info = AP_YES;
        show((struct display *)e);
        ck_rc(&a, AP_OK, 0);
        ck_assert_ptr_eq(e->sna_global_info_ptr, buffer);
        ck_assert_ptr_eq(e->link_info_ptr, buffer + 56);
        ck_assert_ptr_null(e->x25_physical_link_info_ptr);
    }
    e->num_sections = AP_DISPLAY_SECTIONS;
    e->init_sect_len = AP_DISPLAY_INIT_LEN;
    APPC(e);
    ck_assert_uint_eq(e->primary_rc, AP_INVALID_VERB_SEGMENT);
}
END_TEST

/* ---- which server ---- */

static void extension(const char *computer, const char *connection)
{
    memset(buffer, 0, 48);
    memcpy(buffer, "CSEXTNID", 8);
    memcpy(buffer + 8, computer, strlen(computer));
    memcpy(buffer + 40, connection, strlen(connection));
}

START_TEST(servers)
{
    struct display d = wish();
    d.sna_global_info = AP_YES;
    extension("testnode", "");
    show_ok(&d);
    ck_assert(IS_ASCII(d.sna_global_info_ptr->alias_cp_name, "TESTNODE"));
    extension("", "NOWHERE");
    show_ok(&d);
    extension("OTHERBOX", "");
    show(&d);
    ck_rc(&a, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
    d = wish();
    memcpy(buffer, "CSEXTNIDCSLISTND", 16);
    show_ok(&d);
    ck_assert_uint_eq(d.display_len, 42);
    unsigned short count;
    memcpy(&count, buffer, 2);
    ck_assert_uint_eq(count, 1);
    ck_assert_mem_eq(buffer + 2, "SNASERVRTESTNODE        ", 24);
    d = wish();
    memcpy(buffer, "CSEXTNIDCSLISTND", 16);
    d.buffer_len = 41;
    show(&d);
    ck_rc(&a, AP_STATE_CHECK, AP_DISPLAY_INFO_EXCEEDS_LEN);
    ck_assert_uint_eq(d.area_needed, 42);
}
END_TEST

/* ---- many at once ---- */

#define THREADS 64
static unsigned char own[THREADS][4096];

static void *display_often(void *arg)
{
    for (int i = 0; i < 20; i++) {
        struct display d = {.opcode = AP_DISPLAY,
                            .init_sect_len = AP_DISPLAY_INIT_LEN,
                            .num_sections = AP_DISPLAY_SECTIONS,
                            .buffer_len = sizeof own[0],
                            .buffer_ptr = arg,
                            .sess_info = AP_YES,
                            .sna_global_info = AP_YES};
        (APPC_C)(&d);
        if ((d.primary_rc != AP_OK && d.secondary_rc != AP_DISPLAY_INFO_EXCEEDS_LEN) ||
            !IS_ASCII(d.sna_global_info_ptr->alias_cp_name, "TESTNODE"))
            return arg;
    }
    return NULL;
}

START_TEST(threads)
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, display_often, own[i]), 0);
    for (int i = 0; i < 20; i++) { /* conversations come and go meanwhile */
        ends_open(&a, &b, i % 2, AP_NONE);
        ends_close(&a, &b);
    }
    for (int i = 0; i < THREADS; i++) {
        void *bad;
        pthread_join(t[i], &bad);
        ck_assert_ptr_null(bad);
    }
}
END_TEST

START_TEST(no_node)
{
    struct display d = wish();
    node_start(); /* one that nobody else needs */
    d.sna_global_info = AP_YES;
    show_ok(&d);
    node_kill();
    show(&d);
    ck_rc(&a, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("APPC DISPLAY");
    TCase *tc = tcase_create("display");
    tcase_add_test(tc, global);
    tcase_add_test(tc, lus);
    tcase_add_test(tc, sessions);
    tcase_add_test(tc, conversation);
    tcase_add_test(tc, links);
    tcase_add_test(tc, absent);
    tcase_add_test(tc, short_buffers);
    tcase_add_test(tc, bad_buffer);
    tcase_add_test(tc, refused);
    tcase_add_test(tc, short_format);
    tcase_add_test(tc, servers);
    tcase_add_test(tc, threads);
    tcase_add_test(tc, no_node);
    suite_add_tcase(s, tc);
    return harness_main(s);
}
