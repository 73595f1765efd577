/* Any octets as a capture: its PIUs become stories, and these become charts of at most 80 columns and a
 * picture. */
#include <stdlib.h>
#include <string.h>

#include "snanode/trace/capture.h"
#include "snanode/trace/chart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void narrow(const struct text *t)
{
    size_t column = 0;
    for (size_t i = 0; i < t->n; i++) {
        must(t->p[i] == '\n' || (unsigned char)t->p[i] >= ' ');
        column = t->p[i] == '\n' ? 0 : column + 1;
        must(column <= CHART_COLUMNS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct stories s = {.n = 0};
    struct capture_counts k;
    struct sna_err e;
    struct text t = {.p = NULL};
    const struct chart_style style = {.verbose = true};
    if (capture_read(data, size, &s, &k, &e) < 0)
        must(e.text && e.offset <= size);
    must(k.pius <= k.packets * 4096);
    chart_ladders(&s, &style, &t);
    narrow(&t);
    text_free(&t);
    chart_svg(&s, &style, &t);
    text_free(&t);
    stories_free(&s);
    return 0;
}
