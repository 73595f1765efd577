/* The registry file on disk, and the messages when reading or writing it fails. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/cli/tpsetup/tpsetup.h"

static bool judge(const char *name, const char *failure, struct tpspec_why *why)
{
    if (failure)
        tpspec_refuse(why, "%s: %s: %s", name, failure, strerror(errno));
    return !failure;
}

bool tpsetup_file_read(struct editfile *f, const char *name, bool change, bool fresh, struct tpspec_why *why)
{
    if (!judge(name, editfile_read(f, name, change), why))
        return false;
    if (f->n == 0 && fresh) {
        free(f->text);
        f->text = NULL;
    }
    errno = ENOENT;
    return f->text || fresh || judge(name, "cannot be read", why);
}

bool tpsetup_file_write(const struct editfile *f, const char *name, const struct regtext *text, bool secret,
                        struct tpspec_why *why)
{
    return judge(name, editfile_write(f, text->p, text->n, secret), why);
}
