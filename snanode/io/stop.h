/* stop.h - the end of the node.  Layer: io. */
#ifndef SNA_IO_STOP_H
#define SNA_IO_STOP_H

struct server;

/* Nothing new begins; conversations under way get a few seconds to end, then are cut; TPs that were started
 * are asked to end, then killed; then the loop ends.  Told twice, it does not wait. */
void stop_begin(struct server *s);
/* While stopping, after every event: is it time for the next step? */
void stop_further(struct server *s);

#endif
