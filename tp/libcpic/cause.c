#include "tp/libcpic/cause.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "snanode/host/socketpath.h"

static _Thread_local char last[256];

/* Also what the program itself cannot see: which node it asks, and as whom. */
static void say(void)
{
    char path[128];
    const char *debug = getenv("SNANODE_DEBUG"), *lu = getenv("APPCLLU");
    if (!debug || strcmp(debug, "1") != 0)
        return;
    if (socket_default_path(path, sizeof path) < 0)
        strcpy(path, "(too long)");
    fprintf(stderr, "libcpic[%d]: %s (socket %s, user %u, APPCLLU %s)\n", (int)getpid(), last, path,
            (unsigned)geteuid(), lu && *lu ? lu : "not set");
}

CM_INT32 product_error(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    vsnprintf(last, sizeof last, format, ap);
    va_end(ap);
    say();
    return CM_PRODUCT_SPECIFIC_ERROR;
}

CM_INT32 product_error_stopped(void)
{
    return product_error("the program has called WinCPICCleanup, and not WinCPICStartup again");
}

CM_INT32 rc_of_answer(uint32_t rc, const char *lu)
{
    CM_INT32 told = retcode_to_program(rc);
    if (told != CM_PRODUCT_SPECIFIC_ERROR)
        return told;
    if (rc == LP_RC_LU_UNKNOWN || rc == LP_RC_LU_DENIED)
        return product_error("%s: %.8s", lp_reason(rc), *lu ? lu : "(the default)");
    return product_error("%s", lp_reason(rc));
}

char *cause_copy(void)
{
    return strdup(last);
}

void cause_put(const char *text)
{
    snprintf(last, sizeof last, "%s", text);
}

const char *xclasterr(void)
{
    return last;
}
