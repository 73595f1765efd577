/* Any octets as PIUs, each behind a length octet, to a link that is up and has a session of either side, with
 * a conversation on one of them and a program that answers.  Whatever comes: memory is bounded, PIUs that go
 * out can be read, and the link's end frees everything. */
#include <stdlib.h>
#include <string.h>

#include "snanode/link/link.h"
#include "snanode/local/frame.h"
#include "snanode/wire/bind.h"
#include "snanode/wire/rh.h"
#include "snanode/wire/th.h"
#include "snanode/wire/unbind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t fmh5[] = {0x0A, 0x05, 0x02, 0xFF, 0x00, 0x03, 0xD1, 0x00, 0x40, 0x00};
static const struct rh sc = {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};
static const struct rh sc_rsp = {
    .rri = true, .category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};
static const struct link_half half = {
    .pipe = {.send_ru = 256, .send_window = 2, .recv_window = 2, .adaptive = true}, .recv_ru = 512};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void received(struct link *l, const struct link_effect *e, struct link_effects *fx)
{
    static const uint8_t bind[] = {BIND_CODE}, unbind[] = {UNBIND_CODE};
    struct sna_err err;
    if (e->rh.category == RH_SC && !e->rh.rri && e->ru[0] == BIND_CODE) {
        if (link_send(l, e->address, true, e->snf, &sc_rsp, bind, sizeof bind, 0, &err) == 0)
            must(link_open(l, e->address, &half) == 0);
    } else if (e->rh.category == RH_SC && !e->rh.rri) {
        (void)!link_send(l, e->address, true, e->snf, &sc_rsp, unbind, sizeof unbind, 0, &err);
    } else if (e->rh.category == RH_FMD && e->rh.fi && !e->rh.rri && e->n > 1 && (e->ru[1] & 0x7F) == 5) {
        size_t head = e->ru[0] < e->n ? e->ru[0] : e->n;
        (void)!link_accept(l, e->address, e->address, &e->rh, e->ru + head, e->n - head, fx);
    }
}

static void carry_out(struct link *l, struct link_effects *fx)
{
    static const uint8_t unbind[] = {UNBIND_CODE, UNBIND_NORMAL};
    struct sna_err err;
    must(fx->n <= LINK_EFFECTS);
    for (unsigned i = 0; i < fx->n; i++) {
        struct link_effects more = {.n = 0};
        if (fx->v[i].kind == LINK_FX_BIND || fx->v[i].kind == LINK_FX_RECEIVED)
            received(l, &fx->v[i], &more);
        if (fx->v[i].kind == LINK_FX_BROKEN) {
            must(fx->v[i].sense != 0 && fx->v[i].text);
            (void)!link_send(l, fx->v[i].address, true, 1, &sc, unbind, sizeof unbind, 0, &err);
        }
        carry_out(l, &more);
    }
}

/* The program at ADDRESS reads, and refuses or confirms what asks. */
static void answer(struct link *l, uint32_t address, bool refuse)
{
    static uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    static const uint8_t yes[] = {0, 0x83, 0x20, 0}, no[] = {0, 0x87, 0x90, 0, 0x08, 0x46, 0, 0},
                         error[] = {0, 0x0B, 0x90, 0x20, 7, 7, 8, 0x89, 0, 0, 0};
    struct link_effects fx = {.n = 0};
    uint32_t conv;
    struct rh rh;
    size_t n = link_front(l, address, &conv, frame);
    if (n == 0)
        return;
    must(n >= FRAME_HDR && rh_decode(frame + 1, RH_LEN, &rh, NULL) == RH_LEN);
    link_pop(l, address, &fx);
    carry_out(l, &fx);
    fx.n = 0;
    if (!rh.rri && rh.eci) {
        link_put(l, address, conv, refuse ? no : yes, refuse ? sizeof no : sizeof yes, &fx);
        link_put(l, address, conv, error, sizeof error, &fx);
    }
    carry_out(l, &fx);
}

static void drain(struct link *l)
{
    const uint8_t *piu;
    struct th h;
    struct rh rh;
    for (;;) {
        struct link_effects fx = {.n = 0};
        size_t n = link_next(l, &piu, &fx);
        carry_out(l, &fx);
        if (n == 0)
            return;
        must(n <= l->station.send_btu && th_decode(piu, n, &h, NULL) == TH_LEN);
        if (h.mpf & TH_FIRST)
            must(rh_decode(piu + TH_LEN, n - TH_LEN, &rh, NULL) == RH_LEN);
        link_sent(l);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct link l;
    struct link_effects fx = {.n = 0};
    struct sna_err err;
    static const uint8_t bind[] = {BIND_CODE}, first[] = {0, 0x02, 0x90, 0x00, 'A'};
    struct link_params params = {
        .station = {.cp_name = "NETA.NODEA", .role = XID3_NEGOTIABLE, .max_btu = 1033}, .max_sessions = 4};
    if (link_init(&l, &params) < 0)
        return 0;
    l.station.state = STATION_UP; /* as after an exchange of XIDs: this is the secondary station */
    l.station.send_btu = 265;
    lfsid_init(&l.lfsid, true, 4);
    uint32_t address = link_address(&l);
    must(link_send(&l, address, true, 1, &sc, bind, sizeof bind, 0, &err) == 0);
    must(link_open(&l, address, &half) == 0);
    must(link_converse(&l, address, 1, fmh5, sizeof fmh5, false) == 0);
    link_put(&l, address, 1, first, sizeof first, &fx);
    drain(&l);
    while (size > 0) {
        size_t n = data[0] < size - 1 ? data[0] : size - 1;
        uint8_t *piu = malloc(n ? n : 1); /* as long as the PIU, for the sanitizer */
        if (!piu)
            break;
        memcpy(piu, data + 1, n);
        fx.n = 0;
        link_receive(&l, piu, n, &fx);
        carry_out(&l, &fx);
        answer(&l, address, n & 1);
        answer(&l, 0x00201, n & 2);
        drain(&l);
        must(l.lfsid.n <= 4 && l.sessions.n <= 4 && l.n_strays <= 16);
        free(piu);
        data += n + 1;
        size -= n + 1;
    }
    fx.n = 0;
    link_lost(&l, "over", &fx);
    must(fx.n == 1 && l.sessions.n == 0);
    link_fini(&l);
    return 0;
}
