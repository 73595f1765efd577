/* page.h - the page of the running node, for a browser: tables, and the ladder of what is traced.  Layer: io.
 * The page is one file, page.html.  It reads what it shows from a stream of server-sent events, whose formats
 * are in docs/page.md.  Nothing can be changed by it. */
#ifndef SNA_IO_PAGE_H
#define SNA_IO_PAGE_H

#include <stdbool.h>

struct evhttp_request;
struct server;

#define PAGE_READERS 16 /* browsers that read the events at once */

/* Answer REQUEST with the page itself. */
void page_send(struct evhttp_request *request);

/* Answer REQUEST with the events, from now on until its connection ends.  DATA: this reader may see what
 * programs send; it is the same for all readers.  0, or the status of HTTP with which the caller is to
 * refuse. */
int page_stream(struct server *s, struct evhttp_request *request, bool data);

/* Nobody reads any more: before the connections of the readers are ended. */
void page_end(struct server *s);

#endif
