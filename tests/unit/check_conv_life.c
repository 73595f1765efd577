/* Whose turn it is with a conversation: the table of tp/conv/life.c, cell by cell, and what must hold for
 * every way through it. */
#include "tests/unit/octets.h"

#include <pthread.h>

#include "tp/conv/life.h"

/* From what the calls do, not from the code.  Each line: a state, and where ENTER, LEAVE, PARK, STEP, PASS,
 * REST, DONE and CANCEL lead; "-": this cannot be.  A "x" at the end of a name: after Cancel. */
static const char *const second[] = {
    /*                ENTER  LEAVE  PARK         STEP       PASS       REST         DONE       CANCEL */
    "IDLE             CALL   -      -            -          -          -            -          CALLx",
    "CALL             -      IDLE   INCOMPLETE   -          -          -            -          CALLx",
    "INCOMPLETE       -      -      -            STEPPING   -          -            COMPLETE   STEPPINGx",
    "STEPPING         -      -      -            -          PASSED     INCOMPLETE   COMPLETE   STEPPINGx",
    "PASSED           -      -      -            -          PASSED     INCOMPLETE   COMPLETE   STEPPINGx",
    "COMPLETE         -      IDLE   -            -          -          -            -          COMPLETEx",
    "CALLx            -      OVER   INCOMPLETEx  -          -          -            -          -",
    "INCOMPLETEx      -      -      -            STEPPINGx  -          -            COMPLETEx  -",
    "STEPPINGx        -      -      -            -          STEPPINGx  INCOMPLETEx  COMPLETEx  -",
    "COMPLETEx        -      OVER   -            -          -          -            -          -",
    "OVER             -      -      -            -          -          -            -          -",
};

static const char *const names[LIFE_N] = {
    [LIFE_NONE] = "-",
    [LIFE_IDLE] = "IDLE",
    [LIFE_CALL] = "CALL",
    [LIFE_INCOMPLETE] = "INCOMPLETE",
    [LIFE_STEPPING] = "STEPPING",
    [LIFE_PASSED] = "PASSED",
    [LIFE_COMPLETE] = "COMPLETE",
    [LIFE_CALL_CANCELLED] = "CALLx",
    [LIFE_INCOMPLETE_CANCELLED] = "INCOMPLETEx",
    [LIFE_STEPPING_CANCELLED] = "STEPPINGx",
    [LIFE_COMPLETE_CANCELLED] = "COMPLETEx",
    [LIFE_OVER] = "OVER",
};

static enum life by_name(const char *name)
{
    for (int s = 0; s < LIFE_N; s++)
        if (strcmp(names[s], name) == 0)
            return (enum life)s;
    ck_abort_msg("%s is no state", name);
}

START_TEST(every_cell)
{
    bool seen[LIFE_N] = {[LIFE_NONE] = true};
    for (int i = 0; i < OCTETS_ROWS(second); i++) {
        char line[200], *at = NULL;
        strcpy(line, second[i]);
        enum life from = by_name(strtok_r(line, " ", &at));
        seen[from] = true;
        for (int e = 0; e < LIFE_EVENT_N; e++) {
            const char *to = strtok_r(NULL, " ", &at);
            ck_assert_msg(to != NULL, "%s has too few columns", names[from]);
            enum life got = life_next(from, (enum life_event)e);
            ck_assert_msg(got == by_name(to), "%s, event %d: %s, not %s", names[from], e, names[got], to);
        }
        ck_assert_ptr_null(strtok_r(NULL, " ", &at));
    }
    for (int s = 0; s < LIFE_N; s++)
        ck_assert_msg(seen[s], "%s has no line", names[s]);
}
END_TEST

START_TEST(move_says_what_was)
{
    atomic_int life = LIFE_STEPPING;
    enum life was = LIFE_NONE;
    ck_assert(life_move(&life, LIFE_PASS, &was));
    ck_assert_int_eq(was, LIFE_STEPPING);
    ck_assert_int_eq(life, LIFE_PASSED);
    ck_assert(!life_move(&life, LIFE_ENTER, &was));
    ck_assert_int_eq(was, LIFE_PASSED);
    ck_assert_int_eq(life, LIFE_PASSED);
    ck_assert(life_move(&life, LIFE_DONE, NULL));
    ck_assert_int_eq(life, LIFE_COMPLETE);
}
END_TEST

/* A cancelled conversation is never one that is not, and nobody cancels it twice. */
START_TEST(cancelled_for_good)
{
    for (int s = LIFE_IDLE; s < LIFE_N; s++)
        for (int e = 0; e < LIFE_EVENT_N; e++) {
            enum life to = life_next((enum life)s, (enum life_event)e);
            if (to == LIFE_NONE)
                continue;
            ck_assert(life_is_cancelled(to) == (life_is_cancelled(s) || e == LIFE_CANCEL));
            ck_assert(e != LIFE_CANCEL || !life_is_cancelled(s));
        }
}
END_TEST

/* One of the predicates holds in every state but the two where nobody is inside. */
START_TEST(predicates)
{
    for (int s = LIFE_IDLE; s < LIFE_N; s++) {
        int n = life_is_call(s) + life_is_incomplete(s) + life_is_stepping(s) + life_is_complete(s);
        ck_assert_int_eq(n, s != LIFE_IDLE && s != LIFE_OVER);
        ck_assert(life_is_pending(s) == (n == 1 && !life_is_call(s)));
    }
}
END_TEST

/* Threads that enter and leave while one cancels: never are two inside. */
struct race {
    atomic_int life, inside;
    atomic_bool two;
};

static void *enter_and_leave(void *arg)
{
    struct race *r = arg;
    while (!life_is_cancelled(r->life)) {
        if (!life_move(&r->life, LIFE_ENTER, NULL))
            continue;
        if (atomic_fetch_add(&r->inside, 1) != 0)
            r->two = true;
        atomic_fetch_sub(&r->inside, 1);
        life_move(&r->life, LIFE_LEAVE, NULL);
    }
    return NULL;
}

START_TEST(threads)
{
    for (int round = 0; round < 200; round++) {
        struct race r = {.life = LIFE_IDLE};
        pthread_t t[2];
        for (int i = 0; i < 2; i++)
            ck_assert_int_eq(pthread_create(&t[i], NULL, enter_and_leave, &r), 0);
        enum life was;
        ck_assert(life_move(&r.life, LIFE_CANCEL, &was));
        if (was == LIFE_IDLE) /* then this thread is the one inside */
            ck_assert(life_move(&r.life, LIFE_LEAVE, NULL));
        for (int i = 0; i < 2; i++)
            pthread_join(t[i], NULL);
        ck_assert_int_eq(r.life, LIFE_OVER);
        ck_assert(!r.two);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("life of a conversation");
    TCase *t = tcase_create("life");
    tcase_add_test(t, every_cell);
    tcase_add_test(t, move_says_what_was);
    tcase_add_test(t, cancelled_for_good);
    tcase_add_test(t, predicates);
    tcase_add_test(t, threads);
    suite_add_tcase(s, t);
    return octets_run(s);
}
