/* check_directory.c - the directory of a domain on a moved clock: leases, restarts, name clashes, a lost
 * engine, entries written by others; and random orders of all these, against a model. */
#include "attachmgr/directory/directory.h"

#include <stdio.h>

#include "snanode/base/hash.h"
#include "snanode/base/list.h"
#include "tests/unit/octets.h"

#define LEASE_S 15
#define LEASE   (LEASE_S * 1000u)

static struct directory_self self_of(const char *machine, const char *address, uint64_t instance)
{
    struct directory_self s = {.instance = instance, .entry.lease_s = LEASE_S};
    snprintf(s.machine, sizeof s.machine, "%s", machine);
    snprintf(s.entry.address, sizeof s.entry.address, "%s", address);
    return s;
}

static struct directory *node(const char *machine, const char *address, uint64_t instance)
{
    struct directory_self s = self_of(machine, address, instance);
    struct directory *d = directory_new(&s, instance);
    ck_assert_ptr_nonnull(d);
    return d;
}

static struct entry tp_of(const char *name, const char *lu, enum entry_kind kind)
{
    struct entry e = {.type = ENTRY_TP, .u.tp.kind = kind};
    match_name_from_ascii(&e.u.tp.name, name);
    snprintf(e.u.tp.lu, sizeof e.u.tp.lu, "%s", lu);
    return e;
}

/* D is told what the PUTs and DELETEs of FX say. */
static void pass(struct directory *d, const struct directory_effects *fx, uint64_t now,
                 struct directory_effects *out)
{
    for (size_t i = 0; i < fx->n; i++) {
        const struct directory_effect *x = &fx->v[i];
        if (x->kind == DIRECTORY_FX_PUT)
            directory_learn(d, x->key, x->text, x->n, now, out);
        else if (x->kind == DIRECTORY_FX_DELETE)
            directory_forget(d, x->key, out);
    }
}

static unsigned events(const struct directory_effects *fx, enum sna_event e)
{
    unsigned n = 0;
    for (size_t i = 0; i < fx->n; i++)
        n += fx->v[i].kind == DIRECTORY_FX_EVENT && fx->v[i].event == e;
    return n;
}

static unsigned effects(const struct directory_effects *fx, enum directory_effect_kind kind)
{
    unsigned n = 0;
    for (size_t i = 0; i < fx->n; i++)
        n += fx->v[i].kind == kind;
    return n;
}

struct found {
    const char *machine;
    unsigned machines, live, tps;
};

static void count_machine(void *arg, const struct directory_machine_view *v)
{
    struct found *f = arg;
    if (v->self || (f->machine && strcmp(f->machine, v->machine) != 0))
        return;
    f->machines++;
    f->live += v->live;
    f->tps += v->tps;
}

static struct found look(const struct directory *d, const char *machine)
{
    struct found f = {.machine = machine};
    directory_each_machine(d, count_machine, &f);
    return f;
}

/* Two nodes, A that offers and B that watches, at the moment when both know all. */
struct pair {
    struct directory *a, *b;
    struct directory_effects fa, fb;
    size_t heard; /* of FB: what has come back to B */
    uint64_t now;
};

static void pair_offer(struct pair *p, const char *const *names)
{
    directory_offer_begin(p->a);
    for (size_t i = 0; names[i]; i++) {
        struct entry e = tp_of(names[i], "", ENTRY_QUEUED);
        ck_assert(directory_offer(p->a, &e));
    }
    directory_offer_end(p->a, p->now, &p->fa);
}

static void pair_pass(struct pair *p)
{
    pass(p->b, &p->fa, p->now, &p->fb);
    p->fa.n = 0;
}

static struct pair pair_new(void)
{
    struct pair p = {.a = node("HOSTA", "a:1", 100), .b = node("HOSTB", "b:1", 200), .now = 1000};
    directory_back(p.b, p.now, &p.fb);
    directory_synced(p.b);
    p.fb.n = 0;
    pair_offer(&p, (const char *const[]){"X", "Y", NULL});
    ck_assert_uint_eq(p.fa.n, 0); /* the engine is lost */
    directory_back(p.a, p.now, &p.fa);
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_PUT), 3);
    pair_pass(&p);
    return p;
}

