/* Any octets as what a browser sends in its headers, and as the file of a token: Host, Authorization and the
 * first line of the file.  A host that is admitted is an address, localhost or a known name; a token that is
 * read is short, printable, and admits whoever says it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "snanode/io/httpguard.h"

#define TOKEN "0123456789abcdef"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static bool known(const void *arg, const char *name)
{
    must(strlen(name) < 256 && !strchr(name, ':'));
    return strcasecmp(arg, name) == 0;
}

/* Whoever says the token is admitted, and who leaves out its end is not. */
static void try_token(const char *text, size_t n)
{
    char token[HTTPGUARD_TOKEN_MAX + 1], said[HTTPGUARD_TOKEN_MAX + 16];
    const char *why = NULL;
    if (!httpguard_read_token(text, n, token, &why)) {
        must(why != NULL);
        return;
    }
    size_t len = strlen(token);
    must(!why && len >= HTTPGUARD_TOKEN_MIN && len <= HTTPGUARD_TOKEN_MAX &&
         strpbrk(token, " \t\r\n") == NULL);
    snprintf(said, sizeof said, "Bearer %s", token);
    must(httpguard_authorized(said, token));
    said[strlen(said) - 1] = '\0';
    must(!httpguard_authorized(said, token));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    char *text = malloc(size + 1); /* as long as it is, for the sanitizer; a header has no NUL */
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    try_token((const char *)data, size);
    if (httpguard_host(text, known, "snanode.example"))
        must(strncasecmp(text, "snanode.example", 15) == 0 || strncasecmp(text, "localhost", 9) == 0 ||
             strspn(text, "[0123456789abcdefABCDEF:.") > 0);
    must(!httpguard_host(text, NULL, NULL) || httpguard_host(text, known, "snanode.example"));
    must(!httpguard_authorized(text, ""));
    if (httpguard_authorized(text, TOKEN))
        must(strncasecmp(text, "Basic ", 6) == 0 ||
             (strncasecmp(text, "Bearer ", 7) == 0 && strstr(text, TOKEN)));
    free(text);
    return 0;
}
