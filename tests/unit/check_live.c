/* A trace as events for a browser: what is told, when, to whom, and how it is written. */
#include <stdio.h>
#include <string.h>

#include "snanode/base/ebcdic.h"
#include "snanode/trace/live.h"
#include "snanode/wire/fmh5.h"
#include "snanode/wire/pcapng.h"
#include "snanode/wire/th.h"
#include "tests/unit/octets.h"

static struct text out;
static uint64_t clock_ns;
static enum live_weight least;

static void setup(void)
{
    out = (struct text){.p = NULL};
    clock_ns = 1700000000000000000;
    least = LIVE_STEP;
}

static void teardown(void)
{
    text_free(&out);
}

/* A PIU of conversation CONV, sent by WHO, with RH and RU in hexadecimal. */

static enum live_weight piu(struct live *l, unsigned who, unsigned conv, const char *hex)
{
    char comment[160];
    uint8_t p[600];
    struct octets o = octets_of(hex);
    struct th th = {.mpf = TH_WHOLE, .daf = (uint8_t)(who ? 1 : 2), .oaf = (uint8_t)(who ? 2 : 1)};
    snprintf(
        comment, sizeof comment,
        "conversation=%u session=7 sender=%s invoker=asks[1] acceptor=- lu=NET.A partner=NET.B mode=#INTER "
        "sync=none type=mapped tp=ECHO",
        conv, who ? "acceptor" : "invoker");
    th_encode(&th, p);
    memcpy(p + TH_LEN, o.v, o.n);
    clock_ns += 1500000;
    text_free(&out);
    enum live_weight told = live_take(l,
                                      &(struct story_piu){.time_ns = clock_ns,
                                                          .direction = who ? PCAPNG_INBOUND : PCAPNG_OUTBOUND,
                                                          .piu = p,
                                                          .n = TH_LEN + o.n,
                                                          .comment = comment,
                                                          .comment_n = strlen(comment)},
                                      least, &out);
    memset(p, 0xEE, sizeof p); /* nobody may still look at it */
    return told;
}

