/* bench.c - the target figures of the product, each compared with a floor measured in the same run.
 * A floor is never adjusted and no row is left out; a missed target is printed as missed.  The exit status
 * says only whether everything could be measured. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "tests/bench/domain.h"
#include "tests/bench/linked.h"
#include "tests/bench/others.h"
#include "tests/bench/sequence.h"

#define TOGETHER   10000u /* conversations open at once */
#define KEPT       100u   /* ... or so many fewer than the system allows */
#define MANY_TPS   10000u
#define FEW_TPS    10u
#define MEMORY_MAX 4096.0 /* octets of node memory for each conversation */

static const char *const usage = "usage: bench [-a EARLIER.json] BINDIR SMALL_TP RUNDIR RESULT.json "
                                 "[alone|beside|links|domain|peers|sequences]\n";

static void head(void)
{
    printf("%-46s %14s %14s %8s %9s\n", "what", "floor", "ours", "ratio", "to reach");
}

/* Several programs at once against one of them, which is the floor here: one whose session stays, and one
 * that asks the node for each conversation, as several do. */
static void crowds(struct bench *b, const struct ours *running)
{
    static const struct row rows[2][2] = {
        {{"conversations, 8 invokers against one", UNIT_RATE, 1.0, 1000, 1000, 0},
         {"conversations, 64 invokers against one", UNIT_RATE, 1.0, 1000, 1280, 0}},
        {{"... 8 against one whose session does not stay", UNIT_RATE, 1.0, 1000, 1000, 0},
         {"... 64 against that one", UNIT_RATE, 1.0, 1000, 1280, 0}}};
    struct crowd c8 = {*running, 8}, c64 = {*running, 64};
    struct testnode t = {0};
    struct ours asks = {t.socket, "RUNNING", BENCH_RECORD};
    setenv("SNANODE_STAY", "0", 1);
    int bad = testnode_start(&t, b->dir, "asks", testnode_alone, b->bin, b->tp, FEW_TPS);
    unsetenv("SNANODE_STAY");
    for (unsigned i = 0; i < 2; i++) {
        const struct ours *one = i ? &asks : running;
        if (i && bad) {
            row_cannot(b, rows[i][0].what, "the node did not start");
            break;
        }
        row_compare(b, &rows[i][0], ours_conversations, one, ours_crowd, &c8);
        row_compare(b, &rows[i][1], ours_conversations, one, ours_crowd, &c64);
    }
    testnode_stop(&t);
}

static void compare_all(struct bench *b, const struct testnode *t)
{
    static const struct row trip = {"round trip of 100 octets", UNIT_US, 1.1, 4000, 4000, 0};
    static const struct row stream = {
        "one-way send, records of 32,763 octets", UNIT_MB, 0.7, 3000, 3000, BENCH_LARGE};
    static const struct row convs = {
        "conversations, queued TP that is running", UNIT_RATE, 0.6, 2000, 1000, 0};
    static const struct row copies = {
        "conversations, a new copy of the TP for each", UNIT_RATE, 0.7, 100, 100, 0};
    static const struct row small = {
        "one-way send, records of 100 octets", UNIT_RATE, 0.7, 200000, 200000, 0};
    static const struct stream large_writes = {BENCH_LARGE, BENCH_LARGE, BENCH_LARGE},
                               small_writes = {BENCH_FRAME + BENCH_RU, BENCH_RU, BENCH_HEADS + BENCH_RECORD};
    struct ours running = {t->socket, "RUNNING", BENCH_RECORD}, wide = {t->socket, "WIDE", BENCH_LARGE},
                newcopy = {t->socket, "NEWCOPY", 0};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.80s/floor.sock", b->dir);
    row_one_core(true, t);
    row_compare(b, &trip, floor_pair, NULL, ours_pair, &running);
    row_one_core(false, t);
    row_compare(b, &stream, floor_stream, &large_writes, ours_stream, &wide);
    row_compare(b, &small, floor_stream, &small_writes, ours_stream, &running);
    row_compare(b, &convs, floor_listener, path, ours_conversations, &running);
    crowds(b, &running);
    row_compare(b, &copies, floor_spawn, b->tp, ours_conversations, &newcopy);
}

/* ---- ten thousand conversations ---- */

struct many {
    unsigned n;
    double one[ROUNDS], all[ROUNDS], before, after, open_s;
};

