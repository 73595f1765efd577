/* logdata.h - log data as the program of a basic conversation has them: a GDS error log variable, with a
 * product set ID and a message [Formats: GDS variables].  Inside the library only. */
#ifndef LIBAPPC_LOGDATA_H
#define LIBAPPC_LOGDATA_H

#include "tp/conv/conv.h"

/* Whether the N octets at P are one error log variable: its LL says N. */
bool logdata_valid(const uint8_t *p, size_t n);
/* Make its message the log data of the next error of C: the first CONV_LOG_MAX octets. */
void logdata_keep(struct conv *c, const uint8_t *p, size_t n);

#endif
