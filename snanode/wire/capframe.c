#include "snanode/wire/capframe.h"

#include "snanode/base/buf.h"

enum {
    IPV4_LEN = 20,
    IPV6_LEN = 40,
    TCP_LEN = 20,
    TCP_CHECKSUM = 16, /* offset in the header */
    IPV4_CHECKSUM = 10,
    PROTOCOL_TCP = 6,
    HOPS = 64,
    DONT_FRAGMENT = 0x4000,
    WINDOW = 65535,

    TAG_DISSECTOR = 12,
    TAG_END = 0,
};

/* Add the 16-bit words at P to SUM, as IP and TCP do. */
static uint32_t sum_of(uint32_t sum, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        sum += i % 2 ? p[i] : (uint32_t)p[i] << 8;
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    return sum;
}

static void put_checksum(uint8_t *at, uint32_t sum)
{
    at[0] = (uint8_t)(~sum >> 8);
    at[1] = (uint8_t)~sum;
}

static void put_ip(struct wr *w, const struct capframe_stream *s, int from, uint16_t tcp_n)
{
    size_t address_n = s->v6 ? 16 : 4;
    if (s->v6) {
        wr_u32(w, 0x60000000); /* version */
        wr_u16(w, tcp_n);
        wr_u8(w, PROTOCOL_TCP);
        wr_u8(w, HOPS);
    } else {
        wr_u16(w, 0x4500); /* version, length of the header */
        wr_u16(w, (uint16_t)(IPV4_LEN + tcp_n));
        wr_u16(w, 0);
        wr_u16(w, DONT_FRAGMENT);
        wr_u8(w, HOPS);
        wr_u8(w, PROTOCOL_TCP);
        wr_u16(w, 0); /* checksum, below */
    }
    wr_bytes(w, s->address[from], address_n);
    wr_bytes(w, s->address[!from], address_n);
    if (!s->v6 && !w->bad)
        put_checksum(w->p + IPV4_CHECKSUM, sum_of(0, w->p, IPV4_LEN));
}

ssize_t capframe_encode_tcp(struct capframe_stream *s, int from, uint8_t flags, const uint8_t *data, size_t n,
                            uint8_t *out, size_t cap)
{
    if (n > CAPFRAME_DATA_MAX)
        return -1;
    struct wr w = wr_make(out, cap);
    uint16_t tcp_n = (uint16_t)(TCP_LEN + n);
    put_ip(&w, s, from, tcp_n);
    size_t tcp = w.n;
    wr_u16(&w, s->port[from]);
    wr_u16(&w, s->port[!from]);
    wr_u32(&w, s->next[from]);
    wr_u32(&w, flags & CAPFRAME_ACK ? s->next[!from] : 0);
    wr_u8(&w, TCP_LEN / 4 << 4);
    wr_u8(&w, flags);
    wr_u16(&w, WINDOW);
    wr_u16(&w, 0); /* checksum, below */
    wr_u16(&w, 0);
    wr_bytes(&w, data, n);
    if (w.bad)
        return -1;
    /* The pseudo header: both addresses, the length and the protocol. */
    size_t address_n = s->v6 ? 16 : 4;
    uint32_t sum = sum_of(PROTOCOL_TCP + (uint32_t)tcp_n, s->address[0], address_n);
    sum = sum_of(sum, s->address[1], address_n);
    put_checksum(out + tcp + TCP_CHECKSUM, sum_of(sum, out + tcp, tcp_n));
    s->next[from] += (uint32_t)n + (flags & CAPFRAME_SYN ? 1 : 0) + (flags & CAPFRAME_FIN ? 1 : 0);
    return (ssize_t)w.n;
}

ssize_t capframe_encode_pdu(enum capframe_pdu kind, const uint8_t *pdu, size_t n, uint8_t *out, size_t cap)
{
    static const char names[][8] = {[CAPFRAME_PIU] = "sna", [CAPFRAME_XID] = "sna_xid"};
    if (n > CAPFRAME_DATA_MAX)
        return -1;
    struct wr w = wr_make(out, cap);
    wr_u16(&w, TAG_DISSECTOR);
    wr_u16(&w, sizeof names[kind]); /* padded with zero octets, as tags must be */
    wr_bytes(&w, names[kind], sizeof names[kind]);
    wr_u16(&w, TAG_END);
    wr_u16(&w, 0);
    wr_bytes(&w, pdu, n);
    return w.bad ? -1 : (ssize_t)w.n;
}
