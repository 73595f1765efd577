/* What a connection carries, as packets of TCP in a capture file: the octets before TLS, so that they can be
 * read. */
#include "snanode/io/tap.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "snanode/base/log.h"
#include "snanode/io/context.h"
#include "snanode/io/link/line.h"
#include "snanode/io/recording.h"

#define FILE_OCTETS (64u * 1024 * 1024)
#define FILES       4
#define PIECE       16384u /* octets of one packet at the most */

static bool begin(struct line *l)
{
    static const struct recording_limits limits = {.octets = FILE_OCTETS, .files = FILES};
    if (l->recording || l->deaf)
        return l->recording != NULL;
    l->recording = recording_open(l->conf.record, &limits, "snanode " SNANODE_VERSION);
    l->deaf = !l->recording;
    if (l->deaf)
        log_warn("connection %s is not recorded: %s: %s", l->conf.name, l->conf.record, strerror(errno));
    else if (recording_add_link(l->recording, PCAPNG_RAW_IP, l->conf.name) < 0)
        log_warn("connection %s is not recorded: too many interfaces", l->conf.name);
    return l->recording != NULL;
}

static void packet(const struct line *l, struct line_leg *g, bool out, uint8_t flags, const uint8_t *p,
                   size_t n)
{
    static uint8_t frame[CAPFRAME_IN_FRONT + PIECE];
    struct timespec t;
    int from = out == (g->conn == PEER_OURS) ? 0 : 1;
    ssize_t k = capframe_encode_tcp(&g->capture, from, flags, p, n, frame, sizeof frame);
    if (k < 0)
        return;
    clock_gettime(CLOCK_REALTIME, &t);
    const struct pcapng_packet packet = {.interface = 0,
                                         .time_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec,
                                         .direction = out ? PCAPNG_OUTBOUND : PCAPNG_INBOUND,
                                         .data = frame,
                                         .n = (size_t)k,
                                         .whole = (size_t)k};
    recording_packet(l->recording, &packet);
}

static void tap(struct line *l, struct line_leg *g, bool out, const uint8_t *p, size_t n)
{
    if (!begin(l))
        return;
    if (!g->captured) {
        bool ours = g->conn == PEER_OURS;
        packet(l, g, ours, CAPFRAME_SYN, NULL, 0);
        packet(l, g, !ours, CAPFRAME_SYN | CAPFRAME_ACK, NULL, 0);
        packet(l, g, ours, CAPFRAME_ACK, NULL, 0);
        g->captured = true;
    }
    for (size_t at = 0, k; at < n; at += k) {
        k = n - at < PIECE ? n - at : PIECE;
        packet(l, g, out, CAPFRAME_PSH | CAPFRAME_ACK, p + at, k);
    }
}

static void tap_end(struct line *l)
{
    recording_close(l->recording);
    l->recording = NULL;
}

void tap_init(struct server *s)
{
    s->links.tap = tap;
    s->links.tap_end = tap_end;
}
