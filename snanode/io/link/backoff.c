#include "snanode/io/link/backoff.h"

#define FIRST_MS 1000

/* splitmix64 */
static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void backoff_init(struct backoff *b, unsigned longest_s, unsigned limit, uint64_t seed)
{
    *b = (struct backoff){.random = seed, .longest_ms = (longest_s ? longest_s : 1) * 1000u, .limit = limit};
    backoff_reset(b);
}

bool backoff_next(struct backoff *b, uint32_t *ms)
{
    b->tries++;
    if (b->limit && b->tries >= b->limit)
        return false;
    *ms = b->wait_ms - (uint32_t)(random_next(&b->random) % (b->wait_ms / 2 + 1));
    b->wait_ms = b->wait_ms < b->longest_ms / 2 ? 2 * b->wait_ms : b->longest_ms;
    return true;
}

void backoff_reset(struct backoff *b)
{
    b->tries = 0;
    b->wait_ms = FIRST_MS; /* never more than the longest */
}
