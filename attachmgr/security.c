/* The time that an answer takes must not tell how much of a password was right, or which users exist: the
 * whole list is always walked, and each comparison looks at all 20 octets. */
#include "attachmgr/security.h"

#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/lu62/pwsubst.h"
#include "snanode/wire/sense.h"

enum { FIELD = 10, PAIR = 2 * FIELD };

/* Fields are compared blank-padded to 10, as the product keeps them. */
static void put_ascii(uint8_t *out, const uint8_t *p, size_t n)
{
    memset(out, ' ', FIELD);
    memcpy(out, p, n < FIELD ? n : FIELD);
}

static void put_ebcdic(uint8_t *out, const uint8_t *p, size_t n)
{
    put_ascii(out, p, n);
    for (size_t i = 0; i < FIELD && i < n; i++)
        out[i] = ebcdic_to_ascii[out[i]];
}

/* 1 when the same, 0 when not, without a branch on what they hold. */
static unsigned same_pair(const uint8_t *a, const uint8_t *b)
{
    unsigned diff = 0;
    for (size_t i = 0; i < PAIR; i++)
        diff |= (unsigned)(a[i] ^ b[i]);
    return ((diff - 1) >> 8) & 1;
}

static bool pair_is_configured(const struct tp_entry *e, const struct fmh5 *a)
{
    uint8_t sent[PAIR], have[PAIR];
    volatile unsigned found = 0;
    put_ebcdic(sent, a->user, a->user_n);
    put_ebcdic(sent + FIELD, a->password, a->password_n);
    for (size_t i = 0; i < e->n_users; i++) {
        put_ascii(have, e->users[i].name, e->users[i].name_n);
        put_ascii(have + FIELD, e->users[i].password, e->users[i].password_n);
        found |= same_pair(sent, have);
    }
    explicit_bzero(sent, sizeof sent);
    explicit_bzero(have, sizeof have);
    return found != 0;
}

/* Whether A's substitute is that of the configured user U.  What an Attach has in the place of a password
 * says nothing without the nonces of its session. */
static bool is_substitute(const struct tp_user *u, const struct fmh5 *a, const struct cipher *c)
{
    uint8_t name[FIELD], password[FIELD];
    struct pwsubst end = {.sent = 0};
    memcpy(end.own, a->receiver_nonce, sizeof end.own);
    memcpy(end.partner, a->sender_nonce, sizeof end.partner);
    memcpy(name, u->name, sizeof name);
    memcpy(password, u->password, sizeof password);
    ebcdic_encode(name, sizeof name);
    ebcdic_encode(password, sizeof password);
    const struct pwsubst_user user = {
        .user = name, .user_n = u->name_n, .password = password, .password_n = u->password_n};
    bool is = pwsubst_is(c, &end, &user, pwsubst_seq(a->seq), a->password);
    explicit_bzero(password, sizeof password);
    return is;
}

static bool substitute_is_configured(const struct tp_entry *e, const struct fmh5 *a, const struct cipher *c)
{
    uint8_t sent[PAIR] = {0}, have[PAIR] = {0};
    volatile unsigned found = 0;
    if (!c || !a->has_nonces || a->seq_n != sizeof a->seq || a->password_n != CIPHER_N)
        return false;
    put_ebcdic(sent, a->user, a->user_n);
    for (size_t i = 0; i < e->n_users; i++) {
        put_ascii(have, e->users[i].name, e->users[i].name_n);
        found |= same_pair(sent, have) & is_substitute(&e->users[i], a, c);
    }
    return found != 0;
}

static bool may_have(const struct tp_entry *e, const struct fmh5 *a, const struct cipher *c)
{
    if (a->sign_on || a->signed_on) /* step 2: there is no persistent verification here */
        return false;
    if (!e || !e->security) /* steps 3 and 4 */
        return true;
    if (!a->has_user || !a->user_n) /* no user is named, verified or not */
        return false;
    if (a->already_verified) /* step 5 */
        return e->already_verified;
    if (!a->has_password)
        return false;
    return a->password_substituted ? substitute_is_configured(e, a, c) : pair_is_configured(e, a);
}

uint32_t security_check(const struct tp_entry *e, const struct fmh5 *a, const struct cipher *c)
{
    return may_have(e, a, c) ? 0 : SENSE_SECURITY_NOT_VALID;
}
