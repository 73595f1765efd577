/* tpwhere.h - where in one registry file a TP is set up, and where a new one goes.
 * Layer: rules of TPSETUP (pure).  For tpchange.c.  [R6; R16] */
#ifndef ATTACHMGR_TPWHERE_H
#define ATTACHMGR_TPWHERE_H

#include <stdbool.h>

#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tpplace.h"
#include "attachmgr/tptable/tptable.h"

#define TPWHERE_PATH_MAX 300 /* octets of a TP's key with its NUL */
#define TPWHERE_ENTRIES  32  /* places may be there for each user of a machine; see tpwhere_find */

struct tpwhere {
    enum tpplace place;
    char name[TP_KEY_MAX + 1];         /* as the key has it */
    char parameters[TPWHERE_PATH_MAX]; /* path of the key with the settings */
    char own[TPWHERE_PATH_MAX];        /* path of the key that is the TP's with all below it */
    char service[TPWHERE_PATH_MAX];    /* path of the operating-system service; "" when it is none */
    const struct reg_key *key;         /* PARAMETERS in the tree; NULL when it is not there */
    const struct reg_key *service_key; /* SERVICE in the tree */
};

bool tpwhere_is_service(const struct tpwhere *w);

/* All entries of REG for the TP called NAME, whose case does not count, strongest first; an application's key
 * that has no valid SNAServiceType counts.  Returns how many; TPWHERE_ENTRIES: there may be more. */
unsigned tpwhere_find(const struct regfile *reg, const char *name, struct tpwhere out[TPWHERE_ENTRIES]);

/* Where TPSETUP puts the TP called NAME: in the control set that REG is read by. */
void tpwhere_new(const struct regfile *reg, const char *name, bool service, struct tpwhere *out);

#endif
