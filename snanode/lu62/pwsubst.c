/* The steps and their order are those of [RFC4777] section 5.1, which also has the example of the tests. */
#include "snanode/lu62/pwsubst.h"

#include <string.h>

#include "snanode/wire/sense.h"

enum { BLANK = 0x40, MASK = 0x55, ID_N = 2 * CIPHER_N, MAC_BLOCKS = 5 };

void pwsubst_put_seq(uint64_t seq, uint8_t out[CIPHER_N])
{
    for (int i = CIPHER_N - 1; i >= 0; i--, seq >>= 8)
        out[i] = (uint8_t)seq;
}

uint64_t pwsubst_seq(const uint8_t in[CIPHER_N])
{
    uint64_t v = 0;
    for (int i = 0; i < CIPHER_N; i++)
        v = v << 8 | in[i];
    return v;
}

/* ---- names ---- */

static uint8_t upper(uint8_t c)
{
    bool small = (c >= 0x81 && c <= 0x89) || (c >= 0x91 && c <= 0x99) || (c >= 0xA2 && c <= 0xA9);
    return small ? c | 0x40 : c; /* EBCDIC */
}

/* NAME (N octets) in upper case, and blanks up to CAP octets. */
static void pad(uint8_t *out, size_t cap, const uint8_t *name, size_t n)
{
    memset(out, BLANK, cap);
    for (size_t i = 0; i < n && i < cap; i++)
        out[i] = upper(name[i]);
}

/* Trailing blanks are padding. */
static size_t trimmed(const uint8_t *name, size_t n)
{
    while (n > 0 && name[n - 1] == BLANK)
        n--;
    return n;
}

/* A user ID as one block: octets 9 and 10 go, two bits each, into the first bits of the other eight. */
static void fold(const struct pwsubst_user *u, uint8_t out[CIPHER_N])
{
    uint8_t id[PWSUBST_NAME_MAX];
    pad(id, sizeof id, u->user, u->user_n);
    memcpy(out, id, CIPHER_N);
    if (trimmed(u->user, u->user_n) <= CIPHER_N)
        return;
    unsigned rest = (unsigned)id[8] << 8 | id[9];
    for (int i = 0; i < CIPHER_N; i++)
        out[i] ^= (uint8_t)((rest >> (14 - 2 * i) & 3) << 6);
}

/* ---- token ---- */

/* ID enciphered with at most eight characters of a password. */
static int token_of(const struct cipher *c, const uint8_t id[CIPHER_N], const uint8_t *password, size_t n,
                    uint8_t token[CIPHER_N])
{
    uint8_t key[CIPHER_N];
    pad(key, sizeof key, password, n);
    for (int i = 0; i < CIPHER_N; i++)
        key[i] ^= MASK;
    pwsubst_put_seq(pwsubst_seq(key) << 1, key);
    int ok = c->des(c->arg, key, id, token);
    explicit_bzero(key, sizeof key);
    return ok;
}

int pwsubst_token(const struct cipher *c, const struct pwsubst_user *u, uint8_t token[CIPHER_N])
{
    uint8_t id[CIPHER_N], more[CIPHER_N];
    if (u->user_n > PWSUBST_NAME_MAX || u->password_n > PWSUBST_NAME_MAX)
        return -1;
    size_t n = trimmed(u->password, u->password_n);
    fold(u, id);
    if (token_of(c, id, u->password, n < CIPHER_N ? n : CIPHER_N, token) < 0)
        return -1;
    if (n <= CIPHER_N)
        return 0;
    if (token_of(c, id, u->password + CIPHER_N, n - CIPHER_N, more) < 0)
        return -1;
    for (int i = 0; i < CIPHER_N; i++)
        token[i] ^= more[i];
    explicit_bzero(more, sizeof more);
    return 0;
}

/* ---- substitute ---- */

static void xor_block(uint8_t *a, const uint8_t *b)
{
    for (int i = 0; i < CIPHER_N; i++)
        a[i] ^= b[i];
}

/* The last block of CBC with an initial value of zeros. */
static int mac(const struct cipher *c, const uint8_t key[CIPHER_N], uint8_t blocks[MAC_BLOCKS][CIPHER_N],
               uint8_t out[CIPHER_N])
{
    uint8_t in[CIPHER_N];
    memset(out, 0, CIPHER_N);
    for (int i = 0; i < MAC_BLOCKS; i++) {
        memcpy(in, out, sizeof in);
        xor_block(in, blocks[i]);
        if (c->des(c->arg, key, in, out) < 0)
            return -1;
    }
    return 0;
}

int pwsubst_make(const struct cipher *c, const struct pwsubst_user *u, const uint8_t sender[CIPHER_N],
                 const uint8_t receiver[CIPHER_N], uint64_t seq, uint8_t out[CIPHER_N])
{
    uint8_t token[CIPHER_N], blocks[MAC_BLOCKS][CIPHER_N], id[ID_N];
    if (pwsubst_token(c, u, token) < 0)
        return -1;
    pad(id, sizeof id, u->user, u->user_n);
    pwsubst_put_seq(pwsubst_seq(receiver) + seq, blocks[0]);
    memcpy(blocks[1], sender, CIPHER_N);
    memcpy(blocks[2], id, sizeof id);
    xor_block(blocks[2], blocks[0]);
    xor_block(blocks[3], blocks[0]);
    pwsubst_put_seq(seq, blocks[4]);
    int ok = mac(c, token, blocks, out);
    explicit_bzero(token, sizeof token);
    return ok;
}

bool pwsubst_is(const struct cipher *c, const struct pwsubst *p, const struct pwsubst_user *u, uint64_t seq,
                const uint8_t substitute[CIPHER_N])
{
    uint8_t want[CIPHER_N];
    if (pwsubst_make(c, u, p->partner, p->own, seq, want) < 0)
        return false;
    bool same = cipher_same(want, substitute);
    explicit_bzero(want, sizeof want);
    return same;
}

/* ---- numbers ---- */

uint64_t pwsubst_next(struct pwsubst *p)
{
    return ++p->sent;
}

int pwsubst_arrived(struct pwsubst *p, const uint8_t *seq, size_t n, struct sna_err *e)
{
    if (n != CIPHER_N) {
        p->unnumbered++; /* its sender may have counted it */
        return 0;
    }
    uint64_t number = pwsubst_seq(seq);
    if (number <= p->got)
        return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, "the number of the Attach has been there before");
    if (number - p->got > 1 + PWSUBST_GAP + p->unnumbered)
        return sna_err_set(e, SENSE_SECURITY_NOT_VALID, 0, "too many numbers of Attaches are left out");
    p->got = number;
    p->unnumbered = 0;
    return 0;
}
