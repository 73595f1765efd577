/* away.h - Attaches and conversations between this machine and others of its domain.  Layer: io.
 * docs/domain.md has the way of an Attach between two machines. */
#ifndef SNA_IO_AWAY_H
#define SNA_IO_AWAY_H

#include <stdbool.h>
#include <stdint.h>

struct am_effect;
struct channel;
struct server;

/* The Attach P has come as the first parcel on the stream of R, which is new. */
struct parcel;
struct relay;
void away_begin(struct relay *r, const struct parcel *p);

/* ---- effects of the attach manager ---- */

void away_send(struct server *s, const struct am_effect *e);
void away_ready(struct server *s, uint32_t conv);
/* The Attach of CONV goes back to its machine: nothing here is for it (any more). */
void away_not_here(struct server *s, uint32_t conv);
/* The Attach of CONV is refused.  True: its invoker is on another machine, which has been told. */
bool away_refused(struct server *s, const struct am_effect *e);
/* The program that was to have the Attach of CH has died.  True: it has come from another machine, and is
 * with the attach manager again. */
bool away_again(struct server *s, struct channel *ch);

/* ---- ends ---- */

/* CONV is over. */
void away_close(struct server *s, uint32_t conv);
/* Whether the invoker of CONV is on another machine. */
bool away_is_guest(const struct server *s, uint32_t conv);

#endif
