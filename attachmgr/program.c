#include "attachmgr/program.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0, or why PATH cannot be run. */
static int usable(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    return access(path, X_OK) < 0 ? errno : 0;
}

static void lower_name(char *path)
{
    char *p = strrchr(path, '/');
    for (p = p ? p + 1 : path; *p; p++)
        *p = (char)tolower((unsigned char)*p);
}

static void cut_exe(char *path)
{
    size_t n = strlen(path);
    if (n > 4 && strcasecmp(path + n - 4, ".exe") == 0)
        path[n - 4] = '\0';
}

int program_find(const char *path, char *out, size_t cap)
{
    int why = 0;
    for (int form = 0; form < 4; form++) {
        if ((size_t)snprintf(out, cap, "%s", path) >= cap)
            return ENAMETOOLONG;
        if (form & 1)
            cut_exe(out);
        if (form & 2)
            lower_name(out);
        int e = usable(out);
        if (e == 0)
            return 0;
        if (why == 0 || why == ENOENT)
            why = e;
    }
    snprintf(out, cap, "%s", path);
    return why;
}
