/* snactl - the operator's tool: asks the node, shows rows as a table or as JSON. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "snanode/cli/dial.h"
#include "snanode/cli/progopt.h"
#include "snanode/cli/answer.h"
#include "snanode/cli/table.h"
#include "snanode/local/lp.h"
#include "snanode/host/socketpath.h"

static const char ME[] = "snactl";

enum { DONE = 0, REFUSED = 1, USAGE = 2, NO_NODE = 3 };

static struct {
    char socket[108];
    bool json, wide;
    double watch; /* seconds between repetitions, 0 = once */
} opt;

static char **filters; /* the FIELD=VALUE words of the command line */
static int n_filters;

static int usage(void)
{
    fputs("usage: snactl [-s SOCKET] [--json|--wide] [--watch SECONDS] COMMAND ... [FIELD=VALUE ...]\n"
          "  wait [SECONDS]    until TPs may connect (default 10 s)\n"
          "  status            the node in one view\n"
          "  lu  plu  mode     local LUs, partner LUs, modes\n"
          "  session           sessions and what is on them\n"
          "  conversation      conversations: who, where, state, octets\n"
          "  tp [show NAME]    invokable TPs: kind, state, pid, queue length, starts\n"
          "  queue             Attaches that wait\n"
          "  side              symbolic destinations\n"
          "  link              links and connections to other nodes\n"
          "  event             events that were logged\n"
          "  domain [tp|lu]    machines of the domain, and what they offer\n"
          "  cnos              session limits in use, by LU, partner and mode\n"
          "  metrics           figures in the text format of Prometheus\n"
          "  trace             whether a trace is on, and what it has\n"
          "  check             compare the counters of the node with what they count\n"
          "FIELD=VALUE selects the rows with this value in this field.\n"
          "Tables show the columns that fit the terminal, or 80 characters; --wide and --json show all.\n"
          "These are for the node's user, root and the members of AdminGroup:\n"
          "  cnos LU PARTNER MODE set LIMIT WINNERS LOSERS [ACTIVATE]\n"
          "  cnos LU PARTNER MODE|ALL reset [drain|drain-source|drain-target]\n"
          "  activate LU PARTNER MODE               one more session\n"
          "  activate connection NAME               make a connection active\n"
          "  deactivate connection NAME             end it, and its sessions\n"
          "  deactivate SESSION|LU PARTNER MODE [normal|cleanup]\n"
          "  cut conversation|session ID            session outage\n"
          "  inject attach|allocate LU|TP COUNT SENSE   make the next ones fail\n"
          "  inject delay LU|TP MS [COUNT]          hold Attaches\n"
          "  inject refuse MODE                     no session of a mode is activated\n"
          "  inject attach|allocate|delay|refuse WHERE off   withdraw an order\n"
          "  inject list|clear                      show all orders, withdraw them\n"
          "  tp start|stop|purge NAME               start or end copies, refuse what waits\n"
          "  trace on [--lu LU] [--tp NAME] [--conversation ID] [--file FILE] [--ring SIZE]\n"
          "                    record the frames of conversations; see snatrace(1)\n"
          "  trace off         end it\n"
          "  trace dump [--file FILE]   what has been recorded, as a capture\n"
          "  reload            read the configuration files again; a bad file changes nothing\n"
          "  stop              end the node and the TPs it started\n"
          "-h or --help shows this, --version the version.\n"
          "Exit status: 0 done, 1 refused by the node, 2 usage error, 3 no node.\n",
          stdout);
    return DONE;
}

/* ---- talking to the node ---- */

/* A descriptor, or -1 after a message unless QUIET. */
static int connected(unsigned patience_ms, bool quiet)
{
    int fd = dial_node(opt.socket, "snactl", patience_ms);
    if (fd < 0 && !quiet)
        fprintf(stderr, "snactl: %s\n", dial_error());
    return fd < 0 ? -1 : fd;
}

/* ---- tables ---- */

