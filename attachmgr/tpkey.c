/* Keys of the registry by path. */
#include <stdarg.h>
#include <stdio.h>

#include "attachmgr/tpbuild.h"

const struct reg_key *tpkey_at(const struct builder *b, const char *fmt, ...)
{
    char path[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(path, sizeof path, fmt, ap);
    va_end(ap);
    return n > 0 && (size_t)n < sizeof path ? regfile_key(b->reg, path) : NULL;
}

const struct reg_key *tpkey_service(const struct builder *b, const char *below)
{
    return tpkey_at(b, "HKLM\\SYSTEM\\%s\\Services\\%s", b->control_set, below);
}
