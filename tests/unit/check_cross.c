/* Errors that cross.  Two programs, which are the library's own engine, hold a conversation: once over a
 * socket pair, and once over two bridges and a session.  All interleavings of what they do and of what is
 * under way are gone through.  Over the session no bridge may see a breach, nobody may wait for ever, the
 * next bracket has to come through, and both programs have to see what they could see over the socket pair.
 */
#include <stdio.h>

#include "snanode/link/pipe.h"
#include "snanode/local/frame.h"
#include "snanode/wire/sense.h"
#include "tests/unit/octets.h"
#include "tp/conv/kept.h"
#include "tp/conv/async.h"
#include "tp/conv/channel.h"
#include "tp/conv/control.h"
#include "tp/conv/failure.h"
#include "tp/conv/half.h"
#include "tp/conv/interrupt.h"
#include "tp/conv/op.h"
#include "tp/conv/receiving.h"
#include "tp/conv/sending.h"
#include "tp/conv/state.h"
#include "tp/conv/table.h"

enum { FRAMES = 24, ROOM = 256, LARGE = 150, TELLS = 400, DEPTH = 1000, SKIP_AFTER = 60 };

/* ---- frames and BIUs under way ---- */

struct frame {
    size_t n;
    uint8_t octets[ROOM];
};

struct queue {
    unsigned head, n;
    struct frame f[FRAMES];
    bool eof; /* the writer has closed, and what is here was the last */
};

static void queue_put(struct queue *q, const struct frame *f)
{
    if (q->n >= FRAMES)
        ck_abort_msg("too many frames");
    q->f[(q->head + q->n++) % FRAMES] = *f;
}

static const struct frame *queue_take(struct queue *q)
{
    const struct frame *f = &q->f[q->head];
    q->head = (q->head + 1) % FRAMES;
    q->n--;
    return f;
}

struct way {
    unsigned head, n;
    struct biu *u[FRAMES];
};

/* ---- programs ---- */

struct program {
    struct conv conv; /* first: the engine's hooks get it */
    struct stats_slot slot;
    struct queue in, out; /* its socket: what has arrived, what it has written */
    const char *script;   /* what it wants to do, one letter each: see issue() */
    struct op op;
    bool busy, accepted, empty; /* EMPTY: the last step found nothing more to read */
    unsigned steps, reads;
    uint8_t buf[ROOM], rx[FRAME_HDR + ROOM];
    char tells[TELLS]; /* what its calls returned */
};

static struct program prog[2];
static struct pipe pipes[2];
static struct way ways[2]; /* from the bridge of this side */
static bool on_link, traced;
static uint64_t key[4]; /* what each program and each bridge has seen, in this order */
static const char *broken;
static uint8_t window; /* of the session, in requests; 0: not paced */
static bool second_begun, second_came;
static bool lost; /* a program was told that its session is */
static struct sna_err err;

static struct program *of(struct conv *c)
{
    return (struct program *)c;
}

static int side_of(const struct program *p)
{
    return (int)(p - prog);
}

/* The engine's socket. */
ssize_t channel_read(struct conv *c, bool wait)
{
    struct program *p = of(c);
    (void)wait;
    if (p->in.n == 0) {
        p->empty = true;
        return p->in.eof ? -1 : 0;
    }
    const struct frame *f = queue_take(&p->in);
    p->reads++;
    memcpy(c->channel.buf, f->octets, f->n);
    return (ssize_t)f->n;
}

int channel_write(struct conv *c, const struct chain_frame *f, unsigned n, bool wait)
{
    (void)wait;
    for (unsigned i = 0; i < n; i++) {
        struct frame out = {.n = FRAME_HDR};
        memcpy(out.octets, f[i].hdr, FRAME_HDR);
        for (unsigned k = 0; k < f[i].n_segs; out.n += f[i].segs[k++].n) {
            if (out.n + f[i].segs[k].n > ROOM)
                ck_abort(); /* an assertion that holds writes to a pipe each time */
            memcpy(out.octets + out.n, f[i].segs[k].p, f[i].segs[k].n);
        }
        queue_put(&of(c)->out, &out);
    }
    return 0;
}

