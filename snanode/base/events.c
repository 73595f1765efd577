#include "snanode/base/events.h"

static const struct {
    unsigned number, error;
    enum log_level level;
} rows[EVENT_N] = {
#define X(name, number, error, level) [EVENT_##name] = {number, error, level},
    EVENTS(X)
#undef X
};

unsigned events_number(enum sna_event e)
{
    return rows[e].number;
}

unsigned events_error(enum sna_event e)
{
    return rows[e].error;
}

enum log_level events_level(enum sna_event e)
{
    return rows[e].level;
}
