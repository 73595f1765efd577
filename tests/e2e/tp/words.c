/* words.c - a program that writes into the page which it shares with the other programs of its user (hint.h):
 * the words of sessions that stay with two programs (stay.h).
 *
 *   words SECONDS SEED   for so long: one part in four anything at all, otherwise another state, other flags
 * or another count for the grant that is there; prints how many words of a grant it changed; exit status 1
 * when it has no page */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cpic.h"
#include "snanode/local/hint.h"

#define SLOTS 64u /* conversations that the test has at once, and more */

/* Where the library has mapped the page; a program gets it with its welcome. */
static struct hints *page_of_user(void)
{
    char line[512];
    FILE *f = fopen("/proc/self/maps", "r");
    uintptr_t at = 0;
    while (f && !at && fgets(line, sizeof line, f)) {
        uintptr_t from;
        if (strstr(line, "/memfd:snanode-hints") && sscanf(line, "%" SCNxPTR, &from) == 1)
            at = from;
    }
    if (f)
        fclose(f);
    return (struct hints *)at;
}

static uint64_t next_random(uint64_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 7;
    *x ^= *x << 17;
    return *x;
}

/* A word that nobody has written: W, or something of it. */
static uint64_t falsified(uint64_t w, uint64_t random)
{
    switch (random % 4) {
    case 0:
        return next_random(&random);
    case 1:
        return (w & ~(uint64_t)STAY_STATE) | (random >> 8 & STAY_STATE);
    case 2:
        return w ^ (random >> 8 & (STAY_WAITS | STAY_OVER));
    default:
        return w + (random >> 8 & 0xFFFF) * STAY_COUNT;
    }
}

int main(int argc, char **argv)
{
    unsigned char id[CM_CID_SIZE], none[8];
    CM_INT32 rc;
    if (argc != 3)
        return 2;
    memset(none, ' ', sizeof none);
    cminit(id, none, &rc);
    struct hints *page = page_of_user();
    if (rc != CM_OK || !page) {
        printf("no page: %d\n", (int)rc);
        return 1;
    }
    uint64_t random = strtoull(argv[2], NULL, 10) * 2654435761u + 1;
    unsigned long changed = 0;
    time_t until = time(NULL) + atoi(argv[1]);
    while (time(NULL) < until) {
        stay_word *w = &page->of[next_random(&random) % SLOTS].stay;
        uint64_t is = atomic_load(w);
        if (is >> 32 == 0)
            continue;
        atomic_store(w, falsified(is, next_random(&random)));
        changed++;
        usleep((useconds_t)(next_random(&random) % 2000));
    }
    printf("changed %lu\n", changed);
    return 0;
}
