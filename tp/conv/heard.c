#include "tp/conv/heard.h"

static struct hint *counted(const struct conv *c)
{
    return heard_counted(&c->channel.heard);
}

void heard_begin(struct conv *c)
{
    const struct hints *p = page_hints();
    struct conv_heard *h = &c->channel.heard;
    *h = (struct conv_heard){.page = p ? atomic_load(&p->page) : 0,
                             .conv = c->node.id,
                             .side = c->node.accepted,
                             .read = HINT_START};
}

void heard_wrote(const struct conv *c, unsigned n)
{
    hint_came(counted(c), !c->channel.heard.side, n);
}

void heard_read(struct conv *c)
{
    c->channel.heard.read++;
}

bool heard_any(struct conv *c)
{
    struct hint *h = counted(c);
    uint32_t came = h ? atomic_load_explicit(&h->came[c->channel.heard.side], memory_order_acquire) : 0;
    c->channel.heard.came = came;
    return came == 0 || came != c->channel.heard.read;
}

/* All that had been counted before the look has been read, whatever was lost in counting. */
void heard_nothing(struct conv *c)
{
    c->channel.heard.read = c->channel.heard.came;
}