int channel_drain_queue(struct conv *c, bool wait)
{
    (void)c;
    (void)wait;
    return 1;
}

bool channel_signal_waits(const struct conv *c)
{
    (void)c;
    return false;
}

void channel_hurry(struct conv *c)
{
    (void)c;
}

bool channel_ahead(struct conv *c, bool keep, bool (*takes)(struct conv *c, const uint8_t *frame, size_t n))
{
    (void)c;
    (void)keep;
    (void)takes;
    return true;
}

/* The rest of the library. */
void conv_put(struct conv *c)
{
    (void)c;
}

void conv_void(struct conv *c)
{
    of(c)->out.eof = true;
}

bool kept_flow(struct conv *c)
{
    (void)c;
    return true;
}

int kept_rejoin(struct conv *c)
{
    (void)c;
    return -1;
}

bool kept_end(struct conv *c)
{
    (void)c;
    return false;
}

void control_end(uint32_t node_id, bool accepted)
{
    (void)node_id;
    (void)accepted;
}

void control_log(uint32_t node_id, bool accepted, uint32_t sense, const uint8_t *text, unsigned n)
{
    (void)node_id;
    (void)accepted;
    (void)sense;
    (void)text;
    (void)n;
}

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    (void)id;
    *t = (struct timespec){.tv_sec = 0};
    return 0;
}

void async_complete(struct conv *c, enum outcome outcome)
{
    (void)c;
    (void)outcome;
}

static void program_begin(struct program *p, bool accepted, const char *script)
{
    half_free(&p->conv);
    memset(p, 0, sizeof *p);
    p->script = script;
    p->accepted = !accepted;
    struct conv *c = &p->conv;
    c->attach.type = CONV_MAPPED;
    pthread_mutex_init(&c->log.lock, NULL);
    c->node.accepted = accepted;
    c->node.max_ru = 64;
    c->node.id = 1;
    c->node.port = -1;
    c->node.slot = &p->slot;
    c->channel.buf = p->rx;
    c->channel.cap = sizeof p->rx;
    list_init(&c->channel.in);
    list_init(&c->channel.out);
    c->life = LIFE_IDLE;
    c->state = accepted ? CS_RECEIVE : CS_SEND;
    if (!half_init(c))
        ck_abort();
}

static void tell(struct program *p, const char *text)
{
    if (strlen(p->tells) + strlen(text) + 2 >= TELLS)
        ck_abort_msg("%s", p->tells);
    strcat(p->tells, text);
}

static bool may(const struct program *p, enum verb v)
{
    return op_check(&p->conv, v) == OUTCOME_OK;
}

static struct op receive_op(struct program *p)
{
    return receiving(RECORD_MAPPED, false, p->buf, sizeof p->buf);
}

/* The next call of the script that the state allows.  s Send_Data with a flush, b more of it without, e
 * Send_Error, l with log data, c Confirm, p q
 * Prepare_To_Receive without and with confirmation, d f Deallocate likewise, a Deallocate(ABEND), r Receive.
 * E and A: e and a over an incomplete Receive, which is issued first.  X: Cancel over what is incomplete. */
