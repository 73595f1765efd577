/* What snactl reads of a node: any octets as rows.  What is read has all its fields in the text, and each has
 * a name and a value that can be shown. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/cli/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(struct answer *a, const struct answer_row *row)
{
    for (size_t i = row->first; i < row->first + row->n; i++) {
        const struct answer_field *f = &a->fields[i];
        if (answer_field(a, row, f->name) == NULL || (f->kind == ANSWER_NUMBER && !*answer_text(a, f)))
            abort();
        if (strlen(answer_text(a, f)) > strlen(f->value) + 3) /* yes */
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct answer a;
    const char *why;
    FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL, *out = fopen("/dev/null", "w");
    if (in && out && answer_read(&a, in, &why) == 0) {
        for (size_t i = 0; i < a.n_rows; i++)
            look(&a, &a.rows[i]);
        answer_print(&a, out);
        answer_free(&a);
    }
    if (in)
        fclose(in);
    if (out)
        fclose(out);
    return 0;
}
