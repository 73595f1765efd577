/* shown.h - the sections of DISPLAY: what the node shows, as groups in the program's buffer.  Inside the
 * library only. */
#ifndef LIBAPPC_SHOWN_H
#define LIBAPPC_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lp_node_shown;

/* The buffer.  Its address may be odd, so groups are copied into it. */
struct shown {
    uint8_t *at;
    size_t cap, used;
    uint64_t needed;        /* octets of all that was asked for */
    const char *connection; /* whose node ID the global information has, "" = the first */
};

/* Put a section into the buffer; *WHERE is its beginning, NULL when not even that has found room.  False: the
 * node has not answered. */
typedef bool shown_section(struct shown *s, void **where);
shown_section shown_global, shown_lu62, shown_sessions, shown_links, shown_lu_0_3, shown_link_defs;

/* Ask for the node itself.  False: no answer. */
bool shown_node(const char *connection, struct lp_node_shown *out);

/* N octets of the buffer, NULL: they do not fit.  They count as needed in any case. */
void *shown_room(struct shown *s, size_t n);

#endif
