#include "tp/samples/pingoptions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "snanode/cli/progopt.h"
#include "tp/samples/pingproto.h"

static void usage(void)
{
    fputs("usage: aping [-1h] [-m MODE] [-t TPNAME] [-s SIZE] [-i ITERATIONS] [-c PACKETS]\n"
          "             [-n NONE|SAME|PROGRAM] [-u USER] [-p PASSWORD] DESTINATION\n"
          "Times records on their way to a partner and back.\n"
          "  DESTINATION    symbolic destination, LU alias or NETID.LU\n"
          "  -m MODE        mode name; default the symbolic destination's, else #INTER\n"
          "  -t TPNAME      TP name; default the symbolic destination's, else APINGD\n"
          "  -s SIZE        octets in a record, 0 to 32763; default 100\n"
          "  -i ITERATIONS  how often; default 2\n"
          "  -c PACKETS     records per iteration and direction; default 1\n"
          "  -n TYPE        conversation security: NONE, SAME or PROGRAM; with -u or -p default PROGRAM\n"
          "  -u USER        user ID, up to 8 characters\n"
          "  -p PASSWORD    password, up to 8 characters\n"
          "  -1             one-way: records are confirmed, not sent back\n"
          "  -h, --help     this text\n"
          "  --version      the version\n",
          stdout);
}

static long number(char option, const char *text, long min, long max)
{
    char *end_of;
    long n;
    errno = 0;
    n = strtol(text, &end_of, 10);
    if (errno == 0 && end_of != text && *end_of == '\0' && n >= min && n <= max)
        return n;
    exit(progopt_wrong("aping", "-%c %s: must be a number from %ld to %ld", option, text, min, max));
}

static const char *name(const char *what, const char *text, size_t max)
{
    size_t n = strlen(text);
    if (n >= 1 && n <= max)
        return text;
    exit(progopt_wrong("aping", "%s \"%s\": must have 1 to %zu characters", what, text, max));
}

static CM_INT32 security(const char *text)
{
    if (!strcasecmp(text, "NONE"))
        return CM_SECURITY_NONE;
    if (!strcasecmp(text, "SAME"))
        return CM_SECURITY_SAME;
    if (!strcasecmp(text, "PROGRAM"))
        return CM_SECURITY_PROGRAM;
    exit(progopt_wrong("aping", "-n %s: must be NONE, SAME or PROGRAM", text));
}

static void take_option(struct pingoptions *o, int c)
{
    switch (c) {
    case '1':
        o->one_way = true;
        break;
    case 'c':
        o->packets = number('c', optarg, 1, 1000000);
        break;
    case PROGOPT_HELP:
        usage();
        exit(0);
    case PROGOPT_VERSION:
        exit(progopt_version("aping"));
    case 'i':
        o->iterations = number('i', optarg, 1, 1000000000);
        break;
    case 'm':
        o->mode = name("mode", optarg, CM_MN_SIZE);
        break;
    case 'n':
        o->security = security(optarg);
        break;
    case 'p':
        o->password = name("password", optarg, 8);
        break;
    case 's':
        o->size = (CM_INT32)number('s', optarg, 0, PING_RECORD_MAX);
        break;
    case 't':
        o->tp = name("TP name", optarg, CM_TPN_SIZE);
        break;
    case 'u':
        o->user = name("user ID", optarg, 8);
        break;
    }
}

void pingoptions_take(struct pingoptions *o, int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    int c;
    *o = (struct pingoptions){.size = 100, .iterations = 2, .packets = 1, .security = -1};

    while ((c = getopt_long(argc, argv, ":1c:hi:m:n:p:s:t:u:", longs, NULL)) != -1) {
        if (c == '?' || c == ':')
            exit(progopt_refused("aping", c, argv));
        take_option(o, c);
    }
    if (optind == argc)
        exit(progopt_wrong("aping", "the destination is missing"));
    if (optind < argc - 1)
        exit(progopt_wrong("aping", "%s: there is one destination, %s", argv[optind + 1], argv[optind]));
    o->destination = name("destination", argv[optind], CM_PLN_SIZE);
    if (o->security == -1 && (o->user || o->password))
        o->security = CM_SECURITY_PROGRAM;
    if (o->security == CM_SECURITY_NONE && (o->user || o->password)) {
        exit(progopt_wrong("aping", "-n NONE sends no user ID and password"));
    }
}
