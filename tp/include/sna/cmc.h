/* sna/cmc.h - the name under which programs for linux-sna include cpic.h. */
#ifndef SNA_CMC_H
#define SNA_CMC_H

#include "../cpic.h"

#endif
