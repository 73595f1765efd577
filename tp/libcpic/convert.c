/* convert.c - Convert_Incoming and Convert_Outgoing: EBCDIC and ASCII in place.  Library, no conversation. */
#include "cpic.h"

#include <stddef.h>

#include "snanode/base/ebcdic.h"
#include "tp/conv/control.h"
#include "tp/libcpic/product.h"

#define CONVERT_MAX 32767

/* A length out of range is a parameter check, as KB Q188689 and X/Open have it; the HIS page prints
 * CM_OPERATION_NOT_ACCEPTED, which can only be a slip. */
static void convert(unsigned char *string, const CM_INT32 *length, CM_INT32 *return_code,
                    void (*turn)(uint8_t *, size_t))
{
    CM_INT32 rc = CM_PROGRAM_PARAMETER_CHECK;
    if (!library_started()) {
        rc = product_error_stopped();
    } else if (string && length && *length >= 1 && *length <= CONVERT_MAX) {
        turn(string, (size_t)*length);
        rc = CM_OK;
    }
    if (return_code)
        *return_code = rc;
}

CM_ENTRY cmcnvi(unsigned char *string, CM_INT32 *string_length, CM_INT32 *return_code)
{
    convert(string, string_length, return_code, ebcdic_decode);
}

CM_ENTRY cmcnvo(unsigned char *string, CM_INT32 *string_length, CM_INT32 *return_code)
{
    convert(string, string_length, return_code, ebcdic_encode);
}