static void pair_free(struct pair *p)
{
    directory_free(p->a);
    directory_free(p->b);
    free(p->fa.v);
    free(p->fb.v);
}

/* What D has put comes back to it, as far as it has not been HEARD. */
static void hear(struct directory *d, struct directory_effects *fx, size_t *heard, uint64_t now)
{
    if (*heard > fx->n)
        *heard = 0;
    while (*heard < fx->n) {
        struct directory_effect x = fx->v[(*heard)++]; /* a copy: FX grows */
        if (x.kind == DIRECTORY_FX_PUT)
            directory_learn(d, x.key, x.text, x.n, now, fx);
    }
}

static void pair_hear(struct pair *p)
{
    hear(p->b, &p->fb, &p->heard, p->now);
}

/* Time goes on for both; what A renews reaches B when B can be REACHED. */
static void pair_run(struct pair *p, uint64_t until, bool reached)
{
    for (; p->now < until; p->now += 250) {
        size_t heard = 0;
        directory_tick(p->a, p->now, &p->fa);
        if (reached) {
            hear(p->a, &p->fa, &heard, p->now);
            pair_pass(p);
        }
        p->fa.n = 0;
        directory_tick(p->b, p->now, &p->fb);
        pair_hear(p);
    }
}

START_TEST(seen_and_gone)
{
    struct pair p = pair_new();
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_SEEN), 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 2);
    pair_run(&p, p.now + 4 * LEASE, true);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_GONE), 0);
    uint64_t cut = p.now;
    pair_run(&p, cut + LEASE - LEASE / 3 - 500, false);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    pair_run(&p, cut + LEASE + 500, false);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 0);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_GONE), 1);
    pair_run(&p, p.now + LEASE, true); /* it was cut off, and comes back */
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 2);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_SEEN), 2);
    pair_free(&p);
}
END_TEST

START_TEST(kept_for_a_time)
{
    struct pair p = pair_new();
    pair_run(&p, p.now + LEASE + 500, false);
    ck_assert_uint_eq(directory_counts(p.b).entries, 2);
    pair_run(&p, p.now + DIRECTORY_KEEP_S * 1000u + 1000, false);
    ck_assert_uint_eq(directory_counts(p.b).entries, 0);
    ck_assert_uint_eq(directory_counts(p.b).machines, 0);
    ck_assert_uint_eq(directory_counts(p.b).octets, 0);
    pair_free(&p);
}
END_TEST

START_TEST(changes)
{
    struct pair p = pair_new();
    struct entry e = tp_of("X", "", ENTRY_QUEUED);
    pair_offer(&p, (const char *const[]){"X", "Z", NULL});
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_PUT), 1);
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_DELETE), 1);
    pair_pass(&p);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 2);
    pair_offer(&p, (const char *const[]){"X", "Z", NULL});
    ck_assert_uint_eq(p.fa.n, 0); /* nothing is new */
    e.u.tp.waiting = 3;
    directory_offer_begin(p.a);
    ck_assert(directory_offer(p.a, &e));
    e = tp_of("Z", "", ENTRY_QUEUED);
    ck_assert(directory_offer(p.a, &e));
    directory_offer_end(p.a, p.now, &p.fa);
    ck_assert_uint_eq(p.fa.n, 0); /* counts wait for the renewal */
    directory_tick(p.a, p.now + LEASE / 3, &p.fa);
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_PUT), 2);
    pair_free(&p);
}
END_TEST

START_TEST(leaves)
{
    struct pair p = pair_new();
    directory_leave(p.a, &p.fa);
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_DELETE), 3);
    pair_pass(&p);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_LEFT), 1);
    ck_assert_uint_eq(directory_counts(p.b).machines, 0);
    pair_run(&p, p.now + LEASE, true);
    ck_assert_uint_eq(directory_counts(p.b).machines, 0); /* it does not renew any more */
    pair_free(&p);
}
END_TEST

