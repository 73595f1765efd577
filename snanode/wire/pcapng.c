#include "snanode/wire/pcapng.h"

#include "snanode/base/buf.h"
#include "snanode/wire/sense.h"

enum {
    TYPE_SECTION = 0x0A0D0D0A, /* the same in both byte orders */
    TYPE_INTERFACE = 1,
    TYPE_PACKET = 6, /* enhanced packet block */
    ORDER = 0x1A2B3C4D,
    ORDER_SWAPPED = 0x4D3C2B1A,

    FRAME = 12, /* type and length before a block, and the length again after it */

    OPT_END = 0,
    OPT_COMMENT = 1,
    OPT_APPLICATION = 4, /* shb_userappl */
    OPT_NAME = 2,        /* if_name */
    OPT_RESOLUTION = 9,  /* if_tsresol */
    OPT_FLAGS = 2,       /* epb_flags: the low two bits are the direction */

    NANOSECONDS = 9,  /* ten to the minus this */
    MICROSECONDS = 6, /* when the interface does not say */
    BINARY = 0x80,    /* of if_tsresol: two to the minus that */
};

/* ---- writing ---- */

static void pad(struct wr *w)
{
    while (w->n % 4 != 0 && !w->bad)
        wr_u8(w, 0);
}

static void option(struct wr *w, uint16_t code, const void *p, size_t n)
{
    wr_u16(w, code);
    wr_u16(w, (uint16_t)n);
    wr_bytes(w, p, n);
    pad(w);
}

static void text_option(struct wr *w, uint16_t code, const char *p, size_t n)
{
    if (p && n > 0)
        option(w, code, p, n < PCAPNG_TEXT_MAX ? n : PCAPNG_TEXT_MAX);
}

static struct wr block_begin(uint32_t type, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u32(&w, type);
    wr_u32(&w, 0); /* block_end() fills in the length */
    return w;
}

static ssize_t block_end(struct wr *w)
{
    wr_u32(w, OPT_END); /* code and length */
    uint32_t n = (uint32_t)w->n + 4;
    wr_u32(w, n);
    if (w->bad)
        return -1;
    struct wr length = wr_make(w->p + 4, 4);
    wr_u32(&length, n);
    return (ssize_t)n;
}

ssize_t pcapng_encode_section(const char *application, uint8_t *out, size_t cap)
{
    struct wr w = block_begin(TYPE_SECTION, out, cap);
    wr_u32(&w, ORDER);
    wr_u16(&w, 1); /* version 1.0 */
    wr_u16(&w, 0);
    wr_u64(&w, UINT64_MAX); /* length of the section: not given */
    text_option(&w, OPT_APPLICATION, application, strlen(application));
    return block_end(&w);
}

ssize_t pcapng_encode_interface(enum pcapng_link link, const char *name, uint8_t *out, size_t cap)
{
    static const uint8_t resolution = NANOSECONDS;
    struct wr w = block_begin(TYPE_INTERFACE, out, cap);
    wr_u16(&w, (uint16_t)link);
    wr_u16(&w, 0);
    wr_u32(&w, PCAPNG_DATA_MAX);
    text_option(&w, OPT_NAME, name, strlen(name));
    option(&w, OPT_RESOLUTION, &resolution, 1);
    return block_end(&w);
}

ssize_t pcapng_encode_packet(const struct pcapng_packet *in, uint8_t *out, size_t cap)
{
    if (in->n > PCAPNG_DATA_MAX || in->n > in->whole || in->whole > UINT32_MAX ||
        in->direction > PCAPNG_OUTBOUND)
        return -1;
    struct wr w = block_begin(TYPE_PACKET, out, cap);
    wr_u32(&w, in->interface);
    wr_u64(&w, in->time_ns);
    wr_u32(&w, (uint32_t)in->n);
    wr_u32(&w, (uint32_t)in->whole);
    wr_bytes(&w, in->data, in->n);
    pad(&w);
    text_option(&w, OPT_COMMENT, in->comment.p, in->comment.n);
    if (in->direction != PCAPNG_UNKNOWN) {
        uint8_t flags[4] = {0, 0, 0, in->direction};
        option(&w, OPT_FLAGS, flags, sizeof flags);
    }
    return block_end(&w);
}

/* ---- reading ---- */

/* The body of one block.  Reads past its end give zero and turn the cursor bad. */
struct body {
    struct rd r;
    bool little;
};

static uint16_t get16(struct body *b)
{
    uint16_t v = rd_u16(&b->r);
    return b->little ? __builtin_bswap16(v) : v;
}

static uint32_t get32(struct body *b)
{
    uint32_t v = rd_u32(&b->r);
    return b->little ? __builtin_bswap32(v) : v;
}

static struct body body_make(const uint8_t *p, size_t n, bool little)
{
    return (struct body){.r = rd_make(p, n), .little = little};
}

/* The next option: returns its code and sets *V to its octets.  0 at the end, and when the rest is not an
 * option. */
static uint16_t next_option(struct body *b, struct pcapng_text *v)
{
    if (rd_left(&b->r) == 0)
        return OPT_END; /* the end may be left out */
    uint16_t code = get16(b);
    size_t n = get16(b);
    const uint8_t *p = rd_bytes(&b->r, n);
    (void)rd_bytes(&b->r, -n & 3);
    if (b->r.bad || code == OPT_END)
        return OPT_END;
    *v = (struct pcapng_text){.p = (const char *)p, .n = n};
    return code;
}

