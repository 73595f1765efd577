#include "snanode/link/pacing.h"

#include "snanode/wire/sense.h"

enum { FIRST_ADAPTIVE = 1, WINDOW_LARGEST = 64 };

static int broken(struct sna_err *e, const char *text)
{
    return sna_err_set(e, SENSE_PACING, 0, text);
}

void pacing_send_init(struct pacing_send *p, enum pacing_kind kind, uint16_t window)
{
    if (kind == PACING_FIXED && window == 0)
        kind = PACING_NONE;
    *p = (struct pacing_send){
        .kind = kind, .window = window, .next = kind == PACING_ADAPTIVE ? FIRST_ADAPTIVE : window};
}

bool pacing_send_may(const struct pacing_send *p)
{
    return p->kind == PACING_NONE || p->left > 0 || p->next > 0;
}

bool pacing_send_request(struct pacing_send *p)
{
    if (p->kind == PACING_NONE)
        return false;
    bool first = p->left == 0;
    if (first) {
        p->left = p->next;
        p->next = 0;
        p->asked = true;
    }
    p->left--;
    return first;
}

int pacing_send_response(struct pacing_send *p, struct sna_err *e)
{
    if (p->kind != PACING_FIXED || !p->asked)
        return broken(e, "a pacing response that was not asked for");
    p->asked = false;
    p->next = p->window;
    return 0;
}

int pacing_send_ipm(struct pacing_send *p, const struct ipm *m, struct ipm *ack, struct sna_err *e)
{
    if (p->kind != PACING_ADAPTIVE)
        return broken(e, "a pacing message on a session without adaptive pacing");
    if (m->type == IPM_UNSOLICITED) {
        p->left = 0;
        p->asked = false;
        p->next = m->window;
        *ack = (struct ipm){.type = IPM_RESET_ACK, .window = m->window};
        return 1;
    }
    if (m->type != IPM_SOLICITED || !p->asked)
        return broken(e, "a pacing message that was not asked for");
    p->asked = false;
    p->next = m->window;
    return 0;
}

void pacing_recv_init(struct pacing_recv *p, enum pacing_kind kind, uint16_t window)
{
    if (kind == PACING_FIXED && window == 0)
        kind = PACING_NONE;
    if (window == 0)
        window = FIRST_ADAPTIVE;
    *p = (struct pacing_recv){
        .kind = kind,
        .window = window,
        .capacity = (uint16_t)(2 * window),
        .next = kind == PACING_ADAPTIVE ? FIRST_ADAPTIVE : window,
    };
}

/* The sender could use more: twice the window, within bounds. */
static void enlarge(struct pacing_recv *p)
{
    if (p->kind != PACING_ADAPTIVE || p->window >= WINDOW_LARGEST)
        return;
    p->window = (uint16_t)(2 * p->window < WINDOW_LARGEST ? 2 * p->window : WINDOW_LARGEST);
    p->capacity = (uint16_t)(2 * p->window);
}

int pacing_recv_request(struct pacing_recv *p, bool pi, bool rlwi, struct sna_err *e)
{
    if (p->kind == PACING_NONE)
        return 0;
    bool first = p->left == 0;
    if (first && p->next == 0)
        return broken(e, "a request beyond the window");
    if (first != pi)
        return broken(e, pi ? "a pacing request inside a window" : "a window without a pacing request");
    if (first) {
        p->left = p->next;
        p->next = 0;
        p->owed = true; /* void while a reset is under way */
        if (rlwi)
            enlarge(p);
    }
    p->left--;
    return 0;
}

uint16_t pacing_recv_due(const struct pacing_recv *p, uint16_t queued)
{
    if (!p->owed || p->resetting || p->capacity <= (uint32_t)queued + p->left)
        return 0;
    uint16_t room = (uint16_t)(p->capacity - queued - p->left);
    if (room >= p->window)
        return p->window;
    /* Fixed windows cannot be smaller; small adaptive ones would only cost messages, unless all is read. */
    return p->kind == PACING_ADAPTIVE && queued == 0 ? room : 0;
}

void pacing_recv_granted(struct pacing_recv *p, uint16_t window)
{
    p->owed = false;
    p->next = window;
}

struct ipm pacing_recv_reset(struct pacing_recv *p, uint16_t window)
{
    p->resetting = true;
    p->reset = window;
    p->owed = false;
    return (struct ipm){.type = IPM_UNSOLICITED, .window = window};
}

int pacing_recv_ack(struct pacing_recv *p, const struct ipm *m, struct sna_err *e)
{
    if (!p->resetting || m->type != IPM_RESET_ACK || m->window != p->reset)
        return broken(e, "an acknowledgement of a reset that was not sent");
    p->resetting = false;
    p->left = 0;
    p->owed = false;
    p->next = p->reset;
    return 0;
}