/* While B has lost the engine nobody's lease ends; when it is back everybody has a whole one. */
START_TEST(engine_lost_for_an_hour)
{
    struct pair p = pair_new();
    directory_lost(p.b);
    pair_run(&p, p.now + 3700u * 1000, false);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 2);
    directory_back(p.b, p.now, &p.fb);
    uint64_t back = p.now;
    pair_run(&p, back + LEASE - 500, false);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    pair_run(&p, back + LEASE + 500, false);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 0);
    pair_free(&p);
}
END_TEST

/* What A withdrew while it was cut off is void when A is back, whatever the engine still has. */
START_TEST(withdrawn_without_engine)
{
    struct pair p = pair_new();
    directory_lost(p.a);
    pair_offer(&p, (const char *const[]){"Y", NULL});
    ck_assert_uint_eq(p.fa.n, 0);
    directory_back(p.a, p.now, &p.fa);
    pair_pass(&p);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 1);
    pair_free(&p);
}
END_TEST

/* An old text that comes again, as it does when a watch begins anew, is no sign of life. */
START_TEST(told_again)
{
    struct pair p = pair_new();
    struct directory_effects kept = {0};
    directory_back(p.a, p.now, &kept);
    pass(p.b, &kept, p.now, &p.fb);
    for (unsigned i = 0; i < LEASE / 1000 + 1; i++) {
        p.now += 1000;
        pass(p.b, &kept, p.now, &p.fb);
        directory_tick(p.b, p.now, &p.fb);
        pair_hear(&p);
    }
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 0);
    free(kept.v);
    pair_free(&p);
}
END_TEST

/* What was there when B came may be of a machine that is dead: B uses it, but tells of it only when it is
 * renewed. */
START_TEST(found_there)
{
    struct pair p = pair_new();
    struct directory *c = node("HOSTC", "c:1", 300);
    struct directory_effects fc = {0}, all = {0};
    directory_back(p.a, p.now, &all);
    directory_back(c, p.now, &fc);
    pass(c, &all, p.now, &fc);
    directory_synced(c);
    ck_assert_uint_eq(look(c, "HOSTA").live, 1);
    ck_assert_uint_eq(events(&fc, EVENT_MACHINE_SEEN), 0);
    all.n = 0;
    directory_tick(p.a, p.now + LEASE / 3, &all);
    pass(c, &all, p.now + LEASE / 3, &fc);
    ck_assert_uint_eq(events(&fc, EVENT_MACHINE_SEEN), 1);
    directory_free(c);
    free(fc.v);
    free(all.v);
    pair_free(&p);
}
END_TEST

START_TEST(restarted)
{
    struct pair p = pair_new();
    struct directory_effects old = {0};
    directory_back(p.a, p.now, &old); /* what the engine has of the first start */
    directory_free(p.a);
    p.a = node("HOSTA", "a:1", 101);
    directory_back(p.a, p.now, &p.fa);
    pass(p.a, &old, p.now, &p.fa);
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_DELETE), 3); /* it takes away what it left behind */
    pair_pass(&p);
    ck_assert_uint_eq(look(p.b, "HOSTA").machines, 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 0);
    pass(p.b, &old, p.now, &p.fb); /* late */
    ck_assert_uint_eq(look(p.b, "HOSTA").machines, 1);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_CLASH), 0);
    free(old.v);
    pair_free(&p);
}
END_TEST

/* The clock of A was put back before it started again, so its number is lower than that of the start before.
 * Its place is free when the lease of that one is over, also for a watcher that nobody has told of the end,
 * and all that A offers is there then. */
