/* check_random.c - random calls with random arguments over a few conversations of one process.  Whatever
 * happens, a call returns one of its documented codes (codes.def), a state is one of the enumeration, and
 * nothing hangs.  The seed of each run is the test's number; CPIC_SECONDS says how long each may take. */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "tests/cpic/harness.h"

/* ---- codes.def as bits ---- */

struct allowed {
    const char *call;
    uint64_t codes;
};

static struct allowed table[] = {
#define CALL(name, codes) {#name "|" codes, 0},
#include "tests/cpic/codes.def"
#undef CALL
};
#define TABLE (int)(sizeof table / sizeof *table)

static uint64_t bits_of(const char *word)
{
    static const struct {
        const char *name;
        uint64_t bits;
    } sets[] = {
#define B(n) ((uint64_t)1 << (n))
        {"AR", B(3) | B(5) | B(6) | B(8) | B(9) | B(10) | B(11)},
        {"RF", B(26) | B(27)},
        {"AB", B(17) | B(30) | B(31)},
        {"PU", B(22) | B(33)},
        {"AS", B(35) | B(37)},
        {"PC", B(24)},
        {"SC", B(25)},
        {"PSE", B(20)},
    };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (strcmp(word, sets[i].name) == 0)
            return sets[i].bits;
    return B(atoi(word));
}

static void read_table(void)
{
    for (int i = 0; i < TABLE; i++) {
        char text[200], *save, *word;
        snprintf(text, sizeof text, "%s", table[i].call);
        table[i].call = strdup(strtok_r(text, "|", &save));
        while ((word = strtok_r(NULL, " ", &save)))
            table[i].codes |= bits_of(word);
    }
}

/* The last calls, each with its side and result, so that a person sees what led to a failure. */
#define TRAIL 100
static char trail[TRAIL][40];
static unsigned steps;

static void show_trail(void)
{
    for (unsigned i = steps > TRAIL ? steps - TRAIL : 0; i < steps; i++)
        fprintf(stderr, "%s\n", trail[i % TRAIL]);
}

static void check(const char *call, int side, CM_INT32 state, CM_INT32 rc)
{
    covered(call, &rc);
    snprintf(trail[steps++ % TRAIL], sizeof *trail, "%d in %d: %s %d", side, (int)state, call, (int)rc);
    for (int i = 0; i < TABLE; i++)
        if (strcmp(table[i].call, call) == 0) {
            if (rc < 0 || rc > 63 || !(table[i].codes & B(rc)))
                show_trail();
            ck_assert_msg(rc >= 0 && rc < 64 && (table[i].codes & B(rc)), "%s returned %d, %s", call, (int)rc,
                          xcrcname(rc));
            return;
        }
    ck_abort_msg("%s is not in codes.def", call);
}

/* ---- the monkey ---- */

static uint64_t seed;

static unsigned below(unsigned n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % n;
}

#define SIDES 4
static unsigned char ids[SIDES][CM_CID_SIZE];
static const char *last = "?";

static int side;       /* that the call is for, -1: no ID at all */
static CM_INT32 state; /* before the call */

static unsigned char *some_id(void)
{
    static unsigned char none[CM_CID_SIZE];
    CM_INT32 rc;
    unsigned n = below(100);
    side = n < 2 ? -1 : (int)below(SIDES);
    state = -1;
    if (side >= 0)
        (cmecs)(ids[side], &state, &rc);
    return n == 0 ? NULL : n == 1 ? none : ids[side];
}

static CM_INT32 some_number(void)
{
    static const CM_INT32 v[] = {INT32_MIN, -1, 0,  1,  2,   3,   4,     5,     8,
                                 9,         17, 64, 65, 512, 513, 32767, 32768, INT32_MAX};
    return below(4) ? (CM_INT32)below(5) : v[below(sizeof v / sizeof *v)];
}

/* Buffers of calls that are incomplete must last: they are taken in turn from a ring that outlives them
 * all. */
#define RING 64
static struct {
    unsigned char buf[4096];
    CM_INT32 n, a, b, c, d;
} ring[RING];

static void end_alarm(int sig)
{
    static const char text[] = "check_random: hangs\n";
    (void)sig;
    if (write(2, text, sizeof text - 1) < 0 || write(2, last, strlen(last)) < 0)
        _exit(3);
    _exit(3);
}

typedef void plain(unsigned char *, CM_INT32 *);
typedef void number(unsigned char *, CM_INT32 *, CM_INT32 *);
typedef void words(unsigned char *, unsigned char *, CM_INT32 *, CM_INT32 *);
#define NAMED(f)                                                                                             \
    {                                                                                                        \
#f, (f)                                                                                              \
    }
static const struct {
    const char *name;
    plain *call;
} plains[] = {NAMED(cmallc), NAMED(cmcfmd), NAMED(cmdeal), NAMED(cmflus),
              NAMED(cmptr),  NAMED(cmrts),  NAMED(cmcanc)};
static const struct {
    const char *name;
    number *call;
} numbers[] = {NAMED(cmsct), NAMED(cmsdt), NAMED(cmsed), NAMED(cmsf),   NAMED(cmsptr),
               NAMED(cmsrc), NAMED(cmsrt), NAMED(cmssl), NAMED(cmsst),  NAMED(cmscst),
               NAMED(cmecs), NAMED(cmect), NAMED(cmesl), NAMED(xcecst), NAMED(cmtrts)};
