/* row.h - the rows of the benchmark: a worker held against a floor, and how both are printed and kept. */
#ifndef TESTS_BENCH_ROW_H
#define TESTS_BENCH_ROW_H

#include <jansson.h>

#include "tests/bench/bench.h"

#define ROUNDS 15

struct bench {
    const char *bin, *tp, *dir;
    json_t *rows;
    unsigned failed; /* rows that could not be measured */
};

enum unit { UNIT_US, UNIT_RATE, UNIT_MB };

struct row {
    const char *what;
    enum unit unit;
    double reach; /* most of the floor's time (UNIT_US), or least of its rate; 0: nothing is to be reached */
    uint32_t n_floor, n_ours;
    size_t octets; /* UNIT_MB: of one record */
};

typedef void worker_fn(int fd, const void *arg);

/* Measure ROUNDS of both in turn, print the row and keep it. */
void row_compare(struct bench *b, const struct row *r, worker_fn *floor, const void *floor_arg,
                 worker_fn *ours, const void *ours_arg);

/* Measure ROUNDS of OURS into V, for a row without a floor; N: what each round is told.  False: it could not
 * be measured, and WHAT is a row that says so. */
bool row_alone(struct bench *b, const char *what, worker_fn *ours, const void *arg, uint32_t n,
               double v[ROUNDS]);

/* Conversations with O, N in a round, for the row WHAT, against PER_S a second that are to be reached. */
void row_rate(struct bench *b, const char *what, const struct ours *o, uint32_t n, double per_s);

/* Round trips on one conversation, alone and among N that are open, for the row WHAT; with NEAR and FAR,
 * which may be NULL, also what a conversation costs these nodes. */
void row_among(struct bench *b, const char *what, const struct ours *o, unsigned n,
               const struct testnode *near, const struct testnode *far);
/* beside.c: a part of its own. */
void beside(struct bench *b);

/* Compare each row with the same one of an earlier run, whose JSON is in file PATH.  0, or -1 with a message.
 */
int row_against(const char *path);
void row_forget_earlier(void);

/* A row that something else has measured. */
void row_line(const char *what, const char *floor, const char *ours, double ratio, const char *reach,
              bool met);
/* A row that could not be measured. */
void row_cannot(struct bench *b, const char *what, const char *why);
json_t *row_numbers(const double *v, size_t n);

/* Times of one exchange are taken with all processes on one core, for the floor and for ours.  Otherwise
 * they would depend on how the kernel spreads the two over cores, which makes a factor of ten and is not what
 * is measured.  For rates the kernel places the processes.  T (may be NULL): a node that runs, with its TP.
 */
void row_one_core(bool yes, const struct testnode *t);

#endif
