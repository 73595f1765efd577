#include "snanode/io/link/tlsmemory.h"

#include <openssl/crypto.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "snanode/io/reserve.h"

static atomic_ulong lost;
static _Thread_local bool reserved;

static void *counted(void *p)
{
    if (!p)
        atomic_fetch_add_explicit(&lost, 1, memory_order_relaxed);
    return p;
}

/* OpenSSL says where in its source it is; it never asks for nothing. */
static void *take(size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return counted(reserved ? reserve_take(n) : malloc(n));
}

static void *resize(void *p, size_t n, const char *file, int line)
{
    (void)file;
    (void)line;
    return counted(reserved || reserve_has(p) ? reserve_resize(p, n) : realloc(p, n));
}

static void give_back(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    reserve_give_back(p);
}

bool tls_memory_begin(void)
{
    unsigned long before = tls_memory_lost();
    CRYPTO_set_mem_functions(take, resize, give_back);
    bool begun = OPENSSL_init_crypto(0, NULL) == 1 && OSSL_LIB_CTX_set0_default(NULL) != NULL;
    return begun && tls_memory_lost() == before;
}

void tls_memory_reserved(bool on)
{
    reserved = on;
}

unsigned long tls_memory_lost(void)
{
    return atomic_load_explicit(&lost, memory_order_relaxed);
}
