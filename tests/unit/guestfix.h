/* guestfix.h - for tests of conversations whose invoker is on another machine of the domain: their session.
 */
#ifndef SNA_TESTS_GUESTFIX_H
#define SNA_TESTS_GUESTFIX_H

#include "tests/unit/nodefix.h"

static const struct guest_session session = {.lu = "LUA",
                                             .local = "NETX.LUA",
                                             .partner_lu = "",
                                             .partner = "NETX.LUB",
                                             .mode = "#INTER",
                                             .max_ru = 1024};

#endif