/* RH and Attach of ECHO for user MARY, and behind it a record "HI" and the turn. */
static const char *attach(void)
{
    static char text[600];
    struct fmh5 a = {.resource = FMH5_MAPPED, .tpn_n = 4, .has_user = true, .user_n = 4};
    uint8_t ru[FMH5_MAX];
    memcpy(a.tpn, "ECHO", 4);
    memcpy(a.user, "MARY", 4);
    ebcdic_encode(a.tpn, 4);
    ebcdic_encode(a.user, 4);
    ssize_t n = fmh5_encode(&a, ru, sizeof ru);
    size_t at = (size_t)snprintf(text, sizeof text, "0B91A0");
    for (ssize_t i = 0; i < n; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%02X", ru[i]);
    snprintf(text + at, sizeof text - at, "000612FFC8C9");
    return text;
}

static void says(const char *part)
{
    ck_assert_msg(out.p && strstr(out.p, part), "no %s in: %s", part, out.p ? out.p : "");
}

static void says_not(const char *part)
{
    ck_assert_msg(!out.p || !strstr(out.p, part), "%s in: %s", part, out.p);
}

START_TEST(step_by_step)
{
    struct live *l = live_new(true);
    ck_assert_int_eq(piu(l, 0, 5, attach()), LIVE_MILESTONE);
    says("event: story\ndata: "
         "{\"story\":1,\"conversation\":5,\"session\":7,\"state\":\"running\",\"tp\":\"ECHO\"");
    says("\"user\":\"MARY\",\"program\":[\"asks[1]\",\"\"],\"lu\":[\"NET.A\",\"NET.B\"],\"advice\":\"\","
         "\"whole\":true}\n\n");
    says("event: step\ndata: "
         "{\"story\":1,\"step\":1,\"time_ms\":1700000000001.500,\"wait_ms\":0.000,\"from\":0,\"text\":"
         "\"Attach ECHO as MARY, 2 octets EBCDIC \\\"HI\\\", turn\"");
    ck_assert_int_eq(piu(l, 1, 5, "03A020 000612FFC8C9"), LIVE_STEP); /* nothing new of the conversation */
    says_not("event: story");
    says("\"step\":2,\"time_ms\":1700000000003.000,\"wait_ms\":1.500,\"from\":1,");
    says("\"frames\":[1,1],\"octets\":[2,2]}\n\n");
    ck_assert_int_eq(piu(l, 0, 5, "038001"), LIVE_MILESTONE);
    says("\"state\":\"ended\"");
    says("\"text\":\"end\"");
    says("\"last\":true");
    text_free(&out);
    live_again(l, &out);
    says("event: story\ndata: {\"story\":1,");
    says_not("event: step");
    live_free(l);
}
END_TEST

/* More steps than anybody reads: those that matter are told, with their right numbers. */
START_TEST(only_milestones)
{
    struct live *l = live_new(true);
    least = LIVE_MILESTONE;
    piu(l, 0, 5, attach());
    says("\"step\":1,");
    for (unsigned i = 0; i < 9; i++) {
        ck_assert_int_eq(piu(l, 1, 5, "03A020 000612FFC8C9"), LIVE_STEP);
        ck_assert_ptr_null(out.p);
    }
    piu(l, 0, 5, "038001");
    says("\"step\":11,");
    says("\"frames\":[2,9],");
    least = LIVE_MILESTONE + 1;
    ck_assert_int_eq(piu(l, 0, 6, attach()), LIVE_MILESTONE);
    ck_assert_ptr_null(out.p);
    live_again(l, &out);
    says("\"conversation\":6,");
    live_free(l);
}
END_TEST

/* A reader without a token sees what happens, and neither data nor users. */
START_TEST(without_data)
{
    struct live *l = live_new(false);
    piu(l, 0, 5, attach());
    says("\"text\":\"Attach ECHO, 2 octets, turn\"");
    says("\"user\":\"\"");
    says_not("MARY");
    says_not("HI");
    live_free(l);
}
END_TEST

/* The answer to an error does not make its end a good one. */
START_TEST(failed)
{
    struct live *l = live_new(true);
    piu(l, 0, 5, attach());
    piu(l, 1, 5, "879000 08460000");
    says("\"text\":\"-RSP ERP_MESSAGE_FORTHCOMING\"");
    says("\"wrong\":true");
    piu(l, 1, 5, "0B8001 0707 10086021 00");
    says("\"state\":\"failed\"");
    says("\"advice\":\"No TP is set up under the name ECHO on this LU");
    piu(l, 0, 5, "838000");
    text_free(&out);
    live_again(l, &out);
    says("\"state\":\"failed\"");
    says("\"advice\":\"No TP");
    live_free(l);
}
END_TEST

/* However many conversations there are, and however long they are, what is kept is bounded; those that run
 * stay. */
START_TEST(bounded)
{
    struct live *l = live_new(true);
    char text[24];
    piu(l, 0, 1, attach());
    for (unsigned i = 2; i < 4 * LIVE_STORIES; i++) {
        piu(l, 0, i, attach());
        piu(l, 0, i, "038001");
    }
    piu(l, 1, 1, "03A020 000612FFC8C9");
    says("\"story\":1,\"step\":2,");
    text_free(&out);
    live_again(l, &out);
    says("\"story\":1,");
    says_not("\"story\":2,");
    snprintf(text, sizeof text, "\"story\":%u,", 4 * LIVE_STORIES - 1);
    says(text);
    for (unsigned i = 0; i < 2 * LIVE_STORIES; i++) /* and when all of them run */
        piu(l, 0, 1000 + i, attach());
    text_free(&out);
    live_again(l, &out);
    unsigned n = 0;
    for (const char *p = out.p; (p = strstr(p, "event: story")); p++)
        n++;
    ck_assert_uint_eq(n, LIVE_STORIES);
    live_free(l);
}
END_TEST

START_TEST(event_format)
{
    live_event(&out, "status", "{}");
    ck_assert_str_eq(out.p, "event: status\ndata: {}\n\n");
    text_free(&out);
    live_event(&out, "x", "one\ntwo\r\nthree\r\n");
    ck_assert_str_eq(out.p, "event: x\ndata: one\ndata: two\ndata: three\ndata: \n\n");
}
END_TEST

START_TEST(string_format)
{
    live_string(&out, "a \"b\" \\ </script>\n\x01\x7F\xC3");
    ck_assert_str_eq(out.p, "\"a \\\"b\\\" \\\\ </script>\\u000a\\u0001\\u007f?\"");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("live");
    TCase *tc = tcase_create("live");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, step_by_step);
    tcase_add_test(tc, only_milestones);
    tcase_add_test(tc, without_data);
    tcase_add_test(tc, failed);
    tcase_add_test(tc, bounded);
    tcase_add_test(tc, event_format);
    tcase_add_test(tc, string_format);
    suite_add_tcase(s, tc);
    return octets_run(s);
}
