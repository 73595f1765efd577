#include "snanode/io/rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "snanode/io/show.h"

enum { PIECE = 32768 };

/* Text goes to the file in pieces: each word of JSON by a system call of its own would stop the node for
 * seconds when there are ten thousand rows.  And no row is kept, so that the node is not larger afterwards.
 */
struct rows {
    json_t *array, *row; /* NULL: text */
    int fd;
    bool bad;          /* there is no room for the file */
    bool more, fields; /* a row, a field has been written */
    size_t n;
    char piece[PIECE];
};

/* ---- text ---- */

static void flush(struct rows *r)
{
    for (size_t at = 0; at < r->n && !r->bad;) {
        ssize_t k = write(r->fd, r->piece + at, r->n - at);
        r->bad = k <= 0;
        at += (size_t)(k > 0 ? k : 0);
    }
    r->n = 0;
}

static int put(const char *p, size_t n, void *arg)
{
    struct rows *r = arg;
    while (n > 0) {
        size_t k = PIECE - r->n < n ? PIECE - r->n : n;
        memcpy(r->piece + r->n, p, k);
        r->n += k;
        p += k;
        n -= k;
        if (r->n == PIECE)
            flush(r);
    }
    return r->bad ? -1 : 0;
}

static void put_field(struct rows *r, const char *field)
{
    put(r->fields ? ",\"" : "\"", r->fields ? 2 : 1, r);
    put(field, strlen(field), r);
    put("\":", 2, r);
    r->fields = true;
}

/* Whether JSON has TEXT as it is. */
static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text == '"' || *text == '\\' ||
            *text == 0x7F) /* octets above count as negative */
            return false;
    return true;
}

static void put_text(struct rows *r, const char *text)
{
    json_t *t;
    if (is_plain(text)) {
        put("\"", 1, r);
        put(text, strlen(text), r);
        put("\"", 1, r);
        return;
    }
    t = show_text(text);
    if (!t || json_dump_callback(t, put, r, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
        r->bad = true;
    json_decref(t);
}

/* ---- rows ---- */

void rows_begin(struct rows *r)
{
    if (r->array) {
        r->row = json_object();
        return;
    }
    put(r->more ? ",{" : "{", r->more ? 2 : 1, r);
    r->more = true;
    r->fields = false;
}

void rows_end(struct rows *r)
{
    if (r->array)
        json_array_append_new(r->array, r->row);
    else
        put("}", 1, r);
}

void rows_text(struct rows *r, const char *field, const char *text)
{
    if (r->array) {
        json_object_set_new(r->row, field, show_text(text));
        return;
    }
    put_field(r, field);
    put_text(r, text);
}

void rows_count(struct rows *r, const char *field, uint64_t v)
{
    char digits[24], *p = digits + sizeof digits;
    if (r->array) {
        json_object_set_new(r->row, field, show_count(v));
        return;
    }
    put_field(r, field);
    do
        *--p = (char)('0' + v % 10);
    while ((v /= 10) > 0);
    put(p, (size_t)(digits + sizeof digits - p), r);
}

static void put_word(struct rows *r, const char *field, const char *word, json_t *same)
{
    if (r->array) {
        json_object_set_new(r->row, field, same);
        return;
    }
    put_field(r, field);
    put(word, strlen(word), r);
}

void rows_bool(struct rows *r, const char *field, bool v)
{
    put_word(r, field, v ? "true" : "false", json_boolean(v));
}

void rows_null(struct rows *r, const char *field)
{
    put_word(r, field, "null", json_null());
}

/* ---- all of them ---- */

static struct rows *rows_new(void)
{
    struct rows *r = malloc(sizeof *r);
    if (!r)
        return NULL;
    r->array = r->row = NULL;
    r->bad = r->more = r->fields = false;
    r->n = 0;
    r->fd = memfd_create("rows", MFD_CLOEXEC);
    if (r->fd >= 0)
        return r;
    free(r);
    return NULL;
}

/* Consumes R, which is text. */
static int finished(struct rows *r)
{
    flush(r);
    int fd = r->bad || lseek(r->fd, 0, SEEK_SET) != 0 ? -1 : r->fd;
    if (fd < 0)
        close(r->fd);
    free(r);
    return fd;
}

int rows_file(rows_fn *write_rows, struct server *s)
{
    struct rows *r = rows_new();
    if (!r)
        return -1;
    put("[", 1, r);
    write_rows(s, r);
    put("]", 1, r);
    return finished(r);
}

int rows_file_of(json_t *json)
{
    struct rows *r = json ? rows_new() : NULL;
    if (!r) {
        json_decref(json);
        return -1;
    }
    r->bad = json_dump_callback(json, put, r, JSON_COMPACT | JSON_ENCODE_ANY) < 0;
    json_decref(json);
    return finished(r);
}

json_t *rows_array_of(void (*write_rows)(void *arg, struct rows *r), void *arg)
{
    struct rows r;
    r.array = json_array();
    if (r.array)
        write_rows(arg, &r);
    return r.array;
}

struct all {
    rows_fn *write;
    struct server *s;
};

static void write_all(void *arg, struct rows *r)
{
    const struct all *a = arg;
    a->write(a->s, r);
}

json_t *rows_array(rows_fn *write_rows, struct server *s)
{
    return rows_array_of(write_all, &(struct all){write_rows, s});
}
