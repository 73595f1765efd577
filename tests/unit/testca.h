/* testca.h - for tests with TLS: a directory with certificates of scripts/make-test-ca. */
#ifndef TESTS_UNIT_TESTCA_H
#define TESTS_UNIT_TESTCA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TESTCA_DIR 64

static inline void testca_run(const char *command)
{
    if (system(command) != 0)
        abort();
}

/* Certificates of NAMES, which blanks part, by one authority, in DIR/PLACE, which is made. */
static inline void testca_certify(const char *dir, const char *place, const char *names)
{
    char command[256];
    snprintf(command, sizeof command, "scripts/make-test-ca %s/%s %s", dir, place, names);
    testca_run(command);
}

/* A new directory DIR, whose own certificates are those of NAMES. */
static inline void testca_make(char dir[TESTCA_DIR], const char *names)
{
    strcpy(dir, "/tmp/snanode-testca.XXXXXX");
    if (!mkdtemp(dir))
        abort();
    testca_certify(dir, ".", names);
}

static inline void testca_remove(const char *dir)
{
    char command[TESTCA_DIR + 16];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    testca_run(command);
}

#endif
