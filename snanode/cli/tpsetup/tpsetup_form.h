/* tpsetup_form.h - the form of tpsetup on the terminal, for its two files: tpsetup_form.c handles
 * what a person does, tpsetup_fields.c moves a TP into the fields and out of them. */
#ifndef SNA_TPSETUP_FORM_H
#define SNA_TPSETUP_FORM_H

#include <newt.h>

#include "snanode/cli/tpsetup/tpsetup.h"

/* Where things stand. */
struct layout {
    int cols, rows; /* smallest terminal */
    int width, height;
    int names;  /* row of the name; command line, LU and further names follow */
    int kinds;  /* row of the first kind */
    int second; /* column of the second kind of choices */
    int timeout, users, ok;
    const char *queued, *by_hand, *verified;
};

/* What the file had for the TP when its name was entered.  Fields that a person does not touch are written
 * back unchanged. */
struct loaded_tp {
    char name[TP_KEY_MAX + 1]; /* "" = nothing is loaded */
    enum tp_kind kind;
    bool service;
    char *path, *parameters; /* NULL = out of memory, or nothing is loaded */
    char *command;           /* as the form shows them */
    char seconds[12];        /* as the form shows them; the exact time is */
    uint32_t timeout_ms;
    struct tpspec users; /* and nothing else */
};

struct form {
    struct tpsetup *t;
    const struct layout *l;
    struct loaded_tp was;
    struct tpspec list; /* the users, and nothing else */
    newtComponent form;
    newtComponent file, name, command, lu, accept, seconds;
    newtComponent queued, nonqueued, by_hand; /* kind */
    newtComponent service, security, verified;
    newtComponent infinite, finite;
    newtComponent users, add, edit, del;
    newtComponent ok, cancel;
};

bool form_is_on(newtComponent box);

/* The text of ENTRY without blanks at its ends; the caller frees it.  NULL when out of memory. */
char *form_text(newtComponent entry);

/* Copy entry E of the file into the fields, choices and users of FORM, without redrawing them. */
void form_fill(void *form, const struct tp_entry *e);

/* Copy all fields into the TP of F->t.  False with *WHY set. */
bool form_take(struct form *f, struct tpspec_why *why);

/* Free F's copy of the TP that it has loaded. */
void form_forget(struct form *f);

#endif
