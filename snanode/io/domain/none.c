/* No engine: for a build without libnats. */
#include <stdio.h>

#include "snanode/io/domain/engine.h"

struct engine *engine_open(const struct engine_settings *set, int *fd, char *why, size_t cap)
{
    (void)set;
    *fd = -1;
    snprintf(why, cap, "this snanode was built without libnats");
    return NULL;
}

void engine_take(struct engine *e, unsigned most, void (*fn)(void *arg, const struct engine_news *news),
                 void *arg)
{
    (void)e;
    (void)most;
    (void)fn;
    (void)arg;
}

bool engine_put(struct engine *e, const char *key, const char *text, size_t n)
{
    (void)e;
    (void)key;
    (void)text;
    (void)n;
    return true;
}

bool engine_delete(struct engine *e, const char *key)
{
    (void)e;
    (void)key;
    return true;
}

void engine_close(struct engine *e, unsigned ms)
{
    (void)e;
    (void)ms;
}
