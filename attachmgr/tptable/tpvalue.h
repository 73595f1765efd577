/* tpvalue.h - what the values of the registry mean.  Layer: TP table (pure).
 * For the readers of the TP table and tpspec.c.  [HIS: Registry Entries for Clients]  Each function
 * reports a fault of the value as file:line: owner: value reason, and then leaves its output unchanged. */
#ifndef ATTACHMGR_TPVALUE_H
#define ATTACHMGR_TPVALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "attachmgr/registry/regfile.h"
#include "snanode/base/diag.h"
#include "snanode/base/names.h"

struct tp_entry;

/* Who a value belongs to, as messages begin: "TP ORDERQ", "SnaServr\\Parameters". */
struct tpvalue_owner {
    struct diag *d;
    const char *what;
};

/* Types of text that a value may have, one bit each (1 << type). */
#define TPVALUE_SZ   (1u << REG_SZ)
#define TPVALUE_PATH (1u << REG_SZ | 1u << REG_EXPAND_SZ)

void tpvalue_fault(const struct tpvalue_owner *o, const struct reg_value *v, const char *why);
void tpvalue_fault_nomem(const struct tpvalue_owner *o, const struct reg_value *v);

/* True when V is proper text of a type in ALLOWED. */
bool tpvalue_text(const struct tpvalue_owner *o, const struct reg_value *v, unsigned allowed);

/* A number from LEAST to MOST. */
bool tpvalue_dword(const struct tpvalue_owner *o, const struct reg_value *v, uint32_t least, uint32_t most,
                   uint32_t *out);

/* The same, but it may be text in decimal, too, as many of the product's numbers are. */
bool tpvalue_number(const struct tpvalue_owner *o, const struct reg_value *v, uint32_t least, uint32_t most,
                    uint32_t *out);

void tpvalue_yes_no(const struct tpvalue_owner *o, const struct reg_value *v, bool *out);

/* An LU alias, in upper case; empty text counts as no value. */
void tpvalue_lu(const struct tpvalue_owner *o, const struct reg_value *v, char lu[NAME_ROOM8]);

/* A copy of the text, which replaces *OUT. */
void tpvalue_string(const struct tpvalue_owner *o, const struct reg_value *v, unsigned allowed, char **out);

/* Is NAME the name of a setting?  Then it cannot be a user. */
bool tpvalue_is_setting(const char *name);

/* Take all values of the Parameters key K of a TP.  The caller has judged SNAServiceType and has set
 * E->service. */
void tpvalue_entry(const struct tpvalue_owner *o, const struct reg_key *k, struct tp_entry *e);

#endif
