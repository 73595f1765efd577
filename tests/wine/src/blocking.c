/* Calls that wait: a conversation, characteristics, return codes, the blocking hook, the environment. */
#include <wincpic.h>

#include <string.h>

#include "ck.h"

static int calls, inside;

static INT_PTR WINAPI count(void)
{
    calls++;
    inside += WinCPICIsBlocking() != 0;
    return TRUE;
}

static INT_PTR WINAPI refuse(void)
{
    return FALSE;
}

/* The partner answers with what it gets, after a while. */
static void ask(const char *text, CM_INT32 expected)
{
    unsigned char id[CM_CID_SIZE], dest[] = "ECHO    ", buf[100];
    CM_INT32 rc, length = (CM_INT32)strlen(text), rts, room = sizeof buf, data = 0, what = 0;
    cminit(id, dest, &rc);
    CK_INT(rc, CM_OK);
    cmallc(id, &rc);
    CK_INT(rc, CM_OK);
    memcpy(buf, text, (size_t)length);
    cmsend(id, buf, &length, &rts, &rc);
    CK_INT(rc, CM_OK);
    cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
    CK_INT(rc, expected);
    if (rc == CM_DEALLOCATED_NORMAL) {
        CK_INT(length, strlen(text));
        CK(memcmp(buf, text, (size_t)length) == 0);
    }
}

static void characteristics(void)
{
    unsigned char id[CM_CID_SIZE], dest[] = "ECHO    ", name[64];
    CM_INT32 rc, length, n;
    cminit(id, dest, &rc);
    cmetpn(id, name, &length, &rc);
    CK_INT(rc, CM_OK);
    CK(length == 4 && memcmp(name, "ECHO", 4) == 0);
    cmecs(id, &n, &rc);
    CK_INT(n, CM_INITIALIZE_STATE);
    n = 99;
    cmssl(id, &n, &rc);
    CK_INT(rc, CM_PROGRAM_PARAMETER_CHECK);
    cmdeal(id, &rc);
    CK_INT(rc, CM_PROGRAM_STATE_CHECK);
    cmcanc(id, &rc);
    CK_INT(rc, CM_OK);
    cmecs(id, &n, &rc);
    CK_INT(rc, CM_PROGRAM_PARAMETER_CHECK);
    CK(strcmp(xcrcname(CM_TPN_NOT_RECOGNIZED), "CM_TPN_NOT_RECOGNIZED") == 0);
}

/* Ten parameters: more than the registers of either calling convention. */
static void many_parameters(void)
{
    unsigned char buf[8] = "";
    CM_INT32 n[8] = {0}, rc = -1;
    cmrcvm(buf, buf, &n[0], buf, &n[1], &n[2], &n[3], &n[4], &n[5], &rc);
    CK_INT(rc, CM_CALL_NOT_SUPPORTED);
}

int main(void)
{
    WCPICDATA about;
    CK_INT(WinCPICStartup(0, &about), WCPICINVALID);
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    CK_INT(about.wVersion, 0x0001);
    ask("HELLO", CM_DEALLOCATED_NORMAL);
    characteristics();
    many_parameters();

    CK(WinCPICSetBlockingHook((FARPROC)count) == NULL);
    ask("WITH A HOOK", CM_DEALLOCATED_NORMAL);
    CK(calls > 0 && inside == calls);
    CK(!WinCPICIsBlocking());
    CK(WinCPICSetBlockingHook((FARPROC)refuse) == (FARPROC)count);
    ask("NOT WAITED FOR", CM_DEALLOCATED_ABEND);
    CK(WinCPICUnhookBlockingHook());
    ask("AGAIN", CM_DEALLOCATED_NORMAL);

    /* cmaccp needs a name; a program may set one by a call of Windows */
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc;
    SetEnvironmentVariableA("APPCTPN", NULL);
    cmaccp(id, &rc);
    CK_INT(rc, CM_PROGRAM_STATE_CHECK);
    CK(WinCPICCleanup());
    puts("blocking: ok");
    return 0;
}
