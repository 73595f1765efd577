/* appcsend - a sample of APPC: sends each line of its input as a record of a mapped conversation to the TP
 * APPCRECV at a partner LU, and asks for confirmation at the end.
 *
 * usage: appcsend PARTNER-LU-ALIAS [MODE]      exit status 0 good, 1 failed, 2 usage */
#include <stdio.h>
#include <string.h>

#include "tp/samples/appcsample.h"

static int allocate(struct tp_started *tp, const char *partner, const char *mode, unsigned *conv_id)
{
    struct mc_allocate vcb = {.opcode = AP_M_ALLOCATE, .opext = AP_MAPPED_CONVERSATION};
    memcpy(vcb.tp_id, tp->tp_id, sizeof vcb.tp_id);
    vcb.synclevel = AP_CONFIRM_SYNC_LEVEL;
    sample_ascii(vcb.plu_alias, sizeof vcb.plu_alias, partner);
    sample_ebcdic(vcb.mode_name, sizeof vcb.mode_name, mode);
    sample_ebcdic(vcb.tp_name, sizeof vcb.tp_name, "APPCRECV");
    if (!sample_issue("MC_ALLOCATE", &vcb))
        return 0;
    *conv_id = vcb.conv_id;
    return 1;
}

static int send_lines(const struct tp_started *tp, unsigned conv_id)
{
    char line[4096];
    while (fgets(line, sizeof line, stdin)) {
        struct mc_send_data vcb = {.opcode = AP_M_SEND_DATA, .opext = AP_MAPPED_CONVERSATION};
        memcpy(vcb.tp_id, tp->tp_id, sizeof vcb.tp_id);
        vcb.conv_id = conv_id;
        vcb.dptr = (unsigned char *)line;
        vcb.dlen = (unsigned short)strcspn(line, "\n");
        if (!sample_issue("MC_SEND_DATA", &vcb))
            return 0;
    }
    return 1;
}

/* By the sync level: it returns when the partner has confirmed. */
static int deallocate(const struct tp_started *tp, unsigned conv_id)
{
    struct mc_deallocate vcb = {.opcode = AP_M_DEALLOCATE, .opext = AP_MAPPED_CONVERSATION};
    memcpy(vcb.tp_id, tp->tp_id, sizeof vcb.tp_id);
    vcb.conv_id = conv_id;
    vcb.dealloc_type = AP_SYNC_LEVEL;
    return sample_issue("MC_DEALLOCATE", &vcb);
}

int main(int argc, char **argv)
{
    struct tp_started tp = {.opcode = AP_TP_STARTED};
    unsigned conv_id;
    int status = sample_options(
        "appcsend", "PARTNER-LU-ALIAS [MODE]\nSend the lines of the input to APPCRECV.\n", argc, argv);
    if (status >= 0)
        return status;
    if (argc - optind < 1 || argc - optind > 2)
        return progopt_wrong("appcsend", "needs the alias of the partner LU, and perhaps a mode");
    if (!sample_issue("TP_STARTED", &tp)) /* 8 zeros: a default local LU */
        return 1;
    int good = allocate(&tp, argv[optind], argc - optind > 1 ? argv[optind + 1] : "#INTER", &conv_id) &&
               send_lines(&tp, conv_id) && deallocate(&tp, conv_id);
    struct tp_ended end = {.opcode = AP_TP_ENDED, .type = AP_SOFT};
    memcpy(end.tp_id, tp.tp_id, sizeof end.tp_id);
    return sample_issue("TP_ENDED", &end) && good ? 0 : 1;
}
