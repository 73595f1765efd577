/* entry.h - one entry of a domain's directory, as text and as a struct.  Layer: directory (pure).
 * docs/domain.md describes the text: a first line with the version of the form, then lines KEY=VALUE.  Keys
 * that are not known are passed over, so a newer node may say more.  [D4] */
#ifndef ATTACHMGR_DIRECTORY_ENTRY_H
#define ATTACHMGR_DIRECTORY_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attachmgr/match.h"
#include "snanode/base/names.h"

#define ENTRY_TEXT_MAX    1024 /* octets of a text */
#define ENTRY_MACHINE_MAX 15   /* characters of a machine's name, as in the product */
#define ENTRY_ADDRESS_MAX 128  /* HOST:PORT */
#define ENTRY_CERT_MAX    64   /* the name in its certificate */
#define ENTRY_LEASE_MIN_S 1
#define ENTRY_LEASE_MAX_S 3600

/* Room for each as a string, with its NUL. */
#define ENTRY_MACHINE_ROOM (ENTRY_MACHINE_MAX + 1)
#define ENTRY_ADDRESS_ROOM (ENTRY_ADDRESS_MAX + 1)
#define ENTRY_CERT_ROOM    (ENTRY_CERT_MAX + 1)
#define ENTRY_KEY_ROOM     (ENTRY_MACHINE_MAX + 1 + 16 + 1 + 1 + 10 + 1)

enum entry_type { ENTRY_MACHINE = 'm', ENTRY_TP = 't', ENTRY_LU = 'l' };

/* What an entry is kept under: MACHINE.INSTANCE.m, or .tNUMBER, or .lNUMBER. */
struct entry_key {
    char machine[ENTRY_MACHINE_ROOM]; /* A-Z a-z 0-9 - _ */
    uint64_t instance;                /* of the node: another one after each start, a later one is greater */
    enum entry_type type;
    uint32_t number; /* its owner's choice; 0 of ENTRY_MACHINE */
};

/* The number that SNAServiceType has, so that a reader needs no other table. */
enum entry_kind { ENTRY_QUEUED = 5, ENTRY_NONQUEUED = 6, ENTRY_OPERATOR = 0x1A };

struct entry {
    enum entry_type type;
    uint64_t version; /* of this entry: greater each time that its owner puts it */
    union {
        struct entry_machine {
            char address[ENTRY_ADDRESS_ROOM]; /* where it takes connections, "" = nowhere */
            char cert[ENTRY_CERT_ROOM];       /* the name in its certificate, "" = none */
            uint32_t lease_s;                 /* it is gone when it has not renewed for so long */
            uint64_t since;                   /* its entries of this version or an older one are void */
        } machine;
        struct entry_tp {
            struct match_name name;
            char lu[NAME_ROOM8]; /* local LU alias, "" = any */
            enum entry_kind kind;
            bool alias;       /* by AcceptNames */
            uint32_t running; /* processes */
            uint32_t waiting; /* Accepts outstanding */
        } tp;
        struct entry_lu {
            char alias[NAME_ROOM8];
            char name[NAME_FQ_ROOM]; /* NETID.LUNAME */
            bool pool;               /* may be had without its name: of a pool, or a default [D27] */
        } lu;
    } u;
};

/* True for a name that a machine may have: 1 to ENTRY_MACHINE_MAX letters, digits, - and _. */
bool entry_machine_valid(const char *name);

/* K as text into OUT (ENTRY_KEY_ROOM octets), which it returns; and the other way: false when TEXT is no
 * key. */
const char *entry_key_write(const struct entry_key *k, char *out);
bool entry_key_read(const char *text, struct entry_key *k);

/* E as text into OUT (ENTRY_TEXT_MAX octets, no NUL).  Returns the octets; any valid E fits. */
size_t entry_write(const struct entry *e, char *out);

/* The N octets of TEXT, which are to be an entry of type TYPE, into E.  Returns NULL, or what is wrong with
 * them: a constant text. */
const char *entry_read(const char *text, size_t n, enum entry_type type, struct entry *e);

#endif