START_TEST(clock_put_back)
{
    struct pair p = pair_new();
    struct directory_effects old = {0};
    directory_back(p.a, p.now, &old); /* what the engine has of the first start */
    directory_free(p.a);
    p.a = node("HOSTA", "a:1", 50);
    pair_offer(&p, (const char *const[]){"X", "Z", "ZZ", NULL});
    directory_back(p.a, p.now, &p.fa);
    pass(p.a, &old, p.now, &p.fa);
    directory_synced(p.a);
    ck_assert_uint_eq(effects(&p.fa, DIRECTORY_FX_DELETE), 0); /* it cannot know yet that it was this node */
    ck_assert_uint_eq(events(&p.fa, EVENT_MACHINE_CLASH), 0);
    uint64_t started = p.now;
    pair_run(&p, started + 2 * LEASE, true);
    ck_assert_uint_eq(look(p.b, "HOSTA").machines, 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 3);
    ck_assert_uint_eq(look(p.a, "HOSTA").machines, 0); /* it has taken away what it left behind */
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_CLASH), 0);
    free(old.v);
    pair_free(&p);
}
END_TEST

START_TEST(two_with_one_name)
{
    struct pair p = pair_new();
    struct directory *c = node("HOSTA", "c:1", 300);
    struct directory_effects fc = {0};
    directory_back(c, p.now, &fc);
    directory_synced(c);
    pass(p.b, &fc, p.now, &p.fb);
    pass(p.a, &fc, p.now, &p.fa);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_CLASH), 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, 2); /* both are of use */
    for (unsigned i = 0; i < 5; i++) {
        fc.n = 0;
        p.now += LEASE / 3;
        directory_tick(c, p.now, &fc);
        directory_tick(p.a, p.now, &p.fa);
        pass(p.b, &fc, p.now, &p.fb);
        pass(p.a, &fc, p.now, &p.fa);
        pass(p.b, &p.fa, p.now, &p.fb);
    }
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_CLASH), 2); /* once for each of them */
    ck_assert_uint_eq(events(&p.fa, EVENT_MACHINE_CLASH), 1); /* and the one concerned says so itself */
    directory_free(c);
    free(fc.v);
    pair_free(&p);
}
END_TEST

START_TEST(garbage_is_told_once)
{
    struct pair p = pair_new();
    struct directory_effects out = {0};
    char big[ENTRY_TEXT_MAX + 1];
    memset(big, 'x', sizeof big);
    for (int i = 0; i < 100; i++) {
        directory_learn(p.b, "HOSTA.0000000000000064.t9", "rubbish", 7, p.now, &out);
        directory_learn(p.b, "HOSTA.0000000000000064.t9", big, sizeof big, p.now, &out);
        directory_learn(p.b, "no key at all", "x", 1, p.now, &out);
        directory_forget(p.b, "no key at all", &out);
        directory_learn(p.b, "OTHER.0000000000000064.m", "x", 1, p.now, &out); /* A's instance */
    }
    ck_assert_uint_eq(events(&out, EVENT_ENTRY_REFUSED), 2); /* of A, and of nobody */
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 2);
    ck_assert_uint_eq(look(p.b, NULL).machines, 1);
    free(out.v);
    pair_free(&p);
}
END_TEST

/* One machine cannot fill the memory of the others. */
START_TEST(bounded)
{
    struct pair p = pair_new();
    struct directory_effects out = {0};
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX], name[16];
    for (unsigned i = 0; i < DIRECTORY_ENTRIES_MAX + 1000; i++) {
        struct entry_key k = {.machine = "HOSTA", .instance = 100, .type = ENTRY_TP, .number = 100 + i};
        snprintf(name, sizeof name, "T%u", i);
        struct entry e = tp_of(name, "", ENTRY_QUEUED);
        e.version = 1000 + i;
        directory_learn(p.b, entry_key_write(&k, key), text, entry_write(&e, text), p.now, &out);
    }
    ck_assert_uint_eq(directory_counts(p.b).entries, DIRECTORY_ENTRIES_MAX);
    ck_assert_uint_eq(events(&out, EVENT_ENTRY_REFUSED), 1);
    struct directory_counts c = directory_counts(p.b);
    printf("directory: %zu octets for each TP that another machine offers\n", c.octets / c.entries);
    ck_assert_uint_lt(c.octets / c.entries, 160);
    free(out.v);
    pair_free(&p);
}
END_TEST

