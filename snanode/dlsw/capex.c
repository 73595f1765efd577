#include "snanode/dlsw/capex.h"

#include "snanode/base/buf.h"

enum {
    GDS_REQUEST = 0x1520,
    GDS_ACCEPTED = 0x1521,
    GDS_REFUSED = 0x1522,
    GDS_HEADER = 4,
};

enum vector {
    VENDOR = 0x81,
    VERSION = 0x82,
    WINDOW = 0x83,
    TEXT = 0x84,
    MACS_ONLY = 0x85,
    SAPS = 0x86,
    CONNECTIONS = 0x87,
    NAMES_ONLY = 0x88,
    MAC = 0x89,
    NAME = 0x8A,
    VENDOR_CONTEXT = 0x8B,
    FIRST_ID = 0x80, /* of the standard, and then of vendors */
    LAST_ID = 0xFD,
};

/* [DLSW: DLSw Capabilities Exchange Structured Subfields].  A vector with a place in the order must be there.
 */
static const struct rule {
    uint8_t id;
    uint8_t least, most; /* octets, length and id among them */
    uint8_t place;       /* in the order, from 1; 0 = behind those that have one */
    uint8_t missing;     /* enum capex_reason */
    bool repeats;
} rules[] = {
    {VENDOR, 5, 5, 1, CAPEX_NO_VENDOR, false},
    {VERSION, 4, 4, 2, CAPEX_NO_VERSION, false},
    {WINDOW, 4, 4, 3, CAPEX_NO_WINDOW, false},
    {SAPS, 18, 18, 4, CAPEX_NO_SAPS, false},
    {TEXT, 2, 255, 0, 0, false},
    {MACS_ONLY, 3, 3, 0, 0, false},
    {CONNECTIONS, 3, 3, 0, 0, false},
    {NAMES_ONLY, 3, 3, 0, 0, false},
    {MAC, 14, 14, 0, 0, true},
    {NAME, 2, 19, 0, 0, true},
    {VENDOR_CONTEXT, 5, 5, 0, 0, true},
};
#define RULES (sizeof rules / sizeof *rules)

enum { LAST_PLACE = 4, BEHIND = LAST_PLACE + 1 };

/* Where in the request the reader is, and what it has seen. */
struct reading {
    struct capex c;
    struct capex_faults *faults;
    unsigned place;   /* of the last vector: the order only rises */
    bool seen[RULES]; /* by rule */
};

static void fault(struct capex_faults *f, size_t offset, enum capex_reason reason)
{
    if (f->n < CAPEX_FAULTS_MAX)
        f->v[f->n++] = (struct capex_fault){.offset = (uint16_t)offset, .reason = reason};
}

void capex_add_sap(struct capex *c, uint8_t sap)
{
    c->saps[sap >> 4] |= (uint8_t)(0x80 >> (sap >> 1 & 7));
}

bool capex_has_sap(const struct capex *c, uint8_t sap)
{
    return !(sap & 1) && c->saps[sap >> 4] & 0x80 >> (sap >> 1 & 7);
}

static void head(struct wr *w, size_t n, uint8_t id)
{
    wr_u8(w, (uint8_t)(2 + n));
    wr_u8(w, id);
}

static void octet(struct wr *w, uint8_t id, uint8_t v)
{
    head(w, 1, id);
    wr_u8(w, v);
}

static ssize_t finish(struct wr *w)
{
    if (w->bad)
        return -1;
    w->p[0] = (uint8_t)(w->n >> 8);
    w->p[1] = (uint8_t)w->n;
    return (ssize_t)w->n;
}

ssize_t capex_encode(const struct capex *in, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u16(&w, 0);
    wr_u16(&w, GDS_REQUEST);
    head(&w, sizeof in->oui, VENDOR);
    wr_bytes(&w, in->oui, sizeof in->oui);
    head(&w, 2, VERSION);
    wr_u8(&w, in->version);
    wr_u8(&w, in->release);
    head(&w, 2, WINDOW);
    wr_u16(&w, in->window);
    head(&w, sizeof in->saps, SAPS);
    wr_bytes(&w, in->saps, sizeof in->saps);
    if (in->n_text) {
        head(&w, in->n_text, TEXT);
        wr_bytes(&w, in->text, in->n_text);
    }
    octet(&w, CONNECTIONS, in->connections);
    if (in->macs_only)
        octet(&w, MACS_ONLY, 1);
    for (unsigned i = 0; i < in->n_macs; i++) {
        head(&w, sizeof in->macs[i], MAC);
        wr_bytes(&w, in->macs[i].value, SSP_MAC_LEN);
        wr_bytes(&w, in->macs[i].mask, SSP_MAC_LEN);
    }
    return finish(&w);
}

ssize_t capex_encode_answer(const struct capex_faults *faults, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    wr_u16(&w, 0);
    wr_u16(&w, faults->n ? GDS_REFUSED : GDS_ACCEPTED);
    for (unsigned i = 0; i < faults->n; i++) {
        wr_u16(&w, faults->v[i].offset);
        wr_u16(&w, faults->v[i].reason);
    }
    return finish(&w);
}

enum capex_kind capex_kind(const uint8_t *p, size_t n)
{
    struct rd r = rd_make(p, n);
    rd_u16(&r);
    switch (rd_u16(&r)) {
    case GDS_REQUEST:
        return CAPEX_REQUEST;
    case GDS_ACCEPTED:
        return CAPEX_ACCEPTED;
    case GDS_REFUSED:
        return CAPEX_REFUSED;
    }
    return CAPEX_UNKNOWN;
}

static bool keep_flag(uint8_t v, bool *keep)
{
    *keep = v;
    return v <= 1;
}

