/* control.h - the library's connections to the node.  Inside the library only.
 * One connection stands for the process; requests go on ports, one at a time on each, so that a thread that
 * waits for an answer keeps nobody else from asking. */
#ifndef LIBCPIC_CONTROL_H
#define LIBCPIC_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cpic.h"
#include "snanode/local/lp.h"
#include "snanode/local/stats.h"

/* Send request MSG on a port of its own.  The port; -1 (and product_error has it) when the node cannot be
 * reached. */
int control_request(const uint8_t *msg, size_t n);
/* Give it back after the answer came; BROKEN ports are closed. */
void control_port_done(int port, bool broken);

/* One message.  FD: a descriptor that comes along, -1 if none.  0 or -1. */
int control_send(int port, const uint8_t *msg, size_t n);
/* Answer into MSG (LP_MAX).  Octets; 0 when nothing is there and !WAIT; -1 when the connection is gone. */
long control_recv(int port, uint8_t *msg, bool wait, int *fd);

/* An answer did not come, or is none: product_error with that.  Returns CM_PRODUCT_SPECIFIC_ERROR. */
CM_INT32 control_no_answer(void);
/* Request and answer on a port of its own.  Octets of the answer, or -1 (and product_error has it).  FD: as
 * in control_recv. */
long control_ask(const uint8_t *msg, size_t n, uint8_t *answer, int *fd);
/* The node that this process said hello to is still there. */
bool control_alive(void);

/* This process has done with conversation NODE_ID. */
void control_end(uint32_t node_id, bool accepted);
/* It has sent log data (TEXT, N octets up to CM_LD_SIZE) with SENSE. */
void control_log(uint32_t node_id, bool accepted, uint32_t sense, const unsigned char *text, unsigned n);

/* Slots of the statistics page. */
struct stats_slot *stats_take(uint32_t *no);
void stats_give(uint32_t no);

/* Unloading (unload.c): a thread of the program is in here. */
bool control_is_used(void);

/* The TP name that the node's configuration has for this program, into OUT; "" when none, or no node.  Says
 * hello first. */
void control_configured_tpn(char out[CM_TPN_SIZE + 1]);

/* Life of the library. */
int control_start(void);    /* 0, or -1: no node */
void control_stop(void);    /* close everything */
void control_forget(void);  /* after fork, in the child */
bool library_started(void); /* calls are allowed */
void library_set_stopped(bool stopped);

#endif
