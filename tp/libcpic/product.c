#include "tp/libcpic/product.h"

CM_INT32 product_error_stopped(void)
{
    return product_error("the program has called WinCPICCleanup, and not WinCPICStartup again");
}

const char *xclasterr(void)
{
    return cause_last();
}
