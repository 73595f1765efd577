/* apingd.c - sample invokable TP: the server of aping, for one conversation at a time.
 *
 * Shows the two ways to accept.  Started by the node, or with APPCTPN in its environment, the program has its
 * TP name already and Accept_Conversation waits.  Otherwise it names itself with Specify_Local_TP_Name, and
 * from then on Accept_Conversation does not wait: Wait_For_Conversation does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/cli/progopt.h"
#include "tp/samples/pingserve.h"

static void usage(void)
{
    fputs("usage: apingd [-hqv] [-t NAME]\n"
          "Answers one aping conversation and exits.\n"
          "  -t NAME  TP name to answer to; without it the environment variable APPCTPN, or APINGD\n"
          "  -q       answer one conversation after another, until none comes in the time allowed;\n"
          "           for TPs registered as queued\n"
          "  -v       print a line on stderr for each conversation\n"
          "  -h       this text, also --help; --version: the version\n",
          stdout);
}

/* Empty names count as none: a launcher may set the variable to nothing. */
static const char *environment_name(void)
{
    const char *name = getenv("APPCTPN");
    return name && *name ? name : NULL;
}

/* A queued TP ends successfully when an accept times out after at least one conversation. */
static int serve(const struct pingserve *ps, bool queued)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    long served = 0;
    do {
        rc = pingserve_accept(ps, id);
        if (rc != CM_OK)
            return rc == CM_PROGRAM_STATE_CHECK && served > 0 ? 0 : 1;
        served++;
        pingserve_conversation(ps, id);
    } while (queued);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    struct pingserve ps = {.program = "apingd"};
    const char *name = NULL;
    bool queued = false;
    int c;
    while ((c = getopt_long(argc, argv, ":hqt:v", longs, NULL)) != -1) {
        switch (c) {
        case PROGOPT_HELP:
            usage();
            return 0;
        case PROGOPT_VERSION:
            return progopt_version("apingd");
        case 'q':
            queued = true;
            break;
        case 't':
            name = optarg;
            break;
        case 'v':
            ps.verbose = true;
            break;
        default:
            return progopt_refused("apingd", c, argv);
        }
    }
    if (optind != argc)
        return progopt_wrong("apingd", "%s: a TP name is given with -t", argv[optind]);
    if (!name && !environment_name())
        name = "APINGD";
    if (name && pingserve_register(&ps, name) == -1)
        return 1;
    return serve(&ps, queued);
}
