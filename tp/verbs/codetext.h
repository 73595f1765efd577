/* codetext.h - the return codes of a verb as text [HIS: GetAppcReturnCode; HIS: GetCsvReturnCode].  Inside
 * the libraries only. */
#ifndef VERBS_CODETEXT_H
#define VERBS_CODETEXT_H

#include <stddef.h>
#include <stdint.h>

/* A code as it stands in a block, and its name. */
struct codetext_name {
    uint32_t code;
    const char *name;
};
#define CODETEXT_NAME(code)                                                                                  \
    {                                                                                                        \
        code, #code                                                                                          \
    }

/* The codes of an interface. */
struct codetext {
    const struct codetext_name *primary, *secondary;
    size_t n_primary, n_secondary;
    const char *(*other)(
        uint32_t number); /* the name of a secondary code that is not listed, by its number */
};

/* Write the codes of the block VCB to BUFFER (N octets), with a NUL.  Returns the length of the text; 0: VCB
 * cannot be read, or BUFFER cannot be written or is too small. */
int codetext_write(const struct codetext *t, const void *vcb, unsigned n, unsigned char *buffer);

#endif