/* More machines than a domain has: those that are known stay, and it is told once. */
START_TEST(too_many_machines)
{
    struct pair p = pair_new();
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX];
    for (unsigned i = 0; i < DIRECTORY_MACHINES_MAX + 10; i++) {
        struct entry_key k = {.instance = 1000 + i, .type = ENTRY_MACHINE};
        struct entry e = {.type = ENTRY_MACHINE, .version = 1, .u.machine.lease_s = LEASE_S};
        snprintf(k.machine, sizeof k.machine, "M%u", i);
        directory_learn(p.b, entry_key_write(&k, key), text, entry_write(&e, text), p.now, &p.fb);
        if (i + 1 < DIRECTORY_MACHINES_MAX)
            p.fb.n = 0;
    }
    ck_assert_uint_eq(directory_counts(p.b).machines, DIRECTORY_MACHINES_MAX);
    ck_assert_uint_eq(events(&p.fb, EVENT_DOMAIN_FULL), 1);
    ck_assert_uint_eq(look(p.b, "HOSTA").tps, 2);
    pair_free(&p);
}
END_TEST

/* A node that was stopped for longer than a lease has not seen who renewed meanwhile: that is on its way to
 * it, before what it puts now. */
START_TEST(slept)
{
    for (int renewed = 1; renewed >= 0; renewed--) {
        struct pair p = pair_new();
        p.now += 10 * LEASE;
        if (renewed)
            directory_tick(p.a, p.now, &p.fa);
        directory_tick(p.b, p.now, &p.fb);
        ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
        pair_pass(&p);
        pair_hear(&p);
        ck_assert_uint_eq(look(p.b, "HOSTA").live, renewed);
        ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_GONE), !renewed);
        if (renewed) { /* and it has a whole lease */
            p.now += LEASE - 250;
            directory_tick(p.b, p.now, &p.fb);
            pair_hear(&p);
            ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
        }
        pair_free(&p);
    }
}
END_TEST

/* A node whose own entries do not come back from the engine may be deaf, and judges nobody, however short the
 * other's lease and long its own.  When they come back so does what was put before, and a renewal among that
 * counts. */
static void deaf_with(unsigned lease_s, bool renewed)
{
    struct pair p = pair_new();
    struct directory_self self = self_of("HOSTB", "b:1", 200);
    self.entry.lease_s = lease_s;
    directory_free(p.b);
    p.b = directory_new(&self, 200);
    p.fb.n = 0;
    directory_back(p.b, p.now, &p.fb);
    directory_back(p.a, p.now, &p.fa);
    pair_pass(&p);
    directory_synced(p.b);
    pair_hear(&p);
    for (uint64_t until = p.now + 3 * LEASE; p.now < until; p.now += 250) {
        directory_tick(p.b, p.now, &p.fb);
        ck_assert_uint_eq(look(p.b, "HOSTA").live, 1);
    }
    if (renewed)
        directory_tick(p.a, p.now, &p.fa);
    pair_pass(&p);
    pair_hear(&p);
    ck_assert_uint_eq(look(p.b, "HOSTA").live, renewed);
    pair_free(&p);
}

START_TEST(deaf)
{
    static const unsigned leases[] = {1, LEASE_S, 3600};
    deaf_with(leases[_i / 2], _i % 2);
}
END_TEST

