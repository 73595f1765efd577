#include <stdio.h>
#include <string.h>

#include "snanode/lu62/verb.h"
#include "tests/unit/octets.h"

/* Typed from the page of each call [HIS: CPI-C Calls], in another order of columns than verb.c has, and in words.
 * "rcv" means that the table of Receive says.  An exclamation mark behind a cell stands for
 * "mid-record SC". */
enum { COLUMNS = 9 };
static const enum conv_state columns[COLUMNS] = {CS_RESET,
                                                 CS_INITIALIZE,
                                                 CS_SEND,
                                                 CS_SEND_PENDING,
                                                 CS_RECEIVE,
                                                 CS_CONFIRM,
                                                 CS_CONFIRM_SEND,
                                                 CS_CONFIRM_DEALLOCATE,
                                                 CS_INITIALIZE_INCOMING};

/* clang-format off */
static const struct {
    enum verb verb;
    const char *cells; /* T I S SP R C CS CD; II, of CPI-C 1.2, has no page: its calls are Accept_Incoming,
                          * ending, setting and extracting */
} documented[] = {
    {VERB_ACCEPT_INCOMING,       "PC SC SC  SC  SC  SC SC SC R"},
    {VERB_ALLOCATE,              "PC S  SC  SC  SC  SC SC SC SC"},
    {VERB_CANCEL,                "PC T  T   T   T   T  T  T T"},
    {VERB_CONFIRM,               "PC SC S!  S   SC  SC SC SC SC"},
    {VERB_CONFIRMED,             "PC SC SC  SC  SC  R  S  T SC"},
    {VERB_DEALLOCATE_FLUSH,      "PC SC T!  T   SC  SC SC SC SC"},
    {VERB_DEALLOCATE_CONFIRM,    "PC SC T!  T   SC  SC SC SC SC"},
    {VERB_DEALLOCATE_ABEND,      "PC T  T   T   T   T  T  T T"},
    {VERB_FLUSH,                 "PC SC S   S   SC  SC SC SC SC"},
    {VERB_PREPARE_FLUSH,         "PC SC R!  R   SC  SC SC SC SC"},
    {VERB_PREPARE_CONFIRM,       "PC SC R!  R   SC  SC SC SC SC"},
    {VERB_RECEIVE_WAIT,          "PC SC rcv! rcv rcv SC SC SC SC"},
    {VERB_RECEIVE_IMMEDIATE,     "PC SC SC  SC  rcv SC SC SC SC"},
    {VERB_REQUEST_TO_SEND,       "PC SC =   =   =   =  =  = SC"},
    {VERB_SEND,                  "PC SC S   S   SC  SC SC SC SC"},
    {VERB_SEND_FLUSH,            "PC SC S   S   SC  SC SC SC SC"},
    {VERB_SEND_CONFIRM,          "PC SC S!  S!  SC  SC SC SC SC"},
    {VERB_SEND_PREPARE,          "PC SC R!  R!  SC  SC SC SC SC"},
    {VERB_SEND_DEALLOCATE_ABEND, "PC SC T   T   SC  SC SC SC SC"},
    {VERB_SEND_DEALLOCATE,       "PC SC T!  T!  SC  SC SC SC SC"},
    {VERB_SEND_ERROR,            "PC SC S   S   S   S  S  S SC"},
    {VERB_TEST_RTS,              "PC SC =   =   =   SC SC SC SC"},
    {VERB_SET_INIT,              "PC =  SC  SC  SC  SC SC SC SC"},
    {VERB_SET_ANY,               "PC =  =   =   =   =  =  = ="},
    {VERB_EXTRACT,               "PC =  =   =   =   =  =  = ="},
};
/* clang-format on */

static const char *cell_text(enum verb_cell c)
{
    static const char *const names[] = {
        [CELL_STATE_CHECK] = "SC", [CELL_RESET] = "T",         [CELL_INITIALIZE] = "I",
        [CELL_SEND] = "S",         [CELL_RECEIVE] = "R",       [CELL_SEND_PENDING] = "SP",
        [CELL_CONFIRM] = "C",      [CELL_CONFIRM_SEND] = "CS", [CELL_CONFIRM_DEALLOCATE] = "CD",
        [CELL_SAME] = "=",         [CELL_BY_RECEIVE] = "rcv",  [CELL_PARAMETER_CHECK] = "PC",
    };
    return (size_t)c < sizeof names / sizeof names[0] && names[c] ? names[c] : "?";
}

/* Cell number COLUMN of a documented row into OUT; true when it has the mid-record rule. */
static bool documented_cell(const char *cells, int column, char out[8])
{
    for (int i = 0; i < column; i++) {
        cells += strcspn(cells, " ");
        cells += strspn(cells, " ");
    }
    size_t n = strcspn(cells, " ");
    ck_assert_uint_lt(n, 8);
    ck_assert_uint_gt(n, 0);
    memcpy(out, cells, n);
    out[n] = '\0';
    bool mid_record = out[n - 1] == '!';
    if (mid_record)
        out[n - 1] = '\0';
    return mid_record;
}

/* All cells of a row are compared before it fails, so that one run shows everything that differs. */
START_TEST(row)
{
    int wrong = 0;
    enum verb v = documented[_i].verb;
    for (int c = 0; c < COLUMNS; c++) {
        char want[8];
        bool mid_record = documented_cell(documented[_i].cells, c, want);
        const char *is = cell_text(verb_cell(v, columns[c]));
        bool needs = verb_needs_boundary(v, columns[c]);
        if (strcmp(is, want) == 0 && needs == mid_record)
            continue;
        fprintf(stderr, "%s in %s: documented %s%s, table %s%s\n", verb_name(v), conv_state_name(columns[c]),
                want, mid_record ? " (mid-record SC)" : "", is, needs ? " (mid-record SC)" : "");
        wrong++;
    }
    ck_assert_msg(wrong == 0, "%s: %d cells differ from the documents", verb_name(v), wrong);
}
END_TEST

