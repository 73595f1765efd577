/* http.h - the figures of metrics.h by HTTP, on the loopback interface only.  Layer: io. */
#ifndef SNA_IO_HTTP_H
#define SNA_IO_HTTP_H

struct server;

/* Serve on the port that the configuration in force has, or not at all. */
void http_apply(struct server *s);
void http_end(struct server *s);

#endif
