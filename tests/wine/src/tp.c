/* A TP: says what it is called with, and then answers with what it gets.
 *
 *   tp [die|hang|WORD ...]    die: ends in the midst of the conversation; hang: waits for ever after its
 * Accept */
#include <wincpic.h>

#include <string.h>

#include "ck.h"

int main(int argc, char **argv)
{
    unsigned char id[CM_CID_SIZE], buf[200];
    CM_INT32 rc, rts, room = sizeof buf, data, what, length;
    WCPICDATA about;
    char name[70] = "", lu[20] = "";
    GetEnvironmentVariableA("APPCTPN", name, sizeof name);
    GetEnvironmentVariableA("APPCLLU", lu, sizeof lu);
    printf("tp %s on %s:", name, lu);
    for (int i = 1; i < argc; i++)
        printf(" [%s]", argv[i]);
    puts("");
    fflush(stdout);
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    cmaccp(id, &rc);
    CK_INT(rc, CM_OK);
    do
        cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
    while (rc == CM_OK && data == CM_NO_DATA_RECEIVED);
    CK_INT(rc, CM_OK);
    if (argc > 1 && strcmp(argv[1], "die") == 0)
        TerminateProcess(GetCurrentProcess(), 3);
    if (argc > 1 && strcmp(argv[1], "hang") == 0)
        Sleep(INFINITE);
    while (rc == CM_OK && what != CM_SEND_RECEIVED) {
        CM_INT32 none;
        cmrcv(id, buf + length, &room, &data, &none, &what, &rts, &rc);
    }
    CK_INT(rc, CM_OK);
    cmsend(id, buf, &length, &rts, &rc);
    cmdeal(id, &rc);
    CK_INT(rc, CM_OK);
    return 0;
}
