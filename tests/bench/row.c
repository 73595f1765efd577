/* Rows: measured in turn, printed, kept. */
#include "tests/bench/row.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

/* ---- an earlier run ---- */

static json_t *earlier;

int row_against(const char *path)
{
    json_error_t e;
    json_t *all = json_load_file(path, 0, &e);
    earlier = json_incref(json_object_get(all, "rows"));
    json_decref(all);
    if (json_is_array(earlier))
        return 0;
    fprintf(stderr, "bench: %s: %s\n", path, all ? "it has no rows: give the JSON file of a run" : e.text);
    return -1;
}

void row_forget_earlier(void)
{
    json_decref(earlier);
    earlier = NULL;
}

/* The ratio that row WHAT had, 0 = it had none. */
static double was(const char *what)
{
    size_t i;
    json_t *row;
    json_array_foreach(earlier, i, row) {
        const char *name = json_string_value(json_object_get(row, "what"));
        if (name && strcmp(name, what) == 0)
            return json_number_value(json_object_get(row, "ratio"));
    }
    return 0;
}

/* ---- printing ---- */

static void print_line(const char *what, const char *floor, const char *ours, double ratio, const char *reach,
                       const char *verdict)
{
    char before[32] = "";
    if (was(what) > 0)
        snprintf(before, sizeof before, "  was %.2f", was(what));
    printf("%-46s %14s %14s %8.2f %9s  %s%s\n", what, floor, ours, ratio, reach, verdict, before);
    fflush(stdout);
}

void row_line(const char *what, const char *floor, const char *ours, double ratio, const char *reach,
              bool met)
{
    print_line(what, floor, ours, ratio, reach, met ? "met" : "MISSED");
}

void row_cannot(struct bench *b, const char *what, const char *why)
{
    printf("%-46s MISSED: %s\n", what, why);
    fflush(stdout);
    b->failed++;
    json_array_append_new(b->rows, json_pack("{s:s, s:b, s:s}", "what", what, "met", 0, "failed", why));
}

json_t *row_numbers(const double *v, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_real(v[i]));
    return a;
}

/* ---- where it runs ---- */

void row_one_core(bool yes, const struct testnode *t)
{
    static cpu_set_t all;
    cpu_set_t set;
    if (CPU_COUNT(&all) == 0)
        sched_getaffinity(0, sizeof all, &all);
    set = all;
    for (int i = 0; yes && CPU_COUNT(&set) > 1; i++)
        CPU_CLR(i, &set);
    sched_setaffinity(0, sizeof set, &set);
    if (t) {
        sched_setaffinity(t->pid, sizeof set, &set);
        sched_setaffinity(t->tp, sizeof set, &set);
    }
}

/* ---- rows that hold a worker against a floor ---- */

static const char *show(char *out, size_t cap, const struct row *r, double s)
{
    if (r->unit == UNIT_US)
        snprintf(out, cap, "%.2f us", s * 1e6);
    else if (r->unit == UNIT_RATE)
        snprintf(out, cap, "%.0f /s", 1 / s);
    else
        snprintf(out, cap, "%.0f MB/s", (double)r->octets / s / 1e6);
    return out;
}

struct pairs {
    double floor[ROUNDS], ours[ROUNDS], ratio[ROUNDS];
};

/* Half of the rounds lie between LOW and HIGH. */
struct spread {
    double low, high;
};

#define UNSTEADY 1.25 /* HIGH against LOW: what the machine does besides shows in the row */

static struct spread spread_of(const double *v)
{
    return (struct spread){quantile(v, ROUNDS, 0.25), quantile(v, ROUNDS, 0.75)};
}

static void report(struct bench *b, const struct row *r, const struct pairs *p)
{
    char floor[32], ours[32], reach[32];
    double ratio = median(p->ratio, ROUNDS);
    bool met = r->unit == UNIT_US ? ratio <= r->reach : ratio >= r->reach;
    snprintf(reach, sizeof reach, r->reach == 0 ? "-" : r->unit == UNIT_US ? "<= %.1f" : ">= %.1f", r->reach);
    met = met || r->reach == 0;
    print_line(r->what, show(floor, sizeof floor, r, median(p->floor, ROUNDS)),
               show(ours, sizeof ours, r, median(p->ours, ROUNDS)), ratio, reach,
               r->reach == 0 ? ""
               : met         ? "met"
                             : "MISSED");
    struct spread s = spread_of(p->ratio);
    if (s.high > s.low * UNSTEADY)
        printf("  (unsteady: half of the rounds had %.2f to %.2f)\n", s.low, s.high);
    json_array_append_new(
        b->rows, json_pack("{s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:b, s:o, s:o, s:o}", "what", r->what,
                           "floor_s", median(p->floor, ROUNDS), "ours_s", median(p->ours, ROUNDS), "ratio",
                           ratio, "ratio_low", s.low, "ratio_high", s.high, "reach", r->reach, "met",
                           (int)met, "floor_rounds_s", row_numbers(p->floor, ROUNDS), "ours_rounds_s",
                           row_numbers(p->ours, ROUNDS), "ratios", row_numbers(p->ratio, ROUNDS)));
}

