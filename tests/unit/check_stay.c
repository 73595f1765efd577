/* The word of a session that stays: its table cell by cell, and all interleavings of an invoker, a TP, the
 * node and another invoker.  Each conversation has to reach the TP once, nobody may wait for ever, no frame
 * of one bracket may be taken for one of the next, and the node's books have to be right in the end. */
#include "tests/unit/octets.h"

#include "snanode/local/stay.h"

#define GRANT   7u
#define GRANTED ((uint64_t)GRANT << 32)

/* From what the two programs do, not from the code.  Each line: a state, and where ALLOCATE, FLOW, the
 * invoker's end, ACCEPT and the TP's end lead; "-": this cannot be. */
static const char *const second[] = {
    /*              ALLOCATE FLOW  END-A  ACCEPT         END-B */
    "IDLE           -        -     -      READY          -",
    "READY          HELD     -     -      -              -",
    "HELD           -        BOTH  READY  -              -",
    "BOTH           -        -     TP     -              INVOKER",
    "TP             -        -     -      -              IDLE",
    "INVOKER        -        -     IDLE   INVOKER_READY  -",
    "INVOKER_READY  -        -     READY  -              -",
};

static const char *const names[STAY_N] = {"-",    "IDLE", "READY",   "HELD",
                                          "BOTH", "TP",   "INVOKER", "INVOKER_READY"};

static enum stay by_name(const char *name)
{
    for (int s = 0; s < STAY_N; s++)
        if (strcmp(names[s], name) == 0)
            return (enum stay)s;
    ck_abort_msg("%s is no state", name);
}

START_TEST(every_cell)
{
    for (int i = 0; i < OCTETS_ROWS(second); i++) {
        char line[100], *at = NULL;
        strcpy(line, second[i]);
        enum stay from = by_name(strtok_r(line, " ", &at));
        for (int e = 0; e < STAY_EVENT_N; e++) {
            const char *to = strtok_r(NULL, " ", &at);
            ck_assert_ptr_nonnull(to);
            ck_assert_msg(stay_next(from, (enum stay_event)e) == by_name(to), "%s, event %d", names[from], e);
        }
    }
    ck_assert_int_eq(OCTETS_ROWS(second), STAY_N - 1);
}
END_TEST

/* Whatever a program has written into the word, nothing is looked up beyond the tables. */
START_TEST(any_word)
{
    bool wake;
    uint32_t seen;
    for (uint32_t v = 0; v < 0x200; v++) {
        enum stay s = (enum stay)(v & STAY_STATE);
        for (int e = 0; e < STAY_EVENT_N; e++) {
            stay_word w = GRANTED | v;
            bool moved = stay_move(&w, GRANT, (enum stay_event)e, &wake);
            ck_assert_int_eq(moved, !(v & STAY_OVER) && stay_next(s, (enum stay_event)e) != STAY_NONE);
            ck_assert(moved || w == (GRANTED | v));
        }
        stay_word w = GRANTED | v;
        if (!stay_wait(&w, GRANT, &seen))
            ck_assert_uint_eq((uint32_t)w, v);
        ck_assert_uint_eq(stay_take(&w, GRANT) & STAY_STATE, s);
        ck_assert(!stay_wait(&w, GRANT, &seen));
        struct stay_due due = stay_due(v);
        ck_assert_int_eq(due.cut, s == STAY_READY || s == STAY_HELD || s == STAY_INVOKER_READY);
        ck_assert_int_eq(due.end_invoker, s == STAY_IDLE || s == STAY_READY || s == STAY_TP);
    }
}
END_TEST

/* ---- the model ---- */

enum { FRAMES = 6, BRACKETS = 2, OTHER = 0 /* the other invoker's conversation */ };
enum { BB = 1, REPLY, CEB, SIG }; /* a frame is such a number, and its bracket above it */
enum { MSG_ALLOCATE = 1, MSG_REJOIN, MSG_END };
enum { A_ALLOCATE, A_SLEEPS, A_ANSWER, A_HELD, A_BB, A_REPLY, A_CEB, A_END, A_SERVED, A_DONE };
enum { B_ACCEPT, B_LISTENS, B_REPLY, B_CEB, B_END, B_ASKS, B_DONE };

struct queue {
    uint8_t n, v[FRAMES];
};

struct model {
    uint32_t word;
    uint8_t a, b;              /* where both stand */
    uint8_t conv;              /* of the invoker */
    uint8_t bracket;           /* that the TP is in */
    uint8_t flowed;            /* brackets that the invoker has begun */
    uint8_t has_a, has_b;      /* an end of the pair */
    uint8_t answer;            /* the node's, to the invoker */
    uint8_t cut, moved, taken; /* the pair; what the node has done */
    uint8_t over_a, over_b;    /* the node's books */
    uint8_t free;              /* the session */
    uint8_t other;             /* the other invoker has come */
    uint8_t dead_a, dead_b, gone_a, gone_b;
    uint8_t sig, left, rough, slept; /* what each may do once */
    uint8_t served[BRACKETS + 1];
    struct queue ab, ba, from_a, from_b, waiting;
};

