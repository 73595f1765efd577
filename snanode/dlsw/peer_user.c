#include <string.h>

#include "snanode/dlsw/peer_internal.h"

static bool order(struct peer *p, uint32_t id, enum circuit_input in, const struct peer_carried *m,
                  uint64_t now)
{
    struct circuit *c = peer_circuit_by_id(p, id);
    return c && peer_circuit_step(p, c, in, m, now) != COUT_IGNORED;
}

uint32_t peer_open(struct peer *p, uint8_t sap, const struct ssp_address *remote, uint32_t room, uint64_t now)
{
    struct ssp_address local = {.sap = sap};
    memcpy(local.mac, p->params.mac, SSP_MAC_LEN);
    if (!peer_is_up(p) || peer_circuit_by_pair(p, &local, remote))
        return 0;
    struct circuit *c = peer_circuit_new(p, &local, remote, now);
    if (!c)
        return 0;
    c->origin = true;
    window_in_room(&c->in, room);
    peer_circuit_step(p, c, CIN_U_OPEN, &peer_nothing, now);
    return c->id;
}

bool peer_accept(struct peer *p, uint32_t id, uint32_t room, uint64_t now)
{
    struct circuit *c = peer_circuit_by_id(p, id);
    if (!c || !c->offered)
        return false;
    window_in_room(&c->in, room);
    return order(p, id, CIN_U_ACCEPT, &peer_nothing, now);
}

bool peer_send_xid(struct peer *p, uint32_t id, const uint8_t *xid, size_t n, uint64_t now)
{
    struct peer_carried m = {.type = SSP_XIDFRAME, .data = xid, .n = n};
    if (n > SSP_DATA_MAX || p->out.cap - p->out.n < SSP_LONG + n)
        return false;
    return order(p, id, circuit_is_nonactivation(xid, n) ? CIN_U_XID_NONACTIVATION : CIN_U_XID, &m, now);
}

bool peer_contact(struct peer *p, uint32_t id, uint64_t now)
{
    return order(p, id, CIN_U_CONTACT, &(struct peer_carried){.type = SSP_CONTACT}, now);
}

bool peer_contacted(struct peer *p, uint32_t id, uint64_t now)
{
    struct circuit *c = peer_circuit_by_id(p, id);
    if (!c || !order(p, id, CIN_U_CONTACTED, &(struct peer_carried){.type = SSP_CONTACTED}, now))
        return false;
    peer_put_flow(p, c, now);
    return true;
}

bool peer_send_piu(struct peer *p, uint32_t id, const uint8_t *piu, size_t n, uint64_t now)
{
    struct peer_carried m = {.type = SSP_INFOFRAME, .data = piu, .n = n};
    struct circuit *c = peer_circuit_by_id(p, id);
    if (!c || c->state != CST_CONNECTED || n > SSP_DATA_MAX)
        return false;
    c->wants_ready = !peer_circuit_can_send(p, c);
    if (c->wants_ready || !window_out_take(&c->out))
        return false;
    peer_circuit_step(p, c, CIN_U_PIU, &m, now);
    return true;
}

bool peer_take(struct peer *p, uint32_t id, uint32_t units, uint64_t now)
{
    struct circuit *c = peer_circuit_by_id(p, id);
    if (!c)
        return false;
    window_in_room(&c->in, units);
    if (peer_circuit_has_flow(c))
        peer_put_flow(p, c, now);
    return true;
}

bool peer_restart(struct peer *p, uint32_t id, uint64_t now)
{
    return order(p, id, CIN_U_RESTART, &(struct peer_carried){.type = SSP_RESTART_DL}, now);
}

bool peer_halt(struct peer *p, uint32_t id, uint64_t now)
{
    return order(p, id, CIN_U_HALT, &peer_nothing, now);
}

const struct circuit *peer_circuit(const struct peer *p, uint32_t id)
{
    return peer_circuit_by_id(p, id);
}
