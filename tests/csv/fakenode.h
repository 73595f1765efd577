/* fakenode.h - a node that welcomes everybody, and does with a note what a test wants. */
#ifndef TESTS_CSV_FAKENODE_H
#define TESTS_CSV_FAKENODE_H

enum fake {
    FAKE_HOLDS,   /* answers a note when it is withdrawn */
    FAKE_LOSES,   /* ends the connection */
    FAKE_REFUSES, /* has not logged it */
};

/* Start it in this process, for the programs that look for a node from now on. */
void fake_start(enum fake how);
/* Wait until N notes have come. */
void fake_await(unsigned n);
/* Answer the notes that are held, and those that come. */
void fake_release(void);
/* Remove its socket. */
void fake_end(void);

#endif
