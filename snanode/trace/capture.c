#include "snanode/trace/capture.h"

#include <stdlib.h>
#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/dlsw/ssp.h"
#include "snanode/wire/pcapng.h"

enum { TAG_DISSECTOR = 12, TAG_END = 0, PROTOCOL_TCP = 6, STREAMS_MAX = 256 };

/* One direction of a TCP connection. */
struct flow {
    uint8_t address[2][16];
    uint16_t port[2];
    uint32_t next; /* sequence number that is to come */
    bool synced;   /* the front of V is that of a message */
    uint8_t *v;
    size_t n, cap;
};

struct reader {
    struct story_piu *v; /* all PIUs, to be put into order */
    size_t n, cap;
    struct flow flows[STREAMS_MAX];
    unsigned n_flows;
    struct stories *out;
    struct capture_counts *counts;
    bool short_of_memory;
};

static void add(struct reader *r, const struct story_piu *k)
{
    if (r->n == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 1024;
        struct story_piu *v = realloc(r->v, cap * sizeof *v);
        if (!v) {
            r->short_of_memory = true;
            return;
        }
        r->v = v;
        r->cap = cap;
    }
    r->v[r->n++] = *k;
    r->counts->pius++;
}

/* ---- upper PDUs ---- */

static void take_pdu(struct reader *r, const struct pcapng_packet *k)
{
    struct rd in = rd_make(k->data, k->n);
    bool sna = false;
    for (;;) {
        uint16_t tag = rd_u16(&in), n = rd_u16(&in);
        const uint8_t *v = rd_bytes(&in, n);
        if (in.bad || tag == TAG_END)
            break;
        if (tag == TAG_DISSECTOR)
            sna = n >= 3 && memcmp(v, "sna", 3) == 0 && (n == 3 || v[3] == '\0');
    }
    if (in.bad || !sna) {
        r->counts->strange++;
        return;
    }
    add(r, &(struct story_piu){.link = k->interface,
                               .time_ns = k->time_ns,
                               .direction = k->direction,
                               .piu = in.p,
                               .n = rd_left(&in),
                               .comment = k->comment.p,
                               .comment_n = k->comment.n});
}

/* ---- DLSw ---- */

static struct flow *flow_of(struct reader *r, const struct flow *key)
{
    for (unsigned i = 0; i < r->n_flows; i++)
        if (memcmp(r->flows[i].address, key->address, sizeof key->address) == 0 &&
            memcmp(r->flows[i].port, key->port, sizeof key->port) == 0)
            return &r->flows[i];
    if (r->n_flows == STREAMS_MAX)
        return NULL;
    r->flows[r->n_flows] = *key;
    return &r->flows[r->n_flows++];
}

/* Whole messages at the front of F. */
static void take_messages(struct reader *r, struct flow *f, const struct pcapng_packet *k)
{
    size_t at = 0;
    for (;;) {
        struct sna_err e;
        struct ssp m;
        ssize_t whole = ssp_measure(f->v + at, f->n - at, &e), head;
        if (whole < 0) {
            f->synced = false;
            at = f->n;
        }
        if (whole <= 0)
            break;
        head = ssp_decode(f->v + at, f->n - at, &m, &e);
        if (head > 0 && m.type == SSP_INFOFRAME) {
            uint8_t *copy = malloc(m.n + 1u);
            void **owned = copy ? realloc(r->out->owned, (r->out->n_owned + 1) * sizeof *owned) : NULL;
            if (!owned) {
                free(copy);
                r->short_of_memory = true;
                return;
            }
            r->out->owned = owned;
            owned[r->out->n_owned++] = copy;
            r->out->cap_owned = r->out->n_owned;
            memcpy(copy, f->v + at + head, m.n);
            add(r, &(struct story_piu){.link = k->interface,
                                       .time_ns = k->time_ns,
                                       .direction = k->direction,
                                       .piu = copy,
                                       .n = m.n});
        }
        at += (size_t)whole;
    }
    memmove(f->v, f->v + at, f->n - at);
    f->n -= at;
}

static void take_octets(struct reader *r, struct flow *f, const uint8_t *p, size_t n,
                        const struct pcapng_packet *k)
{
    if (!f->synced) { /* after a gap: where a message may begin */
        f->n = 0;
        f->synced = n > 1 && p[0] == SSP_VERSION && (p[1] == SSP_SHORT || p[1] == SSP_LONG);
        if (!f->synced)
            return;
    }
    if (f->n + n > f->cap) {
        uint8_t *v = realloc(f->v, (f->n + n) * 2);
        if (!v) {
            r->short_of_memory = true;
            return;
        }
        f->v = v;
        f->cap = (f->n + n) * 2;
    }
    memcpy(f->v + f->n, p, n);
    f->n += n;
    take_messages(r, f, k);
}

