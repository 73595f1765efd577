/* rows.h - rows for people and tools, as they are written: JSON text in a file of their own, of any length,
 * or objects of jansson for whoever goes on with them.  Layer: io. */
#ifndef SNA_IO_ROWS_H
#define SNA_IO_ROWS_H

#include <stdbool.h>
#include <stdint.h>

struct json_t;
struct rows;
struct server;

/* Writes rows: rows_begin, fields, rows_end for each. */
typedef void rows_fn(struct server *s, struct rows *r);

void rows_begin(struct rows *r);
void rows_end(struct rows *r);
void rows_text(struct rows *r, const char *field, const char *text); /* "?": it is not UTF-8 */
void rows_count(struct rows *r, const char *field, uint64_t v);
void rows_bool(struct rows *r, const char *field, bool v);
void rows_null(struct rows *r, const char *field);

/* What WRITE writes as text: a descriptor at its beginning, which the caller closes; -1: no memory. */
int rows_file(rows_fn *write, struct server *s);
/* ... as an array. */
struct json_t *rows_array(rows_fn *write, struct server *s);
/* ... rows that are written with ARG. */
struct json_t *rows_array_of(void (*write)(void *arg, struct rows *r), void *arg);
/* JSON as text.  Consumes JSON. */
int rows_file_of(struct json_t *json);

#endif