static bool tp_ends; /* the TP deallocates, in place of the invoker */
static unsigned kills;
static unsigned states, ends;

static void put(struct queue *q, unsigned v)
{
    ck_assert_uint_lt(q->n, FRAMES);
    q->v[q->n++] = (uint8_t)v;
}

static unsigned take(struct queue *q)
{
    unsigned v = q->v[0];
    memmove(q->v, q->v + 1, FRAMES - 1);
    q->v[FRAMES - 1] = 0;
    q->n--;
    return v;
}

/* Into the socket, unless it is cut. */
static void say(struct model *m, struct queue *q, unsigned what, unsigned bracket)
{
    if (!m->cut)
        put(q, what | bracket << 4);
}

static void wake(struct model *m)
{
    if (m->a == A_SLEEPS)
        m->a = A_ALLOCATE;
}

static bool move(struct model *m, enum stay_event e)
{
    stay_word w = GRANTED | m->word;
    bool wakes, moved = stay_move(&w, GRANT, e, &wakes);
    m->word = (uint32_t)w;
    if (moved && wakes)
        wake(m);
    return moved;
}

static void over(struct model *m)
{
    stay_word w = GRANTED | m->word;
    if (stay_take(&w, GRANT) & STAY_WAITS)
        wake(m);
    m->word = (uint32_t)w;
}

/* ---- the node ---- */

static void end_side(struct model *m, uint8_t *side)
{
    if (!*side && !m->moved)
        m->free = 1; /* the first end gives the session back */
    *side = 1;
}

static void take_back(struct model *m)
{
    over(m);
    if (m->taken)
        return;
    m->taken = 1;
    struct stay_due due = stay_due(m->word);
    m->moved = due.move;
    if (due.end_invoker)
        end_side(m, &m->over_a);
    if (due.end_tp)
        end_side(m, &m->over_b);
    m->cut |= due.cut;
}

static void node_hears_a(struct model *m)
{
    unsigned msg = take(&m->from_a);
    take_back(m);
    if (msg == MSG_END) {
        end_side(m, &m->over_a);
        m->cut = 1;
        return;
    }
    if (msg == MSG_REJOIN)
        ck_assert_msg(m->moved, "a new pair for a bracket that has flowed");
    else
        ck_assert_msg(m->free, "no session for Allocate");
    m->over_a = 1; /* of this pair */
    m->answer = 1;
    put(&m->waiting, m->conv);
}

static void node_hears_b(struct model *m)
{
    take(&m->from_b);
    take_back(m);
    end_side(m, &m->over_b);
    m->cut = 1;
}

/* The connection of a program that has died is closed. */
static void node_loses(struct model *m, uint8_t *gone, uint8_t *side)
{
    *gone = 1;
    take_back(m);
    end_side(m, side);
    m->free |= m->gone_a; /* with all that it has allocated */
    m->cut = 1;
}

/* ---- the invoker ---- */

static void next_conv(struct model *m)
{
    m->a = ++m->conv > BRACKETS ? A_DONE : A_ALLOCATE;
}

static void ask(struct model *m, unsigned msg)
{
    m->has_a = 0;
    put(&m->from_a, msg);
    m->a = A_ANSWER;
}

/* Sleep until the TP is back.  Returns false when that is of no use. */
static bool sleeps(struct model *m)
{
    stay_word w = GRANTED | m->word;
    uint32_t seen;
    if (m->slept || !stay_wait(&w, GRANT, &seen))
        return false;
    m->word = (uint32_t)w;
    m->a = A_SLEEPS;
    return true;
}

static void invoker_allocates(struct model *m)
{
    if (m->has_a && move(m, STAY_ALLOCATE)) {
        m->ba = (struct queue){0}; /* what the TP had said too late */
        m->a = A_HELD;
    } else if (!m->has_a || !sleeps(m)) {
        ask(m, MSG_ALLOCATE);
    }
}

static void invoker_ends(struct model *m, bool roughly)
{
    if (roughly)
        over(m);
    if (roughly || !move(m, STAY_INVOKER_END)) {
        put(&m->from_a, MSG_END);
        m->has_a = 0;
    }
    next_conv(m);
}

