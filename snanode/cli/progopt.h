/* progopt.h - what every program answers to --help, --version and a wrong command line.  Layer: tools and
 * samples.  Inline, so that programs that link only with libcpic have it too.  SNANODE_VERSION
 * comes from the Makefile. */
#ifndef SNANODE_CLI_PROGOPT_H
#define SNANODE_CLI_PROGOPT_H

#include <getopt.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#ifndef SNANODE_VERSION
#define SNANODE_VERSION "?"
#endif

/* The rows of --help and --version in a table of getopt_long.  The short options begin with ':' (after
 * '+'), so that progopt_refused prints the messages.  PROGOPT_HELP is also what -h gives. */
enum { PROGOPT_HELP = 'h', PROGOPT_VERSION = 0x1000 };
#define PROGOPT_LONGS                                                                                        \
    {"help", no_argument, NULL, PROGOPT_HELP},                                                               \
    {                                                                                                        \
        "version", no_argument, NULL, PROGOPT_VERSION                                                        \
    }

/* Print the version of PROGRAM on standard output.  Returns 0, the exit status. */
static inline int progopt_version(const char *program)
{
    printf("%s (snanode) %s\n", program, SNANODE_VERSION);
    return 0;
}

/* Print "PROGRAM: REASON; see PROGRAM --help", one line, on standard error.  Returns 2, the exit status. */
__attribute__((format(printf, 2, 3))) static inline int progopt_wrong(const char *program, const char *fmt,
                                                                      ...)
{
    char why[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    why[strcspn(why, "\r\n")] = '\0';
    fprintf(stderr, "%s: %s; see %s --help\n", program, why, program);
    return 2;
}

/* Print which option of ARGV getopt_long has just refused with C, '?' or ':'.  Returns 2. */
static inline int progopt_refused(const char *program, int c, char **argv)
{
    const char *word = argv[optind > 1 ? optind - 1 : 1];
    char brief[3] = {'-', (char)optopt, '\0'};
    const char *eq = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
    bool is_long = optopt == 0 || optopt > 126 || (strncmp(word, "--", 2) == 0 && (c == ':' || eq));
    if (c == ':')
        return progopt_wrong(program, "%s: the option needs an argument", is_long ? word : brief);
    if (is_long && optopt && eq)
        return progopt_wrong(program, "%.*s: the option takes no argument", (int)(eq - word), word);
    return progopt_wrong(program, "%s: no such option", is_long ? word : brief);
}

#endif
