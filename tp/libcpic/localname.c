#include "tp/libcpic/localname.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/base/names.h"
#include "tp/libcpic/control.h"
#include "tp/libcpic/conv.h"

#define NAMES_OCTETS 4096 /* what an accept message carries */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static uint8_t names[NAMES_OCTETS]; /* each: length octet, octets */
static size_t names_n;

bool localname_given(void)
{
    pthread_mutex_lock(&lock);
    bool yes = names_n > 0;
    pthread_mutex_unlock(&lock);
    return yes;
}

/* The name the launcher, or the person who started the program, gave it. */
static const char *from_environment(void)
{
    const char *s = getenv("APPCTPN");
    return s && name_valid_tp((const uint8_t *)s, strlen(s)) ? s : NULL;
}

bool localname_any(void)
{
    return localname_given() || from_environment();
}

size_t localname_list(uint8_t *out, size_t cap, char lu[9])
{
    const char *env = getenv("APPCLLU"), *tpn = from_environment();
    struct wr w = wr_make(out, cap);
    name_unpad(lu, 9, env ? env : "", env ? strnlen(env, NAME_MAX8) : 0);
    pthread_mutex_lock(&lock);
    if (names_n > 0) {
        wr_bytes(&w, names, names_n);
    } else if (tpn) {
        wr_u8(&w, (uint8_t)strlen(tpn));
        wr_bytes(&w, tpn, strlen(tpn));
    }
    pthread_mutex_unlock(&lock);
    return w.n;
}

static bool known(const unsigned char *name, size_t n)
{
    for (size_t i = 0; i < names_n; i += 1u + names[i])
        if (names[i] == n && memcmp(names + i + 1, name, n) == 0)
            return true;
    return false;
}

CM_ENTRY cmsltp(unsigned char *TP_name, CM_INT32 *TP_name_length, CM_INT32 *return_code)
{
    if (!return_code)
        return;
    if (!library_started()) {
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
        return;
    }
    if (!TP_name || !TP_name_length || *TP_name_length < 1 || *TP_name_length > CM_TPN_SIZE ||
        !name_valid_tp(TP_name, (size_t)*TP_name_length)) {
        *return_code = CM_PROGRAM_PARAMETER_CHECK;
        return;
    }
    size_t n = (size_t)*TP_name_length;
    *return_code = CM_OK;
    pthread_mutex_lock(&lock);
    if (known(TP_name, n)) {
        /* given twice is given once */
    } else if (names_n + 1 + n > sizeof names) {
        *return_code = CM_PRODUCT_SPECIFIC_ERROR;
    } else {
        names[names_n++] = (uint8_t)n;
        memcpy(names + names_n, TP_name, n);
        names_n += n;
    }
    pthread_mutex_unlock(&lock);
}

void localname_clear(void)
{
    pthread_mutex_lock(&lock);
    names_n = 0;
    pthread_mutex_unlock(&lock);
}
