/* roster.h - the sessions of the node by number, in order of the numbers: by one of them, and which comes
 * after another one, however many there are.  Layer: node (pure). */
#ifndef SNA_NODE_ROSTER_H
#define SNA_NODE_ROSTER_H

#include <stddef.h>
#include <stdint.h>

struct session;

struct roster {
    struct roster_place {
        uint32_t id;
        struct session *session; /* NULL: it has gone, and its place with it when there are many of these */
    } * v;                       /* rising numbers */
    size_t n, cap, gone;
};

/* 0, or -1 when out of memory. */
int roster_add(struct roster *r, uint32_t id, struct session *s) __attribute__((warn_unused_result));
void roster_remove(struct roster *r, uint32_t id);
struct session *roster_get(const struct roster *r, uint32_t id); /* NULL: none has this number */
/* The first session that has ID or a higher number; NULL: none. */
struct session *roster_from(const struct roster *r, uint32_t id);
void roster_fini(struct roster *r);

#endif
