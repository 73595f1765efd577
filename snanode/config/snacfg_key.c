/* Session security of a remote LU.  A key is never printed in the clear: /securityex: shows it scrambled,
 * so that nobody reads it over a shoulder.  This is no encryption: whoever has the file has the key.
 *
 * Form: 1, then hex of the type, the sixteen octets of the key (the rest zeros), and two of a checksum,
 * each octet exclusive-or a fixed stream.  The product's own form is not known; a value in that form is
 * kept as it is. */
#include <stdio.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/config/snacfg_option.h"

#define KEY_MAX   16 /* hex digits of a key */
#define KEY_CHARS 8  /* characters of one that is given in characters */
#define PLAIN_N   (1 + KEY_MAX + 2)
#define FORM_N    (1 + 2 * PLAIN_N)
#define HEX       "0123456789ABCDEFabcdef"
#define CHARACTER "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789$@#."

static uint8_t stream(unsigned i)
{
    uint32_t x = (i + 1) * 2654435761u;
    return (uint8_t)(x >> 24 ^ x >> 13);
}

static unsigned checksum(const uint8_t *p)
{
    unsigned a = 1, b = 0;
    for (size_t i = 0; i < PLAIN_N - 2; i++) {
        a = (a + p[i]) % 251;
        b = (b + a) % 251;
    }
    return b << 8 | a;
}

static void scramble(enum cfg_key type, const char *key, char out[FORM_N + 1])
{
    uint8_t p[PLAIN_N] = {(uint8_t)type};
    memcpy(p + 1, key, strlen(key));
    unsigned sum = checksum(p);
    p[PLAIN_N - 2] = (uint8_t)(sum >> 8);
    p[PLAIN_N - 1] = (uint8_t)sum;
    out[0] = '1';
    for (unsigned i = 0; i < PLAIN_N; i++)
        snprintf(out + 1 + 2 * i, 3, "%02X", (unsigned)(p[i] ^ stream(i)));
    explicit_bzero(p, sizeof p);
}

static unsigned digit(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

static bool take_key(struct cfg_rlu *rlu, enum cfg_key type, const char *key)
{
    size_t n = type == CFG_KEY_HEX ? KEY_MAX : KEY_CHARS;
    if (strlen(key) != n || strspn(key, type == CFG_KEY_HEX ? HEX : CHARACTER) != n)
        return false;
    memset(rlu->key, 0, sizeof rlu->key);
    memcpy(rlu->key, key, n);
    if (type == CFG_KEY_HEX)
        name_fold(rlu->key);
    rlu->key_type = type;
    return true;
}

static bool unscramble(struct cfg_rlu *rlu, const char *text)
{
    uint8_t p[PLAIN_N];
    char key[KEY_MAX + 1] = "";
    if (strlen(text) != FORM_N || *text != '1' || strspn(text, HEX) != FORM_N)
        return false;
    for (unsigned i = 0; i < PLAIN_N; i++)
        p[i] = (uint8_t)((digit(text[1 + 2 * i]) << 4 | digit(text[2 + 2 * i])) ^ stream(i));
    unsigned sum = checksum(p);
    memcpy(key, p + 1, KEY_MAX);
    bool ok = p[PLAIN_N - 2] == (uint8_t)(sum >> 8) && p[PLAIN_N - 1] == (uint8_t)sum &&
              (p[0] == CFG_KEY_HEX || p[0] == CFG_KEY_CHAR) && take_key(rlu, (enum cfg_key)p[0], key);
    explicit_bzero(p, sizeof p);
    explicit_bzero(key, sizeof key);
    return ok;
}

/* The documents write none and None,TEXT; exports have "None,". */
static bool is_no_key(const char *value)
{
    char word[5];
    snprintf(word, sizeof word, "%s", value);
    return name_casecmp(word, "none") == 0 && (value[4] == '\0' || value[4] == ',');
}

static bool clear_key(struct cfg_rlu *rlu)
{
    memset(rlu->key, 0, sizeof rlu->key);
    rlu->key_type = CFG_KEY_NONE;
    return true;
}

static bool set_security(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_rlu *rlu = cmd->object;
    const char *comma = strchr(value, ',');
    char word[8] = "";
    (void)o;
    if (comma && comma - value < (ptrdiff_t)sizeof word)
        memcpy(word, value, (size_t)(comma - value));
    if (is_no_key(value))
        return clear_key(rlu);
    if (name_casecmp(word, "hex") == 0)
        return take_key(rlu, CFG_KEY_HEX, comma + 1) ||
               snacfg_refuse(cmd, 0, "the session key is not %d hex digits", KEY_MAX);
    if (name_casecmp(word, "char") == 0)
        return take_key(rlu, CFG_KEY_CHAR, comma + 1) ||
               snacfg_refuse(cmd, 0, "the session key is not %d characters A-Z a-z 0-9 $ @ # .", KEY_CHARS);
    return snacfg_refuse(cmd, 3864, "session security is not none, hex,KEY or char,KEY");
}

const struct value_type value_security = {set_security, NULL};

static bool set_securityex(struct command *cmd, const struct option *o, const char *value)
{
    struct cfg_rlu *rlu = cmd->object;
    (void)o;
    if (is_no_key(value))
        return clear_key(rlu);
    if (!*value || strlen(value) >= sizeof rlu->key)
        return snacfg_refuse(cmd, 0, "the scrambled key does not have 1 to %zu characters",
                             sizeof rlu->key - 1);
    if (unscramble(rlu, value))
        return true;
    diag_warn(
        cmd->r->d, cmd->r->file, cmd->line,
        "/securityex: the key was not scrambled by this product and is not known; set it with /security "
        "(%s)",
        cmd->label);
    memset(rlu->key, 0, sizeof rlu->key);
    strcpy(rlu->key, value);
    rlu->key_type = CFG_KEY_UNREADABLE;
    return true;
}

static bool get_securityex(const struct option *o, const void *object, char *out, size_t cap)
{
    const struct cfg_rlu *rlu = object;
    char text[FORM_N + 1];
    (void)o;
    if (rlu->key_type == CFG_KEY_NONE)
        return false;
    if (rlu->key_type == CFG_KEY_UNREADABLE)
        return snacfg_copy(rlu->key, out, cap);
    scramble(rlu->key_type, rlu->key, text);
    return snacfg_copy(text, out, cap);
}

const struct value_type value_securityex = {set_securityex, get_securityex};
