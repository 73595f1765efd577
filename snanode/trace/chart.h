/* chart.h - stories as sequence charts: text of 80 columns, and SVG.  Layer: trace (pure). */
#ifndef SNA_TRACE_CHART_H
#define SNA_TRACE_CHART_H

#include "snanode/trace/story.h"
#include "snanode/trace/text.h"

#define CHART_COLUMNS 80
#define CHART_GAP_MS  1000 /* a wait of this and more is marked */

struct chart_style {
    bool colours; /* of a terminal (ECMA-48) */
    bool verbose; /* sessions and the nodes' own conversations too, and the octets of each RU */
};

/* Whether a chart of this style has S. */
bool chart_has(const struct story *s, const struct chart_style *style);

/* The chart of one conversation or session. */
void chart_ladder(const struct story *s, const struct chart_style *style, struct text *out);
/* All charts, with an empty line between. */
void chart_ladders(const struct stories *s, const struct chart_style *style, struct text *out);
/* All charts in one picture: a whole SVG document. */
void chart_svg(const struct stories *s, const struct chart_style *style, struct text *out);

/* What a chart of S begins with: "Conversation 1: ECHO", its properties. */
void chart_title(const struct story *s, struct text *out);
/* How it went: "ended well after 7.1 ms, 12 frames ...". */
void chart_totals(const struct story *s, struct text *out);
/* Name of one of its two sides, never empty. */
const char *chart_side(const struct story *s, unsigned side);
/* Milliseconds from A to B, as people read them: "0.481", "12.4", "3051". */
const char *chart_ms(uint64_t a_ns, uint64_t b_ns, char out[static 24]);

#endif
