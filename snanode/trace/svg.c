/* Sequence charts as a picture.  Everything is text and lines: no script, no font and no file from elsewhere.
 */
#include <stdio.h>
#include <string.h>

#include "snanode/trace/chart.h"
#include "snanode/trace/step.h"

enum {
    WIDTH = 920,
    LEFT = 130,
    RIGHT = 830,
    ROW = 26,
    LINE = 18,
    CHARS = 110, /* in a line of text below a chart */
};

static void put_text(struct text *out, const char *class, int x, int y, const char *s)
{
    text_add(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
    text_escaped(out, s);
    text_add(out, "</text>\n");
}

/* S in lines from Y down; returns the next Y. */
static int put_folded(struct text *out, const char *class, int y, const char *s)
{
    char line[CHARS + 1];
    while (*s) {
        size_t n = strlen(s);
        if (n > CHARS) {
            for (n = CHARS; n > 0 && s[n] != ' '; n--)
                ;
            n = n > 0 ? n : CHARS;
        }
        snprintf(line, sizeof line, "%.*s", (int)n, s);
        put_text(out, class, 20, y, line);
        for (s += n; *s == ' ';)
            s++;
        y += LINE;
    }
    return y;
}

static void put_step(struct text *out, const struct story *s, size_t i, int y)
{
    const struct step *k = &s->steps[i];
    uint64_t before = i > 0 ? s->steps[i - 1].time_ns : k->time_ns;
    struct text t = {.p = NULL};
    char ms[24], time[32];
    snprintf(time, sizeof time, "%s%s ms", i > 0 ? "+" : "", chart_ms(before, k->time_ns, ms));
    put_text(out, k->time_ns - before >= CHART_GAP_MS * 1000000ull ? "time gap" : "time", LEFT - 10, y + 4,
             time);
    const char *kind = step_is_wrong(k) ? " wrong" : k->kind == STEP_CONFIRMED ? " answer" : "";
    text_add(
        out, "<line class=\"arrow%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" marker-end=\"url(#%s)\"/>\n",
        kind, k->from ? RIGHT : LEFT, y, k->from ? LEFT + 8 : RIGHT - 8, y, step_is_wrong(k) ? "red" : "tip");
    step_describe(s, k, 90, &t);
    if (k->node)
        text_add(&t, " (the node)");
    text_add(out, "<text class=\"label%s\" x=\"%d\" y=\"%d\">", kind, (LEFT + RIGHT) / 2, y - 4);
    text_escaped(out, t.p ? t.p : "");
    text_add(out, "</text>\n");
    text_free(&t);
}

/* One chart from Y down; returns where the next one begins. */
static int put_story(struct text *out, const struct story *s, int y)
{
    struct text t = {.p = NULL};
    chart_title(s, &t);
    y = put_folded(out, "title", y, t.p ? t.p : "") + 6;
    text_free(&t);
    put_text(out, "side", LEFT, y, chart_side(s, 0));
    put_text(out, "side", RIGHT, y, chart_side(s, 1));
    if (*s->lu[0] || *s->lu[1]) {
        y += LINE;
        put_text(out, "lu", LEFT, y, s->lu[0]);
        put_text(out, "lu", RIGHT, y, s->lu[1]);
    }
    int top = y + 6;
    y += ROW + 4;
    for (size_t i = 0; i < s->n_steps; i++, y += ROW)
        put_step(out, s, i, y);
    for (int k = 0; k < 2; k++)
        text_add(out, "<line class=\"life\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n", k ? RIGHT : LEFT,
                 top, k ? RIGHT : LEFT, y - ROW / 2);
    chart_totals(s, &t);
    y = put_folded(out, "note", y + 8, t.p ? t.p : "");
    text_free(&t);
    step_advise(s, &t);
    y = put_folded(out, "note wrong", y, t.p ? t.p : "");
    text_free(&t);
    return y + ROW;
}

void chart_svg(const struct stories *s, const struct chart_style *style, struct text *out)
{
    struct text body = {.p = NULL};
    int y = 30;
    for (size_t i = 0; i < s->n; i++)
        if (chart_has(s->v[i], style) && s->v[i]->n_steps > 0)
            y = put_story(&body, s->v[i], y);
    text_add(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
        "font-family=\"monospace\" font-size=\"12\">\n"
        "<style>.title{font-weight:bold;font-size:14px}.side{text-anchor:middle;font-weight:bold}"
        ".lu{text-anchor:middle;fill:#555}.time{text-anchor:end;fill:#777}.gap{fill:#b60}"
        ".label{text-anchor:middle}.arrow{stroke:#06c;stroke-width:1.3}.answer{stroke-dasharray:4 3}"
        "text.answer{stroke:none}line.wrong{stroke:#c00}text.wrong{fill:#c00}"
        ".life{stroke:#999}</style>\n"
        "<defs>"
        "<marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"1\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
        "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#06c\"/></marker>"
        "<marker id=\"red\" viewBox=\"0 0 8 8\" refX=\"1\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
        "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#c00\"/></marker></defs>\n"
        "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
        WIDTH, y, WIDTH, y);
    text_add(out, "%s</svg>\n", body.p ? body.p : "");
    out->bad |= body.bad;
    text_free(&body);
}
