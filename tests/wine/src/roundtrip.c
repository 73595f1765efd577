/* Times, for scripts/measure-wine; compiled for Windows, and for Linux with contrib/windows.
 *
 *   roundtrip serve               a TP: answers each record with one of the same length, until the partner
 * ends roundtrip ask DESTINATION N   microseconds for one of N round trips of 100 octets roundtrip start
 * DESTINATION N milliseconds for one of N conversations, each with one round trip */
#include <windows.h>

#include <wincpic.h>

#include <string.h>

#include "ck.h"

enum { OCTETS = 100, WARM = 500 };

static unsigned char id[CM_CID_SIZE], buf[OCTETS];

/* One side's turn: send, then receive with the turn.  The code of Receive. */
static CM_INT32 send_and_receive(void)
{
    CM_INT32 rc, length = OCTETS, room = OCTETS, data, what, rts;
    cmsend(id, buf, &length, &rts, &rc);
    CK_INT(rc, CM_OK);
    do
        cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
    while (rc == CM_OK && what != CM_SEND_RECEIVED);
    return rc;
}

static void serve(void)
{
    CM_INT32 rc, length, room = OCTETS, data, what, rts;
    cmaccp(id, &rc);
    CK_INT(rc, CM_OK);
    do
        cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
    while (rc == CM_OK && what != CM_SEND_RECEIVED);
    while (rc == CM_OK)
        rc = send_and_receive();
    CK_INT(rc, CM_DEALLOCATED_NORMAL);
}

static void begin(const char *destination)
{
    unsigned char name[CM_SDN_SIZE + 1];
    CM_INT32 rc;
    sprintf((char *)name, "%-8.8s", destination);
    cminit(id, name, &rc);
    cmallc(id, &rc);
    CK_INT(rc, CM_OK);
}

static void end(void)
{
    CM_INT32 rc;
    cmdeal(id, &rc);
    CK_INT(rc, CM_OK);
}

int main(int argc, char **argv)
{
    WCPICDATA about;
    DWORD began;
    int n = argc > 3 ? atoi(argv[3]) : 0;
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    if (argc == 2) {
        serve();
    } else if (argc == 4 && n > 0 && strcmp(argv[1], "ask") == 0) {
        begin(argv[2]);
        for (int i = 0; i < WARM; i++)
            CK_INT(send_and_receive(), CM_OK);
        began = GetTickCount();
        for (int i = 0; i < n; i++)
            CK_INT(send_and_receive(), CM_OK);
        printf("%.1f\n", (GetTickCount() - began) * 1000.0 / n);
        end();
    } else if (argc == 4 && n > 0) {
        began = GetTickCount();
        for (int i = 0; i < n; i++) {
            begin(argv[2]);
            CK_INT(send_and_receive(), CM_OK);
            end();
        }
        printf("%.1f\n", (double)(GetTickCount() - began) / n);
    }
    WinCPICCleanup();
    return 0;
}
