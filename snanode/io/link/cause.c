#include "snanode/io/link/cause.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum stream_cause cause_of_errno(int error)
{
    switch (error) {
    case ECONNREFUSED:
        return CAUSE_REFUSED;
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
        return CAUSE_RESET;
    case ETIMEDOUT:
        return CAUSE_TIMED_OUT;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EACCES:
    case EPERM:
        return CAUSE_UNREACHABLE;
    default:
        return CAUSE_LOCAL;
    }
}

const char *cause_name(enum stream_cause cause)
{
    static const char *const names[CAUSE_N] = {
        [CAUSE_NONE] = "none",
        [CAUSE_CLOSED] = "closed",
        [CAUSE_RESET] = "reset",
        [CAUSE_TIMED_OUT] = "timed out",
        [CAUSE_REFUSED] = "refused",
        [CAUSE_UNREACHABLE] = "unreachable",
        [CAUSE_NO_HOST] = "no such host",
        [CAUSE_PEER_REFUSED] = "peer refused",
        [CAUSE_WE_REFUSED] = "refused by the peer",
        [CAUSE_NOT_TLS] = "not TLS",
        [CAUSE_TLS_VERSION] = "TLS version",
        [CAUSE_TLS] = "TLS",
        [CAUSE_LOCAL] = "local",
    };
    return names[cause];
}

void cause_set(struct stream_end *e, enum stream_cause cause, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    e->cause = cause;
}
