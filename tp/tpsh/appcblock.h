/* appcblock.h - the control block of one APPC verb: what Lua passes in by the names of the fields, and what
 * Lua gets back. */
#ifndef TPSH_APPCBLOCK_H
#define TPSH_APPCBLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "tp/tpsh/tpsh.h"
#include "winappc.h"

enum appc_kind {
    APPC_BLOCK,  /* a verb: the rows up to the next one are its fields */
    APPC_NUMBER, /* a number of the machine */
    APPC_BITS,   /* a bit field */
    APPC_SENSE,  /* a number, big-endian */
    APPC_WHAT,   /* what_rcvd: a code, big-endian */
    APPC_STATE,  /* conv_state */
    APPC_ASCII,  /* a text, padded */
    APPC_EBCDIC,
    APPC_TP_NAME, /* the same, but the first octet of a service TP has no character */
    APPC_OCTETS,
    APPC_EVENT,    /* says that the verb is complete; tpsh has one when the script gives none */
    APPC_HANDLE_,  /* another event */
    APPC_SENT,     /* octets behind a pointer */
    APPC_RECEIVED, /* a buffer of max_len or buffer_len octets */
    APPC_KEPT      /* a buffer that the library has when the verb has returned */
};

/* A verb, or one of its fields. */
struct appc_row {
    const char *name;
    enum appc_kind kind;
    unsigned short at, size; /* octets; a block: size alone */
    unsigned short length_at, opcode;
    unsigned char opext;
    unsigned (*get)(const void *block);
    void (*set)(void *block, unsigned value);
};

extern const struct appc_row appc_rows[];
extern const unsigned appc_rows_n;

/* A block that is in use.  The library may write to it until its verb is complete, so that it does not belong
 * to Lua alone. */
struct appc_issue {
    struct appc_issue *next;
    const struct appc_row *verb; /* APPC_BLOCK */
    int event;                   /* signalled when the verb is complete; -1 = none */
    bool outstanding;            /* it is not complete */
    bool kept;                   /* the library writes to it when it is complete */
    bool orphan;                 /* Lua has no handle of it any more */
    HANDLE ticket;               /* of a verb that was issued without waiting */
    void *vcb;
};

/* Make the block of VERB from the table of fields at index 1, and from that at index 2 if there is one: then
 * the first is another result, which gives tp_id and conv_id.  CONSTANTS: index of the table of constants.
 * An error of Lua when the fields do not fit; what has been made is freed by appc_issue_free then. */
void appc_block_fill(lua_State *L, struct appc_issue *i, int constants);

/* A new block, zero; NULL: no memory. */
struct appc_issue *appc_issue_new(const struct appc_row *verb);
void appc_issue_free(struct appc_issue *i);

/* Push the results: a table with every field that is not reserved, and names for codes. */
void appc_block_push(lua_State *L, const struct appc_issue *i);

/* Add the constants to the table on top of the stack, and the table codes. */
void appc_codes_register(lua_State *L);
/* Push the name of a code: of the kind of a row, or else "primary" or "secondary". */
void appc_codes_push_primary(lua_State *L, unsigned short code);
void appc_codes_push_secondary(lua_State *L, unsigned int code);
void appc_codes_push_what(lua_State *L, unsigned short code);
void appc_codes_push_state(lua_State *L, unsigned state);

#endif
