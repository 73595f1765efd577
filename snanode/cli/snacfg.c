/* snacfg - the SNACFG command line on a command file.  The file is the store: a command changes the lines of
 * its object and leaves all others alone.  Nothing is written unless the whole file is then valid. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "snanode/base/names.h"
#include "snanode/base/plural.h"
#include "snanode/cli/editfile.h"
#include "snanode/cli/progopt.h"
#include "snanode/config/snacfg_edit.h"
#include "snanode/config/snacfg_print.h"

enum { DONE = 0, REFUSED = 1, USAGE = 2 };

#define ARGUMENTS "command" /* stands for the file name in messages about the command line itself */

struct store {
    const char *path;
    struct editfile file;
    struct snacfg_text text; /* UTF-8 */
    bool recoded;            /* the file was not UTF-8 */
};

static int usage(FILE *to, int status)
{
    if (status != DONE)
        return progopt_wrong("snacfg",
                             "the arguments are not a command: '#FILE' comes first, then a command or @FILE");
    fputs(
        "usage: snacfg '#FILE' OBJECT NAME [/add] /option:value ...\n"
        "       snacfg '#FILE' OBJECT NAME [/delete | /print]\n"
        "       snacfg '#FILE' OBJECT /list\n"
        "       snacfg '#FILE' /print\n"
        "       snacfg '#FILE' @COMMANDS [/v] [/count] [/novalidateprinter]\n"
        "OBJECT: server, link, connection, mode, appcllu, appcrlu, cpic, user, or diagnostic, which has no "
        "name.\n"
        "OBJECT NAME alone shows its settings.  FILE is a command file; only the lines of the object in it\n"
        "change, and nothing is written unless the whole file is then valid.  /v shows each command as it "
        "is\n"
        "carried out, /count says how many there were.  /? or -h shows this, --version the version.\n"
        "Exit status: 0 done, 1 refused, 2 usage error.\n",
        to);
    return status;
}

static int out_of_memory(void)
{
    fprintf(stderr, "snacfg: out of memory\n");
    return REFUSED;
}

/* ---- the file ---- */

static int fail(const char *name, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", name, what, strerror(errno));
    return REFUSED;
}

