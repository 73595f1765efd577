/* cpicrexx - run a program in REXX that uses ADDRESS CPICOMM, with the constants of CPI-C as variables. */
#include "snanode/cli/progopt.h"

#define INCL_RXSYSEXIT
#include <errno.h>
#include <rexxsaa.h>
#include <stdlib.h>
#include <unistd.h>

#include "tp/rexx/cpicomm.h"

static void usage(void)
{
    fputs(
        "usage: cpicrexx [-h] PROGRAM [ARGUMENT ...]\n"
        "Runs a program in REXX that makes calls of CPI-C: ADDRESS CPICOMM \"CMINIT id dest rc\".\n"
        "The constants (CM_OK and so on) are variables.  ARG has the arguments, with blanks between them.\n",
        stdout);
}

/* The program is about to begin. */
static LONG APIENTRY begins(LONG function, LONG subfunction, PEXIT place)
{
    (void)function, (void)subfunction, (void)place;
    cpicomm_set_constants();
    return RXEXIT_HANDLED;
}

/* The interpreter does not look into the current directory for a name without a directory. */
static char *place(const char *program)
{
    char *at = malloc(strlen(program) + sizeof "./");
    if (at)
        sprintf(at, "%s%s", strchr(program, '/') ? "" : "./", program);
    return at;
}

static int run(const char *program, char *arguments)
{
    if (access(program, R_OK) != 0)
        return progopt_wrong("cpicrexx", "%s: %s", program, strerror(errno));
    char exit_name[] = "CPICINI";
    RXSYSEXIT exits[] = {{exit_name, RXINI}, {NULL, RXENDLST}};
    RXSTRING argument, result = {.strptr = NULL};
    SHORT rc = 0;
    MAKERXSTRING(argument, arguments, strlen(arguments));
    int bad = cpicomm_register();
    if (bad == 0)
        bad = (int)RexxRegisterExitExe(exit_name, (RexxExitHandler *)begins, NULL);
    if (bad != 0)
        return progopt_wrong("cpicrexx", "%s: the interpreter does not take CPICOMM (%d)", program, bad);
    long failed = RexxStart(1, &argument, program, NULL, "CPICOMM", RXCOMMAND, exits, &rc, &result);
    if (result.strptr)
        RexxFreeMemory(result.strptr);
    if (failed)
        return failed < 0 ? 1 : progopt_wrong("cpicrexx", "%s: cannot be run (%ld)", program, failed);
    return rc & 0xFF;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    int c;
    while ((c = getopt_long(argc, argv, "+:h", longs, NULL)) != -1) {
        switch (c) {
        case PROGOPT_HELP:
            usage();
            return 0;
        case PROGOPT_VERSION:
            return progopt_version("cpicrexx");
        default:
            return progopt_refused("cpicrexx", c, argv);
        }
    }
    if (optind == argc)
        return progopt_wrong("cpicrexx", "no program");
    size_t n = 1;
    for (int i = optind + 1; i < argc; i++)
        n += strlen(argv[i]) + 1;
    char *arguments = calloc(1, n);
    if (!arguments)
        return progopt_wrong("cpicrexx", "no memory");
    for (int i = optind + 1; i < argc; i++) {
        strcat(arguments, argv[i]);
        if (i + 1 < argc)
            strcat(arguments, " ");
    }
    char *program = place(argv[optind]);
    int status = program ? run(program, arguments) : progopt_wrong("cpicrexx", "no memory");
    free(program);
    free(arguments);
    return status;
}