/* Rounds of both in turn, after one of each that does not count.  False: it could not be measured. */
static bool alternate(struct bench *b, const struct row *r, struct worker *floor, struct worker *ours,
                      struct pairs *p)
{
    for (int i = -1; i < ROUNDS; i++) {
        struct sample f = worker_round(floor, i < 0 ? r->n_floor / 4 + 1 : r->n_floor);
        struct sample o = worker_round(ours, i < 0 ? r->n_ours / 4 + 1 : r->n_ours);
        if (f.failed || o.failed) {
            row_cannot(b, r->what, f.failed ? f.why : o.why);
            return false;
        }
        if (i < 0)
            continue;
        p->floor[i] = f.value;
        p->ours[i] = o.value;
        p->ratio[i] = r->unit == UNIT_US ? o.value / f.value : f.value / o.value;
    }
    return true;
}

void row_compare(struct bench *b, const struct row *r, worker_fn *floor, const void *floor_arg,
                 worker_fn *ours, const void *ours_arg)
{
    struct worker f = {0}, o = {0};
    struct pairs p;
    if (worker_start(&f, floor, floor_arg) < 0 || worker_start(&o, ours, ours_arg) < 0)
        row_cannot(b, r->what, strerror(errno));
    else if (alternate(b, r, &f, &o, &p))
        report(b, r, &p);
    worker_stop(&f);
    worker_stop(&o);
}

bool row_alone(struct bench *b, const char *what, worker_fn *ours, const void *arg, uint32_t n,
               double v[ROUNDS])
{
    struct worker w = {0};
    struct sample s = {.failed = true, .why = "its client did not start"};
    bool started = worker_start(&w, ours, arg) == 0;
    for (int i = -1; started && i < ROUNDS; i++) { /* the first one does not count */
        s = worker_round(&w, n);
        if (s.failed)
            break;
        if (i >= 0)
            v[i] = s.value;
    }
    worker_stop(&w);
    if (s.failed)
        row_cannot(b, what, s.why);
    return !s.failed;
}

/* ---- one conversation among many ---- */

static bool trips(struct worker *w, double *v, struct sample *s)
{
    for (int i = 0; i < ROUNDS && !s->failed; i++) {
        *s = worker_round(w, 1000);
        v[i] = s->value;
    }
    return !s->failed;
}

struct cost {
    const struct testnode *node;
    long octets, descriptors;
};

static void cost_look(struct cost *c)
{
    long octets = testnode_memory(c->node), descriptors = testnode_descriptors(c->node);
    c->octets = octets - c->octets;
    c->descriptors = descriptors - c->descriptors;
}

static void cost_show(const char *what, const struct cost *c, unsigned n)
{
    printf("  (each of them costs the machine %s %ld octets and %.1f descriptors)\n", what,
           c->octets / (long)n, (double)c->descriptors / n);
}

static bool among(struct worker *w, unsigned n, double *one, double *all, struct cost *near, struct cost *far,
                  struct sample *s)
{
    if (!trips(w, one, s))
        return false;
    if (near->node) {
        cost_look(near);
        cost_look(far);
    }
    *s = worker_round(w, MANY_OPEN | (n - 1));
    if (s->failed)
        return false;
    if (near->node) {
        cost_look(near);
        cost_look(far);
    }
    if (!trips(w, all, s))
        return false;
    *s = worker_round(w, MANY_CLOSE);
    return !s->failed;
}

void row_among(struct bench *b, const char *what, const struct ours *o, unsigned n,
               const struct testnode *near, const struct testnode *far)
{
    struct worker w = {0};
    struct sample s = {.failed = false};
    struct cost at_near = {.node = near}, at_far = {.node = far};
    double one[ROUNDS], all[ROUNDS];
    bool done = worker_start(&w, ours_many, o) == 0 && among(&w, n, one, all, &at_near, &at_far, &s);
    worker_stop(&w);
    if (!done) {
        row_cannot(b, what, s.failed ? s.why : "its client did not start");
        return;
    }
    char floor[32], ours[32];
    double r = median(all, ROUNDS) / median(one, ROUNDS);
    snprintf(floor, sizeof floor, "%.2f us", median(one, ROUNDS) * 1e6);
    snprintf(ours, sizeof ours, "%.2f us", median(all, ROUNDS) * 1e6);
    row_line(what, floor, ours, r, "<= 1.2", r <= 1.2);
    if (near) {
        cost_show("with the LU", &at_near, n - 1);
        cost_show("with the TP", &at_far, n - 1);
    }
    json_array_append_new(b->rows,
                          json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:o, s:o}", "what", what, "floor_s",
                                    median(one, ROUNDS), "ours_s", median(all, ROUNDS), "ratio", r, "reach",
                                    1.2, "met", (int)(r <= 1.2), "floor_rounds_s", row_numbers(one, ROUNDS),
                                    "ours_rounds_s", row_numbers(all, ROUNDS)));
}

void row_rate(struct bench *b, const char *what, const struct ours *o, uint32_t n, double per_s)
{
    double v[ROUNDS];
    if (!row_alone(b, what, ours_conversations, o, n, v))
        return;
    char floor[32], ours[32];
    double r = 1 / median(v, ROUNDS) / per_s;
    snprintf(floor, sizeof floor, "%.0f /s", per_s);
    snprintf(ours, sizeof ours, "%.0f /s", r * per_s);
    row_line(what, floor, ours, r, ">= 1.0", r >= 1);
    json_array_append_new(b->rows, json_pack("{s:s, s:f, s:f, s:f, s:f, s:b, s:o}", "what", what, "floor_s",
                                             1 / per_s, "ours_s", median(v, ROUNDS), "ratio", r, "reach", 1.0,
                                             "met", (int)(r >= 1), "ours_rounds_s", row_numbers(v, ROUNDS)));
}