static void section(struct pcapng_reader *r, struct body *b, struct pcapng_block *out)
{
    struct pcapng_text v;
    *r = (struct pcapng_reader){.in_section = true, .little = b->little};
    out->kind = PCAPNG_SECTION;
    get32(b); /* byte order */
    if (get16(b) != 1)
        b->r.bad = true;
    get16(b);
    get32(b);
    get32(b);
    for (uint16_t code; (code = next_option(b, &v)) != OPT_END;)
        if (code == OPT_APPLICATION)
            out->text = v;
}

static void interface(struct pcapng_reader *r, struct body *b, struct pcapng_block *out)
{
    struct pcapng_text v;
    uint8_t resolution = MICROSECONDS;
    out->kind = PCAPNG_INTERFACE;
    out->link = get16(b);
    get16(b);
    get32(b);
    for (uint16_t code; (code = next_option(b, &v)) != OPT_END;) {
        if (code == OPT_NAME)
            out->text = v;
        if (code == OPT_RESOLUTION && v.n == 1)
            resolution = (uint8_t)v.p[0];
    }
    if (r->interfaces == PCAPNG_INTERFACES_MAX)
        b->r.bad = true;
    else
        r->resolution[r->interfaces++] = resolution;
}

/* Convert TICKS of an interface to nanoseconds, rounding down. */
static uint64_t nanoseconds(uint64_t ticks, uint8_t resolution)
{
    unsigned exponent = resolution & (BINARY - 1);
    if (resolution & BINARY) {
        if (exponent > 63)
            return 0;
        uint64_t fraction = ticks & ((UINT64_C(1) << exponent) - 1);
        unsigned cut = exponent > 32 ? exponent - 32 : 0; /* the product has to fit */
        return (ticks >> exponent) * 1000000000 + ((fraction >> cut) * 1000000000 >> (exponent - cut));
    }
    for (; exponent < NANOSECONDS; exponent++)
        ticks *= 10;
    for (; exponent > NANOSECONDS && ticks > 0; exponent--)
        ticks /= 10;
    return ticks;
}

static void packet(const struct pcapng_reader *r, struct body *b, struct pcapng_block *out)
{
    struct pcapng_text v;
    struct pcapng_packet *k = &out->packet;
    out->kind = PCAPNG_PACKET;
    k->interface = get32(b);
    uint64_t high = get32(b);
    uint64_t ticks = high << 32 | get32(b);
    k->n = get32(b);
    k->whole = get32(b);
    k->data = rd_bytes(&b->r, k->n);
    (void)rd_bytes(&b->r, -k->n & 3);
    if (k->interface >= r->interfaces || k->n > k->whole)
        b->r.bad = true;
    if (b->r.bad)
        return;
    k->time_ns = nanoseconds(ticks, r->resolution[k->interface]);
    for (uint16_t code; (code = next_option(b, &v)) != OPT_END;) {
        if (code == OPT_COMMENT)
            k->comment = v;
        if (code == OPT_FLAGS && v.n == 4)
            k->direction = (uint8_t)v.p[b->little ? 0 : 3] & 3;
    }
}

/* The length of the block at the front of P, 0 when it goes on beyond P, or -1 with *E set.  A block that
 * begins a section sets *LITTLE. */
static ssize_t block_length(const uint8_t *p, size_t n, bool in_section, bool *little, struct sna_err *e)
{
    if (n < 8)
        return 0;
    struct body b = body_make(p, n, *little);
    uint32_t type = get32(&b);
    if (type == TYPE_SECTION) {
        if (n < FRAME)
            return 0;
        struct rd order = rd_make(p + 8, 4);
        uint32_t word = rd_u32(&order);
        if (word != ORDER && word != ORDER_SWAPPED)
            return sna_err_set(e, SENSE_PARAMETER, 8, "section header without a byte order");
        b.little = *little = word == ORDER_SWAPPED;
    } else if (!in_section) {
        return sna_err_set(e, SENSE_PARAMETER, 0, "not a pcapng file");
    }
    uint32_t length = get32(&b);
    if (length < FRAME || length % 4 != 0 || length > PCAPNG_BLOCK_MAX)
        return sna_err_set(e, SENSE_PARAMETER, 4, "wrong length of a block");
    if (length > n)
        return 0;
    struct body tail = body_make(p + length - 4, 4, *little);
    if (get32(&tail) != length)
        return sna_err_set(e, SENSE_PARAMETER, length - 4, "the two lengths of a block differ");
    return length;
}

ssize_t pcapng_decode(struct pcapng_reader *r, const uint8_t *p, size_t n, struct pcapng_block *out,
                      struct sna_err *e)
{
    struct pcapng_reader reader = *r;
    struct pcapng_block block = {.kind = PCAPNG_OTHER};
    ssize_t length = block_length(p, n, r->in_section, &reader.little, e);
    if (length <= 0)
        return length;
    struct body b = body_make(p, (size_t)length - 4, reader.little);
    uint32_t type = get32(&b);
    get32(&b);
    if (type == TYPE_SECTION)
        section(&reader, &b, &block);
    else if (type == TYPE_INTERFACE)
        interface(&reader, &b, &block);
    else if (type == TYPE_PACKET)
        packet(&reader, &b, &block);
    if (b.r.bad)
        return sna_err_set(e, SENSE_PARAMETER, (size_t)(b.r.p - p), "contents of a block do not fit");
    *r = reader;
    *out = block;
    return length;
}
