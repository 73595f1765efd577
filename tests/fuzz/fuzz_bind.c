/* libFuzzer entry: any octets as a BIND, three times over, and as a CNOS request, to a node; the checker
 * walks it after each, and what it answers must be readable.  clang -fsanitize=fuzzer,address,undefined -I.
 * -D_GNU_SOURCE tests/fuzz/fuzz_bind.c snanode/{base,wire,lu62,node}/?*.c snanode/local/lp.c */
#include <stdlib.h>
#include <string.h>

#include "snanode/node/cnos.h"
#include "snanode/node/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char commands[] = "server N /add /netname:NET /cpname:N\n"
                               "mode SMALL /add /sessionlim:4 /conwin:2 /conlose:1\n"
                               "mode ALONE /add /sessionlim:1 /conwin:1\n"
                               "appcllu CLI /add\nappcllu HOST /add\nappcllu OPEN /add /impremotelu:MODEL\n"
                               "connection C /add /conntype:DLSW /peer:h:1\n"
                               "appcrlu FAR /add /connection:C /netname:OTHER\n"
                               "appcrlu MODEL /add /connection:C /netname:OTHER /impmode:SMALL\n"
                               "appcrlu SINGLE /add /connection:C /netname:OTHER /parallelsess:no\n";

static void must(bool holds)
{
    if (!holds)
        abort();
}

static const struct node_config *configuration(void)
{
    static struct node_config c;
    struct diag d;
    if (c.n_lus)
        return &c;
    diag_init(&d);
    config_init(&c);
    snacfg_read(&c, "fuzz", commands, strlen(commands), &d);
    config_validate(&c, &d);
    must(d.errors == 0);
    diag_fini(&d);
    return &c;
}

static void as_bind(struct node *n, const uint8_t *data, size_t size)
{
    struct bind_reply r;
    struct bind answer;
    struct sna_err e;
    if (session_answer_bind(n, data, size, &r, &e) < 0)
        return;
    must(bind_decode(r.ru, r.n, &answer, &e) == (ssize_t)r.n);
    must(session_accepted(n, &r, 1000) != NULL);
}

static void as_cnos(struct node *n, const uint8_t *data, size_t size)
{
    struct node_effects fx = {.v = NULL};
    struct lu_partner host;
    struct cnos answer;
    struct sna_err e;
    uint8_t side, reply[CNOS_MAX];
    const struct cfg_lu *cli = config_lu(n->cfg, "CLI");
    must(lu_partner_find(n->cfg, cli, "HOST", &host) == 0);
    struct session_pool *p = pool_find(n, cli, &host, config_mode(n->cfg, "SMALL"), "SMALL", &side);
    size_t len = cnos_target(n, p, !side, data, size, reply, 2000, &fx);
    must(len == 0 || cnos_decode(reply, len, &answer, &e) == (ssize_t)len);
    free(fx.v);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct node *n = node_new(configuration());
    for (int i = 0; i < 3; i++)
        as_bind(n, data, size);
    must(!node_check(n));
    as_cnos(n, data, size);
    must(!node_check(n));
    node_free(n);
    return 0;
}
