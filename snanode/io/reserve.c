#include "snanode/io/reserve.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

union block {
    union block *next; /* of those that have come back */
    max_align_t align;
    unsigned char octets[RESERVE_BLOCK];
};

static struct {
    union block blocks[RESERVE_BLOCKS];
    union block *back; /* given back, to be used again */
    size_t touched; /* blocks before this one have been in use; the system has no pages for the others yet */
    size_t used;
} reserve;

bool reserve_has(const void *p)
{
    return (uintptr_t)p - (uintptr_t)reserve.blocks < sizeof reserve.blocks;
}

static void *block_take(size_t n)
{
    union block *b = reserve.back;
    if (n > RESERVE_BLOCK || reserve.used == RESERVE_BLOCKS)
        return NULL;
    reserve.used++;
    if (!b)
        return &reserve.blocks[reserve.touched++];
    reserve.back = b->next;
    return b;
}

static void block_give_back(union block *b)
{
    b->next = reserve.back;
    reserve.back = b;
    reserve.used--;
}

void *reserve_take(size_t n)
{
    void *p = malloc(n);
    return p ? p : block_take(n);
}

void reserve_give_back(void *p)
{
    if (reserve_has(p))
        block_give_back(p);
    else
        free(p);
}

static void *resize_block(void *block, size_t n)
{
    void *p = n > RESERVE_BLOCK ? malloc(n) : block;
    if (p && p != block) {
        memcpy(p, block, RESERVE_BLOCK);
        block_give_back(block);
    }
    return p;
}

void *reserve_resize(void *p, size_t n)
{
    if (!p)
        return reserve_take(n);
    return reserve_has(p) ? resize_block(p, n) : realloc(p, n);
}

bool reserve_suffices(void)
{
    return reserve.used <= RESERVE_BLOCKS / 2;
}
