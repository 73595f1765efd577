#include "tp/conv/cause.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snanode/local/lp.h"
#include "snanode/host/socketpath.h"

static _Thread_local char last[256];
static _Thread_local uint32_t last_sense;
static _Thread_local uint32_t last_reason;

/* Also what the program itself cannot see: which node it asks, and as whom. */
static void say(void)
{
    char path[128];
    const char *debug = getenv("SNANODE_DEBUG"), *lu = getenv("APPCLLU");
    if (!debug || strcmp(debug, "1") != 0)
        return;
    if (socket_default_path(path, sizeof path) < 0)
        strcpy(path, "(too long)");
    fprintf(stderr, "%s[%d]: %s (socket %s, user %u, APPCLLU %s)\n", program_invocation_short_name,
            (int)getpid(), last, path, (unsigned)geteuid(), lu && *lu ? lu : "not set");
}

static enum outcome keep(uint32_t reason, const char *format, va_list ap)
{
    vsnprintf(last, sizeof last, format, ap);
    last_reason = reason;
    say();
    return OUTCOME_LOCAL_FAILURE;
}

enum outcome cause_set(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    keep(0, format, ap);
    va_end(ap);
    return OUTCOME_LOCAL_FAILURE;
}

enum outcome cause_no_node(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    keep(LP_RC_STOPPING, format, ap);
    va_end(ap);
    return OUTCOME_LOCAL_FAILURE;
}

enum outcome cause_of_answer(uint32_t rc, const char *lu)
{
    enum outcome told = outcome_of_answer(rc);
    if (told == OUTCOME_LOCAL_FAILURE && (rc == LP_RC_LU_UNKNOWN || rc == LP_RC_LU_DENIED))
        cause_set("%s: %.8s", lp_reason(rc), *lu ? lu : "(the default)");
    else if (told == OUTCOME_LOCAL_FAILURE)
        cause_set("%s", lp_reason(rc));
    last_reason = rc;
    return told;
}

uint32_t cause_reason(void)
{
    return last_reason;
}

char *cause_copy(void)
{
    return strdup(last);
}

void cause_put(const char *text)
{
    snprintf(last, sizeof last, "%s", text);
}

const char *cause_last(void)
{
    return last;
}

uint32_t cause_sense(void)
{
    return last_sense;
}

void cause_set_sense(uint32_t sense)
{
    last_sense = sense;
}
