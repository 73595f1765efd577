/* snatrace - what a capture tells: a sequence chart of each conversation. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/cli/progopt.h"
#include "snanode/trace/capture.h"
#include "snanode/trace/chart.h"
#include "snanode/trace/step.h"
#include "snanode/wire/sense.h"

static const char ME[] = "snatrace";

enum { DONE = 0, FAILED = 1, USAGE = 2 };

static int usage(void)
{
    fputs("usage: snatrace [--ladder|--json] [--svg FILE] [--verbose] [--colour WHEN] FILE|-\n"
          "  --ladder       a sequence chart of each conversation, of 80 columns (default)\n"
          "  --json         the same for programs\n"
          "  --svg FILE     ... as a picture\n"
          "  --verbose      sessions and the nodes' own conversations too, and the octets of each RU\n"
          "  --colour WHEN  always, never, or auto (default): on a terminal\n"
          "FILE is a capture of snactl trace or of a recorded link; - is standard input.\n"
          "-h or --help shows this, --version the version.\n"
          "Exit status: 0 done, 1 the file cannot be read, 2 usage error.\n",
          stdout);
    return DONE;
}

struct options {
    const char *svg;
    bool json;
    struct chart_style style;
};

/* ---- the file ---- */

static uint8_t *read_all(const char *name, size_t *n)
{
    size_t cap = 1 << 16;
    uint8_t *p = malloc(cap);
    FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "rb");
    *n = 0;
    while (f && p && !ferror(f) && !feof(f)) {
        *n += fread(p + *n, 1, cap - *n, f);
        if (*n == cap) {
            uint8_t *more = realloc(p, cap *= 2);
            if (!more)
                free(p);
            p = more;
        }
    }
    if (!f || !p || ferror(f)) {
        fprintf(stderr, "snatrace: %s: %s\n", name, strerror(errno));
        free(p);
        p = NULL;
    }
    if (f && f != stdin)
        fclose(f);
    return p;
}

/* ---- JSON ---- */

static void set_text(json_t *o, const char *key, const char *s)
{
    json_t *t = *s ? json_string(s) : json_null();
    json_object_set_new(o, key, t ? t : json_string("?"));
}

static json_t *json_step(const struct story *s, const struct step *k)
{
    static const char *const kinds[] = {"data",   "error",  "confirmed", "negative",
                                        "signal", "unbind", "session",   "odd"};
    struct text t = {.p = NULL};
    char sense[9] = "";
    json_t *o = json_object();
    step_describe(s, k, 200, &t);
    if (k->sense)
        snprintf(sense, sizeof sense, "%08X", k->sense);
    json_object_set_new(o, "time_ns", json_integer((json_int_t)k->time_ns));
    set_text(o, "from", s->session ? k->from ? "secondary" : "primary" : k->from ? "acceptor" : "invoker");
    set_text(o, "kind", kinds[k->kind]);
    json_object_set_new(o, "attach", json_boolean(k->attach));
    json_object_set_new(o, "by_node", json_boolean(k->node));
    json_object_set_new(o, "last", json_boolean(k->last));
    json_object_set_new(o, "octets", json_integer(k->octets));
    json_object_set_new(o, "records", json_integer(k->records));
    json_object_set_new(o, "lost_before", json_integer(k->lost));
    set_text(o, "sense", sense);
    set_text(o, "sense_name", k->sense ? sense_name(k->sense) : "");
    set_text(o, "text", t.p ? t.p : "");
    text_free(&t);
    return o;
}

static json_t *json_story(const struct story *s)
{
    json_t *o = json_object(), *steps = json_array();
    struct text t = {.p = NULL};
    step_advise(s, &t);
    set_text(o, "kind", s->session ? "session" : "conversation");
    json_object_set_new(o, "conversation", s->conversation ? json_integer(s->conversation) : json_null());
    json_object_set_new(o, "session", s->number ? json_integer(s->number) : json_null());
    set_text(o, "invoker", s->program[0]);
    set_text(o, "acceptor", s->program[1]);
    set_text(o, "lu", s->lu[0]);
    set_text(o, "partner", s->lu[1]);
    set_text(o, "mode", s->mode);
    set_text(o, "tp", s->tp);
    set_text(o, "user", s->user);
    set_text(o, "type", s->type);
    set_text(o, "sync_level", s->sync);
    json_object_set_new(o, "whole", json_boolean(s->begun && s->over));
    json_object_set_new(o, "unusual", json_boolean(s->wrong));
    set_text(o, "advice", t.p ? t.p : "");
    for (size_t i = 0; i < s->n_steps; i++)
        json_array_append_new(steps, json_step(s, &s->steps[i]));
    json_object_set_new(o, "steps", steps);
    text_free(&t);
    return o;
}