static bool issue(struct program *p, struct op *op)
{
    static const uint8_t data[] = "x", large[LARGE];
    enum conv_state s = (enum conv_state)p->conv.state;
    char want = *p->script;
    bool receives = s == CS_SEND || s == CS_SEND_PENDING || s == CS_RECEIVE;
    switch (want) {
    case 's':
        *op = sending_end(CHAIN_FLUSH);
        sending_data(op, true, data, 1);
        return may(p, VERB_SEND);
    case 'b':
        *op = sending_end(CHAIN_MORE);
        sending_data(op, true, large, sizeof large);
        return may(p, VERB_SEND);
    case 'l':
        conv_set_log(&p->conv, large, 100);
        *op = interrupt_error(false);
        return may(p, VERB_SEND_ERROR);
    case 'e':
        *op = interrupt_error(false);
        return may(p, VERB_SEND_ERROR);
    case 'c':
        *op = sending_end(CHAIN_CONFIRM);
        return may(p, VERB_CONFIRM);
    case 'p':
        *op = sending_end(CHAIN_TURN);
        return may(p, VERB_PREPARE_FLUSH);
    case 'q':
        *op = sending_end(CHAIN_CONFIRM_TURN);
        return may(p, VERB_PREPARE_CONFIRM);
    case 'd':
        *op = sending_end(CHAIN_DEALLOCATE);
        return may(p, VERB_DEALLOCATE_FLUSH);
    case 'f':
        *op = sending_end(CHAIN_CONFIRM_DEALLOCATE);
        return may(p, VERB_DEALLOCATE_CONFIRM);
    case 'a':
    case 'X':
        *op = sending_abend();
        return true;
    case 'r':
        *op = receive_op(p);
        return receives;
    case 'E':
    case 'A':
        if (!receives)
            return false;
        *op = receive_op(p);
        p->script--; /* it stays wanted */
        return true;
    default:
        return false;
    }
}

/* What a program does when its script does not say: it reads, confirms, and ends what it may end. */
static char otherwise(struct program *p, struct op *op)
{
    enum conv_state s = (enum conv_state)p->conv.state;
    bool confirm = s == CS_CONFIRM || s == CS_CONFIRM_SEND || s == CS_CONFIRM_DEALLOCATE;
    if (confirm) {
        *op = sending_confirmed(&p->conv);
        return 'k';
    }
    if (!*p->script && s != CS_RECEIVE) {
        *op = sending_end(CHAIN_DEALLOCATE);
        return 'd';
    }
    *op = receive_op(p);
    return 'r';
}

static void tell_call(struct program *p, char call)
{
    char text[40] = {call, '\0'};
    lost = lost || p->op.outcome == OUTCOME_RESOURCE_FAILURE_RETRY ||
           p->op.outcome == OUTCOME_RESOURCE_FAILURE_NO_RETRY;
    if (p->op.outcome != OUTCOME_OK)
        snprintf(text, sizeof text, "%c%d", call, (int)p->op.outcome);
    bool came = p->op.receive && (p->op.outcome == OUTCOME_OK || p->op.outcome == OUTCOME_DEALLOCATED_NORMAL);
    if (came && p->op.got > 0)
        tell(p, "x");
    if (came && p->op.status)
        snprintf(text, sizeof text, "%d", (int)p->op.status);
    else if (came && p->op.outcome == OUTCOME_OK)
        return; /* data and status tell the same in one call and in two */
    tell(p, text);
    tell(p, " ");
}

/* Over the Receive that is incomplete, as interrupt_error_over() and sending_abend_over() do. */
static void overtake(struct program *p)
{
    char want = *p->script++;
    p->busy = false;
    if (want == 'A') {
        sending_abend_over(&p->conv, SENSE_ABEND_PROG);
        tell(p, "A ");
        return;
    }
    struct op op = interrupt_error(false);
    enum outcome o = interrupt_error_over(&p->conv, &op);
    p->op = op;
    p->op.outcome = o;
    tell_call(p, 'E');
}

/* Cancel_Conversation, over whatever is incomplete. */
static void cancel(struct program *p)
{
    p->script++;
    p->busy = false;
    conv_abend(&p->conv);
    tell(p, "X ");
}

static bool can_step(const struct program *p)
{
    if (!p->accepted || p->conv.state == CS_RESET)
        return false;
    bool over = p->busy && ((p->op.receive && (*p->script == 'E' || *p->script == 'A')) || *p->script == 'X');
    return !p->busy || !p->empty || p->in.n > 0 || p->in.eof || over;
}

static char called[2];