static const struct {
    const char *name;
    words *call;
} texts[] = {NAMED(cmsmn), NAMED(cmscsu), NAMED(cmscsp), NAMED(cmsld),
             NAMED(cmemn), NAMED(cmepln), NAMED(cmetpn), NAMED(cmecsu)};
#define COUNT(a) (unsigned)(sizeof(a) / sizeof *(a))

/* A new conversation, nonblocking: nobody could answer a call that blocks.  Its two sides are in IDS. */
static void fresh(void)
{
    static struct pair p;
    unsigned at = below(SIDES / 2) * 2;
    struct how h = {(CM_INT32)below(2), (CM_INT32)below(2), below(2) ? "RU256" : NULL};
    CM_INT32 rc;
    for (unsigned i = at; i < at + 2; i++)
        cmcanc(ids[i], &rc);
    for (;;) { /* nothing else may complete in place of the Accept */
        unsigned char id[CM_CID_SIZE];
        CM_INT32 op;
        for (int i = 0; i < SIDES; i++)
            cmcanc(ids[i], &rc);
        cmwait(id, &op, &rc);
        if (rc == SC)
            break;
    }
    pair_open(&p, h);
    SET(cmspm, &p.a, CM_NON_BLOCKING);
    SET(cmspm, &p.b, CM_NON_BLOCKING);
    memcpy(ids[at], p.a.id, CM_CID_SIZE);
    memcpy(ids[at + 1], p.b.id, CM_CID_SIZE);
}

static void data_call(unsigned turn)
{
    CM_INT32 rc = -1;
    unsigned char *id = some_id();
    static unsigned char rec[4096];
    ring[turn].n = below(10) ? (CM_INT32)below(4096) : some_number();
    bool fits = ring[turn].n >= 0 && ring[turn].n <= 4096;
    unsigned char *buf =
        below(50) && (fits || ring[turn].n < 0 || ring[turn].n > 32767) ? ring[turn].buf : NULL;
    switch (below(4)) {
    case 0:
        last = "cmrcv";
        (cmrcv)(id, buf, &ring[turn].n, &ring[turn].a, &ring[turn].b, &ring[turn].c, &ring[turn].d, &rc);
        break;
    case 1:
        last = "cmcfm";
        (cmcfm)(id, &ring[turn].d, &rc);
        break;
    case 2:
        last = "cmserr";
        (cmserr)(id, &ring[turn].d, &rc);
        break;
    default:
        last = "cmsend";
        if (fits && ring[turn].n >= 2 && below(2)) { /* as a basic record that may be whole */
            rec[0] = (unsigned char)(ring[turn].n >> 8);
            rec[1] = (unsigned char)ring[turn].n;
        } else {
            rec[0] = (unsigned char)below(256);
            rec[1] = (unsigned char)below(256);
        }
        (cmsend)(id, buf ? rec : NULL, &ring[turn].n, &ring[turn].d, &rc);
    }
    check(last, side, state, rc);
}

static void one_call(unsigned turn)
{
    CM_INT32 rc = -1, v = some_number(), n = some_number();
    unsigned char text[64] = "RU256", *id = some_id();
    unsigned k;
    switch (below(12)) {
    case 0:
        k = below(COUNT(numbers));
        last = numbers[k].name;
        numbers[k].call(id, below(50) ? &v : NULL, &rc);
        break;
    case 1:
        k = below(COUNT(texts));
        last = texts[k].name;
        n = n > 64 && n <= 512 ? 64 : n;
        texts[k].call(id, below(50) ? text : NULL, below(50) ? &n : NULL, &rc);
        break;
    case 2:
    case 3:
    case 4:
        k = below(COUNT(plains) - (below(10) != 0)); /* Cancel seldom */
        last = plains[k].name;
        plains[k].call(id, &rc);
        break;
    case 5:
    case 6:
        last = "xcstep";
        (xcstep)(id, &v, &rc);
        if (rc == CM_OK && v != OI)
            snprintf(trail[steps++ % TRAIL], sizeof *trail, "... completed with %d", (int)v);
        break;
    default:
        data_call(turn);
        return;
    }
    check(last, side, state, rc);
}

START_TEST(monkey)
{
    const char *seconds = getenv("CPIC_SECONDS");
    time_t end = time(NULL) + (seconds ? atoi(seconds) : 1);
    read_table();
    seed = (uint64_t)_i * 7919 + 1;
    signal(SIGALRM, end_alarm);
    for (unsigned turn = 0; time(NULL) <= end; turn++) {
        alarm(10);
        if (turn % 200 == 0)
            fresh();
        one_call(turn % RING);
        for (int i = 0; i < SIDES; i++) {
            CM_INT32 now = -1, rc = -1;
            (cmecs)(ids[i], &now, &rc);
            ck_assert(rc == PC ||
                      (rc == CM_OK && now >= CM_INITIALIZE_STATE && now <= CM_CONFIRM_DEALLOCATE_STATE));
        }
    }
    alarm(0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("CPI-C random calls");
    TCase *t = tcase_create("monkey");
    tcase_set_timeout(t, 120);
    tcase_add_loop_test(t, monkey, 0, 5);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return harness_main(suite());
}
