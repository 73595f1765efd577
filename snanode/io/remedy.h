/* remedy.h - what an operator does about an error of the system.  Layer: snanode/io. */
#ifndef REMEDY_H
#define REMEDY_H

/* What to do about error E of errno, as the end of a message "OBJECT: CAUSE; WHAT TO DO". */
const char *remedy(int e);

/* The node cannot run: one such line about OBJECT on stderr.  E 0 stands for memory that was not there. */
void remedy_say(const char *object, int e);

#endif
