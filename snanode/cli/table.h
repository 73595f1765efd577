/* table.h - rows of JSON as a table for people.  Layer: tools. */
#ifndef SNANODE_CLI_TABLE_H
#define SNANODE_CLI_TABLE_H

#include <jansson.h>
#include <stddef.h>

/* The text of a value in a table: numbers in decimal, true and false as yes and no, else "-".  BUF, of CAP
 * octets, is for those that have no text of their own. */
const char *table_cell(const json_t *v, char *buf, size_t cap);

/* Print ROWS, an array of objects with the same fields, to standard output.  KIND is the command that they
 * answer
 * ("tp"): it says which columns matter most, and as many of them are shown as WIDTH characters hold.  WIDTH
 * 0: all columns.  The last column, if it is text, is wrapped at WIDTH. */
void table_print(const json_t *rows, const char *kind, size_t width);

#endif
