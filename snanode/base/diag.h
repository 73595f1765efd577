/* diag.h - the messages of a configuration reader: collected whole, printed by the caller.  Layer: base
 * (pure).  Form: "file:line: reason" for errors, "file:line: warning: reason" for warnings. */
#ifndef SNA_BASE_DIAG_H
#define SNA_BASE_DIAG_H

struct diag_line {
    struct diag_line *next;
    int warning; /* 0 error, 1 warning */
    char text[]; /* whole line without newline */
};

struct diag {
    struct diag_line *head, **tail;
    unsigned errors;
    unsigned warnings;
};

void diag_init(struct diag *d);

/* Frees the lines; the counts stay. */
void diag_fini(struct diag *d);

/* Append one message about LINE (1-based; 0 = the file as a whole) of FILE. */
void diag_error(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void diag_warn(struct diag *d, const char *file, unsigned line, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
