/* answer.h - what the node shows, read: rows of fields, each with a value that is no object and no array.
 * Layer: tools.  Nothing is copied: fields lie in the text that was read. */
#ifndef SNA_CLI_ANSWER_H
#define SNA_CLI_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum answer_kind { ANSWER_TEXT, ANSWER_NUMBER, ANSWER_TRUE, ANSWER_FALSE, ANSWER_NULL };

struct answer_field {
    const char *name;
    const char *value; /* as JSON has it, of a text without the quotation marks */
    enum answer_kind kind;
    bool escaped; /* a text with backslashes */
};

struct answer_row {
    size_t first, n; /* of the fields */
};

struct answer {
    char *text;
    struct answer_field *fields;
    size_t n_fields, cap_fields;
    struct answer_row *rows;
    size_t n_rows, cap_rows;
    bool is_object; /* one object, not an array of them */
    char *plain;    /* the last escaped text that answer_text has read */
};

/* Read what is in F.  0, or -1: it is not what a node writes, or there is no memory; *WHY says so. */
int answer_read(struct answer *a, FILE *f, const char **why) __attribute__((warn_unused_result));
void answer_free(struct answer *a);

/* The field of ROW called NAME; NULL: it has none. */
const struct answer_field *answer_field(const struct answer *a, const struct answer_row *row,
                                        const char *name);

/* The value for a person: yes and no, and - for null or no field (F is NULL).  Until the next call. */
const char *answer_text(struct answer *a, const struct answer_field *f);

/* As JSON, a field on a line. */
void answer_print(const struct answer *a, FILE *out);

#endif
