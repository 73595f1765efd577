/* Completion by events of Windows, with and without manual reset; several at once. */
#include <wincpic.h>

#include <string.h>

#include "ck.h"

static void complete(unsigned char *id, HANDLE event, int manual, CM_INT32 expected)
{
    unsigned char done[CM_CID_SIZE];
    CM_INT32 conversation_rc, rc;
    CK_INT(WaitForSingleObject(event, PATIENCE_MS), WAIT_OBJECT_0);
    CK_INT(WaitForSingleObject(event, 0), manual ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
    ResetEvent(event);
    cmwait(done, &conversation_rc, &rc);
    CK_INT(rc, CM_OK);
    CK_INT(conversation_rc, expected);
    CK(memcmp(done, id, CM_CID_SIZE) == 0);
}

static void converse(int manual)
{
    unsigned char id[CM_CID_SIZE], dest[] = "ECHO    ", buf[100] = "HELLO";
    CM_INT32 rc, mode = CM_NON_BLOCKING, length = 5, rts, room = sizeof buf, data, what;
    HANDLE event = CreateEvent(NULL, manual, FALSE, NULL), there = event, none = NULL;
    cminit(id, dest, &rc);
    WinCPICExtractEvent(id, &there, &rc);
    CK(rc == CM_OK && there == NULL);
    WinCPICSetEvent(id, &event, &rc);
    CK_INT(rc, CM_OK);
    WinCPICExtractEvent(id, &there, &rc);
    CK(rc == CM_OK && there == event);
    HANDLE bad = (HANDLE)(INT_PTR)0x7ffff4;
    WinCPICSetEvent(id, &bad, &rc);
    CK_INT(rc, CM_PROGRAM_PARAMETER_CHECK);
    cmallc(id, &rc);
    CK_INT(rc, CM_OK);
    cmsend(id, buf, &length, &rts, &rc);
    CK_INT(rc, CM_OK);
    cmspm(id, &mode, &rc);
    CK_INT(rc, CM_OK);
    memset(buf, 0, sizeof buf);
    cmrcv(id, buf, &room, &data, &length, &what, &rts, &rc);
    CK_INT(rc, CM_OPERATION_INCOMPLETE);
    WinCPICSetEvent(id, &none, &rc);
    CK_INT(rc, CM_OPERATION_NOT_ACCEPTED);
    complete(id, event, manual, CM_DEALLOCATED_NORMAL);
    CK(length == 5 && memcmp(buf, "HELLO", 5) == 0);
    CloseHandle(event); /* the next one has the same number */
}

#define MANY 10

static void converse_many(void)
{
    static unsigned char id[MANY][CM_CID_SIZE], buf[MANY][20];
    static CM_INT32 rc[MANY], length[MANY], data[MANY], what[MANY], rts[MANY], room = 20;
    HANDLE event[MANY];
    for (int i = 0; i < MANY; i++) {
        unsigned char dest[] = "ECHO    ", done[CM_CID_SIZE];
        CM_INT32 mode = CM_NON_BLOCKING, conversation_rc, r;
        event[i] = CreateEvent(NULL, FALSE, FALSE, NULL);
        cminit(id[i], dest, &r);
        cmallc(id[i], &r);
        CK_INT(r, CM_OK);
        length[i] = sprintf((char *)buf[i], "NUMBER %d", i);
        cmsend(id[i], buf[i], &length[i], &rts[i], &r);
        cmspm(id[i], &mode, &r);
        WinCPICSetEvent(id[i], &event[i], &r);
        CK_INT(r, CM_OK);
        cmrcv(id[i], buf[i], &room, &data[i], &length[i], &what[i], &rts[i], &rc[i]);
        CK_INT(rc[i], CM_OPERATION_INCOMPLETE);
        (void)done, (void)conversation_rc;
    }
    CK_INT(WaitForMultipleObjects(MANY, event, TRUE, PATIENCE_MS), WAIT_OBJECT_0);
    for (int i = 0; i < MANY; i++) {
        unsigned char done[CM_CID_SIZE];
        CM_INT32 conversation_rc, r;
        char text[20];
        cmwait(done, &conversation_rc, &r);
        CK_INT(r, CM_OK);
        CK_INT(conversation_rc, CM_DEALLOCATED_NORMAL);
        int n = sprintf(text, "NUMBER %d", i);
        CK(length[i] == n && memcmp(buf[i], text, (size_t)n) == 0);
        CloseHandle(event[i]);
    }
}

int main(void)
{
    WCPICDATA about;
    CK_INT(WinCPICStartup(0x0001, &about), 0);
    for (int i = 0; i < 4; i++)
        converse(i % 2);
    converse_many();
    CK(WinCPICCleanup());
    puts("events: ok");
    return 0;
}