static void program_step(struct program *p)
{
    char *call = &called[side_of(p)];
    bool ready = p->in.n > 0 || p->in.eof;
    p->empty = false;
    if (*p->script == 'X' && !ready && p->busy) {
        cancel(p);
        return;
    }
    if (p->busy && !ready && p->op.receive && (*p->script == 'E' || *p->script == 'A')) {
        overtake(p);
        return;
    }
    if (!p->busy) {
        if (p->steps++ > SKIP_AFTER && *p->script)
            p->script++; /* it never comes to a state that allows this */
        *call = *p->script;
        if (issue(p, &p->op))
            p->script++;
        else
            *call = otherwise(p, &p->op);
        if (*call == 'E' || *call == 'A')
            *call = 'r';
    }
    p->busy = p->op.step(&p->conv, &p->op) != STEP_DONE;
    if (p->busy)
        return;
    op_finish(&p->conv, &p->op);
    tell_call(p, *call);
}

/* ---- the way ---- */

static const uint8_t fmh5[] = {0x0A, 0x05, 0x02, 0xFF, 0x00, 0x03, 0xD1, 0x00, 0x40, 0x00};

static void trace(const char *what, int side, const struct rh *rh, const uint8_t *ru, size_t n)
{
    uint8_t h[RH_LEN];
    if (!traced)
        return;
    fprintf(stderr, "%-8s %c", what, 'A' + side);
    if (rh) {
        rh_encode(rh, h);
        fprintf(stderr, "  %02X%02X%02X ", h[0], h[1], h[2]);
        for (size_t i = 0; i < n; i++)
            fprintf(stderr, "%02X", ru[i]);
    } else if (strcmp(what, "step") == 0) {
        fprintf(stderr, "  %c -> %s  state %d", called[side] ? called[side] : '-', prog[side].tells,
                (int)prog[side].conv.state);
    }
    fprintf(stderr, "\n");
}

static void breach(void)
{
    static char text[80];
    snprintf(text, sizeof text, "%08X %s", err.sense, err.text ? err.text : "");
    broken = text;
}

/* What the bridge of SIDE has for its program and for the session goes on at once. */
static void pass_on(int side)
{
    struct pipe *x = &pipes[side];
    struct biu *u;
    uint32_t conv;
    struct frame f;
    uint8_t frame[FRAME_HDR + FRAME_RU_MAX];
    while ((u = pipe_next(x))) {
        struct way *w = &ways[side];
        if (w->n >= FRAMES)
            ck_abort_msg("too much under way");
        w->u[(w->head + w->n++) % FRAMES] = u;
        trace("flows", side, &u->rh, u->ru, u->n);
    }
    while ((f.n = pipe_front(x, &conv, frame)) > 0) {
        if (f.n > ROOM)
            ck_abort();
        memcpy(f.octets, frame, f.n);
        if (conv == 1)
            queue_put(&prog[side].in, &f);
        else
            second_came = f.octets[f.n - 1] == 'Z';
        pipe_pop(x);
    }
}

static void frame_into_bridge(int side)
{
    struct queue *q = &prog[side].out;
    if (q->n == 0) {
        q->eof = false;
        trace("gone", side, NULL, NULL, 0);
        if (pipes[side].conv == 1)
            pipe_abandon(&pipes[side], SENSE_ABEND_PROG);
        return;
    }
    const struct frame *f = queue_take(q);
    struct rh rh;
    if (rh_decode(f->octets + 1, RH_LEN, &rh, NULL) > 0)
        trace("put", side, &rh, f->octets + FRAME_HDR, f->n - FRAME_HDR);
    if (pipe_put(&pipes[side], 1, f->octets, f->n, &err) != PIPE_PUT)
        breach();
}

static void biu_arrives(int side)
{
    struct way *w = &ways[!side];
    struct biu *u = w->u[w->head];
    struct rh rh = u->rh;
    w->head = (w->head + 1) % FRAMES;
    w->n--;
    trace("arrives", side, &rh, u->ru, u->n);
    int r = pipe_receive(&pipes[side], u->expedited, u->snf, &rh, u->ru, u->n, &err);
    bool attach = r == PIPE_FOR_NODE && !rh.rri && rh.category == RH_FMD && rh.fi && u->n >= sizeof fmh5;
    if (attach) {
        uint32_t conv = second_begun && side == 1 && prog[1].accepted ? 2 : 1;
        r = pipe_accept(&pipes[side], conv, &rh, u->ru + sizeof fmh5, u->n - sizeof fmh5, &err);
        prog[side].accepted = true;
    } else if (r == PIPE_FOR_NODE) {
        err = (struct sna_err){.sense = SENSE_BRACKET, .text = "not for the node"};
        r = -1;
    }
    if (r < 0)
        breach();
    free(u);
}

