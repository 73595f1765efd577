/* acssvcc.h - the name that IBM's products have for wincsv.h. */
#ifndef ACSSVCC_H
#define ACSSVCC_H

#include "wincsv.h"

#endif
