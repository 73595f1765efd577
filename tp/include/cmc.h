/* cmc.h - the name under which CPI-C programs of other systems (IBM, X/Open) include cpic.h. */
#ifndef CMC_H
#define CMC_H

#include "cpic.h"

#endif
