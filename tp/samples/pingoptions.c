#include "tp/samples/pingoptions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "tp/samples/pingproto.h"

static void usage(FILE *f)
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
          "  -h             this text\n",
          f);
}

static long number(char option, const char *text, long min, long max)
{
    char *end_of;
    long n;

    errno = 0;
    n = strtol(text, &end_of, 10);
    if (errno == 0 && end_of != text && *end_of == '\0' && n >= min && n <= max)
        return n;
    fprintf(stderr, "aping: -%c %s: must be a number from %ld to %ld\n", option, text, min, max);
    exit(2);
}

static const char *name(const char *what, const char *text, size_t max)
{
    size_t n = strlen(text);

    if (n >= 1 && n <= max)
        return text;
    fprintf(stderr, "aping: %s \"%s\": must have 1 to %zu characters\n", what, text, max);
    exit(2);
}

static CM_INT32 security(const char *text)
{
    if (!strcasecmp(text, "NONE"))
        return CM_SECURITY_NONE;
    if (!strcasecmp(text, "SAME"))
        return CM_SECURITY_SAME;
    if (!strcasecmp(text, "PROGRAM"))
        return CM_SECURITY_PROGRAM;
    fprintf(stderr, "aping: -n %s: must be NONE, SAME or PROGRAM\n", text);
    exit(2);
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
    case 'h':
        usage(stdout);
        exit(0);
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
    default:
        usage(stderr);
        exit(2);
    }
}

void pingoptions_take(struct pingoptions *o, int argc, char **argv)
{
    int c;

    *o = (struct pingoptions){.size = 100, .iterations = 2, .packets = 1, .security = -1};

    while ((c = getopt(argc, argv, "1c:hi:m:n:p:s:t:u:")) != -1)
        take_option(o, c);
    if (optind != argc - 1) {
        usage(stderr);
        exit(2);
    }
    o->destination = name("destination", argv[optind], CM_PLN_SIZE);
    if (o->security == -1 && (o->user || o->password))
        o->security = CM_SECURITY_PROGRAM;
    if (o->security == CM_SECURITY_NONE && (o->user || o->password)) {
        fprintf(stderr, "aping: -n NONE sends no user ID and password\n");
        exit(2);
    }
}
