/* snacfg - the SNACFG command line on a command file.  The file is the store: a command changes the lines of
 * its object and leaves all others as they are, and nothing is written unless the whole is valid afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "snanode/base/names.h"
#include "snanode/node/snacfg_edit.h"

enum { DONE = 0, REFUSED = 1, USAGE = 2 };

#define ARGUMENTS "command" /* the file name in messages about the command line itself */

struct store {
    const char *path;
    struct snacfg_text text; /* UTF-8 */
    bool exists;
    bool recoded; /* the file was not UTF-8 */
};

static int usage(FILE *to, int status)
{
    fputs(
        "usage: snacfg '#FILE' OBJECT NAME [/add] /option:value ...\n"
        "       snacfg '#FILE' OBJECT NAME [/delete | /print]\n"
        "       snacfg '#FILE' OBJECT /list\n"
        "       snacfg '#FILE' /print\n"
        "       snacfg '#FILE' @COMMANDS [/v]\n"
        "OBJECT: server, link, connection, mode, appcllu, appcrlu, cpic, user, or diagnostic, which has no "
        "name.\n"
        "OBJECT NAME alone shows its settings.  FILE is a command file, in which only the lines of the "
        "object\n"
        "change; it is not touched unless all of it is valid then.  /v shows the commands as they are done.\n"
        "Exit status: 0 done, 1 refused, 2 wrong arguments.\n",
        to);
    return status;
}

static int out_of_memory(void)
{
    fprintf(stderr, "snacfg: out of memory\n");
    return REFUSED;
}

/* ---- the file ---- */

/* The octets as they are; -1 with errno. */
static int read_raw(const char *path, struct snacfg_text *raw)
{
    char part[16384];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    while ((n = read(fd, part, sizeof part)) > 0)
        snacfg_text_add(raw, part, (size_t)n);
    int e = raw->failed ? ENOMEM : errno;
    close(fd);
    explicit_bzero(part, sizeof part);
    errno = e;
    return n < 0 || raw->failed ? -1 : 0;
}

static int store_read(struct store *st)
{
    struct snacfg_lex lex;
    struct diag d;
    struct snacfg_text raw = {.s = NULL};
    if (read_raw(st->path, &raw) < 0) {
        int e = errno;
        snacfg_text_fini(&raw);
        if (e == ENOENT)
            return DONE;
        fprintf(stderr, "%s: cannot be read: %s\n", st->path, strerror(e));
        return REFUSED;
    }
    diag_init(&d);
    st->exists = true;
    bool ok = snacfg_lex_init(&lex, st->path, raw.s ? raw.s : "", raw.n, &d);
    snacfg_text_fini(&raw);
    if (ok && lex.end > lex.text)
        snacfg_text_add(&st->text, lex.text, (size_t)(lex.end - lex.text));
    st->recoded = lex.recoded;
    for (const struct diag_line *l = d.head; l; l = l->next)
        fprintf(stderr, "%s\n", l->text);
    int status = d.errors ? REFUSED : DONE;
    snacfg_lex_fini(&lex);
    diag_fini(&d);
    return status;
}

/* With the rights of the file whose place TEMP is to take; passwords are in it. */
static int write_temporary(const struct store *st, const char *target, const char *temp, int fd)
{
    struct stat was;
    const char *p = st->text.s;
    if (st->exists && stat(target, &was) == 0) {
        if (fchown(fd, was.st_uid, was.st_gid) < 0 && errno != EPERM)
            return -1;
        if (fchmod(fd, was.st_mode & 07777) < 0)
            return -1;
    }
    for (size_t left = st->text.n; left > 0;) {
        ssize_t n = write(fd, p, left);
        if (n < 0)
            return -1;
        p += n;
        left -= (size_t)n;
    }
    return fsync(fd) < 0 || rename(temp, target) < 0 ? -1 : 0;
}

static int store_write(const struct store *st)
{
    char real[PATH_MAX], temp[PATH_MAX + 8];
    const char *target = realpath(st->path, real) ? real : st->path; /* a symbolic link stays one */
    snprintf(temp, sizeof temp, "%s.XXXXXX", target);
    int fd = mkostemp(temp, O_CLOEXEC);
    if (fd < 0 || write_temporary(st, target, temp, fd) < 0) {
        fprintf(stderr, "%s: cannot be written: %s\n", st->path, strerror(errno));
        if (fd >= 0) {
            close(fd);
            unlink(temp);
        }
        return REFUSED;
    }
    close(fd);
    if (st->recoded)
        fprintf(stderr, "%s: is UTF-8 now\n", st->path);
    return DONE;
}

/* ---- what it says ---- */

