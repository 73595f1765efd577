/* pcap.h - for tests: what a capture of TCP carries, segment by segment.  Ethernet and IPv4 only; segments
 * stand in the file in order, without repetitions. */
#ifndef SNA_TESTS_PCAP_H
#define SNA_TESTS_PCAP_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pcap {
    uint8_t *v;
    size_t n, at;
    bool big; /* order of octets of the file's own numbers */
};

struct pcap_segment {
    const uint8_t *source; /* IPv4 address, 4 octets */
    uint16_t from, to;     /* ports */
    const uint8_t *data;
    size_t n;
};

static inline uint32_t pcap_number(const struct pcap *p, size_t at)
{
    const uint8_t *v = p->v + at;
    return p->big ? (uint32_t)v[0] << 24 | v[1] << 16 | v[2] << 8 | v[3]
                  : (uint32_t)v[3] << 24 | v[2] << 16 | v[1] << 8 | v[0];
}

static inline struct pcap pcap_open(const char *path)
{
    struct pcap p = {.v = malloc(1 << 20)};
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f && p.v, "cannot open %s", path);
    p.n = fread(p.v, 1, 1 << 20, f);
    fclose(f);
    ck_assert_uint_gt(p.n, 24);
    p.big = p.v[0] == 0xA1;
    ck_assert_uint_eq(pcap_number(&p, 0), 0xA1B2C3D4);
    ck_assert_uint_eq(pcap_number(&p, 20), 1);
    p.at = 24;
    return p;
}

static inline void pcap_close(struct pcap *p)
{
    free(p->v);
}

/* The next segment that carries data; false at the end. */
static inline bool pcap_next(struct pcap *p, struct pcap_segment *s)
{
    while (p->at + 16 <= p->n) {
        const uint8_t *ip = p->v + p->at + 16 + 14;
        size_t n = pcap_number(p, p->at + 8);
        p->at += 16 + n;
        ck_assert_uint_le(p->at, p->n);
        if (n < 14 + 40 || ip[-2] != 8 || ip[-1] != 0 || ip[9] != 6)
            continue;
        size_t whole = (size_t)(ip[2] << 8 | ip[3]), front = (ip[0] & 15) * 4u;
        const uint8_t *tcp = ip + front;
        front += (tcp[12] >> 4) * 4u;
        ck_assert_uint_le(14 + whole, n);
        if (whole <= front)
            continue;
        *s = (struct pcap_segment){.source = ip + 12,
                                   .from = (uint16_t)(tcp[0] << 8 | tcp[1]),
                                   .to = (uint16_t)(tcp[2] << 8 | tcp[3]),
                                   .data = ip + front,
                                   .n = whole - front};
        return true;
    }
    return false;
}

#endif
