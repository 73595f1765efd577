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

void row_line(const char *what, const char *floor, const char *ours, double ratio, const char *reach,
              bool met)
{
    char before[32] = "";
    if (was(what) > 0)
        snprintf(before, sizeof before, "  was %.2f", was(what));
    printf("%-46s %14s %14s %8.2f %9s  %s%s\n", what, floor, ours, ratio, reach, met ? "met" : "MISSED",
           before);
    fflush(stdout);
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
    snprintf(reach, sizeof reach, r->unit == UNIT_US ? "<= %.1f" : ">= %.1f", r->reach);
    row_line(r->what, show(floor, sizeof floor, r, median(p->floor, ROUNDS)),
             show(ours, sizeof ours, r, median(p->ours, ROUNDS)), ratio, reach, met);
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
