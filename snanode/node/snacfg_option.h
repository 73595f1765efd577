/* snacfg_option.h - the resources of command files and their options, as tables.  Layer: node (pure).
 * SNACFG sheet section 2.  Private to snacfg.c (commands) and snacfg_option.c (values). */
#ifndef SNA_NODE_SNACFG_OPTION_H
#define SNA_NODE_SNACFG_OPTION_H

#include "snanode/node/config_build.h"

struct reader {
    struct node_config *c;
    struct diag *d;
    const char *file;
    uint32_t read_over; /* absent resources warned of, by position in absent[] */
};

/* One command being carried out. */
struct command {
    struct reader *r;
    const struct resource *resource;
    char name[CFG_SERVER_CAP];
    char qualifier[CFG_SERVER_CAP]; /* in front of the name, "" = none */
    char label[40];                 /* "mode BIG", for messages */
    unsigned line;                  /* of the word at hand */
    void *object;
    uint32_t seen; /* options, by position in the resource's table */
    bool failed;
    char netname[9], luname[9]; /* cpic: the two halves of the partner's name */
};

struct option {
    const char *name;
    /* Takes the value; NULL = not supported. */
    bool (*set)(struct command *, const struct option *, const char *value);
    size_t at;   /* of the field in the object */
    size_t size; /* of the field */
    unsigned min, max;
    unsigned msg;     /* the product's error number, 0 = none known */
    const char *what; /* for messages */
};

struct resource {
    const char *name;
    enum cfg_kind kind; /* CFG_KIND_N: the node itself */
    const struct option *options;
    size_t n_options;
    bool (*read_name)(struct command *, const char *);
    void (*finish)(struct command *); /* after the last option; may be NULL */
};

#define SNACFG_RESOURCE_N 5
extern const struct resource snacfg_resources[SNACFG_RESOURCE_N];

/* TEXT fit for a message: short and without control characters. */
struct shown {
    char s[44];
};

struct shown snacfg_shown(const char *text);

/* An error about the word at hand: "3896: WHAT (mode BIG)"; no number when MSG is 0.  Returns false. */
bool snacfg_refuse(struct command *cmd, unsigned msg, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Where the word at hand stands. */
static inline struct cfg_at command_at(const struct command *cmd)
{
    return (struct cfg_at){cmd->r->file, cmd->line};
}

#endif
