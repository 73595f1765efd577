#include "snanode/io/link/expiry.h"

#include <stdio.h>
#include <time.h>

#include "snanode/io/context.h"
#include "snanode/io/event.h"
#include "snanode/io/link/tls.h"
#include "snanode/io/watch.h"

static void report(struct server *s, const struct certificate *c, time_t now)
{
    char text[384], date[16], why[300];
    time_t expires = tls_expires(c->tls);
    long days = certificate_days(expires, now);
    certificate_date(expires, date);
    if (days >= CERTIFICATE_WARN_DAYS)
        return;
    if (days >= 0) {
        snprintf(text, sizeof text, EVENT_TEXT_CERTIFICATE_EXPIRES, c->kind, c->name, c->files->certificate,
                 date, days);
        event_report(s, EVENT_CERTIFICATE_EXPIRES, text);
        return;
    }
    snprintf(why, sizeof why, "certificate %.200s has ended on %s", c->files->certificate, date);
    snprintf(text, sizeof text, EVENT_TEXT_CERTIFICATE_UNUSABLE, c->kind, c->name, why);
    event_report(s, EVENT_CERTIFICATE_UNUSABLE, text);
}

static void on_day(void *arg)
{
    static const struct timeval day = {.tv_sec = 86400};
    struct server *s = arg;
    time_t now = time(NULL);
    for (size_t i = 0; i < s->loaded->certificates.n; i++)
        report(s, &s->loaded->certificates.v[i], now);
    if (s->expiry)
        watch_add(s->expiry, &day);
}

void expiry_check(struct server *s)
{
    if (!s->expiry)
        s->expiry = watch_new(s, -1, 0, on_day, s); /* without memory there is none tomorrow */
    on_day(s);
}

void expiry_end(struct server *s)
{
    watch_free(s->expiry);
    s->expiry = NULL;
}
