#include "snanode/io/launch/program.h"

#include "snanode/io/launch/progformat.h"
#include "snanode/io/launch/wine.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static bool is_lua(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcasecmp(path + n - 4, ".lua") == 0;
}

/* 0, or why PATH cannot be run. */
static int usable(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return errno;
    if (S_ISDIR(st.st_mode))
        return EISDIR;
    if (!S_ISREG(st.st_mode)) /* opening a pipe would wait for a writer */
        return EACCES;
    return access(path, is_lua(path) ? R_OK : X_OK) < 0 ? errno : 0;
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

/* Form 0 to 3 of PATH: without .exe, with its file name in lower case.  False: too long. */
static bool make_form(int form, const char *path, char *out, size_t cap)
{
    if ((size_t)snprintf(out, cap, "%s", path) >= cap)
        return false;
    if (form & 1)
        cut_exe(out);
    if (form & 2)
        lower_name(out);
    return true;
}

int program_find(const char *path, char *out, size_t cap)
{
    int why = 0;
    for (int form = 0; form < 4; form++) {
        if (!make_form(form, path, out, cap))
            return ENAMETOOLONG;
        int e = usable(out);
        if (e == 0)
            return 0;
        if (why == 0 || why == ENOENT)
            why = e;
    }
    /* A file that was copied from Windows is perhaps not executable, and Wine does not mind. */
    for (int form = 0; form < 4 && why == EACCES; form++)
        if (make_form(form, path, out, cap) && wine_is_program(out))
            return 0;
    snprintf(out, cap, "%s", path);
    return why;
}

/* Whether PATH is executable and its first line is "#!" and something other than tpsh. */
static bool names_other_interpreter(const char *path)
{
    char line[256] = "";
    FILE *f = access(path, X_OK) == 0 ? fopen(path, "re") : NULL;
    if (!f)
        return false;
    bool other = fgets(line, sizeof line, f) && strncmp(line, "#!", 2) == 0 && !strstr(line, "tpsh");
    fclose(f);
    return other;
}

static bool is_in(const char *dir, size_t n, const char *name, char *out, size_t cap)
{
    return (size_t)snprintf(out, cap, "%.*s/%s", (int)n, dir, name) < cap && usable(out) == 0;
}

bool program_beside(const char *name, char *out, size_t cap)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) {
        self[n] = '\0';
        char *slash = strrchr(self, '/');
        if (slash && is_in(self, (size_t)(slash - self), name, out, cap))
            return true;
    }
    return program_in_path(name, out, cap);
}

bool program_in_path(const char *name, char *out, size_t cap)
{
    for (const char *p = getenv("PATH"); p && *p; p += strspn(p, ":")) {
        size_t k = strcspn(p, ":");
        if (*p == '/' && is_in(p, k, name, out, cap))
            return true;
        p += k;
    }
    return false;
}

int program_interpreter(const char *program, char *out, size_t cap)
{
    if (!is_lua(program) || names_other_interpreter(program))
        return 0;
    return program_beside("tpsh", out, cap) ? 1 : -1;
}

/* ---- why a program does not run ---- */

/* The first octets of a file. */
struct head {
    uint8_t octets[PROGFORMAT_HEAD];
    ssize_t n;
};

/* False when PATH cannot be read; a program need not be readable. */
static bool head_of(const char *path, struct head *h)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    h->n = read(fd, h->octets, sizeof h->octets);
    close(fd);
    return h->n >= 0;
}

/* That of this program, which runs on this machine; NULL when it cannot be read. */
static const struct head *own_head(void)
{
    static struct head own;
    return own.n > 0 || head_of("/proc/self/exe", &own) ? &own : NULL;
}

/* Judge a program by its first octets H, and check that its loader or interpreter exists. */
static const char *format_fault(const struct head *h, char *out, size_t cap)
{
    char said[PATH_MAX];
    const struct head *own = own_head();
    if (!own)
        return NULL;
    const char *fault =
        progformat_fault(h->octets, (size_t)h->n, own->octets, (size_t)own->n, said, sizeof said);
    if (!fault && (!said[0] || usable(said) == 0))
        return NULL;
    if (fault)
        snprintf(out, cap, "%s", said);
    else
        snprintf(out, cap, "%s %.200s: %s",
                 h->octets[0] == '#' ? "a script for" : "a program that needs the loader", said,
                 strerror(usable(said)));
    return out;
}

/* Why PATH, which exists, must not be executed. */
static const char *denied(const char *path)
{
    struct stat st;
    struct statvfs fs;
    if (stat(path, &st) < 0)
        return strerror(errno);
    if (!S_ISREG(st.st_mode))
        return "a pipe, socket or device, not a program";
    if (st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH) && statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC)
        return "on a file system from which nothing may be executed (mounted noexec)";
    return is_lua(path) ? "not readable by this user: chmod +r" : "not executable by this user: chmod +x";
}

/* Why PROGRAM, which is for Windows, does not run, or will not; NULL: it does. */
static const char *windows_fault(const char *program, const struct tp_launch *l, int e, char *out, size_t cap)
{
    struct wine how;
    if (wine_find(program, l, &how, out, cap) < 0 || wine_lacks(program, l, &how, out, cap))
        return out;
    if (e != 0 &&
        wine_not_ours(l, &how, out, cap)) /* whoever only looks is perhaps not the user of the node */
        return out;
    if (e == 0)
        return NULL;
    snprintf(out, cap, "%s", strerror(e));
    return out;
}

const char *program_why(const char *path, const struct tp_launch *l, int e, char *out, size_t cap)
{
    char found[PATH_MAX], tpsh[PATH_MAX];
    struct head head;
    int missing = program_find(path, found, sizeof found);
    if (missing == EACCES && access(found, F_OK) == 0) {
        snprintf(out, cap, "%s", denied(found));
        return out;
    }
    if (missing) {
        snprintf(out, cap, "%s", strerror(missing));
        return out;
    }
    bool readable = head_of(found, &head);
    if (readable && progformat_windows_bits(head.octets, (size_t)head.n))
        return windows_fault(found, l, e, out, cap);
    if (is_lua(found) && program_interpreter(found, tpsh, sizeof tpsh) != 0) {
        if (program_interpreter(found, tpsh, sizeof tpsh) > 0 && e == 0)
            return NULL;
        snprintf(out, cap, "%s",
                 e && e != ENOEXEC ? strerror(e) : "a Lua script, and there is no tpsh to run it");
        return out;
    }
    if ((e == 0 || e == ENOEXEC || e == ENOENT || e == EACCES) && readable && format_fault(&head, out, cap))
        return out;
    if (e == 0)
        return NULL;
    snprintf(out, cap, "%s", strerror(e));
    return out;
}
