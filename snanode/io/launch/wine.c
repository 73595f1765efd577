#include "snanode/io/launch/wine.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attachmgr/tptable/tplaunch.h"
#include "snanode/io/launch/progformat.h"
#include "snanode/io/launch/program.h"

/* 0: no program for Windows; else how many bits it has. */
static unsigned bits_of(const char *path)
{
    uint8_t head[PROGFORMAT_HEAD];
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISREG(st.st_mode)) /* opening a pipe would wait for a writer */
        return 0;
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    size_t n = fread(head, 1, sizeof head, f);
    fclose(f);
    return progformat_windows_bits(head, n);
}

bool wine_is_program(const char *path)
{
    return bits_of(path) != 0;
}

/* A variable of the program: that of its Launch key L, else that of the node. */
static const char *variable(const struct tp_launch *l, const char *name)
{
    size_t n = strlen(name);
    for (const char *s = l ? l->environment : NULL; s && *s; s += strlen(s) + 1)
        if (strncmp(s, name, n) == 0 && s[n] == '=')
            return s + n + 1;
    return getenv(name);
}

static void find_prefix(const struct tp_launch *l, char *out, size_t cap)
{
    const char *env = variable(l, "WINEPREFIX"), *home = variable(l, "HOME");
    out[0] = '\0';
    if (l && l->wine_prefix)
        snprintf(out, cap, "%s", l->wine_prefix);
    else if (env && *env)
        snprintf(out, cap, "%s", env);
    else if (home && *home && !(l && l->user)) /* another user has another home */
        snprintf(out, cap, "%s/.wine", home);
}

int wine_find(const char *program, const struct tp_launch *l, struct wine *how, char *why, size_t cap)
{
    const char *wanted = l && l->wine ? l->wine : NULL;
    unsigned bits = bits_of(program);
    if (!bits)
        return 0;
    how->bits = bits;
    bool found = wanted ? access(wanted, X_OK) == 0 : program_in_path("wine", how->wine, sizeof how->wine);
    if (wanted)
        snprintf(how->wine, sizeof how->wine, "%s", wanted);
    if (!found) {
        snprintf(why, cap,
                 "a Windows program (PE, %s), and there is no %s to run it: install Wine, say where it "
                 "is (snanode-registry(5), Launch), or compile the program for Linux",
                 bits == 32 ? "x86" : "x86-64", wanted ? wanted : "wine in PATH");
        return -1;
    }
    if (!program_beside("snanode-wine-start", how->start, sizeof how->start)) {
        snprintf(why, cap,
                 "a Windows program (PE, %s), and there is no snanode-wine-start beside the node or in "
                 "PATH: install the package snanode-wine",
                 bits == 32 ? "x86" : "x86-64");
        return -1;
    }
    find_prefix(l, how->prefix, sizeof how->prefix);
    return 1;
}

static bool has_dll(const char *folder, size_t n)
{
    static const char *const dlls[] = {"wcpic32", "wappc32", "wincsv32"};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof dlls / sizeof *dlls; i++)
        if ((size_t)snprintf(path, sizeof path, "%.*s/%s.dll", (int)n, folder, dlls[i]) < sizeof path &&
            access(path, R_OK) == 0)
            return true;
    return false;
}

/* Whether the prefix of HOW has the 32-bit part of Wine. */
static bool has_32(const struct wine *how)
{
    char path[PATH_MAX + 48];
    snprintf(path, sizeof path, "%s/drive_c/windows/syswow64/ntdll.dll", how->prefix);
    return access(path, F_OK) == 0;
}

/* That user's folders may be closed to the node. */
static bool is_known(const struct tp_launch *l, const struct wine *how)
{
    return how->prefix[0] && !(l && l->user);
}

const char *wine_no_prefix(const struct tp_launch *l, const struct wine *how, char *why, size_t cap)
{
    char folder[PATH_MAX + 32];
    if (!is_known(l, how))
        return NULL;
    snprintf(folder, sizeof folder, "%s/drive_c/windows/system32", how->prefix);
    if (access(folder, X_OK) < 0) {
        snprintf(why, cap,
                 "a Windows program for Wine, and %s is no Wine prefix: snanode-wine-setup %s makes it",
                 how->prefix, how->prefix);
        return why;
    }
    if (how->bits == 32 && !has_32(how)) {
        snprintf(why, cap,
                 "a 32-bit Windows program, and %s is a Wine prefix for 64 bits only: install the 32 bits of "
                 "Wine (Debian: wine32:i386), and snanode-wine-setup %s brings it up to date",
                 how->prefix, how->prefix);
        return why;
    }
    return NULL;
}

const char *wine_not_ours(const struct tp_launch *l, const struct wine *how, char *why, size_t cap)
{
    struct stat st;
    if (!is_known(l, how) || stat(how->prefix, &st) < 0 || st.st_uid == geteuid())
        return NULL;
    snprintf(
        why, cap,
        "a Windows program for Wine, and the prefix %s belongs to user %u: Wine wants it to belong to the "
        "user of the node, %u; chown -R %u %s",
        how->prefix, (unsigned)st.st_uid, (unsigned)geteuid(), (unsigned)geteuid(), how->prefix);
    return why;
}

const char *wine_lacks(const char *program, const struct tp_launch *l, const struct wine *how, char *why,
                       size_t cap)
{
    char folder[PATH_MAX + 32];
    const char *slash = strrchr(program, '/');
    if (!is_known(l, how))
        return NULL;
    if (wine_no_prefix(l, how, why, cap))
        return why;
    snprintf(folder, sizeof folder, "%s/drive_c/windows/%s", how->prefix,
             how->bits == 32 ? "syswow64" : "system32");
    if (has_dll(folder, strlen(folder)) || (slash && has_dll(program, (size_t)(slash - program))))
        return NULL;
    snprintf(why, cap,
             "a Windows program for Wine, and neither its folder nor %s has a wcpic32.dll of %u bits: "
             "snanode-wine-setup %s puts it there",
             how->prefix, how->bits, how->prefix);
    return why;
}
