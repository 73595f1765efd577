#include "tp/libcpic/product.h"

CM_INT32 product_error_stopped(void)
{
    return product_error("the program has called WinCPICCleanup, and not WinCPICStartup again");
}

uint32_t xclastsense(void)
{
    return cause_sense();
}

const char *xclasterr(void)
{
    return cause_last();
}
