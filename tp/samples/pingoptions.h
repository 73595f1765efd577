/* pingoptions.h - what aping is asked to do: its command line.  Layer: samples (public headers only). */
#ifndef SNA_TP_SAMPLES_PINGOPTIONS_H
#define SNA_TP_SAMPLES_PINGOPTIONS_H

#include <stdbool.h>

#include "cpic.h"

struct pingoptions {
    const char *mode; /* NULL: side information's, else #INTER */
    const char *tp;   /* NULL: side information's, else APINGD */
    CM_INT32 size;    /* of a record, octets */
    long iterations;
    long packets;      /* records per iteration and direction */
    CM_INT32 security; /* CM_SECURITY_*, or -1: as side information or the library has it */
    const char *user;
    const char *password;
    bool one_way;
    const char *destination;
};

/* Fill O from the command line; ends the program, with a message, when that asks for help or is wrong. */
void pingoptions_take(struct pingoptions *o, int argc, char **argv);

#endif
