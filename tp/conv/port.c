#include "tp/conv/port.h"

#include "tp/conv/async.h"
#include "tp/conv/control.h"

/* Set the port on which the operation waits, for Cancel; -1 = none.  A cancel between entering the call and
 * this found no port to say it on: withdraw now. */
static void set_port(struct conv *c, int port)
{
    async_lock();
    c->node.port = port;
    if (life_is_cancelled(c->life))
        async_withdraw(c);
    async_unlock();
}

enum outcome port_ask(struct conv *c, const uint8_t *msg, size_t n)
{
    int port = n > 0 ? control_request(msg, n) : -1;
    if (port < 0)
        return OUTCOME_LOCAL_FAILURE;
    set_port(c, port);
    return OUTCOME_OK;
}

void port_leave(struct conv *c, bool broken)
{
    int port = c->node.port;
    set_port(c, -1);
    control_port_done(port, broken);
}
