/* admin.h - what the files of snactl's commands share.  Layer: io. */
#ifndef SNA_IO_ADMIN_H
#define SNA_IO_ADMIN_H

#include <stdarg.h>

#include "snanode/local/lp.h"

struct server;
struct json_t;

/* Fill OUT; returns -1. */
int admin_refuse(struct lp_answer *out, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A decimal number from LEAST to MOST: 0, or -1. */
int admin_number(const char *text, unsigned least, unsigned most, unsigned *out);

struct json_t *admin_activate(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_deactivate(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_cnos(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_cut(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_inject(struct server *s, char **words, int n, struct lp_answer *out);
struct json_t *admin_check(struct server *s, char **words, int n, struct lp_answer *out);

#endif
