/* show.h - what snactl shows.  Layer: io. */
#ifndef SNA_IO_SHOW_H
#define SNA_IO_SHOW_H

#include <stdint.h>

struct json_t;
struct rows;
struct server;

/* Rows of objects with the field names of snactl(1). */
struct json_t *show_count(uint64_t v);
struct json_t *show_text(const char *s);
struct json_t *show_status(struct server *s);
void show_lu(struct server *s, struct rows *r);
void show_plu(struct server *s, struct rows *r);
void show_cnos(struct server *s, struct rows *r);
void show_mode(struct server *s, struct rows *r);
void show_session(struct server *s, struct rows *r);
void show_conversation(struct server *s, struct rows *r);
void show_tp(struct server *s, struct rows *r);
struct json_t *show_tp_named(struct server *s, const char *name);
void show_queue(struct server *s, struct rows *r);
void show_side(struct server *s, struct rows *r);
struct json_t *show_link(struct server *s);
void show_event(struct server *s, struct rows *r);
struct json_t *show_trace(struct server *s);
struct json_t *show_domain(struct server *s); /* machines */
/* What the machines of the domain offer: "tp" or "lu". */
struct json_t *show_domain_offers(struct server *s, const char *what);

#endif
