/* appc_c.h - the name that IBM's products have for winappc.h. */
#ifndef APPC_C_H
#define APPC_C_H

#include "winappc.h"

#endif
