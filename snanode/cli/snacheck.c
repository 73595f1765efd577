/* snacheck - reads and judges configuration without a node: the messages and exit codes of snanode. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "snanode/base/plural.h"
#include "snanode/cli/progopt.h"
#include "snanode/io/load.h"

static int usage(void)
{
    fputs("usage: snacheck [-c FILE ...] [-t FILE.reg ...] [--server NAME]\n"
          "  -c FILE      SNACFG command file\n"
          "  -t FILE.reg  registry export with TPSETUP's entries; FILE.ini: the INI form\n"
          "  --server NAME  which node of the files to judge (default: the first)\n"
          "At least one file is needed.  Prints every error and warning as file:line: reason.\n"
          "-h or --help shows this, --version the version.\n"
          "Exit status: 0 usable, 2 an error in the configuration or the arguments.\n",
          stdout);
    return 0;
}

static void add(struct file_list *l, const char *name)
{
    l->v = realloc(l->v, (l->n + 1) * sizeof *l->v);
    if (!l->v) {
        fprintf(stderr, "snacheck: out of memory\n");
        exit(2);
    }
    l->v[l->n++] = name;
}

int main(int argc, char **argv)
{
    struct file_list commands = {.n = 0}, registry = {.n = 0};
    int o;
    static const struct option longs[] = {
        {"server", required_argument, NULL, 'S'}, PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    while ((o = getopt_long(argc, argv, ":c:t:h", longs, NULL)) != -1) {
        if (o == 'c')
            add(&commands, optarg);
        else if (o == 't')
            add(&registry, optarg);
        else if (o == 'S')
            commands.server = optarg;
        else
            return o == PROGOPT_HELP      ? usage()
                   : o == PROGOPT_VERSION ? progopt_version("snacheck")
                                          : progopt_refused("snacheck", o, argv);
    }
    if (optind < argc)
        return progopt_wrong("snacheck", "%s: files are given with -c or -t", argv[optind]);
    if (commands.n + registry.n == 0)
        return progopt_wrong("snacheck", "-c FILE or -t FILE.reg is missing");
    struct loaded *l = load_files(&commands, &registry);
    if (!l) {
        fprintf(stderr, "snacheck: out of memory\n");
        return 2;
    }
    load_print(l);
    unsigned errors = l->diag.errors;
    char text[160];
    if (errors)
        fprintf(stderr, "snacheck: %u error%s\n", errors, plural_s(errors));
    else
        printf("snacheck: good: %s\n", load_summary(l, text, sizeof text));
    if (!errors)
        load_print_windows(l);
    int status = errors ? 2 : 0;
    loaded_free(l);
    free(commands.v);
    free(registry.v);
    return status;
}
