/* secret.h - passwords of destinations, which programs know by a number only.
 * Layer: node (pure).
 * Initialize_Conversation takes the password as it takes the other characteristics, so what becomes of the
 * destination afterwards does not count [A37].  The program gets the number, and the password stays here. */
#ifndef SNA_NODE_SECRET_H
#define SNA_NODE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snanode/base/names.h"

#define SECRET_MAX  NAME_USER_MAX /* characters of a password */
#define SECRET_KEPT 1000 /* passwords of one owner that are kept when no destination has them any more */

struct secret {
    uint64_t number;
    unsigned holders; /* destinations that have it */
    bool private;     /* of the programs of UID */
    unsigned uid;
    char password[SECRET_MAX + 1];
};

struct secrets {
    struct secret *v; /* oldest first */
    size_t n, cap;
    uint64_t last;
    uint64_t base; /* programs are told BASE more, so a number of a node that ran before means nothing; below
                      2^63 */
};

/* Room for MORE that are held.  -1: out of memory. */
int secrets_reserve(struct secrets *s, size_t more);
void secrets_free(struct secrets *s);

/* The number of PASSWORD for one destination more of this owner, 0 for the empty one.  There must be room for
 * it. */
uint64_t secret_hold(struct secrets *s, bool private, unsigned uid, const char *password);

/* A destination has the password NUMBER no more.  Conversations that have been initialized with it still may
 * use it. */
void secret_drop(struct secrets *s, uint64_t number);

/* What programs are told for NUMBER; 0 is 0. */
uint64_t secret_told(const struct secrets *s, uint64_t number);

/* The password that a program of UID means by TOLD; NULL: none that it may use.  Static until the next
 * change. */
const char *secret_of(const struct secrets *s, uint64_t told, unsigned uid);

#endif
