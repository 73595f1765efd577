/* appcmanager - the attach manager of a local LU [HIS: RECEIVE_ALLOCATE_EX]: takes N Attaches, prints the TP
 * name of each, receives what comes, and confirms the end when it is asked to; to who gives the turn it says
 * "ex TPNAME PID".
 *
 * usage: appcmanager LU-ALIAS N */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/base/ebcdic.h"
#include "winappc.h"

static struct receive_allocate_ex x;

static int failed(const char *verb, void *vcb)
{
    unsigned char text[256];
    GetAppcReturnCode((struct appc_hdr *)vcb, sizeof text, text);
    printf("%s: %s\n", verb, (char *)text);
    fflush(stdout);
    return 1;
}

static int answer(void)
{
    char text[100];
    struct mc_send_data d = {.opcode = AP_M_SEND_DATA, .opext = AP_MAPPED_CONVERSATION};
    memcpy(d.tp_id, x.tp_id, sizeof d.tp_id);
    d.conv_id = x.conv_id;
    d.dptr = (unsigned char *)text;
    d.dlen = (unsigned short)snprintf(text, sizeof text, "ex %.*s %d", (int)strcspn((char *)x.tp_name, " "),
                                      (char *)x.tp_name, (int)getpid());
    d.type = AP_SEND_DATA_DEALLOC_FLUSH;
    APPC(&d);
    return d.primary_rc == AP_OK ? 0 : failed("MC_SEND_DATA", &d);
}

static int receive(void)
{
    unsigned char data[4096];
    for (;;) {
        struct mc_receive_and_wait r = {.opcode = AP_M_RECEIVE_AND_WAIT, .opext = AP_MAPPED_CONVERSATION};
        memcpy(r.tp_id, x.tp_id, sizeof r.tp_id);
        r.conv_id = x.conv_id;
        r.dptr = data;
        r.max_len = sizeof data;
        APPC(&r);
        if (r.primary_rc == AP_DEALLOC_NORMAL)
            return 0;
        if (r.primary_rc != AP_OK)
            return failed("MC_RECEIVE_AND_WAIT", &r);
        if (r.what_rcvd == AP_CONFIRM_DEALLOCATE) {
            struct mc_confirmed c = {.opcode = AP_M_CONFIRMED, .opext = AP_MAPPED_CONVERSATION};
            memcpy(c.tp_id, x.tp_id, sizeof c.tp_id);
            c.conv_id = x.conv_id;
            APPC(&c);
            return c.primary_rc == AP_OK ? 0 : failed("MC_CONFIRMED", &c);
        }
        if (r.what_rcvd == AP_SEND)
            return answer();
        printf("%.*s\n", (int)r.dlen, (char *)data);
        fflush(stdout);
    }
}

static int take(const char *lu)
{
    memset(&x, 0, sizeof x);
    x.opcode = AP_RECEIVE_ALLOCATE_EX;
    x.timeout = 0xFFFFFFFF;
    memset(x.tp_name, 0x40, sizeof x.tp_name);
    memset(x.lu_alias, ' ', sizeof x.lu_alias);
    memcpy(x.lu_alias, lu, strnlen(lu, sizeof x.lu_alias));
    APPC(&x);
    if (x.primary_rc != AP_OK)
        return failed("RECEIVE_ALLOCATE_EX", &x);
    ebcdic_decode(x.tp_name, sizeof x.tp_name);
    printf("TP %.*s\n", (int)strcspn((char *)x.tp_name, " "), (char *)x.tp_name);
    fflush(stdout);
    return receive();
}

int main(int argc, char **argv)
{
    int bad = argc != 3;
    for (int n = bad ? 0 : atoi(argv[2]); n > 0 && !bad; n--)
        bad = take(argv[1]);
    return bad;
}
