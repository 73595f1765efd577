/* Keys of the registry by path. */
#include <stdarg.h>
#include <stdio.h>

#include "attachmgr/tptable/tpbuild.h"

const struct reg_key *tpkey_at(const struct builder *b, const char *fmt, ...)
{
    char path[1024];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(path, sizeof path, fmt, ap);
    va_end(ap);
    return n > 0 && (size_t)n < sizeof path ? regfile_key(b->reg, path) : NULL;
}

const struct reg_key *tpkey_software(const struct builder *b, const char *below)
{
    const struct reg_key *k = tpkey_at(b, "HKLM\\SOFTWARE\\Microsoft\\%s", below);
    return k ? k : tpkey_software32(b, below);
}

const struct reg_key *tpkey_software32(const struct builder *b, const char *below)
{
    return tpkey_at(b, "HKLM\\SOFTWARE\\Wow6432Node\\Microsoft\\%s", below);
}

const struct reg_key *tpkey_service(const struct builder *b, const char *below)
{
    return tpkey_at(b, "HKLM\\SYSTEM\\%s\\Services\\%s", b->control_set, below);
}