/* How wide a table may be: as the terminal, or 80 without a terminal; 0 = no limit. */
static size_t table_width(void)
{
    struct winsize w;
    if (opt.wide)
        return 0;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col : 80;
}

static void print_object(struct answer *a)
{
    const struct answer_row *row = &a->rows[0];
    size_t w = 0;
    for (size_t i = 0; i < row->n; i++) {
        size_t n = strlen(a->fields[row->first + i].name);
        w = n > w ? n : w;
    }
    for (size_t i = 0; i < row->n; i++) {
        const struct answer_field *f = &a->fields[row->first + i];
        printf("%-*s  %s\n", (int)w, f->name, answer_text(a, f));
    }
}

static void print_answer(struct answer *a, const char *kind)
{
    if (opt.json)
        answer_print(a, stdout);
    else if (a->is_object)
        print_object(a);
    else
        table_print(a, kind, table_width());
}

/* ---- filters ---- */

static bool fits(struct answer *a, const struct answer_row *row, const char *filter)
{
    char name[64];
    const char *value = strchr(filter, '=') + 1;
    snprintf(name, sizeof name, "%.*s", (int)(value - 1 - filter), filter);
    const struct answer_field *f = answer_field(a, row, name);
    return f && strcmp(answer_text(a, f), value) == 0;
}

/* Only the rows that fit all filters stay. */
static void filter(struct answer *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n_rows; i++) {
        int k = 0;
        while (k < n_filters && fits(a, &a->rows[i], filters[k]))
            k++;
        if (k == n_filters)
            a->rows[n++] = a->rows[i];
    }
    a->n_rows = n;
}

/* A field that no row can have is a typing error and not an empty answer.  Status has no rows to
 * select. */
static const char *unknown_field(const struct answer *a)
{
    if (a->is_object && n_filters > 0)
        return filters[0];
    for (int i = 0; a->n_rows > 0 && i < n_filters; i++) {
        char name[64];
        snprintf(name, sizeof name, "%.*s", (int)strcspn(filters[i], "="), filters[i]);
        if (!answer_field(a, &a->rows[0], name))
            return filters[i];
    }
    return NULL;
}

/* Take FIELD=VALUE off the N words, from the end; returns how many words are left. */
static int take_filters(char **words, int n)
{
    int left = n;
    while (left > 1 && strchr(words[left - 1], '='))
        left--;
    filters = words + left;
    n_filters = n - left;
    return left;
}

/* ---- commands ---- */

/* Read what the node wrote to FD, and close it.  -1 after a message. */
static int load_rows(int fd, struct answer *a)
{
    const char *why = "out of memory";
    FILE *f = fdopen(fd, "r");
    int got = f ? answer_read(a, f, &why) : -1;
    if (f)
        fclose(f);
    else
        close(fd);
    if (got < 0)
        fprintf(stderr, "snactl: the node's answer cannot be read: %s\n", why);
    return got;
}

static int show_rows(struct answer *a, const char *kind, bool has_text)
{
    const char *bad = unknown_field(a);
    if (bad) {
        fprintf(stderr, "snactl: %s: there is no such field\n", bad);
        return USAGE;
    }
    filter(a);
    if (opt.json || a->is_object || a->n_rows > 0 || !has_text)
        print_answer(a, kind);
    return DONE;
}

/* With --json only JSON goes to standard output. */
static int show(const struct lp_answer *a, const char *kind, int fd)
{
    if (fd >= 0) {
        struct answer rows;
        int status = load_rows(fd, &rows) < 0 ? REFUSED : show_rows(&rows, kind, a->text[0]);
        answer_free(&rows);
        if (status != DONE)
            return status;
    }
    if (a->text[0])
        fprintf(a->exit || opt.json ? stderr : stdout, "%s%s\n", a->exit ? "snactl: " : "", a->text);
    return a->exit;
}

/* Where the capture of trace dump goes, NULL = to standard output. */
static const char *dump_file;