/* Configuration of TEXT called NAME, and behind it MORE called MORE_NAME (NULL = nothing). */
static void read_both(struct node_config *c, const char *name, const struct snacfg_text *text,
                      const char *more_name, const struct snacfg_text *more, struct diag *d)
{
    config_init(c);
    diag_init(d);
    snacfg_read(c, name, text->s ? text->s : "", text->n, d);
    if (more_name)
        snacfg_read(c, more_name, more->s ? more->s : "", more->n, d);
    config_validate(c, d);
}

/* Errors, and the warnings about NAME: those about the store were told when it was written. */
static void tell(const struct diag *d, const char *name)
{
    for (const struct diag_line *l = d->head; l; l = l->next)
        if (!l->warning || (name && strncmp(l->text, name, strlen(name)) == 0 &&
                            l->text[strlen(name)] == ':' && !strstr(l->text, "only shows something")))
            fprintf(stderr, "%s\n", l->text);
}

static bool means(const struct snacfg_text *text, const struct snacfg_text *wanted)
{
    struct node_config c;
    struct diag d;
    struct snacfg_text printed = {.s = NULL};
    read_both(&c, "", text, NULL, NULL, &d);
    snacfg_print(&c, true, &printed);
    bool same = !d.errors && !printed.failed && printed.n == wanted->n &&
                (printed.n == 0 || memcmp(printed.s, wanted->s, printed.n) == 0);
    snacfg_text_fini(&printed);
    config_fini(&c);
    diag_fini(&d);
    return same;
}

/* ---- showing ---- */

static bool is_verb(const struct snacfg_word *w, const char *verb)
{
    return *w->text == '/' && name_casecmp(w->text + 1, verb) == 0;
}

static bool is_show(const struct snacfg_command *cmd)
{
    for (size_t i = 0; i < cmd->n; i++)
        if (is_verb(&cmd->words[i], "list") || is_verb(&cmd->words[i], "print") ||
            is_verb(&cmd->words[i], "display"))
            return true;
    return cmd->n == 1 || (cmd->n == 2 && *cmd->words[1].text != '/');
}

/* One object, the objects of a kind, or everything.  Number of objects, -1 when there is no such kind. */
static int show_into(const struct node_config *c, const struct snacfg_command *cmd, struct snacfg_text *out)
{
    const char *name = cmd->n > 1 && *cmd->words[1].text != '/' ? cmd->words[1].text : NULL;
    const struct snacfg_word *verb = &cmd->words[cmd->n - 1];
    if (*cmd->words[0].text == '/') {
        snacfg_print(c, false, out);
        return 1;
    }
    return snacfg_show(c, cmd->words[0].text, name,
                       is_verb(verb, "print") || is_verb(verb, "display") ? SNACFG_PRINT
                       : name                                             ? SNACFG_SETTINGS
                                                                          : SNACFG_LIST,
                       out);
}

static int show(const struct store *st, const char *file, const struct snacfg_command *cmd)
{
    struct node_config c;
    struct diag d;
    struct snacfg_text out = {.s = NULL};
    int status = DONE;
    if (!st->exists && !st->text.n) {
        fprintf(stderr, "%s: cannot be read: %s\n", st->path, strerror(ENOENT));
        return REFUSED;
    }
    read_both(&c, st->path, &st->text, NULL, NULL, &d);
    tell(&d, NULL);
    int n = d.errors ? 0 : show_into(&c, cmd, &out);
    if (d.errors) {
        status = REFUSED;
    } else if (n < 0) {
        fprintf(stderr, "%s:%u: there are no objects \"%s\"\n", file, cmd->line, cmd->words[0].text);
        status = REFUSED;
    } else if (n == 0 && cmd->n > 1 && *cmd->words[1].text != '/') {
        fprintf(stderr, "%s:%u: %s %s does not exist\n", file, cmd->line, cmd->words[0].text,
                cmd->words[1].text);
        status = REFUSED;
    }
    if (status == DONE && out.s)
        fputs(out.s, stdout);
    snacfg_text_fini(&out);
    config_fini(&c);
    diag_fini(&d);
    return status;
}

/* ---- commands ---- */

/* Each command on the text, one after the other.  Shows what is to be shown on the way. */
static int carry_out(struct store *st, const char *file, const struct snacfg_text *commands, bool verbose,
                     bool *changed)
{
    struct snacfg_lex lex;
    const struct snacfg_command *cmd;
    struct diag d;
    int status = DONE;
    diag_init(&d);
    if (snacfg_lex_init(&lex, file, commands->s, commands->n, &d))
        while (status == DONE && (cmd = snacfg_lex_next(&lex))) {
            struct snacfg_text edited = {.s = NULL};
            if (verbose) /* without the values: there may be passwords */
                printf("%s:%u: %s %s\n", file, cmd->line, cmd->words[0].text,
                       cmd->n > 1 ? cmd->words[1].text : "");
            if (is_show(cmd)) {
                status = show(st, file, cmd);
                continue;
            }
            snacfg_edit(st->text.s, st->text.n, cmd, &edited);
            snacfg_text_fini(&st->text);
            st->text = edited;
            *changed = true;
        }
    snacfg_lex_fini(&lex);
    diag_fini(&d);
    return st->text.failed ? out_of_memory() : status;
}

