#include "attachmgr/tptable/tphttp.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tpvalue.h"

void tphttp_fini(struct tp_http *h)
{
    free(h->address);
    free(h->certificate);
    free(h->key);
    free(h->token);
    *h = (struct tp_http){.port = 0};
}

const char *tphttp_address(const struct tp_http *h)
{
    return h->address ? h->address : TPHTTP_ADDRESS;
}

/* Whether TEXT is an address, and one of this machine alone. */
static bool is_address(const char *text, bool *loopback)
{
    uint8_t v4[4], v6[16];
    static const uint8_t own[16] = {[15] = 1};
    if (inet_pton(AF_INET, text, v4) == 1) {
        *loopback = v4[0] == 127;
        return true;
    }
    *loopback = inet_pton(AF_INET6, text, v6) == 1 && memcmp(v6, own, sizeof own) == 0;
    return inet_pton(AF_INET6, text, v6) == 1;
}

static void take_path(const struct tpvalue_owner *o, const struct reg_value *v, char **out)
{
    if (!v)
        return;
    tpvalue_string(o, v, TPVALUE_SZ, out);
    if (*out && (*out)[0] != '/')
        tpvalue_fault(o, v, "must be a path of this machine, from / on");
}

/* What others than this machine may reach is encrypted, and shown to those who have the token. */
static void take_address(const struct tpvalue_owner *o, const struct reg_value *v, struct tp_http *h)
{
    bool loopback;
    if (!v)
        return;
    tpvalue_string(o, v, TPVALUE_SZ, &h->address);
    if (!h->address)
        return;
    if (!is_address(h->address, &loopback))
        tpvalue_fault(o, v, "must be an address as numbers, such as 192.0.2.1, ::1 or 0.0.0.0 for all");
    else if (!loopback && !(h->certificate && h->key && h->token))
        tpvalue_fault(o, v,
                      "can be reached from other machines: it needs MetricsCertificate, MetricsKey and "
                      "MetricsToken beside it");
}

static void judge(const struct tpvalue_owner *o, const struct reg_key *k, const struct tp_http *h)
{
    static const char *const beside[] = {"MetricsPage", "MetricsAddress", "MetricsToken",
                                         "MetricsCertificate", "MetricsKey"};
    const struct reg_value *certificate = reg_value(k, "MetricsCertificate"),
                           *key = reg_value(k, "MetricsKey");
    if (!certificate != !key)
        tpvalue_fault(o, certificate ? certificate : key,
                      "needs the other one beside it: MetricsCertificate and MetricsKey");
    for (size_t i = 0; i < sizeof beside / sizeof *beside && !h->port; i++) {
        const struct reg_value *v = reg_value(k, beside[i]);
        if (v && !reg_value(k, "MetricsPort"))
            tpvalue_fault(o, v, "needs MetricsPort beside it, the port of the HTTP server");
    }
}

void tphttp_take(struct tp_http *h, const struct reg_key *k, struct diag *d)
{
    const struct tpvalue_owner o = {d, "SnaServr\\Parameters"};
    unsigned errors = d->errors;
    const struct reg_value *port = reg_value(k, "MetricsPort"), *page = reg_value(k, "MetricsPage");
    if (port) {
        tpvalue_dword(&o, port, 1, 65535, &h->port);
        h->file = port->file;
        h->line = port->line;
    }
    if (page)
        tpvalue_yes_no(&o, page, &h->page);
    take_path(&o, reg_value(k, "MetricsCertificate"), &h->certificate);
    take_path(&o, reg_value(k, "MetricsKey"), &h->key);
    take_path(&o, reg_value(k, "MetricsToken"), &h->token);
    take_address(&o, reg_value(k, "MetricsAddress"), h);
    judge(&o, k, h);
    if (d->errors > errors)
        tphttp_fini(h);
}
