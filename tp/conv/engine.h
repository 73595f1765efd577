/* engine.h - the engine as a whole: what a child process forgets, and the end of the library in a program
 * that goes on.  Inside the library only. */
#ifndef CONV_ENGINE_H
#define CONV_ENGINE_H

#include <stdbool.h>

void engine_forked(void); /* after fork, in the child */

/* Every operation of every thread returns, and every conversation is abended (Cleanup).  FORGET is called
 * when no conversation is left, before the threads that wait get their answers. */
void engine_stop(void (*forget)(void));

/* Unloading: false when a thread of the program is inside a call; then nothing is done.  FORGET (or NULL):
 * the face's own. */
bool engine_unload(void (*forget)(void));

#endif
