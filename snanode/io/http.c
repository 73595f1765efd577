#include "snanode/io/http.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/http.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/metrics.h"
#include "snanode/trace/text.h"

#define HERE     "127.0.0.1"
#define HEAD_MAX 8192 /* octets of a request's header */
#define BODY_MAX 0    /* nobody sends us anything */
#define PATIENCE 5    /* seconds for a client that says nothing */

static void on_metrics(struct evhttp_request *request, void *arg)
{
    struct text t = {.p = NULL};
    struct evbuffer *out = evbuffer_new();
    metrics_write(arg, &t);
    if (!out || t.bad || evbuffer_add(out, t.p, t.n) < 0) {
        evhttp_send_error(request, HTTP_INTERNAL, "out of memory");
    } else {
        evhttp_add_header(evhttp_request_get_output_headers(request), "Content-Type",
                          "text/plain; version=0.0.4; charset=utf-8");
        evhttp_send_reply(request, HTTP_OK, "OK", out);
    }
    if (out)
        evbuffer_free(out);
    text_free(&t);
}

static void on_other(struct evhttp_request *request, void *arg)
{
    (void)arg;
    evhttp_send_error(request, HTTP_NOTFOUND, "Not Found");
}

void http_end(struct server *s)
{
    if (s->http)
        evhttp_free(s->http);
    s->http = NULL;
    s->http_port = 0;
}

void http_apply(struct server *s)
{
    unsigned port = s->loaded->tps.http.port;
    if (port == s->http_port)
        return;
    http_end(s);
    if (!port)
        return;
    s->http = evhttp_new(s->base);
    if (!s->http || evhttp_bind_socket(s->http, HERE, (uint16_t)port) < 0) {
        log_error("metrics: " HERE
                  ":%u: %s; another port can be set with MetricsPort of SnaServr\\Parameters",
                  port, strerror(errno));
        http_end(s);
        return;
    }
    s->http_port = port;
    evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
    evhttp_set_max_headers_size(s->http, HEAD_MAX);
    evhttp_set_max_body_size(s->http, BODY_MAX);
    evhttp_set_timeout(s->http, PATIENCE);
    evhttp_set_cb(s->http, "/metrics", on_metrics, s);
    evhttp_set_gencb(s->http, on_other, s);
    log_info("metrics: http://" HERE ":%u/metrics", port);
}
