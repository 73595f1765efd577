/* tpbuild.h - what the parts of the TP table's reader share.  Layer: TP table (pure).
 * For tptable.c and the files that it calls, each of which takes one kind of keys. */
#ifndef ATTACHMGR_TPBUILD_H
#define ATTACHMGR_TPBUILD_H

#include "attachmgr/tptable/pathmap.h"
#include "attachmgr/registry/regfile.h"
#include "attachmgr/tptable/tpplace.h"
#include "attachmgr/tptable/tptable.h"

/* What is kept of a TP only while the table is built. */
struct candidate {
    struct tp_entry e;
    enum tpplace place;
    bool dropped;
};

struct builder {
    struct tp_table *t;
    const struct regfile *reg;
    struct diag *d;
    struct pathmap map;
    char control_set[TPPLACE_CONTROL_SET_MAX + 1];
    struct candidate *cand;
    size_t n_cand, cap_cand;
};

/* ---- tpkey.c: keys by path; NULL when they are not there ---- */
const struct reg_key *tpkey_at(const struct builder *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The key BELOW the Services key of the control set in use. */
const struct reg_key *tpkey_service(const struct builder *b, const char *below);
/* The key BELOW HKLM\SOFTWARE\Microsoft, else the one that 32-bit programs of a 64-bit Windows see there;
 * tpkey_software32 gives the latter alone. */
const struct reg_key *tpkey_software(const struct builder *b, const char *below);
const struct reg_key *tpkey_software32(const struct builder *b, const char *below);

/* ---- tpcandidate.c: K becomes a candidate if it is where a TP's entry can be, and is one ---- */
void tpcandidate_take(struct builder *b, const struct reg_key *k);

/* ---- tpmisplaced.c: warn if K, of which PARTS are the parts, has settings where nobody reads them ---- */
void tpmisplaced_warn(struct builder *b, const struct reg_key *k, const struct tpplace_parts *parts);

/* ---- tpduplicate.c: which of several entries for one TP counts ---- */
void tpduplicate_settle(struct builder *b);

/* ---- tpclient.c: programs that invoke ---- */
void tpclient_take(struct builder *b);

/* ---- tpswitch.c: switches of the node ---- */
void tpswitch_take(struct builder *b);

#endif