/* Copy FD to where it is to go, and close it. */
static int save(int fd)
{
    char buf[65536];
    ssize_t n;
    FILE *f = dump_file ? fopen(dump_file, "w") : stdout;
    bool ok = f != NULL;
    while (ok && (n = read(fd, buf, sizeof buf)) != 0)
        ok = n > 0 && fwrite(buf, 1, (size_t)n, f) == (size_t)n;
    int e = errno;
    close(fd);
    if (f && (dump_file ? fclose(f) : fflush(f)) != 0 && ok) {
        e = errno;
        ok = false;
    }
    if (!ok)
        fprintf(stderr, "snactl: %s: %s\n", dump_file ? dump_file : "standard output", strerror(e));
    return ok ? DONE : REFUSED;
}

/* Whether the answer is a file and no rows. */
static bool is_file(char **words, int n)
{
    return strcmp(words[0], "metrics") == 0 || (strcmp(words[0], "trace") == 0 && n > 1);
}

static int ask(char **words, int n)
{
    struct lp_answer a;
    int rows, status, fd = connected(0, false);
    if (fd < 0)
        return NO_NODE;
    switch (dial_ask(fd, words, n, &a, &rows)) {
    case 0:
        status = rows >= 0 && is_file(words, n) ? save(rows) : show(&a, words[0], rows);
        break;
    case DIAL_TOO_LONG:
        fprintf(stderr, "snactl: %s: the command is too long: at most %d words and %d octets\n", words[0],
                LP_WORDS_MAX, LP_WORDS_OCTETS);
        status = USAGE;
        break;
    default:
        fprintf(stderr, "snactl: the node at %s went away\n", opt.socket);
        status = NO_NODE;
    }
    close(fd);
    return status;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int wait_for_node(const char *arg)
{
    static const struct timespec pause = {.tv_nsec = 10000000};
    char *end = NULL;
    double most = arg ? strtod(arg, &end) : 10, until;
    if ((arg && (end == arg || *end)) || most < 0) {
        return progopt_wrong(ME, "wait %s: not a number of seconds", arg);
    }
    until = seconds() + most;
    for (double left = most;; left = until - seconds()) {
        /* A busy node answers late; a node that was stopped by a signal never answers. */
        unsigned patience_ms = left > 10 ? 10000 : left > 3 ? (unsigned)(left * 1000) : 3000;
        int fd = connected(patience_ms, true);
        if (fd >= 0) {
            close(fd);
            return DONE;
        }
        if (seconds() >= until)
            break;
        nanosleep(&pause, NULL);
    }
    fprintf(stderr, "snactl: no node at %s after %g s\n", opt.socket, most);
    return NO_NODE;
}

/* The node answers before it ends.  It has ended once the lock of its socket is free. */
static int stop(char **words)
{
    static const struct timespec pause = {.tv_nsec = 10000000};
    int status = ask(words, 1);
    char lock[128];
    snprintf(lock, sizeof lock, "%s.lock", opt.socket);
    for (int i = 0; status == DONE && i < 1000 && access(lock, F_OK) == 0; i++)
        nanosleep(&pause, NULL);
    return status;
}

/* The node writes a trace where it runs: its file gets a whole path.  A dump is written here, by this user.
 */
static int trace(char **words, int n)
{
    static char path[PATH_MAX + 4096];
    char here[PATH_MAX];
    bool dump = n > 1 && strcmp(words[1], "dump") == 0;
    if (dump && n == 4 && strcmp(words[2], "--file") == 0) {
        dump_file = words[3];
        n = 2;
    } else if (dump && n == 2 && isatty(STDOUT_FILENO)) {
        return progopt_wrong(ME,
                             "trace dump: a capture is nothing for a terminal: add --file FILE, or a pipe");
    } else if (dump && n > 2) {
        return progopt_wrong(ME, "trace dump takes --file FILE and nothing else");
    }
    for (int i = 2; i + 1 < n; i++)
        if (strcmp(words[i], "--file") == 0 && words[i + 1][0] != '/' && words[i + 1][0] &&
            getcwd(here, sizeof here)) {
            snprintf(path, sizeof path, "%s/%s", here, words[i + 1]);
            words[i + 1] = path;
        }
    return ask(words, n);
}

/* Repeat the command until it fails or is interrupted; on a terminal, clear the screen each time. */
static int watch(char **words, int n)
{
    struct timespec pause = {.tv_sec = (time_t)opt.watch,
                             .tv_nsec = (long)((opt.watch - (double)(time_t)opt.watch) * 1e9)};
    for (;;) {
        if (isatty(1) && !opt.json)
            printf("\033[H\033[2J");
        int status = ask(words, n);
        if (fflush(stdout) != 0 || status != DONE)
            return status;
        nanosleep(&pause, NULL);
    }
}

static int parse_watch(const char *text)
{
    char *end;
    opt.watch = strtod(text, &end);
    if (end != text && !*end && opt.watch >= 0.01 && opt.watch <= 86400)
        return DONE;
    return progopt_wrong(ME, "--watch %s: not a number of seconds from 0.01 to 86400", text);
}

/* Take --json, --wide and --watch after the command, where people put them.  Returns the number of
 * words left, or -1 after a message. */
static int take_late_options(char **words, int n)
{
    for (;;) {
        if (n > 1 && strcmp(words[n - 1], "--json") == 0) {
            opt.json = true;
            n--;
        } else if (n > 1 && strcmp(words[n - 1], "--wide") == 0) {
            opt.wide = true;
            n--;
        } else if (n > 2 && strcmp(words[n - 2], "--watch") == 0) {
            if (parse_watch(words[n - 1]) != DONE)
                return -1;
            n -= 2;
        } else {
            return n;
        }
    }
}

/* Take the options before the command.  Returns 0, or -1 with the exit STATUS when nothing more is to be
 * done. */
static int take_options(int argc, char **argv, int *status)
{
    static const struct option longs[] = {{"json", no_argument, NULL, 'j'},
                                          {"wide", no_argument, NULL, 'w'},
                                          {"watch", required_argument, NULL, 'W'},
                                          PROGOPT_LONGS,
                                          {NULL, 0, NULL, 0}};
    int o;
    *status = DONE;
    while (*status == DONE && (o = getopt_long(argc, argv, "+:s:h", longs, NULL)) != -1) {
        switch (o) {
        case 's':
            if (strlen(optarg) < sizeof opt.socket)
                strcpy(opt.socket, optarg);
            else
                *status = progopt_wrong(ME, "-s %.40s...: longer than a socket's name may be (%zu)", optarg,
                                        sizeof opt.socket - 1);
            break;
        case 'j':
            opt.json = true;
            break;
        case 'w':
            opt.wide = true;
            break;
        case 'W':
            *status = parse_watch(optarg);
            break;
        case PROGOPT_HELP:
            *status = usage();
            return -1;
        case PROGOPT_VERSION:
            *status = progopt_version(ME);
            return -1;
        default:
            *status = progopt_refused(ME, o, argv);
        }
    }
    return *status == DONE ? 0 : -1;
}

int main(int argc, char **argv)
{
    int status;
    if (take_options(argc, argv, &status) < 0)
        return status;
    if (optind == argc)
        return progopt_wrong(ME, "a command is missing");
    if (!opt.socket[0] && socket_default_path(opt.socket, sizeof opt.socket) < 0)
        return progopt_wrong(ME, "SNANODE_SOCKET is longer than a socket's name may be");
    char **words = argv + optind;
    int n = take_late_options(words, argc - optind);
    if (n < 0)
        return USAGE;
    if (strcmp(words[0], "trace") == 0 && n > 1)
        return trace(words, n);
    n = take_filters(words, n);
    if (strcmp(words[0], "wait") == 0)
        return n <= 2 ? wait_for_node(n == 2 ? words[1] : NULL)
                      : progopt_wrong(ME, "wait %s: wait takes one number of seconds", words[2]);
    if (strcmp(words[0], "stop") == 0 && n == 1)
        return stop(words);
    return opt.watch > 0 ? watch(words, n) : ask(words, n);
}