/* Many whose leases end within a moment: the node puts its entry a few times, and not once for each. */
START_TEST(many_gone)
{
    enum { MANY = 200 };
    struct pair p = pair_new();
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX];
    for (unsigned i = 0; i < MANY; i++) {
        struct entry_key k = {.instance = 1000 + i, .type = ENTRY_MACHINE};
        struct entry e = {.type = ENTRY_MACHINE, .version = 1, .u.machine.lease_s = LEASE_S};
        snprintf(k.machine, sizeof k.machine, "M%u", i);
        directory_learn(p.b, entry_key_write(&k, key), text, entry_write(&e, text), p.now += 10, &p.fb);
    }
    pair_run(&p, p.now + LEASE - MANY * 10 - 250, true);
    p.fb.n = 0;
    for (uint64_t until = p.now + MANY * 10 + 2000; p.now < until; p.now += 5) {
        directory_tick(p.b, p.now, &p.fb);
        pair_hear(&p);
    }
    ck_assert_uint_eq(look(p.b, NULL).live, 1);
    ck_assert_uint_eq(events(&p.fb, EVENT_MACHINE_GONE), MANY);
    ck_assert_uint_lt(effects(&p.fb, DIRECTORY_FX_PUT), 6);
    pair_free(&p);
}
END_TEST

/* ---- any order: 20 machines with 500 names each, an engine, and a model ----
 * CHURN_SEEDS=FROM-TO in the environment: these seeds instead of 0-1. */

enum { NODES = 20, NAMES = 500, STEPS = 2000 };

struct kept { /* what the engine has */
    struct hash_node by_key;
    char key[ENTRY_KEY_ROOM];
    char *text; /* NULL: deleted */
    size_t n;
};

struct change {
    size_t kept;
    char *text;
    size_t n;
};

struct world {
    struct kept kept[NODES * 4 * NAMES * 8];
    size_t n_kept;
    struct hash keys;
    struct change *log; /* in order; each node has a place in it */
    size_t n_log, cap_log;
    struct {
        struct directory *d;
        struct directory_effects fx;
        bool up, reached, offers[NAMES];
        size_t at;
        uint64_t skew;
        uint64_t wall; /* what its wall clock is ahead of the time that goes by */
    } node[NODES];
    uint64_t now, random, instance;
    int seed;
};

static uint64_t dice(struct world *w, uint64_t sides)
{
    w->random = w->random * 6364136223846793005u + 1442695040888963407u;
    return (w->random >> 33) % sides;
}

static size_t kept_at(struct world *w, const char *key)
{
    uint64_t h = hash_octets(1, key, strlen(key));
    for (struct hash_node *n = hash_first(&w->keys, h); n; n = hash_next(n))
        if (strcmp(LIST_OWNER(n, struct kept, by_key)->key, key) == 0)
            return (size_t)(LIST_OWNER(n, struct kept, by_key) - w->kept);
    ck_assert_uint_lt(w->n_kept, sizeof w->kept / sizeof *w->kept);
    snprintf(w->kept[w->n_kept].key, ENTRY_KEY_ROOM, "%s", key);
    hash_add(&w->keys, &w->kept[w->n_kept].by_key, h);
    return w->n_kept++;
}

static void engine_write(struct world *w, const struct directory_effect *x)
{
    size_t i = kept_at(w, x->key);
    char *text = x->kind == DIRECTORY_FX_PUT ? (char *)octets_exact(x->text, x->n) : NULL;
    if (w->n_log == w->cap_log)
        w->log = realloc(w->log, (w->cap_log = w->cap_log ? w->cap_log * 2 : 1024) * sizeof *w->log);
    ck_assert_ptr_nonnull(w->log);
    w->log[w->n_log++] = (struct change){i, text, x->n};
    w->kept[i].text = text;
    w->kept[i].n = x->n;
}

/* What node I wants done. */
static void carry_out(struct world *w, int i)
{
    struct directory_effects *fx = &w->node[i].fx;
    for (size_t k = 0; k < fx->n; k++)
        if (fx->v[k].kind != DIRECTORY_FX_EVENT && w->node[i].reached)
            engine_write(w, &fx->v[k]);
    fx->n = 0;
}

static uint64_t clock_of(const struct world *w, int i)
{
    return w->now + w->node[i].skew;
}

static void deliver(struct world *w, int i, size_t most)
{
    if (!w->node[i].up || !w->node[i].reached)
        return;
    for (; most > 0 && w->node[i].at < w->n_log; most--, w->node[i].at++) {
        const struct change *c = &w->log[w->node[i].at];
        if (c->text)
            directory_learn(w->node[i].d, w->kept[c->kept].key, c->text, c->n, clock_of(w, i),
                            &w->node[i].fx);
        else
            directory_forget(w->node[i].d, w->kept[c->kept].key, &w->node[i].fx);
    }
    carry_out(w, i);
}

