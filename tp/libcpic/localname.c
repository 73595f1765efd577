#include "tp/libcpic/localname.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cpic.h"
#include "snanode/base/buf.h"
#include "snanode/base/names.h"
#include "tp/conv/control.h"
#include "tp/libcpic/product.h"

#define NAMES_OCTETS 4096 /* what an accept message carries */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t names[NAMES_OCTETS]; /* each: length octet, octets */
static size_t names_n;
static bool given; /* cmsltp was called, whether its names are still there or not */

bool localname_given(void)
{
    pthread_mutex_lock(&lock);
    bool yes = given;
    pthread_mutex_unlock(&lock);
    return yes;
}

/* Write the TP name of this program to OUT: the one that the launcher, or the person who started it, has
 * given, or else the one in the node's configuration; the node is asked only when this is needed.  Returns
 * false when there is none. */
static bool default_name(char out[CM_TPN_SIZE + 1])
{
    const char *s = getenv("APPCTPN");
    if (s && name_valid_tp((const uint8_t *)s, strlen(s)))
        strcpy(out, s); /* as long as that at most */
    else
        control_configured_tpn(out);
    return out[0] != '\0';
}

static bool have_names(void)
{
    pthread_mutex_lock(&lock);
    bool yes = names_n > 0;
    pthread_mutex_unlock(&lock);
    return yes;
}

bool localname_any(void)
{
    char name[CM_TPN_SIZE + 1];
    return have_names() || default_name(name);
}

size_t localname_list(const struct conv *c, uint8_t *out, size_t cap, char lu[NAME_ROOM8])
{
    (void)c; /* the names are the program's */
    const char *env = getenv("APPCLLU");
    char tpn[CM_TPN_SIZE + 1] = "";
    struct wr w = wr_make(out, cap);
    name_unpad(lu, 9, env ? env : "", env ? strnlen(env, NAME_MAX8) : 0);
    if (!have_names())
        default_name(tpn);
    pthread_mutex_lock(&lock);
    if (names_n > 0) {
        wr_bytes(&w, names, names_n);
    } else if (tpn[0]) {
        wr_u8(&w, (uint8_t)strlen(tpn));
        wr_bytes(&w, tpn, strlen(tpn));
    }
    pthread_mutex_unlock(&lock);
    return w.n;
}

/* Where the name begins, at its length octet; names_n when it is not there. */
static size_t find(const unsigned char *name, size_t n)
{
    size_t i = 0;
    while (i < names_n && (names[i] != n || memcmp(names + i + 1, name, n) != 0))
        i += 1u + names[i];
    return i;
}

/* The checks that both calls make; false with *RC set. */
static bool take_name(const unsigned char *name, const CM_INT32 *length, CM_INT32 *rc)
{
    if (!rc)
        return false;
    if (!library_started()) {
        *rc = product_error_stopped();
        return false;
    }
    *rc = CM_PROGRAM_PARAMETER_CHECK;
    return name && length && *length >= 1 && *length <= CM_TPN_SIZE && name_valid_tp(name, (size_t)*length);
}

CM_ENTRY cmsltp(unsigned char *TP_name, CM_INT32 *TP_name_length, CM_INT32 *return_code)
{
    if (!take_name(TP_name, TP_name_length, return_code))
        return;
    size_t n = (size_t)*TP_name_length;
    *return_code = CM_OK;
    pthread_mutex_lock(&lock);
    given = true;
    if (find(TP_name, n) < names_n) {
        /* a name that is given twice counts once */
    } else if (names_n + 1 + n > sizeof names) {
        *return_code = product_error("the local TP names take more than %d octets", NAMES_OCTETS);
    } else {
        names[names_n++] = (uint8_t)n;
        memcpy(names + names_n, TP_name, n);
        names_n += n;
    }
    pthread_mutex_unlock(&lock);
}

CM_ENTRY cmrltp(unsigned char *TP_name, CM_INT32 *TP_name_length, CM_INT32 *return_code)
{
    if (!take_name(TP_name, TP_name_length, return_code))
        return;
    size_t n = (size_t)*TP_name_length;
    pthread_mutex_lock(&lock);
    size_t at = find(TP_name, n);
    if (at < names_n) {
        names_n -= n + 1;
        memmove(names + at, names + at + n + 1, names_n - at);
        *return_code = CM_OK;
    }
    pthread_mutex_unlock(&lock);
}

void localname_forked(void)
{
    pthread_mutex_init(&lock, NULL);
}

void localname_clear(void)
{
    pthread_mutex_lock(&lock);
    names_n = 0;
    given = false;
    pthread_mutex_unlock(&lock);
}
