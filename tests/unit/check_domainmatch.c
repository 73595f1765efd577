/* check_domainmatch.c - who gets an Attach among several machines [A1; A2; A3; D8]: the 42 rows of the truth
 * table, with the machines of the documents.  What a row says about programs that start and end is tested
 * where one machine is (check_attachmgr, e2e:truthtable); here each such row is also played with everything
 * that it has moved to another machine, which has to be found there. */
#include <stdio.h>

#include "attachmgr/directory/directory.h"
#include "snanode/base/ebcdic.h"
#include "tests/unit/octets.h"

/* AQ, AN: autostarted; OP: operator-started with an Accept outstanding; OPB: the same, busy; OPI: nobody has
 * registered it, so another machine does not hear of it. */
enum kind { NONE, AQ, AN, OP, OPB, OPI, EX };

enum where { L, R, R2, NOT_LIVE }; /* this machine, two others, and one whose lease is over */
enum { NM = -1, SPREAD = -2, NO_SUCH = -3 };

struct reg {
    enum kind kind;
    const char *name, *lu, *accept_name; /* one more name, or NULL */
    enum where at;
};

static const struct row {
    const char *number, *what;
    struct reg regs[3];
    const char *tpn, *lu; /* ASCII, or "X'..'" */
    bool tp_only;
    enum match_order order;
    int expect; /* index in REGS; NM nothing; SPREAD over all REGS; NO_SUCH: no TP takes part in sync point
                   [A5] */
} rows[] = {
    {"1", "AQ", {{AQ, "APINGD", "", NULL, L}}, "APINGD", "LUA", false, 0, 0},
    {"2", "AQ for its LU", {{AQ, "APINGD", "LUA", NULL, L}}, "APINGD", "LUA", false, 0, 0},
    {"3", "AQ for another LU", {{AQ, "APINGD", "LUA", NULL, L}}, "APINGD", "LUB", false, 0, NM},
    {"4", "TPOnly", {{AQ, "APINGD", "LUA", NULL, L}}, "APINGD", "LUB", true, 0, 0},
    {"5", "the LUA entry", {{AQ, "X", "LUA", NULL, L}, {AQ, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"6",
     "the unaliased entry",
     {{AQ, "X", "LUA", NULL, L}, {AQ, "X", "", NULL, L}},
     "X",
     "LUB",
     false,
     0,
     1},
    {"7", "alias pass first", {{OP, "X", "", NULL, L}, {AQ, "X", "LUA", NULL, L}}, "X", "LUA", false, 0, 1},
    {"8", "OP", {{OP, "X", "LUA", NULL, L}, {AQ, "X", "LUA", NULL, L}}, "X", "LUA", false, 0, 0},
    {"9", "OP", {{OP, "X", "", NULL, L}, {AQ, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"10",
     "AQ local",
     {{AQ, "X", "", NULL, L}, {OP, "X", "", NULL, R}},
     "X",
     "LUA",
     false,
     MATCH_BY_PLACE,
     0},
    {"11",
     "OP remote",
     {{AQ, "X", "", NULL, L}, {OP, "X", "", NULL, R}},
     "X",
     "LUA",
     false,
     MATCH_BY_CLASS,
     1},
    {"12",
     "OP remote",
     {{AQ, "X", "", NULL, L}, {OP, "X", "", NULL, R}},
     "X",
     "LUA",
     false,
     MATCH_ANYWHERE,
     1},
    {"13", "local", {{AQ, "X", "", NULL, L}, {AQ, "X", "", NULL, R}}, "X", "LUA", false, MATCH_BY_PLACE, 0},
    {"14",
     "spread",
     {{AQ, "X", "", NULL, L}, {AQ, "X", "", NULL, R}},
     "X",
     "LUA",
     false,
     MATCH_ANYWHERE,
     SPREAD},
    {"15", "remote", {{AQ, "X", "LUA", NULL, R}, {AQ, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"16",
     "NM, not the other client",
     {{AQ, "APINGD", "LUPINGD", NULL, R}, {AQ, "APINGD", "LUPINGD2", NULL, NOT_LIVE}},
     "APINGD",
     "LUPINGD2",
     false,
     0,
     NM},
    {"17",
     "second Accept, by full name",
     {{OP, "ORDERENTRY1", "", NULL, L}, {OP, "ORDERENTRY2", "", NULL, L}},
     "ORDERENTRY2",
     "LUA",
     false,
     0,
     1},
    {"18", "started, never taken", {{AQ, "ORDERENT", "", NULL, L}}, "ORDERENTRY2", "LUA", false, 0, 0},
    {"19", "case", {{AQ, "BOUNCE", "", NULL, L}}, "bounce", "LUA", false, 0, NM},
    {"20", "mixed case", {{AQ, "Bounce", "", NULL, L}}, "Bounce", "LUA", false, 0, 0},
    {"21", "UN2", {{AQ, "UN2", "", NULL, L}}, "X'06F2'", "LUA", false, 0, 0},
    {"22", "PO005", {{AQ, "PO005", "", NULL, L}}, "X'30F0F0F5'", "LUA", false, 0, 0},
    {"23", "UN", {{AQ, "UN", "", NULL, L}}, "X'03'", "LUA", false, 0, 0},
    {"24",
     "EX before a name without LU",
     {{EX, "", "LUA", NULL, L}, {AQ, "X", "", NULL, L}},
     "X",
     "LUA",
     false,
     0,
     0},
    {"24r",
     "EX elsewhere before a name without LU here",
     {{EX, "", "LUA", NULL, R}, {AQ, "X", "", NULL, L}},
     "X",
     "LUA",
     false,
     0,
     0},
    {"25",
     "EX behind a name with LU",
     {{EX, "", "LUA", NULL, L}, {AQ, "X", "LUA", NULL, L}},
     "X",
     "LUA",
     false,
     0,
     1},
    {"25r",
     "EX here behind a name with LU elsewhere",
     {{EX, "", "LUA", NULL, L}, {AQ, "X", "LUA", NULL, R}},
     "X",
     "LUA",
     false,
     0,
     1},
    {"26", "EX on another LU", {{EX, "", "LUA", NULL, L}}, "X", "LUB", false, 0, NM},
    {"26r", "EX on another LU, elsewhere", {{EX, "", "LUA", NULL, R}}, "X", "LUB", false, 0, NM},
    {"29", "SP", {{0}}, "X", "LUA", false, 0, NO_SUCH},
    {"30", "SYNCPT: nobody is eligible [A5]", {{0}}, "X", "LUA", false, 0, NO_SUCH},
    {"31", "AcceptNames", {{AQ, "X", "", "Z", L}}, "Z", "LUA", false, 0, 0},
    {"32", "AcceptNames, never taken", {{AQ, "X", "", "Z", L}}, "Z", "LUA", false, 0, 0},
    {"33", "AN", {{AN, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"34", "AQ busy", {{AQ, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"35", "AQ ended", {{AQ, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"36", "p2", {{OPI, "X", "", NULL, L}, {OP, "X", "", NULL, L}}, "X", "LUA", false, 0, 1},
    {"37", "both gone", {{OPI, "X", "", NULL, L}, {OPI, "Y", "", NULL, L}}, "X", "LUA", false, 0, NM},
    {"38", "registered later", {{OP, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"39", "AQ", {{OPI, "X", "", NULL, L}, {AQ, "X", "", NULL, L}}, "X", "LUA", false, 0, 1},
    {"40", "found again after the link was lost", {{AQ, "X", "", NULL, R}}, "X", "LUA", false, 0, 0},
    {"41", "ends without Accept", {{AN, "X", "", NULL, L}}, "X", "LUA", false, 0, 0},
    {"42",
     "two clients on one host: by their node",
     {{AQ, "X", "LUA", NULL, R}, {AQ, "X", "LUB", NULL, R2}},
     "X",
     "LUB",
     false,
     0,
     1},
    /* what the table leaves open */
    {"10b", "not live", {{AQ, "X", "", NULL, L}, {OP, "X", "LUA", NULL, NOT_LIVE}}, "X", "LUA", false, 0, 0},
    {"13b", "spread", {{AQ, "X", "", NULL, R}, {AQ, "X", "", NULL, R2}}, "X", "LUA", false, 0, SPREAD},
    {"17c",
     "the machine that knows the whole name",
     {{OP, "ORDERENTRY1", "", NULL, R}, {OP, "ORDERENTRY2", "", NULL, R2}},
     "ORDERENTRY2",
     "LUA",
     false,
     0,
     1},
    {"31c",
     "several TPs of a machine are one of the equals",
     {{AQ, "X", "", "X", R}, {AQ, "X", "", NULL, R2}},
     "X",
     "LUA",
     false,
     0,
     SPREAD},
};

static size_t attach_name(const char *text, uint8_t *out)
{
    unsigned v;
    size_t n = 0;
    if (strncmp(text, "X'", 2) != 0) {
        n = strlen(text);
        memcpy(out, text, n);
        ebcdic_encode(out, n);
        return n;
    }
    for (text += 2; sscanf(text, "%2x", &v) == 1; text += 2)
        out[n++] = (uint8_t)v;
    return n;
}

static enum match_class class_of(enum kind k)
{
    return k == AQ || k == AN ? MATCH_AUTO : MATCH_OPERATOR;
}

/* ---- this machine ---- */

struct local {
    struct match_index idx;
    struct match_cand cand[3];
    struct match_node alias[3];
    struct match_ready ready[3], *list, *managers;
};

static void local_add(struct local *l, int i, const struct reg *r, const struct match_name *wanted)
{
    struct match_name alias;
    struct match_cand *c = &l->cand[i];
    match_name_from_ascii(&c->name, r->name);
    snprintf(c->lu, sizeof c->lu, "%s", r->lu);
    c->class = class_of(r->kind);
    c->usable = r->kind != OPI;
    c->order = (uint64_t)i + 1;
    match_add(&l->idx, &c->own, c, match_key(&c->name), false);
    if (r->accept_name) {
        match_name_from_ascii(&alias, r->accept_name);
        match_add(&l->idx, &l->alias[i], c, match_key(&alias), true);
    }
    if (r->kind == OP && match_name_equal(&c->name, wanted)) {
        l->ready[i] = (struct match_ready){l->list, c, (uint64_t)i + 1};
        l->list = &l->ready[i];
    }
    if (r->kind == EX) {
        l->ready[i] = (struct match_ready){l->managers, c, (uint64_t)i + 1};
        l->managers = &l->ready[i];
    }
}

/* ---- the others ---- */

static void learn(struct directory *d, enum where at, enum entry_type type, uint32_t number, struct entry *e)
{
    static const char *const names[] = {[R] = "HOSTR", [R2] = "HOSTR2", [NOT_LIVE] = "HOSTD"};
    struct entry_key k = {.instance = 10u + at, .type = type, .number = number};
    struct directory_effects fx = {0};
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX];
    static uint64_t version;
    snprintf(k.machine, sizeof k.machine, "%s", names[at]);
    e->type = type;
    e->version = ++version;
    directory_learn(d, entry_key_write(&k, key), text, entry_write(e, text), at == NOT_LIVE ? 0 : 100000,
                    &fx);
    free(fx.v);
}

static void remote_add(struct directory *d, const struct reg *r, enum where at, uint32_t number)
{
    struct entry e = {0};
    if (r->kind == OPI)
        return;
    match_name_from_ascii(&e.u.tp.name, r->name);
    snprintf(e.u.tp.lu, sizeof e.u.tp.lu, "%s", r->lu);
    e.u.tp.kind = r->kind == AQ ? ENTRY_QUEUED : r->kind == AN ? ENTRY_NONQUEUED : ENTRY_OPERATOR;
    e.u.tp.waiting = r->kind == OP;
    learn(d, at, ENTRY_TP, number, &e);
    if (r->accept_name) {
        match_name_from_ascii(&e.u.tp.name, r->accept_name);
        e.u.tp.alias = true;
        learn(d, at, ENTRY_TP, number + 100, &e);
    }
}

static struct directory *others(uint64_t seed)
{
    struct directory_self self = {.machine = "HOSTL", .instance = 1, .entry.lease_s = 15};
    struct directory *d = directory_new(&self, seed);
    struct directory_effects fx = {0};
    ck_assert_ptr_nonnull(d);
    directory_back(d, 0, &fx);
    for (enum where at = R; at <= NOT_LIVE; at++) {
        struct entry e = {.u.machine = {.address = "h:1", .cert = "H", .lease_s = 15}};
        learn(d, at, ENTRY_MACHINE, 0, &e);
    }
    free(fx.v);
    return d;
}

/* ---- a row ---- */

/* Index in the row's REGS, or NM.  MOVED: what is on this machine is on R. */
static int play_once(const struct row *row, struct local *l, struct directory *d,
                     const struct match_name *name, bool moved)
{
    const struct match_rules rules = {row->tp_only, row->order};
    struct match_found here = match_route(&l->idx, name, row->lu, l->list, l->managers, &rules);
    struct directory_choice c = directory_choose(d, &here, name, row->lu, &rules, NULL);
    if (!c.instance && !here.cand)
        return NM;
    ck_assert(!moved || c.instance == 10 + R);
    if (!c.instance)
        return (int)(here.cand - l->cand);
    ck_assert_str_eq(c.machine, c.instance == 10 + R ? "HOSTR" : "HOSTR2");
    for (int i = 0; i < 3 && !moved; i++)
        if (row->regs[i].kind && 10u + row->regs[i].at == c.instance)
            return i;
    return moved ? row->expect : NM; /* the machine chooses among its own */
}

static void play(const struct row *row, bool moved)
{
    struct local l = {.list = NULL};
    struct match_name name;
    struct directory *d = others(7);
    struct directory_effects fx = {0};
    uint8_t tpn[64];
    unsigned got[3] = {0};
    match_name_from_attach(&name, tpn, attach_name(row->tpn, tpn));
    ck_assert_int_eq(match_init(&l.idx), 0);
    for (int i = 0; i < 3 && row->regs[i].kind; i++) {
        if (row->regs[i].at == L && !moved)
            local_add(&l, i, &row->regs[i], &name);
        else
            remote_add(d, &row->regs[i], moved ? R : row->regs[i].at, (uint32_t)i);
    }
    directory_tick(d, 100000, &fx); /* the lease of NOT_LIVE is over, and this node's entry comes back */
    struct directory_effect put = fx.v[fx.n - 1];
    directory_learn(d, put.key, put.text, put.n, 100000, &fx);
    for (enum where at = R; at < NOT_LIVE; at++) {
        struct entry e = {.u.machine = {.address = "h:1", .cert = "H", .lease_s = 15}};
        learn(d, at, ENTRY_MACHINE, 0, &e);
    }
    for (int k = 0; k < 400; k++) {
        int i = play_once(row, &l, d, &name, moved);
        if (row->expect != SPREAD)
            ck_assert_msg(i == row->expect, "row %s: %d", row->number, i);
        else
            got[i]++;
    }
    if (row->expect == SPREAD)
        for (int i = 0; row->regs[i].kind; i++)
            ck_assert_msg(got[i] > 140 && got[i] < 260, "row %s: %u of 400", row->number, got[i]);
    match_fini(&l.idx);
    directory_free(d);
    free(fx.v);
}

START_TEST(truth_table)
{
    const struct row *row = &rows[_i];
    bool alone = true;
    if (row->expect == NO_SUCH) {
        printf("row %-4s %-45s -> no such TP\n", row->number, row->what);
        return;
    }
    play(row, false);
    for (int i = 0; i < 3 && row->regs[i].kind; i++)
        alone = alone && row->regs[i].at == L;
    if (alone)
        play(row, true);
    printf("row %-4s %-45s -> as documented%s\n", row->number, row->what,
           alone ? ", and on another machine" : "");
    fflush(stdout);
}
END_TEST

/* Without a domain, and in an empty one, the answer is this machine's own. */
START_TEST(nobody_else)
{
    struct directory_self self = {.machine = "HOSTL", .instance = 1, .entry.lease_s = 15};
    struct directory *d = directory_new(&self, 1);
    struct match_cand cand = {.usable = true};
    struct match_name x;
    match_name_from_ascii(&x, "X");
    for (int k = 0; k < 2; k++) {
        struct match_found here = {k ? &cand : NULL, NULL, k ? 5 : -1};
        const struct match_rules rules = {.order = MATCH_ANYWHERE};
        ck_assert_uint_eq(directory_choose(NULL, &here, &x, "LUA", &rules, NULL).instance, 0);
        ck_assert_uint_eq(directory_choose(d, &here, &x, "LUA", &rules, NULL).instance, 0);
        ck_assert_ptr_eq(directory_choose(d, &here, &x, "LUA", &rules, NULL).here.cand, here.cand);
    }
    directory_free(d);
}
END_TEST

/* A machine that takes no connections, has no certificate or is to be avoided gets nothing. */
START_TEST(who_cannot_have_it)
{
    struct directory *d = others(1);
    struct match_found none = {.rank = -1};
    const struct match_rules rules = {.order = MATCH_BY_PLACE};
    const struct entry_machine bad[] = {{.cert = "H", .lease_s = 15}, {.address = "h:1", .lease_s = 15}};
    const uint64_t all[] = {10 + R2, 10 + R};
    struct reg x = {AQ, "X", "", NULL, R};
    struct match_name name;
    match_name_from_ascii(&name, "X");
    remote_add(d, &x, R, 1);
    ck_assert_uint_eq(directory_choose(d, &none, &name, "LUA", &rules, NULL).instance, 10 + R);
    ck_assert(directory_choose(d, &none, &name, "LUA", &rules, NULL).better);
    ck_assert_uint_eq(
        directory_choose(d, &none, &name, "LUA", &rules, &(struct directory_avoid){all, 1}).instance, 10 + R);
    ck_assert_uint_eq(
        directory_choose(d, &none, &name, "LUA", &rules, &(struct directory_avoid){all, 2}).instance, 0);
    for (int i = 0; i < 2; i++) {
        struct entry e = {.u.machine = bad[i]};
        learn(d, R, ENTRY_MACHINE, 0, &e);
        ck_assert_uint_eq(directory_choose(d, &none, &name, "LUA", &rules, NULL).instance, 0);
    }
    directory_free(d);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("domainmatch");
    TCase *t = tcase_create("truth table");
    tcase_add_loop_test(t, truth_table, 0, OCTETS_ROWS(rows));
    tcase_add_test(t, nobody_else);
    tcase_add_test(t, who_cannot_have_it);
    suite_add_tcase(s, t);
    return octets_run(s);
}