static void keep_mac(struct capex *c, struct rd *r)
{
    struct capex_mac m;
    memcpy(m.value, rd_bytes(r, SSP_MAC_LEN), SSP_MAC_LEN);
    memcpy(m.mask, rd_bytes(r, SSP_MAC_LEN), SSP_MAC_LEN);
    if (c->n_macs < CAPEX_MACS_MAX)
        c->macs[c->n_macs++] = m;
}

/* Keeps what vector ID says, of right length already; false when the value cannot be. */
static bool keep(struct capex *c, uint8_t id, struct rd r)
{
    bool ignored;
    switch (id) {
    case VENDOR:
        memcpy(c->oui, r.p, sizeof c->oui);
        return true;
    case VERSION:
        c->version = rd_u8(&r);
        c->release = rd_u8(&r);
        return c->version > 0;
    case WINDOW:
        c->window = rd_u16(&r);
        return c->window > 0;
    case SAPS:
        memcpy(c->saps, r.p, sizeof c->saps);
        return true;
    case TEXT:
        c->n_text = (uint8_t)rd_left(&r);
        memcpy(c->text, r.p, c->n_text);
        return true;
    case MACS_ONLY:
        return keep_flag(rd_u8(&r), &c->macs_only);
    case NAMES_ONLY:
        return keep_flag(rd_u8(&r), &ignored);
    case CONNECTIONS:
        c->connections = rd_u8(&r);
        return c->connections == 1 || c->connections == 2;
    case MAC:
        keep_mac(c, &r);
        return true;
    }
    return true;
}

/* One vector, ID and its DATA, that begins at OFFSET. */
static void take(struct reading *g, size_t offset, uint8_t id, struct rd data)
{
    size_t i = 0;
    while (i < RULES && rules[i].id != id)
        i++;
    if (i == RULES) {
        g->place = BEHIND;
        if (id < FIRST_ID || id > LAST_ID)
            fault(g->faults, offset, CAPEX_VECTOR_ID);
        return;
    }
    const struct rule *rule = &rules[i];
    unsigned place = rule->place ? rule->place : BEHIND;
    if (g->seen[i] && !rule->repeats)
        fault(g->faults, offset, CAPEX_DUPLICATE);
    else if (place < g->place)
        fault(g->faults, offset, CAPEX_SEQUENCE);
    else if (rd_left(&data) + 2 < rule->least || rd_left(&data) + 2 > rule->most)
        fault(g->faults, offset, CAPEX_VECTOR_LENGTH);
    else if (!keep(&g->c, id, data))
        fault(g->faults, offset, CAPEX_VECTOR_VALUE);
    g->seen[i] = true;
    if (place > g->place)
        g->place = place;
}

static void take_all(struct reading *g, const uint8_t *p, size_t n)
{
    for (size_t at = GDS_HEADER; at < n;) {
        size_t len = p[at];
        if (len < 2) {
            fault(g->faults, at, CAPEX_VECTOR_LENGTH);
            return; /* where the next one begins nobody knows */
        }
        if (len > n - at) {
            fault(g->faults, at, CAPEX_LENGTHS_DIFFER);
            return;
        }
        take(g, at, p[at + 1], rd_make(p + at + 2, len - 2));
        at += len;
    }
}

int capex_decode(const uint8_t *p, size_t n, struct capex *out, struct capex_faults *faults)
{
    struct reading g = {.c = {.connections = 2}, .faults = faults}; /* two when nobody says it */
    *faults = (struct capex_faults){.n = 0};
    if (n < GDS_HEADER || (size_t)(p[0] << 8 | p[1]) != n)
        fault(faults, 0, CAPEX_GDS_LENGTH);
    else if (capex_kind(p, n) != CAPEX_REQUEST)
        fault(faults, 0, CAPEX_GDS_ID);
    if (faults->n)
        return -1;
    take_all(&g, p, n);
    for (size_t i = 0; i < RULES; i++)
        if (rules[i].place && !g.seen[i])
            fault(faults, 0, rules[i].missing);
    if (faults->n)
        return -1;
    *out = g.c;
    return 0;
}

int capex_decode_refusal(const uint8_t *p, size_t n, struct capex_faults *faults)
{
    struct rd r = rd_make(p, n);
    if (capex_kind(p, n) != CAPEX_REFUSED || rd_u16(&r) != n)
        return -1;
    rd_u16(&r);
    *faults = (struct capex_faults){.n = 0};
    while (rd_left(&r) >= 4) {
        uint16_t offset = rd_u16(&r);
        fault(faults, offset, rd_u16(&r));
    }
    return rd_left(&r) == 0 && faults->n ? 0 : -1;
}

const char *capex_reason_text(uint16_t reason)
{
    static const char *const text[] = {
        [CAPEX_GDS_LENGTH] = "wrong length",
        [CAPEX_GDS_ID] = "no capabilities exchange request",
        [CAPEX_NO_VENDOR] = "no vendor",
        [CAPEX_NO_VERSION] = "no version",
        [CAPEX_NO_WINDOW] = "no initial pacing window",
        [CAPEX_LENGTHS_DIFFER] = "vectors and the whole differ in length",
        [CAPEX_VECTOR_ID] = "vector with a wrong id",
        [CAPEX_VECTOR_LENGTH] = "vector with a wrong length",
        [CAPEX_VECTOR_VALUE] = "vector with a wrong value",
        [CAPEX_DUPLICATE] = "vector is there twice",
        [CAPEX_SEQUENCE] = "vector out of sequence",
        [CAPEX_NO_SAPS] = "no list of SAPs",
    };
    return reason < sizeof text / sizeof *text && text[reason] ? text[reason] : "unknown reason";
}
