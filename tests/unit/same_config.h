/* same_config.h - for tests: what /print writes, read again, is the same configuration, and prints the
 * same. */
#ifndef TESTS_SAME_CONFIG_H
#define TESTS_SAME_CONFIG_H

#include <check.h>
#include <string.h>

#include "snanode/config/config_build.h"
#include "snanode/config/snacfg_print.h"

/* A and B but for places in files, addresses and passwords. */
#define SAME(table, kind, type, wipe)                                                                        \
    do {                                                                                                     \
        ck_assert_uint_eq(a->n_##table, b->n_##table);                                                       \
        ck_assert_uint_eq(a->n_all[kind], b->n_all[kind]);                                                   \
        for (size_t i = 0; i < a->n_all[kind]; i++) {                                                        \
            struct type x = a->table[i], y = b->table[i];                                                    \
            x.file = y.file = NULL;                                                                          \
            x.line = y.line = 0;                                                                             \
            wipe;                                                                                            \
            ck_assert_msg(memcmp(&x, &y, sizeof x) == 0, #type " %s differs", (const char *)&a->table[i]);   \
        }                                                                                                    \
    } while (0)

static void expect_same_partners(const struct cfg_partner *v, size_t n, const struct cfg_partner *w, size_t m)
{
    ck_assert_uint_eq(n, m);
    for (size_t i = 0; i < n; i++) {
        ck_assert_str_eq(v[i].lu, w[i].lu);
        ck_assert_str_eq(v[i].mode, w[i].mode);
        ck_assert_str_eq(v[i].qualifier, w[i].qualifier);
    }
}

static void expect_same_kept(const char *a, const char *b)
{
    ck_assert_str_eq(a ? a : "", b ? b : "");
}

static void expect_same(const struct node_config *a, const struct node_config *b)
{
    ck_assert_str_eq(a->server, b->server);
    ck_assert_str_eq(a->netname, b->netname);
    ck_assert_str_eq(a->cpname, b->cpname);
    ck_assert_str_eq(a->comment, b->comment);
    ck_assert_int_eq(a->audit_level, b->audit_level);
    SAME(servers, CFG_SERVER, cfg_server, );
    SAME(links, CFG_LINK, cfg_link, );
    SAME(conns, CFG_CONN, cfg_conn, expect_same_kept(x.kept, y.kept); x.kept = y.kept = NULL);
    SAME(users, CFG_USER, cfg_user, expect_same_kept(x.kept, y.kept); x.kept = y.kept = NULL);
    expect_same_kept(a->diagnostic_kept, b->diagnostic_kept);
    SAME(lus, CFG_LU, cfg_lu, x.partners = y.partners = NULL);
    SAME(rlus, CFG_RLU, cfg_rlu, x.partners = y.partners = NULL);
    SAME(sides, CFG_SIDE, cfg_side, memset(x.password, 0, 11); memset(y.password, 0, 11);
         x.partner_at = y.partner_at = x.mode_at = y.mode_at = ((struct cfg_at){NULL, 0}));
    for (size_t i = 0; i < a->n_all[CFG_LU]; i++)
        expect_same_partners(a->lus[i].partners, a->lus[i].n_partners, b->lus[i].partners,
                             b->lus[i].n_partners);
    for (size_t i = 0; i < a->n_all[CFG_RLU]; i++)
        expect_same_partners(a->rlus[i].partners, a->rlus[i].n_partners, b->rlus[i].partners,
                             b->rlus[i].n_partners);
    ck_assert_uint_eq(a->n_modes, b->n_modes); /* their order may differ */
    for (size_t i = 0; i < a->n_modes; i++) {
        const struct cfg_mode *m = config_mode(b, a->modes[i].name);
        ck_assert_msg(m != NULL, "mode %s is gone", a->modes[i].name);
        struct cfg_mode x = a->modes[i], y = *m;
        x.file = y.file = NULL;
        x.line = y.line = 0;
        ck_assert_msg(memcmp(&x, &y, sizeof x) == 0, "mode %s differs", x.name);
    }
}

static void expect_print_reads_back(const struct node_config *c)
{
    struct snacfg_text first = {.s = NULL}, second = {.s = NULL};
    struct node_config again;
    struct diag d;
    diag_init(&d);
    config_init(&again);
    snacfg_print(c, false, &first);
    ck_assert_ptr_nonnull(first.s);
    memcpy(again.wanted, c->server, sizeof again.wanted);
    snacfg_read(&again, "print", first.s, first.n, &d);
    config_validate(&again, &d);
    ck_assert_msg(d.errors == 0, "%s\n%s", d.head ? d.head->text : "", first.s);
    for (const struct diag_line *l = d.head; l;
         l = l->next) /* the reader of the original was told the same */
        ck_assert_msg(!strstr(l->text, "predefined"), "%s\n%s", l->text, first.s);
    expect_same(c, &again);
    snacfg_print(&again, false, &second);
    ck_assert_str_eq(first.s, second.s);
    ck_assert(!first.failed && !second.failed);
    snacfg_text_fini(&first);
    snacfg_text_fini(&second);
    config_fini(&again);
    diag_fini(&d);
}

#endif
