/* libFuzzer entry: any octets as parcels, one behind the other; what is read of an Attach, an Allocate, its
 * answer or a refusal is written again, and has to be read as the same. */
#include <stdlib.h>
#include <string.h>

#include "snanode/local/parcel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_attach(const struct parcel *q)
{
    static struct parcel_attach a, b;
    uint8_t out[PARCEL_ATTACH_MAX], again[PARCEL_ATTACH_MAX];
    const char *why;
    if (!parcel_attach_read(q->body, q->n, &a, &why))
        return;
    size_t n = parcel_attach_write(&a, out, sizeof out);
    if (n == 0)
        return; /* an FMH-5 may come with what none of ours has */
    if (!parcel_attach_read(out, n, &b, &why) || parcel_attach_write(&b, again, sizeof again) != n ||
        memcmp(out, again, n) != 0)
        abort();
}

static void try_refused(const struct parcel *q)
{
    char text[PARCEL_TEXT_MAX + 1];
    uint8_t out[4 + PARCEL_TEXT_MAX];
    uint32_t sense;
    if (parcel_refused_read(q->body, q->n, &sense, text) &&
        parcel_refused_write(sense, text, out, sizeof out) != q->n)
        abort();
}

/* What is read of an Allocate or its answer is written, and read as what is written the same. */
static void try_allocate(const struct parcel *q)
{
    static struct parcel_allocate a, b;
    uint8_t out[PARCEL_ALLOCATE_MAX], again[PARCEL_ALLOCATE_MAX];
    if (!parcel_allocate_read(q->body, q->n, &a))
        return;
    size_t n = parcel_allocate_write(&a, out, sizeof out);
    if (n == 0 || !parcel_allocate_read(out, n, &b) || parcel_allocate_write(&b, again, sizeof again) != n ||
        memcmp(out, again, n) != 0)
        abort();
}

static void try_allocated(const struct parcel *q)
{
    static struct parcel_allocated a, b;
    uint8_t out[PARCEL_ALLOCATE_MAX], again[PARCEL_ALLOCATE_MAX];
    if (!parcel_allocated_read(q->body, q->n, &a))
        return;
    size_t n = parcel_allocated_write(&a, out, sizeof out);
    if (n == 0 || !parcel_allocated_read(out, n, &b) ||
        parcel_allocated_write(&b, again, sizeof again) != n || memcmp(out, again, n) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parcel q;
    ssize_t n;
    while ((n = parcel_take(data, size, &q)) > 0) {
        if ((size_t)n > size || q.body < data || q.n != (size_t)n - PARCEL_HDR)
            abort();
        if (q.type == PARCEL_ATTACH)
            try_attach(&q);
        else if (q.type == PARCEL_REFUSED)
            try_refused(&q);
        else if (q.type == PARCEL_ALLOCATE)
            try_allocate(&q);
        else if (q.type == PARCEL_ALLOCATED)
            try_allocated(&q);
        data += n;
        size -= (size_t)n;
    }
    return 0;
}