static int print_json(const struct stories *s, const struct chart_style *style)
{
    json_t *all = json_array();
    for (size_t i = 0; i < s->n; i++)
        if (chart_has(s->v[i], style))
            json_array_append_new(all, json_story(s->v[i]));
    int bad = json_dumpf(all, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(all);
    return bad ? FAILED : DONE;
}

/* ---- charts ---- */

static int put(FILE *f, const char *name, struct text *t)
{
    bool ok = f && !t->bad && fwrite(t->p ? t->p : "", 1, t->n, f) == t->n;
    if (f && (f == stdout ? fflush(f) : fclose(f)) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "snatrace: %s: %s\n", name, t->bad ? "out of memory" : strerror(errno));
    text_free(t);
    return ok ? DONE : FAILED;
}

static int print(const struct stories *s, const struct options *opt)
{
    struct text t = {.p = NULL};
    int status = DONE;
    if (opt->svg) {
        chart_svg(s, &opt->style, &t);
        status = put(fopen(opt->svg, "w"), opt->svg, &t);
    }
    if (opt->json)
        return status | print_json(s, &opt->style);
    if (opt->svg)
        return status;
    chart_ladders(s, &opt->style, &t);
    if (t.n == 0)
        text_add(&t, "No conversation is in the capture.\n");
    return put(stdout, "standard output", &t);
}

static int show(const char *name, const struct options *opt)
{
    struct stories s = {.n = 0};
    struct capture_counts k;
    struct sna_err e;
    size_t n;
    uint8_t *p = read_all(name, &n);
    if (!p)
        return FAILED;
    int bad = capture_read(p, n, &s, &k, &e), status = FAILED;
    if (bad)
        fprintf(stderr, "snatrace: %s: octet %zu: %s; captures in the format pcapng are read\n", name,
                e.offset, e.text);
    if (!bad || s.n > 0)
        status = print(&s, opt) | (bad ? FAILED : DONE);
    if (k.cut)
        fprintf(stderr, "snatrace: %s: it ends within a packet\n", name);
    if (k.packets > 0 && k.pius == 0)
        fprintf(stderr, "snatrace: %s: none of its %u packets has SNA that is read here\n", name, k.packets);
    stories_free(&s);
    free(p);
    return status;
}

static int take_colour(struct options *opt, const char *when)
{
    if (strcmp(when, "always") == 0 || strcmp(when, "never") == 0)
        opt->style.colours = when[0] == 'a';
    else if (strcmp(when, "auto") != 0)
        return progopt_wrong(ME, "--colour %s: not always, never or auto", when);
    return DONE;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {{"ladder", no_argument, NULL, 'l'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"svg", required_argument, NULL, 'S'},
                                          {"verbose", no_argument, NULL, 'v'},
                                          {"colour", required_argument, NULL, 'C'},
                                          {"color", required_argument, NULL, 'C'},
                                          PROGOPT_LONGS,
                                          {NULL, 0, NULL, 0}};
    const char *term = getenv("TERM");
    struct options opt = {.style.colours = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0};
    int o;
    while ((o = getopt_long(argc, argv, ":hv", longs, NULL)) != -1) {
        if (o == 'j')
            opt.json = true;
        else if (o == 'S')
            opt.svg = optarg;
        else if (o == 'v')
            opt.style.verbose = true;
        else if (o == 'C' && take_colour(&opt, optarg) != DONE)
            return USAGE;
        else if (o == PROGOPT_HELP)
            return usage();
        else if (o == PROGOPT_VERSION)
            return progopt_version(ME);
        else if (o != 'l' && o != 'C')
            return progopt_refused(ME, o, argv);
    }
    if (optind == argc)
        return progopt_wrong(ME, "a capture is missing");
    if (optind + 1 < argc)
        return progopt_wrong(ME, "%s: one capture at a time", argv[optind + 1]);
    return show(argv[optind], &opt);
}
