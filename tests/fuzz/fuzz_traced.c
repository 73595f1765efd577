/* What programs show a trace, and what browsers are told of it: any octets as records, each behind two octets
 * of length.  A record that is read becomes a PIU, as the node makes it, and the PIU events of a page.  No
 * event has a character that would end its line, and a PIU decodes as one. */
#include <stdlib.h>
#include <string.h>

#include "snanode/local/traced.h"
#include "snanode/trace/live.h"
#include "snanode/trace/tracepiu.h"
#include "snanode/wire/pcapng.h"
#include "snanode/wire/th.h"

#define COMMENT                                                                                              \
    "conversation=4 session=7 sender=invoker invoker=asks[1] acceptor=- lu=NET.A partner=NET.B mode=#INTER " \
    "sync=none type=mapped tp=ECHO"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void printable(const struct text *t)
{
    for (size_t i = 0; i < t->n; i++)
        must(t->p[i] == '\n' || ((unsigned char)t->p[i] >= ' ' && (unsigned char)t->p[i] < 0x7f));
}

/* The octets of DATA are the comment too, now and then: a program's name is in it. */
static void tell(struct live *l, const struct traced *t, const uint8_t *piu, size_t n)
{
    struct text out = {.p = NULL};
    bool own = t->lost % 4 == 1;
    live_take(l,
              &(struct story_piu){.time_ns = t->time_ns,
                                  .direction = t->side ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
                                  .piu = piu,
                                  .n = n,
                                  .comment = own ? (const char *)t->frame : COMMENT,
                                  .comment_n = own ? t->n : sizeof COMMENT - 1},
              LIVE_STEP, &out);
    printable(&out);
    text_free(&out);
}

static void show(struct live *l, struct tracepiu *state, const uint8_t *record, size_t n)
{
    static uint8_t piu[TRACEPIU_MAX];
    struct traced t;
    struct th th;
    struct sna_err e;
    if (traced_decode(record, n, &t) < 0)
        return;
    must(t.side <= 1 && t.frame == record + TRACED_HDR && t.frame + t.n == record + n);
    ssize_t len = tracepiu_encode(state, t.side, t.frame, t.n, piu, sizeof piu);
    if (len < 0)
        return;
    must(len >= TH_LEN + RH_LEN && th_decode(piu, (size_t)len, &th, &e) >= 0);
    tell(l, &t, piu, (size_t)len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct live *l = live_new(size % 2);
    struct tracepiu state;
    struct text again = {.p = NULL};
    if (!l)
        return 0;
    tracepiu_init(&state, 7, data, size < FMH5_MAX ? size : 0);
    while (size >= 2) {
        size_t n = (size_t)(data[0] << 8 | data[1]);
        n = n < size - 2 ? n : size - 2;
        show(l, &state, data + 2, n);
        data += 2 + n;
        size -= 2 + n;
    }
    live_again(l, &again);
    printable(&again);
    text_free(&again);
    live_free(l);
    return 0;
}