static bool many_rounds(struct worker *w, double *v, int from, int to, struct sample *s)
{
    for (int i = from; i < to; i++) {
        *s = worker_round(w, 4000);
        if (s->failed)
            return false;
        v[i] = s->value;
    }
    return true;
}

/* With one open, with all of them open, and with one again. */
static bool many_measure(struct worker *w, const struct testnode *t, struct many *m, struct sample *s)
{
    *s = worker_round(w, 1000);
    if (s->failed || !many_rounds(w, m->one, 0, ROUNDS / 2, s))
        return false;
    m->before = (double)testnode_memory(t);
    *s = worker_round(w, MANY_OPEN | (m->n - 1));
    m->open_s = s->value;
    m->after = (double)testnode_memory(t);
    if (s->failed || !many_rounds(w, m->all, 0, ROUNDS, s))
        return false;
    *s = worker_round(w, MANY_CLOSE);
    return !s->failed && many_rounds(w, m->one, ROUNDS / 2, ROUNDS, s);
}

/* How many conversations a node lets its own user have open here: two descriptors each, and some are kept
 * for other programs and tools. */
static unsigned most_together(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur / 2 < 300)
        return 100;
    return r.rlim_cur / 2 - KEPT < TOGETHER ? (unsigned)(r.rlim_cur / 2 - KEPT) : TOGETHER;
}

static void many(struct bench *b)
{
    static const char what[] = "10,000 conversations open: round trip",
                      size[] = "10,000 conversations open: node memory";
    struct testnode t = {0};
    struct ours wide = {t.socket, "WIDE", 0};
    struct worker w = {0};
    struct many m = {.n = most_together()};
    struct sample s = {.failed = false};
    char one[32], all[32];
    row_one_core(true, NULL);
    bool done = testnode_start(&t, b->dir, "many", testnode_alone, b->bin, b->tp, FEW_TPS) == 0 &&
                worker_start(&w, ours_many, &wide) == 0 && many_measure(&w, &t, &m, &s);
    worker_stop(&w);
    testnode_stop(&t);
    row_one_core(false, NULL);
    if (!done) {
        row_cannot(b, what, s.failed ? s.why : "the node or its client did not start");
        return;
    }
    double ratio = median(m.all, ROUNDS) / median(m.one, ROUNDS), each = (m.after - m.before) / (m.n - 1);
    if (m.n < TOGETHER)
        printf("  (only %u are open: this system allows a process %u descriptors)\n", m.n, (m.n + KEPT) * 2);
    snprintf(one, sizeof one, "%.2f us", median(m.one, ROUNDS) * 1e6);
    snprintf(all, sizeof all, "%.2f us", median(m.all, ROUNDS) * 1e6);
    row_line(what, one, all, ratio, "<= 1.2", ratio <= 1.2);
    snprintf(all, sizeof all, "%.0f octets", each);
    row_line(size, "4096 octets", all, each / MEMORY_MAX, "<= 1.0", each <= MEMORY_MAX);
    json_array_append_new(b->rows,
                          json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:i, s:f, s:o, s:o}", "what", what,
                                    "floor_s", median(m.one, ROUNDS), "ours_s", median(m.all, ROUNDS),
                                    "ratio", ratio, "reach", 1.2, "met", (int)(ratio <= 1.2), "open",
                                    (int)m.n, "open_each_s", m.open_s, "floor_rounds_s",
                                    row_numbers(m.one, ROUNDS), "ours_rounds_s", row_numbers(m.all, ROUNDS)));
    json_array_append_new(
        b->rows, json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:f, s:f}", "what", size, "floor_octets",
                           MEMORY_MAX, "ours_octets", each, "ratio", each / MEMORY_MAX, "reach", 1.0, "met",
                           (int)(each <= MEMORY_MAX), "node_before", m.before, "node_after", m.after));
}

/* ---- attach matching ---- */

static void matcher_alone(struct bench *b)
{
    double few[ROUNDS], all[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        few[i] = matcher_seconds(FEW_TPS);
        all[i] = matcher_seconds(MANY_TPS);
    }
    double f = median(few, ROUNDS), a = median(all, ROUNDS);
    printf("  (the search alone: %.0f ns among 10, %.0f ns among 10,000)\n", f * 1e9, a * 1e9);
    json_array_append_new(b->rows,
                          json_pack("{s:s, s:f, s:f, s:f, s:o, s:o}", "what",
                                    "the matcher's search alone (no figure to reach)", "floor_s", f, "ours_s",
                                    a, "ratio", a / f, "floor_rounds_s", row_numbers(few, ROUNDS),
                                    "ours_rounds_s", row_numbers(all, ROUNDS)));
}

