/* Many invoking programs at once, each a process, all with the same TP. */
#include <stdlib.h>

#include "tests/bench/bench.h"

/* A round of all of them; N conversations in total. */
static void round_of_all(struct worker *w, unsigned many, uint32_t n, struct sample *out)
{
    double start = seconds();
    for (unsigned i = 0; i < many; i++)
        worker_begin(&w[i], n / many);
    for (unsigned i = 0; i < many; i++) {
        struct sample s = worker_end(&w[i]);
        if (s.failed && !out->failed)
            *out = s;
    }
    out->value = (seconds() - start) / (n / many * many);
}

void ours_crowd(int fd, const void *arg)
{
    const struct crowd *c = arg;
    struct worker *w = calloc(c->many, sizeof *w);
    unsigned begun = 0;
    uint32_t n;
    while (w && begun < c->many && worker_start(&w[begun], ours_conversations, &c->each) == 0)
        begun++;
    while (worker_told(fd, &n)) {
        struct sample out = {.failed = false};
        if (begun == c->many)
            round_of_all(w, begun, n > begun ? n : begun, &out);
        else
            sample_fail(&out, "only %u of %u programs could be started", begun, c->many);
        worker_tell(fd, &out);
    }
    for (unsigned i = 0; i < begun; i++)
        worker_stop(&w[i]);
    free(w);
}
