/* Any octets as the data of a capabilities exchange: a request, and a refusal.  What is read is written again
 * and read as the same; faults lie within the octets. */
#include <stdlib.h>
#include <string.h>

#include "snanode/dlsw/capex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void try_request(const uint8_t *data, size_t size)
{
    struct capex a, b;
    struct capex_faults f;
    uint8_t out[CAPEX_MAX], again[CAPEX_MAX], answer[CAPEX_REFUSAL_MAX];
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    if (capex_decode(data, size, &a, &f) < 0) {
        must(f.n > 0 && f.n <= CAPEX_FAULTS_MAX);
        ssize_t len = capex_encode_answer(&f, answer, sizeof answer);
        must(len > 0 && capex_kind(answer, (size_t)len) == CAPEX_REFUSED);
        return;
    }
    must(a.n_macs <= CAPEX_MACS_MAX && a.n_text <= CAPEX_TEXT_MAX && a.window > 0);
    ssize_t n = capex_encode(&a, out, sizeof out);
    must(n > 0 && capex_decode(out, (size_t)n, &b, &f) == 0);
    must(capex_encode(&b, again, sizeof again) == n && memcmp(out, again, (size_t)n) == 0);
}

static void try_refusal(const uint8_t *data, size_t size)
{
    struct capex_faults f, g;
    uint8_t out[CAPEX_REFUSAL_MAX];
    if (capex_decode_refusal(data, size, &f) < 0)
        return;
    must(f.n <= CAPEX_FAULTS_MAX);
    for (unsigned i = 0; i < f.n; i++)
        must(capex_reason_text(f.v[i].reason) != NULL);
    ssize_t n = capex_encode_answer(&f, out, sizeof out);
    must(n > 0 && (f.n == 0 || (capex_decode_refusal(out, (size_t)n, &g) == 0 && g.n == f.n)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_request(data, size);
    try_refusal(data, size);
    return 0;
}
