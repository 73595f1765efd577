/* product.h - CM_PRODUCT_SPECIFIC_ERROR and why (tp/conv/cause.h; xclasterr shows it).
 * Inside the library only. */
#ifndef LIBCPIC_PRODUCT_H
#define LIBCPIC_PRODUCT_H

#include "cpic.h"
#include "tp/conv/cause.h"

/* Keep the cause; returns CM_PRODUCT_SPECIFIC_ERROR. */
#define product_error(...) (cause_set(__VA_ARGS__), CM_PRODUCT_SPECIFIC_ERROR)
/* The cause for a call after WinCPICCleanup. */
CM_INT32 product_error_stopped(void);

#endif