/* The first bracket is over here: the next one begins. */
static void begin_second(void)
{
    static const uint8_t frame[] = {0, 0x03, 0x90, 0x81, 'Z'};
    second_begun = true;
    trace("second", 0, NULL, NULL, 0);
    pipe_over(&pipes[0]);
    pipe_converse(&pipes[0], 2, fmh5, sizeof fmh5, true);
    if (pipe_put(&pipes[0], 2, frame, sizeof frame, &err) != PIPE_PUT)
        breach();
}

static void frame_over_socket(int side)
{
    struct program *to = &prog[!side];
    struct queue *q = &prog[side].out;
    if (q->n == 0) {
        q->eof = false;
        to->in.eof = true;
        return;
    }
    const struct frame *f = queue_take(q);
    struct rh rh;
    if (rh_decode(f->octets + 1, RH_LEN, &rh, NULL) > 0)
        trace("arrives", !side, &rh, f->octets + FRAME_HDR, f->n - FRAME_HDR);
    queue_put(&to->in, f);
    to->accepted = true;
}

/* ---- events ---- */

enum { STEP_A, STEP_B, FRAME_A, FRAME_B, ARRIVE_A, ARRIVE_B, SECOND, EVENTS };

static unsigned enabled(void)
{
    unsigned e = 0;
    for (int k = 0; k < 2; k++) {
        if (can_step(&prog[k]))
            e |= 1u << (STEP_A + k);
        if (prog[k].out.n > 0 || prog[k].out.eof)
            e |= 1u << (FRAME_A + k);
        if (on_link && ways[!k].n > 0)
            e |= 1u << (ARRIVE_A + k);
    }
    if (on_link && !second_begun && prog[0].conv.state == CS_RESET && pipes[0].conv == 0)
        e |= 1u << SECOND;
    return e;
}

static void mix(int who, unsigned event, unsigned a, unsigned b)
{
    key[who] = (key[who] ^ (event + 1)) * 0x9E3779B97F4A7C15u;
    key[who] = (key[who] ^ (key[who] >> 29) ^ a) * 0xBF58476D1CE4E5B9u;
    key[who] = (key[who] ^ (key[who] >> 32) ^ b) * 0x94D049BB133111EBu;
}

static void happen(unsigned e)
{
    int k = (int)(e & 1);
    switch (e) {
    case STEP_A:
    case STEP_B:
        prog[k].reads = 0;
        program_step(&prog[k]);
        trace("step", k, NULL, NULL, 0);
        mix(k, e, prog[k].reads, prog[k].empty);
        break;
    case FRAME_A:
    case FRAME_B:
        if (on_link) {
            frame_into_bridge(k);
            pass_on(k);
            mix(2 + k, e, 0, 0);
        } else {
            frame_over_socket(k);
            mix(2 + k, e, 0, 0);
        }
        break;
    case ARRIVE_A:
    case ARRIVE_B:
        biu_arrives(k);
        pass_on(k);
        mix(2 + k, e, 0, 0);
        break;
    default:
        begin_second();
        pass_on(0);
        mix(2, e, 0, 0);
    }
}

static void world_clear(void)
{
    for (int k = 0; k < 2; k++) {
        for (; ways[k].n > 0; ways[k].n--, ways[k].head = (ways[k].head + 1) % FRAMES)
            free(ways[k].u[ways[k].head]);
        pipe_fini(&pipes[k]);
    }
}

static void world_begin(const char *a, const char *b)
{
    const struct pipe_params params = {.send_ru = 64, .send_window = window, .recv_window = window};
    world_clear();
    for (int k = 0; k < 2; k++) {
        pipe_init(&pipes[k], &params);
        program_begin(&prog[k], k == 1, k ? b : a);
    }
    pipe_converse(&pipes[0], 1, fmh5, sizeof fmh5, true);
    memset(key, 0, sizeof key);
    broken = NULL;
    second_begun = second_came = lost = false;
}

