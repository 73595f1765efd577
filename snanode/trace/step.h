/* step.h - one RU of a conversation, or of its session, as a step of its story.  Layer: trace (pure). */
#ifndef SNA_TRACE_STEP_H
#define SNA_TRACE_STEP_H

#include "snanode/trace/story.h"
#include "snanode/trace/text.h"
#include "snanode/wire/rh.h"

/* Read the RU (N octets) of a conversation S, sent by OUT->from with RH.  An Attach in front is taken into S.
 */
void step_read(struct story *s, bool expedited, const struct rh *rh, const uint8_t *ru, size_t n,
               struct step *out);
/* ... of a session: OUT->text says what it is.  Names of the BIND are taken into S. */
void step_read_session(struct story *s, const struct rh *rh, const uint8_t *ru, size_t n, struct step *out);

/* Whether a person should look at it. */
bool step_is_wrong(const struct step *k);
/* Whether S failed: its end was an error, or it is a session that was refused or lost. */
bool step_story_failed(const struct story *s);

/* What it means, in at most WIDTH characters: "Attach ECHO, 40 octets "HELLO", turn". */
void step_describe(const struct story *s, const struct step *k, size_t width, struct text *out);

/* What to do about a conversation that has failed, as one paragraph; "" when there is nothing to say.  The
 * text goes to OUT. */
void step_advise(const struct story *s, struct text *out);

#endif
