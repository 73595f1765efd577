/* Numbers of events and error codes, taken from the articles and not from the table in the code.
 * [Q246830] [Q140833] [Q138860] [Q180229] and [A48]; of connections [Q135354] [Q149444] [Q150841] and
 * [L110]. */
#include <string.h>

#include "snanode/base/events.h"
#include "tests/unit/octets.h"

static const struct {
    enum sna_event event;
    const char *text;
    unsigned number, error;
    const char *words; /* of its text */
    enum log_level level;
} rows[] = {
    {EVENT(BIND_REFUSED), 18, 0, "BIND", LOG_LV_INFO},
    {EVENT(NEGATIVE_RESPONSE), 21, 0, "negative response", LOG_LV_DEBUG},
    {EVENT(CONNECTION_FAILED), 23, 0, "using Link Service %s failed", LOG_LV_WARN},
    {EVENT(SESSION_LIMIT), 26, 0, "no session", LOG_LV_INFO},
    {EVENT(SESSION_ENDED), 38, 0, "ended abnormally", LOG_LV_INFO},
    {EVENT(XID_REJECTED), 56, 0, "XID rejected by remote computer", LOG_LV_WARN},
    {EVENT(TP_NOT_INVOKED), 60, 0, "could not be invoked", LOG_LV_DEBUG},
    {EVENT(ALLOCATE_FAILED), 93, 0, "Allocate of", LOG_LV_INFO},
    {EVENT(REMOTE_START_FAILED), 94, 0, "00000509", LOG_LV_DEBUG},
    {EVENT(NO_XID_ANSWER), 230, 0, "not responding to XID commands", LOG_LV_WARN},
    {EVENT(START_TIMED_OUT), 557, 0, "has not accepted", LOG_LV_DEBUG},
    {EVENT(NOT_EXECUTED), 575, 0, "TP ", LOG_LV_DEBUG},
    {EVENT(ACCEPT_TIMED_OUT), 592, 0, "Receive Allocate", LOG_LV_DEBUG},
    {EVENT(NOT_IN_TABLE), 703, 1011, "not in the table, error code", LOG_LV_WARN},
    {EVENT(INVOCATION_FAILED), 703, 1016, "invocation failed, error code", LOG_LV_DEBUG},
    {EVENT(NO_INVOKABLE_TP), 730, 0, "no invokable TP", LOG_LV_DEBUG},
    {EVENT(MACHINE_SEEN), 9001, 0, "is in the domain", LOG_LV_INFO},
    {EVENT(MACHINE_LEFT), 9002, 0, "has left", LOG_LV_INFO},
    {EVENT(MACHINE_GONE), 9003, 0, "has not renewed", LOG_LV_WARN},
    {EVENT(MACHINE_CLASH), 9004, 0, "two machines", LOG_LV_WARN},
    {EVENT(ENTRY_REFUSED), 9005, 0, "is refused", LOG_LV_WARN},
    {EVENT(DOMAIN_FULL), 9006, 0, "more than", LOG_LV_WARN},
    {EVENT(DOMAIN_BACK), 9007, 0, "directory reached", LOG_LV_INFO},
    {EVENT(DOMAIN_LOST), 9008, 0, "not reached", LOG_LV_WARN},
    {EVENT(MACHINE_CONNECTED), 9009, 0, "connected with", LOG_LV_INFO},
    {EVENT(MACHINE_CUT), 9010, 0, "is lost", LOG_LV_WARN},
    {EVENT(MACHINE_NOT_REACHED), 9011, 0, "cannot be reached", LOG_LV_WARN},
    {EVENT(MACHINE_REFUSED), 9012, 0, "is refused", LOG_LV_WARN},
    {EVENT(DOMAIN_NOT_CALLED), 9013, 0, "cannot call", LOG_LV_WARN},
    {EVENT(CONNECTION_ACTIVE), 9101, 0, "is active", LOG_LV_INFO},
    {EVENT(CONNECTION_INACTIVE), 9102, 0, "is inactive", LOG_LV_INFO},
    {EVENT(CONNECTION_NOT_MADE), 9103, 0, "next try in", LOG_LV_INFO},
    {EVENT(CONNECTION_GIVEN_UP), 9104, 0, "/retrylimit", LOG_LV_WARN},
    {EVENT(XID_REFUSED), 9105, 0, "is refused", LOG_LV_WARN},
    {EVENT(LINK_LISTENS), 9106, 0, "listens at", LOG_LV_INFO},
    {EVENT(LINK_CANNOT_LISTEN), 9107, 0, "cannot listen", LOG_LV_WARN},
    {EVENT(PEER_REFUSED), 9108, 0, "the peer at", LOG_LV_WARN},
    {EVENT(CERTIFICATE_EXPIRES), 9109, 0, "expires on", LOG_LV_WARN},
    {EVENT(CERTIFICATE_UNUSABLE), 9110, 0, "nothing is reached", LOG_LV_ERROR},
    {EVENT(MESSAGE_LOGGED), 9201, 0, "message %s%04u", LOG_LV_INFO},
    {EVENT(INTERVENTION), 9202, 0, "asks for intervention", LOG_LV_WARN},
    {EVENT(MANAGEMENT_DATA), 9203, 0, "%u octets", LOG_LV_INFO},
};

START_TEST(event_row)
{
    ck_assert_uint_eq(events_number(rows[_i].event), rows[_i].number);
    ck_assert_uint_eq(events_error(rows[_i].event), rows[_i].error);
    ck_assert_int_eq((int)events_level(rows[_i].event), (int)rows[_i].level);
    ck_assert_ptr_nonnull(strstr(rows[_i].text, rows[_i].words));
}
END_TEST

/* A new event needs a row here. */
START_TEST(every_event)
{
    ck_assert_int_eq((int)EVENT_N, OCTETS_ROWS(rows));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("events");
    TCase *t = tcase_create("events");
    tcase_add_loop_test(t, event_row, 0, OCTETS_ROWS(rows));
    tcase_add_test(t, every_event);
    suite_add_tcase(s, t);
    return octets_run(s);
}
