/* admin.h - the commands of snactl, and what the files that implement them share.  Layer: io. */
#ifndef SNA_IO_ADMIN_H
#define SNA_IO_ADMIN_H

#include <stdbool.h>
#include <stdint.h>

#include "snanode/local/lp.h"

struct server;
struct node_effect;
struct json_t;

#define ADMIN_RELOAD  255 /* exit status: the answer comes when the files have been read (reload.c) */
#define ADMIN_METRICS 252 /* ... the text of metrics_file() */
#define ADMIN_DUMP    253 /* ... and brings the capture of trace_dump() along */
#define ADMIN_LATER   254 /* ... when the node has done it: admin_asks() names the client that gets it */

/* Carry out WORDS (N of them); MAY_CHANGE: the client may change what runs.  Fills OUT; returns a descriptor
 * of the JSON rows, which the caller closes, or -1 when there are none. */
int admin_command(struct server *s, char **words, int n, bool may_change, struct lp_answer *out);

/* The command that has just returned ADMIN_LATER is CLIENT's. */
void admin_asks(struct server *s, uint32_t client);
/* The request of a client is done (NODE_FX_ACTIVATED, NODE_FX_CNOS): answer the client, if it is still there.
 */
void admin_told(struct server *s, const struct node_effect *e);
void admin_forget_all(struct server *s);

/* Fill OUT; returns -1. */
int admin_refuse(struct lp_answer *out, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A decimal number from LEAST to MOST: 0, or -1. */
int admin_number(const char *text, unsigned least, unsigned most, unsigned *out);

struct json_t *admin_activate(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_deactivate(struct server *s, char **words, int n, struct lp_answer *out);
/* ... of the connection NAME (admin_link.c). */
struct json_t *admin_activate_link(struct server *s, char *name, struct lp_answer *out);
struct json_t *admin_deactivate_link(struct server *s, char *name, struct lp_answer *out);
struct json_t *admin_cnos(struct server *s, char **words, int n, struct lp_answer *out);
/* End all sessions of a mode.  Returns how many. */
struct session_pool;
unsigned admin_deactivate_all(struct server *s, struct session_pool *p, bool cleanup);
/* A number for an order to the node. */
uint32_t admin_tag(struct server *s);
struct json_t *admin_cut(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_inject(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_trace(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_check(struct server *s, char **words, int n, struct lp_answer *out);

#endif
