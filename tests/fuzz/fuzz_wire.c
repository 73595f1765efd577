/* Any octets to each decoder of what flows on a session: FMH-5, FMH-7, GDS variables, the RUs of data flow
 * control (LUSTAT, SIG, BIS, RTR) and their responses, CNOS, BIND, UNBIND, pacing, TH and RH.  Whatever one
 * accepts lies within the octets, is written again, and decodes to the same. */
#include <stdlib.h>
#include <string.h>

#include "snanode/wire/bind.h"
#include "snanode/wire/cnos.h"
#include "snanode/wire/dfc.h"
#include "snanode/wire/fmh5.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/gds.h"
#include "snanode/wire/ipm.h"
#include "snanode/wire/rh.h"
#include "snanode/wire/sense.h"
#include "snanode/wire/th.h"
#include "snanode/wire/unbind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* After a decoder's answer: is there something to look at? */
static bool accepted(ssize_t used, size_t size, const struct sna_err *e)
{
    must(used >= -1 && used <= (ssize_t)size);
    must(used >= 0 || (e->sense != 0 && e->offset <= size && e->text));
    return used >= 0;
}

static bool inside(const uint8_t *p, size_t n, const uint8_t *data, size_t size)
{
    return n == 0 || (p >= data && p + n <= data + size);
}

static void try_fmh5(const uint8_t *data, size_t size)
{
    struct fmh5 f, g;
    struct sna_err e;
    uint8_t first[FMH5_MAX], second[FMH5_MAX];
    if (!accepted(fmh5_decode(data, size, &f, &e), size, &e))
        return;
    ssize_t n = fmh5_encode(&f, first, sizeof first);
    must(n > 0 && fmh5_decode(first, (size_t)n, &g, &e) == n);
    must(fmh5_encode(&g, second, sizeof second) == n && memcmp(first, second, (size_t)n) == 0);
    must(g.tpn_n == f.tpn_n && memcmp(g.tpn, f.tpn, f.tpn_n) == 0 && g.user_n == f.user_n &&
         g.sync == f.sync);
    must(fmh5_encode(&f, first, (size_t)n - 1) == -1);
}

static void try_fmh7(const uint8_t *data, size_t size)
{
    struct fmh7 f, g;
    struct sna_err e;
    uint8_t again[FMH7_MAX];
    if (!accepted(fmh7_decode(data, size, &f, &e), size, &e))
        return;
    must(inside(f.log, f.log_n, data, size) && (f.log || f.log_n == 0));
    must(f.log_follows || f.log_n == 0);
    ssize_t n = fmh7_encode(f.sense, f.log, f.log_n, again, sizeof again);
    must((n < 0) == (f.log_n > FMH7_LOG_MAX));
    if (n < 0)
        return;
    must(fmh7_decode(again, (size_t)n, &g, &e) == n && g.sense == f.sense && g.log_n == f.log_n);
    must(f.log_n == 0 || memcmp(f.log, g.log, f.log_n) == 0);
}

/* All GDS variables in the octets, one after another. */
static void try_gds(const uint8_t *data, size_t size)
{
    struct gds v;
    struct sna_err e;
    ssize_t used;
    uint8_t header[GDS_HEADER_LEN];
    while (accepted(used = gds_decode(data, size, &v, &e), size, &e)) {
        must(used >= GDS_HEADER_LEN && inside(v.data, v.n, data, size) &&
             v.n + GDS_HEADER_LEN == (size_t)used);
        must(gds_encode_header(v.id, v.n, v.more, header, sizeof header) == GDS_HEADER_LEN);
        must(memcmp(header, data, sizeof header) == 0);
        data += used;
        size -= (size_t)used;
    }
}

static void try_dfc(const uint8_t *data, size_t size)
{
    struct sna_err e;
    uint8_t code, again[DFC_MAX], reread;
    if (!accepted(dfc_decode(data, size, &code, &e), size, &e))
        return;
    ssize_t n = dfc_encode(code, again, sizeof again);
    must(n > 0 && dfc_decode(again, (size_t)n, &reread, &e) == n && reread == code);
}

static void try_response(const uint8_t *data, size_t size, bool negative)
{
    struct sna_err e;
    uint8_t code, again[DFC_RSP_MAX];
    uint32_t sense;
    ssize_t used = dfc_decode_response(data, size, negative, &code, &sense, &e);
    if (!accepted(used, size, &e))
        return;
    must(negative || sense == 0);
    if (negative && sense == 0)
        return; /* cannot be said */
    must(dfc_encode_response(code, sense, again, sizeof again) == used);
    must(memcmp(again, data, (size_t)used) == 0);
}

static void try_cnos(const uint8_t *data, size_t size)
{
    struct cnos c, d;
    struct sna_err e;
    uint8_t again[CNOS_MAX];
    if (!accepted(cnos_decode(data, size, &c, &e), size, &e))
        return;
    ssize_t n = cnos_encode(&c, again, sizeof again);
    if (n > 0)
        must(cnos_decode(again, (size_t)n, &d, &e) == n && d.limit == c.limit && d.mode_n == c.mode_n);
}

static void try_unbind(const uint8_t *data, size_t size)
{
    struct unbind u, v;
    struct sna_err e;
    uint8_t again[UNBIND_MAX];
    if (!accepted(unbind_decode(data, size, &u, &e), size, &e))
        return;
    ssize_t n = unbind_encode(&u, again, sizeof again);
    must(n > 0 && unbind_decode(again, (size_t)n, &v, &e) == n && v.type == u.type && v.sense == u.sense);
}

static void try_bind(const uint8_t *data, size_t size)
{
    struct bind b, c;
    struct sna_err e;
    uint8_t first[BIND_MAX], second[BIND_MAX];
    if (!accepted(bind_decode(data, size, &b, &e), size, &e))
        return;
    ssize_t n = bind_encode(&b, first, sizeof first);
    if (n < 0)
        return; /* a BIND may come with what none of ours has */
    must(bind_decode(first, (size_t)n, &c, &e) == n);
    must(bind_encode(&c, second, sizeof second) == n && memcmp(first, second, (size_t)n) == 0);
}

static void try_ipm(const uint8_t *data, size_t size)
{
    struct ipm m, k;
    struct sna_err e;
    uint8_t again[IPM_LEN];
    if (!accepted(ipm_decode(data, size, &m, &e), size, &e))
        return;
    ipm_encode(&m, again);
    must(ipm_decode(again, IPM_LEN, &k, &e) == IPM_LEN && k.type == m.type && k.window == m.window);
}

static void try_headers(const uint8_t *data, size_t size)
{
    struct th th, th2;
    struct rh rh, rh2;
    struct sna_err e;
    uint8_t again[TH_LEN > RH_LEN ? TH_LEN : RH_LEN];
    if (th_decode(data, size, &th, &e) >= 0) {
        th_encode(&th, again);
        must(th_decode(again, TH_LEN, &th2, &e) >= 0 && th2.snf == th.snf && th2.mpf == th.mpf);
    }
    if (rh_decode(data, size, &rh, &e) >= 0) {
        rh_encode(&rh, again);
        must(rh_decode(again, RH_LEN, &rh2, &e) >= 0 && rh2.category == rh.category && rh2.rri == rh.rri);
        rh_check_request(&rh);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_fmh5(data, size);
    try_fmh7(data, size);
    try_gds(data, size);
    try_dfc(data, size);
    try_response(data, size, false);
    try_response(data, size, true);
    try_cnos(data, size);
    try_unbind(data, size);
    try_bind(data, size);
    try_ipm(data, size);
    try_headers(data, size);
    return 0;
}
