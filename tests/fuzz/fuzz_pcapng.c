/* Any octets to the reader of captures, block by block.  Whatever it accepts lies within the octets, and an
 * accepted packet is written again and decodes to the same. */
#include <stdlib.h>
#include <string.h>

#include "snanode/wire/pcapng.h"
#include "snanode/wire/sense.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void inside(const void *p, size_t n, const uint8_t *data, size_t size)
{
    const uint8_t *b = p;
    must(n == 0 || (b >= data && b + n <= data + size));
}

static void try_again(struct pcapng_reader r, const struct pcapng_packet *k)
{
    static uint8_t out[PCAPNG_PACKET_MAX];
    struct pcapng_block b;
    ssize_t n = pcapng_encode_packet(k, out, sizeof out);
    if (n < 0) {
        must(k->n > PCAPNG_DATA_MAX || k->direction > PCAPNG_OUTBOUND);
        return;
    }
    r.little = false;
    memset(r.resolution, 9, sizeof r.resolution);
    must(pcapng_decode(&r, out, (size_t)n, &b, NULL) == n && b.kind == PCAPNG_PACKET);
    must(b.packet.interface == k->interface && b.packet.time_ns == k->time_ns && b.packet.whole == k->whole &&
         b.packet.direction == k->direction);
    must(b.packet.n == k->n && (k->n == 0 || memcmp(b.packet.data, k->data, k->n) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pcapng_reader r = {0};
    size_t at = 0;
    for (;;) {
        struct pcapng_block b;
        struct sna_err e = {0};
        ssize_t used = pcapng_decode(&r, data + at, size - at, &b, &e);
        must(used >= -1 && used <= (ssize_t)(size - at));
        must(used >= 0 || (e.sense == SENSE_PARAMETER && e.offset <= size - at && e.text));
        if (used <= 0)
            return 0;
        inside(b.text.p, b.text.n, data, size);
        if (b.kind == PCAPNG_PACKET) {
            inside(b.packet.data, b.packet.n, data, size);
            inside(b.packet.comment.p, b.packet.comment.n, data, size);
            must(b.packet.interface < r.interfaces && b.packet.n <= b.packet.whole);
            try_again(r, &b.packet);
        }
        at += (size_t)used;
    }
}
