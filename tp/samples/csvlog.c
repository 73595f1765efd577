/* csvlog - a sample of the Common Service Verbs: shows a text in EBCDIC, and logs it at the node.
 *
 * usage: csvlog [-gi] [-n NUMBER] [-o ORIGIN] TEXT      exit status 0 good, 1 failed, 2 usage */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/cli/progopt.h"
#include "wincsv.h"

struct options {
    int own_table;    /* convert with the table of type G */
    int intervention; /* the message asks for an operator */
    unsigned short number;
    const char *origin;
};

/* Whether the verb NAME has succeeded; says why not. */
static int good(const char *name, void *vcb)
{
    struct csv_hdr *h = (struct csv_hdr *)vcb;
    unsigned char text[256];
    if (h->primary_rc == SV_OK)
        return 1;
    GetCsvReturnCode(h, sizeof text, text);
    fprintf(stderr, "csvlog: %s: %s\n", name, (char *)text);
    return 0;
}

/* Characters that the set has not are 00: that is shown, and no failure. */
static int show(const struct options *o, const char *text)
{
    unsigned char ebcdic[80];
    struct convert vcb = {.opcode = SV_CONVERT, .direction = SV_ASCII_TO_EBCDIC};
    vcb.char_set = o->own_table ? SV_G : SV_AE;
    vcb.len = (unsigned short)(strlen(text) < sizeof ebcdic ? strlen(text) : sizeof ebcdic);
    vcb.source = (unsigned char *)(uintptr_t)text;
    vcb.target = ebcdic;
    ACSSVC(&vcb);
    if (vcb.secondary_rc != SV_CONVERSION_ERROR && !good("CONVERT", &vcb))
        return 0;
    for (unsigned i = 0; i < vcb.len; i++)
        printf("%02X", ebcdic[i]);
    printf("\n");
    return 1;
}

static int log_text(const struct options *o, const char *text)
{
    struct log_message vcb = {.opcode = SV_LOG_MESSAGE, .msg_num = o->number};
    size_t n = strlen(o->origin) < sizeof vcb.origntr_id ? strlen(o->origin) : sizeof vcb.origntr_id;
    memset(vcb.origntr_id, ' ', sizeof vcb.origntr_id);
    memcpy(vcb.origntr_id, o->origin, n);
    memcpy(vcb.msg_file_name, "CSV", sizeof vcb.msg_file_name);
    vcb.msg_act = o->intervention ? SV_INTRV : SV_NO_INTRV;
    vcb.msg_ins_len = (unsigned short)(strlen(text) + 1);
    vcb.msg_ins_ptr = (unsigned char *)(uintptr_t)text;
    ACSSVC(&vcb);
    return good("LOG_MESSAGE", &vcb);
}

/* Returns the exit status, or -1: go on with the arguments at optind. */
static int take_options(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {PROGOPT_LONGS, {NULL, 0, NULL, 0}};
    int c;
    while ((c = getopt_long(argc, argv, ":ghin:o:", longs, NULL)) != -1) {
        char *end;
        unsigned long number;
        switch (c) {
        case 'g':
            o->own_table = 1;
            break;
        case 'i':
            o->intervention = 1;
            break;
        case 'n':
            number = strtoul(optarg, &end, 10);
            if (*optarg < '0' || *optarg > '9' || *end || number > 9999)
                return progopt_wrong("csvlog", "-n %s: a number from 0 to 9999 is needed", optarg);
            o->number = (unsigned short)number;
            break;
        case 'o':
            o->origin = optarg;
            break;
        case PROGOPT_HELP:
            printf("usage: csvlog [-gi] [-n NUMBER] [-o ORIGIN] TEXT\n"
                   "Show TEXT in EBCDIC, and log it at the node with the Common Service Verbs.\n"
                   "  -g          convert with the table of type G, not with the set AE\n"
                   "  -i          it asks for an operator\n"
                   "  -n NUMBER   number of the message (1)\n"
                   "  -o ORIGIN   who logs it (CSVLOG)\n");
            return 0;
        case PROGOPT_VERSION:
            return progopt_version("csvlog");
        default:
            return progopt_refused("csvlog", c, argv);
        }
    }
    return -1;
}

int main(int argc, char **argv)
{
    struct options o = {.number = 1, .origin = "CSVLOG"};
    int status = take_options(&o, argc, argv);
    if (status >= 0)
        return status;
    if (argc - optind != 1 || strlen(argv[optind]) > 500)
        return progopt_wrong("csvlog", "needs one text, of 500 characters at most");
    return show(&o, argv[optind]) && log_text(&o, argv[optind]) ? 0 : 1;
}
