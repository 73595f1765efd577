/* librexxcpic - CPI-C as a function package, for programs that another program runs (regina, an editor):
 *
 *   call RxFuncAdd 'CpicLoad', 'rexxcpic', 'CpicLoad'
 *   call CpicLoad
 *
 * makes ADDRESS CPICOMM known, and sets the constants as variables. */
#define INCL_RXFUNC
#include <rexxsaa.h>
#include <string.h>

#include "tp/rexx/cpicomm.h"

__attribute__((visibility("default"))) ULONG APIENTRY CpicLoad(PUCHAR name, ULONG argc, PRXSTRING argv,
                                                               PSZ queue, PRXSTRING result);
ULONG APIENTRY CpicLoad(PUCHAR name, ULONG argc, PRXSTRING argv, PSZ queue, PRXSTRING result)
{
    (void)name, (void)argv, (void)queue;
    if (argc != 0)
        return 40; /* incorrect call */
    int bad = cpicomm_register();
    cpicomm_set_constants();
    result->strlength = 1;
    result->strptr[0] = bad ? '1' : '0';
    return 0;
}