/* CHANGE: nobody else changes the file before store_fini(). */
static int store_read(struct store *st, bool change)
{
    struct snacfg_lex lex;
    struct diag d;
    const char *failure = editfile_read(&st->file, st->path, change);
    if (failure)
        return fail(st->path, failure);
    if (!st->file.text)
        return DONE;
    diag_init(&d);
    bool ok = snacfg_lex_init(&lex, st->path, st->file.text, st->file.n, &d);
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

#define MARK "\xef\xbb\xbf" /* byte order mark, with which UTF-8 may begin */

/* Write the text to the file, with the byte order mark in front if the file had one. */
static int store_write(const struct store *st)
{
    struct snacfg_text octets = {.s = NULL};
    if (st->file.text && strncmp(st->file.text, MARK, strlen(MARK)) == 0)
        snacfg_text_add(&octets, MARK, strlen(MARK));
    snacfg_text_add(&octets, st->text.s, st->text.n);
    if (octets.failed) {
        snacfg_text_fini(&octets);
        return out_of_memory();
    }
    const char *failure = editfile_write(&st->file, octets.s, octets.n, true);
    int e = errno;
    snacfg_text_fini(&octets);
    errno = e;
    if (failure)
        return fail(st->path, failure);
    if (st->recoded)
        fprintf(stderr, "%s: is UTF-8 now\n", st->path);
    return DONE;
}

static void store_fini(struct store *st)
{
    snacfg_text_fini(&st->text);
    editfile_fini(&st->file);
}

/* ---- what it says ---- */

/* Read the configuration from TEXT, called NAME, and then from MORE, called MORE_NAME (NULL = nothing). */
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

/* Print errors, and warnings about NAME; warnings about the store were printed when it was written. */
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

static bool is_show_verb(const struct snacfg_word *w)
{
    return is_verb(w, "list") || is_verb(w, "print") || is_verb(w, "display") || is_verb(w, "?");
}

static bool is_show(const struct snacfg_command *cmd)
{
    for (size_t i = 0; i < cmd->n; i++)
        if (is_show_verb(&cmd->words[i]))
            return true;
    return cmd->n == 1 || (cmd->n == 2 && *cmd->words[1].text != '/');
}

/* A command that shows something must be alone: other options would be lost. */
static bool stands_alone(const char *file, const struct snacfg_command *cmd)
{
    size_t options = 0, verb = 0;
    for (size_t i = 0; i < cmd->n; i++) {
        options += *cmd->words[i].text == '/';
        verb = is_show_verb(&cmd->words[i]) ? i : verb;
    }
    if (options > 1)
        fprintf(stderr, "%s:%u: %s only shows: it takes no other options\n", file, cmd->line,
                cmd->words[verb].text);
    return options <= 1;
}

/* Show one object, the objects of a kind, or everything.  Returns how many, -1 when there is no such kind. */
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
    if (!stands_alone(file, cmd))
        return REFUSED;
    if (is_verb(&cmd->words[cmd->n - 1], "?"))
        return usage(stdout, DONE);
    if (!st->file.text && !st->text.n) {
        errno = ENOENT;
        return fail(st->path, "cannot be read");
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

/* Carry out the commands on the text, one after the other, including those that only show. */
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

/* Append the commands to the old text, when changing its lines in place would mean something else. */
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

/* Judge the commands of FILE as if they followed the store; WANTED gets what the whole would print. */
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

/* Write the arguments as a line of a command file; false when they cannot be one. */
static bool join_arguments(struct snacfg_text *text, char **argv, int argc)
{
    for (int i = 0; i < argc; i++) {
        if (i)
            snacfg_text_add(text, " ", 1);
        if (!snacfg_quote(text, argv[i])) {
            fprintf(stderr, "snacfg: an argument has a quotation mark or a line end\n");
            return false;
        }
    }
    snacfg_text_add(text, "\n", 1);
    return true;
}

/* Run one command from the arguments.  A command that only shows needs no valid store. */
static int run_arguments(struct store *st, const struct snacfg_text *text)
{
    struct snacfg_lex lex;
    const struct snacfg_command *cmd = NULL;
    struct diag d;
    diag_init(&d);
    if (snacfg_lex_init(&lex, ARGUMENTS, text->s, text->n, &d))
        cmd = snacfg_lex_next(&lex);
    bool shows = cmd && is_show(cmd);
    int status = cmd ? store_read(st, !shows) : usage(stderr, USAGE); /* only a comment */
    if (status == DONE)
        status = shows ? show(st, ARGUMENTS, cmd) : run(st, ARGUMENTS, text, false);
    snacfg_lex_fini(&lex);
    diag_fini(&d);
    return status;
}

static int run_words(struct store *st, char **argv, int argc)
{
    struct snacfg_text text = {.s = NULL};
    int status = USAGE;
    if (join_arguments(&text, argv, argc))
        status = text.failed ? out_of_memory() : run_arguments(st, &text);
    snacfg_text_fini(&text);
    return status;
}

/* The words after a command file, in any order: how to run it. */
struct manner {
    bool verbose; /* /v: show the commands as they are done */
    bool count;   /* /count: say how many there were */
};

/* False when one of the words is unknown.  /novalidateprinter concerns printers, which this node lacks.
 * */
static bool read_manner(struct manner *m, char **argv, int argc)
{
    for (int i = 0; i < argc; i++) {
        if (name_casecmp(argv[i], "/v") == 0)
            m->verbose = true;
        else if (name_casecmp(argv[i], "/count") == 0)
            m->count = true;
        else if (name_casecmp(argv[i], "/novalidateprinter") != 0)
            return false;
    }
    return true;
}

static unsigned count_commands(const char *name, const struct snacfg_text *text)
{
    struct snacfg_lex lex;
    struct diag d;
    unsigned n = 0;
    diag_init(&d);
    if (text->n == 0)
        return 0;
    if (snacfg_lex_init(&lex, name, text->s, text->n, &d))
        while (snacfg_lex_next(&lex))
            n++;
    snacfg_lex_fini(&lex);
    diag_fini(&d);
    return n;
}

static int run_file(struct store *st, const char *name, const struct manner *m)
{
    struct store commands = {.path = name};
    int status = store_read(&commands, false);
    if (status == DONE && !commands.file.text) {
        errno = ENOENT;
        status = fail(name, "cannot be read");
    }
    if (status == DONE && commands.text.n)
        status = store_read(st, true);
    if (status == DONE && commands.text.n)
        status = run(st, name, &commands.text, m->verbose);
    if (status == DONE && m->count) {
        unsigned n = count_commands(name, &commands.text);
        printf("%u command%s\n", n, plural_s(n));
    }
    store_fini(&commands);
    return status;
}

static bool asks_help(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "/?") == 0)
            return true;
    return false;
}

/* Take a file name with MARK in front, in one argument or, as in the product's documents, in two.  Returns
 * the name and moves *AT past it; NULL when it is missing. */
static const char *take_file(char **argv, int argc, int *at, char mark)
{
    if (*at >= argc || argv[*at][0] != mark)
        return NULL;
    const char *name = argv[(*at)++] + 1;
    if (!*name)
        name = *at < argc && argv[*at][0] != '/' ? argv[(*at)++] : "";
    return *name ? name : NULL;
}

/* Run the N words after the store's name: a command file, or one command. */
static int run_on(struct store *st, char **words, int n)
{
    struct manner manner = {.verbose = false};
    int at = 0;
    if (words[0][0] == '@') {
        const char *name = take_file(words, n, &at, '@');
        return name && read_manner(&manner, words + at, n - at) ? run_file(st, name, &manner)
                                                                : usage(stderr, USAGE);
    }
    if (words[0][0] == '/' &&
        (n > 1 || (name_casecmp(words[0], "/print") != 0 && name_casecmp(words[0], "/display") != 0)))
        return usage(stderr, USAGE);
    return run_words(st, words, n);
}

int main(int argc, char **argv)
{
    struct store st = {.file = {.fd = -1}};
    int at = 1;
    if (argc == 2 && strcmp(argv[1], "--version") == 0)
        return progopt_version("snacfg");
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return usage(stdout, DONE);
    if (asks_help(argc, argv))
        return usage(stdout, DONE);
    st.path = take_file(argv, argc, &at, '#');
    if (!st.path || at == argc)
        return usage(stderr, USAGE);
    int status = run_on(&st, argv + at, argc - at);
    store_fini(&st);
    return status;
}
