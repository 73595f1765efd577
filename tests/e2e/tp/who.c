/* who.c - conversation security from both sides.
 *
 *   who call DEST SECURITY [USER [PASSWORD]]   Allocate with sync level CONFIRM, Confirm, Deallocate; prints
 *                                              "call RETURN_CODE" of the first call that fails, or of Confirm
 *   who serve FILE [DEST]                      Accept one, append "NAME user=USER security=N" to FILE, call
 *                                              DEST with SAME and append "chain RETURN_CODE", then Confirmed
 *   SECURITY: none, same or program; "-" as USER or PASSWORD: not set at all. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpic.h"

static unsigned char buf[256];

static void set_credential(unsigned char *id, const char *text,
                           void (*set)(unsigned char *, unsigned char *, CM_INT32 *, CM_INT32 *),
                           CM_INT32 *rc)
{
    CM_INT32 n = (CM_INT32)strlen(text);
    if (*rc == CM_OK && strcmp(text, "-") != 0)
        set(id, (unsigned char *)(uintptr_t)text, &n, rc);
}

static CM_INT32 call(const char *dest, const char *security, const char *user, const char *password)
{
    unsigned char id[CM_CID_SIZE], name[CM_SDN_SIZE];
    CM_INT32 rc, rts, level = CM_CONFIRM, type = CM_SECURITY_NONE;
    if (strcmp(security, "same") == 0)
        type = CM_SECURITY_SAME;
    else if (strcmp(security, "program") == 0)
        type = CM_SECURITY_PROGRAM;
    memset(name, ' ', sizeof name);
    memcpy(name, dest, strnlen(dest, sizeof name));
    cminit(id, name, &rc);
    if (rc == CM_OK)
        cmssl(id, &level, &rc);
    if (rc == CM_OK)
        cmscst(id, &type, &rc);
    set_credential(id, user, cmscsu, &rc);
    set_credential(id, password, cmscsp, &rc);
    if (rc == CM_OK)
        cmallc(id, &rc);
    if (rc == CM_OK)
        cmcfm(id, &rts, &rc);
    CM_INT32 rc2 = rc;
    if (rc == CM_OK)
        cmdeal(id, &rc2);
    return rc;
}

static void note(const char *file, const char *line)
{
    int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || write(fd, line, strlen(line)) < 0)
        exit(99);
    close(fd);
}

static int serve(const char *file, const char *next)
{
    unsigned char id[CM_CID_SIZE];
    CM_INT32 rc, rc2, n = 0, type = 0, want = sizeof buf, got, len, status, rts;
    char line[200], user[11] = "";
    cmaccp(id, &rc);
    if (rc != CM_OK)
        return 1;
    cmecsu(id, (unsigned char *)user, &n, &rc);
    user[rc == CM_OK ? n : 0] = '\0';
    xcecst(id, &type, &rc);
    snprintf(line, sizeof line, "%s user=%s security=%d\n", getenv("APPCTPN"), user, (int)type);
    note(file, line);
    cmrcv(id, buf, &want, &got, &len, &status, &rts, &rc);
    if (next) {
        snprintf(line, sizeof line, "chain %s\n", xcrcname(call(next, "same", "-", "-")));
        note(file, line);
    }
    if (rc == CM_OK && status == CM_CONFIRM_RECEIVED)
        cmcfmd(id, &rc);
    cmrcv(id, buf, &want, &got, &len, &status, &rts, &rc2);
    if (rc2 == CM_OK && status == CM_CONFIRM_DEALLOC_RECEIVED)
        cmcfmd(id, &rc2);
    return 0;
}

int main(int argc, char **argv)
{
    alarm(60);
    if (argc >= 3 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argc > 3 ? argv[3] : NULL);
    if (argc >= 4 && strcmp(argv[1], "call") == 0) {
        CM_INT32 rc = call(argv[2], argv[3], argc > 4 ? argv[4] : "-", argc > 5 ? argv[5] : "-");
        printf("call %s\n", xcrcname(rc));
        return 0;
    }
    fprintf(stderr, "who: wrong arguments\n");
    return 2;
}
