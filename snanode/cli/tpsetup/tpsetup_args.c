/* The command line.  Options are collected first and examined once the TP's name is known, so that messages
 * can name the TP. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "snanode/cli/tpsetup/tpsetup.h"
#include "snanode/cli/progopt.h"

enum option_id {
    O_FILE = 'f',
    O_QUEUED = 256,
    O_NONQUEUED,
    O_OPERATOR,
    O_SERVICE,
    O_NO_SERVICE,
    O_PATH,
    O_PARAMETERS,
    O_LOCAL_LU,
    O_TIMEOUT,
    O_ACCEPT_NAMES,
    O_SECURITY,
    O_NO_SECURITY,
    O_VERIFIED,
    O_NO_VERIFIED,
    O_USER,
    O_REMOVE_USER,
    O_REPLACE,
    O_CLEAN,
    O_EXACT,
    O_UTF8,
    O_NO_RELOAD,
    O_JSON
};

static const struct option options[] = {
    {"queued", no_argument, NULL, O_QUEUED},
    {"nonqueued", no_argument, NULL, O_NONQUEUED},
    {"operator", no_argument, NULL, O_OPERATOR},
    {"service", no_argument, NULL, O_SERVICE},
    {"no-service", no_argument, NULL, O_NO_SERVICE},
    {"path", required_argument, NULL, O_PATH},
    {"parameters", required_argument, NULL, O_PARAMETERS},
    {"local-lu", required_argument, NULL, O_LOCAL_LU},
    {"timeout", required_argument, NULL, O_TIMEOUT},
    {"accept-names", required_argument, NULL, O_ACCEPT_NAMES},
    {"security", no_argument, NULL, O_SECURITY},
    {"no-security", no_argument, NULL, O_NO_SECURITY},
    {"already-verified", no_argument, NULL, O_VERIFIED},
    {"no-already-verified", no_argument, NULL, O_NO_VERIFIED},
    {"user", required_argument, NULL, O_USER},
    {"remove-user", required_argument, NULL, O_REMOVE_USER},
    {"replace", no_argument, NULL, O_REPLACE},
    {"clean", no_argument, NULL, O_CLEAN},
    {"exact", no_argument, NULL, O_EXACT},
    {"utf8", no_argument, NULL, O_UTF8},
    {"no-reload", no_argument, NULL, O_NO_RELOAD},
    {"json", no_argument, NULL, O_JSON},
    PROGOPT_LONGS,
    {NULL, 0, NULL, 0},
};

/* Which commands take an option.  Options that are settings of a TP are for add and change. */
static unsigned commands_of(int id)
{
    switch (id) {
    case O_FILE:
        return ~0u;
    case O_REMOVE_USER:
        return TPSETUP_CHANGE;
    case O_REPLACE:
        return TPSETUP_ADD | TPSETUP_CONVERT;
    case O_CLEAN:
    case O_EXACT:
        return TPSETUP_ADD;
    case O_UTF8:
        return TPSETUP_ADD | TPSETUP_FORM | TPSETUP_CONVERT;
    case O_NO_RELOAD:
        return TPSETUP_ADD | TPSETUP_CHANGE | TPSETUP_REMOVE | TPSETUP_FORM | TPSETUP_CONVERT;
    case O_JSON:
        return TPSETUP_LIST | TPSETUP_SHOW;
    default:
        return TPSETUP_ADD | TPSETUP_CHANGE;
    }
}

static const struct {
    const char *word;
    enum tpsetup_command command;
    int words; /* including its name */
} commands[] = {
    {"add", TPSETUP_ADD, 2},   {"change", TPSETUP_CHANGE, 2}, {"remove", TPSETUP_REMOVE, 2},
    {"list", TPSETUP_LIST, 1}, {"show", TPSETUP_SHOW, 2},     {"convert", TPSETUP_CONVERT, 2},
};

struct given {
    int id;
    char *arg;
};

static int misused(const char *what, const char *why)
{
    return progopt_wrong("tpsetup", "%s: %s", what, why);
}

/* ---- passwords ---- */

static bool read_line(char *out, size_t cap)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t n = getline(&line, &size, stdin);
    bool ok = n >= 0;
    if (ok) {
        line[strcspn(line, "\r\n")] = '\0';
        snprintf(out, cap, "%s", line);
    }
    regtext_wipe_free(line, size);
    return ok;
}

/* Read a password from the terminal without showing it, or a line of standard input. */
static bool ask_password(const char *tp, const char *user, char *out, size_t cap)
{
    struct termios old, quiet;
    if (tcgetattr(STDIN_FILENO, &old) < 0)
        return read_line(out, cap);
    fprintf(stderr, "Password of user %s of TP %s: ", user, tp);
    quiet = old;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG); /* an interrupt here would leave the terminal without echo */
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    bool ok = read_line(out, cap);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
    fputc('\n', stderr);
    return ok;
}

/* Take U:P or U.  The argument is wiped, because other users can see it. */
static bool take_user(struct tpspec *s, char *arg, struct tpspec_why *why)
{
    char asked[64] = "";
    char *colon = strchr(arg, ':');
    const char *password = asked;
    bool ok = true;
    if (colon) {
        *colon = '\0';
        password = colon + 1;
    } else if (!ask_password(s->name, arg, asked, sizeof asked)) {
        tpspec_refuse(why,
                      "TP %s: user \"%.20s\": no password; give it as %.20s:PASSWORD or on standard input",
                      s->name, arg, arg);
        ok = false;
    }
    ok = ok && tpspec_user(s, arg, password, why);
    if (colon)
        explicit_bzero(colon + 1, strlen(colon + 1));
    explicit_bzero(asked, sizeof asked);
    return ok;
}