/* Addresses of an IP header into KEY, *IN to what follows it.  False: it is no TCP. */
static bool take_ip(struct rd *in, struct flow *key)
{
    const uint8_t *p = in->p;
    size_t n = rd_left(in);
    bool v4 = n >= 20 && p[0] >> 4 == 4, v6 = n >= 40 && p[0] >> 4 == 6;
    size_t head = v4 ? (size_t)(p[0] & 15) * 4 : 40, whole = v4 ? (size_t)p[2] << 8 | p[3] : 0;
    if (v6)
        whole = 40 + ((size_t)p[4] << 8 | p[5]);
    if ((!v4 && !v6) || p[v4 ? 9 : 6] != PROTOCOL_TCP || head > whole || whole > n)
        return false;
    for (unsigned i = 0; i < 2; i++)
        memcpy(key->address[i], p + (v4 ? 12 + 4 * i : 8 + 16 * i), v4 ? 4 : 16);
    *in = rd_make(p + head, whole - head);
    return true;
}

static void take_ip_packet(struct reader *r, const struct pcapng_packet *k)
{
    struct rd in = rd_make(k->data, k->n);
    struct flow key = {.n = 0};
    if (!take_ip(&in, &key)) {
        r->counts->strange++;
        return;
    }
    key.port[0] = rd_u16(&in);
    key.port[1] = rd_u16(&in);
    uint32_t seq = rd_u32(&in);
    rd_u32(&in);
    uint8_t head = rd_u8(&in) >> 4, flags = rd_u8(&in);
    rd_bytes(&in, 6);
    rd_bytes(&in, head > 5 ? (head - 5u) * 4 : 0);
    struct flow *f = in.bad ? NULL : flow_of(r, &key);
    if (!f) {
        r->counts->strange++;
        return;
    }
    if (flags & 0x02) { /* SYN */
        f->next = seq + 1;
        f->synced = true;
        f->n = 0;
    }
    if (rd_left(&in) == 0 || (f->synced && (int32_t)(seq - f->next) < 0))
        return; /* nothing, or what was there before */
    if (seq != f->next)
        f->synced = false;
    f->next = seq + (uint32_t)rd_left(&in);
    take_octets(r, f, in.p, rd_left(&in), k);
}

/* ---- the file ---- */

static void take_packet(struct reader *r, const struct pcapng_packet *k, uint16_t link)
{
    r->counts->packets++;
    if (link == PCAPNG_UPPER_PDU)
        take_pdu(r, k);
    else if (link == PCAPNG_RAW_IP)
        take_ip_packet(r, k);
    else
        r->counts->strange++;
}

static int read_blocks(struct reader *r, const uint8_t *p, size_t n, struct sna_err *e)
{
    uint16_t links[PCAPNG_INTERFACES_MAX] = {0};
    struct pcapng_reader reader = {.in_section = false};
    size_t at = 0;
    while (at < n) {
        struct pcapng_block b;
        ssize_t used = pcapng_decode(&reader, p + at, n - at, &b, e);
        if (used < 0) {
            e->offset += at;
            return -1;
        }
        if (used == 0) {
            r->counts->cut = true;
            break;
        }
        if (b.kind == PCAPNG_INTERFACE && reader.interfaces > 0)
            links[reader.interfaces - 1] = b.link;
        else if (b.kind == PCAPNG_PACKET)
            take_packet(r, &b.packet, links[b.packet.interface]);
        at += (size_t)used;
    }
    return 0;
}

/* Merge sort: what has the same time keeps its order. */
static void sort(struct story_piu *v, struct story_piu *spare, size_t n)
{
    size_t half = n / 2, a = 0, b = half;
    if (n < 2)
        return;
    sort(v, spare, half);
    sort(v + half, spare, n - half);
    if (v[half - 1].time_ns <= v[half].time_ns)
        return;
    memcpy(spare, v, n * sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = b == n || (a < half && spare[a].time_ns <= spare[b].time_ns) ? spare[a++] : spare[b++];
}

int capture_read(const uint8_t *p, size_t n, struct stories *out, struct capture_counts *counts,
                 struct sna_err *e)
{
    static struct reader r;
    r = (struct reader){.out = out, .counts = counts};
    *counts = (struct capture_counts){.packets = 0};
    *e = (struct sna_err){.text = "out of memory"};
    int bad = read_blocks(&r, p, n, e);
    struct story_piu *spare = r.n > 0 ? malloc(r.n * sizeof *spare) : NULL;
    if (spare)
        sort(r.v, spare, r.n);
    for (size_t i = 0; i < r.n; i++)
        stories_take(out, &r.v[i]);
    stories_number(out);
    bool short_of_memory = r.short_of_memory || out->bad || (r.n > 0 && !spare);
    free(spare);
    free(r.v);
    for (unsigned i = 0; i < r.n_flows; i++)
        free(r.flows[i].v);
    return bad || short_of_memory ? -1 : 0;
}
