/* libFuzzer entry: any octets as the frames of one conversation, each behind a length octet, received as a
 * mapped and as a basic program would (the first octet of all says which, and the size of its buffer).
 *   clang -fsanitize=fuzzer,address,undefined -I. -D_GNU_SOURCE tests/fuzz/fuzz_inbound.c
 *       snanode/lu62/inbound.c snanode/lu62/record.c snanode/wire/[rdfgs]*.c */
#include <stdlib.h>
#include <string.h>

#include "snanode/lu62/inbound.h"
#include "snanode/lu62/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool what)
{
    if (!what)
        abort();
}

/* Octets of one frame through the record machine, buffer by buffer. */
static void receive(struct record_in *r, enum record_form form, size_t cap, const uint8_t *p, size_t n)
{
    uint8_t out[64];
    while (n > 0) {
        size_t used, got;
        enum record_event ev = record_in_take(r, form, p, n, &used, out, cap, &got);
        require(used <= n && got <= cap);
        if (ev == RECORD_BAD)
            return;
        require(ev != RECORD_MORE || used == n);
        require(ev != RECORD_FULL || got == cap);
        require(used + got > 0 || cap == 0);
        if (used + got == 0)
            cap = 1; /* a Receive of length 0 takes nothing: ask for more */
        p += used;
        n -= used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct inbound_state s;
    struct record_in r;
    struct record_out o = {.left = 0};
    if (size < 1)
        return 0;
    enum record_form form = (enum record_form)((data[0] & 0x3F) % 3);
    size_t cap = data[0] % 65;
    inbound_init(&s, data[0] & 0x80);
    record_in_init(&r);
    data++;
    size--;
    while (size > 0) {
        size_t n = data[0] < size - 1 ? data[0] : size - 1;
        struct inbound in;
        uint8_t *frame = malloc(n); /* as long as the frame, for the sanitizer */
        if (n > 0)
            memcpy(frame, data + 1, n);
        inbound_read(&s, frame, n, &in);
        require(in.kind <= IN_VIOLATION && in.end < CHAIN_END_N);
        require(in.kind != IN_VIOLATION || in.sense != 0);
        require(in.n == 0 || (in.ru >= frame && in.ru + in.n <= frame + n));
        if (in.n > 0) {
            receive(&r, form, cap, in.ru, in.n);
            if (record_out_scan(&o, in.ru, in.n) < 0)
                o = (struct record_out){.left = 0};
        }
        free(frame);
        data += n + 1;
        size -= n + 1;
    }
    return 0;
}