static bool invoker_hears(struct model *m)
{
    if (m->ba.n == 0 && !m->cut)
        return false;
    if (m->ba.n == 0) { /* the TP is dead */
        ck_assert(m->gone_b);
        invoker_ends(m, true);
        return true;
    }
    unsigned f = take(&m->ba);
    ck_assert_msg(f >> 4 == m->flowed, "a frame of bracket %u in bracket %u", f >> 4, m->flowed);
    if ((f & 15) == REPLY)
        m->a = tp_ends ? A_END : A_CEB;
    return true;
}

/* False: it waits. */
static bool invoker(struct model *m)
{
    switch (m->a) {
    case A_ALLOCATE:
        invoker_allocates(m);
        return true;
    case A_ANSWER:
        if (!m->answer)
            return false;
        m->answer = 0;
        m->a = A_SERVED;
        return true;
    case A_HELD:
        if (move(m, STAY_FLOW)) {
            m->flowed++;
            m->a = A_BB;
        } else
            ask(m, MSG_REJOIN);
        return true;
    case A_BB:
        say(m, &m->ab, BB, m->flowed);
        m->a = A_REPLY;
        return true;
    case A_REPLY:
        return invoker_hears(m);
    case A_CEB:
        say(m, &m->ab, CEB, m->flowed);
        m->a = A_END;
        return true;
    case A_END:
        invoker_ends(m, false);
        return true;
    case A_SERVED:
        if (!m->served[m->conv] && !m->gone_b)
            return false;
        m->free = 1;
        next_conv(m);
        return true;
    default:
        return false;
    }
}

/* ---- the TP ---- */

static void tp_leaves(struct model *m)
{
    put(&m->from_b, MSG_END);
    m->has_b = 0;
    m->b = B_ASKS;
}

static bool tp_hears(struct model *m)
{
    if (m->ab.n == 0 && !m->cut)
        return false;
    if (m->ab.n == 0) {
        tp_leaves(m);
        return true;
    }
    unsigned f = take(&m->ab);
    if (m->b == B_LISTENS && (f & 15) == BB) {
        m->bracket = (uint8_t)(f >> 4);
        ck_assert_int_eq(m->word & STAY_STATE, STAY_BOTH);
        m->served[m->conv]++; /* it is in this one until it has an answer */
        m->b = B_REPLY;
    } else if (m->b == B_CEB) {
        ck_assert_msg(f == (CEB | (unsigned)m->bracket << 4), "frame %02X in bracket %u", f, m->bracket);
        m->b = B_END;
    }
    return true;
}

static bool tp_asks(struct model *m)
{
    bool all = m->other;
    for (int i = 0; i <= BRACKETS; i++)
        all &= m->served[i];
    if (m->waiting.n > 0)
        m->served[take(&m->waiting)]++;
    else if (all || (m->dead_a && m->served[OTHER]))
        m->b = B_DONE;
    else
        return false;
    return true;
}

static bool tp(struct model *m)
{
    switch (m->b) {
    case B_ACCEPT:
        if (move(m, STAY_ACCEPT))
            m->b = B_LISTENS;
        else
            tp_leaves(m);
        return true;
    case B_LISTENS:
    case B_CEB:
        return tp_hears(m);
    case B_REPLY:
        say(m, &m->ba, REPLY, m->bracket);
        m->b = tp_ends ? B_END : B_CEB;
        return true;
    case B_END:
        if (move(m, STAY_TP_END))
            m->b = B_ACCEPT;
        else
            tp_leaves(m);
        return true;
    case B_ASKS:
        return tp_asks(m);
    default:
        return false;
    }
}

/* ---- all interleavings ---- */

enum {
    DO_INVOKER,
    DO_TP,
    DO_HEAR_A,
    DO_HEAR_B,
    DO_OTHER,  /* an Attach of somebody else for the TP */
    DO_WANT,   /* the node wants the session for a reason of its own */
    DO_WAKES,  /* the invoker has slept for long enough */
    DO_SIGNAL, /* the TP says something while the invoker may already have ended the bracket */
    DO_LEAVE,  /* the TP's Accept is cancelled */
    DO_ROUGH,  /* the invoker ends in another way than by Deallocate */
    DO_KILL_A,
    DO_KILL_B,
    DO_LOSE_A,
    DO_LOSE_B,
    DO_N
};

static bool once(uint8_t *flag, bool may)
{
    if (!may || *flag)
        return false;
    *flag = 1;
    return true;
}

