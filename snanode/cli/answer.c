#include "snanode/cli/answer.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading the text ---- */

static char *read_all(FILE *f)
{
    size_t n = 0, cap = 1 << 16;
    char *text = malloc(cap);
    while (text) {
        n += fread(text + n, 1, cap - n - 1, f);
        if (n + 1 < cap)
            break;
        char *more = realloc(text, cap *= 2);
        if (!more)
            free(text);
        text = more;
    }
    if (text)
        text[n] = '\0';
    return text;
}

/* One more place in V, which has N of CAP, of SIZE octets each.  NULL: out of memory. */
static void *grown(void *v, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    *cap = *cap ? 2 * *cap : 256;
    return realloc(v, *cap * size);
}

/* ---- fields: AT is where the reader is, and moves on; NULL: not what a node writes ---- */

/* The text whose quotation mark is at AT.  It ends with a NUL then. */
static char *take_text(char *at, const char **text, bool *escaped)
{
    if (*at != '"')
        return NULL;
    *text = ++at;
    *escaped = false;
    for (; *at != '"'; at++) {
        if (*at == '\\') {
            *escaped = true;
            at++;
        }
        if (*at == '\0')
            return NULL;
    }
    *at = '\0';
    return at + 1;
}

static char *take_word(char *at, struct answer_field *f)
{
    static const struct {
        const char *word;
        enum answer_kind kind;
    } words[] = {{"true", ANSWER_TRUE}, {"false", ANSWER_FALSE}, {"null", ANSWER_NULL}};
    size_t n = strcspn(at, ",}");
    f->value = at;
    f->kind = ANSWER_NUMBER;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (n == strlen(words[i].word) && memcmp(at, words[i].word, n) == 0)
            f->kind = words[i].kind;
    bool known = f->kind != ANSWER_NUMBER || (n > 0 && strspn(at, "-+.0123456789eE") == n);
    return known && at[n] ? at + n : NULL;
}

static char *take_field(char *at, struct answer_field *f)
{
    bool escaped;
    at = take_text(at, &f->name, &escaped);
    if (!at || escaped || *at++ != ':')
        return NULL;
    f->escaped = false;
    f->kind = ANSWER_TEXT;
    return *at == '"' ? take_text(at, &f->value, &f->escaped) : take_word(at, f);
}

/* ---- rows ---- */

/* What was read of a number ends with a NUL when the mark behind it has been seen. */
static char take_mark(char *at)
{
    char mark = *at;
    *at = '\0';
    return mark;
}

static char *take_row(struct answer *a, char *at)
{
    struct answer_row *rows = grown(a->rows, a->n_rows, &a->cap_rows, sizeof *rows);
    if (!rows)
        return NULL;
    a->rows = rows;
    if (*at++ != '{')
        return NULL;
    struct answer_row *row = &rows[a->n_rows++];
    *row = (struct answer_row){.first = a->n_fields};
    if (*at == '}')
        return at + 1;
    for (;;) {
        struct answer_field *fields = grown(a->fields, a->n_fields, &a->cap_fields, sizeof *fields);
        if (!fields)
            return NULL;
        a->fields = fields;
        at = take_field(at, &fields[a->n_fields]);
        if (!at)
            return NULL;
        a->n_fields++;
        row->n++;
        char mark = take_mark(at++);
        if (mark == '}')
            return at;
        if (mark != ',')
            return NULL;
    }
}

static char *take_rows(struct answer *a, char *at)
{
    if (*at != '[') {
        a->is_object = true;
        return take_row(a, at);
    }
    if (*++at == ']')
        return at + 1;
    while ((at = take_row(a, at)))
        if (*at++ == ']')
            return at;
        else if (at[-1] != ',')
            return NULL;
    return NULL;
}

int answer_read(struct answer *a, FILE *f, const char **why)
{
    *a = (struct answer){.text = read_all(f)};
    const char *end = a->text ? take_rows(a, a->text) : NULL;
    if (end && *end == '\0')
        return 0;
    *why = a->text ? "it is not a list of rows" : "out of memory";
    answer_free(a);
    return -1;
}

void answer_free(struct answer *a)
{
    free(a->text);
    free(a->fields);
    free(a->rows);
    free(a->plain);
    *a = (struct answer){.text = NULL};
}

/* ---- looking ---- */

const struct answer_field *answer_field(const struct answer *a, const struct answer_row *row,
                                        const char *name)
{
    for (size_t i = row->first; i < row->first + row->n; i++)
        if (strcmp(a->fields[i].name, name) == 0)
            return &a->fields[i];
    return NULL;
}

static unsigned hex(const char *p)
{
    unsigned v = 0;
    for (int i = 0; i < 4 && p[i]; i++) {
        const char *digits = "0123456789abcdef", *d = strchr(digits, p[i] | 0x20);
        v = v << 4 | (d ? (unsigned)(d - digits) : 0);
    }
    return v;
}

/* A control character, which is all that nodes write so; \uXXXX above X'7F' is not read. */
static char *put_escape(char *out, const char **p)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    const char *known = strchr(letters, **p);
    unsigned v = (unsigned char)**p;
    if (v == 'u') {
        v = hex(*p + 1);
        *p += strnlen(*p + 1, 4);
        v = v > 0x7F ? '?' : v;
    } else if (known) {
        v = (unsigned char)meant[known - letters];
    }
    *out++ = (char)v;
    return out;
}

const char *answer_text(struct answer *a, const struct answer_field *f)
{
    static const char *const words[] = {[ANSWER_TRUE] = "yes", [ANSWER_FALSE] = "no", [ANSWER_NULL] = "-"};
    if (!f || f->kind > ANSWER_NUMBER)
        return f ? words[f->kind] : words[ANSWER_NULL];
    char *plain = f->escaped ? realloc(a->plain, strlen(f->value) + 1) : NULL;
    if (!plain)
        return f->value;
    char *out = a->plain = plain;
    for (const char *p = f->value; *p; p++) {
        if (*p != '\\') {
            *out++ = *p;
            continue;
        }
        p++;
        out = put_escape(out, &p);
    }
    *out = '\0';
    return plain;
}

/* ---- JSON ---- */

static void print_row(const struct answer *a, const struct answer_row *row, const char *indent, FILE *out)
{
    static const char *const words[] = {
        [ANSWER_TRUE] = "true", [ANSWER_FALSE] = "false", [ANSWER_NULL] = "null"};
    fputs("{", out);
    for (size_t i = 0; i < row->n; i++) {
        const struct answer_field *f = &a->fields[row->first + i];
        const char *mark = f->kind == ANSWER_TEXT ? "\"" : "";
        fputs(i ? ",\n" : "\n", out);
        fputs(indent, out);
        fputs("  \"", out);
        fputs(f->name, out);
        fputs("\": ", out);
        fputs(mark, out);
        fputs(f->kind > ANSWER_NUMBER ? words[f->kind] : f->value, out);
        fputs(mark, out);
    }
    if (row->n) {
        fputs("\n", out);
        fputs(indent, out);
    }
    fputs("}", out);
}

void answer_print(const struct answer *a, FILE *out)
{
    if (a->is_object) {
        print_row(a, &a->rows[0], "", out);
        fputs("\n", out);
        return;
    }
    fputs("[", out);
    for (size_t i = 0; i < a->n_rows; i++) {
        fputs(i ? ",\n  " : "\n  ", out);
        print_row(a, &a->rows[i], "  ", out);
    }
    fputs(a->n_rows ? "\n]\n" : "]\n", out);
}
