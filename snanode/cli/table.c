/* Tables: the most important columns fit a terminal; --wide shows the rest. */
#include "snanode/cli/table.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, TEXT_MIN = 12 };

/* The columns of each command, the most important first.  A '*' marks text of any length, which comes
 * last. */
static const struct {
    const char *kind, *columns;
} layouts[] = {
    {"lu", "alias name sessions conversations waiting tp_timeout_s"},
    {"plu", "alias name kind sessions conversations waiting connection"},
    {"mode", "name session_limit min_winners min_losers sessions waiting conversations"},
    {"cnos", "lu partner mode limit sessions in_use waiting winners losers"},
    {"session", "id lu partner mode state winner conversation tp tp_pid"},
    {"conversation", "id state tp lu partner invoker_pid tp_pid octets_sent idle_s"},
    {"tp", "name lu kind state pid queue_length *program"},
    {"domain", "machine state age_s name lu kind running waiting tps lus connection round_trip_us streams "
               "address alias pool lease_s refused"},
    {"queue", "conversation tp lu waits_for waited_ms machine *near"},
    {"side", "name partner tp mode security user"},
    {"link", "name kind state listen peer tls activation node role sessions octets_in octets_out"},
    {"event", "event count last *text"},
    {"inject", "what where left done sense delay_ms *name"},
    {"reload", "*message"},
};

struct column {
    const char *name;
    size_t width;
    bool number, text; /* text: any length */
};

struct table {
    struct column *columns;
    size_t n;
};

/* How many characters the first N octets of TEXT (UTF-8) are. */
static size_t characters(const char *text, size_t n)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        k += ((unsigned char)text[i] & 0xC0) != 0x80;
    return k;
}

/* ---- which columns ---- */

static void measure(struct column *c, struct answer *rows)
{
    c->width = strlen(c->name);
    for (size_t i = 0; i < rows->n_rows; i++) {
        const char *text = answer_text(rows, answer_field(rows, &rows->rows[i], c->name));
        size_t w = characters(text, strlen(text));
        c->width = w > c->width ? w : c->width;
    }
}

static void add_column(struct table *t, struct answer *rows, const struct answer_field *of, bool text)
{
    struct column *c = &t->columns[t->n++];
    *c = (struct column){.name = of->name, .text = text, .number = of->kind == ANSWER_NUMBER};
    measure(c, rows);
}

static void all_columns(struct table *t, struct answer *rows)
{
    const struct answer_row *first = &rows->rows[0];
    for (size_t i = 0; i < first->n; i++)
        add_column(t, rows, &rows->fields[first->first + i], false);
}

/* Choose as many of COLUMNS as fit in WIDTH, with room for the text.  Columns that the rows lack are
 * skipped. */
static void some_columns(struct table *t, struct answer *rows, const char *columns, size_t width)
{
    bool text = strchr(columns, '*'), full = false;
    size_t used = 0, room = text && width > TEXT_MIN + GAP ? width - TEXT_MIN - GAP : width;
    for (const char *p = columns; *p; p += strspn(p, " ")) {
        char name[64];
        bool last = *p == '*';
        size_t n = strcspn(p += last, " ");
        snprintf(name, sizeof name, "%.*s", (int)n, p);
        p += n;
        const struct answer_field *at = answer_field(rows, &rows->rows[0], name);
        if (!at || (full && !last))
            continue;
        add_column(t, rows, at, last);
        used += t->columns[t->n - 1].width + GAP;
        if (!last && t->n > 1 && used - GAP > room) {
            full = true;
            used -= t->columns[--t->n].width + GAP;
        }
    }
}

/* Without a layout every column matters. */
static const char *layout_of(const char *kind)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if (strcmp(layouts[i].kind, kind) == 0)
            return layouts[i].columns;
    return NULL;
}

/* ---- lines ---- */

static void pad(size_t n)
{
    for (; n; n--)
        putchar(' ');
}

/* How many octets of TEXT fit on a line of ROOM characters, breaking at a blank if possible. */
static size_t fold(const char *text, size_t room)
{
    size_t n = strlen(text), blank = 0;
    if (characters(text, n) <= room)
        return n;
    for (n = 0; characters(text, n + 1) <= room; n++)
        if (text[n] == ' ')
            blank = n;
    if (text[n] == ' ')
        return n;
    return blank ? blank : n ? n : 1;
}

/* Print TEXT from column INDENT on, on as many lines as it needs. */
static void print_text(const char *text, size_t indent, size_t width)
{
    size_t room = width > indent + TEXT_MIN ? width - indent : TEXT_MIN;
    for (bool more = true; more;) {
        size_t n = fold(text, room);
        printf("%.*s\n", (int)n, text);
        text += n;
        text += strspn(text, " ");
        more = *text;
        if (more)
            pad(indent);
    }
}

static void print_cell(const struct column *c, const char *text, bool last, size_t indent, size_t width)
{
    size_t w = characters(text, strlen(text));
    if (c->text) {
        print_text(text, indent, width);
        return;
    }
    if (c->number)
        pad(c->width - w);
    fputs(text, stdout);
    if (last)
        putchar('\n');
    else
        pad((c->number ? 0 : c->width - w) + GAP);
}

static void print_head(const struct table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct column *c = &t->columns[i];
        size_t n = strlen(c->name);
        if (c->number)
            pad(c->width - n);
        for (size_t k = 0; k < n; k++)
            putchar(toupper((unsigned char)c->name[k]));
        if (i + 1 < t->n)
            pad((c->number ? 0 : c->width - n) + GAP);
    }
    putchar('\n');
}

static void print_row(const struct table *t, struct answer *rows, const struct answer_row *row, size_t width)
{
    size_t indent = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct column *c = &t->columns[i];
        print_cell(c, answer_text(rows, answer_field(rows, row, c->name)), i + 1 == t->n, indent, width);
        indent += c->width + GAP;
    }
}

void table_print(struct answer *rows, const char *kind, size_t width)
{
    const char *layout = width ? layout_of(kind) : NULL;
    if (rows->n_rows == 0) {
        printf("(none)\n");
        return;
    }
    struct table t = {.columns = calloc(rows->rows[0].n + 1, sizeof *t.columns)};
    if (!t.columns) {
        fprintf(stderr, "snactl: out of memory\n");
        return;
    }
    if (layout)
        some_columns(&t, rows, layout, width);
    else
        all_columns(&t, rows);
    print_head(&t);
    for (size_t i = 0; i < rows->n_rows; i++)
        print_row(&t, rows, &rows->rows[i], width);
    free(t.columns);
}
