/* parcel.c - what one machine of a domain asks another one for: "parcel LU PARTNER TP" prints the body of an
 * Allocate as hexadecimal digits. */
#include <stdio.h>
#include <string.h>

#include "snanode/local/parcel.h"

int main(int argc, char **argv)
{
    uint8_t body[PARCEL_ALLOCATE_MAX];
    struct parcel_allocate a = {.account = "somebody", .m = {.mode = "#INTER", .type = 1}};
    if (argc != 4)
        return 2;
    snprintf(a.m.lu, sizeof a.m.lu, "%s", argv[1]);
    snprintf(a.m.partner, sizeof a.m.partner, "%s", argv[2]);
    a.m.tpn_n = (uint16_t)snprintf((char *)a.m.tpn, sizeof a.m.tpn, "%s", argv[3]);
    size_t n = parcel_allocate_write(&a, body, sizeof body);
    for (size_t i = 0; i < n; i++)
        printf("%02x", body[i]);
    return n > 0 ? 0 : 1;
}
