/* check_appc_node_ends.c - the node ends at any point of its talk with the program: the verb that asks says
 * AP_COMM_SUBSYSTEM_NOT_LOADED with AP_NO_NODE_ACTIVE, the code of a component that "terminated while
 * processing the verb" [P8; HIS: ALLOCATE], and never that this system has failed. */
#include "tests/appc/block.h"
#include "tests/cpic/mortal.h"

static struct end a;

/* ---- verbs ---- */

static void receive_allocate(void)
{
    a_receive_allocate(&a, "NOBODY");
}

static void receive_allocate_ex(void)
{
    a_manage(&a, "LULOCAL", 1);
}

static void receive_allocate_ex_end(void)
{
    a_manage_end(&a, "LULOCAL");
}

static void display(void)
{
    struct display d = {.opcode = AP_DISPLAY,
                        .init_sect_len = AP_DISPLAY_INIT_LEN,
                        .num_sections = AP_DISPLAY_SECTIONS,
                        .buffer_len = sizeof a.buf,
                        .buffer_ptr = a.buf,
                        .sna_global_info = AP_YES};
    APPC(&d);
    DONE(&a, d);
}

static void cnos(void)
{
    struct cnos c = {.opcode = AP_CNOS, .set_negotiable = AP_YES, .plu_mode_sess_lim = 4};
    ascii_field(c.lu_alias, 8, "LULOCAL");
    ascii_field(c.plu_alias, 8, "LUREMOTE");
    ebcdic_field(c.mode_name, 8, "RU4096");
    APPC(&c);
    DONE(&a, c);
}

/* These are the first to ask. */
static void (*const first_verbs[])(void) = {receive_allocate, receive_allocate_ex, receive_allocate_ex_end,
                                            display, cnos};
#define FIRST_VERBS (int)(sizeof first_verbs / sizeof *first_verbs)

static void allocate(void)
{
    struct allocate w = a_wish(&a, AP_NONE);
    a_allocate_as(&a, &w);
}

static void lu_status(void)
{
    struct get_lu_status g = {.opcode = AP_GET_LU_STATUS};
    memcpy(g.tp_id, a.tp_id, 8);
    ascii_field(g.plu_alias, 8, "LUREMOTE");
    APPC(&g);
    DONE(&a, g);
}

/* These are of a TP, so that TP_STARTED has said hello. */
static void (*const tp_verbs[])(void) = {allocate, lu_status};
#define TP_VERBS (int)(sizeof tp_verbs / sizeof *tp_verbs)

/* ---- at every point ---- */

static void ck_no_node(void)
{
    ck_rc(&a, AP_COMM_SUBSYSTEM_NOT_LOADED, AP_NO_NODE_ACTIVE);
}

static void over(void)
{
    mortal_wait();
    receive_allocate(); /* nobody is there any more */
    ck_no_node();
    mortal_over();
}

START_TEST(first)
{
    mortal_start(mortal_way(_i / FIRST_VERBS));
    first_verbs[_i % FIRST_VERBS]();
    ck_no_node();
    over();
}
END_TEST

START_TEST(of_a_tp)
{
    struct mortal how = mortal_way(_i / TP_VERBS);
    mortal_start(how);
    a_started(&a);
    if (how.at >= MORTAL_WELCOME) {
        ck_rc(&a, AP_OK, 0);
        tp_verbs[_i % TP_VERBS]();
    }
    ck_no_node();
    over();
}
END_TEST

/* The node answers that it ends, and has not gone yet. */
START_TEST(stopping)
{
    mortal_start((struct mortal){.at = MORTAL_STOPPING, .late = _i});
    a_begin(&a, false);
    allocate();
    ck_no_node();
    over();
}
END_TEST

/* The node has died without reading that the conversation before has ended. */
START_TEST(after_a_conversation)
{
    mortal_start((struct mortal){.at = (enum mortal_at)(MORTAL_WELCOME + _i), .answered = 1});
    a_begin(&a, false);
    ck_ok(a_allocate(&a, AP_NONE), &a);
    ck_ok(a_deallocate(&a, AP_ABEND_PROG), &a);
    if (_i == 0)
        mortal_wait();
    allocate();
    ck_no_node();
    if (_i > 0)
        mortal_wait();
    mortal_over();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the node ends");
    TCase *tc = tcase_create("node ends");
    tcase_add_loop_test(tc, first, 0, MORTAL_WAYS * FIRST_VERBS);
    tcase_add_loop_test(tc, of_a_tp, 0, MORTAL_WAYS * TP_VERBS);
    tcase_add_loop_test(tc, stopping, 0, 2);
    tcase_add_loop_test(tc, after_a_conversation, 0, MORTAL_AT_N - MORTAL_WELCOME);
    suite_add_tcase(suite, tc);
    return mortal_main(suite);
}
