#include "snanode/io/launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/io/launch/launchfew.h"
#include "snanode/io/launch/launchfork.h"
#include "snanode/io/launch/program.h"
#include "snanode/io/launch/wine.h"
#include "attachmgr/tptable/tplaunch.h"

extern char **environ;

#define ARGS_MAX 256

int launch_split(const char *program, const char *parameters, char *words, char **argv, int cap)
{
    int n = 0;
    char *w = words;
    argv[n++] = (char *)(uintptr_t)program;
    const char *p = parameters ? parameters : "";
    for (;;) {
        while (*p == ' ' || *p == '\t')
            p++;
        if (*p == '\0' || n == cap - 1)
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
    return n;
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

/* A session of its own, no signal blocked or ignored, empty stdin, nothing else inherited. */
static int prepare(posix_spawn_file_actions_t *fa, posix_spawnattr_t *at, const struct tp_launch *l, int out)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int e = posix_spawn_file_actions_addopen(fa, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!e)
        e = posix_spawn_file_actions_adddup2(fa, out, STDOUT_FILENO);
    if (!e)
        e = posix_spawn_file_actions_adddup2(fa, out, STDERR_FILENO);
    if (!e)
        e = posix_spawn_file_actions_addclosefrom_np(fa, STDERR_FILENO + 1);
    if (!e && l && l->directory)
        e = posix_spawn_file_actions_addchdir_np(fa, l->directory);
    if (!e)
        e = posix_spawnattr_setsigmask(at, &none);
    if (!e)
        e = posix_spawnattr_setsigdefault(at, &all);
    if (!e)
        e = posix_spawnattr_setflags(at, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return e;
}

static int spawn(const char *path, char **argv, char **env, const struct tp_launch *l, int out, pid_t *pid)
{
    posix_spawn_file_actions_t fa;
    posix_spawnattr_t at;
    if (l && (l->user || l->memory_mb || l->files || l->cpu_s))
        return launchfork_spawn(path, argv, env, l, out, pid);
    if (out >= LAUNCHFEW_FROM) {
        int few = launchfew_spawn(path, argv, env, l ? l->directory : NULL, out, pid);
        if (few != ENOSYS)
            return few;
    }
    if (posix_spawn_file_actions_init(&fa))
        return ENOMEM;
    int e = posix_spawnattr_init(&at);
    if (!e) {
        e = prepare(&fa, &at, l, out);
        if (!e)
            e = posix_spawn(pid, path, &fa, &at, argv, env);
        posix_spawnattr_destroy(&at);
    }
    posix_spawn_file_actions_destroy(&fa);
    return e;
}

/* Variables about the TP itself, then those that its entry adds, which cannot change the former.  No
 * variable comes twice, because programs differ in which one they use. */
#define OWN_MAX 128

static size_t own_environment(char **own, const struct tp_launch *l, size_t n)
{
    for (char *s = l ? l->environment : NULL; s && *s && n < OWN_MAX; s += strlen(s) + 1)
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

#define HELPERS_MAX 4

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
    char *argv[ARGS_MAX + HELPERS_MAX];
    int before = find_helpers(path, entry, windows_too, &h, argv);
    if (before < 0)
        return ENOEXEC;
    char **env = make_environment(own, n_own);
    char *words = malloc(strlen(entry->parameters ? entry->parameters : "") + 2);
    int e = ENOMEM, fd = open_output(entry->launch, out);
    if (fd < 0) {
        e = errno;
        *what = entry->launch && entry->launch->output ? entry->launch->output : *what;
    }
    if (env && words && fd >= 0) {
        launch_split(path, entry->parameters, words, argv + before, ARGS_MAX);
        e = spawn(argv[0], argv, env, entry->launch, fd, pid);
        *what = e ? culprit(entry, e) : *what;
    }
    if (fd >= 0)
        close(fd);
    free(env);
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
    char *own[OWN_MAX] = {tpn, alias, sock, tok};
    pid_t pid = -1;
    size_t n = 4;
    int e = entry->program ? program_find(entry->program, path, PATH_MAX) : ENOENT;
    *what = entry->program ? entry->program : "no program";
    if (!e) {
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
    errno = e;
    return e ? -1 : pid;
}
