#include "tp/libappc/logdata.h"

#include <string.h>

#include "snanode/base/buf.h"
#include "snanode/base/ebcdic.h"
#include "snanode/wire/fmh7.h"
#include "snanode/wire/gds.h"
#include "tp/conv/failure.h"
#include "tp/verbs/memory.h"
#include "winappc.h"

unsigned int logdata_wrong(struct logdata log, unsigned int ll_wrong)
{
    if (log.n == 0)
        return 0;
    if (!memory_readable(log.p, log.n))
        return AP_INVALID_DATA_SEGMENT;
    struct rd r = rd_make(log.p, log.n);
    bool good = rd_u16(&r) == log.n && rd_u16(&r) == GDS_ERROR_LOG;
    return good && !r.bad ? 0 : ll_wrong;
}

void logdata_keep(struct conv *c, struct logdata log)
{
    uint8_t text[CONV_LOG_MAX];
    size_t n = 0;
    const uint8_t *p = log.n > 0 ? fmh7_log_text(log.p + GDS_HEADER_LEN, log.n - GDS_HEADER_LEN, &n) : NULL;
    n = n < sizeof text ? n : sizeof text;
    if (p)
        memcpy(text, p, n);
    ebcdic_decode(text, n);
    conv_set_log(c, text, (unsigned)n);
}