START_TEST(every_verb_has_one_row)
{
    int rows[VERB_N] = {0};
    for (int i = 0; i < OCTETS_ROWS(documented); i++)
        rows[documented[i].verb]++;
    for (int v = 0; v < VERB_N; v++)
        ck_assert_msg(rows[v] == 1, "%s has %d rows", verb_name((enum verb)v), rows[v]);
}
END_TEST

/* There is no state 0; a conversation that was never made may do nothing. */
START_TEST(no_state)
{
    for (int v = 0; v < VERB_N; v++) {
        ck_assert_int_eq(verb_cell((enum verb)v, (enum conv_state)0), CELL_STATE_CHECK);
        ck_assert(!verb_needs_boundary((enum verb)v, (enum conv_state)0));
    }
}
END_TEST

/* A cell that is a state is that state's number: the library casts. */
START_TEST(cells_are_states)
{
    ck_assert_int_eq(CELL_RESET, CS_RESET);
    ck_assert_int_eq(CELL_INITIALIZE, CS_INITIALIZE);
    ck_assert_int_eq(CELL_SEND, CS_SEND);
    ck_assert_int_eq(CELL_RECEIVE, CS_RECEIVE);
    ck_assert_int_eq(CELL_SEND_PENDING, CS_SEND_PENDING);
    ck_assert_int_eq(CELL_CONFIRM, CS_CONFIRM);
    ck_assert_int_eq(CELL_CONFIRM_SEND, CS_CONFIRM_SEND);
    ck_assert_int_eq(CELL_CONFIRM_DEALLOCATE, CS_CONFIRM_DEALLOCATE);
}
END_TEST

/* The states of Receive [C3]; 0 where data and status cannot come together with CM_OK. */
static const struct {
    enum rcv_data data;
    enum rcv_status status;
    int next;
} receives[] = {
    {RCV_DATA, RCV_NO_STATUS, CS_RECEIVE},
    {RCV_COMPLETE, RCV_NO_STATUS, CS_RECEIVE},
    {RCV_INCOMPLETE, RCV_NO_STATUS, CS_RECEIVE},
    {RCV_DATA, RCV_SEND, CS_SEND_PENDING},
    {RCV_COMPLETE, RCV_SEND, CS_SEND_PENDING},
    {RCV_NO_DATA, RCV_SEND, CS_SEND},
    {RCV_DATA, RCV_CONFIRM, CS_CONFIRM},
    {RCV_COMPLETE, RCV_CONFIRM, CS_CONFIRM},
    {RCV_NO_DATA, RCV_CONFIRM, CS_CONFIRM},
    {RCV_DATA, RCV_CONFIRM_SEND, CS_CONFIRM_SEND},
    {RCV_COMPLETE, RCV_CONFIRM_SEND, CS_CONFIRM_SEND},
    {RCV_NO_DATA, RCV_CONFIRM_SEND, CS_CONFIRM_SEND},
    {RCV_DATA, RCV_CONFIRM_DEALLOCATE, CS_CONFIRM_DEALLOCATE},
    {RCV_COMPLETE, RCV_CONFIRM_DEALLOCATE, CS_CONFIRM_DEALLOCATE},
    {RCV_NO_DATA, RCV_CONFIRM_DEALLOCATE, CS_CONFIRM_DEALLOCATE},
    {RCV_INCOMPLETE, RCV_SEND, 0},
    {RCV_INCOMPLETE, RCV_CONFIRM, 0},
    {RCV_INCOMPLETE, RCV_CONFIRM_SEND, 0},
    {RCV_INCOMPLETE, RCV_CONFIRM_DEALLOCATE, 0},
    {RCV_NO_DATA, RCV_NO_STATUS, 0},
};

START_TEST(receive)
{
    ck_assert_int_eq(receive_next(receives[_i].data, receives[_i].status), receives[_i].next);
}
END_TEST

START_TEST(every_receive_once)
{
    int seen[RCV_DATA_N][RCV_STATUS_N] = {{0}};
    for (int i = 0; i < OCTETS_ROWS(receives); i++)
        seen[receives[i].data][receives[i].status]++;
    for (int d = 0; d < RCV_DATA_N; d++)
        for (int s = 0; s < RCV_STATUS_N; s++)
            ck_assert_int_eq(seen[d][s], 1);
}
END_TEST

START_TEST(names)
{
    for (int v = 0; v < VERB_N; v++) {
        ck_assert_ptr_nonnull(verb_name((enum verb)v));
        for (int w = 0; w < v; w++)
            ck_assert_str_ne(verb_name((enum verb)v), verb_name((enum verb)w));
    }
    for (int s = 0; s < COLUMNS; s++)
        for (int t = 0; t < s; t++)
            ck_assert_str_ne(conv_state_name(columns[s]), conv_state_name(columns[t]));
    ck_assert_str_eq(verb_name(VERB_N), "?");
    ck_assert_str_eq(conv_state_name(CS_N), "?");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("verb");
    TCase *tc = tcase_create("calls");
    tcase_add_loop_test(tc, row, 0, OCTETS_ROWS(documented));
    tcase_add_test(tc, every_verb_has_one_row);
    tcase_add_test(tc, no_state);
    tcase_add_test(tc, cells_are_states);
    suite_add_tcase(s, tc);
    tc = tcase_create("receive");
    tcase_add_loop_test(tc, receive, 0, OCTETS_ROWS(receives));
    tcase_add_test(tc, every_receive_once);
    suite_add_tcase(s, tc);
    tc = tcase_create("names");
    tcase_add_test(tc, names);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
