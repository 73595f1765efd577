/* Sequence charts as text:
 *
 *    0.000 |-- Attach ECHO, 40 octets "HELLO", turn ------------------->|
 *   +6.441 |<-- 40 octets "HELLO", turn --------------------------------|
 *
 * Times are milliseconds since the line before.  '!' at the right margin marks what a person should look at,
 * '~' a long wait. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "snanode/base/ebcdic.h"
#include "snanode/trace/chart.h"
#include "snanode/trace/step.h"

#define TIME_N 9                                    /* columns of the time */
#define LANE_N (CHART_COLUMNS - TIME_N - 1 - 2 - 2) /* ... between the two lines of life */
#define TEXT_N (LANE_N - 7)                         /* ... of what is said in an arrow */
#define RED    "\033[31m"
#define CYAN   "\033[36m"
#define BOLD   "\033[1m"
#define PLAIN  "\033[0m"

static void colour(struct text *out, const struct chart_style *style, const char *code)
{
    if (style->colours)
        text_add(out, "%s", code);
}

/* TEXT in lines of at most WIDTH characters, each with INDENT blanks in front. */
static void put_folded(struct text *out, const char *text, size_t indent, size_t width)
{
    while (*text) {
        size_t n = strlen(text);
        if (n > width) {
            for (n = width; n > 0 && text[n] != ' '; n--)
                ;
            n = n > 0 ? n : width;
        }
        text_fill(out, ' ', indent);
        text_add(out, "%.*s\n", (int)n, text);
        for (text += n; *text == ' ';)
            text++;
    }
}

static void put_when(const struct story *s, struct text *out)
{
    char stamp[32], line[160];
    struct tm tm;
    time_t t = (time_t)(s->steps[0].time_ns / 1000000000u);
    gmtime_r(&t, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &tm);
    int n = snprintf(line, sizeof line, "from %s.%03u UTC", stamp,
                     (unsigned)(s->steps[0].time_ns / 1000000u % 1000));
    if (s->conversation)
        n += snprintf(line + n, sizeof line - (size_t)n, ", conversation %u of the node", s->conversation);
    if (s->number && !s->session)
        snprintf(line + n, sizeof line - (size_t)n, ", session %u", s->number);
    put_folded(out, line, 2, CHART_COLUMNS - 2);
}

/* Two names over the two lines of life. */
static void put_pair(struct text *out, const char *left, const char *right)
{
    size_t room = CHART_COLUMNS - TIME_N - 1 - 2, l = strlen(left), r = strlen(right);
    if (l > room / 2)
        l = room / 2;
    if (r > room - l - 2)
        r = room - l - 2;
    text_fill(out, ' ', TIME_N + 1);
    text_add(out, "%.*s", (int)l, left);
    text_fill(out, ' ', room - l - r);
    text_add(out, "%.*s\n", (int)r, right);
}

static void put_head(const struct story *s, const struct chart_style *style, struct text *out)
{
    struct text title = {.p = NULL};
    chart_title(s, &title);
    colour(out, style, BOLD);
    put_folded(out, title.p ? title.p : "", 0, CHART_COLUMNS);
    colour(out, style, PLAIN);
    text_free(&title);
    put_when(s, out);
    text_add(out, "\n");
    put_pair(out, chart_side(s, 0), chart_side(s, 1));
    if (strcmp(chart_side(s, 0), s->lu[0]) != 0 || strcmp(chart_side(s, 1), s->lu[1]) != 0)
        put_pair(out, s->lu[0], s->lu[1]);
}

