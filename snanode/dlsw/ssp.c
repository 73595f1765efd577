#include "snanode/dlsw/ssp.h"

#include "snanode/base/buf.h"

enum { PROTOCOL_ID = 0x42, HEADER_NUMBER = 0x01 };

#define KNOWN   SSP_IS_KNOWN
#define SHORT   (KNOWN | SSP_IS_SHORT)
#define CIRCUIT (KNOWN | SSP_NEEDS_CIRCUIT)
#define FLOW    SSP_CARRIES_FLOW

/* [DLSW: Message Types]; who needs a circuit: [DLSW: Correlators]; who carries flow control: [DLSW: Frame
 * Format]. ICANREACH carries it as _cs only. */
static const struct {
    const char *name;
    uint8_t type;
    uint8_t traits;
} types[] = {
    {"CANUREACH", SSP_CANUREACH, KNOWN},
    {"ICANREACH", SSP_ICANREACH, KNOWN | FLOW},
    {"REACH_ACK", SSP_REACH_ACK, CIRCUIT | FLOW},
    {"DGRMFRAME", SSP_DGRMFRAME, CIRCUIT | FLOW},
    {"XIDFRAME", SSP_XIDFRAME, CIRCUIT | FLOW},
    {"CONTACT", SSP_CONTACT, CIRCUIT | FLOW},
    {"CONTACTED", SSP_CONTACTED, CIRCUIT | FLOW},
    {"INFOFRAME", SSP_INFOFRAME, SHORT | CIRCUIT | FLOW},
    {"ENTER_BUSY", SSP_ENTER_BUSY, CIRCUIT},
    {"EXIT_BUSY", SSP_EXIT_BUSY, CIRCUIT},
    {"HALT_DL", SSP_HALT_DL, CIRCUIT},
    {"DL_HALTED", SSP_DL_HALTED, CIRCUIT},
    {"RESTART_DL", SSP_RESTART_DL, CIRCUIT | FLOW},
    {"DL_RESTARTED", SSP_DL_RESTARTED, CIRCUIT | FLOW},
    {"NETBIOS_NQ", SSP_NETBIOS_NQ, KNOWN},
    {"NETBIOS_NR", SSP_NETBIOS_NR, KNOWN},
    {"DATAFRAME", SSP_DATAFRAME, KNOWN},
    {"HALT_DL_NOACK", SSP_HALT_DL_NOACK, CIRCUIT},
    {"NETBIOS_ANQ", SSP_NETBIOS_ANQ, KNOWN},
    {"NETBIOS_ANR", SSP_NETBIOS_ANR, KNOWN},
    {"KEEPALIVE", SSP_KEEPALIVE, SHORT},
    {"CAP_EXCHANGE", SSP_CAP_EXCHANGE, KNOWN},
    {"IFCM", SSP_IFCM, SHORT | CIRCUIT | FLOW},
    {"TEST_CIRCUIT_REQ", SSP_TEST_CIRCUIT_REQ, CIRCUIT},
    {"TEST_CIRCUIT_RSP", SSP_TEST_CIRCUIT_RSP, CIRCUIT},
};

unsigned ssp_traits(uint8_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].traits;
    return 0;
}

const char *ssp_type_name(uint8_t type)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].type == type)
            return types[i].name;
    return "unknown";
}

ssize_t ssp_measure(const uint8_t *p, size_t n, struct sna_err *e)
{
    if (n > 0 && p[0] != SSP_VERSION)
        return sna_err_set(e, 0, 0, "message has not the version of the protocol");
    if (n > 1 && p[1] < SSP_SHORT)
        return sna_err_set(e, 0, 1, "header is too short");
    return n < 4 ? 0 : p[1] + (p[2] << 8 | p[3]);
}

static struct ssp_id read_id(struct rd *r)
{
    struct ssp_id id;
    id.port = rd_u32(r);
    id.correlator = rd_u32(r);
    return id;
}

static void read_mac(struct rd *r, struct ssp_address *a)
{
    const uint8_t *p = rd_bytes(r, SSP_MAC_LEN);
    if (p)
        memcpy(a->mac, p, SSP_MAC_LEN);
}

