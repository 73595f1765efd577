/* The matcher by itself: searches for names in no particular order, as Attaches come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/match.h"
#include "tests/bench/bench.h"

#define SEARCHES 200000u

static void name_of(struct match_name *out, unsigned i)
{
    char text[16];
    snprintf(text, sizeof text, "TP%05u", i);
    match_name_from_ascii(out, text);
}

static const struct match_rules rules = {.order = MATCH_BY_PLACE};

static double search(const struct match_index *idx, const struct match_name *names, unsigned n)
{
    unsigned found = 0, at = 1;
    double start = seconds();
    for (unsigned i = 0; i < SEARCHES; i++) {
        at = at * 1103515245u + 12345u;
        found += match_route(idx, &names[(at >> 8) % n], "FAR", NULL, NULL, &rules).cand != NULL;
    }
    double took = seconds() - start;
    return found == SEARCHES ? took / SEARCHES : -1;
}

double matcher_seconds(unsigned n_tps)
{
    struct match_index idx;
    struct match_cand *c = calloc(n_tps, sizeof *c);
    struct match_name *names = calloc(n_tps, sizeof *names);
    double took = -1;
    if (c && names && match_init(&idx) == 0) {
        for (unsigned i = 0; i < n_tps; i++) {
            name_of(&c[i].name, i);
            names[i] = c[i].name;
            c[i].usable = true;
            c[i].class = MATCH_AUTO;
            c[i].order = i;
            match_add(&idx, &c[i].own, &c[i], match_key(&c[i].name), false);
        }
        took = search(&idx, names, n_tps);
        match_fini(&idx);
    }
    free(c);
    free(names);
    return took;
}