static void world_end(void)
{
    world_clear();
    for (int k = 0; k < 2; k++)
        half_free(&prog[k].conv);
}

/* ---- all interleavings ---- */

enum { SET = 1 << 20, ENDS = 4096 };

static uint64_t seen[SET];
static unsigned n_seen;

static bool is_new(void)
{
    uint64_t h = key[0] * 3 ^ key[1] * 5 ^ key[2] * 7 ^ key[3] * 11 ^ 1;
    for (unsigned i = (unsigned)(h >> 20) % SET;; i = (i + 1) % SET) {
        if (seen[i] == h)
            return false;
        if (seen[i] == 0) {
            seen[i] = h;
            if (++n_seen > SET / 2)
                ck_abort_msg("too many states");
            return true;
        }
    }
}

struct ends {
    unsigned n;
    char text[ENDS][2 * TELLS + 4];
};

static struct ends at_home;

static bool ends_have(const struct ends *s, const char *text)
{
    for (unsigned i = 0; i < s->n; i++)
        if (strcmp(s->text[i], text) == 0)
            return true;
    return false;
}

static unsigned path[DEPTH];
static const char *script_a, *script_b;

static void replay(unsigned depth)
{
    world_begin(script_a, script_b);
    for (unsigned i = 0; i < depth; i++)
        happen(path[i]);
}

static unsigned failures;

static void failed(unsigned depth, const char *why)
{
    char text[200];
    snprintf(text, sizeof text, "%s", why);
    if (failures++ > 0)
        return;
    traced = true;
    replay(depth);
    traced = false;
    fprintf(stderr, "programs %s and %s: %s\n", script_a, script_b, text);
    fprintf(stderr, "  A: %s\n  B: %s\n", prog[0].tells, prog[1].tells);
}

/* Nothing more can happen. */
static void at_end(unsigned depth)
{
    char text[2 * TELLS + 4];
    snprintf(text, sizeof text, "%s| %s", prog[0].tells, prog[1].tells);
    if (prog[0].conv.state != CS_RESET || (prog[1].accepted && prog[1].conv.state != CS_RESET)) {
        failed(depth, "somebody waits for ever");
        return;
    }
    if (lost) {
        failed(depth, "a session is lost");
        return;
    }
    if (!on_link) {
        if (!ends_have(&at_home, text)) {
            ck_assert_uint_lt(at_home.n, ENDS);
            strcpy(at_home.text[at_home.n++], text);
        }
        return;
    }
    if (!second_came)
        failed(depth, "the next bracket does not come through");
    else if (at_home.n > 0 && !ends_have(&at_home, text))
        failed(depth, "this does not happen between local programs");
}

static void walk(uint32_t seed)
{
    unsigned depth = 0;
    replay(0);
    for (unsigned e; !broken && (e = enabled()) != 0; depth++) {
        unsigned among[EVENTS], n = 0;
        for (unsigned i = 0; i < EVENTS; i++)
            if (e & 1u << i)
                among[n++] = i;
        seed = seed * 1664525u + 1013904223u;
        path[depth] = among[(seed >> 8) % n];
        happen(path[depth]);
        if (depth >= DEPTH - 1)
            ck_abort_msg("%s and %s never end", script_a, script_b);
    }
    if (broken)
        failed(depth, broken);
    else
        at_end(depth);
}

static void explore(bool link)
{
    static unsigned tried[DEPTH];
    unsigned depth = 0;
    on_link = link;
    memset(seen, 0, sizeof seen);
    n_seen = 0;
    tried[0] = 0;
    replay(0);
    for (;;) {
        unsigned e = enabled(), left = e & ~tried[depth];
        if (broken) {
            failed(depth, broken);
            left = 0;
        } else if (e == 0) {
            at_end(depth);
        }
        if (left == 0) {
            if (depth == 0)
                return;
            replay(--depth);
            continue;
        }
        unsigned next = (unsigned)__builtin_ctz(left);
        tried[depth] |= 1u << next;
        happen(next);
        path[depth] = next;
        if (!is_new() && !broken) {
            replay(depth);
            continue;
        }
        if (++depth >= DEPTH - 1)
            ck_abort_msg("%s and %s never end", script_a, script_b);
        tried[depth] = 0;
    }
}

