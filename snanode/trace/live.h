/* live.h - a trace as it happens, as events for a browser: conversations, and each step of them.
 * Layer: trace (pure).  The events are those of docs/page.md, as server-sent events.  What is kept is
 * bounded: the youngest conversations, and of each one only its last step. */
#ifndef SNA_TRACE_LIVE_H
#define SNA_TRACE_LIVE_H

#include <stdbool.h>

#include "snanode/trace/story.h"
#include "snanode/trace/text.h"

#define LIVE_STORIES  64   /* conversations that are followed */
#define LIVE_SESSIONS 1024 /* ... on so many sessions; then all is forgotten */

struct live;

/* DATA: readers may see what the programs send, and for whom.  NULL: out of memory. */
struct live *live_new(bool data);
void live_free(struct live *l);

/* What a PIU is for a reader: nothing, as RUs of sessions and of the nodes' own conversations are; a step; or
 * a step that begins or ends a conversation, or that a person should look at. */
enum live_weight { LIVE_NOTHING, LIVE_STEP, LIVE_MILESTONE };

/* Take the next PIU, in order of time, and return its weight.  From LEAST on, OUT gets what it means: an
 * event "story" when something new is known of its conversation, and an event "step".  A reader sees by the
 * numbers of the steps when some are left out. */
enum live_weight live_take(struct live *l, const struct story_piu *k, enum live_weight least,
                           struct text *out);

/* The conversations that are followed, as events "story", for a reader who comes later. */
void live_again(const struct live *l, struct text *out);

/* An event NAME with DATA, a text of any number of lines, as a browser wants it. */
void live_event(struct text *out, const char *name, const char *data);

/* S as a string of JSON, with its quotation marks.  What is not ASCII becomes a question mark. */
void live_string(struct text *out, const char *s);

#endif
