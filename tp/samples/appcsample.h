/* appcsample.h - what the two samples of APPC have in common. */
#ifndef SAMPLES_APPCSAMPLE_H
#define SAMPLES_APPCSAMPLE_H

#include <stdio.h>
#include <string.h>

#include "snanode/cli/progopt.h"
#include "winappc.h"

static inline void sample_ascii(unsigned char *field, size_t n, const char *text)
{
    size_t k = strlen(text) < n ? strlen(text) : n;
    memset(field, ' ', n);
    memcpy(field, text, k);
}

/* Upper-case letters, digits and #: what names are made of.  Three runs of letters follow each other in
 * EBCDIC. */
static inline void sample_ebcdic(unsigned char *field, size_t n, const char *text)
{
    memset(field, 0x40, n);
    for (size_t i = 0; i < n && text[i]; i++) {
        char c = text[i];
        field[i] = (unsigned char)(c >= 'A' && c <= 'I'   ? 0xC1 + (c - 'A')
                                   : c >= 'J' && c <= 'R' ? 0xD1 + (c - 'J')
                                   : c >= 'S' && c <= 'Z' ? 0xE2 + (c - 'S')
                                   : c >= '0' && c <= '9' ? 0xF0 + (c - '0')
                                   : c == '#'             ? 0x7B
                                                          : 0x40);
    }
}

/* Whether the verb NAME has succeeded; says why not. */
static inline int sample_good(const char *name, void *vcb)
{
    struct appc_hdr *h = (struct appc_hdr *)vcb;
    unsigned char text[256];
    if (h->primary_rc == AP_OK)
        return 1;
    GetAppcReturnCode(h, sizeof text, text);
    fprintf(stderr, "%s: %s\n", name, (char *)text);
    return 0;
}

/* The options that both have.  Returns the exit status, or -1: go on with the arguments at optind. */
static inline int sample_options(const char *program, const char *usage, int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    int c = getopt_long(argc, argv, ":h", longs, NULL);
    if (c == -1)
        return -1;
    if (c == PROGOPT_VERSION)
        return progopt_version(program);
    if (c != PROGOPT_HELP)
        return progopt_refused(program, c, argv);
    printf("usage: %s %s", program, usage);
    return 0;
}

static inline int sample_issue(const char *name, void *vcb)
{
    APPC(vcb);
    return sample_good(name, vcb);
}

#endif
