/* table.h - rows as a table for people.  Layer: tools. */
#ifndef SNANODE_CLI_TABLE_H
#define SNANODE_CLI_TABLE_H

#include <stddef.h>

#include "snanode/cli/answer.h"

/* Print ROWS, which have the same fields, to standard output.  KIND is the command that was given ("tp"); it
 * determines which columns matter most.  As many of them are shown as fit in WIDTH characters; WIDTH 0: all
 * columns.  The last column, if it is text, is wrapped at WIDTH. */
void table_print(struct answer *rows, const char *kind, size_t width);

#endif
