#include "attachmgr/tptable/progname.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "snanode/base/names.h"

/* Length of S up to its last dot; a name that begins with its only dot has no extension. */
static size_t stem(const char *s)
{
    const char *dot = strrchr(s, '.');
    return dot && dot > s ? (size_t)(dot - s) : strlen(s);
}

/* The same, but only the extensions of Windows programs count. */
static size_t written_stem(const char *s)
{
    static const char *const extensions[] = {".exe", ".com", ".bat", ".cmd"};
    size_t n = stem(s);
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (name_casecmp(s + n, extensions[i]) == 0)
            return n;
    return strlen(s);
}

static bool same(const char *a, size_t n, const char *b, size_t m)
{
    return n == m && strncasecmp(a, b, n) == 0;
}

int progname_fits(const char *written, const char *program)
{
    size_t n = written_stem(written), all = strlen(program);
    if (name_casecmp(written, program) == 0)
        return 2;
    return same(written, n, program, all) || same(written, n, program, stem(program)) ||
           same(written, strlen(written), program, stem(program));
}
