/* linesay.h - what events say of a line [L110].  Layer: io. */
#ifndef SNA_IO_LINK_LINESAY_H
#define SNA_IO_LINK_LINESAY_H

#include "snanode/io/link/line.h"

/* It is active. */
void line_say_active(const struct line *l);
/* It was active, and is not any more, for l->why: a failure, unless either end has taken it down in order. */
void line_say_down(const struct line *l);
/* It is inactive, for l->why. */
void line_say_inactive(const struct line *l);
/* It could not be made: the next try comes in MS milliseconds. */
void line_say_not_made(const struct line *l, uint32_t ms);
/* It could not be made so often that it is not tried any more. */
void line_say_given_up(const struct line *l);
/* The XIDs have come to nothing, for what LINK_FX_DOWN says. */
void line_say_refused(const struct line *l, const struct link_effect *e);

#endif
