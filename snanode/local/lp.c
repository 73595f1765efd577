/* Each field list is expanded three times: as a struct (lp.h), as a writer and as a reader. */
#include "snanode/local/lp.h"

static void put_str(struct wr *w, const char *s, size_t max)
{
    size_t n = strnlen(s, max);
    wr_u8(w, (uint8_t)n);
    wr_bytes(w, s, n);
}

static void get_str(struct rd *r, char *s, size_t max)
{
    size_t n = rd_u8(r);
    const uint8_t *p = n <= max ? rd_bytes(r, n) : NULL;
    if (!p || memchr(p, '\0', n)) {
        r->bad = true;
        return;
    }
    memcpy(s, p, n);
    s[n] = '\0';
}

static void put_bin(struct wr *w, const uint8_t *b, size_t n)
{
    wr_u16(w, (uint16_t)n);
    wr_bytes(w, b, n);
}

static void get_bin(struct rd *r, uint16_t *n, uint8_t *b, size_t max)
{
    *n = rd_u16(r);
    const uint8_t *p = *n <= max ? rd_bytes(r, *n) : NULL;
    if (!p) {
        r->bad = true;
        *n = 0;
        return;
    }
    memcpy(b, p, *n);
}

unsigned lp_type(const uint8_t *p, size_t n)
{
    struct rd r = rd_make(p, n);
    return rd_u16(&r);
}

#define PUT_U8(f)       wr_u8(&w, m->f);
#define PUT_U16(f)      wr_u16(&w, m->f);
#define PUT_U32(f)      wr_u32(&w, m->f);
#define PUT_U64(f)      wr_u64(&w, m->f);
#define PUT_STR(f, max) put_str(&w, m->f, max);
#define PUT_BIN(f, max)                                                                                      \
    if (m->f##_n > (max))                                                                                    \
        return 0;                                                                                            \
    put_bin(&w, m->f, m->f##_n);

#define GET_U8(f)       m->f = rd_u8(&r);
#define GET_U16(f)      m->f = rd_u16(&r);
#define GET_U32(f)      m->f = rd_u32(&r);
#define GET_U64(f)      m->f = rd_u64(&r);
#define GET_STR(f, max) get_str(&r, m->f, max);
#define GET_BIN(f, max) get_bin(&r, &m->f##_n, m->f, max);

#define X(name, UPPER, number)                                                                               \
    size_t lp_##name##_encode(const struct lp_##name *m, uint8_t *out, size_t cap)                           \
    {                                                                                                        \
        struct wr w = wr_make(out, cap);                                                                     \
        wr_u16(&w, number);                                                                                  \
        LP_##UPPER(PUT_U8, PUT_U16, PUT_U32, PUT_U64, PUT_STR, PUT_BIN);                                     \
        return w.bad ? 0 : w.n;                                                                              \
    }                                                                                                        \
    int lp_##name##_decode(const uint8_t *p, size_t n, struct lp_##name *m)                                  \
    {                                                                                                        \
        struct rd r = rd_make(p, n);                                                                         \
        if (rd_u16(&r) != (number))                                                                          \
            return -1;                                                                                       \
        LP_##UPPER(GET_U8, GET_U16, GET_U32, GET_U64, GET_STR, GET_BIN);                                     \
        return r.bad || rd_left(&r) ? -1 : 0;                                                                \
    }
LP_MESSAGES(X)
#undef X

const char *lp_name(unsigned type)
{
    switch (type) {
#define X(name, UPPER, number)                                                                               \
    case LP_T_##UPPER:                                                                                       \
        return #name;
        LP_MESSAGES(X)
#undef X
    default:
        return "?";
    }
}

const char *lp_reason(uint32_t rc)
{
    static const struct {
        uint32_t rc;
        const char *text;
    } reasons[] = {
        {LP_RC_CANCELLED, "the request was cancelled"},
        {LP_RC_VERSION,
         "node and program are of different versions of snanode: install the same one for both"},
        {LP_RC_UNKNOWN, "the node does not know this process"},
        {LP_RC_STOPPING, "the node is ending"},
        {LP_RC_REFUSED, "the node has refused: see its log"},
        {LP_RC_LU_UNKNOWN, "the node has no local LU of this alias (APPCLLU)"},
        {LP_RC_LU_NONE, "APPCLLU is not set, and the node has no default local LU for this user"},
        {LP_RC_LU_DENIED, "AllocateAccess of the local LU does not admit this user, or its machine does not "
                          "offer it (OfferLUs)"},
        {LP_RC_MEMORY, "the node is short of memory"},
        {LP_RC_FAILURE_20,
         "no session can be had (CM_ALLOCATE_FAILURE, turned into this code by AllocateFailure20)"},
        {LP_RC_MODE_UNKNOWN, "the node has no mode of this name for these LUs"},
        {LP_RC_PARTNER_UNKNOWN, "the local LU has no partner LU of this name"},
        {LP_RC_NOT_ITS_TP, "the TP name belongs to another process, which the node has started"},
        {LP_RC_LU_TAKEN, "another process is the attach manager of this LU"},
        {LP_RC_NOT_MANAGER, "this process is not the attach manager of the LU"},
        {LP_RC_DESCRIPTORS,
         "the node has no descriptors left: end programs, or raise its limit of open files"},
        {LP_RC_USER_LIMIT,
         "this user has as many connections to the node as it may have (ConnectionsPerUser)"},
        {LP_RC_PROCESS_LIMIT,
         "this process has as many waiting calls as it may have (ConnectionsPerProcess)"},
        {LP_RC_CONVERSATION_LIMIT,
         "this user has as many conversations as it may have (ConversationsPerUser, or three "
         "quarters of the node's descriptors)"},
        {LP_RC_NAME_LIMIT, "this process has registered as many TP names as it may (1000)"},
        {LP_RC_PROCESS_SHARE,
         "this process has more than half of the node's descriptors, and the last ones are "
         "kept for other programs: end some of its conversations or connections"},
        {LP_RC_SIDE_DENIED,
         "the destination is configured, and only an administrator of the node may delete it"},
        {LP_RC_SIDE_LIMIT, "this user has set as many destinations as the node keeps for one user (1000)"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].rc == rc)
            return reasons[i].text;
    return "the node has refused: see its log";
}
