/* control.h - the library's connections to the node.  Inside the library only.
 * One connection stands for the process; each request has a port of its own while it waits, so that a thread
 * that waits for an answer does not hold up others.  The first port comes with the welcome. */
#ifndef CONV_CONTROL_H
#define CONV_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"
#include "snanode/local/lp.h"
#include "tp/conv/outcome.h"

/* Send request MSG on a port of its own.  Returns the port, or -1 when the node cannot be reached
 * (cause.h knows why). */
int control_request(const uint8_t *msg, size_t n);
/* Release the port after the answer; BROKEN ports are closed. */
void control_port_done(int port, bool broken);

/* Send one message, with descriptor FD (-1: none).  Returns 0 or -1. */
int control_send(int port, const uint8_t *msg, size_t n);
/* Receive an answer into MSG (LP_MAX octets).  Returns octets; 0 when there is none and !WAIT; -1 when the
 * connection is gone. */
long control_recv(int port, uint8_t *msg, bool wait, int *fd);

/* There was no answer, or no proper one: keep that as the cause, which is that of a node that has ended.
 * Returns OUTCOME_LOCAL_FAILURE. */
enum outcome control_no_answer(void);
/* Send a request and receive its answer, on a port of its own.  Returns octets of the answer, or -1
 * (cause.h knows why).  FD: as in control_recv. */
long control_ask(const uint8_t *msg, size_t n, uint8_t *answer, int *fd);
/* True when the node to which this process has said hello still exists. */
bool control_alive(void);
/* The number of this process's hello to the present node, 0 when it has said none: what an older node has
 * told is void. */
uint32_t control_hello(void);

/* Tell the node that this process has ended its side of conversation NODE_ID. */
void control_end(uint32_t node_id, bool accepted);
/* Tell the node that this process has sent log data (TEXT, N octets up to 512) with SENSE. */
void control_log(uint32_t node_id, bool accepted, uint32_t sense, const uint8_t *text, unsigned n);

/* Unloading (unload.c): true while a thread of the program is in this file. */
bool control_is_used(void);

/* Write the TP name that the node's configuration has for this program to OUT; "" when there is none, or no
 * node.  Says hello first. */
void control_configured_tpn(char out[NAME_TP_ROOM]);

/* Life of the library. */
int control_start(void);    /* 0, or -1: no node */
void control_stop(void);    /* close everything */
void control_forked(void);  /* after fork, in the child */
bool library_started(void); /* calls are allowed */
void library_set_stopped(bool stopped);

#endif
