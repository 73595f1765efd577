#include "snanode/io/launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/io/launch/program.h"
#include "snanode/io/launch/starter.h"
#include "snanode/io/launch/wine.h"
#include "attachmgr/tptable/tplaunch.h"

extern char **environ;

/* Split PARAMETERS at blanks, except between double quotes, as the product does.  ARGV[0] is PROGRAM, and
 * NULL is behind the last word; WORDS (at least strlen + 2 octets) holds the text. */
static void split(const char *program, const char *parameters, char *words, char **argv)
{
    int n = 0;
    char *w = words;
    argv[n++] = (char *)(uintptr_t)program;
    const char *p = parameters ? parameters : "";
    for (;;) {
        while (*p == ' ' || *p == '\t')
            p++;
        if (*p == '\0')
            break;
        argv[n++] = w;
        for (bool quoted = false; *p && (quoted || (*p != ' ' && *p != '\t')); p++) {
            if (*p == '"')
                quoted = !quoted;
            else
                *w++ = *p;
        }
        *w++ = '\0';
    }
    argv[n] = NULL;
}

#define HELPERS_MAX 4 /* words before the program, of what runs it */

/* Room for the arguments that PARAMETERS may have: a word and the blank before it are two octets. */
static char **make_arguments(const char *parameters, char **words)
{
    size_t n = parameters ? strlen(parameters) : 0;
    char **argv = malloc((HELPERS_MAX + n / 2 + 3) * sizeof *argv);
    *words = argv ? malloc(n + 2) : NULL;
    if (*words)
        return argv;
    free(argv);
    return NULL;
}

/* Whether one of the N variables of ENV has the name in S, which is NAME=value. */
static bool is_set(char *const *env, size_t n, const char *s)
{
    size_t name = strcspn(s, "=") + 1;
    for (size_t i = 0; i < n; i++)
        if (strncmp(s, env[i], name) == 0)
            return true;
    return false;
}

/* The node's environment, after the variables about the TP itself; the caller owns the values. */
static char **make_environment(char **own, size_t n_own)
{
    size_t n = 0;
    while (environ[n])
        n++;
    char **env = malloc((n + n_own + 1) * sizeof *env);
    if (!env)
        return NULL;
    size_t out = 0;
    for (; out < n_own; out++)
        env[out] = own[out];
    for (size_t i = 0; i < n; i++)
        if (!is_set(own, n_own, environ[i]))
            env[out++] = environ[i];
    env[out] = NULL;
    return env;
}

#define ABOUT 5 /* variables about the TP itself */

/* Room for them and for those of L. */
static char **make_own(const struct tp_launch *l)
{
    size_t n = ABOUT;
    for (const char *s = l ? l->environment : NULL; s && *s; s += strlen(s) + 1)
        n++;
    return malloc(n * sizeof(char *));
}

/* Those of L behind the N variables about the TP itself, which they cannot change.  No variable comes twice,
 * because programs differ in which one they use. */
static size_t own_environment(char **own, const struct tp_launch *l, size_t n)
{
    for (char *s = l ? l->environment : NULL; s && *s; s += strlen(s) + 1)
        if (!is_set(own, n, s))
            own[n++] = s;
    return n;
}

