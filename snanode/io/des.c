/* OpenSSL 3 has DES in its provider "legacy", a file that some systems pack apart. */
#include "snanode/io/des.h"

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <sys/random.h>

#include "snanode/base/log.h"
#include "snanode/io/link/tlsmemory.h"

static struct {
    OSSL_LIB_CTX *ctx;
    OSSL_PROVIDER *legacy;
    EVP_CIPHER *ecb;
    EVP_CIPHER_CTX *work;
    bool tried;
} lib;

void des_unload(void)
{
    EVP_CIPHER_CTX_free(lib.work);
    EVP_CIPHER_free(lib.ecb);
    if (lib.legacy)
        OSSL_PROVIDER_unload(lib.legacy);
    OSSL_LIB_CTX_free(lib.ctx);
    lib.ctx = NULL;
    lib.legacy = NULL;
    lib.ecb = NULL;
    lib.work = NULL;
    lib.tried = false;
}

static bool load(void)
{
    if (lib.tried)
        return lib.work != NULL;
    unsigned long lost = tls_memory_lost();
    lib.tried = true;
    /* OpenSSL 3.0 ends the process when it gets no memory while it loads a provider. */
    tls_memory_reserved(true);
    lib.ctx = OSSL_LIB_CTX_new();
    lib.legacy = lib.ctx ? OSSL_PROVIDER_load(lib.ctx, "legacy") : NULL;
    lib.ecb = lib.legacy ? EVP_CIPHER_fetch(lib.ctx, "DES-ECB", NULL) : NULL;
    lib.work = lib.ecb ? EVP_CIPHER_CTX_new() : NULL;
    tls_memory_reserved(false);
    if (!lib.work && tls_memory_lost() != lost) {
        log_error("session keys and password substitutes: OpenSSL got no memory for DES");
        des_unload(); /* the next one that needs it tries again */
        return false;
    }
    if (!lib.work)
        log_error(
            "session keys and password substitutes need DES, which OpenSSL does not have here: install its "
            "provider \"legacy\" (legacy.so; Debian: libssl3 or openssl-provider-legacy)");
    return lib.work != NULL;
}

static int encipher(void *arg, const uint8_t key[CIPHER_N], const uint8_t in[CIPHER_N], uint8_t out[CIPHER_N])
{
    int n = 0;
    (void)arg;
    if (!load() || EVP_EncryptInit_ex2(lib.work, lib.ecb, key, NULL, NULL) != 1 ||
        EVP_CIPHER_CTX_set_padding(lib.work, 0) != 1 ||
        EVP_EncryptUpdate(lib.work, out, &n, in, CIPHER_N) != 1)
        return -1;
    return n == CIPHER_N ? 0 : -1;
}

static int random_octets(void *arg, uint8_t *out, size_t n)
{
    (void)arg;
    return getrandom(out, n, 0) == (ssize_t)n ? 0 : -1; /* so few come whole, and need no memory */
}

const struct cipher *des_cipher(void)
{
    static const struct cipher cipher = {.des = encipher, .random = random_octets};
    return &cipher;
}
