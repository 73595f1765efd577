/* Any octets as an XID3: whatever the decoder accepts is written again and decodes to the same, and a link
 * station that gets the octets, in each of its states, sends answers that can be read. */
#include <stdlib.h>
#include <string.h>

#include "snanode/link/station.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void try_codec(const uint8_t *data, size_t size)
{
    struct xid3 x, y;
    struct sna_err e = {0};
    uint8_t first[XID3_MAX], second[XID3_MAX];
    ssize_t used = xid3_decode(data, size, &x, &e);
    must(used == -1 || used == (ssize_t)size);
    must(used >= 0 || (e.sense != 0 && e.offset <= size && e.text));
    ssize_t n = used < 0 ? -1 : xid3_encode(&x, first, sizeof first);
    if (n < 0)
        return;
    must(xid3_decode(first, (size_t)n, &y, &e) == n);
    must(xid3_encode(&y, second, sizeof second) == n && memcmp(first, second, (size_t)n) == 0);
    must(y.role == x.role && y.state == x.state && y.max_btu == x.max_btu && y.error == x.error);
}

static void look(const struct station *s, const struct station_effects *fx)
{
    struct xid3 x;
    for (unsigned i = 0; i < fx->n; i++) {
        if (fx->v[i] == STATION_FX_XID && s->sent_n > 0)
            must(xid3_decode(s->sent, s->sent_n, &x, NULL) == (ssize_t)s->sent_n);
        if (fx->v[i] == STATION_FX_DOWN)
            must(s->down.sense != 0 && s->down.text && s->state == STATION_RESET);
        if (fx->v[i] == STATION_FX_UP)
            must(s->send_btu >= STATION_BTU_MIN);
    }
}

/* The octets again and again, with CONTACT or CONTACTED after so many times. */
static void try_station(const uint8_t *data, size_t size, unsigned times, bool contact)
{
    struct station s;
    struct station_config c = {.cp_name = "NETA.NODEA",
                               .block = 0x05D,
                               .id = 2,
                               .role = XID3_NEGOTIABLE,
                               .max_btu = 1033,
                               .retry_ms = 10};
    struct station_effects fx = {.n = 0};
    station_init(&s, &c);
    station_start(&s, contact, 1, &fx);
    for (unsigned i = 0; i < 30; i++) {
        fx.n = 0;
        if (i == times && contact)
            station_contact(&s, 1, &fx);
        else if (i == times)
            station_contacted(&s, 1, &fx);
        else
            station_xid(&s, data, size, 1, &fx);
        look(&s, &fx);
        must(s.state < STATION_STATE_N);
    }
    must(s.state == STATION_RESET || s.state == STATION_UP || s.deadline > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_codec(data, size);
    for (unsigned times = 1; times < 4; times++) {
        try_station(data, size, times, true);
        try_station(data, size, times, false);
    }
    return 0;
}