static void read_long(struct rd *r, struct ssp *s)
{
    rd_bytes(r, 4); /* protocol id, header number, reserved */
    s->lf = rd_u8(r);
    s->flags = rd_u8(r);
    s->priority = rd_u8(r);
    rd_bytes(r, 1); /* the type again */
    read_mac(r, &s->target);
    read_mac(r, &s->origin);
    s->origin.sap = rd_u8(r);
    s->target.sap = rd_u8(r);
    s->direction = rd_u8(r);
    rd_bytes(r, 3);
    s->dlc_n = rd_u16(r);
    s->origin_id = read_id(r);
    s->origin_transport = rd_u32(r);
    s->target_id = read_id(r);
    s->target_transport = rd_u32(r);
    rd_bytes(r, 4);
}

ssize_t ssp_decode(const uint8_t *p, size_t n, struct ssp *out, struct sna_err *e)
{
    struct ssp s = {0};
    struct rd r = rd_make(p, n);
    ssize_t whole = ssp_measure(p, n, e);
    if (whole < 0)
        return -1;
    if (n < SSP_SHORT || n < p[1])
        return sna_err_set(e, 0, n, "header is cut");
    rd_bytes(&r, 2);
    s.n = rd_u16(&r);
    s.remote.correlator = rd_u32(&r);
    s.remote.port = rd_u32(&r);
    rd_bytes(&r, 2);
    s.type = rd_u8(&r);
    s.flow = rd_u8(&r);
    if (p[1] >= SSP_LONG)
        read_long(&r, &s);
    else if ((ssp_traits(s.type) & SHORT) == KNOWN)
        return sna_err_set(e, 0, 1, "control message has the header of an information message");
    *out = s;
    return p[1];
}

static void write_long(struct wr *w, const struct ssp *s)
{
    wr_u8(w, PROTOCOL_ID);
    wr_u8(w, HEADER_NUMBER);
    wr_u16(w, 0);
    wr_u8(w, s->lf);
    wr_u8(w, s->flags);
    wr_u8(w, s->priority);
    wr_u8(w, s->type);
    wr_bytes(w, s->target.mac, SSP_MAC_LEN);
    wr_bytes(w, s->origin.mac, SSP_MAC_LEN);
    wr_u8(w, s->origin.sap);
    wr_u8(w, s->target.sap);
    wr_u8(w, s->direction);
    wr_bytes(w, (const uint8_t[3]){0}, 3);
    wr_u16(w, s->dlc_n);
    wr_u32(w, s->origin_id.port);
    wr_u32(w, s->origin_id.correlator);
    wr_u32(w, s->origin_transport);
    wr_u32(w, s->target_id.port);
    wr_u32(w, s->target_id.correlator);
    wr_u32(w, s->target_transport);
    wr_u32(w, 0);
}

ssize_t ssp_encode(const struct ssp *in, uint8_t *out, size_t cap)
{
    struct wr w = wr_make(out, cap);
    bool is_short = ssp_traits(in->type) & SSP_IS_SHORT;
    wr_u8(&w, SSP_VERSION);
    wr_u8(&w, is_short ? SSP_SHORT : SSP_LONG);
    wr_u16(&w, in->n);
    wr_u32(&w, in->remote.correlator);
    wr_u32(&w, in->remote.port);
    wr_u16(&w, 0);
    wr_u8(&w, in->type);
    wr_u8(&w, in->flow);
    if (!is_short)
        write_long(&w, in);
    return w.bad ? -1 : (ssize_t)w.n;
}

void ssp_mac_flip(const uint8_t *in, uint8_t *out)
{
    for (int i = 0; i < SSP_MAC_LEN; i++) {
        unsigned v = in[i];
        v = (v & 0xF0) >> 4 | (v & 0x0F) << 4;
        v = (v & 0xCC) >> 2 | (v & 0x33) << 2;
        v = (v & 0xAA) >> 1 | (v & 0x55) << 1;
        out[i] = (uint8_t)v;
    }
}

bool ssp_same_address(const struct ssp_address *a, const struct ssp_address *b)
{
    return memcmp(a->mac, b->mac, SSP_MAC_LEN) == 0 && a->sap == b->sap;
}

/* Three bits choose a base, three bits the eighths of the way to the next one [DLSW: Largest Frame Size
 * Field]. */
unsigned ssp_lf_size(uint8_t code)
{
    static const uint16_t base[] = {516, 1470, 2052, 4399, 8130, 11407, 17749, 41600, 65535};
    unsigned b = (code & SSP_LF_CODE) >> 3, eighths = code & 7;
    return base[b] + (unsigned)(base[b + 1] - base[b]) * eighths / 8;
}

uint8_t ssp_lf_code(unsigned octets)
{
    uint8_t code = SSP_LF_CODE;
    while (code > 0 && ssp_lf_size(code) > octets)
        code--;
    return code;
}
