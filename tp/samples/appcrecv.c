/* appcrecv - a sample of APPC: takes one conversation as the TP APPCRECV, and writes its records as lines.
 * The receives are issued without waiting: a program that has something else to do can poll the event.
 *
 * exit status 0 good, 1 failed */
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tp/samples/appcsample.h"

static struct receive_allocate tp = {.opcode = AP_RECEIVE_ALLOCATE};

/* Issue a receive, and wait for its event. */
static int receive(int event, struct mc_receive_and_wait *vcb, unsigned char *buffer, unsigned size)
{
    eventfd_t n;
    memset(vcb, 0, sizeof *vcb);
    vcb->opcode = AP_M_RECEIVE_AND_WAIT;
    vcb->opext = AP_MAPPED_CONVERSATION;
    memcpy(vcb->tp_id, tp.tp_id, sizeof vcb->tp_id);
    vcb->conv_id = tp.conv_id;
    vcb->dptr = buffer;
    vcb->max_len = (unsigned short)size;
    if (!WinAsyncAPPCEx(WAPPC_HANDLE(event), (intptr_t)vcb) || eventfd_read(event, &n) < 0)
        return 0;
    return sample_good("MC_RECEIVE_AND_WAIT", vcb);
}

static int confirm(void)
{
    struct mc_confirmed vcb = {.opcode = AP_M_CONFIRMED, .opext = AP_MAPPED_CONVERSATION};
    memcpy(vcb.tp_id, tp.tp_id, sizeof vcb.tp_id);
    vcb.conv_id = tp.conv_id;
    return sample_issue("MC_CONFIRMED", &vcb);
}

static int take_records(int event)
{
    unsigned char buffer[4096];
    struct mc_receive_and_wait vcb;
    while (receive(event, &vcb, buffer, sizeof buffer)) {
        if (vcb.what_rcvd == AP_CONFIRM_DEALLOCATE)
            return confirm();
        printf("%.*s%s", (int)vcb.dlen, buffer, vcb.what_rcvd == AP_DATA_COMPLETE ? "\n" : "");
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    int status = sample_options(
        "appcrecv", "\nTake a conversation as the TP APPCRECV, and write its records.\n", argc, argv);
    if (status >= 0)
        return status;
    if (argc > optind)
        return progopt_wrong("appcrecv", "%s: takes no argument", argv[optind]);
    int event = eventfd(0, EFD_CLOEXEC);
    sample_ebcdic(tp.tp_name, sizeof tp.tp_name, "APPCRECV");
    if (event < 0 || !sample_issue("RECEIVE_ALLOCATE", &tp))
        return 1;
    int good = take_records(event);
    struct tp_ended end = {.opcode = AP_TP_ENDED, .type = AP_SOFT};
    memcpy(end.tp_id, tp.tp_id, sizeof end.tp_id);
    return sample_issue("TP_ENDED", &end) && good ? 0 : 1;
}