static const struct {
    const char *a, *b;
} charts[] = {
    {"s", "e"},  {"ss", "e"},  {"se", "e"}, {"sp", "e"},  {"sc", "e"},  {"sq", "e"},   {"sd", "e"},
    {"sf", "e"}, {"sa", "e"},  {"sa", "a"}, {"sc", "a"},  {"sd", "a"},  {"sf", "a"},   {"sq", "a"},
    {"s", "E"},  {"s", "A"},   {"sp", "a"}, {"spa", "e"}, {"spa", "a"}, {"spa", "sa"}, {"spA", "a"},
    {"bd", "e"}, {"bd", "le"}, {"l", "e"},  {"l", "l"},
};

START_TEST(chart)
{
    script_a = charts[_i].a;
    script_b = charts[_i].b;
    failures = 0;
    at_home.n = 0;
    explore(false);
    explore(true);
    world_end();
    ck_assert_uint_eq(failures, 0);
}
END_TEST

static const struct {
    const char *a, *b;
} walks[] = {
    {"spe", "e"},  {"spe", "se"},   {"scse", "ee"}, {"spE", "e"},  {"spE", "rse"}, {"spA", "rse"},
    {"see", "eE"}, {"scpe", "Esa"}, {"sqe", "e"},   {"sfe", "Ee"}, {"s", "e"},     {"sc", "e"},
    {"sd", "a"},   {"sf", "a"},     {"sq", "a"},    {"s", "E"},    {"s", "A"},     {"spa", "sa"},
};

/* Longer ones, by chance: without pacing, and with windows of one request and of two. */
START_TEST(by_chance)
{
    script_a = walks[_i].a;
    script_b = walks[_i].b;
    failures = 0;
    at_home.n = 0;
    explore(false);
    on_link = true;
    for (window = 0; window <= 2; window++)
        for (uint32_t i = 0; i < 1000; i++)
            walk(i * 7919 + window);
    world_end();
    ck_assert_uint_eq(failures, 0);
}
END_TEST

/* Any programs: no breach, and nobody waits for ever. */
START_TEST(any_programs)
{
    static const char calls[] = "ssssbbellccppqqdfarrEAX";
    char a[12], b[12];
    uint32_t seed = (uint32_t)_i + 1;
    script_a = a;
    script_b = b;
    failures = 0;
    on_link = true;
    for (unsigned i = 0; i < 30000 && !failures; i++) {
        for (unsigned k = 0; k < 22; k++) {
            seed = seed * 1664525u + 1013904223u;
            (k < 11 ? a : b)[k % 11] = (seed >> 8) % 8 == 0 ? '\0' : calls[(seed >> 12) % (sizeof calls - 1)];
        }
        a[11] = b[11] = '\0';
        window = (uint8_t)(i % 3);
        at_home.n = 0;
        walk(seed);
    }
    world_end();
    ck_assert_uint_eq(failures, 0);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("errors that cross");
    TCase *tc = tcase_create("charts");
    tcase_set_tags(tc, "exhaustive");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, chart, 0, OCTETS_ROWS(charts));
    suite_add_tcase(s, tc);
    tc = tcase_create("walks");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, by_chance, 0, OCTETS_ROWS(walks));
    suite_add_tcase(s, tc);
    tc = tcase_create("any");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, any_programs, 0, 4);
    suite_add_tcase(s, tc);
    for (int k = 0; k < 2; k++) {
        list_init(&pipes[k].requests);
        list_init(&pipes[k].responses);
        list_init(&pipes[k].expedited);
        list_init(&pipes[k].in);
    }
    return octets_run(s);
}