/* The commands behind the text that there was, where the tidy way would mean something else. */
static void append_all(struct snacfg_text *text, const char *file, const struct snacfg_text *commands)
{
    struct snacfg_lex lex;
    const struct snacfg_command *cmd;
    struct diag d;
    diag_init(&d);
    if (snacfg_lex_init(&lex, file, commands->s, commands->n, &d))
        while ((cmd = snacfg_lex_next(&lex)))
            if (!is_show(cmd))
                snacfg_append(text, cmd);
    snacfg_lex_fini(&lex);
    diag_fini(&d);
}

/* Judge the commands of FILE as said behind the store; what the whole would print into WANTED. */
static int judge(const struct store *st, const char *file, const struct snacfg_text *commands,
                 struct snacfg_text *wanted)
{
    struct node_config c;
    struct diag d;
    read_both(&c, st->path, &st->text, file, commands, &d);
    tell(&d, file);
    snacfg_print(&c, true, wanted);
    int status = d.errors ? REFUSED : DONE;
    config_fini(&c);
    diag_fini(&d);
    return wanted->failed ? out_of_memory() : status;
}

static int run(struct store *st, const char *file, const struct snacfg_text *commands, bool verbose)
{
    struct snacfg_text wanted = {.s = NULL}, before = {.s = NULL};
    bool changed = false;
    int status = judge(st, file, commands, &wanted);
    if (st->text.n)
        snacfg_text_add(&before, st->text.s, st->text.n);
    if (status == DONE)
        status = carry_out(st, file, commands, verbose, &changed);
    if (status == DONE && changed && !means(&st->text, &wanted)) {
        snacfg_text_fini(&st->text);
        st->text = before;
        before = (struct snacfg_text){.s = NULL};
        append_all(&st->text, file, commands);
    }
    if (status == DONE && changed)
        status = st->text.failed ? out_of_memory() : store_write(st);
    snacfg_text_fini(&wanted);
    snacfg_text_fini(&before);
    return status;
}

/* ---- arguments ---- */

/* One command from the arguments.  A command that only shows needs no valid store to be judged by. */
static int run_arguments(struct store *st, char **argv, int argc)
{
    struct snacfg_text text = {.s = NULL};
    struct snacfg_lex lex;
    const struct snacfg_command *cmd;
    struct diag d;
    int status;
    for (int i = 0; i < argc; i++) {
        if (i)
            snacfg_text_add(&text, " ", 1);
        if (!snacfg_quote(&text, argv[i])) {
            fprintf(stderr, "snacfg: an argument has a quotation mark or a line end\n");
            snacfg_text_fini(&text);
            return USAGE;
        }
    }
    snacfg_text_add(&text, "\n", 1);
    diag_init(&d);
    bool ok = !text.failed && snacfg_lex_init(&lex, ARGUMENTS, text.s, text.n, &d);
    if (ok && (cmd = snacfg_lex_next(&lex)) && is_show(cmd))
        status = show(st, ARGUMENTS, cmd);
    else
        status = run(st, ARGUMENTS, &text, false);
    if (ok)
        snacfg_lex_fini(&lex);
    diag_fini(&d);
    snacfg_text_fini(&text);
    return status;
}

static int run_file(struct store *st, const char *name, bool verbose)
{
    struct store commands = {.path = name};
    int status = store_read(&commands);
    if (status == DONE && !commands.exists) {
        fprintf(stderr, "%s: cannot be read: %s\n", name, strerror(ENOENT));
        status = REFUSED;
    }
    if (status == DONE && commands.text.n)
        status = run(st, name, &commands.text, verbose);
    snacfg_text_fini(&commands.text);
    return status;
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "/?") == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    struct store st = {.path = NULL};
    if (asks_help(argc, argv))
        return usage(stdout, DONE);
    if (argc < 3 || argv[1][0] != '#' || !argv[1][1])
        return usage(stderr, USAGE);
    bool file = argv[2][0] == '@', verbose = argc == 4 && name_casecmp(argv[argc - 1], "/v") == 0;
    if (file && (!argv[2][1] || argc > 4 || (argc == 4 && !verbose)))
        return usage(stderr, USAGE);
    if (argv[2][0] == '/' &&
        (argc > 3 || (name_casecmp(argv[2], "/print") != 0 && name_casecmp(argv[2], "/display") != 0)))
        return usage(stderr, USAGE);
    st.path = argv[1] + 1;
    int status = store_read(&st);
    if (status == DONE)
        status = file ? run_file(&st, argv[2] + 1, verbose) : run_arguments(&st, argv + 2, argc - 2);
    snacfg_text_fini(&st.text);
    return status;
}