static bool programs_do(struct model *m, int what)
{
    bool lives_a = !m->dead_a, lives_b = !m->dead_b;
    switch (what) {
    case DO_INVOKER:
        return lives_a && invoker(m);
    case DO_TP:
        return lives_b && tp(m);
    case DO_WAKES:
        if (!once(&m->slept, lives_a && m->a == A_SLEEPS))
            return false;
        m->a = A_ALLOCATE;
        return true;
    case DO_SIGNAL:
        if (!once(&m->sig, lives_b && m->b == B_CEB))
            return false;
        say(m, &m->ba, SIG, m->bracket);
        return true;
    case DO_LEAVE:
        if (!once(&m->left, lives_b && m->b == B_LISTENS && (m->word & STAY_STATE) != STAY_BOTH))
            return false;
        over(m);
        tp_leaves(m);
        return true;
    case DO_ROUGH:
        if (!once(&m->rough, lives_a && m->a == A_END))
            return false;
        invoker_ends(m, true);
        return true;
    case DO_KILL_A:
        return once(&m->dead_a, kills & 1);
    case DO_KILL_B:
        return once(&m->dead_b, kills & 2);
    default:
        return false;
    }
}

static bool node_does(struct model *m, int what)
{
    switch (what) {
    case DO_HEAR_A:
        if (m->from_a.n > 0)
            node_hears_a(m);
        else
            return false;
        return true;
    case DO_HEAR_B:
        if (m->from_b.n > 0)
            node_hears_b(m);
        else
            return false;
        return true;
    case DO_OTHER:
        if (!once(&m->other, true))
            return false;
        put(&m->waiting, OTHER);
        take_back(m);
        return true;
    case DO_WANT:
        if (m->taken)
            return false;
        take_back(m);
        return true;
    case DO_LOSE_A: /* what it had sent comes first */
        if (!m->dead_a || m->gone_a || m->from_a.n > 0)
            return false;
        node_loses(m, &m->gone_a, &m->over_a);
        return true;
    case DO_LOSE_B:
        if (!m->dead_b || m->gone_b || m->from_b.n > 0)
            return false;
        node_loses(m, &m->gone_b, &m->over_b);
        return true;
    default:
        return false;
    }
}

static bool does(struct model *m, int what)
{
    return programs_do(m, what) || node_does(m, what);
}

/* Nobody can do anything any more. */
static void at_rest(const struct model *m)
{
    ends++;
    ck_assert_msg(m->a == A_DONE || m->dead_a, "the invoker waits for ever at %u, TP at %u, word %s", m->a,
                  m->b, names[m->word & STAY_STATE]);
    ck_assert_msg(m->b == B_DONE || m->dead_b, "the TP waits for ever at %u, word %s", m->b,
                  names[m->word & STAY_STATE]);
    ck_assert(m->over_a && m->over_b && m->free);
    ck_assert_uint_eq(m->word / STAY_COUNT, m->flowed);
    for (int i = 0; i <= BRACKETS; i++)
        ck_assert_msg(m->served[i] == 1 || (m->served[i] == 0 && (m->dead_a || m->dead_b)),
                      "%d served %u times", i, m->served[i]);
}

/* Models that have been gone through. */
enum { SLOTS = 1 << 17 };
static struct model *seen;

static bool is_new(const struct model *m)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < sizeof *m; i++)
        h = (h ^ ((const uint8_t *)m)[i]) * 16777619u;
    for (;; h++) {
        struct model *at = &seen[h & (SLOTS - 1)];
        if (memcmp(at, m, sizeof *m) == 0)
            return false;
        if (at->conv == 0) {
            ck_assert_uint_lt(++states, SLOTS / 2);
            memcpy(at, m, sizeof *m);
            return true;
        }
    }
}

/* Nobody may depend on it. */
static bool may_never_come(int what)
{
    return what == DO_WAKES || what == DO_SIGNAL || what == DO_LEAVE || what == DO_ROUGH ||
           what == DO_KILL_A || what == DO_KILL_B;
}

static void go(const struct model *m)
{
    if (!is_new(m))
        return;
    bool any = false;
    for (int what = 0; what < DO_N; what++) {
        struct model next;
        memcpy(&next, m, sizeof next);
        if (!does(&next, what))
            continue;
        any |= !may_never_come(what);
        go(&next);
    }
    if (!any)
        at_rest(m);
}

START_TEST(all_interleavings)
{
    struct model m;
    memset(&m, 0, sizeof m);
    m.word = STAY_IDLE;
    m.conv = 1;
    m.has_a = m.has_b = 1;
    tp_ends = _i & 1;
    kills = (unsigned)_i / 2;
    states = ends = 0;
    seen = calloc(SLOTS, sizeof *seen);
    ck_assert_ptr_nonnull(seen);
    go(&m);
    ck_assert_uint_gt(states, 1000);
    ck_assert_uint_gt(ends, 1);
    free(seen);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("a session that stays");
    TCase *t = tcase_create("word");
    tcase_add_test(t, every_cell);
    tcase_add_test(t, any_word);
    suite_add_tcase(s, t);
    t = tcase_create("model");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, all_interleavings, 0, 6); /* who deallocates; nobody dies, the invoker, the TP */
    suite_add_tcase(s, t);
    return octets_run(s);
}
