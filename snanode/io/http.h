/* http.h - the HTTP server: the figures of metrics.h, and the page of page.h.  Layer: io.
 * On the loopback interface, or anywhere with TLS and a token (tphttp.h).  Read-only. */
#ifndef SNA_IO_HTTP_H
#define SNA_IO_HTTP_H

struct server;

#define HTTP_CONNECTIONS 32 /* at once; who comes later waits */

/* Serve as the configuration in force says, or not at all.  Its files are read again; the log has what is
 * wrong with them, and then nothing is served. */
void http_apply(struct server *s);
void http_end(struct server *s);

#endif
