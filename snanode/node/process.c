/* The processes that have said hello. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "snanode/node/node.h"

struct process *node_process_add(struct node *n, int pid, unsigned uid, const char *program, uint64_t token,
                                 uint64_t cookie, uint64_t now_ms)
{
    struct process *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->id = n->next_process++;
    p->cookie = cookie;
    p->pid = pid;
    p->uid = uid;
    p->token = token;
    p->since_ms = now_ms;
    snprintf(p->program, sizeof p->program, "%s", program);
    list_init(&p->sides);
    list_append(&n->processes, &p->link);
    hash_add(&n->processes_by_id, &p->by_id, hash_u64(p->id));
    return p;
}

struct process *node_process(const struct node *n, uint32_t id)
{
    struct hash_node *h = hash_first(&n->processes_by_id, hash_u64(id)); /* a bijection */
    return h ? LIST_OWNER(h, struct process, by_id) : NULL;
}
