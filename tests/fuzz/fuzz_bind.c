/* libFuzzer entry: any octets as a BIND, three times over, as PIUs, and as a CNOS request, to a node; the
 * checker walks it after each, and what it answers must be readable.
 *   clang -fsanitize=fuzzer,address,undefined -I. -D_GNU_SOURCE tests/fuzz/fuzz_bind.c
 *       snanode/{base,wire,lu62,node}/?*.c snanode/local/lp.c */
#include <stdlib.h>
#include <string.h>

#include "snanode/node/cnos.h"
#include "snanode/node/internal.h"
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

/* What N sends to its own LUs comes back, and what it sends elsewhere must be a response. */
static void settle(struct node *n, struct node_effects *fx)
{
    for (size_t i = 0; i < fx->n; i++) {
        struct piu p;
        uint8_t ru[1024];
        if (fx->v[i].kind != NODE_FX_SEND)
            continue;
        effects_piu(fx, &fx->v[i], &p);
        must(p.n <= sizeof ru);
        memcpy(ru, p.ru, p.n);
        p.ru = ru;
        must(p.path.carrier == 1 || node_receive(n, &p, 1000, fx));
    }
    fx->n = 0;
}

static void comes(struct node *n, uint64_t address, bool expedited, struct rh rh, const uint8_t *data,
                  size_t size, struct node_effects *fx)
{
    const struct piu p = {
        .path = {1, address}, .expedited = expedited, .snf = 9, .rh = rh, .ru = data, .n = size};
    node_receive(n, &p, 1000, fx);
    settle(n, fx);
    must(!node_check(n));
}

static void as_bind(struct node *n, uint64_t address, const uint8_t *data, size_t size)
{
    static const struct rh rh = {.category = RH_SC, .fi = true, .bci = true, .eci = true, .dr1i = true};
    struct node_effects fx = {.v = NULL};
    comes(n, address, true, rh, data, size, &fx);
    node_effects_free(&fx);
}

/* The octets as PIUs, one behind the other: flow and address, RH, length, RU.  Some address a session that is
 * there. */
static void as_pius(struct node *n, const uint8_t *data, size_t size)
{
    struct node_effects fx = {.v = NULL};
    struct rh rh;
    struct sna_err e;
    while (size >= 5 && rh_decode(data + 1, RH_LEN, &rh, &e) == RH_LEN) {
        size_t len = data[4] < size - 5 ? data[4] : size - 5;
        comes(n, data[0] & 3, data[0] & 0x80, rh, data + 5, len, &fx);
        data += 5 + len;
        size -= 5 + len;
    }
    node_effects_free(&fx);
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
    node_work(n, 2000, &fx);
    settle(n, &fx);
    node_effects_free(&fx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct node *n = node_new(configuration());
    for (unsigned i = 0; i < 3; i++)
        as_bind(n, i, data, size);
    as_pius(n, data, size);
    as_cnos(n, data, size);
    must(!node_check(n));
    node_free(n);
    return 0;
}
