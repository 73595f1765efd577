/* cfgfix.h - a configuration for tests, from a command file that must be good. */
#ifndef SNA_TESTS_CFGFIX_H
#define SNA_TESTS_CFGFIX_H

#include <string.h>

#include "snanode/config/config.h"
#include "tests/unit/octets.h"

/* Fill C from the text COMMANDS; config_fini() frees it. */
static inline void cfgfix_read(struct node_config *c, const char *commands)
{
    struct diag d;
    diag_init(&d);
    config_init(c);
    snacfg_read(c, "test.cfg", commands, strlen(commands), &d);
    config_validate(c, &d);
    ck_assert_msg(d.errors == 0, "%s", d.head ? d.head->text : "");
    diag_fini(&d);
}

#endif
