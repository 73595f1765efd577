/* check_csv_node_ends.c - the node ends at any point of its talk with the program: what the two verbs say
 * that ask it [V7]. */
#include <stdlib.h>

#include "tests/cpic/mortal.h"
#include "tests/csv/issue.h"

static struct log_message a_message(void)
{
    struct log_message b = {.opcode = SV_LOG_MESSAGE, .msg_num = 1, .msg_act = SV_NO_INTRV};
    memset(b.origntr_id, ' ', sizeof b.origntr_id);
    memcpy(b.msg_file_name, "ABC", 3);
    return b;
}

START_TEST(message)
{
    mortal_start(mortal_way(_i));
    struct log_message b = a_message();
    issue(&b);
    ck_codes(b, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    mortal_wait();
    issue(&b);
    ck_codes(b, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    mortal_over();
}
END_TEST

/* A node that has welcomed the program has been lost, and before there was none. */
START_TEST(management)
{
    struct mortal how = mortal_way(_i);
    struct transfer_ms_data b = {.opcode = SV_TRANSFER_MS_DATA,
                                 .data_type = SV_NMVT,
                                 .dlen = 1,
                                 .dptr = (unsigned char *)(uintptr_t) "x"};
    b.options = SV_NO_ADD << SV_TIME_STAMP_SUBVECTOR_SHIFT | SV_NO_ADD << SV_PRODUCT_SET_ID_SUBVECTOR_SHIFT |
                SV_NO_SEND << SV_SSCP_PU_SESSION_SHIFT;
    mortal_start(how);
    issue(&b);
    if (how.at < MORTAL_WELCOME)
        ck_codes(b, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    else
        ck_codes(b, SV_SERVER_RESOURCES_LOST, SV_SERVER_CONN_FAILURE);
    mortal_wait();
    issue(&b);
    ck_codes(b, SV_COMM_SUBSYSTEM_NOT_LOADED, 0);
    mortal_over();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("the node ends");
    TCase *tc = tcase_create("node ends");
    tcase_add_loop_test(tc, message, 0, MORTAL_WAYS);
    tcase_add_loop_test(tc, management, 0, MORTAL_WAYS);
    suite_add_tcase(suite, tc);
    return mortal_main(suite);
}
