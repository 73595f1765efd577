/* The end of the library in a program that goes on: dlclose.  What the node and the partners see is what they
 * see when a program ends.
 *
 * The same function runs when the program ends, maybe while other threads are inside calls.  They must notice
 * nothing: then everything is left to the kernel. */
#include "tp/conv/engine.h"
#include "tp/conv/window.h"

__attribute__((destructor)) static void unload(void)
{
    engine_unload(window_forget);
}