/* ---- settings ---- */

static void set_kind(struct tpspec *s, enum tp_kind kind)
{
    s->kind = kind;
    s->given |= TPSPEC_KIND;
}

static void set_flag(struct tpspec *s, bool *flag, bool value, unsigned given)
{
    *flag = value;
    s->given |= given;
}

static bool take_setting(struct tpspec *s, const struct given *g, struct tpspec_why *why)
{
    switch (g->id) {
    case O_QUEUED:
        set_kind(s, TP_QUEUED);
        return true;
    case O_NONQUEUED:
        set_kind(s, TP_NONQUEUED);
        return true;
    case O_OPERATOR:
        set_kind(s, TP_OPERATOR);
        return true;
    case O_SERVICE:
    case O_NO_SERVICE:
        set_flag(s, &s->service, g->id == O_SERVICE, TPSPEC_SERVICE);
        return true;
    case O_SECURITY:
    case O_NO_SECURITY:
        set_flag(s, &s->security, g->id == O_SECURITY, TPSPEC_SECURITY);
        return true;
    case O_VERIFIED:
    case O_NO_VERIFIED:
        set_flag(s, &s->already_verified, g->id == O_VERIFIED, TPSPEC_VERIFIED);
        return true;
    case O_PATH:
        return tpspec_path(s, g->arg, why);
    case O_PARAMETERS:
        return tpspec_parameters(s, g->arg, why);
    case O_LOCAL_LU:
        return tpspec_lu(s, g->arg, why);
    case O_TIMEOUT:
        return tpspec_timeout(s, g->arg, why);
    case O_ACCEPT_NAMES:
        return tpspec_accept_names(s, g->arg, why);
    case O_USER:
        return take_user(s, g->arg, why);
    case O_REMOVE_USER:
        return tpspec_remove_user(s, g->arg, why);
    }
    return true;
}

static void take_switch(struct tpsetup *t, const struct given *g)
{
    switch (g->id) {
    case O_FILE:
        t->file = g->arg;
        break;
    case O_CLEAN:
        t->clean = true;
        break;
    case O_REPLACE:
        t->replace = true;
        break;
    case O_UTF8:
        t->utf8 = true;
        break;
    case O_NO_RELOAD:
        t->no_reload = true;
        break;
    case O_JSON:
        t->json = true;
        break;
    }
}

/* ---- the whole ---- */

static const char *option_name(int id)
{
    for (size_t i = 0; options[i].name; i++)
        if (options[i].val == id)
            return options[i].name;
    return "f";
}

static int take_command(struct tpsetup *t, char **words, int n)
{
    if (n == 0)
        return TPSETUP_DONE;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(words[0], commands[i].word) != 0)
            continue;
        t->command = commands[i].command;
        if (n == commands[i].words)
            return TPSETUP_DONE;
        return misused(words[0], commands[i].command == TPSETUP_CONVERT ? "needs the name of one file"
                                 : commands[i].words == 2               ? "needs the name of one TP"
                                                                        : "takes no name");
    }
    return misused(words[0], "no such command");
}

static int judge(const struct tpsetup *t, const struct given *g, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(commands_of(g[i].id) & t->command)) {
            return progopt_wrong("tpsetup", "--%s: the option is not for this command", option_name(g[i].id));
        }
    if (t->clean && !t->replace)
        return misused("--clean", "goes with --replace");
    if (!t->file && t->command != TPSETUP_FORM)
        return misused("-f FILE.reg", "is missing");
    return TPSETUP_DONE;
}

static int refused(const struct tpspec_why *why)
{
    fprintf(stderr, "tpsetup: %s\n", why->text);
    return TPSETUP_REFUSED;
}

static int take_all(struct tpsetup *t, const struct given *g, size_t n, const char *name)
{
    struct tpspec_why why;
    bool exact = t->command != TPSETUP_ADD; /* there the case of the name does not count */
    for (size_t i = 0; i < n; i++) {
        take_switch(t, &g[i]);
        exact = exact || g[i].id == O_EXACT;
    }
    int status = judge(t, g, n);
    if (status != TPSETUP_DONE || !name)
        return status;
    if (t->command == TPSETUP_CONVERT) {
        t->source = name;
        return TPSETUP_DONE;
    }
    if (!tpspec_name(&t->spec, name, exact, &why))
        return refused(&why);
    for (size_t i = 0; i < n; i++)
        if (!take_setting(&t->spec, &g[i], &why))
            return refused(&why);
    return TPSETUP_DONE;
}

int tpsetup_args(struct tpsetup *t, int argc, char **argv, bool *help, bool *version)
{
    struct given *g = calloc((size_t)argc, sizeof *g);
    size_t n = 0;
    int o, status = TPSETUP_DONE;
    if (!g)
        return misused("command line", "out of memory");
    while (status == TPSETUP_DONE && !*help && !*version &&
           (o = getopt_long(argc, argv, ":f:h", options, NULL)) != -1) {
        if (o == '?' || o == ':')
            status = progopt_refused("tpsetup", o, argv);
        *help = o == PROGOPT_HELP;
        *version = o == PROGOPT_VERSION;
        g[n++] = (struct given){o, optarg};
    }
    int words = argc - optind;
    if (status == TPSETUP_DONE && !*help && !*version)
        status = take_command(t, argv + optind, words);
    if (status == TPSETUP_DONE && !*help && !*version)
        status = take_all(t, g, n, words > 1 ? argv[optind + 1] : NULL);
    free(g);
    return status;
}