static void reach(struct world *w, int i)
{
    if (!w->node[i].up || w->node[i].reached)
        return;
    w->node[i].reached = true;
    directory_back(w->node[i].d, clock_of(w, i), &w->node[i].fx);
    w->node[i].at = w->n_log;
    for (size_t k = 0; k < w->n_kept; k++)
        if (w->kept[k].text)
            directory_learn(w->node[i].d, w->kept[k].key, w->kept[k].text, w->kept[k].n, clock_of(w, i),
                            &w->node[i].fx);
    directory_synced(w->node[i].d);
    carry_out(w, i);
}

static void cut(struct world *w, int i)
{
    if (w->node[i].up && w->node[i].reached)
        directory_lost(w->node[i].d);
    w->node[i].reached = false;
}

static void tell(struct world *w, int i)
{
    char name[16];
    directory_offer_begin(w->node[i].d);
    for (int k = 0; k < NAMES; k++) {
        if (!w->node[i].offers[k])
            continue;
        snprintf(name, sizeof name, "TP%d", k);
        struct entry e = tp_of(name, k % 3 ? "" : "LUA", ENTRY_QUEUED);
        ck_assert(directory_offer(w->node[i].d, &e));
    }
    directory_offer_end(w->node[i].d, clock_of(w, i), &w->node[i].fx);
    carry_out(w, i);
}

static void start(struct world *w, int i)
{
    char name[16], address[16];
    snprintf(name, sizeof name, "HOST%d", i);
    snprintf(address, sizeof address, "h%d:1", i);
    if (dice(w, 4) == 0)
        w->node[i].wall = dice(w, 100000000); /* somebody has set it, up to a day ahead or back */
    w->node[i].d = node(name, address, (w->now + w->node[i].wall) << 16 | (++w->instance & 0xffff));
    w->node[i].up = true;
    tell(w, i);
    reach(w, i);
}

static void stop(struct world *w, int i, bool orderly)
{
    if (orderly && w->node[i].reached) {
        directory_leave(w->node[i].d, &w->node[i].fx);
        carry_out(w, i);
    }
    directory_free(w->node[i].d);
    w->node[i].d = NULL;
    w->node[i].up = w->node[i].reached = false;
}

/* A bucket that was lost with its server, and everybody with it. */
static void lose_bucket(struct world *w)
{
    for (int i = 0; i < NODES; i++)
        cut(w, i);
    for (size_t k = 0; k < w->n_kept; k++)
        w->kept[k].text = NULL;
}

static void act(struct world *w)
{
    int i = (int)dice(w, NODES);
    uint64_t what = dice(w, 1000);
    if (what < 3)
        lose_bucket(w);
    else if (what < 13)
        cut(w, i);
    else if (what < 60)
        reach(w, i);
    else if (what < 75 && w->node[i].up)
        stop(w, i, what < 67);
    else if (what < 120 && !w->node[i].up)
        start(w, i);
    else if (w->node[i].up) {
        size_t k = dice(w, NAMES);
        w->node[i].offers[k] = !w->node[i].offers[k];
        tell(w, i);
    }
}

static void tick_all(struct world *w, uint64_t ms, size_t most)
{
    w->now += ms;
    for (int i = 0; i < NODES; i++)
        if (w->node[i].up) {
            directory_tick(w->node[i].d, clock_of(w, i), &w->node[i].fx);
            carry_out(w, i);
        }
    for (int i = 0; i < NODES; i++)
        deliver(w, i, most);
}

struct seen {
    const struct world *w;
    const struct directory *d;
    bool by_name[NODES][NAMES];
    bool live[NODES];
    int at;
};

static void see_entry(void *arg, const struct entry *e)
{
    struct seen *s = arg;
    s->by_name[s->at][atoi(e->u.tp.name.s + 2)] = true;
}