static void matching(struct bench *b)
{
    static const struct row r = {"Attach to Accept, 10,000 TPs against 10", UNIT_US, 1.5, 1000, 1000, 0};
    struct testnode few = {0}, all = {0};
    row_one_core(true, NULL);
    if (testnode_start(&few, b->dir, "few", testnode_alone, b->bin, b->tp, FEW_TPS) == 0 &&
        testnode_start(&all, b->dir, "all", testnode_alone, b->bin, b->tp, MANY_TPS) == 0) {
        struct ours with_few = {few.socket, "RUNNING", 0}, with_all = {all.socket, "RUNNING", 0};
        row_compare(b, &r, ours_attach, &with_few, ours_attach, &with_all);
    } else {
        row_cannot(b, r.what, "the node did not start");
    }
    testnode_stop(&few);
    testnode_stop(&all);
    matcher_alone(b);
    row_one_core(false, NULL);
}

/* ---- the machine ---- */

static void cpu_model(char *out, size_t cap)
{
    char text[256], *p;
    snprintf(out, cap, "unknown CPU");
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && fgets(text, sizeof text, f))
        if (strncmp(text, "model name", 10) == 0 && (p = strchr(text, ':'))) {
            text[strcspn(text, "\n")] = '\0';
            snprintf(out, cap, "%s", p + 2);
            break;
        }
    if (f)
        fclose(f);
}

static json_t *machine(void)
{
    char model[200];
    struct utsname u;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    cpu_model(model, sizeof model);
    uname(&u);
    printf("%s, %ld cores, %s %s; medians of %d rounds, floor and ours in turn\n\n", model, cores, u.sysname,
           u.release, ROUNDS);
    return json_pack("{s:s, s:i, s:s, s:s}", "cpu", model, "cores", (int)cores, "system", u.sysname, "kernel",
                     u.release);
}

/* Descriptors for ten thousand sockets in one program; the node and the TP get the same. */
static void raise_limits(void)
{
    struct rlimit most = {.rlim_cur = 65536, .rlim_max = 65536}, r;
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur >= most.rlim_cur)
        return;
    if (setrlimit(RLIMIT_NOFILE, &most) == 0)
        return;
    r.rlim_cur = r.rlim_max;
    setrlimit(RLIMIT_NOFILE, &r);
}

/* ---- all of it ---- */

static void alone(struct bench *b)
{
    struct testnode t = {0};
    if (testnode_start(&t, b->dir, "node", testnode_alone, b->bin, b->tp, FEW_TPS) == 0)
        compare_all(b, &t);
    else
        row_cannot(b, "rows of one node", "the node did not start");
    testnode_stop(&t);
    many(b);
    matching(b);
}

static const struct part {
    const char *name;
    void (*measure)(struct bench *b);
} parts[] = {
    {"alone", alone},      {"beside", beside}, {"links", linked},
    {"domain", in_domain}, {"peers", peers},   {"sequences", sequences},
};
#define PARTS (sizeof parts / sizeof *parts)

static const struct part *part_of(const char *name)
{
    for (const struct part *p = parts; p < parts + PARTS; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

int main(int argc, char **argv)
{
    const char *earlier = argc > 2 && strcmp(argv[1], "-a") == 0 ? argv[2] : NULL;
    if (earlier) {
        argc -= 2;
        argv += 2;
    }
    const struct part *only = argc == 6 ? part_of(argv[5]) : NULL;
    if (argc != 5 && !only) {
        fputs(usage, stderr);
        return 2;
    }
    if (earlier && row_against(earlier) < 0)
        return 2;
    struct bench b = {.bin = argv[1], .tp = argv[2], .dir = argv[3], .rows = json_array()};
    double start = seconds();
    raise_limits();
    json_t *m = machine();
    head();
    for (const struct part *p = parts; p < parts + PARTS; p++)
        if (!only || p == only)
            p->measure(&b);
    printf("\n%.0f s\n", seconds() - start);
    json_t *all = json_pack("{s:o, s:i, s:o}", "machine", m, "rounds", ROUNDS, "rows", b.rows);
    int bad = json_dump_file(all, argv[4], JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    if (bad)
        fprintf(stderr, "bench: %s: %s\n", argv[4], strerror(errno));
    json_decref(all);
    row_forget_earlier();
    return bad || b.failed ? 1 : 0;
}