/* OutputFile, or the node's log.  -1 with errno. */
static int open_output(const struct tp_launch *l, int out)
{
    if (!l || !l->output)
        return fcntl(out, F_DUPFD_CLOEXEC, 3);
    /* Opening a pipe without a reader would block the node; the program gets a blocking descriptor,
     * as it expects. */
    int fd = open(l->output, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
    if (fd >= 0)
        fcntl(fd, F_SETFL, O_APPEND);
    return fd;
}

/* Which of the names in ENTRY the error E of its start is about. */
static const char *culprit(const struct tp_entry *entry, int e)
{
    const struct tp_launch *l = entry->launch;
    if (l && l->directory && access(l->directory, X_OK) < 0)
        return l->directory;
    if (l && l->user && (e == EINVAL || e == EPERM || e == E2BIG))
        return l->user;
    return entry->program;
}

/* What goes before PATH in the command line, because it does not run by itself: up to HELPERS_MAX words in
 * ARGV, which live in H and ENTRY.  How many, or -1. */
struct helpers {
    char tpsh[PATH_MAX];
    struct wine wine;
};

static int find_helpers(const char *path, const struct tp_entry *entry, bool windows_too, struct helpers *h,
                        char **argv)
{
    static char as_service[] = "-s";
    const struct tp_launch *l = entry->launch;
    char why[300];
    int n = 0, script = program_interpreter(path, h->tpsh, sizeof h->tpsh);
    argv[0] = h->tpsh;
    if (script)
        return script;
    int windows = windows_too ? wine_find(path, l, &h->wine, why, sizeof why) : 0;
    if (windows <= 0)
        return windows;
    if (wine_no_prefix(l, &h->wine, why, sizeof why) || /* Wine would make one, and the program fail in it */
        wine_not_ours(l, &h->wine, why, sizeof why))
        return -1;
    argv[n++] = h->wine.start;
    if (entry->service) {
        argv[n++] = as_service;
        argv[n++] = (char *)(uintptr_t)entry->name;
    }
    argv[n++] = h->wine.wine;
    return n;
}

static int start(const struct tp_entry *entry, const char *path, bool windows_too, char **own, size_t n_own,
                 int out, pid_t *pid, const char **what)
{
    struct helpers h;
    char *words, **argv = make_arguments(entry->parameters, &words);
    if (!argv)
        return ENOMEM;
    int before = find_helpers(path, entry, windows_too, &h, argv);
    if (before < 0) {
        free(argv);
        free(words);
        return ENOEXEC;
    }
    char **env = make_environment(own, n_own);
    int e = ENOMEM, fd = open_output(entry->launch, out);
    if (fd < 0) {
        e = errno;
        *what = entry->launch && entry->launch->output ? entry->launch->output : *what;
    }
    if (env && fd >= 0) {
        split(path, entry->parameters, words, argv + before);
        e = starter_run(argv[0], argv, env, entry->launch, fd, pid);
        *what = e ? culprit(entry, e) : *what;
    }
    if (fd >= 0)
        close(fd);
    free(env);
    free(argv);
    free(words);
    return e;
}

/* Nobody looks into a program that is not called .exe, as those of this machine are, unless it does not run.
 */
static bool is_called_exe(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcasecmp(path + n - 4, ".exe") == 0;
}

pid_t launch_tp(const struct tp_entry *entry, const char *name, const char *lu, const char *socket,
                uint64_t token, int out, char *path, const char **what)
{
    char tpn[TP_KEY_MAX + 16], alias[32], sock[160], tok[48], prefix[PATH_MAX + 16];
    char **own = make_own(entry->launch);
    pid_t pid = -1;
    size_t n = 0;
    int e = entry->program ? program_find(entry->program, path, PATH_MAX) : ENOENT;
    *what = entry->program ? entry->program : "its PathName leads to no program of this machine (PathMap)";
    if (!e && !own)
        e = ENOMEM;
    if (!e) {
        own[n++] = tpn;
        own[n++] = alias;
        own[n++] = sock;
        own[n++] = tok;
        snprintf(tpn, sizeof tpn, "APPCTPN=%s", name);
        snprintf(alias, sizeof alias, "APPCLLU=%s", lu);
        snprintf(sock, sizeof sock, "SNANODE_SOCKET=%s", socket);
        snprintf(tok, sizeof tok, "SNANODE_TOKEN=%016llx", (unsigned long long)token);
        if (entry->launch && entry->launch->wine_prefix) {
            snprintf(prefix, sizeof prefix, "WINEPREFIX=%s", entry->launch->wine_prefix);
            own[n++] = prefix;
        }
        n = own_environment(own, entry->launch, n);
        bool windows = is_called_exe(path);
        e = start(entry, path, windows, own, n, out, &pid, what);
        if (!windows && (e == ENOEXEC || e == EACCES) && wine_is_program(path))
            e = start(entry, path, true, own, n, out, &pid, what);
    }
    free(own);
    errno = e;
    return e ? -1 : pid;
}