static void put_arrow(const struct story *s, const struct step *k, const struct chart_style *style,
                      struct text *out)
{
    struct text t = {.p = NULL};
    step_describe(s, k, TEXT_N - (k->node ? 11 : 0), &t);
    if (k->node)
        text_add(&t, " (the node)");
    size_t line = LANE_N - 5 - t.n;
    char stroke = k->kind == STEP_CONFIRMED || k->kind == STEP_NEGATIVE ? '.' : '-';
    text_add(out, "|");
    colour(out, style, step_is_wrong(k) ? RED : k->from ? CYAN : "");
    if (k->from == 0)
        text_add(out, "%c%c ", stroke, stroke);
    else
        text_add(out, "<%c ", stroke);
    text_add(out, "%s ", t.p ? t.p : "");
    text_fill(out, stroke, line);
    text_add(out, "%c", k->from == 0 ? '>' : stroke);
    colour(out, style, PLAIN);
    text_add(out, "|");
    text_free(&t);
}

/* ---- octets ---- */

static char shown(uint8_t c)
{
    return c >= ' ' && c < 0x7F ? (char)c : '.';
}

/* Without the Attach, in which there may be a password. */
static void put_octets(const struct step *k, struct text *out)
{
    const uint8_t *p = k->ru;
    size_t n = k->n;
    if (k->attach && n > 0) {
        size_t skip = p[0] < n ? p[0] : n;
        p += skip;
        n -= skip;
    }
    for (size_t i = 0; i < n; i += 16) {
        text_add(out, "%8zu  ", i);
        for (size_t j = 0; j < 16; j++)
            if (i + j < n)
                text_add(out, "%02X%s", p[i + j], j % 4 == 3 ? " " : "");
            else
                text_fill(out, ' ', j % 4 == 3 ? 3 : 2);
        text_add(out, " ");
        for (size_t j = i; j < n && j < i + 16; j++)
            text_add(out, "%c", shown(p[j]));
        text_fill(out, ' ', n - i < 16 ? 17 - (n - i) : 1);
        for (size_t j = i; j < n && j < i + 16; j++)
            text_add(out, "%c", shown(ebcdic_to_ascii[p[j]]));
        text_add(out, "\n");
    }
}

/* ---- the chart ---- */

static void put_step(const struct story *s, size_t i, const struct chart_style *style, struct text *out)
{
    const struct step *k = &s->steps[i];
    uint64_t before = i > 0 ? s->steps[i - 1].time_ns : k->time_ns;
    bool gap = k->time_ns - before >= CHART_GAP_MS * 1000000ull;
    char ms[24], time[26];
    if (k->lost > 0)
        text_add(out, "%*s:  %u missing here\n", TIME_N + 1, "", k->lost);
    snprintf(time, sizeof time, "%s%s", i > 0 ? "+" : "", chart_ms(before, k->time_ns, ms));
    text_add(out, "%*s ", TIME_N, time);
    put_arrow(s, k, style, out);
    if (step_is_wrong(k) || gap)
        text_add(out, " %c", step_is_wrong(k) ? '!' : '~');
    text_add(out, "\n");
    if (style->verbose)
        put_octets(k, out);
}

void chart_ladder(const struct story *s, const struct chart_style *style, struct text *out)
{
    struct text t = {.p = NULL};
    if (s->n_steps == 0)
        return;
    put_head(s, style, out);
    for (size_t i = 0; i < s->n_steps; i++)
        put_step(s, i, style, out);
    text_add(out, "\n");
    chart_totals(s, &t);
    put_folded(out, t.p ? t.p : "", 2, CHART_COLUMNS - 2);
    text_free(&t);
    step_advise(s, &t);
    if (t.n > 0) {
        colour(out, style, RED);
        put_folded(out, t.p, 2, CHART_COLUMNS - 2);
        colour(out, style, PLAIN);
    }
    out->bad |= t.bad;
    text_free(&t);
}

void chart_ladders(const struct stories *s, const struct chart_style *style, struct text *out)
{
    for (size_t i = 0; i < s->n; i++) {
        if (!chart_has(s->v[i], style))
            continue;
        if (out->n > 0)
            text_add(out, "\n");
        chart_ladder(s->v[i], style, out);
    }
}
