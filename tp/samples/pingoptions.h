/* pingoptions.h - what aping is asked to do: its command line.  Layer: samples (public headers only). */
#ifndef SNA_TP_SAMPLES_PINGOPTIONS_H
#define SNA_TP_SAMPLES_PINGOPTIONS_H

#include <stdbool.h>

#include "cpic.h"

struct pingoptions {
    const char *mode; /* NULL: that of the side information, else #INTER */
    const char *tp;   /* NULL: that of the side information, else APINGD */
    CM_INT32 size;    /* of a record, octets */
    long iterations;
    long packets;      /* records per iteration and direction */
    CM_INT32 security; /* CM_SECURITY_*, or -1: that of the side information, else the library's default */
    const char *user;
    const char *password;
    bool one_way;
    const char *destination;
};

/* Fill O from the command line; ends the program, with a message, when the command line asks for help or is
 * wrong. */
void pingoptions_take(struct pingoptions *o, int argc, char **argv);

#endif
