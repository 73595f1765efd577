/* snacfg_option.h - the resources of command files and their options, as tables.  Layer: configuration
 * (pure).  [HIS: Snacfg Reference]  Only for the files snacfg*.c: snacfg.c has the commands,
 * snacfg_value.c the types of values, snacfg_option.c, snacfg_conn.c and snacfg_cpic.c the tables,
 * snacfg_print.c the way back to text. */
#ifndef SNA_CONFIG_SNACFG_OPTION_H
#define SNA_CONFIG_SNACFG_OPTION_H

#include "snanode/config/config_build.h"
#include "snanode/config/snacfg_lex.h"

#define SNACFG_RESOURCE_N 9

struct reader {
    struct node_config *c;
    struct diag *d;
    const char *file;
    uint32_t told_absent;             /* absent resources that a warning has named, by position in absent[] */
    uint32_t told[SNACFG_RESOURCE_N]; /* options without effect that a warning has named, by resource and
                                         position */
};

/* One command being carried out. */
struct command {
    struct reader *r;
    const struct resource *resource;
    const struct snacfg_command *words;
    char name[CFG_USER_CAP];
    char qualifier[CFG_SERVER_CAP]; /* in front of the name, "" = none */
    char label[80];                 /* "mode BIG", for messages */
    unsigned line;                  /* of the present word */
    void *object;
    uint64_t seen; /* options, by position in the resource's table */
    bool failed;
    bool told_foreign; /* a warning has said that options of this link type are only kept */
    char netname[NAME_ROOM8], luname[NAME_ROOM8]; /* cpic: the two halves of the partner's name */
};

/* What becomes of an option without effect: it is ignored, its last value is kept, or each of its values
 * is kept. */
enum keep { KEEP_NOTHING, KEEP_LAST, KEEP_ALL };

struct option {
    const char *name;
    const struct value_type *type; /* NULL = concerns what this node does not have: see KEEP */
    size_t at;                     /* of the field in the object */
    size_t size;                   /* of the field */
    unsigned min, max;
    unsigned msg;                /* the product's error number, 0 = none known */
    const char *what;            /* for messages */
    const char *const *keywords; /* by value, NULL at the end */
    const char *no_effect; /* what this node does not have, for the warning when the value asks for it */
    enum keep keep;        /* without a type */
};

struct value_type {
    /* Take the value, or refuse it. */
    bool (*set)(struct command *, const struct option *, const char *value);
    /* Get the value as text; false when there is none to print.  NULL = never printed. */
    bool (*get)(const struct option *, const void *object, char *out, size_t cap);
};

struct resource {
    const char *name;
    enum cfg_kind kind; /* CFG_KIND_N: the configuration itself, which has no name */
    const struct option *options;
    size_t n_options;
    bool (*read_name)(struct command *, const char *);
    void (*finish)(struct command *); /* after the last option; may be NULL */
};

/* In the order in which /print shows them. */
extern const struct resource snacfg_resources[SNACFG_RESOURCE_N];

/* The tables of the other files. */
#define SNACFG_LINK_OPTION_N 8
#define SNACFG_CONN_OPTION_N 35
#define SNACFG_CPIC_OPTION_N 10
extern const struct option snacfg_link_options[SNACFG_LINK_OPTION_N];
extern const struct option snacfg_conn_options[SNACFG_CONN_OPTION_N];
extern const struct option snacfg_cpic_options[SNACFG_CPIC_OPTION_N];
void snacfg_finish_conn(struct command *cmd);
void snacfg_finish_cpic(struct command *cmd);

#define IN(type, member) .at = offsetof(struct type, member), .size = sizeof(((struct type *)0)->member)

/* ---- types of values (snacfg_value.c) ---- */
extern const struct value_type value_comment, value_number, value_yes, value_keyword;
extern const struct value_type value_name;       /* LU, network, control point, connection */
extern const struct value_type value_name_none;  /* the same; an empty one clears it */
extern const struct value_type value_reference;  /* connection, link; an empty one or None clears it */
extern const struct value_type value_alias_none; /* LU alias; an empty one or None clears it */
extern const struct value_type value_server;
extern const struct value_type value_hex;     /* MAX digits, an empty one clears it; MIN 1: not all 0 or F */
extern const struct value_type value_text;    /* up to SIZE - 1 characters, an empty one clears it */
extern const struct value_type value_address; /* host:port, an empty one clears it */
/* snacfg_partner.c, snacfg_key.c */
extern const struct value_type value_addpartner, value_delpartner, value_security, value_securityex;

extern const char *const snacfg_compression[]; /* keywords of enum cfg_compression */

/* The field that an option sets. */
static inline void *option_field(const struct option *o, void *object)
{
    return (char *)object + o->at;
}

static inline const void *option_value(const struct option *o, const void *object)
{
    return (const char *)object + o->at;
}

/* Copy VALUE in upper case to OUT if VALID says that it is a name. */
bool snacfg_take_name(char out[NAME_ROOM8], const char *value, bool (*valid)(const char *, size_t));
/* A mode: the blank one is written "", eight blanks or BLANK. */
bool snacfg_take_mode(char out[NAME_ROOM8], const char *value);
/* The name of a node: [\\]NAME, [\\]NAME\snaservr (or snaserver), or [\\]NAME\snasrv02 and so on for
 * further nodes of a machine. */
bool snacfg_take_server(char out[CFG_SERVER_CAP], const char *value);
bool snacfg_copy(const char *value, char *out, size_t cap);

/* The name of a user without the domain. */
const char *snacfg_account(const char *name);

/* Does VALUE say that there is none?  It does when it is empty, or the None of exports. */
bool snacfg_is_none(const char *value);

/* Is W an option of which each value counts? */
bool snacfg_adds_up(const struct snacfg_word *w);

/* Keep a command that has a name and an option; with neither /add nor /delete it changes the object of that
 * name, if that is kept already, and /delete forgets the object (snacfg_kept.c).  False when out of memory.
 */
bool snacfg_keep(struct node_config *c, const struct snacfg_command *words);

/* Keep an option without effect for OBJECT, an entry of KIND (CFG_KIND_N: the configuration itself, for
 * diagnostic).  It replaces the same option, or with KEEP_ALL the same option with the same value.  An
 * empty value only removes.  A password is not kept.  False when out of memory. */
bool snacfg_keep_option(enum cfg_kind kind, void *object, enum keep keep, const struct snacfg_word *w);

/* The options kept for OBJECT as a command has them, a blank before each; NULL = none. */
const char *snacfg_kept_options(enum cfg_kind kind, const void *object);

/* Length of the first kept option at AT, with its blank; 0 at the end. */
size_t snacfg_kept_word(const char *at);

/* Forget the options kept for OBJECT. */
void snacfg_forget_options(enum cfg_kind kind, void *object);

/* ---- messages ---- */

/* TEXT made fit for a message: short and without control characters. */
struct shown {
    char s[44];
};

struct shown snacfg_shown(const char *text);

/* An error about the present word: "3896: WHAT (mode BIG)"; no number when MSG is 0.  Returns false. */
bool snacfg_refuse(struct command *cmd, unsigned msg, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* An error about a name that is not valid.  Returns false. */
bool snacfg_refuse_name(struct command *cmd, unsigned msg, const char *what, const char *value);

/* Where the present word stands. */
static inline struct cfg_at command_at(const struct command *cmd)
{
    return (struct cfg_at){cmd->r->file, cmd->line};
}

#endif
