/* tpplace.h - where in the registry TPs are set up.  Layer: TP table (pure).  For tptable.c and tpwhere.c.
 * [Q316787; HIS: Clients Running Windows] */
#ifndef ATTACHMGR_TPPLACE_H
#define ATTACHMGR_TPPLACE_H

#include <stdbool.h>
#include <stddef.h>

struct regfile;

/* The places [Q316787], strongest first [R6]. */
enum tpplace {
    AT_SERVICE,          /* HKLM\SYSTEM\<control set>\Services\<TP>\Parameters */
    AT_SYSTEM_TPS,       /* HKLM\SYSTEM\<control set>\Services\SnaBase\Parameters\TPs\<TP>\Parameters */
    AT_SOFTWARE_SERVICE, /* HKLM\SOFTWARE\Microsoft\<TP>\Parameters */
    AT_SOFTWARE_TPS,     /* HKLM\SOFTWARE\Microsoft\SnaBase\Parameters\TPs\<TP>\Parameters */
    AT_USER_TPS,         /* HKCU\SOFTWARE\Microsoft\SnaBase\Parameters\TPs\<TP>\Parameters */
    AT_PLACE_N
};

/* A path split at its backslashes.  There is room for more parts than a TP's key can have, and for the two
 * that tpplace_split takes out. */
#define TPPLACE_PARTS 12

struct tpplace_parts {
    const char *p[TPPLACE_PARTS];
    size_t len[TPPLACE_PARTS];
    size_t n; /* more than 9: none of the places, and there may be more parts than these */
};

/* The parts of PATH as a 32-bit program of the user whose key it is sees them: without Wow6432Node below
 * SOFTWARE, where a 64-bit Windows keeps what 32-bit programs write, and with HKEY_CURRENT_USER in place
 * of HKEY_USERS\S-1-... (or .DEFAULT).  So each of the two is as strong as the place that it stands for. */
void tpplace_split(const char *path, struct tpplace_parts *parts);

/* Is part I there, and NAME but for case? */
bool tpplace_is(const struct tpplace_parts *parts, size_t i, const char *name);

/* Is part I the name of a control set: CurrentControlSet, or ControlSet and three digits? */
bool tpplace_is_control_set(const struct tpplace_parts *parts, size_t i);

/* The place that the key PARTS is, and in *NAME which part is the TP's name; AT_PLACE_N when none. */
enum tpplace tpplace_of(const struct tpplace_parts *parts, size_t *name);

/* The control set in REG that is read.  An export that was not made on the running machine has numbered
 * control sets and no CurrentControlSet: then the one named by SYSTEM\Select counts, else the lowest. */
#define TPPLACE_CONTROL_SET_MAX 17
void tpplace_control_set(const struct regfile *reg, char out[TPPLACE_CONTROL_SET_MAX + 1]);

#endif
