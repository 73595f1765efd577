/* table.h - rows of JSON as a table for people.  Layer: tools. */
#ifndef SNANODE_CLI_TABLE_H
#define SNANODE_CLI_TABLE_H

#include <jansson.h>
#include <stddef.h>

/* The text of a value in a table: strings as they are, numbers in decimal, true and false as yes and no,
 * else "-".  BUF (CAP octets) holds the text of a number. */
const char *table_cell(const json_t *v, char *buf, size_t cap);

/* Print ROWS, an array of objects with the same fields, to standard output.  KIND is the command that was
 * given ("tp"); it determines which columns matter most.  As many of them are shown as fit in WIDTH
 * characters; WIDTH 0: all columns.  The last column, if it is text, is wrapped at WIDTH. */
void table_print(const json_t *rows, const char *kind, size_t width);

#endif
