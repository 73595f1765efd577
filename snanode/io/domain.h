/* domain.h - this node as a machine of a domain: the directory and its engine.  Layer: io.
 * In no domain there is nothing of this, and each call returns at once. */
#ifndef SNA_IO_DOMAIN_H
#define SNA_IO_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

struct directory;
struct server;
struct tp_domain;

/* Enter, leave or change the domain as the configuration in force says. */
void domain_configure(struct server *s);
/* This node takes nothing new: its entries go. */
void domain_leave(struct server *s);
/* ... and its connections with other machines end; whether some still do. */
void domain_halt(struct server *s);
bool domain_ending(const struct server *s);
void domain_close(struct server *s);

/* After each event: tell what this node offers if that has changed. */
void domain_settle(struct server *s);
uint64_t domain_deadline(const struct server *s);
void domain_tick(struct server *s, uint64_t now);

/* The connections with other machines, NULL = there are none: this machine has no certificate. */
struct pairs;
struct pairs *domain_pairs(const struct server *s);

/* What is known; whether the engine is reached, and if not, why. */
struct directory *domain_directory(const struct server *s);
const char *domain_lost(const struct server *s); /* NULL = it is reached */

#endif
