/* mortal.h - a node that ends at a chosen point of its talk with a program, as one that is killed does. */
#ifndef TESTS_CPIC_MORTAL_H
#define TESTS_CPIC_MORTAL_H

#include <check.h>
#include <stdbool.h>

/* Where it ends.  Its first question may come right behind the hello. */
enum mortal_at {
    MORTAL_CONNECTED, /* the connection is there, the hello unread */
    MORTAL_HELLO,     /* the hello is read */
    MORTAL_HALF,      /* half of a welcome is written */
    MORTAL_WELCOME,   /* the welcome is written, with the first port; the question is unread */
    MORTAL_ASKED,     /* the question is read */
    MORTAL_ANSWER,    /* half of an answer is written */
    MORTAL_STOPPING,  /* the answer, of an Allocate, is that the node ends */
    MORTAL_AT_N
};

/* ANSWERED: questions that it answers before: Init and Allocate, whose conversation goes nowhere.  LATE: it
 * has closed everything but the connection of the process, as the kernel closes one after the other.  UNSENT:
 * it has ended before the first question can be sent behind the hello. */
struct mortal {
    enum mortal_at at;
    unsigned answered;
    bool late, unsent;
};

/* Start one in this process, whose libraries find it from now on. */
void mortal_start(struct mortal how);
/* It has ended. */
void mortal_wait(void);
/* Close what is left of it, and remove its socket. */
void mortal_over(void);

/* All ways to end before a question has an answer: number 0 to MORTAL_WAYS - 1. */
#define MORTAL_WAYS (2 * MORTAL_STOPPING + 1)
static inline struct mortal mortal_way(int i)
{
    if (i == 2 * MORTAL_STOPPING)
        return (struct mortal){.at = MORTAL_WELCOME, .unsent = true};
    return (struct mortal){.at = (enum mortal_at)(i / 2), .late = i % 2};
}

/* All of a test program's main; no other node is there. */
int mortal_main(Suite *suite);

#endif
