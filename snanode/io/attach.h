/* attach.h - an Attach between its conversation and its TP.  Layer: io. */
#ifndef SNA_IO_ATTACH_H
#define SNA_IO_ATTACH_H

#include <stdbool.h>
#include <stdint.h>

struct server;

/* The first frame of CHANNEL (struct channel) can be read: its Attach goes to the attach manager. */
void attach_comes(void *channel);
/* The Attach A (owned by CHANNEL from now on, which has its sockets) has come on a link for the local LU
 * called LU. TRUSTED: the partner's word is taken for the user that it names. */
struct fmh5;
void attach_from_link(void *channel, struct fmh5 *a, const char *lu, bool trusted);
/* What A has sent must be seen before A's end is dealt with. */
void attach_look(struct server *s, uint32_t conv);
/* PROCESS has cancelled its Accept when the Attach of CONV was on its way to it. */
void attach_unwanted(struct server *s, uint32_t conv, uint32_t process);
void attach_effects(struct server *s); /* carry out s->afx */
void attach_start_some(struct server *s);
void attach_forget_starts(struct server *s);
void attach_start_all(struct server *s); /* before the entries they point at go */

#endif
