/* The directory by itself: what others offer, as its engine tells it, and searches for names in no particular
 * order. */
#include <stdio.h>
#include <stdlib.h>

#include "attachmgr/directory/directory.h"
#include "tests/bench/bench.h"

#define SEARCHES 200000u
#define CHANGES  20000u

static void learn(struct directory *d, struct directory_effects *fx, const struct entry_key *k,
                  const struct entry *e)
{
    char key[ENTRY_KEY_ROOM], text[ENTRY_TEXT_MAX];
    directory_learn(d, entry_key_write(k, key), text, entry_write(e, text), 1000, fx);
    fx->n = 0;
}

/* TP number NUMBER of machine M, with the version VERSION: its name is nobody else's. */
static void put_tp(struct directory *d, struct directory_effects *fx, unsigned m, unsigned number,
                   unsigned tps, unsigned version)
{
    char name[24];
    struct entry_key k = {.instance = 100 + m, .type = ENTRY_TP, .number = number};
    struct entry e = {.type = ENTRY_TP, .version = version, .u.tp.kind = ENTRY_QUEUED};
    snprintf(k.machine, sizeof k.machine, "HOST%u", m);
    snprintf(name, sizeof name, "TP%06u", m * tps + number);
    match_name_from_ascii(&e.u.tp.name, name);
    learn(d, fx, &k, &e);
}

static void fill(struct directory *d, struct directory_effects *fx, unsigned machines, unsigned tps)
{
    for (unsigned m = 0; m < machines; m++) {
        struct entry_key k = {.instance = 100 + m, .type = ENTRY_MACHINE};
        struct entry e = {.type = ENTRY_MACHINE,
                          .version = 1,
                          .u.machine = {.address = "10.0.0.1:3477", .cert = "HOST", .lease_s = 15}};
        snprintf(k.machine, sizeof k.machine, "HOST%u", m);
        learn(d, fx, &k, &e);
        for (unsigned i = 0; i < tps; i++)
            put_tp(d, fx, m, i, tps, 1);
    }
}

static double search(struct directory *d, unsigned n)
{
    static const struct match_found none = {.rank = -1};
    static const struct match_rules rules = {.order = MATCH_BY_PLACE};
    struct match_name *names = calloc(n, sizeof *names);
    unsigned found = 0, at = 1;
    char text[24];
    for (unsigned i = 0; names && i < n; i++) {
        snprintf(text, sizeof text, "TP%06u", i);
        match_name_from_ascii(&names[i], text);
    }
    double start = seconds();
    for (unsigned i = 0; names && i < SEARCHES; i++) {
        at = at * 1103515245u + 12345u;
        found += directory_choose(d, &none, &names[(at >> 8) % n], "FAR", &rules, NULL).instance != 0;
    }
    double took = seconds() - start;
    free(names);
    return found == SEARCHES ? took / SEARCHES : -1;
}

static double change(struct directory *d, struct directory_effects *fx, unsigned machines, unsigned tps)
{
    double start = seconds();
    for (unsigned i = 0; i < CHANGES; i++)
        put_tp(d, fx, i % machines, i / machines % tps, tps, 2 + i);
    return (seconds() - start) / CHANGES;
}

bool known_measure(struct known *k, unsigned machines, unsigned tps)
{
    struct directory_self self = {
        .machine = "SELF", .instance = 1, .entry = {.address = "10.0.0.9:3477", .lease_s = 15}};
    struct directory *d = directory_new(&self, 1);
    struct directory_effects fx = {0};
    if (!d)
        return false;
    directory_back(d, 1000, &fx);
    directory_synced(d);
    fill(d, &fx, machines, tps);
    struct directory_counts c = directory_counts(d);
    bool whole = c.entries == (size_t)machines * tps;
    k->octets = whole ? (double)c.octets / (double)c.entries : 0;
    k->search_s = search(d, machines * tps);
    k->learn_s = change(d, &fx, machines, tps);
    directory_free(d);
    free(fx.v);
    return whole && k->search_s >= 0;
}