static void see_machine(void *arg, const struct directory_machine_view *v)
{
    struct seen *s = arg;
    if (!v->live && !v->self)
        return;
    s->at = atoi(v->machine + 4);
    ck_assert_msg(!s->live[s->at], "%s twice", v->machine);
    s->live[s->at] = true;
    directory_each_entry(s->d, v->instance, see_entry, s);
}

static void compare(struct world *w, int i)
{
    static struct seen s;
    memset(&s, 0, sizeof s);
    s.w = w;
    s.d = w->node[i].d;
    directory_each_machine(s.d, see_machine, &s);
    for (int k = 0; k < NODES; k++) {
        ck_assert_msg(s.live[k] == w->node[k].up, "seed %d: HOST%d for HOST%d: seen %d, up %d", w->seed, k, i,
                      s.live[k], w->node[k].up);
        for (int n = 0; n < NAMES && s.live[k]; n++)
            ck_assert_msg(s.by_name[k][n] == w->node[k].offers[n],
                          "seed %d: TP%d of HOST%d for HOST%d: seen %d", w->seed, n, k, i, s.by_name[k][n]);
    }
}

static void settle(struct world *w)
{
    for (int i = 0; i < NODES; i++)
        reach(w, i);
    for (unsigned ms = 0; ms < 3 * LEASE; ms += 500)
        tick_all(w, 500, SIZE_MAX);
    for (int i = 0; i < NODES; i++)
        if (w->node[i].up)
            compare(w, i);
}

static void world_free(struct world *w)
{
    for (int i = 0; i < NODES; i++) {
        directory_free(w->node[i].d);
        free(w->node[i].fx.v);
    }
    for (size_t k = 0; k < w->n_log; k++)
        free(w->log[k].text);
    free(w->log);
    hash_fini(&w->keys);
    free(w);
}

START_TEST(churn)
{
    struct world *w = calloc(1, sizeof *w);
    ck_assert_ptr_nonnull(w);
    ck_assert_int_eq(hash_init(&w->keys), 0);
    w->seed = _i;
    w->random = (uint64_t)_i * 2654435761u + 1;
    w->now = 1000;
    for (int i = 0; i < NODES; i++) {
        w->node[i].skew = dice(w, 1000000) * 1000; /* clocks apart */
        for (int k = 0; k < NAMES; k++)
            w->node[i].offers[k] = dice(w, 2);
        start(w, i);
    }
    settle(w);
    for (int k = 0; k < STEPS; k++) {
        act(w);
        tick_all(w, dice(w, 100), dice(w, 40));
        if (k % 1000 == 999)
            settle(w);
    }
    world_free(w);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("directory");
    TCase *t = tcase_create("directory"), *any = tcase_create("any order");
    tcase_add_test(t, seen_and_gone);
    tcase_add_test(t, kept_for_a_time);
    tcase_add_test(t, changes);
    tcase_add_test(t, leaves);
    tcase_add_test(t, engine_lost_for_an_hour);
    tcase_add_test(t, withdrawn_without_engine);
    tcase_add_test(t, told_again);
    tcase_add_test(t, found_there);
    tcase_add_test(t, restarted);
    tcase_add_test(t, clock_put_back);
    tcase_add_test(t, two_with_one_name);
    tcase_add_test(t, garbage_is_told_once);
    tcase_add_test(t, bounded);
    tcase_add_test(t, too_many_machines);
    tcase_add_test(t, slept);
    tcase_add_loop_test(t, deaf, 0, 6);
    tcase_add_test(t, many_gone);
    int from = 0, to = 1;
    const char *seeds = getenv("CHURN_SEEDS");
    if (seeds && sscanf(seeds, "%d-%d", &from, &to) != 2)
        return 2;
    tcase_add_loop_test(any, churn, from, to + 1);
    tcase_set_timeout(any, 120);
    suite_add_tcase(s, t);
    suite_add_tcase(s, any);
    return octets_run(s);
}
